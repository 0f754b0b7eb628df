/*
 * A peer's bytes wait in its bufferevent until a line is whole. One line is handled at a time; when
 * more is there already, reading stops and an event of the next round goes on with it. A peer is
 * freed outside of its own callbacks only: within them it is marked.
 *
 *     open --line--> open        (and `again` when there is more)
 *     open --too long--> leaving --all sent--> freed
 *     open, leaving --end, error, silence, too much waiting--> freed
 */
#include "loop/lines.h"

#include <errno.h>
#include <grp.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event_struct.h>
#include <event2/listener.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "loop/room.h"

typedef struct peer {
    lg_lines *lines;
    struct bufferevent *bev;
    struct event again;
    uint32_t number;
    char *late; /* what it is sent when it is heard again; NULL: nothing */
    uint32_t late_ms;
    bool waits;   /* for us: silence is fine */
    bool leaving; /* once all is sent */
    bool busy;    /* in one of its callbacks */
    bool lost;    /* to be freed when that ends */
} peer;

struct lg_lines {
    lg_mem *mem;
    lg_lines_input input;
    char *path;
    dev_t device; /* of the socket as it was made */
    ino_t inode;
    struct evconnlistener *listener;
    struct event breath; /* after which it listens again */
    peer *peers[LG_LINES_PEERS_MAX];
    uint32_t last_number;
    void (*before)(int); /* what SIGPIPE did */
};

/* ---- peers ---- */

static void free_peer(peer *p)
{
    lg_lines *lines = p->lines;
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (lines->peers[i] == p)
            lines->peers[i] = NULL;
    event_del(&p->again);
    lg_mem_strfree(lines->mem, p->late);
    bufferevent_free(p->bev); /* closes the socket */
    if (lines->input.gone)
        lines->input.gone(lines->input.ctx, p->number);
    lg_mem_free(lines->mem, p, sizeof *p);
}

static void lose(peer *p)
{
    p->lost = true;
    if (!p->busy)
        free_peer(p);
}

/* The end of a callback. */
static void let_go_if_lost(peer *p)
{
    p->busy = false;
    if (p->leaving && evbuffer_get_length(bufferevent_get_output(p->bev)) == 0)
        p->lost = true;
    if (p->lost)
        free_peer(p);
}

static peer *find_peer(lg_lines *lines, uint32_t number)
{
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (lines->peers[i] && lines->peers[i]->number == number && !lines->peers[i]->lost)
            return lines->peers[i];
    return NULL;
}

bool lg_lines_send(lg_lines *lines, uint32_t number, const char *text, size_t size)
{
    peer *p = find_peer(lines, number);
    if (!p)
        return false;
    struct evbuffer *output = bufferevent_get_output(p->bev);
    if (size + 1 > LG_LINES_WAITING_MAX ||
        evbuffer_get_length(output) > LG_LINES_WAITING_MAX - (size + 1) ||
        evbuffer_expand(output, size + 1) != 0 || evbuffer_add(output, text, size) != 0 ||
        evbuffer_add(output, "\n", 1) != 0) {
        lose(p);
        return false;
    }
    return true;
}

bool lg_lines_send_late(lg_lines *lines, uint32_t number, const char *text, size_t size,
                        uint32_t ms)
{
    peer *p = find_peer(lines, number);
    if (!p || p->late)
        return lg_lines_send(lines, number, text, size);
    p->late = lg_mem_alloc(lines->mem, size + 1);
    if (!p->late)
        return lg_lines_send(lines, number, text, size);
    memcpy(p->late, text, size);
    p->late[size] = '\0';
    p->late_ms = ms;
    return true;
}

void lg_lines_keep(lg_lines *lines, uint32_t number, bool waits)
{
    peer *p = find_peer(lines, number);
    if (p)
        p->waits = waits;
}

static void leave(peer *p)
{
    p->leaving = true;
    bufferevent_disable(p->bev, EV_READ);
    p->lines->input.too_long(p->lines->input.ctx, p->number);
}

/* The line whose end is @p end bytes on. */
static void handle_line(peer *p, struct evbuffer *input, size_t end)
{
    lg_lines *lines = p->lines;
    char *text = lg_mem_alloc(lines->mem, end + 2);
    if (!text) {
        p->lost = true;
        return;
    }
    evbuffer_remove(input, text, end + 1);
    text[end] = 0;
    lines->input.line(lines->input.ctx, p->number, text, end);
    lg_mem_free(lines->mem, text, end + 2);
}

/* Until its answer is due nothing more is heard of it. */
static void hold(peer *p)
{
    const struct timeval due = {.tv_sec = p->late_ms / 1000, .tv_usec = p->late_ms % 1000 * 1000};
    bufferevent_disable(p->bev, EV_READ);
    event_add(&p->again, &due);
}

