/* Each of the two connections is a wire.c; here is what they are for, and when they are made again.
 */
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lunagrid/host.h"
#include "wire.h"

enum { CHANNELS_AT_ONCE = 128, HELLO = 1 };

/* What is said on the connection that speaks, until it is answered; answers come in order. */
typedef struct parcel {
    uint32_t client, hello; /* hello: no message, a question whether we are welcome */
    size_t size;
} parcel;

struct redis_link {
    link_input input;
    redis_address address;
    tls_settings *tls;
    wire *listen, *speak;
    bool up, told; /* told: that it cannot be reached */
    bool been;     /* up once before */
    bool refused;  /* that it does not take a message was told */
    bool closing;
    void *alarm; /* of the next try; while it is not up yet: of giving this one up */
    bool trying;
    uint32_t wait_ms, attempt;
    char *channels[CHANNELS_AT_ONCE];
    int channel_count;
    uint32_t deaf;   /* channels that it was not said of yet that we listen to them */
    parcel *parcels; /* a ring */
    size_t parcel_first, parcel_count, parcel_capacity;
    size_t waiting; /* bytes that were published and not answered */
};

static const lg_gateway_host *host_of(const redis_link *l)
{
    return l->input.host;
}

static void say(const redis_link *l, uint32_t level, const char *format, const char *detail)
{
    char sentence[400], place[160];
    address_tell(&l->address, place, sizeof place);
    snprintf(sentence, sizeof sentence, format, place, detail);
    host_of(l)->say(host_of(l)->ctx, level, sentence);
}

/* ---- what waits for an answer ---- */

static bool add_parcel(redis_link *l, parcel p)
{
    if (l->parcel_count == l->parcel_capacity) {
        size_t capacity = l->parcel_capacity ? l->parcel_capacity * 2 : 64;
        parcel *parcels = malloc(capacity * sizeof *parcels);
        if (!parcels)
            return false;
        for (size_t i = 0; i < l->parcel_count; i++)
            parcels[i] = l->parcels[(l->parcel_first + i) % l->parcel_capacity];
        free(l->parcels);
        l->parcels = parcels;
        l->parcel_capacity = capacity;
        l->parcel_first = 0;
    }
    l->parcels[(l->parcel_first + l->parcel_count++) % l->parcel_capacity] = p;
    l->waiting += p.size;
    return true;
}

static bool take_parcel(redis_link *l, parcel *p)
{
    if (!l->parcel_count)
        return false;
    *p = l->parcels[l->parcel_first];
    l->parcel_first = (l->parcel_first + 1) % l->parcel_capacity;
    l->parcel_count--;
    l->waiting -= p->size;
    return true;
}

/* ---- up and down ---- */

/* Both go together: half a link is none. */
static void fall(redis_link *l, const char *why)
{
    const lg_gateway_host *host = host_of(l);
    if (l->closing)
        return;
    wire_close(l->listen);
    wire_close(l->speak);
    l->listen = l->speak = NULL;
    if (l->up || !l->told)
        say(l, LG_LOG_WARN,
            l->up ? "lost Redis at %s: %s; clients are away until it is back, the run goes on"
                  : "Redis at %s cannot be reached: %s; it is tried again, the run does not wait",
            why);
    l->told = true;
    l->up = l->trying = false;
    l->waiting = l->parcel_count = 0;
    l->attempt++;
    l->deaf = 0;
    host->set_alarm(host->ctx, l->alarm, l->wait_ms);
    l->wait_ms = l->wait_ms * 2 < LINK_WAIT_MAX_MS ? l->wait_ms * 2 : LINK_WAIT_MAX_MS;
}

static void broken(void *self, const char *why)
{
    fall(self, why);
}

/* We are welcome on both connections, and every channel is listened to. */
static void is_up(redis_link *l)
{
    if (l->up || l->parcel_count || l->deaf)
        return;
    l->up = true;
    l->trying = false;
    l->wait_ms = LINK_WAIT_MS;
    say(l, LG_LOG_INFO, l->been ? "Redis at %s is back%s" : "connected to Redis at %s%s", "");
    l->been = true;
    l->told = false;
}

/* ---- what it answers ---- */

static void heard(void *self, const redisReply *reply)
{
    redis_link *l = self;
    if (reply->type == REDIS_REPLY_ERROR) {
        fall(l, reply->str);
        return;
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 ||
        reply->element[0]->type != REDIS_REPLY_STRING ||
        reply->element[1]->type != REDIS_REPLY_STRING)
        return;
    const char *kind = reply->element[0]->str;
    if (strcasecmp(kind, "subscribe") == 0 && l->deaf && --l->deaf == 0)
        is_up(l);
    if (strcasecmp(kind, "message") != 0 || reply->element[2]->type != REDIS_REPLY_STRING)
        return;
    l->input.message(l->input.ctx, reply->element[1]->str, reply->element[2]->str,
                     reply->element[2]->len);
}

/* Such as of a user who may not publish there. */
static void tell_refusal(redis_link *l, const char *why)
{
    if (!l->refused)
        say(l, LG_LOG_WARN, "Redis at %s takes a message of ours for nobody: %s; more are unsaid",
            why);
    l->refused = true;
}

