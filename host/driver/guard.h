/* host/driver/guard.h — whose code is running, so that a plugin that takes the program down is
 * named */
#ifndef LG_DRIVER_GUARD_H
#define LG_DRIVER_GUARD_H

#include <stdint.h>

/** A call into a plugin; texts are borrowed while it runs. */
typedef struct lg__guard {
    const char *who;      /* name of the driver or rule, or file of a plugin that is being loaded */
    const char *function; /* "open", "plan", ...; "match"; "load" while it is being loaded */
    const char *asset;    /* whose device is called, or whose market; NULL while loading */
    uint64_t calls;       /* how many there were, with this one */
} lg__guard;

/** Seconds after which a call that has not come back is told of, once; it may be twice as many. */
#define LG__GUARD_PATIENCE_S 5

/** The function of a matching rule: then `who` is no driver. */
#define LG__GUARD_MATCH "match"

/** In the place of an asset when it is a gateway that is called. */
#define LG__GUARD_GATEWAY "all clients"

/** The running call; who is NULL outside of one. Calls come one at a time. */
extern lg__guard lg__guard_now;

/**
 * Arms an exit handler and handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT, unless they are
 * there. Inside of a call they say on stderr which plugin ended the program and in which
 * function; exit() then ends it with 1, a signal goes on to whoever handled it before. A timer of
 * this thread tells of a call that does not come back; nothing can end it but the user. What calls
 * _exit() leaves no moment in which to speak.
 */
void lg__guard_arm(void);

static inline void lg__guard_enter(const char *who, const char *function, const char *asset)
{
    lg__guard_now = (lg__guard){who, function, asset, lg__guard_now.calls + 1};
}

static inline void lg__guard_leave(void)
{
    lg__guard_now.who = 0;
}

#endif
