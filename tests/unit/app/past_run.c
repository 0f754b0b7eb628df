/* Slots start at 2024-06-03T00:00 UTC. Trade 1: 0.5 kWh, the bid 36, the offer 10: paid 18 ct, fees
 * 0.5 to Home 2 and to the Community, 17 for the seller. Trade 2: 500 uwh at 22, fees 1 and 3
 * ct/kWh: paid 11 uct, fees 1 (half away from zero) and 2, earned 18 ct/kWh: 9, so rounding is -1.
 */
#include "past_run.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <unistd.h>

static const char tables[] =
    "PRAGMA synchronous = OFF; PRAGMA application_id = 1280659009;"
    "CREATE TABLE runs (status, scenario, scenario_json, engine_version, start_ms, slot_count, "
    "slot_s,"
    "  ticks_per_slot, market_rule, fee_kind, keeps_trades, digest, compat);"
    "CREATE TABLE agents (agent, name, script, hash, source);"
    "CREATE TABLE areas (area, name, parent, depth, member, fee_uct, fee_ppb);"
    "CREATE TABLE assets (asset, name, area, role);"
    "CREATE TABLE slots (slot, start_ms, trade_count, energy_uwh, market_maker_uct, feed_in_uct);"
    "CREATE TABLE fees (area, slot, fee_uct, fee_ppb);"
    "CREATE TABLE trades (trade, slot, tick, market, seller, buyer, energy_uwh, rate_uct,"
    "  offer_rate_uct, bid_rate_uct, paid_uct, earned_uct, fees_uct);"
    "CREATE TABLE market_slots (slot, market, energy_uwh, volume_uct, fee_revenue_uct, import_uwh,"
    "  export_uwh);"
    "CREATE TABLE community (area, self_sufficiency, self_consumption, peak_import_uwh,"
    "  peak_import_ms);"
    "CREATE TABLE members (area, bought_uwh, sold_uwh, unserved_uwh, bill_uct, base_bill_uct);";

static const char rows[] =
    "INSERT INTO runs VALUES ('complete', 'lane',"
    "  '{\"seed\": 5, \"grid\": {\"name\": \"Grid\", \"children\": [{\"name\": \"Home 1\", "
    "\"member\": true}]},"
    "    \"params\": {\"steps\": [{\"kWh\": 2}, 7, null]}}',"
    "  '0.1.0', 1717372800000, 2, 900, 10, 'pay_as_bid', 'constant', 1, 'd1', 'none');"
    "INSERT INTO agents VALUES (0, 'Home 1', 'patient.lua', '0123456789abcdef', '');"
    "INSERT INTO areas VALUES (0, 'Grid', NULL, 0, 0, 4000000, 0),"
    "  (1, 'Community', 0, 1, 0, 1000000, 0), (2, 'Home 1', 1, 2, 1, 0, 0),"
    "  (3, 'Home 2', 1, 2, 1, 1000000, 0);"
    "INSERT INTO assets VALUES (0, 'Utility', 0, 'bus'), (1, 'PV 1', 2, 'producer'),"
    "  (2, 'Load 2', 3, 'consumer');"
    "INSERT INTO slots VALUES (0, 1717372800000, 1, 500000000, 30000000, 8000000),"
    "  (1, 1717373700000, 1, 500, 30000000, 8000000);"
    "INSERT INTO fees VALUES (1, 1, 3000000, 0);"
    "INSERT INTO trades VALUES"
    "  (1, 0, 4, 1, 1, 2, 500000000, 36000000, 10000000, 36000000, 18000000, 17000000, 1000000),"
    "  (2, 1, 0, 1, 1, 2, 500, 22000000, 10000000, 22000000, 11, 9, 3);"
    "INSERT INTO market_slots VALUES (0, 1, 500000000, 17500000, 500000, 0, 0),"
    "  (1, 1, 500, 10, 2, 0, 0);"
    "INSERT INTO community VALUES (1, 0.25, NULL, 100000000, 1717373700000);"
    "INSERT INTO members VALUES (2, 0, 500000500, 0, -17000009, -4000000),"
    "  (3, 500000500, 0, 0, 18000011, 17500000);";

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
}

void past_run_make(const char *path, const char *more)
{
    sqlite3 *db;
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    run(db, tables);
    run(db, rows);
    if (more)
        run(db, more);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
