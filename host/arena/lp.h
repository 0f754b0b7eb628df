/* host/arena/lp.h — a linear program in integers, and what its optimum is at least
 *
 * minimise   sum_j cost_j * x_j              x_j in 0 .. high_j
 * such that  sum_j a_ij * x_j  (=, <= or >=)  rhs_i
 *
 * Energies are micro-watt-hours, coefficients parts per billion, costs micro-cents per kWh. Rows
 * come first, then columns, each followed by its entries.
 */
#ifndef LG_ARENA_LP_H
#define LG_ARENA_LP_H

#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

typedef enum lg_lp_sense { LG_LP_EQUAL, LG_LP_LESS, LG_LP_MORE } lg_lp_sense;

typedef struct lg_lp_row {
    int64_t rhs_uwh;
    lg_lp_sense sense;
} lg_lp_row;

typedef struct lg_lp_column {
    int64_t cost_uct, high_uwh;
    uint32_t first; /* of its entries */
} lg_lp_column;

typedef struct lg_lp_entry {
    int64_t ppb;
    uint32_t row;
} lg_lp_entry;

/** A program under construction. After a failed allocation it is incomplete and `failed` is set. */
typedef struct lg_lp {
    lg_mem *mem;
    lg_lp_row *rows;
    lg_lp_column *columns;
    lg_lp_entry *entries;
    uint32_t row_count, column_count, entry_count;
    uint32_t row_capacity, column_capacity, entry_capacity;
    bool failed;
} lg_lp;

/** An empty program; give it back with lg_lp_fini(). */
void lg_lp_init(lg_lp *lp, lg_mem *mem);
void lg_lp_fini(lg_lp *lp);

/** Adds a row; rows are numbered from 0. @return its number */
uint32_t lg_lp_row_add(lg_lp *lp, lg_lp_sense sense, int64_t rhs_uwh);
/** Adds a column; its entries follow. @return its number */
uint32_t lg_lp_column_add(lg_lp *lp, int64_t cost_uct, int64_t high_uwh);
/** Adds an entry to the last column: in @p row, which exists and has none of it yet. */
void lg_lp_entry_add(lg_lp *lp, uint32_t row, int64_t ppb);

/**
 * Solves it, and proves in integers a cost that no solution is below.
 * @param least_uct  the proved cost, rounded down to a micro-cent
 * @param found_uct  the cost the solver reached, in floating point: how good the proof is
 * @return LG_OK; LG_UNSUPPORTED the solver reached no optimum, or the proof leaves 128 bits (err
 *         says which); LG_IO the solver's library is not there; LG_MEMORY. The solver itself ends
 *         the program when it has no memory.
 */
lg_status lg_lp_solve(const lg_lp *lp, int64_t *least_uct, double *found_uct,
                      lg_err *err) LG_CHECKED;

#endif
