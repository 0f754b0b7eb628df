/* hiredis does the protocol; its descriptors are watched by the host's loop. */
#include "link.h"

#include <errno.h>
#include <hiredis/async.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lunagrid/host.h"

enum { CHANNELS_AT_ONCE = 128 };

typedef struct wire {
    struct redis_link *link;
    redisAsyncContext *redis; /* NULL: there is none */
    void *watch;
    uint32_t what;
} wire;

struct redis_link {
    link_input input;
    char *host, *user, *password; /* host: a path of a socket when port is 0 */
    int port;
    wire listen, speak;
    bool up, told; /* told: that it cannot be reached */
    bool been;     /* up once before */
    bool closing;
    void *alarm;
    uint32_t wait_ms;
    char *channels[CHANNELS_AT_ONCE];
    int channel_count;
    size_t waiting; /* bytes that were published and not answered */
};

/* A message on its way. */
typedef struct parcel {
    redis_link *link;
    uint32_t client;
    size_t size;
} parcel;

static const lg_gateway_host *host_of(const redis_link *l)
{
    return l->input.host;
}

static void say(const redis_link *l, uint32_t level, const char *format, const char *detail)
{
    char sentence[400], place[160]; /* the address may hold a password */
    if (l->port)
        snprintf(place, sizeof place, "%s:%d", l->host, l->port);
    else
        snprintf(place, sizeof place, "%s", l->host);
    snprintf(sentence, sizeof sentence, format, place, detail);
    host_of(l)->say(host_of(l)->ctx, level, sentence);
}

/* ---- the address ---- */

static char *copy(const char *from, size_t length)
{
    char *text = malloc(length + 1);
    if (text) {
        memcpy(text, from, length);
        text[length] = 0;
    }
    return text;
}

/* "user:password@" before the host. */
static bool read_login(redis_link *l, const char **at)
{
    const char *end = strrchr(*at, '@');
    if (!end)
        return true;
    const char *colon = memchr(*at, ':', (size_t)(end - *at));
    const char *user = *at;
    size_t user_length = colon ? (size_t)(colon - user) : 0;
    const char *password = colon ? colon + 1 : user;
    l->password = copy(password, (size_t)(end - password));
    l->user = user_length ? copy(user, user_length) : NULL;
    *at = end + 1;
    return l->password && (l->user || !user_length);
}

static bool read_host(redis_link *l, const char *at)
{
    size_t length = strcspn(at, ":/");
    if (*at == '[') { /* an IPv6 address */
        const char *end = strchr(at, ']');
        if (!end)
            return false;
        at++;
        length = (size_t)(end - at);
    }
    const char *behind = at[length] == ']' ? at + length + 1 : at + length;
    l->port = 6379;
    if (*behind == ':') {
        char *end;
        long port = strtol(behind + 1, &end, 10);
        if (end == behind + 1 || port < 1 || port > 65535)
            return false;
        l->port = (int)port;
        behind = end;
    }
    if (*behind && *behind != '/') /* behind it the number of a database, which channels ignore */
        return false;
    l->host = copy(length ? at : "127.0.0.1", length ? length : strlen("127.0.0.1"));
    return l->host != NULL;
}

static bool read_address(redis_link *l, const char *address)
{
    if (strncasecmp(address, "unix://", 7) == 0) {
        const char *at = address + 7;
        if (!read_login(l, &at) || *at != '/')
            return false;
        l->host = copy(at, strcspn(at, "?"));
        return l->host != NULL;
    }
    if (strncasecmp(address, "redis://", 8) != 0)
        return false;
    const char *at = address + 8;
    return read_login(l, &at) && read_host(l, at);
}

/* ---- hiredis on the host's loop ---- */

static void is_ready(void *self, uint32_t what)
{
    wire *w = self;
    if (what & LG_GATEWAY_READ)
        redisAsyncHandleRead(w->redis);
    else
        redisAsyncHandleWrite(w->redis);
}

static void change(wire *w, uint32_t what)
{
    const lg_gateway_host *host = host_of(w->link);
    w->what = what;
    if (w->watch)
        host->watch_for(host->ctx, w->watch, what);
}

static void add_read(void *self)
{
    wire *w = self;
    change(w, w->what | LG_GATEWAY_READ);
}

