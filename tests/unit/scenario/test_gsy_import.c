/* Scenarios of the gsy-e exchange become ours: both forms, every kind, what is left out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "gsy_made.h"
#include "support/failing_mem.h"

static const char serialised[] =
    "{\"name\": \"Grid\", \"uuid\": \"c2483ea9-4a82-4600-91a7-c949fa014120\",\n"
    " \"grid_fee_constant\": 4, \"grid_fee_percentage\": null, \"children\": [\n"
    "  {\"name\": \"Load\", \"display_type\": \"LoadHoursStrategy\", \"strategy\":\n"
    "   {\"type\": \"LoadHoursStrategy\", \"kwargs\": {\"avg_power_W\": 200, \"hrs_of_day\": [12, "
    "13],\n"
    "    \"update_interval\": 300, \"initial_buying_rate\": 1, \"balancing_energy_ratio\": [0.1, "
    "0.1],\n"
    "    \"energy_rate_increase_per_update\": null}}}]}\n";

static void the_serialised_form(void **state)
{
    (void)state;
    assert_string_equal(
        gsy_make(serialised, NULL),
        "{\"name\": \"area\",\"seed\": 0,\"start\": \"2024-06-03T00:00Z\",\"slots\": 96,"
        "\"slot_minutes\": 15,\"tick_seconds\": 15,"
        "\"market\": {\"kind\": \"one_sided\",\"fees\": \"constant\",\"offer_age\": 2,\"bid_age\": "
        "2,\"compat\": \"gsy-e\"},"
        "\"grid\": {\"name\": \"Grid\",\"uuid\": \"c2483ea9-4a82-4600-91a7-c949fa014120\","
        "\"grid_fee_constant\": 4,\"children\": ["
        "{\"name\": \"Load\",\"type\": \"load\",\"avg_power_W\": 200,\"hrs_of_day\": [12, 13],"
        "\"update_interval\": 5,\"initial_buying_rate\": 1,\"final_buying_rate\": 35}]}}");
    assert_string_equal(gsy_problems(),
                        "area.json: warning: left out, for no figure depends on them here: "
                        "balancing_energy_ratio (1), display_type (1)\n");
}

static void leaves_of_the_web_form(void **state)
{
    (void)state;
    const char *made = gsy_make(
        "{\"name\": \"Grid\", \"children\": [{\"name\": \"House\", \"type\": \"Area\", "
        "\"children\": [\n"
        " {\"name\": \"L\", \"type\": \"LoadHours\", \"avg_power_W\": 100, \"update_interval\": "
        "2},\n"
        " {\"name\": \"P\", \"type\": \"PV\", \"capacity_kW\": 4, \"panel_count\": 2},\n"
        " {\"name\": \"S\", \"type\": \"Storage\", \"initial_soc\": 50, \"losses\": {\n"
        "   \"charging_loss_percent\": 0.05, \"discharging_loss_percent\": 0.04, "
        "\"self_discharge_per_day_percent\": 0.01}}]},\n"
        " {\"name\": \"M\", \"type\": \"MarketMaker\", \"energy_rate\": 28, \"grid_connected\": "
        "false},\n"
        " {\"name\": \"C\", \"type\": \"CommercialProducer\", \"energy_rate\": 31},\n"
        " {\"name\": \"B\", \"type\": \"InfiniteBus\", \"energy_sell_rate\": 33, "
        "\"energy_buy_rate\": 7}]}",
        NULL);
    gsy_assert_holds(made, "{\"name\": \"L\",\"type\": \"load\",\"avg_power_W\": "
                           "100,\"update_interval\": 2,\"initial_buying_rate\": "
                           "0,\"final_buying_rate\": 35}");
    gsy_assert_holds(made, "{\"name\": \"P\",\"type\": \"pv\",\"capacity_kW\": 4,\"panel_count\": "
                           "2,\"model\": \"gaussian\",\"final_selling_rate\": "
                           "0,\"initial_selling_rate\": 30}");
    gsy_assert_holds(made, "\"initial_soc\": 50,\"charging_loss\": "
                           "0.05,\"discharging_loss\": 0.04,\"keeps_discharging_loss\": "
                           "false,\"self_discharge_per_day\": 0.01}");
    gsy_assert_holds(made,
                     "\"type\": \"market_maker\",\"energy_rate\": 28,\"grid_connected\": false}");
    gsy_assert_holds(made, "\"type\": \"commercial_producer\",\"energy_rate\": 31}");
    gsy_assert_holds(made, "\"energy_sell_rate\": 33,\"energy_buy_rate\": 7}");
    /* A market maker's rate is the utility's; a bus says what is paid for energy. */
    gsy_assert_holds(made, "\"market_maker_rate\": 28,\"feed_in_tariff\": 7,");
    assert_string_equal(gsy_problems(), "");
}