static void answered(void *self, const redisReply *reply)
{
    redis_link *l = self;
    parcel p;
    if (!take_parcel(l, &p)) {
        fall(l, "it answers what nobody has asked");
        return;
    }
    if (p.hello && reply->type == REDIS_REPLY_ERROR)
        fall(l, reply->str);
    else if (reply->type == REDIS_REPLY_ERROR)
        tell_refusal(l, reply->str);
    else if (p.hello)
        is_up(l);
    else if (reply->type == REDIS_REPLY_INTEGER && p.client != LG_GATEWAY_NONE)
        l->input.heard(l->input.ctx, p.client, (uint32_t)reply->integer);
}

/* ---- making it ---- */

static bool send_words(wire *w, int count, const char *const *words)
{
    size_t lengths[CHANNELS_AT_ONCE + 1];
    for (int i = 0; i < count; i++)
        lengths[i] = strlen(words[i]);
    return w && wire_send(w, count, words, lengths);
}

static bool log_in(const redis_link *l, wire *w)
{
    const redis_address *a = &l->address;
    const char *words[] = {"AUTH", a->user ? a->user : a->password, a->password};
    return send_words(w, a->user ? 3 : 2, words);
}

static void listen_to_all(redis_link *l)
{
    const char *words[CHANNELS_AT_ONCE + 1] = {"SUBSCRIBE"};
    for (int i = 0; i < l->channel_count; i++)
        words[i + 1] = l->channels[i];
    if (l->channel_count)
        send_words(l->listen, l->channel_count + 1, words); /* a broken wire tells it itself */
    l->deaf += (uint32_t)l->channel_count;
    for (int i = 0; i < l->channel_count; i++)
        free(l->channels[i]);
    l->channel_count = 0;
}

void link_listen(redis_link *l, const char *channel)
{
    char *name = strdup(channel);
    if (name)
        l->channels[l->channel_count++] = name;
    if (l->channel_count == CHANNELS_AT_ONCE)
        listen_to_all(l);
}

static wire *join(redis_link *l, void (*reply)(void *ctx, const redisReply *reply))
{
    char why[200];
    const wire_input input = {
        .host = host_of(l),
        .address = &l->address,
        .tls = l->tls,
        .attempt = l->attempt,
        .reply = reply,
        .broken = broken,
        .ctx = l,
    };
    wire *w = wire_open(&input, why, sizeof why);
    if (!w)
        fall(l, why);
    return w;
}

/* Asks whether we are welcome, and listens. @return false: memory is exhausted */
static bool greet(redis_link *l)
{
    const char *ping[] = {"PING"};
    const parcel hello = {.hello = HELLO, .client = LG_GATEWAY_NONE};
    if (l->address.password &&
        (!log_in(l, l->listen) || !log_in(l, l->speak) || !add_parcel(l, hello)))
        return false;
    if (!send_words(l->speak, 1, ping) || !add_parcel(l, hello))
        return false;
    l->input.channels(l->input.ctx, l);
    listen_to_all(l);
    return true;
}

static void due(void *self)
{
    redis_link *l = self;
    const lg_gateway_host *host = host_of(l);
    if (l->up)
        return;
    if (l->trying) {
        fall(l, "it does not answer");
        return;
    }
    l->trying = true;
    host->set_alarm(host->ctx, l->alarm, LINK_ANSWER_MS);
    l->listen = join(l, heard);
    l->speak = l->listen ? join(l, answered) : NULL;
    if (l->speak && !greet(l))
        fall(l, "out of memory");
}

/* ---- its life ---- */

redis_link *link_open(const link_input *input)
{
    const lg_gateway_host *host = input->host;
    char why[400] = "out of memory";
    redis_link *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->input = *input;
    l->wait_ms = LINK_WAIT_MS;
    const char *wrong = address_read(input->address, &l->address);
    if (wrong)
        snprintf(why, sizeof why, "%s", wrong);
    if (!wrong && l->address.tls)
        l->tls = tls_settings_new(&l->address, why, sizeof why);
    if (!wrong && (l->tls || !l->address.tls))
        l->alarm = host->alarm(host->ctx, due, l);
    if (!l->alarm) {
        host->refuse(host->ctx, why);
        link_close(l);
        return NULL;
    }
    host->set_alarm(host->ctx, l->alarm, 0);
    return l;
}

void link_close(redis_link *l)
{
    if (!l)
        return;
    l->closing = true;
    wire_close(l->listen);
    wire_close(l->speak);
    if (l->alarm)
        host_of(l)->drop_alarm(host_of(l)->ctx, l->alarm);
    tls_settings_free(l->tls);
    address_free(&l->address);
    free(l->parcels);
    free(l);
}

/* ---- speaking ---- */

void link_publish(redis_link *l, const char *channel, const char *bytes, size_t size,
                  uint32_t client)
{
    const char *words[] = {"PUBLISH", channel, bytes};
    const size_t lengths[] = {7, strlen(channel), size};
    if (!l->up || !wire_send(l->speak, 3, words, lengths))
        return;
    if (!add_parcel(l, (parcel){.client = client, .size = size}))
        fall(l, "out of memory");
    else if (l->waiting > LINK_WAITING_MAX)
        fall(l, "it does not take what is sent");
}

void link_flush(redis_link *l)
{
    if (l->up)
        wire_flush(l->speak);
}

bool link_is_busy(const redis_link *l)
{
    return l->up && l->waiting > 0;
}
