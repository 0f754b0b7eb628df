/* Cost of an order in the engine: place or change, match, and the slot's end, everything included.
 *
 * N assets a market, half of them bidding, half offering, each changing its order every tick along
 * a ramp until filled, one in 32 withdrawing; 65,536 assets in total, so that markets compete for
 * the cache as in a real run. "spread": everybody has a ramp of its own; "ties": all are on the
 * same one. Prints one line a size: name, value, unit, limit (tab separated). */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/rng.h"
#include "grid/unit.h"
#include "market/market.h"

enum { TOTAL = 65536, TICKS = 10, SLOTS = 12, ROUNDS = 5 };

struct world {
    lg_site site;
    lg_market *market;
    lg_caps *caps;
    uint64_t operations;
};

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A root and enough markets below it, whose orders stay at home. */
static void build(struct world *w, uint32_t size)
{
    uint32_t markets = TOTAL / size;
    *w = (struct world){.site = {.seed = 1,
                                 .area_count = markets + 1,
                                 .asset_count = TOTAL,
                                 .level_count = 2,
                                 .level_first = {0, 1, markets + 1}}};
    w->site.areas = calloc(markets + 1, sizeof(lg_area));
    w->site.assets = calloc(TOTAL, sizeof(lg_asset));
    w->caps = calloc(TOTAL, sizeof(lg_caps));
    w->site.areas[0] =
        (lg_area){.name = "root", .parent = LG_NONE, .child_first = 1, .child_count = markets};
    for (uint32_t i = 0; i < markets; i++)
        w->site.areas[i + 1] = (lg_area){.name = "m",
                                         .depth = 1,
                                         .asset_first = i * size,
                                         .asset_count = size,
                                         .offer_age = UINT16_MAX,
                                         .bid_age = UINT16_MAX};
    for (uint32_t i = 0; i < TOTAL; i++) {
        w->site.assets[i] = (lg_asset){
            .name = "a", .area = 1 + i / size, .role = i % 2 ? LG_ROLE_PRODUCER : LG_ROLE_CONSUMER};
        int64_t energy = LG_KWH_UWH / 10 + (int64_t)(lg_mix(i) % (LG_KWH_UWH / 2));
        w->caps[i] = i % 2 ? (lg_caps){.sell_uwh = energy, .supply_uwh = energy}
                           : (lg_caps){.buy_uwh = energy, .demand_uwh = energy};
    }
    lg_rules rules = {.match = LG_PAY_AS_BID,
                      .keep_age = true,
                      .slot_ms = 900000,
                      .tick_ms = 90000,
                      .ticks_per_slot = TICKS};
    w->market = lg_market_new(lg_mem_system(), &w->site, &rules, NULL);
}

/* What everybody asks in a tick is worked out beforehand: the figure is the engine's, not the
 * test's. */
static int64_t first_rate[TOTAL];

enum mode { SPREAD, TIES, APART, MODES };
static const char *const mode_names[MODES] = {"spread", "ties", "apart"};

static void draw_rates(enum mode mode)
{
    for (uint32_t i = 0; i < TOTAL; i++) {
        int64_t own = mode == TIES ? 0 : (int64_t)(lg_mix(i + 7) % 8000000);
        int64_t gap = mode == APART ? 40000000 : 0;
        first_rate[i] = i % 2 ? 30000000 + gap - own : 8000000 + own;
    }
}

static void tick(struct world *w, uint32_t t)
{
    const int64_t step = (int64_t)t * 2000000;
    for (uint32_t i = 0; i < TOTAL; i++) {
        const lg_position *p = lg_market_position(w->market, i);
        bool sells = i % 2;
        int64_t left = sells ? p->sell_uwh - p->sold_uwh : p->buy_uwh - p->bought_uwh;
        if (left == 0)
            continue;
        int64_t rate = sells ? first_rate[i] - step : first_rate[i] + step;
        lg_side side = sells ? LG_OFFER : LG_BID;
        lg_placed placed;
        uint32_t gone;
        lg_status status =
            i % 32 == t && t > 0
                ? lg_market_cancel(w->market, i, side, 0, &gone)
                : lg_market_place(w->market, i, side, left, rate < 0 ? 0 : rate, true, &placed);
        if (status != LG_OK)
            abort();
        w->operations++;
    }
    if (lg_market_tick(w->market, t) != LG_OK)
        abort();
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(uint32_t size, enum mode mode)
{
    struct world w;
    double rounds[ROUNDS];
    build(&w, size);
    draw_rates(mode);
    for (uint32_t round = 0, slot = 0; round < ROUNDS; round++) {
        double start = 0;
        for (uint32_t s = 0; s < SLOTS; s++, slot++) {
            if (s == 1) { /* the first slot of a round warms up */
                start = cpu_ns();
                w.operations = 0;
            }
            if (lg_market_open_slot(w.market, slot, slot * 900000, w.caps) != LG_OK)
                abort();
            for (uint32_t t = 0; t < TICKS; t++)
                tick(&w, t);
            if (lg_market_close_slot(w.market) != LG_OK)
                abort();
        }
        rounds[round] = (cpu_ns() - start) / (double)w.operations;
    }
    lg_market_free(w.market);
    free(w.site.areas);
    free(w.site.assets);
    free(w.caps);
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    return rounds[ROUNDS / 2];
}

int main(void)
{
    static const uint32_t sizes[] = {32, 128, 2048, 8192};
    for (int mode = 0; mode < MODES; mode++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            printf("order operation, %u orders a market, %s\t%.1f\tns\t10\n", sizes[i],
                   mode_names[mode], measure(sizes[i], (enum mode)mode));
    return 0;
}
