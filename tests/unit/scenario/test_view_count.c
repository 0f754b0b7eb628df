/* A word about scenarios that would be slow: many different ages below one market. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "fixture.h"

/* Homes below one market, each with a value of its own for a key. */
#define STREETS(homes, kind, key)                                                                  \
    "local homes = {name = 'Grid'}\n"                                                              \
    "for i = 1, " homes " do homes[i] = area { name = 'Home ' .. i, " key ",\n"                    \
    "  load { name = 'Load ' .. i, avg_power_W = 1 } } end\n"                                      \
    "return scenario { name = 'x', market = { " kind " }, grid = area(homes) }"

static void read_with(const char *text, uint32_t warnings, const char *place, const char *sentence)
{
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_scenario *scenario = NULL;
    lg_scenario_input input = fixture_input(fixture_write("x.lua", text));
    assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &scenario), LG_OK);
    assert_int_equal(diag.count, warnings);
    if (warnings) {
        assert_int_equal(diag.errors, 0);
        assert_int_equal(diag.problems[0].line, 4);
        assert_string_equal(diag.problems[0].key, place);
        assert_string_equal(diag.problems[0].text, sentence);
    }
    lg_diag_fini(&diag);
    lg_scenario_free(scenario);
}

static void ages_drawn_home_by_home(void **state)
{
    (void)state;
    read_with(STREETS("64", "", "offer_age = i"), 0, "", "");
    read_with(STREETS("200", "", "offer_age = i % 60"), 0, "", "");
    read_with(STREETS("70", "", "offer_age = i"), 1, "Grid",
              "offers reach the markets below in 70 different ways (sum of offer_age on the way); "
              "each of more than 64 costs time in every tick, fewer different values cost less");
    read_with(STREETS("80", "", "bid_age = i"), 1, "Grid",
              "bids reach the markets below in 80 different ways (sum of bid_age on the way); "
              "each of more than 64 costs time in every tick, fewer different values cost less");
    /* one-sided: bids stay where they are */
    read_with(STREETS("80", "kind = 'one_sided'", "bid_age = i"), 0, "", "");
}

static void fees_count_when_they_are_percentages(void **state)
{
    (void)state;
    read_with(STREETS("90", "", "grid_fee_constant = i / 100"), 0, "", "");
    read_with(STREETS("90", "fees = 'percentage'", "grid_fee_percentage = i / 100"), 1, "Grid",
              "offers reach the markets below in 90 different ways (grid fees and sum of "
              "offer_age on the way); each of more than 64 costs time in every tick, fewer "
              "different values cost less");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ages_drawn_home_by_home),
        cmocka_unit_test(fees_count_when_they_are_percentages),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
