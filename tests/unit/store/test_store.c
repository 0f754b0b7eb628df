/* A run from open to close, asked back with SQL; the summary to the byte; runs that end early. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_market.h"
#include "support/failing_mem.h"

static void expect(const char *folder, const char *sql, const char *answer)
{
    char text[512];
    fake_folder_ask(folder, sql, text, sizeof text);
    assert_string_equal(text, answer);
}

static void run_two_slots(fake_street *street, lg_store *store)
{
    lg_listener listener;
    lg_store_listener(store, &listener);
    const lg_run_version versions[] = {
        {0, 1, "11", "pv_ramp.lua", 0, 0, "start", ""},
        {1, 1, "22", "patient.lua", 0, 0, "start", ""},
        {0, 2, "33", "pv_ramp.lua", 0, 3, "reload", "changed quote()"},
        {1, 2, "44", "patient.lua", 0, 4, "reload", ""},
        {0, 1, "11", "pv_ramp.lua", 1, 0, "rollback", ""},
    };
    const lg_run_source source = {"33", 0, "", "pv_ramp.lua", "return {} -- 2"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        assert_int_equal(lg_store_version(store, &versions[i]), LG_OK);
    assert_int_equal(lg_store_source(store, &source), LG_OK);
    assert_int_equal(lg_store_source(store, &source), LG_OK); /* is there already */
    const lg_command bid = {.kind = LG_CMD_BID,
                            .version = 2,
                            .flags = LG_CMD_REPLACE,
                            .node = 2,
                            .energy_uwh = 400000000,
                            .amount = 21000000};
    const lg_answer answer = {.status = LG_ENERGY, .asked = 400000000, .allowed = 250000000};
    const lg_command info = {.kind = LG_CMD_DEVICE_INFO, .node = 2};
    assert_int_equal(listener.command(listener.ctx, &street->desk, &bid, &answer, 0, 1), LG_OK);
    assert_int_equal(listener.command(listener.ctx, &street->desk, &info, &answer, 0, 1), LG_OK);
    const lg_event cut = {LG_EVENT_DISCONNECT, LG_TARGET_AREA, 1, "Community", "", NULL};
    const lg_event change = {LG_EVENT_CHANGE, LG_TARGET_ASSET, 2, "Home 2, load", "x = 1", NULL};
    assert_int_equal(listener.event(listener.ctx, &cut, 0), LG_OK);
    assert_int_equal(fake_street_trade(&listener, 1, 0), LG_OK);
    assert_int_equal(listener.cleared(listener.ctx, 1, 0, 3, 20500000, 250000000), LG_OK);
    assert_int_equal(fake_street_close_slot(street, &listener, 0), LG_OK);
    assert_int_equal(lg_store_log(store, 1, 4, "Home 2", 2, "attempt to index nil"), LG_OK);
    assert_int_equal(listener.event(listener.ctx, &change, 1), LG_OK);
    assert_int_equal(fake_street_close_slot(street, &listener, 1), LG_OK);
    assert_int_equal(listener.event(listener.ctx, &cut, 2),
                     LG_OK); /* of a slot that never closes */
}

