/* The intraday market: nanoseconds and instructions an operation at 10,000 resting orders, half of
 * the operations new orders, the others changes of price and cancellations; one in eight crosses.
 * Prints name, value, unit and limit, a line each. With an argument, that many operations and
 * nothing is printed: for counting instructions. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "trading/trading.h"

enum { RESTING = 10000, OPERATIONS = 4000000 };

#define NOON INT64_C(1748779200000)

static lg_trading_area area = {.code = "A",
                               .minutes = 2,
                               .price_step = 10,
                               .quantity_step = 100,
                               .gate_ms = 300000,
                               .horizon_ms = 86400000};
static lg_trading_gridpool pools[] = {{.id = 1}, {.id = 2}};
static uint64_t state = 1;

static uint32_t below(uint32_t n)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)((state >> 33) % n);
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

typedef struct crowd {
    lg_trading *market;
    uint64_t ids[RESTING];
    uint32_t levels; /* prices of a side */
} crowd;

/* Sellers are gridpool 0, buyers 1; the sides lie a step apart. */
static lg_trading_terms terms_of(const crowd *c, uint32_t at, bool crossing)
{
    bool buys = at % 2;
    int64_t away = 10 * (1 + (int64_t)below(c->levels));
    if (crossing)
        away = -10;
    return (lg_trading_terms){
        .start_ms = NOON + 7200000,
        .minutes = 15,
        .type = LG_TRADING_LIMIT,
        .side = buys ? LG_TRADING_BUY : LG_TRADING_SELL,
        .price = 50000 + (buys ? -away : away),
        .quantity = 100 * (1 + (int64_t)below(10)),
        .stop_price = LG_TRADING_NO_PRICE,
        .peak_delta = LG_TRADING_NO_PRICE,
    };
}

static void create(crowd *c, uint32_t at, bool crossing)
{
    lg_trading_terms terms = terms_of(c, at, crossing);
    if (lg_trading_create(c->market, at % 2, &terms, &c->ids[at]) != LG_TRADING_OK_WHY)
        abort();
}

/* The place of an order in the crowd stays taken: who was cancelled or filled is replaced. */
static uint64_t work(crowd *c, uint64_t operations)
{
    uint64_t done = 0;
    while (done < operations) {
        uint32_t at = below(RESTING);
        if (below(2)) {
            lg_trading_terms terms = terms_of(c, at, false);
            lg_trading_why why =
                lg_trading_update(c->market, at % 2, c->ids[at], LG_TRADING_SET_PRICE, &terms);
            done++;
            if (why == LG_TRADING_OK_WHY)
                continue;
        } else {
            done += lg_trading_cancel(c->market, at % 2, c->ids[at]) == LG_TRADING_OK_WHY;
        }
        create(c, at, below(8) == 0);
        done++;
    }
    return done;
}

static void run(const char *name, uint32_t levels, uint64_t operations, bool quiet)
{
    static crowd c;
    const lg_trading_rules rules = {.areas = &area,
                                    .gridpools = pools,
                                    .area_count = 1,
                                    .gridpool_count = 2,
                                    .self_trade = LG_SELF_REFUSE,
                                    .orders_max = 1000000,
                                    .orders_kept = 4096,
                                    .log_max = 4096};
    c.levels = levels;
    c.market = lg_trading_new(lg_mem_system(), &rules, NOON);
    for (uint32_t at = 0; at < RESTING; at++)
        create(&c, at, false);
    work(&c, quiet ? 0 : 100000);
    double begin = now_ns();
    uint64_t done = work(&c, operations);
    double spent = now_ns() - begin;
    if (lg_trading_check(c.market))
        abort();
    lg_trading_free(c.market);
    if (!quiet)
        printf("trading: an operation at 10,000 resting orders, %s\t%.0f\tns\t<= 150\n", name,
               spent / (double)done);
}

int main(int argc, char **argv)
{
    uint64_t operations = argc > 1 ? strtoull(argv[1], NULL, 10) : OPERATIONS;
    run("200 prices a side", 200, operations, argc > 1);
    if (argc == 1)
        run("5,000 prices a side", 5000, operations, false);
    return 0;
}
