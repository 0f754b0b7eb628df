/* A market by name, UUID or path; several of a name are told with their paths. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/market_named.h"

/* Grid with A and B; a Street in each; Pier/1 below A's. */
static lg_area areas[] = {
    {.name = "Grid", .parent = LG_NONE},         {.name = "A", .parent = 0, .depth = 1},
    {.name = "B", .parent = 0, .depth = 1},      {.name = "Street", .parent = 1, .depth = 2},
    {.name = "Street", .parent = 2, .depth = 2}, {.name = "Pier/1", .parent = 3, .depth = 3},
};
static const lg_site site = {.areas = areas, .area_count = 6};

static void markets_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t area;
    } cases[] = {
        {"Grid", 0},          {"A", 1},      {"Grid/A", 1},        {"A/Street", 3},
        {"Grid/B/Street", 4}, {"Pier/1", 5}, {"Street/Pier/1", 5}, {"Grid/A/Street/Pier/1", 5},
    };
    lg_err err;
    char uuid[37];
    for (uint32_t i = 0; i < 6; i++)
        areas[i].uuid = lg_uuid_derive(1, (const char[]){(char)('a' + i), 0});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t area = LG_NONE;
        assert_int_equal(lg_market_named(&site, cases[i].text, &area, &err), LG_OK);
        assert_int_equal(area, cases[i].area);
    }
    uint32_t area = LG_NONE;
    lg_uuid_format(&areas[4].uuid, uuid);
    assert_int_equal(lg_market_named(&site, uuid, &area, &err), LG_OK);
    assert_int_equal(area, 4);
}

static void what_is_not_there_or_not_clear_err(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"Street",
         "several markets are called \"Street\": Grid/A/Street, Grid/B/Street; give the path"},
        {"Stret", "there is no market \"Stret\"; did you mean \"Street\"?"},
        {"Nowhere", "there is no market \"Nowhere\""},
        {"C/Street", "there is no market \"C/Street\"; did you mean \"Street\"?"},
        {"/Grid", "there is no market \"/Grid\"; did you mean \"Grid\"?"},
        {"X/Grid", "there is no market \"X/Grid\"; did you mean \"Grid\"?"},
        {"", "there is no market \"\""},
        {"/", "there is no market \"/\""},
        {"reet", "there is no market \"reet\"; did you mean \"Street\"?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_err err = {.text = ""};
        uint32_t area = 77;
        assert_int_equal(lg_market_named(&site, cases[i].text, &area, &err), LG_UNKNOWN);
        assert_string_equal(err.text, cases[i].sentence);
        assert_int_equal(area, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markets_are_found),
        cmocka_unit_test(what_is_not_there_or_not_clear_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
