/* Every derived table of one small run, worked out by hand: see fake_street_run(). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "fake_market.h"

static char folder[64];

static int make_run(void **state)
{
    fake_street street;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    return fake_street_run(lg_mem_system(), &street, folder, &err) == LG_OK ? 0 : -1;
}

static int remove_run(void **state)
{
    (void)state;
    fake_folder_remove(folder);
    return 0;
}

static void expect(const char *sql, const char *answer)
{
    char text[1024];
    fake_folder_ask(folder, sql, text, sizeof text);
    assert_string_equal(text, answer);
}

static void facts_of_slots(void **state)
{
    (void)state;
    expect("SELECT group_concat(slot || ':' || coalesce(market_maker_uct, '-') || ' ' || "
           "coalesce(feed_in_uct, '-') || ' ' || coalesce(carbon_g_per_kWh, '-'), ', ') FROM slots",
           "0:30000000 8000000 400.0, 1:- - -");
    expect("SELECT group_concat(area || ' ' || slot || ' ' || fee_uct || ' ' || fee_ppb) FROM fees",
           "1 1 2000000 0");
    expect("SELECT group_concat(asset || ' ' || demand_uwh || ' ' || supply_uwh || ' ' || "
           "coalesce(stored_uwh, '-') || ' ' || coalesce(capacity_uwh, '-') || ' ' || "
           "coalesce(measured_uwh, '-'), ', ') FROM asset_slots",
           "1 0 400000000 500000000 2000000000 -, 2 300000000 0 - - 340000000");
    expect("SELECT group_concat(area || ':' || import_baseline_uwh || ' ' || import_capacity_uwh) "
           "FROM areas WHERE import_baseline_uwh IS NOT NULL OR export_baseline_uwh IS NOT NULL",
           "3:500000000 500000000");
    expect("SELECT keeps_assets || ' ' || community FROM runs", "1 1");
}

/* From the buyer's market on: 21 ct in both homes' and the Community's market, 1 of them its fee.
 */
static void legs(void **state)
{
    (void)state;
    expect(
        "SELECT group_concat(market || ' ' || seller_kind || seller || '>' || buyer_kind || buyer "
        "|| ' ' || rate_uct || ' ' || fee_rate_uct || ' ' || price_uct || ' ' || fee_uct, ', ') "
        "FROM trade_legs WHERE trade = 1",
        "3 area3>asset2 21000000 0 5250000 0, 1 area2>area3 21000000 1000000 5250000 250000, "
        "2 asset1>area2 20000000 0 5000000 0");
    expect(
        "SELECT group_concat(market || ' ' || seller_kind || seller || '>' || buyer_kind || buyer "
        "|| ' ' || rate_uct || ' ' || fee_rate_uct || ' ' || price_uct || ' ' || fee_uct, ', ') "
        "FROM trade_legs WHERE trade = 2",
        "3 area3>asset2 31000000 0 3100000 0, 1 area1>area3 31000000 1000000 3100000 100000, "
        "0 asset0>area1 30000000 0 3000000 0");
    expect("SELECT group_concat(market || ' ' || seller || '>' || buyer || ' ' || energy_kWh || ' "
           "' || "
           "price_EUR, ', ') FROM trade_profile_view WHERE market = 'Community'",
           "Community Community>Home 2 0.1 0.031, Community Home 1>Home 2 0.25 0.0525");
    expect("SELECT time || ' ' || seller_origin || ' ' || buyer_origin FROM trade_legs_view "
           "WHERE trade = 2 LIMIT 1",
           "2024-06-03T00:13:30+00:00 Utility Home 2, load");
}

/* Percentages: the seller's 20 ct and 5 % of them in the Community make 21 ct. */
static void legs_with_percentages(void **state)
{
    (void)state;
    expect("SELECT count(*) FROM trades", "2");
    char sql[] =
        "BEGIN; UPDATE runs SET fee_kind = 'percentage'; UPDATE areas SET fee_ppb = 50000000 "
        "WHERE area = 1; DELETE FROM fees; COMMIT";
    for (char *at = sql, *end; at; at = end) { /* the helper runs one statement at a time */
        end = strchr(at, ';');
        if (end)
            *end++ = 0;
        expect(at, "");
    }
    expect(
        "SELECT group_concat(market || ' ' || rate_uct || ' ' || fee_rate_uct || ' ' || fee_uct, "
        "', ') FROM trade_legs WHERE trade = 1",
        "3 21000000 0 0, 1 21000000 1000000 250000, 2 20000000 0 0");
    /* at the utility: 30 ct and 5 %; its 8 ct without them */
    expect("SELECT group_concat(area || ' ' || utility_bill_uct || ' ' || fit_revenue_uct, ', ') "
           "FROM savings WHERE area > 1",
           "2 0 1904762, 3 11025000 0");
}

