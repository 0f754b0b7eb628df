/* plugins/mqtt/broker.h — a connection to an MQTT broker, on somebody else's loop
 *
 * libmosquitto speaks MQTT; the descriptor and the alarms are the host's. A connection that fails
 * or falls is made again, after half a second at first and half a minute at last; what is
 * subscribed to is subscribed to again.
 */
#ifndef MQTT_BROKER_H
#define MQTT_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ladder/guard.h"

enum { BROKER_MESSAGE_MAX = 65536, BROKER_WAITING_MAX = 1000 };

/** Services of a host; the same for devices and gateways. */
typedef struct broker_loop {
    void *ctx;
    void *(*watch)(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self);
    void (*watch_for)(void *ctx, void *watch, uint32_t what);
    void (*unwatch)(void *ctx, void *watch);
    void *(*alarm)(void *ctx, void (*due)(void *self), void *self);
    void (*set_alarm)(void *ctx, void *alarm, uint32_t ms);
    void (*drop_alarm)(void *ctx, void *alarm);
} broker_loop;

/** A message that the broker sends when we are gone; topic NULL: none. Copied. */
typedef struct broker_will {
    const char *topic, *payload;
    bool is_retained;
} broker_will;

/** Who uses it; ctx goes first. */
typedef struct broker_user {
    void *ctx;
    void (*up)(void *ctx);
    void (*down)(void *ctx, const char *why);
    void (*message)(void *ctx, const char *topic, const char *payload, size_t size,
                    bool is_retained);
    /** The broker has taken what broker_publish() gave that number to. */
    void (*taken)(void *ctx, int number);
} broker_user;

typedef struct broker broker;

/**
 * @param address  "HOST[:PORT][?user=NAME&password=FILE&tls_ca=FILE&keepalive=SECONDS]"; the first
 *                 line of the file is the password. A name is looked up now, with TLS each time
 * @param id       of this client; unique at the broker
 * @return NULL: @p why says why; a broker that cannot be reached is no reason
 */
broker *broker_open(const char *address, const char *id, const broker_will *will,
                    const broker_loop *loop, const broker_user *user, char *why, size_t size);
/** @p is_farewell: the will is not sent. NULL is fine. */
void broker_close(broker *b, bool is_farewell);
bool broker_is_up(const broker *b);
/** Whether it has not taken all yet. */
bool broker_is_busy(const broker *b);
/** Now, and whenever the connection is made again. At least once. False: out of memory. */
bool broker_subscribe(broker *b, const char *topic);
/** At least once. @return a number, above 0; 0: it cannot be sent now */
int broker_publish(broker *b, const char *topic, const char *payload, bool is_retained);

/** Says the guard how to get there and to enter as @p id. False: it cannot (TLS). */
bool broker_guard_place(const broker *b, guard *g, const char *id);
/** Says the guard what to publish then. */
bool broker_guard_publish(guard *g, const char *topic, const char *payload);

#endif
