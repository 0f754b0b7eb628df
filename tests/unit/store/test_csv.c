/* The bytes of every CSV file of a small run, written out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_market.h"
#include "store/parts.h"

static void bytes_of_a_run(void **state)
{
    char folder[64], text[4096];
    const char *drivers[3];
    fake_street street;
    lg_listener listener;
    lg_store *store;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    memcpy(drivers, street.input.driver_names, sizeof drivers);
    street.input.driver_names = drivers;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    memset(&street.input, 0, sizeof street.input); /* what the caller lent for the call is gone */
    memset(&street.info, 0, sizeof street.info);
    memset(street.agents, 0, sizeof street.agents);
    memset(drivers, 0, sizeof drivers);
    lg_store_listener(store, &listener);
    assert_int_equal(fake_street_trade(&listener, 1, 0), LG_OK);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_OK);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, street.members, 2, &err), LG_OK);
    lg_store_close(store);

    fake_folder_read(folder, "trades.csv", text, sizeof text);
    assert_string_equal(
        text,
        "market,slot,time,rate_ct_per_kWh,energy_kWh,seller,seller_origin,buyer,buyer_origin\n"
        "grid/community/home-1,2024-06-03T00:00:00+00:00,2024-06-03T00:04:30+00:00,20,0.25,"
        "Home 1 PV,Home 1 PV,Home 1,\"Home 2, load\"\n"
        "grid/community,2024-06-03T00:00:00+00:00,2024-06-03T00:04:30+00:00,21,0.25,"
        "Home 1,Home 1 PV,Home 2,\"Home 2, load\"\n"
        "grid/community/home-2,2024-06-03T00:00:00+00:00,2024-06-03T00:04:30+00:00,21,0.25,"
        "Home 2,Home 1 PV,\"Home 2, load\",\"Home 2, load\"\n");
    fake_folder_read(folder, "market_slots.csv", text, sizeof text);
    assert_string_equal(
        text,
        "market,slot,trades,energy_kWh,min_rate_ct_per_kWh,avg_rate_ct_per_kWh,"
        "median_rate_ct_per_kWh,max_rate_ct_per_kWh,volume_EUR,fee_revenue_EUR,import_kWh,"
        "export_kWh,grid_fee_ct_per_kWh,grid_fee_percent\n"
        "grid/community,2024-06-03T00:00:00+00:00,1,0.25,21,21,21,21,0.0525,0.0025,0,0,1,0\n"
        "grid/community/home-1,2024-06-03T00:00:00+00:00,1,0.25,21,21,21,21,0.0525,0,0,0,0,0\n"
        "grid/community/home-2,2024-06-03T00:00:00+00:00,1,0.25,21,21,21,21,0.0525,0,0.25,0,0,0\n");
    fake_folder_read(folder, "bills.csv", text, sizeof text);
    assert_string_equal(
        text,
        "market,party,type,bought_kWh,sold_kWh,spent_EUR,earned_EUR,total_energy_kWh,"
        "total_cost_EUR,market_fee_EUR\n"
        "grid,Utility,infinite_bus,0,0,0,0,0,0,0\n"
        "grid,Community,area,0,0,0,0,0,0,0\n"
        "grid,Accumulated Trades,accumulated,0,0,0,0,0,0,0\n"
        "grid,External Trades,external,0,0,0,0,0,0,0\n"
        "grid,Market Fees,fees,0,0,0,0,0,0,0\n"
        "grid,Totals,totals,0,0,0,0,0,0,0\n"
        "grid/community,Home 1,area,0,0.25,0,0.05,-0.25,-0.05,0\n"
        "grid/community,Home 2,area,0.25,0,0.05,0,0.25,0.0525,0.0025\n"
        "grid/community,Accumulated Trades,accumulated,0.25,0.25,0.05,0.05,0,0.0025,0.0025\n"
        "grid/community,External Trades,external,0,0,0,0,0,0,0\n"
        "grid/community,Market Fees,fees,0,0,0,0.0025,0,-0.0025,0\n"
        "grid/community,Totals,totals,0.25,0.25,0.05,0.0525,0,0,0.0025\n"
        "grid/community/home-1,Home 1 PV,pv,0,0.25,0,0.05,-0.25,-0.05,0\n"
        "grid/community/home-1,Accumulated Trades,accumulated,0,0.25,0,0.05,-0.25,-0.05,0\n"
        "grid/community/home-1,External Trades,external,0.25,0,0.04999994,0,0.25,0.04999994,0\n"
        "grid/community/home-1,Market Fees,fees,0,0,0,0,0,0,0\n"
        "grid/community/home-1,Rounding,rounding,0,0,0,-0.00000006,0,0.00000006,0\n"
        "grid/community/home-1,Totals,totals,0.25,0.25,0.04999994,0.04999994,0,0,0\n"
        "grid/community/home-2,\"Home 2, load\",load,0.25,0,0.0525,0,0.25,0.0525,0\n"
        "grid/community/home-2,Accumulated Trades,accumulated,0.25,0,0.0525,0,0.25,0.0525,0\n"
        "grid/community/home-2,External Trades,external,0,0.25,0,0.0525,-0.25,-0.0525,0\n"
        "grid/community/home-2,Market Fees,fees,0,0,0,0,0,0,0\n"
        "grid/community/home-2,Totals,totals,0.25,0.25,0.0525,0.0525,0,0,0\n");
    fake_folder_remove(folder);
}

static void full_disk_err(void **state)
{
    char folder[64], expected[160], status[32];
    fake_street street;
    lg_listener listener;
    lg_store *store;
    lg_err err = {0};
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    fake_folder_make(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    assert_int_equal(dup2(full, store->trades_csv.fd), store->trades_csv.fd);
    close(full);
    lg_store_listener(store, &listener);
    lg_status result = LG_OK;
    for (uint64_t id = 1; id < 10000 && result == LG_OK; id++)
        result = fake_street_trade(&listener, id, 0);
    assert_int_equal(result, LG_STORE);
    snprintf(expected, sizeof expected, "cannot write %s/trades.csv: No space left on device",
             folder);
    assert_string_equal(lg_store_error(store), expected);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_STORE);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_STORE);
    assert_string_equal(err.text, expected);
    lg_store_close(store);
    fake_folder_ask(folder, "SELECT status FROM runs", status, sizeof status);
    assert_string_equal(status, "incomplete");
    fake_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_a_run),
        cmocka_unit_test(full_disk_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