static void serve(peer *p)
{
    static const struct timeval at_once = {0};
    const lg_lines *lines = p->lines;
    struct evbuffer *input = bufferevent_get_input(p->bev);
    p->busy = true;
    struct evbuffer_ptr at = evbuffer_search(input, "\n", 1, NULL);
    size_t length = at.pos < 0 ? evbuffer_get_length(input) : (size_t)at.pos;
    if (length > lines->input.line_max)
        leave(p);
    else if (at.pos >= 0)
        handle_line(p, input, length);
    if (!p->lost && !p->leaving && p->late) {
        hold(p);
    } else if (!p->lost && !p->leaving && at.pos >= 0 && evbuffer_get_length(input)) {
        bufferevent_disable(p->bev, EV_READ);
        event_add(&p->again, &at_once);
    } else if (!p->lost && !p->leaving) {
        bufferevent_enable(p->bev, EV_READ);
    }
    let_go_if_lost(p);
}

static void has_read(struct bufferevent *bev, void *ctx)
{
    peer *p = ctx;
    (void)bev;
    if (!p->leaving && !event_pending(&p->again, EV_TIMEOUT, NULL))
        serve(p);
}

static void goes_on(evutil_socket_t number, short what, void *ctx)
{
    peer *p = ctx;
    char *late = p->late;
    (void)number;
    (void)what;
    p->late = NULL;
    p->busy = true;
    if (late)
        lg_lines_send(p->lines, p->number, late, strlen(late));
    lg_mem_strfree(p->lines->mem, late);
    if (p->lost)
        free_peer(p);
    else
        serve(p);
}

static void has_written(struct bufferevent *bev, void *ctx)
{
    peer *p = ctx;
    (void)bev;
    p->busy = true;
    let_go_if_lost(p);
}

static void has_ended(struct bufferevent *bev, short what, void *ctx)
{
    peer *p = ctx;
    bool silence = (what & BEV_EVENT_TIMEOUT) && (what & BEV_EVENT_READING);
    bool half = evbuffer_get_length(bufferevent_get_input(bev)) > 0;
    if (silence && p->waits && !half)
        bufferevent_enable(bev, EV_READ); /* a timeout has switched it off */
    else
        lose(p);
}

static bool add_peer(lg_lines *lines, evutil_socket_t socket, peer **place)
{
    peer *p = lg_mem_zalloc(lines->mem, 1, sizeof *p);
    if (!p)
        return false;
    struct event_base *base = lg__loop_base(lines->input.loop);
    p->lines = lines;
    p->bev = bufferevent_socket_new(base, socket, BEV_OPT_CLOSE_ON_FREE);
    if (!p->bev) {
        lg_mem_free(lines->mem, p, sizeof *p);
        return false;
    }
    uint32_t idle = lines->input.idle_ms ? lines->input.idle_ms : LG_LINES_IDLE_MS;
    struct timeval timeout = {.tv_sec = idle / 1000, .tv_usec = idle % 1000 * 1000};
    p->number = ++lines->last_number;
    event_assign(&p->again, base, -1, 0, goes_on, p);
    bufferevent_setcb(p->bev, has_read, has_written, has_ended, p);
    bufferevent_set_timeouts(p->bev, &timeout, &timeout);
    bufferevent_setwatermark(p->bev, EV_READ, 0, lines->input.line_max + 2);
    bufferevent_enable(p->bev, EV_READ | EV_WRITE);
    *place = p;
    return true;
}

/* ---- the socket ---- */

static void has_come(struct evconnlistener *listener, evutil_socket_t socket,
                     struct sockaddr *address, int length, void *ctx)
{
    lg_lines *lines = ctx;
    (void)listener;
    (void)address;
    (void)length;
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (!lines->peers[i]) {
            if (!add_peer(lines, socket, &lines->peers[i]))
                close(socket);
            return;
        }
    struct iovec pieces[] = {
        {.iov_base = (void *)(uintptr_t)lines->input.full, .iov_len = strlen(lines->input.full)},
        {.iov_base = (void *)(uintptr_t) "\n", .iov_len = 1},
    };
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    (void)!sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL); /* or it learns nothing */
    close(socket);
}

/* As when there are no descriptors left: asking again at once would only keep us busy. */
static void cannot_accept(struct evconnlistener *listener, void *ctx)
{
    static const struct timeval a_breath = {.tv_sec = 1};
    lg_lines *lines = ctx;
    evconnlistener_disable(listener);
    event_add(&lines->breath, &a_breath);
}

static void breathed(evutil_socket_t number, short what, void *ctx)
{
    (void)number;
    (void)what;
    evconnlistener_enable(((lg_lines *)ctx)->listener);
}

static lg_status cannot(lg_err *err, const char *path, const char *why)
{
    return lg_fail(err, LG_IO, "cannot listen at %s: %s", path, why);
}

