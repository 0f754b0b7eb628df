/* Runs one plugin through everything a host will ask of it: plugin_kit FILE.so [DRIVER [KEY=VALUE
 * ...]]. Without a driver all of the plugin's, with their defaults. Three days are played twice
 * with random partial trades; both must give the same bits, no device may be set aside, no reading
 * may be bad, no memory may be left, and every allocation may fail. --bench prints what a device
 * costs instead. */
#include "plugin/kit.h"

#include "base/hash.h"
#include "base/rng.h"
#include "grid/unit.h"
#include "support/failing_mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define START_MS INT64_C(1717372800000) /* 2024-06-03, a Monday */

enum { DEVICES = 3, BENCH_DEVICES = 10000, BENCH_DAYS = 1 };

static bool fail(const char *driver, const char *sentence, const char *detail)
{
    fprintf(stderr, "%s: %s%s%s\n", driver, sentence, *detail ? ": " : "", detail);
    return false;
}

/* A random part of what may be traded; of "without limit" at most 100 kWh. */
static int64_t part(int64_t most_uwh, uint64_t draw)
{
    if (most_uwh > 100 * LG_KWH_UWH)
        most_uwh = 100 * LG_KWH_UWH;
    double share = lg_rng_unit(draw);
    return share < 0.2 ? 0 : share > 0.8 ? most_uwh : (int64_t)(share * (double)most_uwh);
}

static void play_slot(lg_kit *kit, uint32_t slot, lg_chain *chain)
{
    lg_kit_plan(kit, slot);
    for (uint32_t i = 0; i < DEVICES; i++) {
        const lg_caps *caps = lg_kit_caps(kit, i);
        lg_kit_trade(kit, i, part(caps->buy_uwh, lg_rng(1, slot, i, 0)),
                     part(caps->sell_uwh, lg_rng(1, slot, i, 1)));
        lg_chain_add(chain, caps, sizeof *caps);
        lg_chain_add(chain, lg_fleet_plan_of(lg_kit_fleet(kit), i), sizeof(lg_plan));
    }
    lg_kit_settle(kit);
    lg_fleet_poll(lg_kit_fleet(kit), START_MS + slot);
}

/* Every point that can be written takes its ends and its safe value. */
static bool write_points(lg_kit *kit)
{
    const lg_driver *driver = lg_kit_driver(kit);
    const lg_point *points = driver->points.items;
    for (uint32_t i = 0; i < driver->points.count; i++) {
        double values[3] = {points[i].min, points[i].safe, points[i].max};
        for (int j = 0; j < 3 && (points[i].access & LG_WRITE); j++) {
            lg_err err = {0};
            if (lg_fleet_write(lg_kit_fleet(kit), 0, i, values[j], &err) != LG_OK)
                return fail(driver->name, "a set point is refused", err.text);
        }
    }
    return true;
}

/* Gives all devices their options again, as a change does. */
static void change_nothing(lg_kit *kit)
{
    for (uint32_t i = 0; i < DEVICES && lg_kit_driver(kit)->change; i++)
        lg_fleet_change(lg_kit_fleet(kit), i);
}

/* Plays three days, with changes that change nothing now and then when @p changes; the digest of
 * all plans into @p digest. */
static bool play(const lg_kit_setup *setup, bool changes, lg_digest *digest)
{
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    lg_kit_setup counted = *setup;
    counted.mem = &counting.mem;
    lg_text problems;
    lg_text_init(&problems, lg_mem_system());
    lg_kit *kit = lg_kit_open(&counted, &problems);
    lg_chain *chain = lg_chain_new(lg_mem_system(), 0);
    bool fine = kit && chain && problems.length == 0;
    if (!fine)
        fail(setup->driver, "it cannot be opened", lg_text_peek(&problems));
    for (uint32_t slot = 0; fine && slot < 3 * 86400 / setup->slot_s; slot++) {
        play_slot(kit, slot, chain);
        if (changes && slot % 7 == 3)
            change_nothing(kit);
    }
    fine = fine && write_points(kit);
    if (fine && *lg_kit_faults(kit))
        fine = fail(setup->driver, "it faults", lg_kit_faults(kit));
    if (fine && lg_fleet_bad_readings(lg_kit_fleet(kit)))
        fine = fail(setup->driver, "it posts bad readings", "");
    if (chain)
        *digest = lg_chain_link(chain);
    lg_chain_free(chain);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    if (counting.live_bytes)
        fine = fail(setup->driver, "memory is left after closing", "");
    return fine;
}

