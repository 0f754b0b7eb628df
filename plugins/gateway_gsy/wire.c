/* Bytes go through three places: `plain` is read by hiredis' parser, `sending` is what the socket
 * takes; with TLS tls.c stands between both and the words. */
#include "wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    READ_AT_ONCE = 65536,
    READS_AT_ONCE = 16, /* then others have their turn */
    KEEP_IDLE_S = 10,   /* a server that has vanished without a word is found after a while */
    KEEP_EVERY_S = 5,
    KEEP_TIMES = 3,
};

struct wire {
    wire_input input;
    int fd;
    void *watch;
    uint32_t what;
    bool connected, writing;
    bool broken, told;   /* told: that it is */
    bool inside, closed; /* inside: of a call to the outside; closed: in it */
    tls *tls;
    redisReader *reader;
    out sending, plain;
    size_t sent; /* of `sending` */
    char why[300];
};

/* ---- the socket ---- */

static int open_unix(const redis_address *a)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    if (strlen(a->host) >= sizeof path.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(path.sun_path, a->host);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&path, sizeof path) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static void keep_alive(int fd)
{
    static const struct {
        int level, option, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},
        {SOL_SOCKET, SO_KEEPALIVE, 1},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEP_TIMES},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * (KEEP_IDLE_S + KEEP_TIMES * KEEP_EVERY_S)},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].option, &options[i].value,
                   sizeof options[i].value); /* where it is not known it does without */
}

static int open_address(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    keep_alive(fd);
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* A name may have several addresses: one after the other is tried. */
static int open_tcp(const redis_address *a, uint32_t attempt, const char **why)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char port[16];
    uint32_t count = 0;
    snprintf(port, sizeof port, "%d", a->port);
    int error = getaddrinfo(a->host, port, &hints, &list);
    if (error) {
        *why = gai_strerror(error);
        return -1;
    }
    for (const struct addrinfo *i = list; i; i = i->ai_next)
        count++;
    const struct addrinfo *chosen = list;
    for (uint32_t i = attempt % count; i > 0; i--)
        chosen = chosen->ai_next;
    int fd = open_address(chosen);
    error = errno;
    freeaddrinfo(list);
    errno = error;
    return fd;
}

/* ---- broken ---- */

/* The loop comes round and tells it. */
static void break_off(wire *w, const char *why)
{
    const lg_gateway_host *host = w->input.host;
    if (w->broken)
        return;
    w->broken = true;
    snprintf(w->why, sizeof w->why, "%s", why);
    if (w->watch)
        host->watch_for(host->ctx, w->watch, LG_GATEWAY_WRITE);
}

static void free_wire(wire *w)
{
    if (w->reader)
        redisReaderFree(w->reader);
    tls_free(w->tls);
    out_free(&w->sending);
    out_free(&w->plain);
    free(w);
}

void wire_close(wire *w)
{
    if (!w || w->closed)
        return;
    w->closed = true;
    if (w->watch)
        w->input.host->unwatch(w->input.host->ctx, w->watch);
    w->watch = NULL;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    if (!w->inside)
        free_wire(w);
}

/* ---- writing ---- */

static void watch_writing(wire *w, bool writing)
{
    const lg_gateway_host *host = w->input.host;
    if (writing == w->writing || w->broken)
        return;
    w->writing = writing;
    host->watch_for(host->ctx, w->watch, LG_GATEWAY_READ | (writing ? LG_GATEWAY_WRITE : 0));
}

void wire_flush(wire *w)
{
    if (w->sending.failed)
        break_off(w, "out of memory");
    if (!w->connected || w->broken)
        return;
    while (w->sent < w->sending.length) {
        ssize_t count = send(w->fd, w->sending.data + w->sent, w->sending.length - w->sent,
                             MSG_NOSIGNAL); /* a server that has gone is no reason to end */
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            break_off(w, strerror(errno));
        if (count < 0)
            break;
        w->sent += (size_t)count;
    }
    if (w->sent == w->sending.length) {
        out_clear(&w->sending);
        w->sent = 0;
    }
    watch_writing(w, w->sending.length > 0);
}

static void put_out(wire *w, const char *bytes, size_t size)
{
    if (!w->tls) {
        put_bytes(&w->sending, bytes, size);
        return;
    }
    const char *why = tls_put(w->tls, bytes, size, &w->sending);
    if (why)
        break_off(w, why);
}

