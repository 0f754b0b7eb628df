/* plugins/modbus/address.h — where a bus is */
#ifndef MODBUS_ADDRESS_H
#define MODBUS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

typedef struct bus_address {
    bool is_serial;
    char path[128]; /* of a serial line */
    uint32_t baud;
    char parity; /* 'N', 'E', 'O' */
    uint32_t stop;
    struct sockaddr_storage to;
    socklen_t to_size;
} bus_address;

/** Reads an address (see bus_join()); a name is looked up. @return false: @p why says why */
bool address_of_bus(const char *text, bus_address *out, char *why, size_t size);

#endif
