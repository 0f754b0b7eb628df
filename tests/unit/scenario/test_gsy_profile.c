/* Profiles and settings of the gsy-e exchange: forms, gaps, weekdays, both shapes of settings. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "gsy_made.h"

/* An hour a slot, so that a day is a list of 24. */
#define HOURLY(more) "{\"slot_length_min\": 60, \"tick_length_s\": 60" more "}"

static const char *load_with(const char *profile, const char *settings)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"name\": \"Grid\", \"children\": [\n"
             "{\"name\": \"L\", \"type\": \"LoadProfile\",\n\"daily_load_profile\": %s}]}",
             profile);
    return gsy_make(text, settings);
}

static void numbers_stay_numbers(void **state)
{
    (void)state;
    gsy_assert_holds(load_with("150", HOURLY("")), "\"daily_load_profile\": 150,");
    gsy_assert_holds(load_with("\"150.5\"", HOURLY("")), "\"daily_load_profile\": 150.5,");
    gsy_assert_holds(load_with("{\"0\": 7}", HOURLY("")), "\"daily_load_profile\": 7,");
}

/* A value holds until the next one; before the first there is 0. */
static const char by_hour[] =
    "\"daily_load_profile\": [0, 0, 5, 5, 5, 5, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, "
    "8, 8, 8, 8, 8, 8, 8, 8]";

static void dictionaries(void **state)
{
    (void)state;
    gsy_assert_holds(load_with("{\"2\": 5, \"6\": 8}", HOURLY("")), by_hour);
    gsy_assert_holds(load_with("{\"02:00\": 5, \"06:00\": 8}", HOURLY("")), by_hour);
    gsy_assert_holds(load_with("\"{2: 5, 6: 8}\"", HOURLY("")), by_hour);
    gsy_assert_holds(load_with("\"{'02:00': 5, '06:00': 8}\"", HOURLY("")), by_hour);
    gsy_assert_holds(load_with("{\"2024-06-03T02:00\": 5, \"2024-06-03T06:00\": 8}", HOURLY("")),
                     by_hour);
}

static void csv_files(void **state)
{
    (void)state;
    fixture_write("a.csv", "INTERVAL;POWER(W)\r\n02:00;5\r\n06:00;8\r\nfilename;29_load");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")), by_hour);
    fixture_write("a.csv", "Time,power\n1999-01-01T02:00:00,5\n1999-01-01T06:00:00,8\n");
    gsy_assert_holds(load_with("\"./a.csv\"", HOURLY("")), by_hour);
    fixture_write("a.csv", "1999-01-01 02:00:00,5\n1999-01-01 06:00:00,8\n");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")), by_hour);
}