/* Home 2: 0.35 kWh at 30 + 1 ct, it paid 5.25 + 3.1; Home 1: 0.25 kWh at 8 - 1 ct, it earned 5. */
static void savings(void **state)
{
    (void)state;
    expect(
        "SELECT group_concat(area || ' ' || utility_bill_uct || ' ' || fit_revenue_uct || ' ' || "
        "cost_uct, ', ') FROM savings",
        "1 10850000 1750000 3350000, 2 0 1750000 -5000000, 3 10850000 0 8350000");
    expect("SELECT base_case_cost_EUR || ' ' || gsy_e_cost_EUR || ' ' || saving_absolute_EUR || ' "
           "' || "
           "round(saving_percentage, 6) || ' ' || energy_benchmark FROM savings_view "
           "WHERE area = 'Home 2'",
           "0.1085 0.0835 0.025 23.041475 1.0");
    expect("SELECT saving_absolute_EUR || ' ' || saving_percentage || ' ' || energy_benchmark "
           "FROM savings_view WHERE area = 'Home 1'",
           "0.0325 0.0 0.0");
    expect("SELECT round(saving_percentage, 6) || ' ' || coalesce(energy_benchmark, '-') "
           "FROM savings_view WHERE area = 'Community'",
           "63.186813 -");
}

static void bills_with_penalties(void **state)
{
    (void)state;
    expect("SELECT group_concat(party || ' ' || spent_total_EUR || ' ' || penalties_EUR || ' ' || "
           "penalty_energy_kWh || ' ' || total_EUR, ', ') FROM cumulative_bills_view "
           "WHERE party IN ('Home 2, load', 'Home 2', 'Community')",
           "Home 2, load 0.0525 0.0146 0.05 0.0671, Community 0.0525 0.0146 0.05 0.0171, "
           "Home 2 0.0525 0.0146 0.05 0.0671");
}

static void prices_and_throughput(void **state)
{
    (void)state;
    expect("SELECT group_concat(slot || ' ' || min_price_EUR_per_kWh || ' ' || "
           "grid_fee_constant_EUR_per_kWh, ', ') FROM price_energy_day_view "
           "WHERE market = 'Community'",
           "0 0.21 0.01, 1 0.0 0.02");
    expect("SELECT import_kWh || ' ' || net_import_kWh || ' ' || import_percentage || ' ' || "
           "import_capacity_kWh || ' ' || coalesce(export_percentage, '-') "
           "FROM area_throughput_view WHERE market = 'Home 2'",
           "0.25 0.25 50.0 0.5 -");
    expect("SELECT import_peak_kWh || ' ' || import_net_peak_kWh || ' ' || import_peak_percentage "
           "FROM throughput_view WHERE market = 'Home 2'",
           "0.25 0.25 50.0");
    expect("SELECT slot || ' ' || average_energy_rate_ct_per_kWh || ' ' || "
           "external_traded_volume_kWh FROM market_summary_view WHERE market = 'Home 2'",
           "0 21.0 0.25");
    expect("SELECT exported_kWh || ' ' || imported_kWh || ' ' || net_export_kWh "
           "FROM cumulative_net_energy_flow_view WHERE area = 'Home 1'",
           "0.25 0.0 0.25");
}

