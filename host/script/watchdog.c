/*
 * Stops callbacks that run too long, at no cost for those that do not. A count hook would slow
 * every instruction; instead a timer of the thread's own processor time sends a signal now and
 * then, and only when the same callback is still running after its time a hook is set, which then
 * stops it at its next instruction (budget.c). The periods are counted in the agent, so that a
 * callback that waits for answers goes on where it was. Loops in C charge their work and so look at
 * agent->stop, or are bounded.
 *
 * A coroutine that the hook has ended keeps its hooks switched off, even when it is reset: nothing
 * that runs on it later could be stopped. So the state of a script that was stopped is thrown away
 * (call.c).
 *
 * The clock decides only who is stopped, never what anybody computes; who repeats a run must be
 * told of it (lg_stopped).
 */
#include "script/state.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WATCH_SIGNAL SIGVTALRM

enum { WATCH_PERIOD_MS = 50 };

/* What runs in this thread; read by the signal handler of the same thread. */
typedef struct watch {
    lua_State *volatile L;
    lg_agent *volatile agent;
    bool armed;
    int missing; /* errno of the timer that could not be made, until it has been told */
} watch;

static _Thread_local watch running;

static void on_signal(int number)
{
    (void)number;
    watch *w = &running;
    lua_State *L = w->L;
    if (!L)
        return;
    lg_agent *agent = w->agent;
    agent->periods = agent->periods + 1;
    if (lg__watch_seconds(agent) < lg__watch_limit(agent))
        return;
    if (!agent->stop)
        agent->stop = LG_STOP_TIME;
    lua_sethook(L, lg__budget_hook, LUA_MASKCOUNT, 1);
}

double lg__watch_seconds(const lg_agent *agent)
{
    return agent->periods * (WATCH_PERIOD_MS / 1000.0);
}

double lg__watch_limit(const lg_agent *agent)
{
    const lg_budget *budget = &agent->input.budget;
    return lg_follow_limit(agent->input.follow,
                           agent->co ? budget->seconds_per_call : budget->seconds_at_load);
}

/* One timer a thread, made when it first runs a callback; it lives as long as the thread. */
static void arm(watch *w)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = WATCH_SIGNAL};
    const struct itimerspec period = {
        .it_interval = {.tv_nsec = WATCH_PERIOD_MS * 1000000L},
        .it_value = {.tv_nsec = WATCH_PERIOD_MS * 1000000L},
    };
    timer_t timer;
    w->armed = true;
    sigemptyset(&action.sa_mask);
    sigaction(WATCH_SIGNAL, &action, NULL);
    event._sigev_un._tid = gettid();
    if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0 ||
        timer_settime(timer, 0, &period, NULL) != 0)
        w->missing = errno;
}

void lg__watch_arm(void)
{
    if (!running.armed)
        arm(&running);
}

const char *lg__watch_missing(void)
{
    int why = running.missing;
    running.missing = 0;
    return why ? strerror(why) : NULL;
}

void lg__watch_begin(lg_agent *agent, lua_State *L)
{
    watch *w = &running;
    if (__builtin_expect(!w->armed, 0))
        arm(w);
    lg__budget_count(agent, L);
    w->agent = agent;
    w->L = L;
}

lua_State *lg__watch_switch(lua_State *L)
{
    watch *w = &running;
    lua_State *before = w->L;
    w->L = L;
    return before;
}

lua_State *lg__watch_running(void)
{
    return running.L;
}

void lg__watch_end(void)
{
    watch *w = &running;
    lua_State *L = w->L;
    w->L = NULL;
    if (__builtin_expect(w->agent->stop, 0)) /* it may have ended by itself just then */
        lua_sethook(L, NULL, 0, 0);
}
