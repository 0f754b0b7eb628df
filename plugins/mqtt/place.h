/* plugins/mqtt/place.h — where a broker is, and as whom it is entered */
#ifndef MQTT_PLACE_H
#define MQTT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mqtt_place {
    char dialled[256]; /* digits; with TLS the name, which its certificate has to have */
    int port;
    int keepalive_s;
    char user[128], password[128], tls_ca[256];
} mqtt_place;

/** Reads an address (see broker_open()). Settings that are none of its own are left to
 * place_word().
 */
bool place_read(const char *address, mqtt_place *out, char *why, size_t size);
/** The value of setting @p name in an address; false: it has none. */
bool place_word(const char *address, const char *name, char *out, size_t size);

#endif