/* Opens with the 1st, 2nd, ... allocation failing; whatever fails must leave nothing. */
static bool sweep(const lg_kit_setup *setup)
{
    for (uint64_t tries = 1; tries < 1000; tries++) {
        lg_failing_mem failing;
        lg_failing_mem_init(&failing);
        failing.fail_at = tries;
        lg_kit_setup swept = *setup;
        swept.mem = &failing.mem;
        lg_text problems;
        lg_text_init(&problems, lg_mem_system());
        lg_kit *kit = lg_kit_open(&swept, &problems);
        bool opened = kit != NULL;
        lg_kit_close(kit);
        lg_text_fini(&problems);
        if (failing.live_bytes)
            return fail(setup->driver, "memory is left after a failed allocation", "");
        if (opened && failing.calls < tries)
            return true;
    }
    return fail(setup->driver, "it never opens in the allocation sweep", "");
}

static bool check(const lg_kit_setup *setup)
{
    const uint32_t lengths_s[] = {900, 3600, 120};
    for (size_t i = 0; i < sizeof lengths_s / sizeof *lengths_s; i++) {
        lg_kit_setup timed = *setup;
        lg_digest first = {0}, second = {0}, changed = {0};
        timed.slot_s = lengths_s[i];
        if (!play(&timed, false, &first) || !play(&timed, false, &second) ||
            !play(&timed, true, &changed))
            return false;
        if (first.high != second.high || first.low != second.low)
            return fail(setup->driver, "two runs differ", "");
        if (first.high != changed.high || first.low != changed.low)
            return fail(setup->driver, "change() with the options it has changes its plans", "");
    }
    return sweep(setup);
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static bool bench(const lg_kit_setup *setup)
{
    lg_failing_mem counting;
    lg_failing_mem_init(&counting);
    lg_kit_setup many = *setup;
    many.devices = BENCH_DEVICES;
    many.mem = &counting.mem;
    lg_text problems;
    lg_text_init(&problems, lg_mem_system());
    double begun_ns = now_ns();
    lg_kit *kit = lg_kit_open(&many, &problems);
    if (!kit)
        return fail(setup->driver, "it cannot be opened", lg_text_peek(&problems));
    double opened_ns = now_ns();
    /* The kit's own site, positions and caps are not the driver side's. */
    size_t own = sizeof(lg_asset) + sizeof(lg_position) + sizeof(lg_caps);
    size_t bytes = counting.live_bytes / BENCH_DEVICES - own;
    uint32_t slots = BENCH_DAYS * 86400 / setup->slot_s;
    for (uint32_t slot = 0; slot < slots; slot++) {
        lg_kit_plan(kit, slot);
        lg_kit_settle(kit);
    }
    double done_ns = now_ns();
    printf("%-20s %6.1f ns to open, %6.1f ns plan + settle, %zu bytes a device\n", setup->driver,
           (opened_ns - begun_ns) / BENCH_DEVICES,
           (done_ns - opened_ns) / ((double)slots * BENCH_DEVICES), bytes);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    return true;
}

/* All drivers of a plugin with their defaults. */
static bool each_driver(lg_kit_setup *setup, bool (*work)(const lg_kit_setup *setup))
{
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), &setup->file, 1, &diag);
    uint32_t count = 0;
    const lg_driver *const *drivers = lg_plugins_drivers(plugins, &count);
    bool fine = count > 0;
    for (uint32_t i = 0; fine && i < count; i++) {
        setup->driver = drivers[i]->name;
        fine = work(setup);
    }
    lg_text problems;
    lg_text_init(&problems, lg_mem_system());
    lg_diag_print(&diag, &problems);
    fputs(lg_text_peek(&problems), stderr);
    lg_text_fini(&problems);
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
    return fine;
}

int main(int argc, char **argv)
{
    bool benching = argc > 1 && strcmp(argv[1], "--bench") == 0;
    char **args = argv + 1 + benching;
    if (argc < 2 + benching) {
        fprintf(stderr, "usage: plugin_kit [--bench] FILE.so [DRIVER [KEY=VALUE ...]]\n");
        return 2;
    }
    lg_kit_setup setup = {
        .file = args[0],
        .driver = args[1],
        .settings = args[1] ? (const char *const *)args + 2 : NULL,
        .devices = DEVICES,
        .seed = 42,
        .start_ms = START_MS,
        .slot_s = 900,
        .latitude_deg = 52.5,
    };
    bool (*work)(const lg_kit_setup *) = benching ? bench : check;
    bool fine = setup.driver ? work(&setup) : each_driver(&setup, work);
    return fine ? 0 : 1;
}
