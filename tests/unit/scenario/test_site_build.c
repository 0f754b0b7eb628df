/* Clones unfold breadth first into consecutive pieces, with names, identities and shared
 * parameters. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"
#include "grid/profile.h"

static const char two_streets[] =
    "return scenario { name = 'x', seed = 5, market = { offer_age = 3 },\n"
    "  grid = area { name = 'Grid', grid_fee_constant = 4, grid_fee_percentage = 0,\n"
    "    infinite_bus { name = 'Utility' },\n"
    "    area { name = 'Street {i}', clones = 2, bid_age = 7,\n"
    "      area { name = 'Home {path}', clones = 2,\n"
    "        load { name = 'Load {path}', avg_power_W = 100 },\n"
    "        pv { name = 'PV {path}', clones = 2 } },\n"
    "      storage { name = 'Battery {i}' } },\n"
    "    area { name = 'Shop', load { name = 'Shop load' } },\n"
    "    area { name = 'Plant', member = false, pv { name = 'Plant PV' } } } }\n";

static void areas_are_breadth_first(void **state)
{
    (void)state;
    static const char *const names[] = {"Grid",     "Street 1", "Street 2", "Shop",    "Plant",
                                        "Home 1.1", "Home 1.2", "Home 2.1", "Home 2.2"};
    static const uint32_t parents[] = {LG_NONE, 0, 0, 0, 0, 1, 1, 2, 2};
    static const uint32_t members[] = {0, 0, 0, 1, 0, 1, 1, 1, 1};
    lg_scenario *s = fixture_read_text("x.lua", two_streets);
    const lg_site *site = &s->site;
    assert_int_equal(site->area_count, 9);
    for (uint32_t i = 0; i < 9; i++) {
        assert_string_equal(site->areas[i].name, names[i]);
        assert_int_equal(site->areas[i].parent, parents[i]);
        assert_int_equal(site->areas[i].member, members[i]);
        assert_int_equal(site->areas[i].offer_age, 3);
        assert_int_equal(site->areas[i].bid_age, i == 1 || i == 2 ? 7 : 2);
    }
    assert_int_equal(site->areas[0].child_first, 1);
    assert_int_equal(site->areas[0].child_count, 4);
    assert_int_equal(site->areas[2].child_first, 7);
    assert_int_equal(site->areas[2].child_count, 2);
    assert_int_equal(site->areas[0].fee_uct, 4000000);
    assert_int_equal(site->level_count, 3);
    assert_int_equal(site->level_first[1], 1);
    assert_int_equal(site->level_first[2], 5);
    assert_int_equal(site->level_first[3], 9);
    lg_scenario_free(s);
}

static void assets_follow_their_areas(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Utility",  "Battery 1", "Battery 2", "Shop load", "Plant PV", "Load 1.1",
        "PV 1.1.1", "PV 1.1.2",  "Load 1.2",  "PV 1.2.1",  "PV 1.2.2", "Load 2.1",
        "PV 2.1.1", "PV 2.1.2",  "Load 2.2",  "PV 2.2.1",  "PV 2.2.2"};
    lg_scenario *s = fixture_read_text("x.lua", two_streets);
    const lg_site *site = &s->site;
    assert_int_equal(site->asset_count, 17);
    for (uint32_t i = 0; i < 17; i++)
        assert_string_equal(site->assets[i].name, names[i]);
    for (uint32_t i = 0; i < site->area_count; i++)
        for (uint32_t k = 0; k < site->areas[i].asset_count; k++)
            assert_int_equal(site->assets[site->areas[i].asset_first + k].area, i);
    assert_int_equal(site->assets[1].role, LG_ROLE_STORAGE);
    assert_string_equal(fixture_drivers[site->assets[1].driver]->name, "storage");
    lg_scenario_free(s);
}

static void clones_share_parameters(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text("x.lua", two_streets);
    const lg_asset *assets = s->site.assets;
    assert_ptr_equal(assets[5].params, assets[14].params);
    assert_ptr_not_equal(assets[5].params, assets[3].params);
    const lg_param *power = lg_site_param(&assets[5], "avg_power_W");
    assert_true(power->value.number == 100 && power->value.given == 1);
    assert_int_equal(assets[5].params->driver_count, 5);
    const lg_param *capacity = lg_site_param(&assets[6], "capacity_kW");
    assert_true(capacity->value.number == 5 && capacity->value.given == 0);
    assert_string_equal(lg_site_param(&assets[6], "model")->value.text, "gaussian");
    assert_non_null(lg_site_param(&assets[6], "update_interval"));
    lg_scenario_free(s);
}

static void identities_come_from_seed_and_path(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text("x.lua", two_streets);
    lg_uuid home = lg_uuid_derive(5, "Grid/Street 2/Home 2.1");
    lg_uuid load = lg_uuid_derive(5, "Grid/Street 2/Home 2.1/Load 2.1");
    assert_memory_equal(&s->site.areas[7].uuid, &home, sizeof home);
    assert_memory_equal(&s->site.assets[11].uuid, &load, sizeof load);
    lg_scenario_free(s);
    s = fixture_read_text("x.json",
                          "{\"grid\": {\"name\": \"G\", \"children\": [{\"name\": \"a/b\", "
                          "\"type\": \"pv\"}, {\"name\": \"L\", \"type\": \"load\", \"uuid\": "
                          "\"00000000-0000-8000-8000-000000000009\"}]}}");
    lg_uuid slash = lg_uuid_derive(1, "G/a\\/b"), given;
    assert_true(lg_uuid_parse("00000000-0000-8000-8000-000000000009", &given));
    assert_memory_equal(&s->site.assets[0].uuid, &slash, sizeof slash);
    assert_memory_equal(&s->site.assets[1].uuid, &given, sizeof given);
    lg_scenario_free(s);
}

/* A home may be a meter alone; the exchange's indicators leave meters and turbines out. */
static void meters_and_turbines(void **state)
{
    (void)state;
    for (int compat = 0; compat < 2; compat++) {
        char text[512];
        snprintf(
            text, sizeof text,
            "return scenario { market = { compat = '%s' }, grid = area { name = 'G',\n"
            "  area { name = 'Home', smart_meter { name = 'M', smart_meter_profile = -40 } },\n"
            "  wind_turbine { name = 'W', power_profile = 5 }, load { name = 'L' } } }\n",
            compat ? "gsy-e" : "none");
        lg_scenario *s = fixture_read_text("x.lua", text);
        const lg_asset *assets = s->site.assets;
        assert_int_equal(s->site.areas[1].member, 1);
        assert_string_equal(assets[2].name, "M");
        assert_int_equal(assets[2].role, LG_ROLE_PROSUMER);
        assert_int_equal(assets[0].uncounted, compat);
        assert_int_equal(assets[1].uncounted, 0);
        assert_int_equal(assets[2].uncounted, compat);
        assert_string_equal(s->agents[assets[2].agent].script_name, "strategies/meter_ramp.lua");
        lg_scenario_free(s);
    }
}

