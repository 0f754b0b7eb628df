/* Who plays where is all in the offsets of the rounds (design.c); balance is counted in the plan
 * itself, game by game, and does not trust them. */
#include "arena/blocks.h"

#include <inttypes.h>
#include "arena/design.h"

uint32_t lg_blocks_rounds(uint32_t entrants, uint32_t seats)
{
    return lg_design_rounds(entrants, seats);
}

static lg_status check(const lg_blocks_input *in, lg_err *err)
{
    if (in->entrants < 1 || in->entrants > LG_BLOCKS_ENTRANTS_MAX)
        return lg_fail(err, LG_INVALID, "a plan of %" PRIu32 " entrants, expected 1..%d",
                       in->entrants, LG_BLOCKS_ENTRANTS_MAX);
    if (in->seats < 1 || in->seats > LG_BLOCKS_SEATS_MAX)
        return lg_fail(err, LG_INVALID, "a plan of %" PRIu32 " seats, expected 1..%d", in->seats,
                       LG_BLOCKS_SEATS_MAX);
    uint32_t rounds = in->rounds ? in->rounds : lg_blocks_rounds(in->entrants, in->seats);
    if (rounds > LG_BLOCKS_GAMES_MAX / in->entrants)
        return lg_fail(err, LG_INVALID,
                       "%" PRIu32 " rounds of %" PRIu32
                       " games, expected up to %d games; say fewer rounds",
                       rounds, in->entrants, LG_BLOCKS_GAMES_MAX);
    return LG_OK;
}

static void seat_everybody(lg_blocks *b, const lg_design *design)
{
    for (uint32_t g = 0; g < b->games; g++)
        for (uint32_t s = 0; s < b->seats; s++) {
            uint32_t offset = design->offsets[(size_t)(g / b->entrants) * b->seats + s];
            b->entrant[(size_t)g * b->seats + s] = (g % b->entrants + offset) % b->entrants;
        }
}

lg_status lg_blocks_plan(lg_mem *mem, const lg_blocks_input *in, lg_blocks *blocks, lg_err *err)
{
    *blocks = (lg_blocks){.entrants = 0};
    lg_status status = check(in, err);
    if (status != LG_OK)
        return status;
    lg_design design = {.rounds = in->rounds};
    bool fine = lg_design_find(mem, in->entrants, in->seats, &design);
    lg_blocks b = {.entrants = in->entrants,
                   .seats = in->seats,
                   .rounds = design.rounds,
                   .games = design.rounds * in->entrants};
    if (fine)
        b.entrant = lg_mem_zalloc(mem, (size_t)b.games * b.seats, sizeof *b.entrant);
    if (b.entrant)
        seat_everybody(&b, &design);
    if (fine)
        lg_mem_free(mem, design.offsets, (size_t)b.rounds * b.seats * sizeof *design.offsets);
    if (!b.entrant)
        return lg_fail(err, LG_MEMORY, "no memory for a plan of %" PRIu32 " entrants",
                       in->entrants);
    *blocks = b;
    return LG_OK;
}

void lg_blocks_free(lg_mem *mem, lg_blocks *b)
{
    lg_mem_free(mem, b->entrant, (size_t)b->games * b->seats * sizeof *b->entrant);
    *b = (lg_blocks){.entrants = 0};
}

/* ---- counting ---- */

static void count_game(const lg_blocks *b, uint32_t game, uint32_t *on_seat, uint32_t *met)
{
    const uint32_t *row = &b->entrant[(size_t)game * b->seats];
    for (uint32_t s = 0; s < b->seats; s++) {
        on_seat[(size_t)row[s] * b->seats + s]++;
        for (uint32_t t = 0; t < b->seats; t++)
            met[(size_t)row[s] * b->entrants + row[t]] += s != t;
    }
}

static void span_of(const lg_blocks *b, const uint32_t *on_seat, const uint32_t *met,
                    lg_blocks_balance *balance)
{
    *balance = (lg_blocks_balance){.seat_min = UINT32_MAX, .pair_min = UINT32_MAX};
    for (size_t i = 0; i < (size_t)b->entrants * b->seats; i++) {
        balance->seat_min = on_seat[i] < balance->seat_min ? on_seat[i] : balance->seat_min;
        balance->seat_max = on_seat[i] > balance->seat_max ? on_seat[i] : balance->seat_max;
    }
    for (size_t a = 0; a < b->entrants; a++)
        for (size_t c = 0; c < a; c++) {
            uint32_t times = met[a * b->entrants + c];
            balance->pair_min = times < balance->pair_min ? times : balance->pair_min;
            balance->pair_max = times > balance->pair_max ? times : balance->pair_max;
        }
    if (b->entrants < 2)
        balance->pair_min = 0;
}

lg_status lg_blocks_count(lg_mem *mem, const lg_blocks *b, lg_blocks_balance *balance)
{
    size_t n = b->entrants;
    uint32_t *on_seat = lg_mem_zalloc(mem, n * b->seats, sizeof *on_seat);
    uint32_t *met = lg_mem_zalloc(mem, n * n, sizeof *met);
    bool fine = on_seat && met;
    for (uint32_t g = 0; g < b->games && fine; g++)
        count_game(b, g, on_seat, met);
    if (fine)
        span_of(b, on_seat, met, balance);
    lg_mem_free(mem, on_seat, n * b->seats * sizeof *on_seat);
    lg_mem_free(mem, met, n * n * sizeof *met);
    return fine ? LG_OK : LG_MEMORY;
}
