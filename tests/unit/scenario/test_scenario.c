/* A whole scenario: what is read, that its JSON reads back as the same, and memory that runs out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"
#include "support/failing_mem.h"

static const char whole[] =
    "local evening = day { ['00:00'] = 25, ['17:00'] = 35 }\n"
    "return scenario { name = 'whole', description = 'all there is', seed = 42,\n"
    "  start = '2024-06-03T06:00+02:00', slots = 4, slot_minutes = 30, tick_seconds = 60,\n"
    "  market = { kind = 'two_sided', matching = 'pay_as_clear', fees = 'percentage',\n"
    "    offer_age = 1, bid_age = 4, compat = 'gsy-e' },\n"
    "  market_maker_rate = evening, feed_in_tariff = 8.5, unserved_surcharge = 2.5, latitude = "
    "-33,\n"
    "  results = { trades = false, orders = true },\n"
    "  grid = area { name = 'Grid', grid_fee_percentage = 5,\n"
    "    market_maker { name = 'Maker', energy_rate_profile = evening, grid_connected = false },\n"
    "    area { name = 'Home {i}', clones = 2, member = true,\n"
    "      load { name = 'Load {i}', avg_power_W = 100, hrs_of_day = { 0, 12 }, "
    "use_market_maker_rate = true },\n"
    "      load { name = 'Meter {i}', daily_load_profile = csv { file = 'm.csv', unit = 'kW' } } } "
    "},\n"
    "  agents = { agent { name = 'Home 1', script = 'strategies/patient.lua', params = { a = { 1, "
    "2 }, b = {} } },\n"
    "    agent { name = 'Op', script = 'tariffs/fixed_fee.lua', markets = { 'Grid' } } } }\n";

static const char meter[] = "time,a\n2024-06-03T04:00,1\n2024-06-03T05:00,2\n2024-06-03T06:00,3\n";

static lg_scenario *read_whole(void)
{
    fixture_write("m.csv", meter);
    return fixture_read_text("whole.lua", whole);
}

static void everything_arrives(void **state)
{
    (void)state;
    lg_scenario *s = read_whole();
    assert_string_equal(s->name, "whole");
    assert_string_equal(s->description, "all there is");
    assert_int_equal(s->seed, 42);
    assert_int_equal(s->start_ms, INT64_C(1717387200000)); /* 04:00 UTC */
    assert_int_equal(s->slot_count, 4);
    assert_int_equal(s->rules.slot_ms, 1800000);
    assert_int_equal(s->rules.tick_ms, 60000);
    assert_int_equal(s->rules.ticks_per_slot, 30);
    assert_int_equal(s->rules.match, LG_PAY_AS_CLEAR);
    assert_int_equal(s->rules.fee_kind, LG_FEE_PERCENTAGE);
    assert_true(s->rules.compat_gsy);
    assert_false(s->rules.keep_age);
    assert_int_equal(s->rules.energy_tolerance_uwh, 20000);
    assert_int_equal(s->rules.rate_tolerance_uct, 20);
    assert_true(lg_profile_at(s->market_maker_rate, s->start_ms) == 25);
    assert_true(lg_profile_at(s->feed_in_tariff, s->start_ms) == 8.5);
    assert_true(s->unserved_surcharge_ct == 2.5 && s->latitude_deg == -33);
    assert_false(s->keep_trades);
    assert_true(s->keep_orders);
    assert_int_equal(s->site.areas[0].fee_ppb, 50000000);
    assert_int_equal(s->site.areas[0].offer_age, 1);
    assert_int_equal(s->site.areas[2].bid_age, 4);
    const lg_param *hours = lg_site_param(&s->site.assets[1], "hrs_of_day");
    assert_int_equal(hours->value.list_count, 2);
    assert_true(hours->value.list[1] == 12);
    /* The tariff is used three times and made once; the rates, the meter. */
    assert_int_equal(s->profile_count, 3);
    lg_scenario_free(s);
}