static void round_trip(void **state)
{
    char folder[64];
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    expect(folder, "SELECT status FROM runs", "incomplete");
    run_two_slots(&street, store);
    assert_int_equal(lg_store_finish(store, (lg_digest){0xab, 1}, street.members, 2, &err), LG_OK);
    assert_string_equal(lg_store_error(store), "");
    lg_store_close(store);

    expect(folder, "SELECT status || ' ' || seed || ' ' || digest || ' ' || trade_count FROM runs",
           "complete 18446744073709551615 00000000000000ab0000000000000001 1");
    expect(folder, "SELECT lua_version || '|' || market_rule || '|' || slot_count FROM runs",
           "Lua 5.4|pay_as_bid|2");
    expect(folder, "SELECT group_concat(name || '=' || source, ';') FROM agents",
           "pv_ramp=return {};Home 2=-- waits");
    expect(folder, "SELECT uuid || ' ' || path || ' ' || parent FROM areas WHERE area = 3",
           "00000000-0000-0000-0000-000000000003 grid/community/home-2 1");
    expect(folder, "SELECT count(*) FROM areas WHERE parent IS NULL", "1");
    expect(folder, "SELECT name || ' ' || type || ' ' || role FROM assets WHERE agent IS NULL",
           "Utility infinite_bus bus");
    expect(folder,
           "SELECT slot_start || ' ' || seller || '>' || buyer || ' ' || energy_kWh || ' ' || "
           "rate_ct_per_kWh || ' ' || paid_EUR || ' ' || earned_EUR || ' ' || fees_EUR "
           "FROM trades_view",
           "2024-06-03T00:00:00+00:00 Home 1 PV>Home 2, load 0.25 21.0 0.0525 0.05 0.0025");
    expect(folder, "SELECT count(*) FROM market_slots", "6");
    expect(folder, "SELECT import_kWh FROM market_slots_view WHERE market = 'Home 2'", "0.25");
    expect(folder, "SELECT rate_ct_per_kWh FROM clearings_view WHERE market = 'Community'", "20.5");
    expect(folder,
           "SELECT count(*) || agent || command || status || energy_kWh || ' ' || allowed_kWh "
           "FROM orders_view",
           "1Home 2bid_energy_rateENERGY0.4 0.25");
    expect(folder, "SELECT version FROM orders_view", "2");
    expect(folder, "SELECT module || path || source FROM sources", "pv_ramp.luareturn {} -- 2");
    expect(folder,
           "SELECT agent || ' v' || version || ' ' || slot_start || ' ' || cause || ' ' || detail "
           "FROM versions_view WHERE cause = 'reload'",
           "pv_ramp v2 2024-06-03T00:00:00+00:00 reload changed quote()");
    expect(folder,
           "SELECT seller || seller_version || buyer || buyer_version FROM trade_versions_view",
           "Home 1 PV2Home 2, load1");
    expect(folder,
           "SELECT group_concat(party || ':' || total_cost_EUR, ' ') FROM bills_view "
           "WHERE market = 'Community'",
           "Home 1:-0.05 Home 2:0.0525 Accumulated Trades:0.0025 External Trades:0.0 "
           "Market Fees:-0.0025 Totals:0.0");
    expect(folder,
           "SELECT group_concat(party || ':' || total_cost_EUR, ' ') FROM bills_view "
           "WHERE market = 'Home 1'",
           "Home 1 PV:-0.05 Accumulated Trades:-0.05 External Trades:0.04999994 "
           "Market Fees:0.0 Rounding:6.0e-08 Totals:0.0");
    expect(folder, "SELECT unserved_kWh || ' ' || paid_EUR FROM accounts_view WHERE type = 'load'",
           "0.05 0.0525");
    expect(folder, "SELECT self_sufficiency FROM kpis_view WHERE area = 'Community'", "0.625");
    expect(folder, "SELECT count(*) FROM kpis WHERE self_sufficiency IS NULL", "3");
    expect(folder, "SELECT saving_EUR FROM members_view WHERE member = 'Home 2'", "0.02");
    expect(folder, "SELECT slot || who || version || message FROM log",
           "1Home 22attempt to index nil");
    expect(
        folder,
        "SELECT group_concat(slot_start || ' ' || kind || ' ' || target || ' ' || name || ' ' || "
        "detail, ';') FROM events_view",
        "2024-06-03T00:00:00+00:00 disconnect area Community ;"
        "2024-06-03T00:15:00+00:00 change asset Home 2, load x = 1");
    expect(folder, "SELECT digest FROM slots WHERE slot = 1", "00000000000000010000000000000001");
    expect(folder, "PRAGMA integrity_check", "ok");
    char text[8];
    assert_int_equal(fake_folder_read(folder, "run.sqlite-journal", text, sizeof text), -1);
    fake_folder_remove(folder);
}

