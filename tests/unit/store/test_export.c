/* The files that `lunagrid export` writes of a small run, to the byte where they are short, and
 * what is refused. The run is fake_street_run(). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_market.h"
#include "store/export.h"
#include "support/failing_mem.h"

static char folder[64], database[96], out[96], heard[2048];

static void hear(void *ctx, const char *sentence)
{
    (void)ctx;
    strcat(heard, sentence);
    strcat(heard, "\n");
}

static int drop(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static void clear(void)
{
    nftw(out, drop, 8, FTW_DEPTH | FTW_PHYS);
    heard[0] = 0;
}

static int make_run(void **state)
{
    fake_street street;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    snprintf(database, sizeof database, "%s/run.sqlite", folder);
    snprintf(out, sizeof out, "%s/a/b", folder);
    return fake_street_run(lg_mem_system(), &street, folder, &err) == LG_OK ? 0 : -1;
}

static int remove_run(void **state)
{
    (void)state;
    nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static lg_export_input input_of(lg_export_layout layout)
{
    return (lg_export_input){.database = database, .folder = out, .layout = layout, .note = hear};
}

static void export(lg_export_layout layout)
{
    lg_export_input input = input_of(layout);
    lg_err err = {.text = ""};
    clear();
    if (lg_export(lg_mem_system(), &input, &err) != LG_OK)
        fail_msg("%s", err.text);
}

static void expect(const char *name, const char *bytes)
{
    char text[8192];
    if (fake_folder_read(out, name, text, sizeof text) < 0)
        fail_msg("%s is missing", name);
    assert_string_equal(text, bytes);
}

static void expect_part(const char *name, const char *part)
{
    char text[8192];
    if (fake_folder_read(out, name, text, sizeof text) < 0)
        fail_msg("%s is missing", name);
    if (!strstr(text, part))
        fail_msg("%s lacks %s:\n%s", name, part, text);
}

static void csv(void **state)
{
    (void)state;
    export(LG_EXPORT_CSV);
    assert_string_equal(heard, "");
    expect("cumulative_grid_trades.csv",
           "seller,buyer,trades,energy_kWh,paid_EUR,earned_EUR,fees_EUR\n"
           "Utility,\"Home 2, load\",1,0.1,0.031,0.03,0.001\n"
           "Home 1 PV,\"Home 2, load\",1,0.25,0.0525,0.05,0.0025\n");
    expect("members.csv",
           "member,strategy,bought_kWh,sold_kWh,unserved_kWh,bill_EUR,unserved_EUR,base_bill_EUR,"
           "saving_EUR,settlement_EUR,imbalance_EUR\n"
           "Home 1,pv_ramp,0,0.25,0,-0.05,0,-0.02,0.03,0,0\n"
           "Home 2,patient,0.25,0,0.05,0.07,0.0175,0.09,0.02,0,0\n");
    expect_part("savings.csv", "Home 2,grid/community/home-2,1,0.1085,0,0.1085,0.0835,0.025,");
    expect("clearings.csv", "slot,tick,market,rate_ct_per_kWh,energy_kWh\n");
}

static void json(void **state)
{
    (void)state;
    export(LG_EXPORT_JSON);
    expect("hierarchy_self_consumption.json",
           "[{\"level\": 1, \"mean_self_consumption\": 1, \"self_consumption_percent\": 100},\n"
           " {\"level\": 2, \"mean_self_consumption\": null, \"self_consumption_percent\": 0}]\n");
    expect("clearings.json", "[]\n");
}

/* Headings to the letter; a market without trades has its lines too. */
static void gsy(void **state)
{
    (void)state;
    export(LG_EXPORT_GSY);
    assert_string_equal(heard, "");
    expect("grid/community.csv",
           "slot,avg trade rate [ct./kWh],min trade rate [ct./kWh],max trade rate [ct./kWh],"
           "# trades,total energy traded [kWh],total trade volume [EURO ct.]\n"
           "2024-06-03T00:00:00+00:00,21,21,21,1,0.25,5.25\n"
           "2024-06-03T00:15:00+00:00,0,0,0,0,0,0\n");
    expect(
        "grid/community-trades.csv",
        "slot,creation_time,rate [ct./kWh],energy [kWh],seller,seller origin,buyer,buyer origin\n"
        "2024-06-03T00:00:00+00:00,2024-06-03T00:04:30+00:00,21,0.25,Home 1,Home 1 PV,Home 2,"
        "\"Home 2, load\"\n"
        "2024-06-03T00:00:00+00:00,2024-06-03T00:13:30+00:00,31,0.1,Community,Utility,Home 2,"
        "\"Home 2, load\"\n");
    expect("grid/community/home-1-offers.csv",
           "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],seller,seller origin\n");
    expect("grid/community/home-2-bids.csv",
           "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],buyer,buyer origin\n"
           "2024-06-03T00:00:00+00:00,2024-06-03T00:01:30+00:00,31,0.35,10.85,\"Home 2, load\","
           "\"Home 2, load\"\n");
    expect("grid/community/home-2/home-2-load.csv",
           "slot,energy traded [kWh],desired energy [kWh],deficit [kWh]\n"
           "2024-06-03T00:00:00+00:00,-0.35,0.3,0\n"
           "2024-06-03T00:15:00+00:00,0,0,0\n");
    expect("grid/community/home-1/home-1-pv.csv",
           "slot,energy traded [kWh],produced [kWh],not sold [kWh]\n"
           "2024-06-03T00:00:00+00:00,0.25,0.4,0.15\n"
           "2024-06-03T00:15:00+00:00,0,0,0\n");
    expect("grid/utility.csv", "slot,energy traded [kWh]\n2024-06-03T00:00:00+00:00,0.1\n"
                               "2024-06-03T00:15:00+00:00,0\n");
}