/* Where ; separates, a comma is a decimal one; quotes keep a comma in its cell. */
static void decimal_commas(void **state)
{
    (void)state;
    fixture_write("a.csv", "t;W\n00:00;1,5\n06:00;0,75\n");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")),
                     "\"daily_load_profile\": [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 0.75,");
    fixture_write("a.csv", "00:00;\"1,5\"\n06:00;2\n");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")), "[1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 2,");
    fixture_write("a.csv", "t,W,note\n00:00,1.5,7\n\n06:00,\"3\",\"a, b\"\n");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")), "[1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 3,");
}

/* What could be two numbers is none. */
static void doubtful_numbers_err(void **state)
{
    static const struct {
        const char *file, *said;
    } cases[] = {
        {"t,W\n00:00,2\n06:00,\"1,500\"\n", "a.csv:3: \"1,500\" is no number; expected one "},
        {"t,W\n00:00,1,5\n", "a.csv:2: \"1\" is followed by more than the header has"},
        {"# a, b, c\nt,W\n00:00,1,5\n", "a.csv:3: \"1\" is followed by more than the header"},
        {"00:00,1,5\n", "a.csv:1: \"1\" is followed by more than the header has"},
        {"t;W\n00:00;1.234,5\n", "a.csv:2: \"1.234,5\" is no number"},
        {"t;W\n00:00;1,234,567\n", "a.csv:2: \"1,234,567\" is no number"},
        {"t;W\n00:00;1,5\n01:00;2.5\n", "a.csv:3: \"2.5\" and other rows: decimal commas and "},
        {"t;W\n00:00;1\n01:00;0x10\n", "a.csv:3: \"0x10\" is no number"},
        {"t;W\n00:00;1\n01:00;\n", "a.csv:3: \"\" is no number"},
        {"t;W\n00:00;nan\n", "a.csv:2: \"nan\" is no number"},
        {"t;W\n00:00;1e999\n", "a.csv:2: \"1e999\" is no number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_write("a.csv", cases[i].file);
        assert_null(load_with("\"a.csv\"", HOURLY("")));
        gsy_assert_holds(gsy_problems(), cases[i].said);
        gsy_assert_holds(gsy_problems(), "area.json:3: L.daily_load_profile: a.csv:");
    }
}

/* What lies between two slots is not looked at. */
static void the_start_of_a_slot_counts(void **state)
{
    (void)state;
    gsy_assert_holds(load_with("{\"02:00\": 5, \"05:30\": 99, \"06:00\": 8}", HOURLY("")), by_hour);
}

/* Rows that fall on no slot's start hold from the next one on. */
static void rows_between_the_slots(void **state)
{
    (void)state;
    fixture_write("a.csv", "t,W\n00:30,100\n01:30,200\n02:40,250\n02:50,300\n23:59,400\n");
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY("")),
                     "\"daily_load_profile\": [0, 100, 200, 300, 300, ");
    /* the last row of a day that repeats is what the next day begins with */
    gsy_assert_holds(load_with("\"a.csv\"", HOURLY(", \"duration_h\": 26")), "300, 300, 400, 100]");
    /* a run from the afternoon on begins with the value of noon */
    gsy_assert_holds(load_with("{\"12:10\": 5, \"22:30\": 6}",
                               HOURLY(", \"start_date\": \"2024-06-03T15:00\", \"duration_h\": 9")),
                     "\"15:00\": 5,");
}

/* A run that begins among the dates begins with the last one before; from 00:30 of the Tuesday on
 * nothing new comes. */
static void dates_between_the_slots(void **state)
{
    (void)state;
    gsy_assert_holds(
        load_with("{\"2024-06-02T12:10\": 1, \"2024-06-03T01:30\": 2, "
                  "\"2024-06-04T00:30\": 3}",
                  HOURLY(", \"duration_h\": 27")),
        "\"values\": [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, "
        "2, 2, 2, 3, 3]");
}

/* 2019-01-01 is a Tuesday and 2024-06-03 a Monday. */
static void long_profiles_go_by_the_weekday(void **state)
{
    (void)state;
    const char *days =
        "{\"2019-01-01T00:00\": 1, \"2019-01-02T00:00\": 2, \"2019-01-08T00:00\": 3, "
        "\"2019-01-01T12:00\": 4}";
    const char *made = load_with(days, HOURLY(", \"duration_h\": 72"));
    gsy_assert_holds(made,
                     "\"daily_load_profile\": {\"series\": {\"start\": \"2024-06-03T00:00Z\","
                     "\"step_minutes\": 60,\"values\": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
                     "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
                     "4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2,");
    gsy_assert_holds(load_with(days, HOURLY("")), "\"daily_load_profile\": 0,");
}

/* Two days of a week that the run has neither of: nothing would be told by a load of 0. */
static void a_profile_of_other_days_is_told(void **state)
{
    (void)state;
    static const char settings[] = "{\"slot_length_min\": 60, \"tick_length_s\": 60, "
                                   "\"start_date\": \"2024-06-05\", \"duration_h\": 72}";
    fixture_write("a.csv", "2024-06-03T00:00,300\n2024-06-04T12:00,400\n");
    gsy_assert_holds(load_with("\"a.csv\"", settings), "\"daily_load_profile\": 0,");
    assert_string_equal(gsy_problems(),
                        "area.json:3: warning: L.daily_load_profile: has no value for any slot of "
                        "the run, which starts at 2024-06-05T00:00: its 2 values are of "
                        "2024-06-03T00:00 to 2024-06-04T12:00, and it is 0 all the time\n");
    fixture_write("a.csv", "2024-06-03T00:00,300\n2024-06-06T12:00,0\n"); /* a 0 that was meant */
    load_with("\"a.csv\"", settings);
    assert_string_equal(gsy_problems(), "");
}

