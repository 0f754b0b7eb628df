/* Accepting, reading, writing. A client that does not read is not written to: what it has asked for
 * waits in its streams, which have limits, and in one buffer here. */
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024, /* bytes that are read or written at once */
    TURN_READS = 4,    /* chunks of one client before the others have a turn */
    TURN_WRITES = 16,
    CLIENTS_MAX = 4096,
    ACCEPTS_MAX = 64,      /* a turn */
    STALL_MS = 20 * 1000,  /* a client that takes nothing for so long is gone */
    HELLO_MS = 5 * 1000,   /* a client says something, and agrees on TLS, in so long */
    REST_MS = 1000,        /* no new clients for so long when there is no room */
    WAKE_MS = 1,           /* streams are asked so often at most */
    WAKE_BUDGET_US = 2000, /* for so long at a time */
    LOOK_MS = 1000,        /* at stalled clients */
};

typedef struct client {
    serve *serve;
    struct client *before, *after;
    int fd;
    void *watch;
    uint32_t what; /* it is watched for */
    rpc_conn *conn;
    tls_link *tls; /* NULL: in clear */
    uint8_t *rest;
    size_t rest_at, rest_length; /* bytes that the socket has not taken */
    int64_t since_ms;            /* it came, or took something last */
    bool spoke;                  /* it has sent something */
    bool awake;                  /* its streams are to be asked */
} client;

struct serve {
    const lg_gateway_host *host;
    rpc_server *server;
    tls_server *tls;
    int fd;
    uint16_t port;
    void *watch, *alarm;
    int64_t alarm_ms; /* set for; INT64_MAX: not */
    client *first;
    uint32_t count;
    int64_t look_ms, rest_until_ms, woken_us;
    bool wanted; /* streams are to be asked */
    bool ending;
    uint8_t chunk[CHUNK], plain[CHUNK];
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    return now_us() / 1000;
}

static void alarm_at(serve *s, int64_t at_ms)
{
    if (at_ms >= s->alarm_ms)
        return;
    int64_t now = now_ms();
    int64_t wait = at_ms > now ? at_ms - now : 0;
    s->alarm_ms = at_ms;
    s->host->set_alarm(s->host->ctx, s->alarm, (uint32_t)wait);
}

/* Time-outs of a client are looked at then. */
static void look_at(serve *s, int64_t at_ms)
{
    if (at_ms < s->look_ms)
        s->look_ms = at_ms;
    alarm_at(s, s->look_ms);
}

/* ---- clients ---- */

static void drop(client *c)
{
    serve *s = c->serve;
    if (c->watch)
        s->host->unwatch(s->host->ctx, c->watch);
    if (c->before)
        c->before->after = c->after;
    else
        s->first = c->after;
    if (c->after)
        c->after->before = c->before;
    s->count--;
    rpc_conn_free(c->conn);
    tls_free(c->tls);
    close(c->fd);
    free(c->rest);
    free(c);
}

static void watch_for(client *c, uint32_t what)
{
    if (c->what != what)
        c->serve->host->watch_for(c->serve->host->ctx, c->watch, what);
    c->what = what;
}

/* What goes next, as it is on the wire. 0: nothing. */
static size_t next_bytes(client *c, uint8_t *out)
{
    serve *s = c->serve;
    if (!c->tls)
        return rpc_conn_take(c->conn, out, CHUNK);
    if (tls_is_ready(c->tls)) {
        size_t size = rpc_conn_take(c->conn, s->plain, CHUNK / 2);
        if (!tls_write(c->tls, s->plain, size))
            return 0;
    }
    return tls_take(c->tls, out, CHUNK);
}

static bool keep_rest(client *c, const uint8_t *bytes, size_t size)
{
    if (!c->rest)
        c->rest = malloc(CHUNK);
    if (!c->rest)
        return false;
    memcpy(c->rest, bytes, size);
    c->rest_at = 0;
    c->rest_length = size;
    return true;
}

