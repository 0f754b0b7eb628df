/* plugins/modbus/serial.h — a serial line, spoken to like a Modbus TCP gateway
 *
 * libmodbus waits for answers, so it works in a thread of its own. Requests reach it over a socket
 * in the framing of Modbus TCP, one at a time, and its answers come back the same way: the rest of
 * the plugin knows no difference.
 */
#ifndef MODBUS_SERIAL_H
#define MODBUS_SERIAL_H

#include "address.h"

typedef struct serial serial;

/** Starts the thread. @param fd becomes our end of the socket. @return NULL: @p why says why */
serial *serial_open(const bus_address *address, uint32_t timeout_ms, int *fd, char *why,
                    size_t size);
/** Ends it once our end of the socket is closed; waits for one answer at most. */
void serial_close(serial *r);

#endif
