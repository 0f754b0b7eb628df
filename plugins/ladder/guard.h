/* plugins/ladder/guard.h — a process of its own that makes equipment safe when we cannot
 *
 * A host that is killed, stopped or stuck writes no safe values. The guard does: it is told
 * beforehand what to send where, hears a beat, and when the beat stays away for GUARD_LIMIT_MS or
 * the pipe ends without a farewell it connects and sends. It knows no protocol: bytes to send and
 * the bytes that have to come back.
 *
 * What is said to it, one line each, on its standard input:
 *   T ADDRESS PORT    what follows goes there; an address in digits
 *   S HEX HEX         these bytes are sent, those must come back; "-": none
 *   P                 from now on, what was said since the last P is the plan
 *   B                 we are alive
 *   E                 all is safe: no need to do anything
 * It answers with a line "acted" or "failed" when it had to do something.
 */
#ifndef LADDER_GUARD_H
#define LADDER_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GUARD_LIMIT_MS = 2000,
    GUARD_BEAT_MS = 400, /* how often to beat */
};

#define GUARD_PROGRAM "lunagrid-guard"

/** The process, seen from the host. */
typedef struct guard guard;

/**
 * Starts the guard whose program stands beside the plugin that @p inside is a function or object
 * of. @return NULL: @p why says why
 */
guard *guard_start(const void *inside, char *why, size_t size);
/** Forms a plan, step by step; guard_plan() makes it the one that counts. False: the guard is
 * gone. */
bool guard_place(guard *g, const char *address, uint16_t port);
bool guard_send(guard *g, const uint8_t *bytes, size_t size, const uint8_t *expected,
                size_t expected_size);
bool guard_plan(guard *g);
/** We are alive. @return false: it is gone, nobody guards any more */
bool guard_beat(guard *g);
/** What it has done since it was asked last; NULL: nothing. A constant. */
const char *guard_deed(guard *g);
/** Ends it. @p is_safe: the equipment is; else the guard acts before it goes. NULL is fine. */
void guard_end(guard *g, bool is_safe);

#endif