static void defaults(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "plain.json",
        "{\"grid\": {\"name\": \"G\", \"children\": [{\"name\": \"PV\", \"type\": \"pv\"}]}}");
    assert_string_equal(s->name, "plain");
    assert_string_equal(s->description, "");
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->slot_count, 96);
    assert_int_equal(s->rules.slot_ms, 900000);
    assert_int_equal(s->rules.ticks_per_slot, 10);
    assert_int_equal(s->rules.match, LG_PAY_AS_BID);
    assert_int_equal(s->rules.fee_kind, LG_FEE_CONSTANT);
    assert_true(s->rules.keep_age);
    assert_int_equal(s->rules.energy_tolerance_uwh, 0);
    assert_true(s->keep_trades);
    assert_false(s->keep_orders);
    assert_true(s->keep_assets);
    assert_null(s->carbon_ratio);
    assert_null(s->site.areas[0].connection);
    assert_int_equal(s->start_ms, INT64_C(1717372800000));
    lg_scenario_free(s);
}

/* What assets do in every slot is kept for up to 1000 of them, unless the scenario says. */
static void slots_of_assets(void **state)
{
    static const struct {
        const char *results, *clones;
        bool kept;
    } cases[] = {
        {"", "1000", true},
        {"", "1001", false},
        {"results = { assets = true },", "1001", true},
        {"results = { assets = false },", "2", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(
            text, sizeof text,
            "return scenario { %s grid = area { name = 'G', pv { name = 'PV {i}', clones = %s } "
            "} }",
            cases[i].results, cases[i].clones);
        lg_scenario *s = fixture_read_text("kept.lua", text);
        assert_int_equal(s->keep_assets, cases[i].kept);
        lg_scenario_free(s);
    }
}

/* 8 kVA are 4 kWh in a slot of 30 min; what is not said is 0. */
static void connections(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "connected.lua",
        "return scenario { slot_minutes = 30, grid = area { name = 'G', "
        "baseline_peak_energy_import_kWh = 2.5, export_capacity_kVA = 8, pv { name = 'PV' } } }");
    const lg_connection *connection = s->site.areas[0].connection;
    assert_int_equal(connection->import_baseline_uwh, 2500000000);
    assert_int_equal(connection->export_baseline_uwh, 0);
    assert_int_equal(connection->import_capacity_uwh, 0);
    assert_int_equal(connection->export_capacity_uwh, 4000000000);
    lg_scenario_free(s);
    fixture_refuse_text("connected.lua",
                        "return scenario { grid = area { name = 'G', import_capacity_kVA = -1, pv "
                        "{ name = 'PV' } } }",
                        "connected.lua:1: G.import_capacity_kVA: -1 is outside of 0 to 1000000\n");
}

static void the_resolved_form_reads_back(void **state)
{
    (void)state;
    lg_text first, second;
    lg_scenario *s = read_whole();
    lg_text_init(&first, lg_mem_system());
    lg_text_init(&second, lg_mem_system());
    lg_scenario_print(s, &first);
    lg_scenario *again = fixture_read_text("again.json", first.data);
    lg_scenario_print(again, &second);
    assert_string_equal(first.data, second.data);
    assert_string_equal(s->hash, again->hash);
    assert_int_equal(strlen(s->hash), 64);
    assert_int_equal(again->site.asset_count, s->site.asset_count);
    for (uint32_t i = 0; i < s->site.asset_count; i++) {
        const lg_asset *a = &s->site.assets[i], *b = &again->site.assets[i];
        assert_string_equal(a->name, b->name);
        assert_memory_equal(&a->uuid, &b->uuid, sizeof a->uuid);
        assert_int_equal(a->agent, b->agent);
        for (uint32_t k = 0; k < a->params->count; k++)
            assert_int_equal(a->params->items[k].value.given, b->params->items[k].value.given);
    }
    assert_memory_equal(&again->rules, &s->rules, sizeof s->rules);
    lg_scenario_free(s);
    lg_scenario_free(again);
    lg_text_fini(&first);
    lg_text_fini(&second);
}