static void gsy_json(void **state)
{
    (void)state;
    export(LG_EXPORT_GSY);
    expect_part("aggregated_results/kpi.json",
                "\"utility_bill\":10.85,\"fit_revenue\":0.0,\"gsy_e_cost\":8.35,"
                "\"base_case_cost\":10.85,\"saving_absolute\":2.5,");
    expect_part("aggregated_results/bills.json",
                "\"Home 1 PV\":{\"bought\":0.0,\"sold\":0.25,\"spent\":0.0,\"earned\":0.05,"
                "\"total_energy\":-0.25,\"total_cost\":-0.05,\"market_fee\":0.0,\"type\":\"PV\"}");
    expect_part("aggregated_results/trade_profile.json",
                "\"Community\":{\"sold_energy\":{\"Community\":{\"Home 2\":{"
                "\"2024-06-03T00:00:00+00:00\":0.1},\"accumulated\":{"
                "\"2024-06-03T00:00:00+00:00\":0.1}}");
    expect("aggregated_results/carbon_emissions.json",
           "{\"carbon_generated_base_case_g\":140.0,\"carbon_generated_gsy_g\":40.0,"
           "\"carbon_savings_g\":100.0}\n");
    expect("aggregated_results/random_seed.json", "18446744073709551615\n");
    expect_part("setup_file.json", "{\"name\":\"Home 1 PV\",\"uuid\":"
                                   "\"00000000-0000-0000-0000-000000000000\",\"type\":\"PV\","
                                   "\"capacity_kW\":4}");
    expect_part("area_tree_summary.json",
                "{\"name\":\"Grid\",\"uuid\":\"00000000-0000-0000-0000-000000000000\","
                "\"parent_uuid\":null,\"type\":\"Area\",\"children\":[{\"name\":\"");
}

static void says_what_was_not_kept(void **state)
{
    char text[64];
    (void)state;
    fake_folder_ask(folder, "UPDATE runs SET keeps_orders = 0, keeps_assets = 0", text,
                    sizeof text);
    export(LG_EXPORT_GSY);
    assert_non_null(strstr(heard, "results.orders = true keeps them"));
    assert_non_null(strstr(heard, "results.assets = true keeps them"));
    assert_null(strstr(heard, "results.trades"));
    assert_int_equal(fake_folder_read(out, "grid-bids.csv", text, sizeof text), -1);
    expect_part("grid/community/home-2/home-2-load.csv", "2024-06-03T00:00:00+00:00,-0.35,,\n");
    fake_folder_ask(folder, "UPDATE runs SET keeps_orders = 1, keeps_assets = 1", text,
                    sizeof text);
}

static void refuse(lg_export_input input, const char *reason)
{
    lg_err err;
    assert_int_equal(lg_export(lg_mem_system(), &input, &err), LG_STORE);
    if (!strstr(err.text, reason))
        fail_msg("%s", err.text);
}

