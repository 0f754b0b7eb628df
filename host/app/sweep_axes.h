/* host/app/sweep_axes.h — what `sweep` varies: lists and ranges of values, and their combinations
 */
#ifndef LG_APP_SWEEP_AXES_H
#define LG_APP_SWEEP_AXES_H

#include "app/args.h"

/** The key that is no setting of the scenario: the root of all randomness. */
#define LG_AXIS_SEED "seed"
/** Values of one key, and games of all combinations. */
enum { LG_AXIS_VALUES_MAX = 10000, LG_AXES_GAMES_MAX = 100000 };

typedef struct lg_axis {
    const char *key;
    const char **values;
    uint32_t count, capacity;
} lg_axis;

typedef struct lg_axes {
    lg_mem *mem;
    lg_arena arena; /* of texts */
    lg_axis *items; /* those of LG_AXIS_SEED are not among them */
    uint32_t count;
    uint64_t *seeds; /* at least one when it was given */
    uint32_t seed_count;
    uint32_t combinations; /* of items; 1 when there are none */
} lg_axes;

/**
 * Reads settings KEY=VALUES. Values are separated by commas: `0,1,2.5`; A..B is every whole number
 * from A to B, A..B..STEP every STEP-th, decimals too: `0..1..0.25`. What has commas in it, or is
 * to be no range, stands in double quotes, a quote in it doubled: `"a,b",c`. Blanks count.
 * lg_axes_fini() in every case.
 * @return LG_OK; LG_INVALID (err names key and value, and what was expected); LG_LIMIT too many;
 * LG_MEMORY
 */
lg_status lg_axes_read(lg_mem *mem, const lg_pairs *settings, lg_axes *axes,
                       lg_err *err) LG_CHECKED;
void lg_axes_fini(lg_axes *axes);

/** The value of axis @p axis in combination @p index: the last axis changes first. */
const char *lg_axes_value(const lg_axes *axes, uint32_t index, uint32_t axis);

#endif
