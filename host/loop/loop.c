/* This room alone knows libevent. The base is made without locks (one thread owns it), and the
 * events live in our own blocks, so that a watch is freed with its size like everything else.
 * libevent's own tables come from the C library: its allocator hook is global to the process and is
 * left alone.
 */
#include "loop/room.h"

#include <event2/event_struct.h>
#include <signal.h>
#include <time.h>
#include "loop/base.h"

/* Signals that nobody has heard yet: the loop only looks between ticks, and a plugin that does not
 * return keeps it from looking. The third one in vain takes its usual course. */
static volatile sig_atomic_t unheard;
static void (*pass_on[NSIG])(int); /* libevent's own handlers */

static void arrived(int number)
{
    if (++unheard < 3) {
        pass_on[number](number);
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

typedef struct watch {
    struct watch *next;
    struct event event;
    void (*heard)(void *ctx, int number); /* one of the two */
    void (*due)(void *ctx);
    void *ctx;
} watch;

struct lg_loop {
    lg_mem *mem;
    struct event_base *base;
    watch *watches;
    struct lg__child *children;
    struct event alarm; /* ends a wait */
    int64_t last_ns;    /* of the last round */
};

int64_t lg_loop_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct event_base *lg__loop_base(lg_loop *loop)
{
    return loop->base;
}

struct event_base *lg_loop_base(lg_loop *loop)
{
    return loop->base;
}

struct lg__child **lg__loop_children(lg_loop *loop)
{
    return &loop->children;
}

lg_mem *lg__loop_mem(lg_loop *loop)
{
    return loop->mem;
}

static void rang(evutil_socket_t number, short what, void *ctx)
{
    (void)number;
    (void)what;
    (void)ctx; /* that it ends the wait is all it is for */
}

static void happened(evutil_socket_t number, short what, void *ctx)
{
    watch *w = ctx;
    if (what & EV_SIGNAL) {
        unheard = 0;
        w->heard(w->ctx, (int)number);
    } else
        w->due(w->ctx);
}

lg_loop *lg_loop_new(lg_mem *mem)
{
    lg_loop *loop = lg_mem_zalloc(mem, 1, sizeof *loop);
    if (!loop)
        return NULL;
    loop->mem = mem;
    struct event_config *config = event_config_new();
    if (config) {
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
        loop->base = event_base_new_with_config(config);
        event_config_free(config);
    }
    if (!loop->base) {
        lg_mem_free(mem, loop, sizeof *loop);
        return NULL;
    }
    event_assign(&loop->alarm, loop->base, -1, 0, rang, NULL);
    return loop;
}

void lg_loop_free(lg_loop *loop)
{
    if (!loop)
        return;
    LG_ASSERT(!loop->children);
    while (loop->watches) {
        watch *w = loop->watches;
        loop->watches = w->next;
        event_del(&w->event);
        lg_mem_free(loop->mem, w, sizeof *w);
    }
    event_base_free(loop->base);
    lg_mem_free(loop->mem, loop, sizeof *loop);
}

/* Takes @p w over: it hangs in the loop or is freed again. */
static lg_status hang(lg_loop *loop, watch *w, int number, short what,
                      const struct timeval *interval)
{
    if (event_assign(&w->event, loop->base, number, what, happened, w) != 0 ||
        event_add(&w->event, interval) != 0) {
        lg_mem_free(loop->mem, w, sizeof *w);
        return LG_INVALID;
    }
    w->next = loop->watches;
    loop->watches = w;
    return LG_OK;
}

lg_status lg_loop_on_signal(lg_loop *loop, int number, void (*heard)(void *ctx, int number),
                            void *ctx)
{
    watch *w = lg_mem_zalloc(loop->mem, 1, sizeof *w);
    if (!w)
        return LG_MEMORY;
    w->heard = heard;
    w->ctx = ctx;
    lg_status status = hang(loop, w, number, EV_SIGNAL | EV_PERSIST, NULL);
    struct sigaction action;
    if (status == LG_OK && sigaction(number, NULL, &action) == 0 && action.sa_handler != arrived) {
        pass_on[number] = action.sa_handler;
        action.sa_handler = arrived;
        sigaction(number, &action, NULL);
    }
    return status;
}

lg_status lg_loop_every(lg_loop *loop, uint32_t interval_ms, void (*due)(void *ctx), void *ctx)
{
    if (interval_ms == 0)
        return LG_INVALID;
    watch *w = lg_mem_zalloc(loop->mem, 1, sizeof *w);
    if (!w)
        return LG_MEMORY;
    w->due = due;
    w->ctx = ctx;
    struct timeval interval = {.tv_sec = interval_ms / 1000, .tv_usec = interval_ms % 1000 * 1000};
    return hang(loop, w, -1, EV_TIMEOUT | EV_PERSIST, &interval);
}

void lg_loop_round_now(lg_loop *loop)
{
    loop->last_ns = lg_loop_now_ns();
    event_base_loop(loop->base, EVLOOP_NONBLOCK | EVLOOP_ONCE); /* not until all is quiet */
}

void lg_loop_round(lg_loop *loop)
{
    if (lg_loop_now_ns() - loop->last_ns >= LG_LOOP_ROUND_MS * INT64_C(1000000))
        lg_loop_round_now(loop);
}

void lg_loop_wait(lg_loop *loop, int64_t until_ns)
{
    int64_t left_us = until_ns == LG_LOOP_NEVER ? 0 : (until_ns - lg_loop_now_ns() + 999) / 1000;
    struct timeval wait = {.tv_sec = left_us / 1000000, .tv_usec = left_us % 1000000};
    if (until_ns != LG_LOOP_NEVER && (left_us <= 0 || event_add(&loop->alarm, &wait) != 0)) {
        lg_loop_round_now(loop);
        return;
    }
    loop->last_ns = lg_loop_now_ns();
    event_base_loop(loop->base, EVLOOP_ONCE);
    event_del(&loop->alarm);
}