static void del_read(void *self)
{
    wire *w = self;
    change(w, w->what & ~(uint32_t)LG_GATEWAY_READ);
}

static void add_write(void *self)
{
    wire *w = self;
    change(w, w->what | LG_GATEWAY_WRITE);
}

static void del_write(void *self)
{
    wire *w = self;
    change(w, w->what & ~(uint32_t)LG_GATEWAY_WRITE);
}

static void clean_up(void *self)
{
    wire *w = self;
    const lg_gateway_host *host = host_of(w->link);
    if (w->watch)
        host->unwatch(host->ctx, w->watch);
    w->watch = NULL;
    w->what = 0;
}

/* ---- up and down ---- */

static void drop(wire *w)
{
    redisAsyncContext *redis = w->redis;
    w->redis = NULL;
    if (redis)
        redisAsyncFree(redis);
}

/* Both go together: half a link is none. */
static void fall(redis_link *l, const char *why)
{
    const lg_gateway_host *host = host_of(l);
    if (l->closing)
        return;
    char reason[200];
    snprintf(reason, sizeof reason, "%s", why && *why ? why : "the connection was closed");
    l->closing = true; /* what the next lines call comes here again */
    drop(&l->listen);
    drop(&l->speak);
    l->closing = false;
    if (l->up || !l->told)
        say(l, LG_LOG_WARN,
            l->up ? "lost Redis at %s: %s; clients are away until it is back, the run goes on"
                  : "Redis at %s cannot be reached: %s; it is tried again, the run does not wait",
            reason);
    l->told = true;
    l->up = false;
    l->waiting = 0;
    host->set_alarm(host->ctx, l->alarm, l->wait_ms);
    l->wait_ms = l->wait_ms * 2 < LINK_WAIT_MAX_MS ? l->wait_ms * 2 : LINK_WAIT_MAX_MS;
}

static void connected(const redisAsyncContext *redis, int status)
{
    wire *w = redis->data;
    if (status == REDIS_OK)
        return;
    w->redis = NULL; /* hiredis frees it */
    fall(w->link, redis->errstr);
}

static void disconnected(const redisAsyncContext *redis, int status)
{
    wire *w = redis->data;
    (void)status;
    if (w->redis != redis)
        return;
    w->redis = NULL;
    fall(w->link, redis->errstr);
}

static bool join(wire *w)
{
    redis_link *l = w->link;
    const lg_gateway_host *host = host_of(l);
    redisAsyncContext *redis =
        l->port ? redisAsyncConnect(l->host, l->port) : redisAsyncConnectUnix(l->host);
    if (!redis || redis->err) {
        char why[160];
        snprintf(why, sizeof why, "%s", redis ? redis->errstr : "out of memory");
        if (redis)
            redisAsyncFree(redis);
        fall(l, why);
        return false;
    }
    redis->data = w;
    w->redis = redis;
    w->watch = host->watch(host->ctx, redis->c.fd, is_ready, w);
    redis->ev.data = w;
    redis->ev.addRead = add_read;
    redis->ev.delRead = del_read;
    redis->ev.addWrite = add_write;
    redis->ev.delWrite = del_write;
    redis->ev.cleanup = clean_up;
    redisAsyncSetConnectCallback(redis, connected);
    redisAsyncSetDisconnectCallback(redis, disconnected);
    return w->watch != NULL;
}

/* Somebody with the right to: the answer of the first question says that the link is there. */
static void answered(redisAsyncContext *redis, void *answer, void *self)
{
    redis_link *l = self;
    const redisReply *reply = answer;
    (void)redis;
    if (!reply || l->closing)
        return;
    if (reply->type == REDIS_REPLY_ERROR) {
        fall(l, reply->str);
        return;
    }
    if (l->up)
        return;
    l->up = true;
    l->wait_ms = LINK_WAIT_MS;
    say(l, LG_LOG_INFO, l->been ? "Redis at %s is back%s" : "connected to Redis at %s%s", "");
    l->been = true;
    l->told = false;
}