/* Removes a socket that nobody listens at; anything else that lies there stays. */
static lg_status make_way(const struct sockaddr_un *address, lg_err *err)
{
    struct stat there;
    if (lstat(address->sun_path, &there) != 0)
        return errno == ENOENT ? LG_OK : cannot(err, address->sun_path, strerror(errno));
    if (!S_ISSOCK(there.st_mode))
        return cannot(err, address->sun_path, "something else lies there, which is no socket");
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return cannot(err, address->sun_path, strerror(errno));
    bool answered = connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    int why = errno;
    close(probe);
    if (answered || why == EAGAIN)
        return cannot(err, address->sun_path, "another host is listening there");
    if (why != ECONNREFUSED)
        return cannot(err, address->sun_path, strerror(why));
    if (unlink(address->sun_path) != 0 && errno != ENOENT)
        return cannot(err, address->sun_path, strerror(errno));
    return LG_OK;
}

/* The mode is given before the name: nobody else can connect in between. */
static lg_status bind_socket(lg_lines *lines, int fd, lg_err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(lines->path);
    if (length >= sizeof address.sun_path)
        return lg_fail(err, LG_IO,
                       "cannot listen at %s: the path has %zu bytes, a socket's at most %zu; a "
                       "shorter one is needed",
                       lines->path, length, sizeof address.sun_path - 1);
    memcpy(address.sun_path, lines->path, length + 1);
    lg_status status = make_way(&address, err);
    if (status != LG_OK)
        return status;
    struct stat made;
    const struct group *group = lines->input.group ? getgrnam(lines->input.group) : NULL;
    if (lines->input.group && !group)
        return cannot(err, lines->path, "there is no such group");
    if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, LG_LINES_PEERS_MAX) != 0) /* at once: who sees the name wants to connect */
        return cannot(err, lines->path, strerror(errno));
    if (group &&
        (chown(lines->path, (uid_t)-1, group->gr_gid) != 0 || chmod(lines->path, 0660) != 0)) {
        int why = errno;
        unlink(lines->path);
        return cannot(err, lines->path, strerror(why));
    }
    if (lstat(lines->path, &made) == 0) {
        lines->device = made.st_dev;
        lines->inode = made.st_ino;
    }
    return LG_OK;
}

static lg_status listen_at(lg_lines *lines, lg_err *err)
{
    struct event_base *base = lg__loop_base(lines->input.loop);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return cannot(err, lines->path, strerror(errno));
    lg_status status = bind_socket(lines, fd, err);
    if (status != LG_OK) {
        close(fd);
        return status;
    }
    event_assign(&lines->breath, base, -1, 0, breathed, lines);
    lines->listener =
        evconnlistener_new(base, has_come, lines, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0,
                           fd); /* 0: it listens already */
    if (!lines->listener) {
        close(fd);
        return lg_fail(err, LG_MEMORY, "cannot listen at %s: out of memory", lines->path);
    }
    evconnlistener_set_error_cb(lines->listener, cannot_accept);
    return LG_OK;
}

lg_status lg_lines_open(lg_mem *mem, const lg_lines_input *input, lg_err *err, lg_lines **out)
{
    *out = NULL;
    lg_lines *lines = lg_mem_zalloc(mem, 1, sizeof *lines);
    if (!lines)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lines->mem = mem;
    lines->input = *input;
    if (!lines->input.line_max)
        lines->input.line_max = LG_LINES_LINE_MAX;
    lines->before = signal(SIGPIPE, SIG_IGN); /* a peer that has gone is no reason to end */
    lines->path = lg_mem_strdup(mem, input->path);
    lg_status status =
        lines->path ? listen_at(lines, err) : lg_fail(err, LG_MEMORY, "out of memory");
    if (status != LG_OK) {
        lg_lines_close(lines, 0);
        return status;
    }
    *out = lines;
    return LG_OK;
}

static bool anything_waits(const lg_lines *lines)
{
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (lines->peers[i] &&
            evbuffer_get_length(bufferevent_get_output(lines->peers[i]->bev)) > 0)
            return true;
    return false;
}

static void remove_socket(const lg_lines *lines)
{
    struct stat there;
    if (lines->inode && lstat(lines->path, &there) == 0 && there.st_dev == lines->device &&
        there.st_ino == lines->inode)
        unlink(lines->path);
}

void lg_lines_close(lg_lines *lines, uint32_t flush_ms)
{
    if (!lines)
        return;
    int64_t end_ns = lg_loop_now_ns() + flush_ms * INT64_C(1000000);
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (lines->peers[i]) { /* nothing more is heard from them */
            bufferevent_disable(lines->peers[i]->bev, EV_READ);
            event_del(&lines->peers[i]->again);
        }
    if (lines->listener) {
        evconnlistener_free(lines->listener);
        event_del(&lines->breath);
    }
    remove_socket(lines);
    while (flush_ms && anything_waits(lines) && lg_loop_now_ns() < end_ns)
        lg_loop_wait(lines->input.loop, end_ns);
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (lines->peers[i])
            free_peer(lines->peers[i]);
    signal(SIGPIPE, lines->before);
    lg_mem_strfree(lines->mem, lines->path);
    lg_mem_free(lines->mem, lines, sizeof *lines);
}
