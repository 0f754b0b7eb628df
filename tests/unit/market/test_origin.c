/* Where stored energy comes from: who is local, first in and first out, losses and cars. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "market/origin.h"
#include "support/failing_mem.h"

#include <string.h>

enum { GRID, HOME, AREAS };
enum { UTILITY, NEIGHBOUR, ROOF, BATTERY, OTHER_BATTERY, HOME_BUS, ASSETS };

static const lg_option option = {
    .size = sizeof(lg_option), .type = LG_OPTION_TEXT, .name = "initial_energy_origin"};

static lg_area areas[AREAS];
static lg_asset assets[ASSETS];
static lg_site site;

static const lg_site *a_site(void)
{
    areas[GRID] =
        (lg_area){.name = "Grid", .parent = LG_NONE, .child_first = HOME, .child_count = 1};
    areas[HOME] = (lg_area){.name = "Home", .parent = GRID, .depth = 1};
    assets[UTILITY] = (lg_asset){.name = "Utility", .area = GRID, .role = LG_ROLE_BUS};
    assets[NEIGHBOUR] = (lg_asset){.name = "Neighbour", .area = GRID, .role = LG_ROLE_PRODUCER};
    assets[ROOF] = (lg_asset){.name = "Roof", .area = HOME, .role = LG_ROLE_PRODUCER};
    assets[BATTERY] = (lg_asset){.name = "Battery", .area = HOME, .role = LG_ROLE_STORAGE};
    assets[OTHER_BATTERY] = (lg_asset){.name = "Other", .area = GRID, .role = LG_ROLE_STORAGE};
    assets[HOME_BUS] = (lg_asset){.name = "Bus", .area = HOME, .role = LG_ROLE_BUS};
    site = (lg_site){.areas = areas, .area_count = AREAS, .assets = assets, .asset_count = ASSETS};
    return &site;
}

static void trade(lg_origins *origins, uint32_t seller, uint32_t buyer, int64_t energy_uwh)
{
    lg_trade t = {.seller = seller, .buyer = buyer, .energy_uwh = energy_uwh};
    assert_int_equal(lg_origins_trade(origins, &t), LG_OK);
}

static void fit(lg_origins *origins, int64_t stored_uwh)
{
    assert_int_equal(lg_origins_fit(origins, BATTERY, stored_uwh), LG_OK);
}

static void close_slot(lg_origins *origins)
{
    assert_int_equal(lg_origins_close_slot(origins), LG_OK);
}

static void are(const int64_t *amounts, int64_t local, int64_t external, int64_t unknown)
{
    assert_int_equal(amounts[LG_ORIGIN_LOCAL], local);
    assert_int_equal(amounts[LG_ORIGIN_EXTERNAL], external);
    assert_int_equal(amounts[LG_ORIGIN_UNKNOWN], unknown);
}

static void the_oldest_is_sold_first(void **state)
{
    (void)state;
    lg_origins *origins = lg_origins_new(lg_mem_system(), a_site());
    assert_non_null(origins);
    const lg_origin_sums *sums = lg_origins_of(origins, BATTERY);
    fit(origins, 100); /* no parameter says what these are */
    trade(origins, ROOF, BATTERY, 30);
    trade(origins, UTILITY, BATTERY, 20);
    trade(origins, ROOF, BATTERY, 5);
    trade(origins, NEIGHBOUR, BATTERY, 7);
    trade(origins, HOME_BUS, BATTERY, 3); /* in the home, and yet the grid beyond */
    are(sums->stored_uwh, 0, 0, 100);     /* until the slot is over */
    are(sums->bought_uwh, 35, 30, 0);
    trade(origins, BATTERY, NEIGHBOUR, 90);
    close_slot(origins);
    are(sums->stored_uwh, 35, 30, 10);
    are(sums->sold_uwh, 0, 0, 90);
    fit(origins, 75);
    are(sums->stored_uwh, 35, 30, 10);
    trade(origins, BATTERY, UTILITY, 45); /* 10, then 30 of the roof, then 5 of the utility */
    close_slot(origins);
    are(sums->stored_uwh, 5, 25, 0);
    are(sums->sold_uwh, 30, 5, 100);
    fit(origins, 30);
    trade(origins, BATTERY, UTILITY, 30); /* all */
    close_slot(origins);
    are(sums->stored_uwh, 0, 0, 0);
    are(sums->sold_uwh, 35, 30, 100);
    lg_origins_free(origins);
}