static void heard(redisAsyncContext *redis, void *answer, void *self)
{
    redis_link *l = self;
    const redisReply *reply = answer;
    (void)redis;
    if (!reply || l->closing)
        return;
    if (reply->type == REDIS_REPLY_ERROR) {
        fall(l, reply->str);
        return;
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3 ||
        reply->element[2]->type != REDIS_REPLY_STRING ||
        strcasecmp(reply->element[0]->str, "message") != 0)
        return; /* that a channel is listened to */
    l->input.message(l->input.ctx, reply->element[1]->str, reply->element[2]->str,
                     reply->element[2]->len);
}

static void log_in(const redis_link *l, wire *w, redisCallbackFn *done)
{
    if (l->user)
        redisAsyncCommand(w->redis, done, w->link, "AUTH %s %s", l->user, l->password);
    else if (l->password)
        redisAsyncCommand(w->redis, done, w->link, "AUTH %s", l->password);
}

static void listen_to_all(redis_link *l)
{
    const char *words[CHANNELS_AT_ONCE + 1] = {"SUBSCRIBE"};
    for (int i = 0; i < l->channel_count; i++)
        words[i + 1] = l->channels[i];
    if (l->channel_count && l->listen.redis)
        redisAsyncCommandArgv(l->listen.redis, heard, l, l->channel_count + 1, words, NULL);
    for (int i = 0; i < l->channel_count; i++)
        free(l->channels[i]);
    l->channel_count = 0;
}

void link_listen(redis_link *l, const char *channel)
{
    char *name = copy(channel, strlen(channel));
    if (name)
        l->channels[l->channel_count++] = name;
    if (l->channel_count == CHANNELS_AT_ONCE)
        listen_to_all(l);
}

static void try(void *self)
{
    redis_link *l = self;
    if (!join(&l->listen) || !join(&l->speak))
        return;
    log_in(l, &l->listen, answered);
    log_in(l, &l->speak, answered);
    redisAsyncCommand(l->speak.redis, answered, l, "PING");
    l->input.channels(l->input.ctx, l);
    listen_to_all(l);
}

/* ---- its life ---- */

redis_link *link_open(const link_input *input)
{
    const lg_gateway_host *host = input->host;
    redis_link *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->input = *input;
    l->listen.link = l->speak.link = l;
    l->wait_ms = LINK_WAIT_MS;
    bool read = read_address(l, input->address);
    l->alarm = read ? host->alarm(host->ctx, try, l) : NULL;
    if (!l->alarm) {
        host->refuse(host->ctx, read ? "out of memory"
                                     : "an address is redis://[USER:PASSWORD@]HOST[:PORT] or "
                                       "unix:///PATH; TLS (rediss://) is not spoken");
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
    drop(&l->listen);
    drop(&l->speak);
    if (l->alarm)
        host_of(l)->drop_alarm(host_of(l)->ctx, l->alarm);
    free(l->host);
    free(l->user);
    free(l->password);
    free(l);
}

/* ---- speaking ---- */

static void arrived(redisAsyncContext *redis, void *answer, void *self)
{
    parcel *p = self;
    const redisReply *reply = answer;
    redis_link *l = p->link;
    (void)redis;
    if (reply && !l->closing) {
        l->waiting -= p->size < l->waiting ? p->size : l->waiting;
        if (reply->type == REDIS_REPLY_INTEGER && p->client != LG_GATEWAY_NONE)
            l->input.heard(l->input.ctx, p->client, (uint32_t)reply->integer);
    }
    free(p);
}

void link_publish(redis_link *l, const char *channel, const char *bytes, size_t size,
                  uint32_t client)
{
    const char *words[] = {"PUBLISH", channel, bytes};
    const size_t lengths[] = {7, strlen(channel), size};
    if (!l->up || !l->speak.redis)
        return;
    parcel *p = malloc(sizeof *p);
    if (!p)
        return;
    *p = (parcel){.link = l, .client = client, .size = size};
    if (redisAsyncCommandArgv(l->speak.redis, arrived, p, 3, words, lengths) != REDIS_OK) {
        free(p);
        return;
    }
    l->waiting += size;
    if (l->waiting > LINK_WAITING_MAX)
        fall(l, "it does not take what is sent");
}

void link_flush(redis_link *l)
{
    if (l->up && l->speak.redis && l->speak.what & LG_GATEWAY_WRITE)
        redisAsyncHandleWrite(l->speak.redis);
}

bool link_is_busy(const redis_link *l)
{
    return l->up && l->waiting > 0;
}
