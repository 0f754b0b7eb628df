/* Each role has a plan of its own; game number g of the league is game g of each of them, modulo
 * their lengths, up to the first number that all lengths divide: so every plan is played whole. */
#include "arena/contest.h"

#include <string.h>
#include "arena/blocks.h"
#include "arena/rank.h"
#include "grid/site.h"

enum { ROLES = 3 };

/* A role's free seats, and who is different among those who take turns in them, by hash. */
typedef struct turns {
    uint32_t *seats, *entrants;
    uint32_t seat_count, entrant_count;
    lg_blocks plan;
} turns;

typedef struct planning {
    lg_mem *mem;
    lg_arena arena;
    const lg_contest *league;
    const char *const *hashes;
    turns roles[ROLES];
    lg_err *err;
} planning;

static bool sits_for_good(const lg_contest *league, uint32_t entrant)
{
    for (uint32_t i = 0; i < league->seat_count; i++)
        if (league->seats[i].entrant == entrant)
            return true;
    return false;
}

/* In the order of hashes; not when the hash is there. */
static void enter(const planning *p, turns *t, uint32_t entrant)
{
    uint32_t at = t->entrant_count;
    for (uint32_t i = 0; i < t->entrant_count; i++)
        if (strcmp(p->hashes[t->entrants[i]], p->hashes[entrant]) == 0)
            return;
    for (; at > 0 && strcmp(p->hashes[t->entrants[at - 1]], p->hashes[entrant]) > 0; at--)
        t->entrants[at] = t->entrants[at - 1];
    t->entrants[at] = entrant;
    t->entrant_count++;
}

static lg_status plan_role(planning *p, lg_seat_role role)
{
    const lg_contest *c = p->league;
    turns *t = &p->roles[role];
    t->seats = lg_arena_alloc(&p->arena, (c->seat_count + 1) * sizeof *t->seats);
    t->entrants = lg_arena_alloc(&p->arena, (c->entrant_count + 1) * sizeof *t->entrants);
    if (!t->seats || !t->entrants)
        return lg_fail(p->err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < c->seat_count; i++)
        if (c->seats[i].role == role && c->seats[i].entrant == LG_NONE)
            t->seats[t->seat_count++] = i;
    for (uint32_t i = 0; i < c->entrant_count && t->seat_count; i++)
        if (c->entrants[i].role == role && !sits_for_good(c, i))
            enter(p, t, i);
    if (!t->seat_count)
        return LG_OK;
    if (!t->entrant_count)
        return lg_fail(p->err, LG_INVALID,
                       "everybody of the role \"%s\" has a seat for good, and a seat is left",
                       lg_seat_role_name(role));
    const lg_blocks_input input = {
        .entrants = t->entrant_count,
        .seats = t->seat_count,
        .rounds = c->blocks ? c->rounds : 0,
    };
    return lg_blocks_plan(p->mem, &input, &t->plan, p->err);
}

static uint64_t common_multiple(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;
    while (y) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

static lg_status play_side_by_side(planning *p, lg_lineups *lineups)
{
    const lg_contest *c = p->league;
    uint64_t count = 1;
    for (int i = 0; i < ROLES; i++)
        if (p->roles[i].plan.games)
            count = common_multiple(count, p->roles[i].plan.games);
    if (count > LG_LINEUPS_MAX)
        return lg_fail(p->err, LG_LIMIT,
                       "the league has more than %d games of each scenario and seed: schedule = "
                       "\"blocks\" has as many as rounds times entrants",
                       LG_LINEUPS_MAX);
    lineups->items = lg_mem_zalloc(lineups->mem, count * c->seat_count, sizeof *lineups->items);
    if (!lineups->items)
        return lg_fail(p->err, LG_MEMORY, "out of memory");
    lineups->count = (uint32_t)count;
    for (uint32_t n = 0; n < lineups->count; n++) {
        uint32_t *lineup = &lineups->items[(size_t)n * c->seat_count];
        for (uint32_t i = 0; i < c->seat_count; i++)
            lineup[i] = c->seats[i].entrant;
        for (int i = 0; i < ROLES; i++) {
            const turns *t = &p->roles[i];
            uint32_t game = t->plan.games ? n % t->plan.games : 0;
            for (uint32_t k = 0; k < t->seat_count; k++)
                lineup[t->seats[k]] =
                    t->entrants[t->plan.entrant[(size_t)game * t->seat_count + k]];
        }
    }
    return LG_OK;
}

lg_status lg_lineups_plan(lg_mem *mem, const lg_contest *league, const char *const *hashes,
                          lg_lineups *lineups, lg_err *err)
{
    planning p = {.mem = mem, .league = league, .hashes = hashes, .err = err};
    lg_status status = LG_OK;
    *lineups = (lg_lineups){.mem = mem, .seat_count = league->seat_count};
    lg_arena_init(&p.arena, mem, 4096);
    for (int i = 0; i < ROLES && status == LG_OK; i++)
        status = plan_role(&p, (lg_seat_role)i);
    if (status == LG_OK)
        status = play_side_by_side(&p, lineups);
    for (int i = 0; i < ROLES; i++)
        lg_blocks_free(mem, &p.roles[i].plan);
    lg_arena_drop(&p.arena);
    return status;
}