static void external_kinds_run_the_template(void **state)
{
    (void)state;
    const char *made = gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"L\", "
                                "\"strategy\": {\"type\": \"LoadHoursExternalStrategy\", "
                                "\"kwargs\": {\"avg_power_W\": 1}}}]}",
                                NULL);
    gsy_assert_holds(made, "\"type\": \"load\"");
    assert_string_equal(gsy_problems(),
                        "area.json: warning: 1 external strategy is made the template of the kind: "
                        "give a script with --agent to trade for the asset\n");
}

static void clones_get_numbers(void **state)
{
    (void)state;
    const char *made =
        gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"House\", "
                 "\"number_of_clones\": 3, \"children\": [{\"name\": \"L\", \"type\": "
                 "\"LoadHours\", \"uuid\": \"c2483ea9-4a82-4600-91a7-c949fa014120\", "
                 "\"avg_power_W\": 1}]}]}",
                 NULL);
    gsy_assert_holds(made, "{\"name\": \"House {path}\",\"clones\": 3,\"children\": [{\"name\": "
                           "\"L {path}\",\"type\": \"load\"");
}

static void unknown_keys_are_told(void **state)
{
    (void)state;
    assert_non_null(gsy_make("{\"name\": \"Grid\", \"grid_fee_constnt\": 1,\n"
                             "\"children\": [{\"name\": \"L\", \"type\": \"LoadHours\",\n"
                             "\"avg_power\": 3, \"capacity_kW\": 2}]}",
                             NULL));
    assert_string_equal(
        gsy_problems(),
        "area.json:1: warning: Grid.grid_fee_constnt: not known: left out; did you mean "
        "\"grid_fee_constant\"?\n"
        "area.json:3: warning: L.avg_power: not known: left out; did you mean \"avg_power_W\"?\n"
        "area.json:3: warning: L.capacity_kW: not known: left out\n");
}

static void what_cannot_run_is_refused_err(void **state)
{
    (void)state;
    assert_null(gsy_make("{\"name\": \"Grid\", \"children\": [\n"
                         "{\"name\": \"A\", \"type\": \"LoadHour\"},\n"
                         "{\"name\": \"B\", \"type\": \"ForwardLoad\"},\n"
                         "{\"name\": \"C\", \"strategy\": {\"kwargs\": {}}}]}",
                         NULL));
    assert_string_equal(
        gsy_problems(),
        "area.json:2: A.type: \"LoadHour\" is no strategy that is known; did you mean "
        "\"LoadHours\"?\n"
        "area.json:3: B.type: ForwardLoad is not supported yet: there is no forward market\n"
        "area.json:4: C.strategy: expected {\"type\": ..., \"kwargs\": ...}\n");
}

static void another_file_is_refused_err(void **state)
{
    (void)state;
    assert_null(gsy_make("{\"grid\": {\"name\": \"G\", \"children\": []}}", NULL));
    assert_string_equal(gsy_problems(), "area.json:1: is no scenario of the gsy-e exchange: "
                                        "expected an area with children\n");
}

static void wrong_values_are_told_at_their_line_err(void **state)
{
    (void)state;
    assert_null(gsy_make("{\"name\": \"Grid\", \"children\": [\n"
                         "{\"name\": \"P\", \"type\": \"PV\",\n\"capacity_kW\": -4}]}",
                         NULL));
    gsy_assert_holds(gsy_problems(), "area.json:3: P.capacity_kW:");
}

/* Market type 0: the utility that is there serves all homes; without one there is one at the top.
 */
