/* host/arena/bound_parts.h — what the files of the bound's program share */
#ifndef LG_ARENA_BOUND_PARTS_H
#define LG_ARENA_BOUND_PARTS_H

#include "arena/bound.h"
#include "arena/lp.h"

/** No row. */
#define LG__NO_ROW UINT32_MAX

/** The row in which what is bought in slot @p t is balanced. */
static inline uint32_t lg__bought_row(uint32_t t)
{
    return 2 * t;
}

/** @return LG_OK; LG_INVALID err says which figure of tank number @p index is out of its range */
lg_status lg__bound_tank_check(const lg_bound_tank *tank, uint32_t index, uint32_t slots,
                               lg_err *err) LG_CHECKED;
/** Adds a tank's rows and columns; what it ends with counts in @p end_row, when it is valued. */
void lg__bound_tank_add(lg_lp *lp, const lg_bound_tank *tank, uint32_t slots, uint32_t end_row);

#endif
