/* Offsets are found by search: begin with random ones (lg_rng() of entrants, seats and the try),
 * move one at a time, keep what does not spread the meetings of pairs more; several tries, the best
 * is kept. Small designs are searched a whole cycle at once, so that a cycle lets all pairs meet
 * equally often wherever such a design is found; large ones round by round, each against what the
 * rounds before have left.
 *
 * Meetings are kept by class: entrants that are m apart, 1 <= m <= n / 2. A pair of seats whose
 * offsets are m apart lets each pair of the class meet once a round; twice when m = n / 2. */
#include "arena/design.h"

#include <string.h>
#include "base/rng.h"

#define TRIES          24
#define STEPS_OF_SEAT  400 /* of a try, for each seat of each round */
#define TOGETHER_SEATS 512 /* seats of all rounds of a cycle that is searched at once */

typedef struct search {
    uint32_t n, k;
    uint32_t rounds;   /* that are searched together */
    uint32_t *offsets; /* of seat s in round r at [r * k + s] */
    uint32_t *held;    /* seats with offset o in round r at [r * n + o] */
    uint32_t *met;     /* a class, from 1 */
    uint64_t spread;   /* sum of squares of meetings over pairs, divided by n */
    uint64_t seed, drawn;
} search;

static uint32_t below(search *s, uint32_t n)
{
    return lg_rng_below(lg_rng(s->seed, s->n, s->k, s->drawn++), n);
}

static uint32_t class_of(uint32_t n, uint32_t a, uint32_t b)
{
    uint32_t apart = a > b ? a - b : b - a;
    return apart < n - apart ? apart : n - apart;
}

/* Half as many pairs in the class n / 2, that meet twice: 4 c^2 / 2. */
static uint64_t squares(const search *s, uint32_t c)
{
    uint64_t met = s->met[c];
    return met * met * (2 * c == s->n ? 2 : 1);
}

static void change(search *s, uint32_t c, bool more)
{
    if (c == 0)
        return; /* one entrant on both seats */
    s->spread -= squares(s, c);
    s->met[c] += more ? 1 : UINT32_MAX;
    s->spread += squares(s, c);
}

static void put(search *s, uint32_t round, uint32_t seat, uint32_t offset)
{
    uint32_t *row = &s->offsets[(size_t)round * s->k], old = row[seat];
    for (uint32_t t = 0; t < s->k; t++) {
        if (t == seat)
            continue;
        change(s, class_of(s->n, old, row[t]), false);
        change(s, class_of(s->n, offset, row[t]), true);
    }
    s->held[(size_t)round * s->n + old]--;
    s->held[(size_t)round * s->n + offset]++;
    row[seat] = offset;
}

/* All that meet in a round with these offsets. */
static void meet(search *s, const uint32_t *row, bool more)
{
    for (uint32_t i = 0; i < s->k; i++)
        for (uint32_t t = 0; t < i; t++)
            change(s, class_of(s->n, row[i], row[t]), more);
}

/* Seats get the first offsets in a random order; so no offset has two seats more than another. */
static void begin_round(search *s, uint32_t round)
{
    uint32_t *row = &s->offsets[(size_t)round * s->k];
    for (uint32_t i = 0; i < s->k; i++) {
        uint32_t at = below(s, i + 1);
        row[i] = row[at];
        row[at] = i % s->n;
    }
    memset(&s->held[(size_t)round * s->n], 0, s->n * sizeof *s->held);
    for (uint32_t i = 0; i < s->k; i++)
        s->held[(size_t)round * s->n + row[i]]++;
    meet(s, row, true);
}

/* One random move; it is taken back when it spreads the meetings by more than @p grace. */
static void step(search *s, uint32_t grace)
{
    uint32_t round = below(s, s->rounds), seat = below(s, s->k), offset = below(s, s->n);
    const uint32_t *held = &s->held[(size_t)round * s->n];
    uint32_t old = s->offsets[(size_t)round * s->k + seat];
    if (held[offset] + 1 != held[old]) /* anything else makes shares of the seats less equal */
        return;
    uint64_t before = s->spread;
    put(s, round, seat, offset);
    if (s->spread > before + grace)
        put(s, round, seat, old);
}

/* ---- how often pairs can meet ---- */