static void no_market(void **state)
{
    (void)state;
    const char *load = "{\"name\": \"Grid\", \"children\": [{\"name\": \"L\", \"type\": "
                       "\"LoadHours\", \"avg_power_W\": 200}%s]}";
    char text[300];
    snprintf(text, sizeof text, load, "");
    const char *made = gsy_make(text, "{\"market_type\": 0}");
    gsy_assert_holds(made, "\"kind\": \"none\",");
    gsy_assert_holds(made, "\"name\": \"Utility of the case without a market\","
                           "\"type\": \"infinite_bus\"");
    snprintf(text, sizeof text, load,
             ", {\"name\": \"Bus\", \"type\": \"InfiniteBus\", \"energy_buy_rate\": 7}");
    made = gsy_make(text, "{\"advanced_settings\": {\"MASettings\": {\"MARKET_TYPE\": 0}}}");
    gsy_assert_holds(made, "\"kind\": \"none\",");
    assert_null(strstr(made, "Utility of"));
}

/* Every home has a bus of its own, after the first utility's rates; no order leaves its market. */
static void no_market_in_homes(void **state)
{
    (void)state;
    fixture_write("settings.json", "{\"market_type\": 0}");
    lg_scenario_input input = fixture_input(fixture_write(
        "area.json",
        "{\"name\": \"Grid\", \"children\": [{\"name\": \"Street\", \"children\": [{\"name\": "
        "\"H\", "
        "\"min_offer_age\": 3, \"children\": [{\"name\": \"L\", \"type\": \"LoadHours\", "
        "\"avg_power_W\": 200}]}]}, {\"name\": \"Bus\", \"type\": \"InfiniteBus\", "
        "\"energy_sell_rate\": 28, \"energy_buy_rate\": 7}]}"));
    lg_diag diag;
    lg_scenario *s;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &s), LG_OK);
    assert_false(s->rules.no_market);
    assert_int_equal(s->rules.match, LG_PAY_AS_BID);
    assert_int_equal(s->site.asset_count, 3);
    for (uint32_t i = 0; i < s->site.area_count; i++) {
        assert_int_equal(s->site.areas[i].offer_age, 360);
        assert_int_equal(s->site.areas[i].bid_age, 360);
    }
    const lg_asset *bus = &s->site.assets[2];
    assert_string_equal(bus->name, "H utility");
    assert_string_equal(s->site.areas[bus->area].name, "H");
    assert_int_equal(bus->role, LG_ROLE_BUS);
    lg_diag_fini(&diag);
    /* what is printed is read as itself */
    lg_text text;
    lg_text_init(&text, lg_mem_system());
    lg_scenario_print(s, &text);
    input = fixture_input(fixture_write("again.json", lg_text_peek(&text)));
    lg_scenario *again;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg_scenario_read(lg_mem_system(), &input, &diag, &again), LG_OK);
    assert_memory_equal(s->hash, again->hash, sizeof s->hash);
    lg_diag_fini(&diag);
    lg_text_fini(&text);
    lg_scenario_free(again);
    lg_scenario_free(s);
}