static void flows_and_carbon(void **state)
{
    (void)state;
    expect("SELECT group_concat(member || ' ' || imported_from_community_kWh || ' ' || "
           "imported_from_grid_kWh || ' ' || exported_to_community_kWh || ' ' || "
           "exported_to_grid_kWh, ', ') FROM imported_exported_energy_view",
           "Home 1 0.0 0.0 0.25 0.0, Home 2 0.25 0.1 0.0 0.0");
    expect("SELECT carbon_generated_base_case_g || ' ' || carbon_generated_gsy_g || ' ' || "
           "carbon_savings_g FROM carbon_emissions_view WHERE member = 'Home 2'",
           "140.0 40.0 100.0");
    expect(
        "SELECT group_concat(seller || ' ' || energy_kWh || ' ' || paid_EUR || ' ' || earned_EUR, "
        "', ') FROM cumulative_grid_trades_view",
        "Utility 0.1 0.031 0.03, Home 1 PV 0.25 0.0525 0.05");
}

static void assets(void **state)
{
    (void)state;
    expect("SELECT trades || ' ' || bought_kWh || ' ' || trade_energy_kWh || ' ' || "
           "min_trade_price_EUR_per_kWh || ' ' || max_trade_price_EUR_per_kWh || ' ' || "
           "load_profile_kWh || ' ' || round(energy_deviance_kWh, 9) FROM asset_statistics_view "
           "WHERE type = 'load'",
           "2 0.35 0.35 0.21 0.31 0.3 -0.01");
    expect("SELECT sold_kWh || ' ' || trade_energy_kWh || ' ' || min_trade_price_EUR_per_kWh || ' "
           "' || "
           "production_kWh || ' ' || soc_percent || ' ' || coalesce(load_profile_kWh, '-') "
           "FROM asset_statistics_view WHERE type = 'pv'",
           "0.25 -0.25 0.2 0.4 25.0 -");
    expect(
        "SELECT number_of_load_type || ' ' || total_energy_demand_kWh || ' ' || number_of_pv_type "
        "|| ' ' || number_of_storage_type || ' ' || number_of_house_type FROM assets_info_view",
        "1 0.3 1 0 2");
    expect("SELECT group_concat(level || ' ' || self_consumption_percent) "
           "FROM hierarchy_self_consumption_view",
           "1 100.0,2 0.0");
}

/* Steps that SQLite takes to list the parts of all trades when @p homes homes trade in pairs. */
static int steps_of(int homes)
{
    static const char grow[] =
        "BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 "
        "FROM c WHERE i + 1 < %d) SELECT i, (SELECT max(area) + 1 FROM areas) + i AS area, (SELECT "
        "max(asset) + 1 FROM assets) + i AS asset, (SELECT max(trade) + 1 FROM trades) + i AS "
        "trade "
        "FROM c; "
        "INSERT INTO areas SELECT area, 'u' || i, 'h' || i, 'grid/community/h' || i, 1, 2, 0, 0, "
        "0, "
        "2, 2, NULL, NULL, NULL, NULL FROM n; "
        "INSERT INTO assets SELECT asset, 'v' || i, 'a' || i, area, 'load', 'consumer', 1, NULL "
        "FROM n; "
        "INSERT INTO trades SELECT trade, 0, 0, 1, asset + 1, asset, 0, 0, 1000, 1000, 1000, 1000, "
        "1, 1, 0 FROM n WHERE i %% 2 = 0;";
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *row = NULL;
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *sql = sqlite3_mprintf(grow, homes);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM trade_legs", -1, &row, NULL), SQLITE_OK);
    int rows = 0;
    while (sqlite3_step(row) == SQLITE_ROW)
        rows++;
    assert_int_equal(rows,
                     3 * homes / 2 + 6); /* two homes' and the Community's; the street's own */
    int steps = sqlite3_stmt_status(row, SQLITE_STMTSTATUS_VM_STEP, 0);
    sqlite3_finalize(row);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    return steps;
}

/* All homes share their upper areas, so what is joined over these grows with the square. */
static void legs_of_many_homes(void **state)
{
    (void)state;
    int few = steps_of(200), many = steps_of(800);
    assert_in_range(many, few, 5 * few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_slots),        cmocka_unit_test(legs),
        cmocka_unit_test(legs_of_many_homes),    cmocka_unit_test(savings),
        cmocka_unit_test(bills_with_penalties),  cmocka_unit_test(prices_and_throughput),
        cmocka_unit_test(flows_and_carbon),      cmocka_unit_test(assets),
        cmocka_unit_test(legs_with_percentages),
    };
    return cmocka_run_group_tests(tests, make_run, remove_run);
}
