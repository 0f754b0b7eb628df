"""Settlement markets in whole runs: sums are zero, a deviation shrinks by what was traded, bills hold it once,
and without such markets nothing changes."""
import json
import os
import re
import sqlite3

import flow

ON = ["--set", "settlement.enabled=true", "--set", "settlement.relative_std_percent=20"]

# Home 1 measures: it always used 0.05 kWh more than planned; the PV made as much more than it planned.
METER = """
local slots = require "slots"
local planned = 0.2
return {
  on_market_cycle = function(info)
    local load, pv = info.assets[1], info.assets[2]
    local now, before = info.market_slot, slots.shift(info.market_slot, -15)
    grid.batch:set_energy_measurement(load, { [now] = 0.25 })
    grid.batch:set_energy_measurement(pv, { [now] = pv.available_energy_kWh + 0.05 })
    if info.slot == 0 then return end
    grid.batch:bid_energy_rate { asset = load, energy = 0.05, rate = 22, time_slot = before }
    grid.batch:offer_energy_rate { asset = pv, energy = 0.05, rate = 10, time_slot = before }
    for _, answer in ipairs(grid.batch:execute()) do
      if answer.status ~= "ready" then print(answer.error_message) end
    end
  end,
  on_trade = function(trade)
    print(trade.side .. " " .. trade.market_type .. " " .. trade.time_slot .. " at " .. trade.time)
  end,
}
"""


