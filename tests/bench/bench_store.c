/* Results: how many trades a second go into run.sqlite, and how many lines into trades.csv; and
 * what an empty run of the folder costs. Prints name, value, unit and limit, a line each; the
 * folder is made below the working directory and removed. The market is the fake of the unit tests,
 * so only the store is measured. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "unit/store/fake_market.h"

enum { SLOTS = 96, TRADES_PER_SLOT = 20000 };

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void stop(const char *text)
{
    fprintf(stderr, "bench_store: %s\n", text);
    exit(1);
}

/* A run of @p slots slots; @return its seconds from open to close */
static double run_s(const char *folder, bool trades, bool csv, uint32_t slots, int per_slot)
{
    fake_street street;
    lg_listener listener;
    lg_store *store;
    lg_err err = {0};
    uint64_t id = 0;
    fake_street_init(&street, folder);
    street.input.trades = trades;
    street.input.csv = csv;
    double start_s = now_s();
    if (lg_store_open(lg_mem_system(), &street.input, &err, &store) != LG_OK)
        stop(err.text);
    lg_store_listener(store, &listener);
    for (uint32_t slot = 0; slot < slots; slot++) {
        for (int i = 0; i < per_slot; i++)
            if (fake_street_trade(&listener, ++id, slot) != LG_OK)
                stop(lg_store_error(store));
        if (fake_street_close_slot(&street, &listener, slot) != LG_OK)
            stop(lg_store_error(store));
    }
    if (lg_store_finish(store, (lg_digest){0}, street.members, 2, &err) != LG_OK)
        stop(err.text);
    lg_store_close(store);
    return now_s() - start_s;
}

int main(void)
{
    char folder[] = "bench-store-XXXXXX";
    if (!mkdtemp(folder))
        stop("no folder can be made here");
    const double count = (double)SLOTS * TRADES_PER_SLOT;
    run_s(folder, true, false, SLOTS, 0);
    double empty_s = run_s(folder, true, false, SLOTS, 0);
    double rows_s = run_s(folder, true, false, SLOTS, TRADES_PER_SLOT);
    double csv_s = run_s(folder, false, true, SLOTS, TRADES_PER_SLOT);
    printf("store: trades into run.sqlite\t%.0f\trows/s\t>= 700000\n", count / rows_s);
    printf("store: legs into trades.csv\t%.0f\tlines/s\t>= 2000000\n", count * 3 / csv_s);
    printf("store: a day without trades\t%.2f\tms\t<= 15\n", empty_s * 1e3);
    fake_folder_remove(folder);
    return 0;
}
