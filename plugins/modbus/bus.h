/* plugins/modbus/bus.h — what several devices share: a connection to a gateway, or a serial line
 *
 * A bus belongs to all who have joined it under the same address; it is there as long as one of
 * them is. It owns the socket and drives the line (line.h) with the services of one of its members'
 * hosts. A serial line is a thread that is spoken to over a socket as well (serial.h).
 */
#ifndef MODBUS_BUS_H
#define MODBUS_BUS_H

#include "line.h"
#include "lunagrid/device.h"

typedef struct bus bus;

/** Somebody on the bus; the storage is theirs. */
typedef struct bus_member {
    const lg_device_host *host;
    void (*up)(void *self);                    /* it may ask from now on */
    void (*down)(void *self, const char *why); /* it may not; what was asked is answered */
    void *self;
    struct bus_member *next;
} bus_member;

/**
 * Joins the bus of @p address: "192.168.0.20", "192.168.0.20:502", "[::1]:502", a name, which is
 * looked up now, or "serial:/dev/ttyUSB0?baud=9600&parity=E&stop=1".
 * @return NULL: @p why says why. It may be up already: see bus_is_up().
 */
bus *bus_join(const char *address, uint32_t timeout_ms, bus_member *member, char *why, size_t size);
/** Leaves; nothing that was asked by the member may still wait: see bus_forget(). */
void bus_leave(bus *b, bus_member *member);
bool bus_is_up(const bus *b);
void bus_ask(bus *b, line_ask *ask);
void bus_forget(bus *b, line_ask *ask);
/** Address and port in digits, for somebody else who goes there. @return false: a serial line */
bool bus_where(const bus *b, char *address, size_t size, uint16_t *port);

#endif