static void slots_that_no_list_fits(void **state)
{
    (void)state;
    const char *made =
        load_with("{\"12:00\": 5}", "{\"slot_length_min\": 30, \"tick_length_s\": 60, "
                                    "\"start_date\": \"2024-06-03T11:30\", "
                                    "\"duration_h\": 1}");
    gsy_assert_holds(made, "{\"day\": {\"11:30\": 0,\"12:00\": 5,\"12:30\": 5,");
}

static void rates_over_time(void **state)
{
    (void)state;
    const char *made = gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"M\", \"type\": "
                                "\"MarketMaker\", \"energy_rate\": {\"0\": 20, \"12\": 30}},\n"
                                "{\"name\": \"L\", \"type\": \"LoadHours\", \"avg_power_W\": 1, "
                                "\"final_buying_rate\": {\"0\": 37, \"1\": 37}}]}",
                                HOURLY(""));
    gsy_assert_holds(made, "\"energy_rate_profile\": [20, 20,");
    gsy_assert_holds(made, "\"market_maker_rate\": [20, 20,");
    gsy_assert_holds(made, "\"final_buying_rate\": 37,");
}

static void wrong_profiles_err(void **state)
{
    (void)state;
    fixture_write("a.csv", "02:00;5\n2024-01-01;6\n");
    assert_null(load_with("\"a.csv\"", HOURLY("")));
    assert_string_equal(gsy_problems(),
                        "area.json:3: L.daily_load_profile: a.csv:2: \"2024-01-01\" is no time; "
                        "expected HH:mm or YYYY-MM-DDTHH:mm, the same form in all rows\n");
    fixture_write("a.csv", "only;words\n");
    assert_null(load_with("\"a.csv\"", HOURLY("")));
    assert_string_equal(gsy_problems(),
                        "area.json:3: L.daily_load_profile: the profile a.csv holds "
                        "no value\n");
    assert_null(load_with("\"nowhere.csv\"", HOURLY("")));
    assert_string_equal(
        gsy_problems(),
        "area.json:3: L.daily_load_profile: the file nowhere.csv cannot be read; "
        "paths are looked for beside the scenario, then in the working directory\n");
    assert_null(gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"L\", \"type\": "
                         "\"LoadProfile\", \"daily_load_profile\": \"a.csv\"},\n"
                         "{\"name\": \"K\", \"type\": \"LoadProfile\", \"daily_load_profile\": "
                         "\"a.csv\"}]}",
                         NULL)); /* the same file is told once */
    assert_string_equal(gsy_problems(),
                        "area.json:1: L.daily_load_profile: the profile a.csv holds "
                        "no value\n");
    assert_null(load_with("{\"noon\": 1}", HOURLY("")));
    assert_null(load_with("\"{12: x}\"", HOURLY("")));
    assert_null(load_with("\"{12\"", HOURLY("")));
    assert_null(load_with("\"}{\"", HOURLY("")));
    assert_string_equal(gsy_problems(), "area.json:3: L.daily_load_profile: expected {time: value, "
                                        "...}, got \"}{\"\n");
    assert_null(load_with("\"a}b{\"", HOURLY("")));
    assert_null(load_with("\"{\"", HOURLY("")));
    assert_null(load_with("[1, 2]", HOURLY("")));
}