/* The PV of Home 1 plays a battery that buys 30 uWh of the utility on top of 50 and sells 60. */
static void origins_of_stored_energy(void **state)
{
    char folder[64], text[8192];
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    street.assets[1].role = LG_ROLE_STORAGE;
    lg_origins *origins = lg_origins_new(lg_mem_system(), &street.site);
    const lg_trade in = {.seller = 0, .buyer = 1, .energy_uwh = 30};
    const lg_trade out = {.seller = 1, .buyer = 2, .energy_uwh = 60};
    assert_int_equal(lg_origins_fit(origins, 1, 50), LG_OK);
    assert_int_equal(lg_origins_trade(origins, &in), LG_OK);
    assert_int_equal(lg_origins_close_slot(origins), LG_OK);
    assert_int_equal(lg_origins_trade(origins, &out), LG_OK);
    assert_int_equal(lg_origins_close_slot(origins), LG_OK);
    street.input.origins = origins;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    run_two_slots(&street, store);
    assert_int_equal(lg_store_finish(store, (lg_digest){0xab, 1}, street.members, 2, &err), LG_OK);
    lg_store_close(store);
    lg_origins_free(origins);
    expect(folder,
           "SELECT group_concat(origin || ' ' || stored_uwh || ' ' || bought_uwh || ' ' || "
           "sold_uwh, ';') FROM origins WHERE asset = 1",
           "local 0 0 0;external 20 30 10;unknown 0 0 50");
    expect(folder, "SELECT count(*) FROM origins_view", "3");
    fake_folder_read(folder, "summary.json", text, sizeof text);
    assert_non_null(strstr(
        text,
        "  \"storages\": [\n    {\"name\": \"Home 1 PV\", "
        "\"stored_kWh\": {\"local\": 0, \"external\": 0.00000002, \"unknown\": 0}, "
        "\"bought_kWh\": {\"local\": 0, \"external\": 0.00000003, \"unknown\": 0}, "
        "\"sold_kWh\": {\"local\": 0, \"external\": 0.00000001, \"unknown\": 0.00000005}}\n  ]"));
    fake_folder_remove(folder);
}

/* A settlement market in which the load, which used 0.1 kWh more than 0.3, bought 0.25 kWh of what
 * the panel made on top of its 0.5; and the bus, which cannot deviate. */
static void settlement(void **state)
{
    char folder[64], text[8192];
    fake_street street;
    lg_store *store;
    lg_err err;
    lg_listener listener;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    struct lg_settling settling = {.market = &street.market};
    street.input.settling = &settling;
    street.members[1].settlement_uct = 2000000;
    street.members[1].imbalance_uct = -1000000;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_listener(store, &listener);
    assert_int_equal(fake_street_trade(&listener, 1, 0), LG_OK);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_OK);
    assert_int_equal(fake_street_trade_of(&listener, 2, 0, LG_MARKET_SETTLEMENT), LG_OK);
    street.market.positions[1].sold_uwh = street.market.positions[2].bought_uwh = 250000000;
    const int64_t planned[] = {LG_NO_DEVIATION, -500000000, 300000000};
    const int64_t deviation[] = {LG_NO_DEVIATION, -250000000, 400000000};
    const lg_settled settled = {.slot = 0,
                                .slot_start_ms = street.info.start_ms,
                                .market = &street.market,
                                .planned_uwh = planned,
                                .deviation_uwh = deviation};
    assert_int_equal(listener.settled(listener.ctx, &settled), LG_OK);
    assert_int_equal(fake_street_close_slot(&street, &listener, 1), LG_OK);
    assert_int_equal(lg_store_finish(store, (lg_digest){0xab, 1}, street.members, 2, &err), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT group_concat(trade, ', ') FROM trades_view", "1");
    expect(folder, "SELECT trade || market_type FROM settlement_trades_view", "2Settlement Market");
    expect(folder, "SELECT trade_count FROM slots WHERE slot = 1", "0"); /* of the spot market */
    expect(folder,
           "SELECT group_concat(asset || ' ' || planned_kWh || ' ' || measured_kWh || ' ' || "
           "deviation_kWh || ' ' || unsettled_kWh, ', ') FROM deviations_view",
           "Home 1 PV 0.5 0.75 -0.25 0.0, Home 2, load 0.3 0.7 0.4 0.15");
    expect(folder, "SELECT count(*) || sum(energy_uwh) FROM settlement_slots", "3750000000");
    expect(folder,
           "SELECT group_concat(name || total_cost_EUR, ', ') FROM settlement_bills_view "
           "WHERE market = 'Community'",
           "Home 1-0.05, Home 20.0525");
    expect(folder,
           "SELECT settlement_EUR || ' ' || imbalance_EUR FROM members_view "
           "WHERE member = 'Home 2'",
           "0.02 -0.01");
    fake_folder_read(folder, "trades.csv", text, sizeof text);
    const char *line = strstr(text, "\ngrid/community/home-1,");
    assert_non_null(line);
    assert_null(
        strstr(line + 1, "\ngrid/community/home-1,")); /* the other is in a file of its own */
    assert_true(fake_folder_read(folder, "trades-settlement.csv", text, sizeof text) > 0);
    assert_non_null(strstr(text, "\ngrid/community/home-1,2024-06-03T00:00:00+00:00,"));
    fake_folder_read(folder, "summary.json", text, sizeof text);
    assert_non_null(strstr(text, "  \"settlement\": {\"short_kWh\": 0.4, \"long_kWh\": 0.25, "
                                 "\"trades\": 1, \"energy_kWh\": 0.25, \"paid_EUR\": 0.0525, "
                                 "\"earned_EUR\": 0.05, \"fees_EUR\": 0.0025, "
                                 "\"rounding_EUR\": 0}"));
    assert_non_null(strstr(text, "\"settlement_EUR\": 0.02, \"imbalance_EUR\": -0.01"));
    assert_non_null(strstr(text, "\"bills.csv\", \"trades-settlement.csv\"]"));
    /* a run without them in the same folder leaves nothing of it */
    street.input.settling = NULL;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_close(store);
    assert_int_equal(fake_folder_read(folder, "trades-settlement.csv", text, sizeof text), -1);
    fake_folder_remove(folder);
}

