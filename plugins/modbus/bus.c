/* One list of buses for all devices of the process: which of them share a line is a matter of the
 * line, not of the devices. All calls come from one thread. */
#include "bus.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "serial.h"

struct bus {
    bus *next;
    char *name; /* the address as it was written */
    bus_address address;
    bus_member *members; /* the first one's host serves the bus */
    line line;
    serial *serial;
    int fd;
    void *watch, *alarm;
    bool is_told_up;
    bool is_inside; /* a call of ours runs: settle() when it ends */
};

static bus *buses;

static const lg_device_host *host_of(const bus *b)
{
    return b->members->host;
}

static int64_t now(const bus *b)
{
    return host_of(b)->steady_ms(host_of(b)->ctx);
}

/* ---- the socket ---- */

static void hang_up(bus *b)
{
    if (b->watch)
        host_of(b)->unwatch(host_of(b)->ctx, b->watch);
    b->watch = NULL;
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
    serial_close(b->serial);
    b->serial = NULL;
}

static void settle(bus *b);

static void flush(bus *b)
{
    while (b->line.out_size > 0) {
        ssize_t size = send(b->fd, b->line.out, b->line.out_size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno != EAGAIN)
            line_fell(&b->line, strerrordesc_np(errno), now(b));
        if (size < 0)
            return;
        line_sent(&b->line, (size_t)size);
    }
}

static void hear(bus *b)
{
    uint8_t bytes[2048];
    ssize_t size = recv(b->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size > 0)
        line_take(&b->line, bytes, (size_t)size, now(b));
    else if (size == 0)
        line_fell(&b->line, "it has closed the connection", now(b));
    else if (errno != EAGAIN && errno != EINTR)
        line_fell(&b->line, strerrordesc_np(errno), now(b));
}

static void ready(void *self, uint32_t what)
{
    bus *b = self;
    int error = 0;
    socklen_t size = sizeof error;
    b->is_inside = true;
    if (b->line.state == LINE_DIALLING) {
        getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error)
            line_fell(&b->line, strerrordesc_np(error), now(b));
        else
            line_dialled(&b->line, now(b));
    } else if (what & LG_READ) {
        hear(b);
    }
    b->is_inside = false;
    settle(b);
}