class Settlement(flow.Flow):
    def ask(self, sql, folder="r"):
        with sqlite3.connect(self.path(folder + "/run.sqlite")) as database:
            return database.execute(sql).fetchall()

    def one(self, sql, folder="r"):
        return self.ask(sql, folder)[0][0]

    def test_off_is_as_if_there_were_no_such_thing(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet", "--csv")
        self.lunagrid("run", "village.lua", "--out", "b", "--quiet", "--csv", "--set", "settlement.enabled=false")
        self.assertEqual(self.one("SELECT digest FROM runs", "a"), self.one("SELECT digest FROM runs", "b"))
        self.assertEqual(self.read("a/bills.csv"), self.read("b/bills.csv"))
        self.assertEqual(self.summary("a")["members"], self.summary("b")["members"])
        self.assertNotIn("settlement", self.summary("b"))
        self.assertFalse(os.path.exists(self.path("b/trades-settlement.csv")))
        self.assertEqual(self.one("SELECT count(*) FROM deviations", "b"), 0)

    def test_the_spot_market_does_not_notice(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet", "--csv")
        self.lunagrid("run", "village.lua", "--out", "b", "--quiet", "--csv", *ON)
        self.assertEqual(self.read("a/trades.csv"), self.read("b/trades.csv"))
        self.assertNotEqual(self.one("SELECT digest FROM runs", "a"), self.one("SELECT digest FROM runs", "b"))
        self.lunagrid("run", "village.lua", "--out", "c", "--quiet", "--csv", *ON)
        for name in ("trades.csv", "trades-settlement.csv", "bills.csv"):
            self.assertEqual(self.read("b/" + name), self.read("c/" + name), name)
        self.assertEqual(self.one("SELECT digest FROM runs", "b"), self.one("SELECT digest FROM runs", "c"))

    def test_sums_are_zero_and_deviations_shrink(self):
        out, _ = self.lunagrid("run", "village.lua", "--out", "r", "--csv", "--set", "minutes=1440", *ON)
        self.assertRegex(out, r"settlement: [0-9.]+ kWh more and [0-9.]+ kWh less needed than planned")
        self.assertGreater(self.one("SELECT count(*) FROM settlement_trades"), 20)
        for market, energy, money in self.ask(
                "SELECT market, sum(bought_uwh - sold_uwh), sum(spent_uct - earned_uct) "
                "FROM settlement_bills GROUP BY market"):
            self.assertEqual(energy, 0, market)
            self.assertLess(abs(money), 1000, market)  # micro-cents, the rounding account's
        # what an asset traded of a slot's deviation lies on its side, and is no more than that
        self.assertEqual(self.one(
            "SELECT count(*) FROM deviations WHERE bought_uwh > max(0, deviation_uwh) "
            "OR sold_uwh > max(0, -deviation_uwh)"), 0)
        self.assertEqual(self.one(
            "SELECT count(*) FROM deviations d WHERE bought_uwh <> (SELECT coalesce(sum(energy_uwh), 0) "
            "FROM settlement_trades t WHERE t.slot = d.slot AND t.buyer = d.asset)"), 0)
        self.assertGreater(self.one("SELECT sum(bought_uwh) FROM deviations"), 0)
        # 3 of 4 are within 1.15 standard deviations; a load or panel never less than nothing
        share = self.one("SELECT avg(abs(deviation_uwh) < 0.23 * planned_uwh) FROM deviations WHERE planned_uwh > 0")
        self.assertTrue(0.6 < share < 0.9, share)
        self.assertEqual(self.one("SELECT min(measured_uwh) >= 0 FROM deviations"), 1)
        figures = self.summary("r")["settlement"]
        self.assertEqual(figures["trades"], self.one("SELECT count(*) FROM settlement_trades"))
        self.assertAlmostEqual(figures["paid_EUR"],
                               figures["earned_EUR"] + figures["fees_EUR"] + figures["rounding_EUR"], 8)
        self.lunagrid("run", "village.lua", "--out", "off", "--quiet", "--set", "minutes=1440")
        self.assertEqual(self.ask("SELECT area, bill_uct - settlement_uct - imbalance_uct FROM members"),
                         self.ask("SELECT area, bill_uct FROM members", "off"))
        lines = self.read("r/trades-settlement.csv").splitlines()
        self.assertGreater(len(lines), 20)
        slot, time = lines[1].split(",")[1:3]
        self.assertLess(slot, time)

    def meter(self):
        self.write("meter.lua", METER)
        village = flow.VILLAGE.replace("avg_power_W = 800", "avg_power_W = 800, forecast_stream_enabled = true")
        village = village.replace('model = "clear_sky"', 'model = "clear_sky", forecast_stream_enabled = true')
        self.write("measured.lua", village)

    def test_measured_by_hand(self):
        self.meter()
        self.lunagrid("run", "measured.lua", "--agent", "Home 1=meter.lua", "--out", "r", "--quiet",
                      "--set", "settlement.relative_std_percent=0")
        log = [line[0] for line in self.ask("SELECT message FROM log ORDER BY seq")]
        self.assertIn("buy Settlement Market 2024-06-03T10:00 at 2024-06-03T10:15:00+00:00", log)
        self.assertIn("sell Settlement Market 2024-06-03T10:30 at 2024-06-03T10:45:00+00:00", log)
        self.assertEqual(len(log), 6)  # three slots, both sides
        rows = self.ask("SELECT slot, planned_kWh, measured_kWh, deviation_kWh, bought_kWh, unsettled_kWh "
                        "FROM deviations_view WHERE asset = 'Load 1'")
        self.assertEqual(rows, [(slot, 0.2, 0.25, 0.05, 0.05, 0.0) for slot in range(3)])
        sold = self.ask("SELECT deviation_kWh, sold_kWh FROM deviations_view WHERE asset = 'PV 1'")
        self.assertEqual(sold, [(-0.05, 0.05)] * 3)
        # all within Home 1, which therefore owes nothing: 3 * 0.05 kWh at 22 ct stay in the home
        home = [m for m in self.summary("r")["members"] if m["name"] == "Home 1"][0]
        self.assertEqual((home["settlement_EUR"], home["imbalance_EUR"]), (0, 0))
        self.assertEqual(self.one("SELECT spent_uct FROM settlement_bills b JOIN assets a ON a.asset = b.party "
                                  "WHERE b.kind = 'asset' AND a.name = 'Load 1'"), 3 * 1100000)

    def test_what_nobody_settles_costs_what_the_utility_takes(self):
        self.meter()
        script = re.sub(r"grid.batch:offer_energy_rate [^\n]*\n", "\n", METER)
        self.write("meter.lua", re.sub(r"grid.batch:set_energy_measurement.pv[^\n]*\n", "\n", script))
        self.lunagrid("run", "measured.lua", "--agent", "Home 1=meter.lua", "--out", "r", "--quiet",
                      "--set", "settlement.relative_std_percent=0")
        home = [m for m in self.summary("r")["members"] if m["name"] == "Home 1"][0]
        # 3 * 0.05 kWh at 30 ct of the utility, 4 of the grid and 1 of the community
        self.assertAlmostEqual(home["imbalance_EUR"], 3 * 0.05 * 0.35, 9)
        self.assertEqual(home["settlement_EUR"], 0)

    def test_every_trade_is_explained(self):
        self.meter()
        self.write("fee.lua", """return { on_market_cycle = function(info)
          grid.batch:grid_fees("Community", 1 + info.slot)
          grid.batch:grid_fees("Home 1", 0.5 * info.slot)
        end }""")
        village = self.read("measured.lua").replace("grid = area", """agents = {
          agent { name = "Operator", script = "fee.lua", markets = { "Community", "Home 1" } } }, grid = area""", 1)
        self.write("measured.lua", village)
        self.lunagrid("run", "measured.lua", "--agent", "Home 1=meter.lua", "--out", "r", "--quiet", *ON)
        settled = {row[0] for row in self.ask("SELECT trade FROM settlement_trades")}
        last = self.one("SELECT max(trade) FROM (SELECT trade FROM trades UNION SELECT trade FROM settlement_trades)")
        self.assertGreaterEqual(len(settled), 3)
        for trade in range(1, last + 1):  # the page holds the money against the fees, or fails
            out, _ = self.lunagrid("explain", "trade", str(trade), "--run", "r")
            self.assertEqual("· settlement of slot" in out, trade in settled)
        _, err = self.lunagrid("explain", "trade", str(last + 1), "--run", "r", code=1)
        self.assertIn(f"its trades are 1 to {last}", err)

    def test_the_shortest_market_counts_what_was_measured(self):
        example = os.path.join(flow.SOURCE, "examples", "settlement")
        _, err = self.lunagrid("run", example, "--set", "settlement.max_age_hours=0.25", "--out", "r")
        self.assertEqual(err, "")
        rows = self.ask("SELECT count(*) FROM deviations_view WHERE asset = 'Home 1 load' AND deviation_kWh <> 0")
        self.assertEqual(rows, [(95,)])  # all but the last slot, whose market never opens

    def test_words_of_the_scenario_err(self):
        for setting, sentence in (
                ("settlement.max_age_hours=0.1", "0.1 h are shorter than a slot of 15 min: no market would open"),
                ("settlement.max_age_hour=1", 'did you mean "max_age_hours"?'),
                ("settlement.relative_std_percent=101", "101 is outside of 0 to 100 %"),
                ("setlement.enabled=true", 'did you mean "settlement.enabled"?')):
            out, _ = self.lunagrid("check", "village.lua", "--set", setting, code=3)
            self.assertIn(sentence, out)
        shown, _ = self.lunagrid("show-config", "village.lua", "--set", "settlement.enabled=true")
        self.assertEqual(json.loads(shown)["settlement"],
                         {"enabled": True, "max_age_hours": 1, "relative_std_percent": 10})
        shown, _ = self.lunagrid("show-config", "village.lua")
        self.assertNotIn("settlement", json.loads(shown))

    def test_a_slot_without_market_is_told_with_those_there_are_err(self):
        self.write("lost.lua", 'return { on_market_cycle = function(m)\n'
                               '  grid.batch:bid_energy_rate { asset = m.assets[1], energy = 0.1, rate = 1,\n'
                               '                               time_slot = "2024-06-03T10:30" }\nend }\n')
        self.lunagrid("run", "village.lua", "--agent", "Home 1=lost.lua", "--out", "r", "--quiet", "--slots", "2")
        self.assertIn("there is no market of 2024-06-03T10:30 now; open is the spot market of 2024-06-03T10:00, "
                      "settlement markets are off", self.ask("SELECT message FROM log")[0][0])

    def test_import_reads_the_settings_of_that_exchange(self):
        area = {"name": "Grid", "children": [{"name": "Load", "type": "LoadHours", "avg_power_W": 100,
                                              "forecast_stream_enabled": True}]}
        settings = {"basic_settings": {"sim_duration": "1h"}, "advanced_settings": {
            "MASettings": {"MARKET_TYPE": 2}, "SettlementMarketSettings": {
                "ENABLE_SETTLEMENT_MARKETS": True, "MAX_AGE_SETTLEMENT_MARKET_HOURS": 2,
                "RELATIVE_STD_FROM_FORECAST_FLOAT": 25.0}}}
        self.write("area.json", json.dumps(area))
        self.write("settings.json", json.dumps(settings))
        out, err = self.lunagrid("show-config", "area.json")
        config = json.loads(out)
        self.assertEqual(config["settlement"], {"enabled": True, "max_age_hours": 2, "relative_std_percent": 25})
        self.assertIs(config["grid"]["children"][0]["forecast_stream_enabled"], True)
        self.assertNotIn("not known", err)
        settings["advanced_settings"]["SettlementMarketSettings"]["ENABLE_SETTLEMENT_MARKETS"] = 1
        self.write("settings.json", json.dumps(settings))
        _, err = self.lunagrid("show-config", "area.json", code=3)
        self.assertIn("expected true or false, got", err)
        settings["advanced_settings"]["SettlementMarketSettings"]["ENABLE_SETTLEMENT_MARKETS"] = False
        self.write("settings.json", json.dumps(settings))
        out, _ = self.lunagrid("show-config", "area.json")
        self.assertNotIn("settlement", json.loads(out))

    def test_templates_settle_between_the_rates_of_the_utility(self):
        # 30 + 4 + 1 ct/kWh from it, 8 - 4 - 1 to it
        self.lunagrid("run", os.path.join(flow.SOURCE, "examples", "settlement"), "--out", "r", "--quiet")
        low, high = self.ask("SELECT min(offer_rate_uct), max(bid_rate_uct) FROM settlement_trades")[0]
        self.assertGreaterEqual(low, 3000000)
        self.assertLessEqual(high, 35000000)


if __name__ == "__main__":
    flow.main()
