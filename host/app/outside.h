/* host/app/outside.h — what reaches a running world from outside, such as an operator's fee
 *
 * An act happens between two ticks and is a command of the run like any other: it counts in the
 * digest, and with the same acts at the same places a run comes out the same. So whoever records
 * runs keeps an act before it happens.
 */
#ifndef LG_APP_OUTSIDE_H
#define LG_APP_OUTSIDE_H

#include "base/hash.h"
#include "base/status.h"
#include "base/text.h"
#include "script/agent.h"

/** A tick of a run. */
typedef struct lg_place {
    uint32_t slot, tick;
} lg_place;

typedef enum lg_outside_kind {
    LG_OUTSIDE_FEE = 1,    /* the grid fee of market @p node, from the next slot on: @p number */
    LG_OUTSIDE_SCRIPT = 2, /* agent @p node runs the texts @p script from the next tick on; @p
                           number: 0, or the version that they are of and that comes back */
    LG_OUTSIDE_STOP = 3,   /* the script of agent @p node is given up within the tick, for a reason
                           that another run may not have: a clock, memory, a worker that is gone;
                           @p bytes say where and why. It is kept as it happens and counts in the
                           digest by what it does */
    LG_OUTSIDE_END = 4, /* the run ends before this tick, sooner than its scenario says; @p number
                           0: between slots, with its results finished; 1: they stay as they are */
    /* remote clients: app/clients.h says what the bytes are */
    LG_OUTSIDE_CLIENT = 5, /* one enters (@p number 1), or client @p node goes (0) */
    LG_OUTSIDE_CLAIM = 6,  /* client @p node takes over (1) or gives back (0) an asset or market */
    LG_OUTSIDE_BATCH = 7,  /* client @p node sends commands, for the next tick */
    LG_OUTSIDE_LEAVE = 8,  /* the owner of agent @p node has left: its template strategies take over
                              when the next slot opens */
    LG_OUTSIDE_TRADING = 9, /* gridpool @p node asks something of the intraday market;
                               app/intraday.h says what the bytes are */
    LG_OUTSIDE_STEP = 10, /* microgrids have gone on to @p number, ms since 1970, between two ticks;
                             what follows acts then */
    LG_OUTSIDE_MICROGRID = 11, /* something is asked of microgrid number @p node; app/microgrids.h
                                  says what the bytes are */
} lg_outside_kind;

/** In the place of a callback of an LG_OUTSIDE_STOP: its script could not be loaded. */
#define LG_OUTSIDE_AT_LOAD "the top level"

typedef struct lg_outside {
    lg_outside_kind kind;
    uint32_t slot, tick; /* the tick that is done next; set by the world */
    uint32_t node;       /* area or agent */
    int64_t number;    /* constant fees: micro-cents per kWh; percentage fees: parts per billion */
    lg_bundle *script; /* borrowed for the act */
    const void *bytes; /* what the kind says beyond that (journal/pack.h makes it); borrowed */
    size_t size;
} lg_outside;

/** Appends the act as bytes that are the same on every machine; its place is not among them. */
void lg_outside_pack(const lg_outside *act, lg_text *out);
/** An end of a script, and what was told of it, as act->bytes. */
void lg_outside_pack_stop(const lg_stopped *how, const char *words, lg_text *out);
/** Reads it; texts are copied to @p arena. @return LG_OK; LG_INVALID these are none; LG_MEMORY */
lg_status lg_outside_unpack_stop(const lg_outside *act, lg_arena *arena, lg_stopped *how,
                                 const char **words) LG_CHECKED;
/** Reads them; act->bytes lie within @p bytes, and act->script, when there is one, is the caller's
 * to lg_bundle_unref(). @return LG_OK; LG_INVALID these say no act; LG_MEMORY */
lg_status lg_outside_unpack(lg_mem *mem, const void *bytes, size_t size,
                            lg_outside *act) LG_CHECKED;

/**
 * Who keeps what a run must not forget. A status other than LG_OK ends the run (of keep: the act
 * does not happen), err has a sentence. Functions may be NULL.
 */
typedef struct lg_outside_keeper {
    void *ctx;
    /** The folder of the results is this run's; what an earlier run left in it is still there. */
    lg_status (*begin)(void *ctx, const char *folder, lg_err *err);
    /** Whether what happens next has happened before, and is told of where it went: then clocks do
     * not count (lg_follow). */
    bool (*follows)(void *ctx);
    /** What was told of the script of agent @p seat, which could not be loaded before the run that
     * is repeated; copied to @p arena. NULL: it could, or nothing is repeated. */
    const char *(*unloaded)(void *ctx, uint32_t seat, lg_arena *arena);
    /** Keeps an act before it happens. */
    lg_status (*keep)(void *ctx, const lg_outside *act, lg_err *err);
    /** A tick is done; @p mark stands for what has happened in its slot so far. */
    lg_status (*tick)(void *ctx, uint32_t tick, uint64_t mark, lg_err *err);
    /** A slot has closed; @p digest is that of everything so far. */
    lg_status (*slot)(void *ctx, uint32_t slot, lg_digest digest, lg_err *err);
} lg_outside_keeper;

#endif