static void refused_err(void **state)
{
    char text[64];
    (void)state;
    export(LG_EXPORT_CSV);
    refuse(input_of(LG_EXPORT_CSV), "is not empty; remove it or name another one");
    clear();
    lg_export_input input = input_of(LG_EXPORT_CSV);
    input.database = "no/such/run.sqlite";
    refuse(input, "cannot read no/such/run.sqlite: unable to open database file");
    input = input_of(LG_EXPORT_CSV);
    input.folder = database;
    refuse(input, "Not a directory");
    fake_folder_ask(folder, "PRAGMA user_version = 1", text, sizeof text);
    refuse(input_of(LG_EXPORT_GSY), "version 1, expected 4; run the scenario again");
    fake_folder_ask(folder, "PRAGMA user_version = 4", text, sizeof text);
    fake_folder_ask(folder, "PRAGMA application_id = 7", text, sizeof text);
    refuse(input_of(LG_EXPORT_GSY), "not a result of lunagrid");
    fake_folder_ask(folder, "PRAGMA application_id = 1280659009", text, sizeof text);
}

static int whole_export(lg_mem *mem, void *ctx)
{
    lg_export_input input = input_of(*(lg_export_layout *)ctx);
    lg_err err = {.text = ""};
    clear();
    lg_status status = lg_export(mem, &input, &err);
    return status == LG_OK ? 0 : status == LG_MEMORY || strstr(err.text, "memory") ? 1 : 2;
}

static void allocation_sweep(void **state)
{
    (void)state;
    lg_export_layout layout = LG_EXPORT_JSON;
    assert_true(lg_sweep_allocations(whole_export, &layout) > 10);
    /* the other layouts, which take longer, at some places only */
    for (uint64_t at = 1; at < 100; at += 13) {
        lg_failing_mem failing;
        lg_failing_mem_init(&failing);
        failing.fail_at = at;
        layout = at % 2 ? LG_EXPORT_GSY : LG_EXPORT_CSV;
        assert_int_equal(whole_export(&failing.mem, &layout), 1);
        assert_int_equal(failing.live_bytes, 0);
    }
}

static void change(const char *sql)
{
    char text[64];
    fake_folder_ask(folder, sql, text, sizeof text);
    assert_string_equal(text, "");
}

#define OFFERS "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],seller,seller origin\n"

/* The bid of 31 ct made an offer of 30 in a market that takes 2 ct, then 10 %; its bid with no fee;
 * none at all where bids are only limits. */
static void gsy_orders(void **state)
{
    (void)state;
    change("UPDATE areas SET fee_uct = 2000000, fee_ppb = 100000000 WHERE area = 3");
    export(LG_EXPORT_GSY);
    expect_part("grid/community/home-2-bids.csv", "T00:01:30+00:00,31,0.35,10.85,");
    change("UPDATE runs SET market_rule = 'one_sided'");
    export(LG_EXPORT_GSY);
    expect("grid/community/home-2-bids.csv",
           "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],buyer,buyer origin\n");
    change("UPDATE commands SET name = 'offer_energy_rate' WHERE command = (SELECT command FROM "
           "orders)");
    change("UPDATE orders SET rate_uct = 30000000, energy_uwh = 500000000");
    export(LG_EXPORT_GSY);
    expect("grid/community/home-2-offers.csv",
           OFFERS "2024-06-03T00:00:00+00:00,2024-06-03T00:01:30+00:00,32,0.5,16,"
                  "\"Home 2, load\",\"Home 2, load\"\n");
    change("UPDATE runs SET fee_kind = 'percentage'");
    export(LG_EXPORT_GSY);
    expect("grid/community/home-2-offers.csv",
           OFFERS "2024-06-03T00:00:00+00:00,2024-06-03T00:01:30+00:00,33,0.5,16.5,"
                  "\"Home 2, load\",\"Home 2, load\"\n");
}

static void gsy_ages(void **state)
{
    (void)state;
    change("UPDATE areas SET offer_age = 3, bid_age = 4 WHERE parent IS NULL");
    export(LG_EXPORT_GSY);
    expect_part("aggregated_results/const_settings.json", "\"MIN_OFFER_AGE\":3,\"MIN_BID_AGE\":4}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv),
        cmocka_unit_test(json),
        cmocka_unit_test(gsy),
        cmocka_unit_test(gsy_json),
        cmocka_unit_test(says_what_was_not_kept),
        cmocka_unit_test(refused_err),
        cmocka_unit_test(allocation_sweep),
        cmocka_unit_test(gsy_orders),
        cmocka_unit_test(gsy_ages),
    };
    return cmocka_run_group_tests(tests, make_run, remove_run);
}
