/* host/arena/figures.h — what a finished game gives: read from its results, printed as game.json
 *
 * Energy in micro-watt-hours, money in micro-cents.
 */
#ifndef LG_ARENA_FIGURES_H
#define LG_ARENA_FIGURES_H

#include "arena/game.h"
#include "arena/score.h"
#include "base/text.h"
#include "grid/site.h"
#include "scenario/scenario.h"

/** What became of a seat: OK while its script played to the end, whatever single callbacks did
 * (faults says how many failed, and cost what they commanded); else why "baseline" has its seat. */
typedef enum lg_outcome {
    LG_OUTCOME_OK,
    LG_OUTCOME_ERROR,   /* too many callbacks failed one after the other */
    LG_OUTCOME_INVALID, /* the script could not be loaded; "baseline" played from the start */
    LG_OUTCOME_TIMEOUT, /* it took more than its budget too often, or hung */
    LG_OUTCOME_MEMORY,  /* it took more memory than it had */
} lg_outcome;

/** "ok", "error", "invalid", "timeout", "memory". */
const char *lg_outcome_name(lg_outcome outcome);

/** A seat of a finished game. Texts live in the figures. */
typedef struct lg_seat_figures {
    lg_outcome outcome;
    const char *code;       /* of what ended its script, a code of `explain`; "" while it played */
    uint32_t given_up_slot; /* from which on others traded for it; LG_NONE: never */
    const char *taken_over; /* by whom: names of scripts; "" */
    uint64_t faults;        /* callbacks that failed */
    uint64_t breaches;      /* of them, those that took more units than they had */
    uint64_t refused;       /* commands that were refused */
    /* of a trader */
    int64_t bought_uwh, sold_uwh, unserved_uwh;
    int64_t bill_uct;     /* spent - earned + fees + unserved + settlement + imbalance */
    int64_t unserved_uct; /* part of it */
    int64_t stored_start_uwh, stored_end_uwh; /* in all its batteries, before and after */
    lg_stored_rates stored;                   /* what the difference is worth */
    int64_t cost_uct;                         /* bill minus that: lg_seat_cost_uct() */
    bool has_bound; /* of a seat where "baseline" sits: games are scored against that one's bound */
    int64_t bound_uct; /* the least cost that could have been, of lg_bound() */
    /* of an operator: of its markets together */
    int64_t fees_uct;        /* that they have earned */
    int64_t peak_import_uwh; /* most that one took from the market above in a slot, the largest */
} lg_seat_figures;

typedef struct lg_figures {
    lg_mem *mem;
    lg_arena arena;
    lg_seat_figures *seats; /* as in the game */
    uint32_t seat_count;
    uint32_t slots, slot_s;
    uint64_t trades;
    const char *run_hash;
    /* the community, as the store's table has it */
    const char *community; /* name of its area */
    int64_t produced_uwh, consumed_own_uwh, demanded_uwh, unserved_uwh, peak_import_uwh;
    int64_t members_bill_uct, members_base_uct; /* base: without a local market */
    int64_t members_cost_uct;  /* the bill minus what is stored more at the end: of each home its
                                  lg_seat_cost_uct() */
    int64_t members_spent_uct; /* what members paid before earnings, unserved demand included */
    lg_welfare welfare;
} lg_figures;

/** What is read; borrowed. */
typedef struct lg_figures_input {
    const char *folder; /* results of the run */
    const lg_game *game;
    const lg_scenario *scenario;     /* as the game has read it: for bounds; NULL: there are none */
    const lg_driver *const *drivers; /* those that its assets mean */
} lg_figures_input;

/**
 * Reads the results of a game. lg_figures_fini() in every case.
 * @return LG_OK; LG_STORE they cannot be read, or are not whole (err says which); LG_MEMORY
 */
lg_status lg_figures_read(lg_mem *mem, const lg_figures_input *input, lg_figures *figures,
                          lg_err *err) LG_CHECKED;
void lg_figures_fini(lg_figures *figures);

/** Appends game.json: the same bytes for the same game. */
void lg_figures_print(const lg_figures *figures, const lg_game *game, const char *name,
                      lg_text *out);

/**
 * Reads game.json back: what lg_figures_print() has said. lg_figures_fini() in every case.
 * @return LG_OK; LG_STORE it cannot be read, or has other seats than @p seat_count (err says so);
 * LG_MEMORY
 */
lg_status lg_figures_load(lg_mem *mem, const char *file, uint32_t seat_count, lg_figures *figures,
                          lg_err *err) LG_CHECKED;

#endif
