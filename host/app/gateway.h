/* host/app/gateway.h — a run's gateway: the plugin that lets clients of another protocol in
 *
 * The plugin sees the market and makes things happen by acts of the world alone (clients.h), so
 * what it does is in the journal. It is called from rounds of the loop and, about what happens in a
 * tick, from within it.
 */
#ifndef LG_APP_GATEWAY_H
#define LG_APP_GATEWAY_H

#include "app/helm.h"
#include "app/setup.h"
#include "app/world.h"
#include "loop/loop.h"

/** Longest --await-batches, in seconds; and what it is when no time is given. */
#define LG_GATEWAY_AWAIT_MAX_S 86400
#define LG_GATEWAY_AWAIT_S     5

typedef struct lg_gate lg_gate;

/** Borrowed; must outlive it. */
typedef struct lg_gate_input {
    const lg_setup *setup;
    const char *named; /* NAME=ADDRESS */
    int64_t
        await_ms; /* a tick waits at most so long for a client that was told something; 0: not */
    lg_loop *loop;
    lg_world *world;
    lg_helm *helm;
    lg_notes *notes;
} lg_gate_input;

/** Splits NAME=ADDRESS. @return LG_OK; LG_INVALID err says what was expected */
lg_status lg_gate_name(const char *named, char *name, size_t size, const char **address,
                       lg_err *err) LG_CHECKED;
/** "10", "2.5": seconds. @return LG_OK; LG_INVALID err says what was expected */
lg_status lg_gate_await(const char *seconds, int64_t *ms, lg_err *err) LG_CHECKED;

/** Finds the plugin; it is not opened yet. @return LG_OK; LG_UNKNOWN no plugin offers it, err says
 * which there are; LG_MEMORY */
lg_status lg_gate_new(lg_mem *mem, const lg_gate_input *input, lg_err *err,
                      lg_gate **out) LG_CHECKED;
/** Opens the gateway; from here on clients may come. Once, between two ticks. @return LG_OK;
 * LG_INVALID the address; LG_PLUGIN err says why it cannot be; LG_MEMORY */
lg_status lg_gate_open(lg_gate *gate, lg_err *err) LG_CHECKED;
bool lg_gate_is_open(const lg_gate *gate);

/**
 * Whether the next tick waits for clients: until *until_ns of lg_loop_now_ns() at the latest, when
 * it is to be asked again. A time-out is told with those who were waited for.
 */
bool lg_gate_waits(lg_gate *gate, int64_t *until_ns);
/** Whom the next tick waits for, for the progress line; false: for nobody. */
bool lg_gate_tell(const lg_gate *gate, char *out, size_t size);
/** After each tick and each round. @return LG_OK; else the run cannot go on, err says why */
lg_status lg_gate_look(lg_gate *gate, lg_err *err) LG_CHECKED;

/** Tells clients that there are no more slots, if that was not done, waits a little until they were
 * told, and closes. NULL is fine. */
void lg_gate_close(lg_gate *gate);

#endif