static void summary_bytes(void **state)
{
    char folder[64], text[8192];
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    street.input.csv = false;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    run_two_slots(&street, store);
    assert_int_equal(lg_store_finish(store, (lg_digest){0xab, 1}, street.members, 2, &err), LG_OK);
    lg_store_close(store);
    fake_folder_read(folder, "summary.json", text, sizeof text);
    assert_string_equal(
        text,
        "{\n  \"run\": {\"status\": \"complete\", \"scenario\": \"street\", "
        "\"scenario_file\": \"street.lua\", \"scenario_hash\": \"abc\", "
        "\"engine_version\": \"0.1.0\", \"seed\": 18446744073709551615, "
        "\"start\": \"2024-06-03T00:00:00+00:00\", \"slots\": 2, \"slots_done\": 2, "
        "\"slot_seconds\": 900, "
        "\"ticks_per_slot\": 10, \"market_rule\": \"pay_as_bid\", \"fees\": \"constant\", "
        "\"compat\": \"none\", \"matches_refused\": 3, \"matching_set_aside\": 1, "
        "\"scripts_given_up\": 0, \"first_script_given_up\": null, "
        "\"devices_set_aside\": 0, \"first_device_set_aside\": null, "
        "\"bad_readings\": 0, \"digest\": \"00000000000000ab0000000000000001\"},\n"
        "  \"totals\": {\"trades\": 1, \"orders\": 2, \"energy_kWh\": 0.25, \"paid_EUR\": 0.0525, "
        "\"earned_EUR\": 0.05, \"fees_EUR\": 0.0025, \"rounding_EUR\": 0},\n"
        "  \"community\": {\"area\": \"Community\", \"members\": 2, \"self_sufficiency\": 0.625, "
        "\"self_consumption\": 1, \"produced_kWh\": 0.25, \"demanded_kWh\": 0.4, "
        "\"consumed_own_kWh\": 0.25, \"peak_import_kW\": null, \"peak_import_time\": null, "
        "\"bought_kWh\": 0.25, \"sold_kWh\": 0.25, "
        "\"unserved_kWh\": 0.05, \"bill_EUR\": 0.02, \"unserved_EUR\": 0.0175, "
        "\"base_bill_EUR\": 0.07, \"saving_EUR\": 0.05},\n"
        "  \"members\": [\n"
        "    {\"name\": \"Home 1\", \"uuid\": \"00000000-0000-0000-0000-000000000000\", "
        "\"strategy\": \"pv_ramp\", \"bought_kWh\": 0, \"sold_kWh\": 0.25, \"unserved_kWh\": 0, "
        "\"bill_EUR\": -0.05, \"unserved_EUR\": 0, \"base_bill_EUR\": -0.02, "
        "\"saving_EUR\": 0.03, \"self_sufficiency\": null, \"self_consumption\": null, "
        "\"produced_kWh\": 0, \"demanded_kWh\": 0, \"consumed_own_kWh\": 0},\n"
        "    {\"name\": \"Home 2\", \"uuid\": \"00000000-0000-0000-0000-000000000003\", "
        "\"strategy\": \"patient\", \"bought_kWh\": 0.25, \"sold_kWh\": 0, "
        "\"unserved_kWh\": 0.05, \"bill_EUR\": 0.07, \"unserved_EUR\": 0.0175, "
        "\"base_bill_EUR\": 0.09, \"saving_EUR\": 0.02, \"self_sufficiency\": null, "
        "\"self_consumption\": null, \"produced_kWh\": 0, \"demanded_kWh\": 0, "
        "\"consumed_own_kWh\": 0}\n  ],\n"
        "  \"markets\": [\n"
        "    {\"name\": \"Grid\", \"path\": \"grid\", \"trades\": 0, \"energy_kWh\": 0, "
        "\"min_rate_ct_per_kWh\": null, \"avg_rate_ct_per_kWh\": null, "
        "\"max_rate_ct_per_kWh\": null, \"volume_EUR\": 0, \"fees_EUR\": 0, \"import_kWh\": 0, "
        "\"export_kWh\": 0, \"self_sufficiency\": null, \"self_consumption\": null, "
        "\"produced_kWh\": 0, \"demanded_kWh\": 0, \"consumed_own_kWh\": 0},\n"
        "    {\"name\": \"Community\", \"path\": \"grid/community\", \"trades\": 2, "
        "\"energy_kWh\": 0.5, \"min_rate_ct_per_kWh\": 21, \"avg_rate_ct_per_kWh\": 21, "
        "\"max_rate_ct_per_kWh\": 21, \"volume_EUR\": 0.105, \"fees_EUR\": 0.005, "
        "\"import_kWh\": 0, \"export_kWh\": 0, \"self_sufficiency\": 0.625, "
        "\"self_consumption\": 1, \"produced_kWh\": 0.25, \"demanded_kWh\": 0.4, "
        "\"consumed_own_kWh\": 0.25}\n  ],\n"
        "  \"storages\": [],\n"
        "  \"refused\": [],\n"
        "  \"files\": [\"run.sqlite\", \"summary.json\"]\n}\n");
    fake_folder_remove(folder);
}

