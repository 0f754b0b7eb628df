/* Look-ups in a small tree: names, UUIDs, who lies below whom, the way from one market to another.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "grid/site.h"

/*
 * 0 Grid
 *   1 North (parent 0)          2 South (parent 0)
 *     3 Home 1   4 Home 2         5 Home 3
 *                                   6 Flat
 */
static lg_area areas[] = {
    {.name = "Grid", .parent = LG_NONE, .depth = 0, .child_first = 1, .child_count = 2},
    {.name = "North", .parent = 0, .depth = 1, .child_first = 3, .child_count = 2},
    {.name = "South", .parent = 0, .depth = 1, .child_first = 5, .child_count = 1},
    {.name = "Home 1", .parent = 1, .depth = 2},
    {.name = "Home 2", .parent = 1, .depth = 2},
    {.name = "Home 3", .parent = 2, .depth = 2, .child_first = 6, .child_count = 1},
    {.name = "Flat", .parent = 5, .depth = 3},
};

static const lg_option capacity = {.size = sizeof capacity, .name = "capacity_kWh"};
static const lg_option soc = {.size = sizeof soc, .name = "initial_soc"};
static lg_params *params;

static lg_asset assets[] = {
    {.name = "Home 1 load", .area = 3, .role = LG_ROLE_CONSUMER},
    {.name = "Flat battery", .area = 6, .role = LG_ROLE_STORAGE},
    {.name = "Maker", .area = 1, .role = LG_ROLE_MARKET_MAKER},
    {.name = "Bus", .area = 2, .role = LG_ROLE_BUS},
};

static lg_site site = {
    .areas = areas,
    .area_count = 7,
    .assets = assets,
    .asset_count = 4,
    .level_count = 4,
};

static int build(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < site.area_count; i++)
        areas[i].uuid = lg_uuid_derive(1, areas[i].name);
    for (uint32_t i = 0; i < site.asset_count; i++)
        assets[i].uuid = lg_uuid_derive(1, assets[i].name);
    params = lg_mem_zalloc(lg_mem_system(), 1, sizeof *params + 2 * sizeof(lg_param));
    assert_non_null(params);
    params->count = 2;
    params->items[0] = (lg_param){.option = &capacity, .value = {.number = 10}};
    params->items[1] = (lg_param){.option = &soc, .value = {.number = 50}};
    assets[1].params = params;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    lg_mem_free(lg_mem_system(), params, sizeof *params + 2 * sizeof(lg_param));
    return 0;
}

static void look_ups(void **state)
{
    (void)state;
    char uuid[37];
    assert_int_equal(lg_site_area(&site, "Grid"), 0);
    assert_int_equal(lg_site_area(&site, "Flat"), 6);
    assert_int_equal(lg_site_asset(&site, "Bus"), 3);
    lg_uuid_format(&areas[4].uuid, uuid);
    assert_int_equal(lg_site_area(&site, uuid), 4);
    lg_uuid_format(&assets[1].uuid, uuid);
    assert_int_equal(lg_site_asset(&site, uuid), 1);
    for (char *c = uuid; *c; c++) /* either case */
        *c = (char)(*c >= 'a' && *c <= 'f' ? *c - 32 : *c);
    assert_int_equal(lg_site_asset(&site, uuid), 1);
}

static void look_ups_err(void **state)
{
    (void)state;
    char uuid[37];
    assert_int_equal(lg_site_area(&site, "grid"), LG_NONE);
    assert_int_equal(lg_site_area(&site, ""), LG_NONE);
    assert_int_equal(lg_site_area(&site, "Bus"), LG_NONE); /* an asset is no area */
    assert_int_equal(lg_site_asset(&site, "Flat"), LG_NONE);
    lg_uuid_format(&areas[4].uuid, uuid);
    assert_int_equal(lg_site_asset(&site, uuid), LG_NONE);
    assert_int_equal(lg_site_asset(&site, "00000000-0000-0000-0000-000000000000"), LG_NONE);
}

static void below(void **state)
{
    (void)state;
    assert_true(lg_site_below(&site, 6, 0));
    assert_true(lg_site_below(&site, 6, 2));
    assert_true(lg_site_below(&site, 6, 5));
    assert_true(lg_site_below(&site, 3, 3));
    assert_true(lg_site_below(&site, 0, 0));
    assert_false(lg_site_below(&site, 6, 1));
    assert_false(lg_site_below(&site, 0, 1));
    assert_false(lg_site_below(&site, 3, 4));
    assert_false(lg_site_below(&site, 2, 6));
}

static void expect_path(uint32_t from, uint32_t to, const uint32_t *expected, uint32_t count)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    assert_int_equal(lg_site_path(&site, from, to, path), count);
    assert_memory_equal(path, expected, count * sizeof *path);
}

static void paths(void **state)
{
    (void)state;
    expect_path(3, 3, (const uint32_t[]){3}, 1);
    expect_path(3, 4, (const uint32_t[]){3, 1, 4}, 3);
    expect_path(3, 6, (const uint32_t[]){3, 1, 0, 2, 5, 6}, 6);
    expect_path(6, 3, (const uint32_t[]){6, 5, 2, 0, 1, 3}, 6);
    expect_path(6, 0, (const uint32_t[]){6, 5, 2, 0}, 4);
    expect_path(0, 6, (const uint32_t[]){0, 2, 5, 6}, 4);
    expect_path(1, 2, (const uint32_t[]){1, 0, 2}, 3);
}

static void longest_path(void **state)
{
    (void)state;
    /* Two chains of the greatest depth that meet in the root. */
    lg_area deep[2 * LG_DEPTH_MAX + 1] = {{.name = "root", .parent = LG_NONE}};
    for (uint32_t i = 1; i <= 2 * LG_DEPTH_MAX; i++)
        deep[i] = (lg_area){.name = "x", .parent = i < 3 ? 0 : i - 2, .depth = (i + 1) / 2};
    lg_site tall = {.areas = deep, .area_count = 2 * LG_DEPTH_MAX + 1};
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    assert_int_equal(lg_site_path(&tall, 2 * LG_DEPTH_MAX - 1, 2 * LG_DEPTH_MAX, path),
                     2 * LG_DEPTH_MAX + 1);
    assert_int_equal(path[LG_DEPTH_MAX], 0);
}

static void parameters(void **state)
{
    (void)state;
    assert_true(lg_site_param(&assets[1], "initial_soc")->value.number == 50);
    assert_true(lg_site_param(&assets[1], "capacity_kWh")->value.number == 10);
    assert_null(lg_site_param(&assets[1], "capacity"));
    assert_null(lg_site_param(&assets[0], "capacity_kWh")); /* has none at all */
}

static void utility(void **state)
{
    (void)state;
    assert_int_equal(lg_site_utility_area(&site), 2); /* a bus comes before a market maker */
    site.asset_count = 3;
    assert_int_equal(lg_site_utility_area(&site), 1);
    site.asset_count = 2;
    assert_int_equal(lg_site_utility_area(&site), 0);
    site.asset_count = 4;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_ups), cmocka_unit_test(look_ups_err), cmocka_unit_test(below),
        cmocka_unit_test(paths),    cmocka_unit_test(longest_path), cmocka_unit_test(parameters),
        cmocka_unit_test(utility),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