/* A connection that is being made. */
static void dial(bus *b)
{
    char why[200];
    const int yes = 1;
    if (b->address.is_serial) {
        b->serial = serial_open(&b->address, b->line.timeout_ms, &b->fd, why, sizeof why);
    } else {
        b->fd = socket(b->address.to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (b->fd >= 0)
            setsockopt(b->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (b->fd >= 0 &&
            connect(b->fd, (const struct sockaddr *)&b->address.to, b->address.to_size) != 0 &&
            errno != EINPROGRESS) {
            line_fell(&b->line, strerrordesc_np(errno), now(b));
            return;
        }
    }
    if (b->fd >= 0)
        b->watch = host_of(b)->watch(host_of(b)->ctx, b->fd, ready, b);
    if (!b->watch)
        line_fell(&b->line, "there is no socket to be had", now(b));
    else if (b->serial)
        line_dialled(&b->line, now(b));
}

/* ---- all that follows from the state of the line ---- */

static void tell(bus *b)
{
    bool is_up = b->line.state == LINE_UP;
    bus_member *next;
    if (is_up == b->is_told_up)
        return;
    b->is_told_up = is_up;
    for (bus_member *m = b->members; m; m = next) {
        next = m->next;
        if (is_up)
            m->up(m->self);
        else
            m->down(m->self, b->line.why);
    }
}

static void set_alarm(bus *b)
{
    int64_t due_ms = line_due(&b->line), at_ms = now(b);
    if (due_ms >= 0)
        host_of(b)->set_alarm(host_of(b)->ctx, b->alarm,
                              due_ms > at_ms ? (uint32_t)(due_ms - at_ms) : 0);
}

static void settle(bus *b)
{
    if (b->is_inside)
        return;
    b->is_inside = true;
    for (;;) {
        if (b->line.state == LINE_RESTING && b->fd >= 0)
            hang_up(b);
        if (b->line.state == LINE_DIALLING && b->fd < 0)
            dial(b);
        tell(b);
        if (b->line.state == LINE_UP)
            flush(b);
        if (b->line.state != LINE_RESTING || b->fd < 0)
            break;
    }
    b->is_inside = false;
    if (b->watch)
        host_of(b)->watch_for(host_of(b)->ctx, b->watch,
                              b->line.state == LINE_DIALLING ? LG_WRITE
                              : b->line.out_size             ? LG_READ | LG_WRITE
                                                             : LG_READ);
    set_alarm(b);
}

static void due(void *self)
{
    bus *b = self;
    b->is_inside = true;
    line_tick(&b->line, now(b));
    b->is_inside = false;
    settle(b);
}

/* ---- members ---- */

static uint32_t hash(const char *text)
{
    uint32_t sum = 2166136261U;
    while (*text)
        sum = (sum ^ (uint8_t)*text++) * 16777619U;
    return sum;
}

/* Takes the services of the first member's host. */
static bool serve(bus *b)
{
    const lg_device_host *host = host_of(b);
    b->alarm = host->alarm(host->ctx, due, b);
    if (b->alarm && b->fd >= 0)
        b->watch = host->watch(host->ctx, b->fd, ready, b);
    return b->alarm != NULL;
}

static void unserve(bus *b)
{
    const lg_device_host *host = host_of(b);
    if (b->watch)
        host->unwatch(host->ctx, b->watch);
    if (b->alarm)
        host->drop_alarm(host->ctx, b->alarm);
    b->watch = b->alarm = NULL;
}

static void drop(bus *b)
{
    bus **place = &buses;
    while (*place && *place != b)
        place = &(*place)->next;
    if (*place)
        *place = b->next;
    free(b->name);
    free(b);
}

static bus *make(const char *address, uint32_t timeout_ms, bus_member *member, char *why,
                 size_t size)
{
    bus *b = calloc(1, sizeof *b);
    char *name = strdup(address);
    if (!b || !name || !address_of_bus(address, &b->address, why, size)) {
        if (!b || !name)
            snprintf(why, size, "out of memory");
        free(name);
        free(b);
        return NULL;
    }
    b->name = name;
    b->fd = -1;
    b->members = member;
    line_init(&b->line, timeout_ms, hash(address), now(b));
    if (b->address.is_serial)
        b->line.flying_max = 1;
    if (!serve(b)) {
        snprintf(why, size, "out of memory");
        drop(b);
        return NULL;
    }
    b->next = buses;
    buses = b;
    host_of(b)->set_alarm(host_of(b)->ctx, b->alarm, 0); /* dialled once the member knows it */
    return b;
}

bus *bus_join(const char *address, uint32_t timeout_ms, bus_member *member, char *why, size_t size)
{
    member->next = NULL;
    for (bus *b = buses; b; b = b->next) {
        if (strcmp(b->name, address) != 0)
            continue;
        member->next = b->members->next; /* behind the first, who serves */
        b->members->next = member;
        if (timeout_ms > b->line.timeout_ms)
            b->line.timeout_ms = timeout_ms;
        return b;
    }
    return make(address, timeout_ms, member, why, size);
}

void bus_leave(bus *b, bus_member *member)
{
    bus_member **place = &b->members;
    bool was_serving = b->members == member;
    if (was_serving)
        unserve(b);
    while (*place != member)
        place = &(*place)->next;
    *place = member->next;
    if (b->members && was_serving && serve(b))
        settle(b);
    if (b->members)
        return;
    if (b->fd >= 0)
        close(b->fd);
    serial_close(b->serial);
    drop(b);
}

bool bus_is_up(const bus *b)
{
    return b->line.state == LINE_UP;
}

void bus_ask(bus *b, line_ask *ask)
{
    line_ask_for(&b->line, ask, now(b));
    settle(b);
}

void bus_forget(bus *b, line_ask *ask)
{
    line_forget(&b->line, ask, now(b));
    settle(b);
}

bool bus_where(const bus *b, char *address, size_t size, uint16_t *port)
{
    char digits[16];
    if (b->address.is_serial ||
        getnameinfo((const struct sockaddr *)&b->address.to, b->address.to_size, address,
                    (socklen_t)size, digits, sizeof digits, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return false;
    *port = (uint16_t)strtoul(digits, NULL, 10);
    return true;
}
