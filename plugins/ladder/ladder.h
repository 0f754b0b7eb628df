/* plugins/ladder/ladder.h — what stands between a command and real equipment
 *
 * Three rungs. Simulated: nothing is reached, the set point counts as followed. Shadow: the
 * equipment is read, and what would be written is told. Live: values are written, of points that
 * the owner has allowed, within limits, not faster than a ramp and not more often than an interval;
 * each ends when its time is over, is confirmed by the equipment or reported, and gives way to the
 * safe value on a fault and at the end.
 *
 * A ladder is one set point. It does no I/O and has no clock: ladder_step() says what is to be
 * written now, ladder_wrote() is told what came of it.
 *
 *            ladder_command()            its time is over, ladder_fault(), LADDER_ATTEMPTS failures
 *   FREE -------------------> COMMANDED --------------------------------------------> RETURNING
 *    ^  <- - the safe value, or the release, is confirmed - - - - - - - - - - - - - - - -'
 */
#ifndef LADDER_LADDER_H
#define LADDER_LADDER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum ladder_rung { LADDER_SIMULATE, LADDER_SHADOW, LADDER_LIVE } ladder_rung;

enum { LADDER_ATTEMPTS = 3, LADDER_AGAIN_MS = 1000 };

/** What the owner allows. */
typedef struct ladder_limits {
    bool is_allowed;
    double lower, upper;  /* no value outside is ever written */
    double ramp_per_s;    /* INFINITY: none. The safe value is not ramped */
    uint32_t interval_ms; /* between two different values, at least */
    uint32_t refresh_ms;  /* the same value is written again after it, so that the equipment's own
                             watchdog does not end it; 0: never */
    double safe;          /* NaN: the equipment is left to itself */
} ladder_limits;

typedef enum ladder_state { LADDER_FREE, LADDER_COMMANDED, LADDER_RETURNING } ladder_state;

/** What came of a command. */
typedef enum ladder_verdict {
    LADDER_TAKEN,     /* it will be written; ladder_wrote() tells more */
    LADDER_FORBIDDEN, /* the point is not among those allowed */
    LADDER_OUTSIDE,   /* of its limits */
    LADDER_OVER,      /* its time is over already */
} ladder_verdict;

typedef struct ladder {
    ladder_limits limits;
    ladder_rung rung;
    ladder_state state;
    double target; /* NaN: released */
    int64_t until_ms;
    uint64_t number; /* of the command that nobody was told about; 0: none */
    bool is_known;   /* applied is what the equipment holds */
    double applied;  /* NaN: it was released */
    bool is_flying;  /* a write is on its way */
    double flying;
    bool has_written;
    int64_t wrote_ms;  /* the last write began */
    uint32_t failures; /* one after the other */
    int64_t again_ms;  /* not before, after a failure */
    double measured;   /* what the equipment does; NaN: not known */
} ladder;

/** A point that nobody commands. Live equipment may hold anything: its safe value is written first
 * if the point is allowed. */
void ladder_init(ladder *l, ladder_rung rung, const ladder_limits *limits);

/** A command: NaN ends the one before. Another one that nobody was told about gives way: its
 * number is in *@p replaced, or 0. */
ladder_verdict ladder_command(ladder *l, uint64_t number, double value, int64_t until_ms,
                              int64_t now_ms, uint64_t *replaced);

/** Where the ramp begins when nothing was commanded: what was measured. NaN: not known. */
void ladder_measured(ladder *l, double value);

/**
 * Says what is to be written now: *@p value, NaN for the release. The caller does it (or, in
 * shadow, tells it) and calls ladder_wrote().
 * @return whether there is something
 */
bool ladder_step(ladder *l, int64_t now_ms, double *value);

/** What is to be told of a command; number 0: nothing. */
typedef struct ladder_news {
    uint64_t number;
    bool is_done; /* else it has failed, and the safe value is on its way */
} ladder_news;

/** The equipment has confirmed what was written, or not. */
ladder_news ladder_wrote(ladder *l, bool is_confirmed, int64_t now_ms);

/** The equipment is out of reach or has failed: what was commanded is over. Nobody knows what it
 * holds until the safe value is confirmed. */
ladder_news ladder_fault(ladder *l, int64_t now_ms);

/** When ladder_step() is to be called next; -1: only after something has happened. */
int64_t ladder_due(const ladder *l, int64_t now_ms);

/** Whether the equipment holds what it is meant to hold while nobody commands it. */
bool ladder_is_safe(const ladder *l);

#endif