/* The last step is a name that cannot be given: nothing says "complete", and no slot is lost. */
static void a_name_that_cannot_be_given_err(void **state)
{
    char folder[64], name[96], text[8192];
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    run_two_slots(&street, store);
    snprintf(name, sizeof name, "%s/bills.csv", folder);
    assert_int_equal(mkdir(name, 0777), 0);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, street.members, 2, &err), LG_STORE);
    assert_non_null(strstr(err.text, "bills.csv: Is a directory"));
    lg_store_close(store);
    expect(folder, "SELECT status FROM runs WHERE digest IS NULL", "incomplete");
    expect(folder, "SELECT count(*) FROM slots", "2");
    expect(folder, "SELECT count(*) FROM bills", "0");
    assert_int_equal(fake_folder_read(folder, "summary.json", text, sizeof text), -1);
    assert_int_equal(fake_folder_read(folder, "summary.json.part", text, sizeof text), -1);
    assert_int_equal(fake_folder_read(folder, "trades.csv", text, sizeof text), -1);
    assert_true(fake_folder_read(folder, "trades.csv.part", text, sizeof text) > 0);
    assert_int_equal(rmdir(name), 0);
    fake_folder_remove(folder);
}

/* An interrupted run: what was planned and what was done, and the community's own indicators. */
static void cut_short(void **state)
{
    char folder[64], text[8192];
    fake_street street;
    lg_store *store;
    lg_listener listener;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_listener(store, &listener);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_OK);
    lg_store_cut_short(store);
    lg_store_community(store,
                       &(lg_run_community){.kpi = {.demanded_uwh = 8, .self_sufficiency = 0.125},
                                           .peak_import_uwh = 250000000,
                                           .peak_import_ms = INT64_C(1717372800000)});
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, street.members, 2, &err), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT status || slot_count || slots_done FROM runs", "incomplete21");
    expect(folder, "SELECT self_sufficiency FROM kpis WHERE area = 1", "0.625");
    expect(folder,
           "SELECT area || ' ' || demanded_uwh || ' ' || self_sufficiency || ' ' || "
           "peak_import_uwh || ' ' || peak_import_ms FROM community",
           "1 8 0.125 250000000 1717372800000");
    fake_folder_read(folder, "summary.json", text, sizeof text);
    assert_non_null(strstr(text, "\"slots\": 2, \"slots_done\": 1,"));
    assert_non_null(strstr(text, "\"members\": 2, \"self_sufficiency\": 0.125,"));
    assert_non_null(strstr(text, "\"peak_import_kW\": 1, "
                                 "\"peak_import_time\": \"2024-06-03T00:00:00+00:00\","));
    fake_folder_remove(folder);
}

