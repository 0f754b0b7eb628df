/* plugins/mqtt/message.h — what a message says: a bare value, or JSON and a path into it */
#ifndef MQTT_MESSAGE_H
#define MQTT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct message message;

/** Takes a payload apart; JSON only when it is asked for the first time. NULL: out of memory. */
message *message_open(const char *payload, size_t size);
void message_close(message *m);
/**
 * The value at @p path: "-" is the payload itself, "battery.soc" and "phases[0].power" lead into
 * JSON. Numbers, texts and truth values are told as text. @return NULL: there is none. Borrowed.
 */
const char *message_at(message *m, const char *path);
/** The same as a number; NaN: there is none. */
double message_number(message *m, const char *path);

#endif