static void settings_of_both_shapes(void **state)
{
    (void)state;
    const char *market = "\"slots\": 24,\"slot_minutes\": 30,\"tick_seconds\": 60,\"market\": "
                         "{\"kind\": \"two_sided\",\"matching\": \"pay_as_clear\",\"fees\": "
                         "\"percentage\",\"offer_age\": 1,\"bid_age\": 3,\"compat\": \"gsy-e\"},";
    const char *made = load_with(
        "5", "{\"market_type\": 2, \"bid_offer_match_type\": 2, \"grid_fee_type\": 2, "
             "\"min_offer_age\": 1, \"min_bid_age\": 3, \"slot_length_min\": 30, "
             "\"tick_length_s\": 60, \"duration_h\": 12, \"start_date\": \"2025-12-22\", "
             "\"market_maker_rate\": 25, \"feed_in_tariff\": 6, \"update_interval_min\": 5}");
    gsy_assert_holds(made, "\"start\": \"2025-12-22T00:00Z\",");
    gsy_assert_holds(made, market);
    gsy_assert_holds(made, "\"update_interval\": 5}");
    gsy_assert_holds(made, "\"market_maker_rate\": 25,\"feed_in_tariff\": 6,");
    made =
        load_with("5", "{\"basic_settings\": {\"sim_duration\": \"12h\", \"slot_length\": \"30m\", "
                       "\"tick_length\": \"60s\", \"start_date\": \"2025-12-22\"}, "
                       "\"advanced_settings\": {\"MASettings\": {\"MARKET_TYPE\": 2, "
                       "\"BID_OFFER_MATCH_TYPE\": 2, \"GRID_FEE_TYPE\": 2, \"MIN_OFFER_AGE\": 1, "
                       "\"MIN_BID_AGE\": 3}}}");
    gsy_assert_holds(made, "\"start\": \"2025-12-22T00:00Z\",");
    gsy_assert_holds(made, market);
}

static void matching_outside_becomes_pay_as_bid(void **state)
{
    (void)state;
    const char *made = load_with("5", "{\"market_type\": 2,\n\"bid_offer_match_type\": 3}");
    gsy_assert_holds(made, "\"matching\": \"pay_as_bid\"");
    assert_string_equal(gsy_problems(),
                        "settings.json:2: warning: bid_offer_match_type: match type 3 is a "
                        "matching engine outside, of which the file says no more: imported as "
                        "market.matching = \"pay_as_bid\"; write the name of a rule there, if "
                        "there is a plugin with it\n");
}

static void markets_that_are_not_there_are_told(void **state)
{
    (void)state;
    assert_non_null(load_with(
        "5",
        "{\"advanced_settings\": {\n"
        "\"FutureMarketSettings\": {\"FUTURE_MARKET_DURATION_HOURS\": 24,\n"
        "\"FUTURE_MARKET_CLEARING_INTERVAL_MINUTES\": 15},\n"
        "\"ForwardMarketSettings\": {\"ENABLE_FORWARD_MARKETS\": true},\n"
        "\"BalancingSettings\": {\"ENABLE_BALANCING_MARKET\": true, \"SPOT_TRADE_RATIO\": 0.2}}}"));
    assert_string_equal(
        gsy_problems(),
        "settings.json:2: warning: FUTURE_MARKET_DURATION_HOURS: there is no future "
        "market yet: the run is one without\n"
        "settings.json:4: warning: ENABLE_FORWARD_MARKETS: there is no forward market "
        "yet: the run is one without\n"
        "settings.json:5: warning: ENABLE_BALANCING_MARKET: there is no balancing "
        "market yet: the run is one without\n");
    assert_non_null(load_with("5",
                              "{\"advanced_settings\": {"
                              "\"FutureMarketSettings\": {\"FUTURE_MARKET_DURATION_HOURS\": 0},"
                              "\"ForwardMarketSettings\": {\"ENABLE_FORWARD_MARKETS\": false},"
                              "\"BalancingSettings\": {\"ENABLE_BALANCING_MARKET\": false}}}"));
    assert_string_equal(gsy_problems(), "");
    assert_null(load_with("5", "{\"BalancingSettings\": {\"ENABLE_BALANCING_MARKET\": \"yes\"}}"));
}

