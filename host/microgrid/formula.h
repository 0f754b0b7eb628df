/* host/microgrid/formula.h — powers of a site as sums of readings, made from its graph
 *
 * A formula is a sum of terms; a term is the reading of one component, or, while that is missing,
 * the sum of what stands in for it. A meter whose successors all belong to one group measures that
 * group: the group's formula takes the meter, and the successors stand in.
 */
#ifndef LG_MICROGRID_FORMULA_H
#define LG_MICROGRID_FORMULA_H

#include "base/status.h"
#include "microgrid/graph.h"

typedef enum lg_formula_kind {
    LG_FORMULA_GRID,     /* all that flows through the connection point */
    LG_FORMULA_CONSUMER, /* grid without every group: what is used and belongs to none; at least 0
                          */
    LG_FORMULA_PRODUCER, /* PV, CHP and wind; at most 0 */
    LG_FORMULA_BATTERY,
    LG_FORMULA_PV,
    LG_FORMULA_EV,
    LG_FORMULA_CHP,
    LG_FORMULA_WIND,
    LG_FORMULA_BOILER,
} lg_formula_kind;

typedef struct lg_formula_term {
    double sign;
    uint32_t index;           /* of the component */
    uint32_t first, stand_in; /* stand_ins[first] and as many; 0: nothing stands in */
} lg_formula_term;

typedef struct lg_formula {
    lg_mem *mem;
    lg_formula_kind kind;
    lg_formula_term *terms;
    uint32_t count, capacity;
    uint32_t *stand_ins;
    uint32_t stand_in_count, stand_in_capacity;
} lg_formula;

/** Makes the formula of @p kind; lg_formula_fini() in every case. A site without the group has no
 * terms. An islanded site's grid has none either. @return LG_OK; LG_MEMORY */
lg_status lg_formula_make(lg_mem *mem, const lg_graph *graph, lg_formula_kind kind,
                          lg_formula *formula) LG_CHECKED;
void lg_formula_fini(lg_formula *formula);

/**
 * The sum, by what @p read says of a component: W, NaN while it is not known.
 * @return NaN: a term is not known, nor what stands in for it. No terms: 0
 */
double lg_formula_value(const lg_formula *formula, double (*read)(void *ctx, uint32_t index),
                        void *ctx);

/** Appends the formula as people write it, with ids: "#2 - coalesce(#3, #4)". */
void lg_formula_print(const lg_formula *formula, const lg_graph *graph, lg_text *out);

#endif