static int read_again(lg_mem *mem, void *ctx)
{
    lg_scenario_input input = fixture_input(ctx);
    lg_diag diag;
    lg_scenario *scenario;
    lg_diag_init(&diag, mem);
    lg_status status = lg_scenario_read(mem, &input, &diag, &scenario);
    lg_diag_fini(&diag);
    lg_scenario_free(scenario);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    fixture_write("settings.json", "{\"market_type\": 2, \"slot_length_min\": 15}");
    fixture_write("a.csv", "t;W\n00:00;1\n00:15;2\n");
    char path[512];
    strcpy(path, fixture_write("area.json",
                               "{\"name\": \"Grid\", \"children\": [{\"name\": \"L\", \"type\": "
                               "\"LoadProfile\", \"daily_load_profile\": \"a.csv\"}]}"));
    assert_true(lg_sweep_allocations(read_again, path) > 10);
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

/* A charger with two sessions, one with all defaults, and a heat pump; enumerations as numbers,
 * names and switches. */
static void cars_and_heat_pumps(void **state)
{
    (void)state;
    const char *made = gsy_make(
        "{\"name\": \"Grid\", \"children\": [{\"name\": \"House\", \"children\": [\n"
        " {\"name\": \"E\", \"type\": \"EVCharger\", \"maximum_power_rating_kW\": 11, \n"
        "  \"charging_type\": \"BIDIRECTIONAL\", \"charging_sessions\": [\n"
        "   {\"plug_in_time\": \"2024-06-03T18:00\", \"duration_minutes\": 300, \"id\": 7,\n"
        "    \"min_soc_percent\": 80, \"initial_soc_percent\": null},\n"
        "   {\"plug_in_time\": \"07:00\", \"duration_minutes\": 60}]},\n"
        " {\"name\": \"V\", \"strategy\": {\"type\": \"EVChargerStrategy\", \"kwargs\": {\n"
        "  \"bidirectional\": false, \"update_interval\": 120, \"final_buying_rate\": 22,\n"
        "  \"sessions\": [{\"plug_in_time\": \"20:00\", \"duration_minutes\": 60}]}}},\n"
        " {\"name\": \"H\", \"type\": \"HeatPump\", \"tank_volume_l\": 200, \"source_type\": 1,\n"
        "  \"consumption_kWh_profile\": {\"0\": 0.25, \"12\": 0.5}, \"cop_model_type\": 0,\n"
        "  \"source_temp_C_profile\": 8, \"preferred_buying_rate\": 20},\n"
        " {\"name\": \"S\", \"type\": \"Storage\", \"initial_energy_origin\": 1}]}]}",
        "{\"slot_length_min\": 60}");
    gsy_assert_holds(made,
                     "{\"name\": \"E\",\"type\": \"ev_charger\",\"maximum_power_rating_kW\": 11,"
                     "\"charging\": \"bidirectional\",\"sessions\": [{\"plug_in_time\": "
                     "\"2024-06-03T18:00\",\"duration_minutes\": 300,\"min_soc_percent\": 80},"
                     "{\"plug_in_time\": \"07:00\",\"duration_minutes\": 60}]}");
    gsy_assert_holds(made,
                     "{\"name\": \"V\",\"type\": \"ev_charger\",\"charging\": "
                     "\"unidirectional\",\"update_interval\": 2,\"final_buying_rate\": 22,"
                     "\"sessions\": [{\"plug_in_time\": \"20:00\",\"duration_minutes\": 60}]}");
    gsy_assert_holds(made,
                     "{\"name\": \"H\",\"type\": \"heat_pump\",\"tank_volume_l\": 200,"
                     "\"source_type\": \"ground\",\"consumption_kWh_profile\": [0.25, 0.25, ");
    gsy_assert_holds(made, "0.5],\"source_temp_C_profile\": 8,\"preferred_buying_rate\": 20,"
                           "\"initial_buying_rate\": 0}");
    gsy_assert_holds(made, "\"initial_energy_origin\": \"local\"");
    assert_string_equal(gsy_problems(),
                        "area.json:4: warning: E.id: not known: left out\n"
                        "area.json: warning: left out, for no figure depends on them here: "
                        "cop_model_type (1)\n");
}

static void wrong_choices_err(void **state)
{
    (void)state;
    assert_null(gsy_make("{\"name\": \"Grid\", \"children\": [\n"
                         "{\"name\": \"H\", \"type\": \"HeatPump\", \"source_type\": \"water\"},\n"
                         "{\"name\": \"E\", \"type\": \"EVCharger\", \"charging_sessions\": [5]},\n"
                         "{\"name\": \"S\", \"type\": \"Storage\", \"initial_energy_origin\": 4}]}",
                         NULL));
    assert_string_equal(
        gsy_problems(),
        "area.json:2: H.source_type: expected one of \"AIR\" (0), \"GROUND\" (1), got "
        "the text \"water\"\n"
        "area.json:3: E.charging_sessions: expected a list of tables, got the number "
        "5\n"
        "area.json:4: S.initial_energy_origin: expected one of \"LOCAL\" (1), "
        "\"EXTERNAL\" (2), \"UNKNOWN\" (3), got the number 4\n");
}

/* Losses are a table of three; anything else in their place is told, and nothing is left out. */
static void losses_that_are_no_table_err(void **state)
{
    static const char *const wrong[] = {"[1, 2]", "\"abc\"", "5"}, *const got[] = {
                                                                       "a list", "the text \"abc\"",
                                                                       "the number 5"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char text[200], said[200];
        snprintf(text, sizeof text,
                 "{\"name\": \"Grid\", \"children\": [\n{\"name\": \"S\", \"type\": \"Storage\", "
                 "\"losses\": %s}]}",
                 wrong[i]);
        snprintf(said, sizeof said, "area.json:2: S.losses: expected a table, got %s\n", got[i]);
        assert_null(gsy_make(text, NULL));
        assert_string_equal(gsy_problems(), said);
    }
}

/* Each of these made an asset or its parameters vanish; none may without its sentence. */
static void nothing_vanishes_err(void **state)
{
    static const struct {
        const char *node, *said;
    } cases[] = {
        {"\"avg_power_W\": 100", "area.json:2: X.avg_power_W: only an asset has it, and neither "
                                 "\"type\" nor \"strategy\" here names one\n"},
        {"\"type\": 5, \"avg_power_W\": 100",
         "area.json:2: X.type: expected a text, got the number 5\n"},
        {"\"children\": {\"name\": \"L\"}",
         "area.json:2: X.children: expected a list, got a table\n"},
        {"\"strategy\": {\"type\": \"LoadHours\", \"kwargs\": \"avg_power_W=1\"}",
         "area.json:2: X.kwargs: expected a table, got the text \"avg_power_W=1\"\n"},
        {"\"strategy\": {\"type\": \"LoadHours\", \"kwargs\": [1]}",
         "area.json:2: X.kwargs: expected a table, got a list\n"},
        {"\"strategy\": [\"LoadHours\"]",
         "area.json:2: X.strategy: expected a table, got a list\n"},
        {"\"type\": \"LoadHours\", \"avg_power_W\": 1, \"number_of_clones\": \"three\"",
         "area.json:2: X.number_of_clones: expected a whole number of 0 to 10000000, got the text "
         "\"three\"\n"},
        {"\"type\": \"LoadHours\", \"avg_power_W\": 1, \"number_of_clones\": 1e9",
         "area.json:2: X.number_of_clones: expected a whole number of 0 to 10000000, got the "
         "number 1000000000\n"},
        {"\"type\": \"LoadHours\", \"avg_power_W\": 1, \"number_of_clones\": 2.5",
         "area.json:2: X.number_of_clones: expected a whole number of 0 to 10000000, got the "
         "number 2.5\n"},
        {"\"type\": \"LoadHours\", \"avg_power_W\": \"0x10\"",
         "area.json:2: X.avg_power_W: expected a number (W), got the text \"0x10\"\n"},
        {"\"type\": \"LoadHours\", \"avg_power_W\": 1, \"final_buying_rate\": \"nan\"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        snprintf(text, sizeof text, "{\"name\": \"Grid\", \"children\": [\n{\"name\": \"X\", %s}]}",
                 cases[i].node);
        assert_null(gsy_make(text, NULL));
        if (cases[i].said)
            assert_string_equal(gsy_problems(), cases[i].said);
    }
}

/* What has children is an area: its strategy and parameters are left out, and said to be. */
static void an_asset_with_children(void **state)
{
    (void)state;
    const char *made = gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"X\", \n"
                                "\"type\": \"LoadHours\",\n\"avg_power_W\": 100, \"tags\": [],\n"
                                "\"children\": [{\"name\": \"L\", \"type\": \"LoadHours\", "
                                "\"avg_power_W\": 1}]}]}",
                                NULL);
    gsy_assert_holds(made, "{\"name\": \"X\",\"children\": [{\"name\": \"L\",");
    assert_string_equal(gsy_problems(),
                        "area.json:3: warning: X.avg_power_W: left out: only an asset has it, and "
                        "what has children is an area\n"
                        "area.json:2: warning: X.type: left out: what has children is an area, and "
                        "no asset\n"
                        "area.json: warning: left out, for no figure depends on them here: tags "
                        "(1)\n");
}

/* Parameters beside kwargs are told; other models of heat pumps than ours too. */
/* The heat pump of these tests is of a time before several tanks. */
static void what_an_older_plugin_cannot_do_is_told(void **state)
{
    (void)state;
    const char *made =
        gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"H\", \"type\": \"HeatPump\",\n"
                 "\"tank_parameters\": [{\"tank_volume_l\": 10}]}]}",
                 NULL);
    assert_non_null(made);
    assert_null(strstr(made, "tank"));
    assert_string_equal(gsy_problems(),
                        "area.json:2: warning: H.tank_parameters: left out: the plugin that drives "
                        "\"heat_pump\" has no option tanks, so that its assets run without it; a "
                        "newer one may have it\n");
}