/* Closed without finish: the closed slot and the log stay, the rows of the open slot do not. */
static void closed_early(void **state)
{
    char folder[64], text[64];
    fake_street street;
    lg_listener listener;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_listener(store, &listener);
    assert_int_equal(fake_street_trade(&listener, 1, 0), LG_OK);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_OK);
    assert_int_equal(fake_street_trade(&listener, 2, 1), LG_OK);
    assert_int_equal(listener.cleared(listener.ctx, 1, 1, 0, 5, 5), LG_OK);
    assert_int_equal(lg_store_log(store, 1, 0, "Home 2", 0, "stopped"), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT status FROM runs WHERE digest IS NULL", "incomplete");
    expect(folder, "SELECT group_concat(trade) FROM trades", "1");
    expect(folder, "SELECT count(*) FROM slots", "1");
    expect(folder, "SELECT slots_done FROM runs", "1");
    expect(folder, "SELECT count(*) FROM clearings", "0");
    expect(folder, "SELECT message FROM log", "stopped");
    assert_int_equal(fake_folder_read(folder, "trades.csv", text, sizeof text), -1);
    assert_true(fake_folder_read(folder, "trades.csv.part", text, sizeof text) > 0);
    assert_int_equal(fake_folder_read(folder, "summary.json", text, sizeof text), -1);
    fake_folder_remove(folder);
}

/* A second run in the folder: what the first left goes, once the second stands. */
static void replaces_an_earlier_run(void **state)
{
    char folder[64], text[64];
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_OK);
    lg_store_close(store);
    assert_true(fake_folder_read(folder, "bills.csv", text, sizeof text) > 0);
    expect(folder, "SELECT status FROM runs", "complete");
    street.input.csv = false;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT status FROM runs", "incomplete");
    assert_int_equal(fake_folder_read(folder, "bills.csv", text, sizeof text), -1);
    assert_int_equal(fake_folder_read(folder, "summary.json", text, sizeof text), -1);
    fake_folder_remove(folder);
}

static int whole_run(lg_mem *mem, void *ctx)
{
    fake_street street;
    lg_listener listener;
    lg_store *store;
    lg_err err = {0};
    fake_street_init(&street, ctx);
    lg_status status = lg_store_open(mem, &street.input, &err, &store);
    if (status == LG_OK) {
        lg_store_listener(store, &listener);
        status = fake_street_trade(&listener, 1, 0);
        if (status == LG_OK)
            status = fake_street_close_slot(&street, &listener, 0);
        if (status == LG_OK)
            status = lg_store_finish(store, (lg_digest){0}, street.members, 2, &err);
    }
    lg_store_close(store);
    return status == LG_OK ? 0 : status == LG_MEMORY && strstr(err.text, "out of memory") ? 1 : 2;
}

static lg_status look_and_refuse(void *ctx, const char *folder, lg_err *err)
{
    char answer[64];
    fake_folder_ask(folder, "SELECT status FROM runs", answer, sizeof answer);
    strcpy(ctx, answer);
    return lg_fail(err, LG_STORE, "not now");
}

static void who_refuses_at_the_beginning_leaves_the_earlier_run_err(void **state)
{
    char folder[64], seen[64] = "";
    fake_street street;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    run_two_slots(&street, store);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_OK);
    lg_store_close(store);
    street.input.begin = look_and_refuse;
    street.input.ctx = seen;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_STORE);
    assert_string_equal(err.text, "not now");
    assert_string_equal(seen, "complete"); /* of the earlier run */
    expect(folder, "SELECT status FROM runs", "complete");
    assert_true(fake_folder_read(folder, "summary.json", seen, sizeof seen) > 0);
    fake_folder_remove(folder);
}

static void allocation_sweep(void **state)
{
    char folder[64];
    (void)state;
    fake_folder_make(folder);
    assert_true(lg_sweep_allocations(whole_run, folder) > 10);
    expect(folder, "SELECT status FROM runs", "complete");
    fake_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(origins_of_stored_energy),
        cmocka_unit_test(summary_bytes),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(a_name_that_cannot_be_given_err),
        cmocka_unit_test(closed_early),
        cmocka_unit_test(replaces_an_earlier_run),
        cmocka_unit_test(settlement),
        cmocka_unit_test(who_refuses_at_the_beginning_leaves_the_earlier_run_err),
        cmocka_unit_test(allocation_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