static void wrong_settings_err(void **state)
{
    (void)state;
    assert_null(load_with("5", "{\"market_type\": 3}"));
    assert_string_equal(gsy_problems(),
                        "settings.json:1: market_type: market type 3 (coefficients) is in "
                        "a closed package of that exchange\n");
    assert_null(load_with("5", "{\"advanced_settings\": {\"MASettings\": {\"MARKET_TYPE\": 2,\n"
                               "\"BID_OFFER_MATCH_TYPE\": 5}}}"));
    assert_string_equal(gsy_problems(), "settings.json:2: BID_OFFER_MATCH_TYPE: there are match "
                                        "types 1 (pay-as-bid), 2 (pay-as-clear), 3 (a matching "
                                        "engine outside) and 4 (attributed)\n");
    assert_null(load_with("5", "{\"market_type\": 1.5}"));
    assert_string_equal(gsy_problems(), "settings.json:1: market_type: expected a whole number, "
                                        "got the number 1.5\n");
    assert_null(load_with("5", "{\n\"slot_length_min\": 0}"));
    assert_string_equal(gsy_problems(),
                        "settings.json:2: slot_length_min: expected a number above 0, got the "
                        "number 0\n");
    static const struct {
        const char *settings, *said;
    } cases[] = {
        {"{\n\"tick_length_s\": 7}",
         "settings.json:2: tick_length_s: makes 128.571 ticks in a slot: expected a multiple of "
         "10, each at least 1 s\n"},
        {"{\"slot_length_min\": 90, \"tick_length_s\": 60}",
         "settings.json:1: slot_length_min: a slot of 90 min: expected 2 to 60 whole minutes\n"},
        {"{\"slot_length_min\":\n2}",
         "settings.json:2: slot_length_min: makes 8 ticks in a slot: expected a multiple of 10, "
         "each at least 1 s\n"},
        {"{\"basic_settings\": {\n\"sim_duration\": \"5m\"}}",
         "settings.json:2: sim_duration: makes 0.333333333 slots: expected 1 to 20000000\n"},
        {"{\"min_bid_age\": 60001}",
         "settings.json:1: min_bid_age: expected a number from 0 to 60000, got 60001\n"},
        {"{\"feed_in_tariff\": 20000}",
         "settings.json:1: feed_in_tariff: expected a number from 0 to 10000, got 20000\n"},
        {"{\"update_interval_min\": 0}",
         "settings.json:1: update_interval_min: expected a number from 0.01 to 60, got 0\n"},
        {"{\"SettlementMarketSettings\": {\"MAX_AGE_SETTLEMENT_MARKET_HOURS\": 48}}",
         "settings.json:1: MAX_AGE_SETTLEMENT_MARKET_HOURS: expected a number from 0.01 to 24, got "
         "48\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(load_with("5", cases[i].settings));
        assert_string_equal(gsy_problems(), cases[i].said);
    }
    assert_null(load_with("5", "{\"basic_settings\": {\"sim_duration\": \"1 week\"}}"));
    assert_null(load_with("5", "{\"start_date\": 7}"));
    assert_non_null(load_with("5", "{\"tick_lenght_s\": 15}"));
    assert_string_equal(gsy_problems(), "settings.json:1: warning: tick_lenght_s: not known, or "
                                        "without effect here: left out; did you mean "
                                        "\"tick_length_s\"?\n");
}

static int open_folder(void **state)
{
    (void)state;
    fixture_open();
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    gsy_forget();
    fixture_close();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_stay_numbers),
        cmocka_unit_test(dictionaries),
        cmocka_unit_test(csv_files),
        cmocka_unit_test(decimal_commas),
        cmocka_unit_test(doubtful_numbers_err),
        cmocka_unit_test(the_start_of_a_slot_counts),
        cmocka_unit_test(rows_between_the_slots),
        cmocka_unit_test(dates_between_the_slots),
        cmocka_unit_test(long_profiles_go_by_the_weekday),
        cmocka_unit_test(a_profile_of_other_days_is_told),
        cmocka_unit_test(slots_that_no_list_fits),
        cmocka_unit_test(rates_over_time),
        cmocka_unit_test(wrong_profiles_err),
        cmocka_unit_test(settings_of_both_shapes),
        cmocka_unit_test(matching_outside_becomes_pay_as_bid),
        cmocka_unit_test(markets_that_are_not_there_are_told),
        cmocka_unit_test(wrong_settings_err),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