static void updates_that_never_come_are_told(void **state)
{
    (void)state;
    assert_non_null(
        gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"H\", \"children\": [\n"
                 "{\"name\": \"L\", \"type\": \"LoadHours\", \"avg_power_W\": 100},\n"
                 "{\"name\": \"P\", \"type\": \"PV\", \"update_interval\": 14}]}]}",
                 "{\"update_interval_min\": 15, \"market_type\": 2}"));
    assert_non_null(strstr(gsy_problems(),
                           "area.json:2: warning: L.update_interval: 15 min are as long as a slot "
                           "or longer: orders keep their first rate, and never come to their "
                           "last\n"));
}

static void what_has_no_place_here_is_told(void **state)
{
    (void)state;
    assert_non_null(
        gsy_make("{\"name\": \"Grid\", \"children\": [\n"
                 "{\"name\": \"L\", \"strategy\": {\"type\": \"LoadHours\", \"kwargs\": "
                 "{\"avg_power_W\": 1},\n\"hrs_of_day\": [1]}},\n"
                 "{\"name\": \"H\", \"type\": \"HeatPump\", \"cop_model_type\": 2},\n"
                 "{\"name\": \"U\", \"type\": \"HeatPump\", \"cop_model_type\": "
                 "\"universal\"}]}",
                 NULL));
    assert_string_equal(
        gsy_problems(),
        "area.json:3: warning: L.hrs_of_day: not known: left out\n"
        "area.json:4: warning: H.cop_model_type: not known here: the universal model (0) is taken, "
        "so that its coefficient of performance, and what it needs, differ from the exchange's; "
        "cop_points or cop_factor of the heat pump may say what yours does\n"
        "area.json: warning: left out, for no figure depends on them here: cop_model_type (1)\n");
}

