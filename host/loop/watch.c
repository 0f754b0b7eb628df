/* One libevent event a direction, so that a change of one leaves the other alone. */
#include "loop/watch.h"

#include <event2/event_struct.h>
#include "loop/room.h"

struct lg_watch_point {
    lg_mem *mem;
    struct event read, write; /* an alarm uses the first */
    unsigned what;
    void (*ready)(void *ctx, unsigned what);
    void (*due)(void *ctx);
    void *ctx;
};

static void is_ready(evutil_socket_t fd, short what, void *ctx)
{
    lg_watch_point *p = ctx;
    (void)fd;
    p->ready(p->ctx, what & EV_READ ? LG_WATCH_READ : LG_WATCH_WRITE);
}

static void is_due(evutil_socket_t fd, short what, void *ctx)
{
    lg_watch_point *p = ctx;
    (void)fd;
    (void)what;
    p->due(p->ctx);
}

static lg_watch_point *new_point(lg_loop *loop, void *ctx)
{
    lg_mem *mem = lg__loop_mem(loop);
    lg_watch_point *p = lg_mem_zalloc(mem, 1, sizeof *p);
    if (p) {
        p->mem = mem;
        p->ctx = ctx;
    }
    return p;
}

lg_watch_point *lg_watch_fd(lg_loop *loop, int fd, void (*ready)(void *ctx, unsigned what),
                            void *ctx)
{
    lg_watch_point *p = new_point(loop, ctx);
    if (!p)
        return NULL;
    struct event_base *base = lg__loop_base(loop);
    p->ready = ready;
    if (event_assign(&p->read, base, fd, EV_READ | EV_PERSIST, is_ready, p) == 0 &&
        event_assign(&p->write, base, fd, EV_WRITE | EV_PERSIST, is_ready, p) == 0)
        return p;
    lg_mem_free(p->mem, p, sizeof *p);
    return NULL;
}

static bool turn_to(struct event *event, bool on)
{
    return on ? event_add(event, NULL) == 0 : event_del(event) == 0;
}

lg_status lg_watch_for(lg_watch_point *p, unsigned what)
{
    unsigned change = what ^ p->what;
    if (change & LG_WATCH_READ && !turn_to(&p->read, what & LG_WATCH_READ))
        return LG_MEMORY;
    if (change & LG_WATCH_WRITE && !turn_to(&p->write, what & LG_WATCH_WRITE))
        return LG_MEMORY;
    p->what = what;
    return LG_OK;
}

lg_watch_point *lg_watch_alarm(lg_loop *loop, void (*due)(void *ctx), void *ctx)
{
    lg_watch_point *p = new_point(loop, ctx);
    if (!p)
        return NULL;
    p->due = due;
    evtimer_assign(&p->read, lg__loop_base(loop), is_due, p);
    return p;
}

lg_status lg_watch_set(lg_watch_point *p, uint32_t ms)
{
    struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    return event_add(&p->read, &wait) == 0 ? LG_OK : LG_MEMORY;
}

void lg_watch_point_free(lg_watch_point *p)
{
    if (!p)
        return;
    event_del(&p->read);
    if (p->ready)
        event_del(&p->write);
    lg_mem_free(p->mem, p, sizeof *p);
}
