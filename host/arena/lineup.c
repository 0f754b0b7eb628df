/* The seats of each role have their own orders; a game is one order of each role, so there are as
 * many lineups as the product of them. Whoever has a seat for good takes no turns. */
#include "arena/contest.h"

#include <string.h>
#include "grid/site.h"

enum { ROLES = 3 };

/* The free seats of a role and who takes turns in them. */
typedef struct turns {
    uint32_t *seats, *entrants;
    uint32_t seat_count, entrant_count;
    uint32_t orders;
} turns;

static bool sits_for_good(const lg_contest *match, uint32_t entrant)
{
    for (uint32_t i = 0; i < match->seat_count; i++)
        if (match->seats[i].entrant == entrant)
            return true;
    return false;
}

static bool find_turns(lg_arena *arena, const lg_contest *match, lg_seat_role role, turns *t)
{
    t->seats = lg_arena_alloc(arena, (match->seat_count + 1) * sizeof *t->seats);
    t->entrants = lg_arena_alloc(arena, (match->entrant_count + 1) * sizeof *t->entrants);
    if (!t->seats || !t->entrants)
        return false;
    for (uint32_t i = 0; i < match->seat_count; i++)
        if (match->seats[i].role == role && match->seats[i].entrant == LG_NONE)
            t->seats[t->seat_count++] = i;
    for (uint32_t i = 0; i < match->entrant_count && t->seat_count; i++)
        if (match->entrants[i].role == role && !sits_for_good(match, i))
            t->entrants[t->entrant_count++] = i;
    return true;
}

/* How many orders there are, LG_LINEUPS_MAX + 1 at most. */
static uint32_t count_orders(const lg_contest *match, const turns *t)
{
    uint64_t count = 1;
    if (t->seat_count == 0 || match->turns == LG_TURNS_NONE)
        return 1;
    if (match->turns == LG_TURNS_ROTATE)
        return t->entrant_count;
    for (uint32_t i = 0; i < t->seat_count && count <= LG_LINEUPS_MAX; i++)
        count *= t->entrant_count >= t->seat_count ? t->entrant_count - i : t->entrant_count;
    return count > LG_LINEUPS_MAX ? LG_LINEUPS_MAX + 1 : (uint32_t)count;
}

/* Order number @p order: digits that choose among those that are left, or among all where there are
 * fewer entrants than seats. */
static void seat_all(const turns *t, uint32_t order, uint32_t *left, uint32_t *lineup)
{
    uint32_t count = t->entrant_count;
    bool leave = count >= t->seat_count;
    memcpy(left, t->entrants, count * sizeof *left);
    for (uint32_t i = 0; i < t->seat_count; i++) {
        uint32_t pick = order % count;
        order /= count;
        lineup[t->seats[i]] = left[pick];
        if (!leave)
            continue;
        count--;
        memmove(&left[pick], &left[pick + 1], (count - pick) * sizeof *left);
    }
}

static void sit_down(const lg_contest *match, const turns *t, uint32_t order, uint32_t *left,
                     uint32_t *lineup)
{
    if (!t->entrant_count)
        return;
    if (match->turns == LG_TURNS_ALL) {
        seat_all(t, order, left, lineup);
        return;
    }
    for (uint32_t i = 0; i < t->seat_count; i++)
        lineup[t->seats[i]] = t->entrants[(i + order) % t->entrant_count];
}

static lg_status make(lg_arena *arena, const lg_contest *match, lg_lineups *lineups, lg_err *err)
{
    turns roles[ROLES] = {{0}};
    uint64_t count = 1;
    uint32_t *left = lg_arena_alloc(arena, (match->entrant_count + 1) * sizeof *left);
    for (int i = 0; i < ROLES; i++) {
        if (!left || !find_turns(arena, match, (lg_seat_role)i, &roles[i]))
            return lg_fail(err, LG_MEMORY, "out of memory");
        roles[i].orders = count_orders(match, &roles[i]);
        if (roles[i].seat_count && !roles[i].entrant_count)
            return lg_fail(err, LG_INVALID,
                           "everybody of the role \"%s\" has a seat for good, and "
                           "a seat is left",
                           lg_seat_role_name((lg_seat_role)i));
        count *= roles[i].orders;
        if (count > LG_LINEUPS_MAX)
            return lg_fail(err, LG_LIMIT,
                           "there are more than %d ways to sit: turns = \"rotate\" has as many as "
                           "entrants",
                           LG_LINEUPS_MAX);
    }
    lineups->items = lg_mem_zalloc(lineups->mem, count * match->seat_count, sizeof *lineups->items);
    if (!lineups->items)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lineups->count = (uint32_t)count;
    for (uint32_t n = 0; n < lineups->count; n++) {
        uint32_t *lineup = &lineups->items[n * match->seat_count], rest = n;
        for (uint32_t i = 0; i < match->seat_count; i++)
            lineup[i] = match->seats[i].entrant;
        for (int i = 0; i < ROLES; i++) {
            sit_down(match, &roles[i], rest % roles[i].orders, left, lineup);
            rest /= roles[i].orders;
        }
    }
    return LG_OK;
}

lg_status lg_lineups_make(lg_mem *mem, const lg_contest *match, lg_lineups *lineups, lg_err *err)
{
    lg_arena arena;
    *lineups = (lg_lineups){.mem = mem, .seat_count = match->seat_count};
    lg_arena_init(&arena, mem, 4096);
    lg_status status = make(&arena, match, lineups, err);
    lg_arena_drop(&arena);
    return status;
}

void lg_lineups_fini(lg_lineups *lineups)
{
    lg_mem_free(lineups->mem, lineups->items,
                (size_t)lineups->count * lineups->seat_count * sizeof *lineups->items);
    *lineups = (lg_lineups){.mem = lineups->mem};
}
