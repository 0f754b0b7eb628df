/* A plugin runs in this process, so nothing keeps it from ending it; but the user has to hear who
 * did. The words are put together with write() alone: after a crash nothing else may be relied on,
 * and exit() may come out of any state. The signal handler stands on a stack of its own, because a
 * plugin may have used up the other one. It gives the signal back: a fault happens again as soon as
 * the handler returns and then meets the handler that was there before. */
#include "driver/guard.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

lg__guard lg__guard_now;

static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
#define TEXT_OF(x) #x
#define IN_TEXT(x) TEXT_OF(x)
#define PATIENCE   IN_TEXT(LG__GUARD_PATIENCE_S)

enum { NUMBERS = sizeof numbers / sizeof *numbers, STACK_BYTES = 1 << 16 };

static struct sigaction before[NUMBERS];
static char stack[STACK_BYTES];
static bool armed;

static void put(const char *text)
{
    size_t left = strlen(text);
    while (left) {
        ssize_t done = write(STDERR_FILENO, text, left);
        if (done <= 0)
            return;
        text += done;
        left -= (size_t)done;
    }
}

/* lunagrid: the plugin of driver "x" <what> in open(), called for "Home 1 load" */
static void say(const char *what)
{
    bool loading = !lg__guard_now.asset;
    bool rule = strcmp(lg__guard_now.function, LG__GUARD_MATCH) == 0;
    bool gateway = !loading && strcmp(lg__guard_now.asset, LG__GUARD_GATEWAY) == 0;
    put(loading   ? "\nlunagrid: the plugin "
        : gateway ? "\nlunagrid: the plugin of gateway \""
        : rule    ? "\nlunagrid: the plugin of matching rule \""
                  : "\nlunagrid: the plugin of driver \"");
    put(lg__guard_now.who);
    put(loading ? " " : "\" ");
    put(what);
    if (loading) {
        put(" while it was loaded\n");
        return;
    }
    put(" in ");
    put(lg__guard_now.function);
    if (gateway) {
        put("()\n");
        return;
    }
    put("(), called for \"");
    put(lg__guard_now.asset);
    put("\"\n");
}

static void at_exit(void)
{
    if (!lg__guard_now.who)
        return;
    say("ended the program");
    _exit(1);
}

static void at_signal(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (lg__guard_now.who)
        say(number == SIGABRT  ? "aborted"
            : number == SIGFPE ? "crashed (SIGFPE: arithmetic)"
            : number == SIGILL ? "crashed (SIGILL: no such instruction)"
            : number == SIGBUS ? "crashed (SIGBUS: memory)"
                               : "crashed (SIGSEGV: memory that is not its own)");
    lg__guard_now.who = NULL;
    for (int i = 0; i < NUMBERS; i++)
        if (numbers[i] == number)
            sigaction(number, &before[i], NULL);
    if (info->si_code <= 0) /* sent, so it will not come again by itself */
        raise(number);
}

static uint64_t seen, told; /* call numbers */

/* The same call as a period ago: it has been running for a period or more. */
static void at_period(int number)
{
    (void)number;
    if (!lg__guard_now.who || lg__guard_now.calls == told)
        return;
    if (lg__guard_now.calls == seen) {
        told = seen;
        say("has not come back for " PATIENCE " s");
        put("lunagrid: a plugin cannot be stopped; unless it comes back, only `kill -KILL` ends "
            "this run\n");
    }
    seen = lg__guard_now.calls;
}

/* Nothing depends on it, so a system that gives no timer only leaves such plugins unnamed. */
static void arm_timer(void)
{
    struct sigaction action = {.sa_handler = at_period, .sa_flags = SA_RESTART | SA_ONSTACK};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
    const struct itimerspec period = {
        .it_interval = {.tv_sec = LG__GUARD_PATIENCE_S},
        .it_value = {.tv_sec = LG__GUARD_PATIENCE_S},
    };
    timer_t timer;
    sigemptyset(&action.sa_mask);
    event._sigev_un._tid = gettid();
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        return;
    if (sigaction(SIGALRM, &action, NULL) == 0)
        timer_settime(timer, 0, &period, NULL);
}

void lg__guard_arm(void)
{
    stack_t old, own = {.ss_sp = stack, .ss_size = sizeof stack};
    /* A sanitizer brings a stack of its own, which does as well. */
    if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE))
        sigaltstack(&own, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = at_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < NUMBERS; i++) {
        struct sigaction there;
        if (sigaction(numbers[i], NULL, &there) == 0 && there.sa_sigaction != at_signal) {
            before[i] = there;
            sigaction(numbers[i], &action, NULL);
        }
    }
    if (!armed) {
        atexit(at_exit);
        arm_timer();
    }
    armed = true;
}