/* The hash speaks for the content: another seed or another measurement is another scenario. */
static void the_hash_tells_scenarios_apart(void **state)
{
    (void)state;
    lg_scenario *one = read_whole();
    lg_scenario_input input = fixture_input(fixture_path("whole.lua"));
    input.has_seed = true;
    input.seed = 43;
    lg_scenario *two = fixture_read(&input);
    assert_string_not_equal(one->hash, two->hash);
    lg_scenario_free(two);
    fixture_write("m.csv", "time,a\n2024-06-03T04:00,1\n2024-06-03T05:00,2\n2024-06-03T06:00,4\n");
    two = fixture_read_text("whole.lua", whole);
    assert_string_not_equal(one->hash, two->hash);
    lg_scenario_free(two);
    two = read_whole();
    assert_string_equal(one->hash, two->hash);
    lg_scenario_free(two);
    lg_scenario_free(one);
}

static void the_schema_is_json(void **state)
{
    (void)state;
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario_input input = {.drivers = fixture_drivers, .driver_count = fixture_driver_count};
    lg_scenario_schema(&input, &text);
    assert_false(text.failed);
    cJSON *schema = cJSON_Parse(text.data);
    assert_non_null(schema);
    const cJSON *defs = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
    const cJSON *load = cJSON_GetObjectItemCaseSensitive(defs, "asset_load");
    const cJSON *keys = cJSON_GetObjectItemCaseSensitive(load, "properties");
    assert_non_null(cJSON_GetObjectItemCaseSensitive(keys, "avg_power_W"));
    assert_non_null(cJSON_GetObjectItemCaseSensitive(keys, "final_buying_rate"));
    assert_non_null(cJSON_GetObjectItemCaseSensitive(keys, "clones"));
    assert_null(cJSON_GetObjectItemCaseSensitive(keys, "capacity_kW"));
    const cJSON *root = cJSON_GetObjectItemCaseSensitive(defs, "scenario");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(root, "required");
    assert_string_equal(cJSON_GetArrayItem(required, 0)->valuestring, "grid");
    cJSON_Delete(schema);
    lg_text_fini(&text);
}

static void no_such_file_err(void **state)
{
    (void)state;
    lg_diag diag;
    lg_scenario *s;
    lg_diag_init(&diag, lg_mem_system());
    lg_scenario_input input = fixture_input("/nowhere/x.lua");
    assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &s), LG_IO);
    assert_null(s);
    assert_string_equal(diag.problems[0].text, "cannot be read: No such file or directory");
    lg_diag_fini(&diag);
}

static int read_again(lg_mem *mem, void *ctx)
{
    lg_diag diag;
    lg_scenario *s;
    const char *file = ctx;
    const lg_setting settings[] = {{"market.offer_age", "3"}},
                     seats[] = {{"Load 2", "strategies/patient.lua"}};
    lg_scenario_input input = fixture_input(file);
    input.settings = settings;
    input.agents = seats;
    input.setting_count = input.agent_count = 1;
    lg_diag_init(&diag, mem);
    lg_status status = lg_scenario_read(mem, &input, &diag, &s);
    lg_diag_fini(&diag);
    lg_scenario_free(s);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fixture_write("m.csv", meter);
    char *path = (char *)fixture_write("whole.lua", whole);
    assert_true(lg_sweep_allocations(read_again, path) > 10);
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario *s = fixture_read_text("whole.lua", whole);
    lg_scenario_print(s, &text);
    lg_scenario_free(s);
    path = (char *)fixture_write("whole.json", text.data);
    lg_text_fini(&text);
    assert_true(lg_sweep_allocations(read_again, path) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_arrives),
        cmocka_unit_test(defaults),
        cmocka_unit_test(slots_of_assets),
        cmocka_unit_test(connections),
        cmocka_unit_test(the_resolved_form_reads_back),
        cmocka_unit_test(the_hash_tells_scenarios_apart),
        cmocka_unit_test(the_schema_is_json),
        cmocka_unit_test(no_such_file_err),
        cmocka_unit_test(memory_may_run_out),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