bool wire_send(wire *w, int count, const char *const *words, const size_t *lengths)
{
    out command = {0};
    if (w->broken)
        return false;
    put_format(&command, "*%d\r\n", count);
    for (int i = 0; i < count; i++) {
        put_format(&command, "$%zu\r\n", lengths[i]);
        put_bytes(&command, words[i], lengths[i]);
        put_bytes(&command, "\r\n", 2);
    }
    bool fine = !command.failed;
    if (fine)
        put_out(w, command.data, command.length);
    out_free(&command);
    if (w->sending.length > w->sent)
        watch_writing(w, true);
    return fine && !w->broken;
}

/* ---- reading ---- */

/* Replies that are whole. */
static void hand_on(wire *w)
{
    void *reply;
    while (!w->closed && !w->broken) {
        if (redisReaderGetReply(w->reader, &reply) != REDIS_OK) {
            break_off(w, w->reader->errstr);
            return;
        }
        if (!reply)
            return;
        w->input.reply(w->input.ctx, reply);
        freeReplyObject(reply);
    }
}

static void take(wire *w, const char *bytes, size_t size)
{
    const char *why = NULL;
    if (w->tls) {
        why = tls_take(w->tls, bytes, size, &w->plain, &w->sending);
        if (w->plain.failed)
            why = "out of memory";
        bytes = out_peek(&w->plain);
        size = w->plain.length;
    }
    if (size && redisReaderFeed(w->reader, bytes, size) != REDIS_OK)
        why = w->reader->errstr;
    out_clear(&w->plain);
    hand_on(w);
    if (w->closed)
        return;
    wire_flush(w); /* what TLS wants to say, also if it is the last */
    if (why)
        break_off(w, why);
}

static void read_some(wire *w)
{
    char bytes[READ_AT_ONCE];
    for (int i = 0; i < READS_AT_ONCE && !w->closed && !w->broken; i++) {
        ssize_t count = recv(w->fd, bytes, sizeof bytes, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
            break_off(w, count ? strerror(errno) : "the connection was closed");
        if (count <= 0)
            return;
        take(w, bytes, (size_t)count);
        if ((size_t)count < sizeof bytes)
            return;
    }
}

/* The first that a new socket says is whether it is one. */
static void look_whether_connected(wire *w)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error) {
        break_off(w, strerror(error));
        return;
    }
    w->connected = true;
    w->writing = true;
    wire_flush(w);
}

static void is_ready(void *self, uint32_t what)
{
    wire *w = self;
    w->inside = true;
    if (!w->connected && !w->broken)
        look_whether_connected(w);
    if (w->connected && what & LG_GATEWAY_WRITE)
        wire_flush(w);
    if (w->connected && what & LG_GATEWAY_READ)
        read_some(w);
    if (w->broken && !w->closed && !w->told) {
        w->told = true;
        w->input.broken(w->input.ctx, w->why);
    }
    w->inside = false;
    if (w->closed)
        free_wire(w);
}

/* ---- opening ---- */

static bool prepare(wire *w)
{
    const wire_input *in = &w->input;
    w->reader = redisReaderCreate();
    w->watch = in->host->watch(in->host->ctx, w->fd, is_ready, w);
    if (in->tls)
        w->tls = tls_new(in->tls, in->address);
    return w->reader && w->watch && (w->tls || !in->tls);
}

wire *wire_open(const wire_input *input, char *why, size_t size)
{
    const char *reason = NULL;
    wire *w = calloc(1, sizeof *w);
    if (!w) {
        snprintf(why, size, "out of memory");
        return NULL;
    }
    w->input = *input;
    w->fd = input->address->port ? open_tcp(input->address, input->attempt, &reason)
                                 : open_unix(input->address);
    if (w->fd < 0)
        snprintf(why, size, "%s", reason ? reason : strerror(errno));
    else if (!prepare(w))
        snprintf(why, size, "out of memory");
    else {
        if (w->tls)
            put_out(w, "", 0); /* its first word */
        w->writing = true;
        input->host->watch_for(input->host->ctx, w->watch, LG_GATEWAY_READ | LG_GATEWAY_WRITE);
        return w;
    }
    wire_close(w);
    return NULL;
}