/* Rates of trading take every form of a profile; a number reads as one still. */
static void rates_are_profiles(void **state)
{
    (void)state;
    lg_scenario *s = fixture_read_text(
        "x.lua", "return scenario { grid = area { name = 'G',\n"
                 "  load { name = 'L', initial_buying_rate = 3,\n"
                 "    final_buying_rate = day { ['00:00'] = 20, ['06:30'] = 35 },\n"
                 "    energy_rate_increase_per_update = day { ['00:00'] = 1 } } } }\n");
    const lg_asset *load = &s->site.assets[0];
    const lg_value *rate = &lg_site_param(load, "final_buying_rate")->value;
    assert_true(lg_profile_at(rate->profile, s->start_ms + 6 * 3600000) == 20);
    assert_true(lg_profile_at(rate->profile, s->start_ms + 7 * 3600000) == 35);
    rate = &lg_site_param(load, "initial_buying_rate")->value;
    assert_true(rate->number == 3 && lg_profile_at(rate->profile, 0) == 3);
    assert_null(lg_site_param(load, "final_selling_rate")->value.profile);
    lg_scenario_free(s);
}

static void rates_out_of_range_err(void **state)
{
    (void)state;
    fixture_refuse_text("x.lua",
                        "return scenario { grid = area { name = 'G', load { name = 'L',\n"
                        "  final_buying_rate = day { ['00:00'] = 20, ['06:30'] = 20000 },\n"
                        "  initial_buying_rate = 'cheap' } } }\n",
                        "x.lua:3: L.initial_buying_rate: expected a number (ct/kWh), csv{...}, "
                        "day{...} or a list of 24 or 96 numbers, got the text \"cheap\"\n"
                        "x.lua:2: L.final_buying_rate: 20000 is outside of 0 to 10000 ct/kWh\n");
}

/* Depth is bounded, and what unfolds to too much is refused before memory is asked for. */
static void limits_err(void **state)
{
    (void)state;
    const char *text = "local a = area { name = 'A17', load { name = 'L' } }\n"
                       "for i = 16, 1, -1 do a = area { name = 'A' .. i, a } end\n"
                       "return scenario { grid = a }\n";
    lg_scenario *s = fixture_read_text("x.lua", text);
    assert_int_equal(s->site.level_count, 17);
    lg_scenario_free(s);
    fixture_refuse_text("x.lua",
                        "local a = area { name = 'A18', load { name = 'L' } }\n"
                        "for i = 17, 1, -1 do a = area { name = 'A' .. i, a } end\n"
                        "return scenario { grid = a }\n",
                        "x.lua:1: A18: areas are nested deeper than 16 levels\n"
                        "x.lua:2: grid: there is no asset in the whole grid\n");
    fixture_refuse_text("x.lua",
                        "return scenario { grid = area { name = 'G',\n"
                        "  area { name = 'A {path}', clones = 10000000,\n"
                        "    load { name = 'L {path}', clones = 10000000 } } } }\n",
                        "x.lua: grid: clones unfold to more than 64000000 areas and assets\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_breadth_first),
        cmocka_unit_test(assets_follow_their_areas),
        cmocka_unit_test(clones_share_parameters),
        cmocka_unit_test(identities_come_from_seed_and_path),
        cmocka_unit_test(meters_and_turbines),
        cmocka_unit_test(rates_are_profiles),
        cmocka_unit_test(rates_out_of_range_err),
        cmocka_unit_test(limits_err),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