/* Pairs of seats of a game that different entrants play. */
static uint64_t seat_pairs(uint32_t n, uint32_t k)
{
    uint64_t each = k / n, more = k % n, all = (uint64_t)k * (k - 1) / 2;
    return all - more * (each + 1) * each / 2 - (n - more) * each * (each - (each > 0)) / 2;
}

static uint64_t divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Each of the n - 1 others is met m = 2 * rounds * seat_pairs / (n - 1) times, which must be whole.
 * For an even n it must be even, because of the class n / 2; it is, since n - 1 is odd then. And
 * with an odd number of seats an even number of pairs of seats are an odd distance apart (even
 * offsets times odd ones), so that number must come out even: of m (n - 2) / 4 + m / 2, when n / 2
 * is odd, m / 2 must be. */
uint32_t lg_design_rounds(uint32_t entrants, uint32_t seats)
{
    if (entrants < 2 || seats < 2)
        return 1;
    uint64_t others = entrants - 1, pairs = seat_pairs(entrants, seats);
    if (entrants % 4 == 2 && seats % 2 == 1)
        return (uint32_t)(2 * others / divisor(2 * others, pairs));
    return (uint32_t)(others / divisor(others, 2 * pairs));
}

static uint64_t least_spread(const search *s)
{
    uint64_t pairs = 2 * s->rounds * seat_pairs(s->n, s->k);
    return s->n < 2 ? 0 : pairs * pairs / (s->n - 1) / 2;
}

/* ---- the search ---- */

static bool search_init(search *s, lg_mem *mem, uint32_t n, uint32_t k, uint32_t rounds)
{
    *s = (search){.n = n, .k = k, .rounds = rounds};
    s->offsets = lg_mem_zalloc(mem, (size_t)rounds * k, sizeof *s->offsets);
    s->held = lg_mem_zalloc(mem, (size_t)rounds * n, sizeof *s->held);
    s->met = lg_mem_zalloc(mem, n / 2 + 1, sizeof *s->met);
    return s->offsets && s->held && s->met;
}

static void search_fini(search *s, lg_mem *mem)
{
    lg_mem_free(mem, s->offsets, (size_t)s->rounds * s->k * sizeof *s->offsets);
    lg_mem_free(mem, s->held, (size_t)s->rounds * s->n * sizeof *s->held);
    lg_mem_free(mem, s->met, (s->n / 2 + 1) * sizeof *s->met);
}

/* One try from random offsets, on top of what is met already; the first steps may make it worse. */
static void proceed(search *s, uint64_t seed)
{
    uint32_t steps = s->rounds * s->k * STEPS_OF_SEAT;
    uint64_t least = least_spread(s);
    s->seed = seed;
    s->drawn = 0;
    for (uint32_t round = 0; round < s->rounds; round++)
        begin_round(s, round);
    for (uint32_t i = 0; i < steps && s->spread > least; i++)
        step(s, i < steps / 2 ? 2 : 0);
}

static void attempt(search *s, uint64_t seed)
{
    memset(s->met, 0, (s->n / 2 + 1) * sizeof *s->met);
    s->spread = 0;
    proceed(s, seed);
}

/* The rounds that a plan repeats, or nothing (rounds 0): each round is searched for itself. */
typedef struct cycle {
    uint32_t rounds;
    uint32_t *offsets;
    bool even; /* all pairs meet equally often */
} cycle;

static void cycle_fini(cycle *c, lg_mem *mem, uint32_t k)
{
    lg_mem_free(mem, c->offsets, (size_t)c->rounds * k * sizeof *c->offsets);
    *c = (cycle){.rounds = 0};
}

/* The best of some tries at a cycle of @p rounds. */
static bool find_cycle(cycle *c, lg_mem *mem, uint32_t n, uint32_t k, uint32_t rounds)
{
    search s;
    uint64_t best = UINT64_MAX;
    *c = (cycle){.rounds = rounds,
                 .offsets = lg_mem_zalloc(mem, (size_t)rounds * k, sizeof(uint32_t))};
    bool fine = search_init(&s, mem, n, k, rounds) && c->offsets;
    for (uint64_t try = 0; fine && try < TRIES && !c->even; try++) {
        attempt(&s, try);
        c->even = s.spread == least_spread(&s);
        if (s.spread < best)
            memcpy(c->offsets, s.offsets, (size_t)rounds * k * sizeof *c->offsets);
        best = s.spread < best ? s.spread : best;
    }
    search_fini(&s, mem);
    if (!fine)
        cycle_fini(c, mem, k);
    return fine;
}

