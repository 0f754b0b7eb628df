/* host/app/sweep_figures.h — what a game of a sweep gave, and several of them together
 */
#ifndef LG_APP_SWEEP_FIGURES_H
#define LG_APP_SWEEP_FIGURES_H

#include <stdbool.h>
#include "base/mem.h"
#include "base/status.h"

/**
 * Figures of the community, in the order of tables.
 *        name                  key of files           unit    decimals
 */
#define LG_SWEEP_FIGURES(X)                                                                        \
    X(BILL, "bill", "bill_EUR", "EUR", 2)                                                          \
    X(BASE, "no market", "base_bill_EUR", "EUR", 2)                                                \
    X(SAVING, "saved", "saving_EUR", "EUR", 2)                                                     \
    X(SUFFICIENCY, "self-suff.", "self_sufficiency_percent", "%", 1)                               \
    X(CONSUMPTION, "self-cons.", "self_consumption_percent", "%", 1)                               \
    X(PEAK, "peak import", "peak_import_kW", "kW", 2)                                              \
    X(FEES, "grid fees", "fees_EUR", "EUR", 2)                                                     \
    X(UNSERVED, "unserved", "unserved_kWh", "kWh", 2)

typedef enum lg_sweep_figure {
#define X(name, title, key, unit, decimals) LG_SWEEP_##name,
    LG_SWEEP_FIGURES(X)
#undef X
        LG_SWEEP_COUNT
} lg_sweep_figure;

/** One game. Texts and arrays live in the arena it was read into. */
typedef struct lg_sweep_game {
    bool failed;
    const char *reason; /* of failed */
    const char *run_hash;
    double values[LG_SWEEP_COUNT]; /* NaN where there is none: nothing was produced, ... */
    const char **homes;
    double *bills; /* EUR, one a home */
    uint32_t home_count;
} lg_sweep_game;

/** Reads the game in @p folder, with its seats. @return LG_OK; LG_STORE it cannot be read;
 * LG_MEMORY
 */
lg_status lg_sweep_game_read(lg_mem *mem, lg_arena *arena, const char *folder, uint32_t seat_count,
                             lg_sweep_game *game, lg_err *err) LG_CHECKED;

/** A mean and half of its 95 % interval by Student's t. */
typedef struct lg_sweep_mean {
    uint32_t count; /* values that are numbers */
    double mean;    /* NaN without one */
    double half;    /* NaN with fewer than two */
} lg_sweep_mean;

/** Of @p count values; NaN is none. */
lg_sweep_mean lg_sweep_mean_of(const double *values, uint32_t count);

#endif