/* @return bytes that the socket took; -1: it is closed */
static ssize_t put(client *c, const uint8_t *bytes, size_t size)
{
    ssize_t sent = send(c->fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    if (sent > 0)
        c->since_ms = now_ms();
    return sent;
}

/* Sends what there is. @return false: the client is gone */
static bool flush(client *c)
{
    serve *s = c->serve;
    for (int turn = 0; turn < TURN_WRITES; turn++) {
        if (c->rest_length == 0) {
            size_t size = next_bytes(c, s->chunk);
            if (size == 0) {
                free(c->rest);
                c->rest = NULL;
                watch_for(c, LG_GATEWAY_READ);
                return !rpc_conn_is_over(c->conn);
            }
            ssize_t sent = put(c, s->chunk, size);
            if (sent < 0 ||
                ((size_t)sent < size && !keep_rest(c, s->chunk + sent, size - (size_t)sent)))
                return false;
        } else {
            ssize_t sent = put(c, c->rest + c->rest_at, c->rest_length);
            if (sent < 0)
                return false;
            c->rest_at += (size_t)sent;
            c->rest_length -= (size_t)sent;
        }
        if (c->rest_length > 0)
            break;
    }
    /* who does not read its answers is not read either */
    watch_for(c, c->rest_length > 0 ? LG_GATEWAY_WRITE : LG_GATEWAY_READ | LG_GATEWAY_WRITE);
    return true;
}

static bool feed_tls(client *c, const uint8_t *bytes, size_t size)
{
    serve *s = c->serve;
    if (!tls_feed(c->tls, bytes, size))
        return false;
    for (;;) {
        int got = tls_read(c->tls, s->plain, CHUNK);
        if (got <= 0)
            return got == 0;
        (void)rpc_conn_feed(c->conn, s->plain, (size_t)got, now_ms());
    }
}

/* @return false: the client is gone */
static bool fill(client *c)
{
    serve *s = c->serve;
    for (int turn = 0; turn < TURN_READS; turn++) {
        ssize_t got = recv(c->fd, s->chunk, CHUNK, 0);
        c->spoke = c->spoke || got > 0;
        if (got == 0)
            return false;
        if (got < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (!c->tls)
            (void)rpc_conn_feed(c->conn, s->chunk, (size_t)got, now_ms());
        else if (!feed_tls(c, s->chunk, (size_t)got)) {
            (void)flush(c); /* an alert, perhaps */
            return false;
        }
        if (got < CHUNK)
            break;
    }
    return true;
}

static void is_ready(void *self, uint32_t what)
{
    client *c = self;
    serve *s = c->serve;
    bool there = true;
    if (what & LG_GATEWAY_READ)
        there = fill(c);
    if (there)
        there = flush(c);
    if (there)
        look_at(s, rpc_conn_due_ms(c->conn));
    else
        drop(c);
}

/* ---- who comes in ---- */

static void set_peer(rpc_peer *peer, const struct sockaddr_storage *from)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (from->ss_family == AF_INET6) {
        memcpy(peer->address, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
    } else if (from->ss_family == AF_INET) {
        memcpy(peer->address, mapped, sizeof mapped);
        memcpy(peer->address + sizeof mapped, &((const struct sockaddr_in *)from)->sin_addr, 4);
    }
}

static bool admit(serve *s, int fd, const struct sockaddr_storage *from)
{
    int on = 1;
    client *c = calloc(1, sizeof *c);
    if (!c)
        return false;
    *c = (client){.serve = s, .fd = fd, .since_ms = now_ms()};
    c->after = s->first;
    if (s->first)
        s->first->before = c;
    s->first = c;
    s->count++;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    c->conn = rpc_conn_new(s->server, c->since_ms);
    c->tls = s->tls ? tls_new(s->tls) : NULL;
    c->watch = s->host->watch(s->host->ctx, fd, is_ready, c);
    if (c->conn)
        set_peer(rpc_conn_peer(c->conn), from);
    if (!c->conn || !c->watch || (s->tls && !c->tls) || !flush(c)) {
        drop(c);
        return true; /* and its descriptor with it */
    }
    return true;
}

static void rest(serve *s)
{
    s->host->watch_for(s->host->ctx, s->watch, 0);
    s->rest_until_ms = now_ms() + REST_MS;
    look_at(s, s->rest_until_ms);
}

static void somebody_comes(void *self, uint32_t what)
{
    serve *s = self;
    (void)what;
    for (int i = 0; i < ACCEPTS_MAX; i++) {
        if (s->count >= CLIENTS_MAX) {
            rest(s);
            return;
        }
        struct sockaddr_storage from = {0};
        socklen_t length = sizeof from;
        int fd = accept4(s->fd, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                rest(s); /* asking again at once would do nothing else */
            return;
        }
        if (!admit(s, fd, &from))
            close(fd);
    }
}

/* ---- times ---- */

/* Asks the streams of all clients, as far as the time for it reaches; who was asked moves on. */
static void wake_all(serve *s)
{
    int64_t until = now_us() + WAKE_BUDGET_US;
    for (client *c = s->first, *next; c; c = next) {
        next = c->after;
        if (!c->awake)
            continue;
        if (now_us() >= until) {
            s->woken_us = now_us();
            alarm_at(s, now_ms() + WAKE_MS);
            return;
        }
        c->awake = false;
        rpc_conn_wake(c->conn);
        if (!flush(c))
            drop(c);
        else
            look_at(s, rpc_conn_due_ms(c->conn));
    }
    s->wanted = false;
    s->woken_us = now_us();
}

void serve_wake(serve *s)
{
    for (client *c = s->first; c; c = c->after)
        c->awake = rpc_conn_calls(c->conn) > 0;
    s->wanted = true;
    alarm_at(s, (s->woken_us / 1000) + WAKE_MS);
}

static bool is_stalled(const client *c, int64_t now)
{
    if (c->rest_length > 0 && now - c->since_ms >= STALL_MS)
        return true;
    return (!c->spoke || (c->tls && !tls_is_ready(c->tls))) && now - c->since_ms >= HELLO_MS;
}

static void look_at_all(serve *s, int64_t now)
{
    s->look_ms = now + LOOK_MS;
    for (client *c = s->first, *next; c; c = next) {
        next = c->after;
        bool there = !is_stalled(c, now);
        if (there && rpc_conn_due_ms(c->conn) <= now) {
            rpc_conn_tick(c->conn, now);
            there = flush(c);
        }
        if (there)
            look_at(s, rpc_conn_due_ms(c->conn));
        else
            drop(c);
    }
    if (s->rest_until_ms && s->rest_until_ms <= now && s->count < CLIENTS_MAX) {
        s->rest_until_ms = 0;
        if (!s->ending)
            s->host->watch_for(s->host->ctx, s->watch, LG_GATEWAY_READ);
    } else if (s->rest_until_ms && s->rest_until_ms <= now) {
        rest(s);
    }
}

static void is_due(void *self)
{
    serve *s = self;
    int64_t now = now_ms();
    s->alarm_ms = INT64_MAX;
    if (s->wanted)
        wake_all(s);
    if (now >= s->look_ms)
        look_at_all(s, now);
    if (s->first)
        alarm_at(s, s->look_ms);
}

/* ---- life ---- */

static int listen_on(const address *at, char *why, uint32_t size)
{
    char port[8];
    struct addrinfo *found = NULL;
    int on = 1;
    snprintf(port, sizeof port, "%u", at->port);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    const char *host = strcmp(at->host, "localhost") == 0 ? "127.0.0.1" : at->host;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        snprintf(why, size, "\"%s\" is no address of this machine: expected one like 127.0.0.1",
                 at->host);
        return -1;
    }
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 512) != 0) {
        snprintf(why, size, "%s:%u cannot be listened on: %s", at->host, at->port, strerror(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&at)->sin6_port
                                          : ((const struct sockaddr_in *)&at)->sin_port);
}