/* Losses take the oldest; what comes by itself is unknown, whatever the battery began with. */
static void what_is_stored_is_what_the_device_says(void **state)
{
    (void)state;
    lg_params *params = test_calloc(1, sizeof *params + sizeof(lg_param));
    params->count = params->driver_count = 1;
    params->items[0] = (lg_param){&option, {.text = "local"}};
    a_site();
    assets[BATTERY].params = params;
    lg_origins *origins = lg_origins_new(lg_mem_system(), &site);
    assert_non_null(origins);
    const lg_origin_sums *sums = lg_origins_of(origins, BATTERY);
    fit(origins, 50);
    are(sums->stored_uwh, 50, 0, 0);
    trade(origins, UTILITY, BATTERY, 10);
    close_slot(origins);
    fit(origins, 57); /* 3 were lost */
    are(sums->stored_uwh, 47, 10, 0);
    fit(origins, 60); /* a car came */
    are(sums->stored_uwh, 47, 10, 3);
    fit(origins, 0); /* and left */
    are(sums->stored_uwh, 0, 0, 0);
    fit(origins, 8);
    are(sums->stored_uwh, 0, 0, 8);
    lg_origins_free(origins);
    test_free(params);
}

/* One storage sells to the other: each keeps its own account. */
static void storages_trade_with_each_other(void **state)
{
    (void)state;
    lg_origins *origins = lg_origins_new(lg_mem_system(), a_site());
    assert_non_null(origins);
    assert_null(lg_origins_of(origins, ROOF));
    assert_int_equal(lg_origins_fit(origins, ROOF, 1), LG_OK);
    fit(origins, 40);
    trade(origins, BATTERY, OTHER_BATTERY, 15);
    close_slot(origins);
    are(lg_origins_of(origins, BATTERY)->stored_uwh, 0, 0, 25);
    are(lg_origins_of(origins, OTHER_BATTERY)->stored_uwh, 15, 0,
        0); /* its market holds the home */
    lg_origins_free(origins);
}

/* Ten thousand slots of a battery that changes its source each time keep exact account. */
static void nothing_is_lost_over_time(void **state)
{
    (void)state;
    lg_origins *origins = lg_origins_new(lg_mem_system(), a_site());
    assert_non_null(origins);
    const lg_origin_sums *sums = lg_origins_of(origins, BATTERY);
    int64_t stored = 0;
    for (int slot = 0; slot < 10000; slot++) {
        fit(origins, stored);
        trade(origins, slot % 2 ? ROOF : UTILITY, BATTERY, 3);
        if (stored >= 100)
            trade(origins, BATTERY, UTILITY, 3);
        stored += stored >= 100 ? 0 : 3;
        close_slot(origins);
        assert_int_equal(sums->stored_uwh[0] + sums->stored_uwh[1] + sums->stored_uwh[2], stored);
    }
    are(sums->bought_uwh, 15000, 15000, 0);
    are(sums->sold_uwh, 14949, 14949, 0); /* 34 pieces of 3 stayed, 17 of each kind */
    lg_origins_free(origins);
}

static int whole_life(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_origins *origins = lg_origins_new(mem, &site);
    bool fine = origins && lg_origins_fit(origins, BATTERY, 10) == LG_OK;
    for (uint32_t i = 0; fine && i < 20; i++) {
        lg_trade t = {.seller = i % 2 ? ROOF : UTILITY, .buyer = BATTERY, .energy_uwh = 1};
        fine = lg_origins_trade(origins, &t) == LG_OK;
    }
    fine = fine && lg_origins_close_slot(origins) == LG_OK;
    lg_origins_free(origins);
    return fine ? 0 : 1;
}

static void allocations_may_fail(void **state)
{
    (void)state;
    a_site();
    lg_sweep_allocations(whole_life, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_is_sold_first),
        cmocka_unit_test(what_is_stored_is_what_the_device_says),
        cmocka_unit_test(storages_trade_with_each_other),
        cmocka_unit_test(nothing_is_lost_over_time),
        cmocka_unit_test(allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
