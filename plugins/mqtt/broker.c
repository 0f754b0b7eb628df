/* libmosquitto closes its socket before it says so, so the loop watches a duplicate, which stays
 * valid until it is taken out of the loop. */
#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mosquitto.h>

#include "lunagrid/driver.h"
#include "place.h"

enum { REST_MS = 500, REST_MAX_MS = 30000, ROUND_MS = 1000, GREETING_ROUNDS = 10 };

typedef struct subscription {
    struct subscription *next;
    char topic[];
} subscription;

struct broker {
    broker_loop loop;
    broker_user user;
    mqtt_place place;
    struct mosquitto *client;
    subscription *subscriptions;
    int fd; /* the duplicate */
    void *watch, *alarm;
    bool is_up, has_failed;
    char why[160];
    uint32_t rest_ms, rounds, waiting;
    bool is_inside; /* of the library: it is not to be left by falling */
};

static void fall(broker *b, const char *why);

/* ---- the loop ---- */

static void watch_on(broker *b)
{
    if (b->watch)
        b->loop.watch_for(b->loop.ctx, b->watch,
                          LG_READ | (mosquitto_want_write(b->client) ? LG_WRITE : 0));
}

static void after(broker *b, int code)
{
    b->is_inside = false;
    if (code != MOSQ_ERR_SUCCESS || b->has_failed)
        fall(b, b->has_failed            ? b->why
                : code == MOSQ_ERR_ERRNO ? strerror(errno)
                                         : mosquitto_strerror(code));
    else
        watch_on(b);
}

static void ready(void *self, uint32_t what)
{
    broker *b = self;
    int code = MOSQ_ERR_SUCCESS;
    b->is_inside = true;
    if (what & LG_WRITE)
        code = mosquitto_loop_write(b->client, 1);
    if (code == MOSQ_ERR_SUCCESS && (what & LG_READ))
        code = mosquitto_loop_read(b->client, 1);
    after(b, code);
}

static void dial(broker *b)
{
    b->has_failed = false;
    b->rounds = 0;
    b->waiting = 0;
    b->is_inside = true;
    int code =
        mosquitto_connect_async(b->client, b->place.dialled, b->place.port, b->place.keepalive_s);
    int fd = mosquitto_socket(b->client);
    if (code == MOSQ_ERR_SUCCESS && fd >= 0) {
        b->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        b->watch = b->fd < 0 ? NULL : b->loop.watch(b->loop.ctx, b->fd, ready, b);
    }
    if (code == MOSQ_ERR_SUCCESS && !b->watch)
        code = MOSQ_ERR_NOMEM;
    if (code == MOSQ_ERR_SUCCESS)
        b->loop.set_alarm(b->loop.ctx, b->alarm, ROUND_MS);
    after(b, code);
}

static void hang_up(broker *b)
{
    if (b->watch)
        b->loop.unwatch(b->loop.ctx, b->watch);
    if (b->fd >= 0)
        close(b->fd);
    b->watch = NULL;
    b->fd = -1;
}

static void fall(broker *b, const char *why)
{
    char kept[160];
    snprintf(kept, sizeof kept, "%s", why);
    hang_up(b);
    mosquitto_disconnect(b->client);
    b->is_up = false;
    b->has_failed = false;
    b->loop.set_alarm(b->loop.ctx, b->alarm, b->rest_ms);
    b->rest_ms = b->rest_ms * 2 < REST_MAX_MS ? b->rest_ms * 2 : REST_MAX_MS;
    b->user.down(b->user.ctx, kept);
}

/* Once a second while there is a connection, else the end of a rest. */
static void due(void *self)
{
    broker *b = self;
    if (!b->watch) {
        dial(b);
        return;
    }
    if (!b->is_up && ++b->rounds > GREETING_ROUNDS) {
        fall(b, "it does not greet");
        return;
    }
    b->loop.set_alarm(b->loop.ctx, b->alarm, ROUND_MS);
    b->is_inside = true;
    after(b, mosquitto_loop_misc(b->client));
}

/* ---- what the library says ---- */

static void connected(struct mosquitto *client, void *self, int code)
{
    broker *b = self;
    if (code != 0) {
        snprintf(b->why, sizeof b->why, "%s", mosquitto_connack_string(code));
        b->has_failed = true;
        return;
    }
    b->is_up = true;
    b->rest_ms = REST_MS;
    for (const subscription *s = b->subscriptions; s; s = s->next)
        mosquitto_subscribe(client, NULL, s->topic, 1);
    b->user.up(b->user.ctx);
}

static void heard(struct mosquitto *client, void *self, const struct mosquitto_message *message)
{
    broker *b = self;
    (void)client;
    if (message->payloadlen >= 0 && message->payloadlen <= BROKER_MESSAGE_MAX)
        b->user.message(b->user.ctx, message->topic, message->payload, (size_t)message->payloadlen,
                        message->retain);
}

static void taken(struct mosquitto *client, void *self, int number)
{
    broker *b = self;
    (void)client;
    if (b->waiting > 0)
        b->waiting--;
    b->user.taken(b->user.ctx, number);
}

/* ---- life ---- */

