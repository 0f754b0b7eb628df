/* epoll, and alarms that are looked through each turn. */
#include "loop.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct loop_point {
    loop *loop;
    loop_point *next;
    int fd; /* -1: an alarm */
    void (*ready)(void *self, uint32_t what);
    void (*due)(void *self);
    void *self;
    int64_t due_us; /* 0: not set */
    bool gone;
};

static int64_t clock_us(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void refuse(void *ctx, const char *sentence)
{
    loop *l = ctx;
    snprintf(l->refusal, sizeof l->refusal, "%s", sentence);
}

static void say(void *ctx, uint32_t level, const char *sentence)
{
    loop *l = ctx;
    (void)level;
    snprintf(l->said, sizeof l->said, "%s", sentence);
}

static loop_point *point(loop *l)
{
    loop_point *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->loop = l;
    p->next = l->points;
    p->fd = -1;
    l->points = p;
    return p;
}

static void *watch(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self)
{
    loop *l = ctx;
    loop_point *p = point(l);
    struct epoll_event event = {.data = {.ptr = p}};
    p->fd = fd;
    p->ready = ready;
    p->self = self;
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        abort();
    return p;
}

static void watch_for(void *ctx, void *at, uint32_t what)
{
    loop *l = ctx;
    loop_point *p = at;
    struct epoll_event event = {
        .events = (what & LG_GATEWAY_READ ? (uint32_t)EPOLLIN : 0) |
                  (what & LG_GATEWAY_WRITE ? (uint32_t)EPOLLOUT : 0),
        .data = {.ptr = p},
    };
    (void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, p->fd, &event);
}

static void forget(void *ctx, void *at)
{
    loop *l = ctx;
    loop_point *p = at;
    if (p->fd >= 0)
        (void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, p->fd, NULL);
    p->gone = true; /* swept after the turn: an event of it may be on its way */
}

static void *alarm_new(void *ctx, void (*due)(void *self), void *self)
{
    loop_point *p = point(ctx);
    p->due = due;
    p->self = self;
    return p;
}

static void set_alarm(void *ctx, void *at, uint32_t ms)
{
    loop_point *p = at;
    (void)ctx;
    p->due_us = clock_us(CLOCK_MONOTONIC) + (int64_t)ms * 1000;
}

static int64_t wall_ms(void *ctx)
{
    (void)ctx;
    return clock_us(CLOCK_REALTIME) / 1000;
}

static const lg_microgrid_door *microgrid(void *ctx, uint32_t index)
{
    const loop *l = ctx;
    return index < sizeof l->microgrids / sizeof *l->microgrids ? l->microgrids[index] : NULL;
}

void loop_open(loop *l, const lg_trading_door *door)
{
    *l = (loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    l->host = (lg_gateway_host){
        .size = sizeof l->host,
        .abi_minor = LG_ABI_MINOR,
        .ctx = l,
        .refuse = refuse,
        .say = say,
        .watch = watch,
        .watch_for = watch_for,
        .unwatch = forget,
        .alarm = alarm_new,
        .set_alarm = set_alarm,
        .drop_alarm = forget,
        .wall_ms = wall_ms,
        .trading = door,
        .microgrid = microgrid,
    };
}

static void sweep(loop *l, bool all)
{
    for (loop_point **at = &l->points; *at;) {
        loop_point *p = *at;
        if (p->gone || all) {
            *at = p->next;
            free(p);
        } else {
            at = &p->next;
        }
    }
}

void loop_close(loop *l)
{
    sweep(l, true);
    close(l->epoll);
}

void loop_turn(loop *l, int ms)
{
    struct epoll_event events[256];
    int64_t now = clock_us(CLOCK_MONOTONIC);
    for (const loop_point *p = l->points; p; p = p->next)
        if (p->fd < 0 && p->due_us && !p->gone) {
            int64_t left = p->due_us <= now ? 0 : (p->due_us - now + 999) / 1000;
            ms = left < ms ? (int)left : ms;
        }
    int count = epoll_wait(l->epoll, events, 256, ms);
    int64_t began = clock_us(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < count; i++) {
        const loop_point *p = events[i].data.ptr;
        uint32_t what =
            (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) ? LG_GATEWAY_READ : 0u) |
            (events[i].events & EPOLLOUT ? LG_GATEWAY_WRITE : 0u);
        if (!p->gone)
            p->ready(p->self, what);
    }
    for (loop_point *p = l->points; p; p = p->next)
        if (p->fd < 0 && !p->gone && p->due_us && p->due_us <= clock_us(CLOCK_MONOTONIC)) {
            p->due_us = 0;
            p->due(p->self);
        }
    sweep(l, false);
    int64_t took = clock_us(CLOCK_THREAD_CPUTIME_ID) - began;
    l->slowest_us = took > l->slowest_us ? took : l->slowest_us;
}
