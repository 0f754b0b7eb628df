/* host/arena/design.h — offsets of seats, round by round, that let all pairs meet alike
 *
 * What blocks.h is made of; it says what a round and an offset are.
 */
#ifndef LG_ARENA_DESIGN_H
#define LG_ARENA_DESIGN_H

#include <stdbool.h>
#include <stdint.h>
#include "base/mem.h"

typedef struct lg_design {
    uint32_t rounds;
    uint32_t *offsets; /* of seat s in round r at [r * seats + s]; given back with lg_mem_free() */
} lg_design;

/** As lg_blocks_rounds(). */
uint32_t lg_design_rounds(uint32_t entrants, uint32_t seats);

/**
 * Offsets for design->rounds rounds; 0: for a whole cycle. A function of its arguments, and the
 * first rounds of more are those of fewer.
 * @return false: no memory; *design is as it was
 */
bool lg_design_find(lg_mem *mem, uint32_t entrants, uint32_t seats, lg_design *design);

#endif
