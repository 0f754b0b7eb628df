/* host/app/sweep.h — one scenario with all combinations of some settings, and a table of what came
 * of them
 */
#ifndef LG_APP_SWEEP_H
#define LG_APP_SWEEP_H

#include "app/args.h"
#include "app/sweep_axes.h"
#include "app/sweep_figures.h"
#include "base/text.h"

/** What the folder of a sweep has beside its jobs. */
#define LG_SWEEP_JSON "results.json"
#define LG_SWEEP_CSV  "results.csv"

/** A sweep that was played; borrowed. */
typedef struct lg_sweep_result {
    const char *name; /* of the scenario */
    const char *folder;
    uint32_t slots;
    const lg_axes *axes;
    const uint64_t *seeds;
    uint32_t seed_count;
    const lg_sweep_game *games; /* of combination c with seed s at c * seed_count + s */
    const char *const *jobs;    /* their names */
} lg_sweep_result;

/**
 * Checks all combinations, plays them and prints what came of them, as the options of `sweep` say.
 * @return LG_OK; LG_SCENARIO a value or the scenario is wrong (printed to stderr; nothing was
 * played); LG_INVALID; LG_IO, also when a game could not be played; LG_LIMIT; LG_MEMORY. err has a
 * sentence, or is empty when all was said.
 */
lg_status lg_sweep(lg_mem *mem, const lg_args *args, lg_err *err) LG_CHECKED;

/** The faces of a result (sweep_print.c): each appends. */
void lg_sweep_json(lg_mem *mem, const lg_sweep_result *result, lg_text *out);
/** A row a combination; with several seeds means, and beside them halves of 95 % intervals. */
void lg_sweep_csv(lg_mem *mem, const lg_sweep_result *result, lg_text *out);
/** For people. */
void lg_sweep_table(lg_mem *mem, const lg_sweep_result *result, bool colours, lg_text *out);

#endif