static void a_storage_that_buys_dearer_than_it_sells_err(void **state)
{
    (void)state;
    const char *text =
        "{\"name\": \"Grid\", \"children\": [{\"name\": \"S\", \"type\": \"Storage\", "
        "\"final_selling_rate\": 20,\n\"final_buying_rate\": %s}]}";
    char full[200];
    snprintf(full, sizeof full, text, "20");
    assert_non_null(gsy_make(full, NULL));
    snprintf(full, sizeof full, text, "20.5");
    assert_null(gsy_make(full, NULL));
    assert_string_equal(gsy_problems(),
                        "area.json:2: S.final_buying_rate: 20.5 is above final_selling_rate, 20: "
                        "expected that a storage buys at most for what it sells\n");
}

/* The defaults count as if they were said; nothing is changed in silence. */
static void limits_that_contradict_a_default_err(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *said;
    } storages[] = {
        {"\"final_buying_rate\": 30",
         "S.final_buying_rate: 30 is above final_selling_rate, 25 by default"},
        {"\"final_selling_rate\": 20",
         "S.final_selling_rate: 20 is below final_buying_rate, 24.9 by default"},
        {"\"initial_buying_rate\": 30, \"final_buying_rate\": 20",
         "S.initial_buying_rate: 30 is above final_selling_rate, 25 by default"},
        {"\"initial_selling_rate\": 22",
         "S.initial_selling_rate: 22 is below final_buying_rate, 24.9 by default"},
    };
    for (size_t i = 0; i < sizeof storages / sizeof *storages; i++) {
        char text[300], said[300];
        snprintf(
            text, sizeof text,
            "{\"name\": \"Grid\", \"children\": [{\"name\": \"S\", \"type\": \"Storage\", %s}]}",
            storages[i].keys);
        assert_null(gsy_make(text, NULL));
        snprintf(said, sizeof said,
                 "area.json:1: %s: expected that a storage buys at most for what it sells\n",
                 storages[i].said);
        assert_string_equal(gsy_problems(), said);
    }
}

/* That exchange's arithmetic (8.1) leaves such an order at its final rate; few mean that. */
static void ramps_that_run_the_wrong_way_are_told(void **state)
{
    (void)state;
    assert_non_null(gsy_make("{\"name\": \"Grid\", \"children\": [\n"
                             "{\"name\": \"L\", \"type\": \"LoadHours\", \"avg_power_W\": 1, "
                             "\"initial_buying_rate\": 30, \"final_buying_rate\": 20},\n"
                             "{\"name\": \"P\", \"type\": \"PV\", \"initial_selling_rate\": 10, "
                             "\"final_selling_rate\": 20}]}",
                             NULL));
    assert_string_equal(gsy_problems(), "area.json:2: warning: L.initial_buying_rate: 30 is above "
                                        "final_buying_rate, 20: every order is at the latter\n"
                                        "area.json:3: warning: P.initial_selling_rate: 10 is below "
                                        "final_selling_rate, 20: every order is at the latter\n");
}