/* Which row of the cycle, from @p first on, spreads the meetings least after those before. */
static uint32_t best_next(search *s, const cycle *c, uint32_t first)
{
    uint64_t best_spread = UINT64_MAX;
    uint32_t best = first;
    for (uint32_t r = first; r < c->rounds; r++) {
        const uint32_t *row = &c->offsets[(size_t)r * s->k];
        meet(s, row, true);
        if (s->spread < best_spread)
            best = r;
        best_spread = s->spread < best_spread ? s->spread : best_spread;
        meet(s, row, false);
    }
    return best;
}

/* Orders the rounds so that those who play the first few of them only have them as equal as can be.
 */
static bool arrange(cycle *c, lg_mem *mem, uint32_t n, uint32_t k)
{
    search s;
    bool fine = search_init(&s, mem, n, k, 1);
    for (uint32_t at = 0; fine && at < c->rounds; at++) {
        uint32_t *here = &c->offsets[(size_t)at * k];
        uint32_t *next = &c->offsets[(size_t)best_next(&s, c, at) * k];
        for (uint32_t seat = 0; seat < k; seat++) {
            uint32_t offset = here[seat];
            here[seat] = next[seat];
            next[seat] = offset;
        }
        meet(&s, here, true);
    }
    search_fini(&s, mem);
    return fine;
}

/* As many rounds as can be even, or two or three times as many: there are numbers for which no
 * cyclic design has the fewest (25 entrants on 4 seats, say). */
static bool choose_cycle(cycle *c, lg_mem *mem, uint32_t n, uint32_t k)
{
    uint32_t least = lg_design_rounds(n, k);
    *c = (cycle){.rounds = 0};
    for (uint32_t times = 1; times <= 3; times++) {
        cycle next;
        uint64_t rounds = (uint64_t)least * times;
        if (rounds * k > TOGETHER_SEATS || rounds * n > 64 * TOGETHER_SEATS)
            return true;
        if (!find_cycle(&next, mem, n, k, (uint32_t)rounds)) {
            cycle_fini(c, mem, k);
            return false;
        }
        bool better = times == 1 || next.even;
        cycle_fini(better ? c : &next, mem, k);
        if (better)
            *c = next;
        if (next.even)
            return true;
    }
    return true;
}

/* Another cycle is the same one with everybody a seat further. */
static void repeat_cycle(const cycle *c, uint32_t k, uint32_t rounds, uint32_t *offsets)
{
    for (uint32_t round = 0; round < rounds; round++)
        for (uint32_t seat = 0; seat < k; seat++)
            offsets[(size_t)round * k + seat] =
                c->offsets[(size_t)(round % c->rounds) * k + (seat + round / c->rounds) % k];
}

/* Each round against what is met already. */
static bool search_rounds(lg_mem *mem, uint32_t n, uint32_t k, uint32_t rounds, uint32_t *offsets)
{
    search s;
    bool fine = search_init(&s, mem, n, k, 1);
    for (uint32_t round = 0; fine && round < rounds; round++) {
        proceed(&s, round);
        memcpy(&offsets[(size_t)round * k], s.offsets, k * sizeof *offsets);
    }
    search_fini(&s, mem);
    return fine;
}

bool lg_design_find(lg_mem *mem, uint32_t entrants, uint32_t seats, lg_design *design)
{
    cycle c;
    uint32_t rounds = design->rounds;
    bool fine = choose_cycle(&c, mem, entrants, seats) && arrange(&c, mem, entrants, seats);
    if (rounds == 0)
        rounds = c.rounds ? c.rounds : lg_design_rounds(entrants, seats);
    uint32_t *offsets = fine ? lg_mem_zalloc(mem, (size_t)rounds * seats, sizeof *offsets) : NULL;
    fine = offsets;
    if (fine && c.rounds)
        repeat_cycle(&c, seats, rounds, offsets);
    else if (fine)
        fine = search_rounds(mem, entrants, seats, rounds, offsets);
    cycle_fini(&c, mem, seats);
    if (fine)
        *design = (lg_design){.rounds = rounds, .offsets = offsets};
    else
        lg_mem_free(mem, offsets, (size_t)rounds * seats * sizeof *offsets);
    return fine;
}