static bool prepare(broker *b, const char *id, const broker_will *will, char *why, size_t size)
{
    mosquitto_lib_init();
    b->client = mosquitto_new(id, true, b);
    b->alarm = b->client ? b->loop.alarm(b->loop.ctx, due, b) : NULL;
    if (!b->alarm) {
        snprintf(why, size, "out of memory");
        return false;
    }
    int code = MOSQ_ERR_SUCCESS;
    if (b->place.user[0])
        code = mosquitto_username_pw_set(b->client, b->place.user, b->place.password);
    if (code == MOSQ_ERR_SUCCESS && b->place.tls_ca[0])
        code = mosquitto_tls_set(b->client, b->place.tls_ca, NULL, NULL, NULL, NULL);
    if (code == MOSQ_ERR_SUCCESS && will && will->topic)
        code = mosquitto_will_set(b->client, will->topic, (int)strlen(will->payload), will->payload,
                                  1, will->is_retained);
    if (code != MOSQ_ERR_SUCCESS)
        snprintf(why, size, "%s", mosquitto_strerror(code));
    mosquitto_connect_callback_set(b->client, connected);
    mosquitto_message_callback_set(b->client, heard);
    mosquitto_publish_callback_set(b->client, taken);
    return code == MOSQ_ERR_SUCCESS;
}

broker *broker_open(const char *address, const char *id, const broker_will *will,
                    const broker_loop *loop, const broker_user *user, char *why, size_t size)
{
    broker *b = calloc(1, sizeof *b);
    if (!b) {
        snprintf(why, size, "out of memory");
        return NULL;
    }
    b->loop = *loop;
    b->user = *user;
    b->fd = -1;
    b->rest_ms = REST_MS;
    if (!place_read(address, &b->place, why, size)) {
        free(b);
        return NULL;
    }
    if (!prepare(b, id, will, why, size)) {
        broker_close(b, true);
        return NULL;
    }
    b->loop.set_alarm(b->loop.ctx, b->alarm, 0); /* dialled once the user knows it */
    return b;
}

void broker_close(broker *b, bool is_farewell)
{
    if (!b)
        return;
    if (b->client && is_farewell) {
        mosquitto_disconnect(b->client);
        for (int i = 0; i < 16 && mosquitto_want_write(b->client); i++)
            mosquitto_loop_write(b->client, 1);
    }
    hang_up(b);
    if (b->alarm)
        b->loop.drop_alarm(b->loop.ctx, b->alarm);
    if (b->client)
        mosquitto_destroy(b->client);
    mosquitto_lib_cleanup();
    while (b->subscriptions) {
        subscription *s = b->subscriptions;
        b->subscriptions = s->next;
        free(s);
    }
    free(b);
}

bool broker_is_up(const broker *b)
{
    return b->is_up;
}

bool broker_is_busy(const broker *b)
{
    return b->is_up && b->waiting > 0;
}

bool broker_subscribe(broker *b, const char *topic)
{
    subscription *s = malloc(sizeof *s + strlen(topic) + 1);
    if (!s)
        return false;
    strcpy(s->topic, topic);
    s->next = b->subscriptions;
    b->subscriptions = s;
    if (b->is_up && mosquitto_subscribe(b->client, NULL, topic, 1) == MOSQ_ERR_SUCCESS)
        watch_on(b);
    return true;
}

int broker_publish(broker *b, const char *topic, const char *payload, bool is_retained)
{
    int number = 0;
    if (!b->is_up || b->waiting >= BROKER_WAITING_MAX)
        return 0;
    if (mosquitto_publish(b->client, &number, topic, (int)strlen(payload), payload, 1,
                          is_retained) != MOSQ_ERR_SUCCESS)
        return 0;
    b->waiting++;
    if (!b->is_inside)
        watch_on(b);
    return number;
}

/* ---- for the guard: the three messages of MQTT 3.1.1 that it needs ---- */

typedef struct packet {
    uint8_t bytes[1024];
    size_t size;
    bool is_full;
} packet;

static void put(packet *p, const void *bytes, size_t size)
{
    if (size > sizeof p->bytes - p->size) {
        p->is_full = true;
        return;
    }
    memcpy(p->bytes + p->size, bytes, size);
    p->size += size;
}

static void put_text(packet *p, const char *text)
{
    size_t size = strlen(text);
    put(p, (const uint8_t[]){(uint8_t)(size >> 8), (uint8_t)size}, 2);
    put(p, text, size);
}

/* With its head in front: kind, and the size in sevens of bits. */
static bool send_packet(guard *g, uint8_t kind, const packet *body, const uint8_t *expected,
                        size_t expected_size)
{
    packet whole = {.bytes = {kind}, .size = 1};
    for (size_t left = body->size, more = 1; more; left >>= 7) {
        more = left > 127;
        put(&whole, (const uint8_t[]){(uint8_t)((left & 127) | (more ? 128 : 0))}, 1);
    }
    put(&whole, body->bytes, body->size);
    return !body->is_full && !whole.is_full &&
           guard_send(g, whole.bytes, whole.size, expected, expected_size);
}

bool broker_guard_place(const broker *b, guard *g, const char *id)
{
    static const uint8_t welcome[] = {0x20, 2, 0, 0};
    packet body = {.size = 0};
    uint8_t flags =
        (uint8_t)(2 | (b->place.user[0] ? 0x80 : 0) | (b->place.password[0] ? 0x40 : 0));
    if (b->place.tls_ca[0] || !guard_place(g, b->place.dialled, (uint16_t)b->place.port))
        return false;
    put_text(&body, "MQTT");
    put(&body, (const uint8_t[]){4, flags, 0, 30}, 4);
    put_text(&body, id);
    if (b->place.user[0])
        put_text(&body, b->place.user);
    if (b->place.password[0])
        put_text(&body, b->place.password);
    return send_packet(g, 0x10, &body, welcome, sizeof welcome);
}

bool broker_guard_publish(guard *g, const char *topic, const char *payload)
{
    static const uint8_t taken_it[] = {0x40, 2, 0, 1};
    packet body = {.size = 0};
    put_text(&body, topic);
    put(&body, (const uint8_t[]){0, 1}, 2);
    put(&body, payload, strlen(payload));
    return send_packet(g, 0x32, &body, taken_it, sizeof taken_it);
}