serve *serve_open(const lg_gateway_host *host, rpc_server *server, tls_server *tls,
                  const address *at, char *why, uint32_t size)
{
    serve *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(why, size, "out of memory");
        return NULL;
    }
    s->host = host;
    s->server = server;
    s->tls = tls;
    s->alarm_ms = INT64_MAX;
    s->fd = listen_on(at, why, size);
    if (s->fd >= 0) {
        s->port = port_of(s->fd);
        s->watch = host->watch(host->ctx, s->fd, somebody_comes, s);
        s->alarm = host->alarm(host->ctx, is_due, s);
        if (s->watch && s->alarm) {
            host->watch_for(host->ctx, s->watch, LG_GATEWAY_READ);
            return s;
        }
        snprintf(why, size, "out of memory");
    }
    serve_close(s);
    return NULL;
}

void serve_close(serve *s)
{
    if (!s)
        return;
    while (s->first)
        drop(s->first);
    if (s->watch)
        s->host->unwatch(s->host->ctx, s->watch);
    if (s->alarm)
        s->host->drop_alarm(s->host->ctx, s->alarm);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
}

uint16_t serve_port(const serve *s)
{
    return s->port;
}

void serve_end(serve *s)
{
    if (s->ending)
        return;
    s->ending = true;
    s->host->watch_for(s->host->ctx, s->watch, 0);
    for (client *c = s->first, *next; c; c = next) {
        next = c->after;
        rpc_conn_drain(c->conn);
        rpc_conn_end_calls(c->conn);
        rpc_conn_drain(c->conn);
        if (!flush(c))
            drop(c);
    }
}

bool serve_is_busy(const serve *s)
{
    for (const client *c = s->first; c; c = c->after)
        if (c->rest_length > 0 || rpc_conn_calls(c->conn) > 0)
            return true;
    return false;
}