/* Whether a market maker sells is not said where it should be: it does, and that is told. */
static void market_makers_sell_unless_told_otherwise(void **state)
{
    (void)state;
    const char *made = gsy_make("{\"name\": \"Grid\", \"children\": [{\"name\": \"M\", "
                                "\"type\": \"MarketMaker\", \"energy_rate\": 28}]}",
                                NULL);
    gsy_assert_holds(made, "\"energy_rate\": 28,\"grid_connected\": true}");
    assert_string_equal(gsy_problems(),
                        "area.json:1: warning: M.grid_connected: is not given: imported as true, "
                        "so that it sells; write false for a rate that bills compare with, and "
                        "nothing to buy\n");
}

/* Some editors begin a file with a mark of its encoding. */
static void a_mark_of_the_encoding(void **state)
{
    (void)state;
    const char *made = gsy_make("\xef\xbb\xbf{\"name\": \"Grid\", \"children\": [{\"name\": \"L\", "
                                "\"type\": \"LoadHours\", \"avg_power_W\": 1}]}",
                                "\xef\xbb\xbf{\"market_type\": \"2\"}");
    gsy_assert_holds(made, "\"kind\": \"two_sided\",");
}

/* One rule everywhere: a decimal number may be written as a text. */
static void numbers_as_texts(void **state)
{
    (void)state;
    const char *made =
        gsy_make("{\"name\": \"Grid\", \"grid_fee_constant\": \"4\", \"children\": [\n"
                 "{\"name\": \"L\", \"number_of_clones\": \"3\", \"type\": \"LoadHours\", "
                 "\"avg_power_W\": \"100.5\", \"update_interval\": \"2\"},\n"
                 "{\"name\": \"P\", \"type\": \"LoadProfile\", \"daily_load_profile\": "
                 "{\"0\": \"7\"}},\n"
                 "{\"name\": \"S\", \"type\": \"Storage\", \"losses\": "
                 "{\"discharging_loss_percent\": \"0.04\"}}]}",
                 NULL);
    gsy_assert_holds(made, "\"grid_fee_constant\": 4,");
    gsy_assert_holds(made, "\"clones\": 3,\"type\": \"load\",\"avg_power_W\": 100.5,"
                           "\"update_interval\": 2,");
    gsy_assert_holds(made, "\"daily_load_profile\": 7,");
    gsy_assert_holds(made, "\"discharging_loss\": 0.04,\"keeps_discharging_loss\": false}");
    assert_string_equal(gsy_problems(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cars_and_heat_pumps),
        cmocka_unit_test(wrong_choices_err),
        cmocka_unit_test(the_serialised_form),
        cmocka_unit_test(leaves_of_the_web_form),
        cmocka_unit_test(external_kinds_run_the_template),
        cmocka_unit_test(clones_get_numbers),
        cmocka_unit_test(unknown_keys_are_told),
        cmocka_unit_test(what_cannot_run_is_refused_err),
        cmocka_unit_test(another_file_is_refused_err),
        cmocka_unit_test(wrong_values_are_told_at_their_line_err),
        cmocka_unit_test(losses_that_are_no_table_err),
        cmocka_unit_test(nothing_vanishes_err),
        cmocka_unit_test(an_asset_with_children),
        cmocka_unit_test(what_an_older_plugin_cannot_do_is_told),
        cmocka_unit_test(updates_that_never_come_are_told),
        cmocka_unit_test(what_has_no_place_here_is_told),
        cmocka_unit_test(a_storage_that_buys_dearer_than_it_sells_err),
        cmocka_unit_test(limits_that_contradict_a_default_err),
        cmocka_unit_test(ramps_that_run_the_wrong_way_are_told),
        cmocka_unit_test(market_makers_sell_unless_told_otherwise),
        cmocka_unit_test(a_mark_of_the_encoding),
        cmocka_unit_test(numbers_as_texts),
        cmocka_unit_test(no_market),
        cmocka_unit_test(no_market_in_homes),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
