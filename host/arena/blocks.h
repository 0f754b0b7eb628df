/* host/arena/blocks.h — who plays which seat in which game, so that nobody is favoured
 *
 * A plan is made of rounds. A round of n entrants is n games; in game g seat s is played by entrant
 * (g + offset[s]) mod n, so in each round every entrant plays every seat exactly once, whatever the
 * offsets are: a cyclic Latin rectangle. The offsets decide who meets whom: two entrants that are m
 * apart meet once for each pair of seats whose offsets are m apart (a difference design: Bose 1939;
 * Street and Street, Combinatorics of Experimental Design, 1987). Plans are pure functions of their
 * arguments: the same everywhere, and the first rounds of a longer plan are the shorter plan, so a
 * league that is prolonged plays only what is new.
 *
 * Enter different sources only (lg_rank_same() of rank.h tells) and sort them by hash first: then
 * the plan depends neither on the order in which they came nor on how often one came. Who submits
 * the same source again gets no seat more; its games are jobs of the same names, which are not
 * played twice.
 */
#ifndef LG_ARENA_BLOCKS_H
#define LG_ARENA_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/status.h"

#define LG_BLOCKS_ENTRANTS_MAX 4096
#define LG_BLOCKS_SEATS_MAX    64
#define LG_BLOCKS_GAMES_MAX    1000000

/** What a plan is for. */
typedef struct lg_blocks_input {
    uint32_t entrants, seats;
    /** Rounds of @p entrants games; 0: as many as let all meet equally often (lg_blocks_rounds()).
     */
    uint32_t rounds;
} lg_blocks_input;

typedef struct lg_blocks {
    uint32_t entrants, seats, rounds, games;
    uint32_t *entrant; /* of seat s in game g at [g * seats + s] */
} lg_blocks;

/** How even a plan is, counted in the plan itself. */
typedef struct lg_blocks_balance {
    uint32_t seat_min, seat_max; /* games of an entrant on a seat; the same for every plan */
    uint32_t pair_min, pair_max; /* games in which two entrants meet, counted a pair of seats; over
                                    all pairs of entrants; 0 for one entrant */
} lg_blocks_balance;

/**
 * The fewest rounds after which all pairs can have met equally often. With one seat (or one
 * entrant) nobody meets anybody: 1. Where no cyclic design with so many rounds is found, a plan
 * with `rounds` 0 has two or three times as many; with few entrants or seats all meet equally often
 * then.
 */
uint32_t lg_blocks_rounds(uint32_t entrants, uint32_t seats);

/**
 * Makes the plan. With fewer entrants than seats an entrant plays several seats of a game, as
 * equally many as possible.
 * @return LG_OK, free with lg_blocks_free(); LG_INVALID no entrant, no seat, or more than there may
 * be (err names it); LG_MEMORY. Unless LG_OK *blocks is empty.
 */
lg_status lg_blocks_plan(lg_mem *mem, const lg_blocks_input *input, lg_blocks *blocks,
                         lg_err *err) LG_CHECKED;
void lg_blocks_free(lg_mem *mem, lg_blocks *blocks);

/** Counts the balance. @return LG_OK; LG_MEMORY */
lg_status lg_blocks_count(lg_mem *mem, const lg_blocks *blocks,
                          lg_blocks_balance *balance) LG_CHECKED;

#endif
