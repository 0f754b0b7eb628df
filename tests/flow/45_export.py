"""`export`: what a run stored as tables, and in the files of the gsy-e exchange; headings and sums."""
import csv
import json
import os
from datetime import datetime

import flow

MARKET = ("slot,avg trade rate [ct./kWh],min trade rate [ct./kWh],max trade rate [ct./kWh],# trades,"
          "total energy traded [kWh],total trade volume [EURO ct.]")
TRADES = "slot,creation_time,rate [ct./kWh],energy [kWh],seller,seller origin,buyer,buyer origin"
OFFERS = "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],seller,seller origin"
BIDS = "slot,creation_time,rate [ct./kWh],energy [kWh],price [ct.],buyer,buyer origin"
LOAD = "slot,energy traded [kWh],desired energy [kWh],deficit [kWh]"
PV = "slot,energy traded [kWh],produced [kWh],not sold [kWh]"
STORAGE = ("slot,energy traded [kWh],bought [kWh],sold [kWh],charge [kWh],offered [kWh],"
           '"charge [%], losses[kWh]"')
RESULTS = {"bills", "cumulative_bills", "kpi", "price_energy_day", "trade_profile", "area_throughput",
           "asset_statistics", "cumulative_grid_trades", "cumulative_net_energy_flow",
           "imported_exported_energy", "assets_info", "hierarchy_self_consumption_percent",
           "carbon_emissions", "status", "random_seed", "job_id", "progress_info", "const_settings"}


class Export(flow.Flow):
    def run_village(self, *words):
        self.lunagrid("run", "village.lua", "--out", "r", "--csv", "--quiet", "--set", "results.orders=true", *words)

    def table(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def json(self, name):
        return json.loads(self.read(name))

    def total(self, name, column):
        return sum(float(row[column] or 0) for row in self.table(name))

    def heading(self, name):
        return self.read(name).splitlines()[0]

    def test_the_layout_of_the_exchange(self):
        self.run_village()
        out, err = self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        self.assertEqual((out, err), ("written to gsy\n", ""))
        for market in ("grid", "grid/community", "grid/community/home-1", "grid/community/home-2"):
            self.assertEqual(self.heading(f"gsy/{market}.csv"), MARKET)
            self.assertEqual(self.heading(f"gsy/{market}-trades.csv"), TRADES)
            self.assertEqual(self.heading(f"gsy/{market}-offers.csv"), OFFERS)
            self.assertEqual(self.heading(f"gsy/{market}-bids.csv"), BIDS)
            self.assertEqual(len(self.table(f"gsy/{market}.csv")), 4)  # a line a slot
        self.assertEqual(self.heading("gsy/grid/community/home-1/load-1.csv"), LOAD)
        self.assertEqual(self.heading("gsy/grid/community/home-1/pv-1.csv"), PV)
        self.assertEqual(self.heading("gsy/grid/community/home-2/battery-2.csv"), STORAGE)
        files = {name[:-5] for name in os.listdir(self.path("gsy/aggregated_results"))}
        self.assertEqual(files, RESULTS)
        for name in RESULTS:
            self.json(f"gsy/aggregated_results/{name}.json")

    def test_sums_are_those_of_the_run(self):
        self.run_village()
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        run = self.summary("r")
        markets = {market["path"]: market for market in run["markets"]}
        for path in ("grid", "grid/community"):
            self.assertAlmostEqual(self.total(f"gsy/{path}.csv", "total energy traded [kWh]"),
                                   markets[path]["energy_kWh"], places=9)
            self.assertAlmostEqual(self.total(f"gsy/{path}.csv", "total trade volume [EURO ct.]"),
                                   100 * markets[path]["volume_EUR"], places=6)
            self.assertAlmostEqual(self.total(f"gsy/{path}-trades.csv", "energy [kWh]"),
                                   markets[path]["energy_kWh"], places=9)
        # two loads of 0.8 and 1.2 kW, an hour; what they bought stands negative
        desired, traded, deficit = (sum(self.total(f"gsy/grid/community/{name}.csv", column)
                                        for name in ("home-1/load-1", "home-2/load-2"))
                                    for column in ("desired energy [kWh]", "energy traded [kWh]", "deficit [kWh]"))
        self.assertAlmostEqual(desired, 2.0, places=9)
        self.assertAlmostEqual(desired + traded, deficit, places=9)
        pv = "gsy/grid/community/home-1/pv-1.csv"
        self.assertAlmostEqual(self.total(pv, "produced [kWh]"),
                               self.total(pv, "energy traded [kWh]") + self.total(pv, "not sold [kWh]"), places=9)
        for market in self.json("gsy/aggregated_results/bills.json").values():
            if "Totals" in market:
                self.assertAlmostEqual(market["Totals"]["total_cost"], 0, places=9)
                self.assertAlmostEqual(market["Totals"]["total_energy"], 0, places=9)

    def test_what_a_storage_still_offered(self):
        self.run_village()
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        rows = self.table("gsy/grid/community/home-2/battery-2.csv")
        # at its lowest charge it offers nothing; later all above that, which nobody buys
        self.assertEqual([float(row["offered [kWh]"]) for row in rows[:2]], [0, 0])
        for row in rows[2:]:
            self.assertGreater(float(row["offered [kWh]"]), 0.1)
            self.assertAlmostEqual(float(row["offered [kWh]"]), float(row["charge [kWh]"]) - 0.4, places=9)
        # of what is offered the sold part is off: Load 2 buys from 25 on, and takes 0.3 a slot
        self.write("village.lua", flow.VILLAGE.replace("battery_capacity_kWh = 4", "battery_capacity_kWh = 4, "
                                                       "initial_soc = 90, final_buying_rate = 1"))
        self.run_village("--set", "grid.Community.Home 1.PV 1.capacity_kW=0.001")
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "sold")
        row = self.table("sold/grid/community/home-2/battery-2.csv")[0]
        self.assertGreater(float(row["sold [kWh]"]), 0.2)
        self.assertAlmostEqual(float(row["offered [kWh]"]) + float(row["sold [kWh]"]), 1.25, places=9)  # 5 kW

    def test_scheduled_events_come_back(self):
        self.write("village.lua", flow.VILLAGE.replace(
            "grid = area", "events = { disconnect { 'Community', from = '10:15', to = '10:30' } }, grid = area", 1))
        self.run_village()
        _, err = self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        self.assertIn("setup_file.json has them as `events` in lunagrid's words", err)
        events = self.json("gsy/setup_file.json")["events"]
        self.assertEqual(events, [{"kind": "disconnect", "targets": ["Community"], "from": "10:15", "to": "10:30"}])
        self.lunagrid("import", "gsy", "gsy/setup_file.json", "-o", "ours.json")
        self.assertEqual(self.json("ours.json")["events"], events)
        self.lunagrid("run", "gsy/setup_file.json", "--out", "again", "--quiet")
        happened = "SELECT slot, kind, target FROM events ORDER BY seq"
        self.assertEqual(self.query("again", happened), self.query("r", happened))
        _, err = self.lunagrid("export", "r", "--layout", "csv", "-o", "csv")
        self.assertNotIn("events", err)

    def test_legs_are_the_lines_of_trades_csv(self):
        for words in ((), ("--set", "market.fees=percentage", "--set", "grid.grid_fee_percentage=7.3",
                           "--set", "grid.Community.grid_fee_percentage=3.1"),
                      ("--set", "market.kind=one_sided"),
                      ("--set", "market.fees=percentage", "--set", "grid.grid_fee_percentage=7.3",
                       "--set", "grid.Community.grid_fee_percentage=3.1", "--set", "market.compat=gsy-e",
                       "--set", "grid.Community.Home 1.grid_fee_percentage=2", "--set", "market.keep_age=true",
                       "--agent", "Community=plain.lua")):
            if "market.compat=gsy-e" in words:  # where an offer at 0 bears no fee, and the markets take theirs
                self.write("plain.lua", flow.PLAIN.replace("rate = 10", "rate = 0"))
            self.run_village(*words)
            self.lunagrid("export", "r/run.sqlite", "-o", "t" + str(len(words)))
            ours = sorted((leg["path"], leg["slot_start"], leg["time"], float(leg["rate_ct_per_kWh"]),
                           float(leg["energy_kWh"]), leg["seller"], leg["buyer"])
                          for leg in self.table(f"t{len(words)}/trade_legs.csv"))
            theirs = sorted((line["market"], line["slot"], line["time"], float(line["rate_ct_per_kWh"]),
                             float(line["energy_kWh"]), line["seller"], line["buyer"])
                            for line in self.table("r/trades.csv"))
            self.assertEqual(ours, theirs)
            self.assertGreater(len(ours), 4)
            for market in self.table("r/market_slots.csv"):
                legs = [leg for leg in self.table(f"t{len(words)}/trade_legs.csv")
                        if (leg["path"], leg["slot_start"]) == (market["market"], market["slot"])]
                self.assertAlmostEqual(sum(float(leg["fee_EUR"]) for leg in legs),
                                       float(market["fee_revenue_EUR"]), places=10)
                self.assertAlmostEqual(sum(float(leg["price_EUR"]) for leg in legs),
                                       float(market["volume_EUR"]), places=10)

    def test_carbon(self):
        self.write("carbon.csv", "time,g/kWh\n2024-06-03T10:00,400\n2024-06-03T10:30,100\n2024-06-03T11:00,0\n")
        self.run_village("--carbon-ratio-file", "carbon.csv", "--set", "results.assets=false")
        _, err = self.lunagrid("export", "r", "--layout", "json")
        self.assertIn("results.assets = true", err)
        flows = self.json("r/json/imported_exported_energy.json")
        rows = self.json("r/json/carbon_emissions.json")
        self.assertEqual({row["carbon_g_per_kWh"] for row in rows}, {400, 100})
        self.assertEqual(len(rows), len(flows))
        ratio = {"10:00": 400, "10:15": 400, "10:30": 100, "10:45": 100}
        for row, way in zip(rows, flows):
            grams = ratio[row["slot_start"][11:16]]
            self.assertAlmostEqual(row["carbon_generated_gsy_g"], grams * way["imported_from_grid_kWh"])
            self.assertAlmostEqual(row["carbon_savings_g"], grams * way["imported_from_community_kWh"])

    def test_a_fee_that_changes_rules_its_slots(self):
        self.write("dear.lua", """return { on_market_cycle = function(m)
          if m.slot == 1 then grid.batch:grid_fees(m.markets[1], 3) end
        end }""")
        self.write("village.lua", flow.VILLAGE.replace("grid = area", """agents = {
          agent { name = "Operator", script = "dear.lua", markets = { "Community" } } }, grid = area""", 1))
        self.run_village()
        self.lunagrid("export", "r", "--layout", "json")
        fees = [row["grid_fee_constant_EUR_per_kWh"] for row in self.json("r/json/price_energy_day.json")
                if row["market"] == "Community"]
        self.assertEqual(fees, [0.01, 0.01, 0.03, 0.03])

    def test_names_that_would_share_a_file(self):
        load = {"type": "load", "avg_power_W": 100}
        grid = {"name": "Grid", "children": [
            {"name": "Utility", "type": "infinite_bus", "energy_sell_rate": 30, "energy_buy_rate": 8},
            {"name": "Home", "children": [
                dict(load, name="Load 1"), dict(load, name="load-1"), dict(load, name="Load 1 2"),
                dict(load, name="!!!"), dict(load, name="..."), dict(load, name="Asset")]},
            {"name": "Home trades", "children": [dict(load, name="a")]},
            {"name": "Home settlement", "children": [dict(load, name="b")]},
            dict(load, name="home bids"), dict(load, name="home!")]}
        self.write("names.json", json.dumps({"slots": 2, "grid": grid, "results": {"orders": True},
                                             "settlement": {}}))
        self.lunagrid("run", "names.json", "--out", "r", "--quiet")
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        self.assertEqual(sorted(os.listdir(self.path("gsy/grid/home"))), sorted(
            ["load-1.csv", "load-1_2.csv", "load-1-2.csv", "asset_1.csv", "asset_2.csv", "asset_3.csv"]))
        markets = [name + end for name in ("home", "home-trades_1", "home-settlement_1")
                   for end in (".csv", "-trades.csv", "-offers.csv", "-bids.csv", "-settlement.csv",
                               "-settlement-trades.csv", "-settlement-offers.csv", "-settlement-bids.csv", "")]
        self.assertEqual(sorted(os.listdir(self.path("gsy/grid"))), sorted(
            markets + ["utility.csv", "home-bids_1.csv", "home_2.csv"]))
        self.assertEqual(self.heading("gsy/grid/home-trades.csv"), TRADES)
        self.assertEqual(self.heading("gsy/grid/home-trades_1.csv"), MARKET)
        self.assertEqual(self.heading("gsy/grid/home-bids_1.csv"), LOAD)

    def check_settlement_orders(self):
        """Each is in the files of the settlement market, an hour after its slot at the latest, and in no other."""
        sent = dict(self.query("r", "SELECT time_slot IS NOT NULL, count(*) FROM orders_view WHERE status = 'OK'"
                                    " AND command NOT LIKE 'delete%' GROUP BY 1"))
        self.assertGreater(min(sent.values()), 1000)
        markets = ["grid", "grid/street"] + [f"grid/street/home-{i}" for i in range(1, 7)]
        found = {0: 0, 1: 0}
        for market in markets:
            for settles, part in enumerate(("", "-settlement")):
                self.assertEqual(self.heading(f"gsy/{market}{part}-offers.csv"), OFFERS)
                self.assertEqual(self.heading(f"gsy/{market}{part}-bids.csv"), BIDS)
                lines = self.table(f"gsy/{market}{part}-offers.csv") + self.table(f"gsy/{market}{part}-bids.csv")
                found[settles] += len(lines)
                for line in lines:
                    late = datetime.fromisoformat(line["creation_time"]) - datetime.fromisoformat(line["slot"])
                    self.assertEqual(late.total_seconds() // 900 in range(1, 6), bool(settles), line)
        self.assertEqual(found, sent)

    def test_settlement_markets(self):
        self.lunagrid("run", os.path.join(flow.SOURCE, "examples/settlement"), "--out", "r", "--csv", "--quiet",
                      "--set", "results.orders=true")
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        self.check_settlement_orders()
        ours = self.table("r/trades-settlement.csv")
        self.assertGreater(len(ours), 10)
        for market in ("grid", "grid/street", "grid/street/home-1"):
            self.assertEqual(self.heading(f"gsy/{market}-settlement.csv"), MARKET)
            self.assertEqual(len(self.table(f"gsy/{market}-settlement.csv")), self.summary("r")["run"]["slots"])
            theirs = [(line["slot"], line["creation_time"], float(line["rate [ct./kWh]"]),
                       float(line["energy [kWh]"]), line["seller"], line["buyer"])
                      for line in self.table(f"gsy/{market}-settlement-trades.csv")]
            self.assertEqual(theirs, [(line["slot"], line["time"], round(float(line["rate_ct_per_kWh"]), 4),
                                       float(line["energy_kWh"]), line["seller"], line["buyer"])
                                      for line in ours if line["market"] == market])
            self.assertAlmostEqual(self.total(f"gsy/{market}-settlement.csv", "total energy traded [kWh]"),
                                   sum(line[3] for line in theirs), places=9)
        self.run_village()
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "without")
        self.assertFalse(os.path.exists(self.path("without/grid-settlement.csv")))

    def without_uuids(self, node):
        kept = {key: value for key, value in node.items() if key != "uuid"}
        return dict(kept, children=[self.without_uuids(child) for child in node["children"]]) \
            if "children" in node else kept

    def imported(self, scenario, *words):
        """What the run of a scenario is imported as again, and what ran; without its name, and UUIDs, which
        the setup file says of everything."""
        self.lunagrid("run", scenario, "--out", "s", "--quiet", *words)
        self.lunagrid("export", "s", "--layout", "gsy", "-o", "setup")
        self.lunagrid("import", "gsy", "setup/setup_file.json", "-o", "again.json")
        out, _ = self.lunagrid("show-config", "again.json")
        ran = json.loads(self.query("s", "SELECT scenario_json FROM runs")[0][0])
        return [{**tree, "name": "", "grid": self.without_uuids(tree["grid"])} for tree in (json.loads(out), ran)]

    def test_the_setup_file_is_imported_as_what_ran(self):
        hours = {str(hour): 0.1 * hour / 3 for hour in range(24)}
        dates = {f"2025-12-{22 + day}T{hour:02}:15": day + hour / 7 for day in range(3) for hour in range(24)}
        usual = {"update_interval": 2, "fit_to_limit": True}
        home = [
            dict(usual, name="L", type="LoadHours", avg_power_W=200, hrs_of_day=[0, 12], final_buying_rate=33.3),
            dict(usual, name="D", type="LoadProfile", daily_load_profile=hours, initial_buying_rate=1),
            dict(usual, name="S", type="PVProfile", power_profile=dates, panel_count=2),
            dict(usual, name="P", type="PV", capacity_kW=4.1, panel_count=3, use_market_maker_rate=True),
            dict(usual, name="C", type="PredefinedPV", capacity_kW=4, cloud_coverage=2),
            dict(usual, name="W", type="WindTurbine", power_profile=hours, final_selling_rate=0.1),
            dict(usual, name="M", type="SmartMeter", smart_meter_profile={"0": -100, "12": 200.5}),
            dict(usual, name="B", type="Storage", battery_capacity_kWh=5, initial_soc=40, initial_energy_origin=2,
                 losses={"charging_loss_percent": 0.05, "discharging_loss_percent": 0.02}),
            dict(usual, name="E", type="EVCharger", maximum_power_rating_kW=11, charger_type=1, charging_sessions=[
                {"plug_in_time": "2025-12-22T18:00", "duration_minutes": 300, "initial_soc_percent": 30,
                 "battery_capacity_kWh": 40}]),
            dict(usual, name="H", type="HeatPump", tank_volume_l=300, source_type=1,
                 consumption_kWh_profile=hours, source_temp_C_profile=8),
            dict(usual, name="Y", type="Electrolyzer", rated_power_kW=10, hydrogen_max_storage_kg=9,
                 hydrogen_initial_storage_kg=1, discharge_profile=0.02, conversion_factor_kg_to_kWh=49)]
        area = {"name": "Grid", "grid_fee_percentage": 2.5, "children": [
            {"name": "F", "type": "FiniteDieselGenerator", "max_available_power_kW": hours, "energy_rate": 31},
            {"name": "House", "min_offer_age": 3, "import_capacity_kVA": 12.5, "children": home},
            {"name": "Street", "grid_fee_percentage": 1, "children": [
                {"name": "House of many", "number_of_clones": 2, "children": [
                    {"name": "Load of many", "type": "LoadHours", "avg_power_W": 5, "number_of_clones": 2}]}]},
            {"name": "U", "type": "InfiniteBus", "energy_rate_profile": {"0": 30, "6": 28.1}, "energy_buy_rate": 8},
            {"name": "K", "type": "MarketMaker", "energy_rate": 35, "grid_connected": True}]}
        settings = {"basic_settings": {"sim_duration": "36h", "slot_length": "30m", "tick_length": "20s",
                                       "start_date": "2025-12-22", "random_seed": 7},
                    "advanced_settings": {
                        "MASettings": {"MARKET_TYPE": 2, "BID_OFFER_MATCH_TYPE": 2, "GRID_FEE_TYPE": 2,
                                       "MIN_OFFER_AGE": 1, "MIN_BID_AGE": 4},
                        "GeneralSettings": {"DEFAULT_FEED_IN_TARIFF": 7},
                        "SettlementMarketSettings": {"ENABLE_SETTLEMENT_MARKETS": True,
                                                     "MAX_AGE_SETTLEMENT_MARKET_HOURS": 2}}}
        self.write("theirs/area.json", json.dumps(area))
        self.write("theirs/settings.json", json.dumps(settings))
        self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json")
        again, ran = self.imported("ours.json")
        many = ran["grid"]["children"][2].pop("children")  # clones have become themselves
        unfolded = again["grid"]["children"][2].pop("children")
        self.assertEqual(len(many), 1)
        self.assertEqual([[child["name"] for child in house["children"]] for house in unfolded],
                         [["Load of many 1.1", "Load of many 1.2"], ["Load of many 2.1", "Load of many 2.2"]])
        self.assertEqual(again, ran)

    def test_matching_rules_of_plugins(self):
        types = {"attributed": 4, "mid_price": 3}
        for rule, number in types.items():
            self.run_village("--set", "market.matching=" + rule)
            _, said = self.lunagrid("export", "r", "--layout", "gsy", "-o", rule)
            _, told = self.lunagrid("import", "gsy", rule + "/setup_file.json", "-o", "again.json")
            there = self.json(rule + "/settings.json")["advanced_settings"]
            const = self.json(rule + "/aggregated_results/const_settings.json")
            for settings in (there, const):
                self.assertEqual(settings["MASettings"]["BID_OFFER_MATCH_TYPE"], number)
            again = self.json("again.json")["market"]["matching"]
            if number == 3:
                self.assertIn("settings.json says match type 3, a matching engine outside", said)
            else:
                self.assertEqual(said, "")
            self.assertEqual(again, rule)
            self.assertNotIn("match type", told)
        theirs = self.json("mid_price/settings.json")
        theirs["basic_settings"]["matching_rule"] = "mid_prize"
        self.write("mid_price/settings.json", json.dumps(theirs))
        _, told = self.lunagrid("import", "gsy", "mid_price/setup_file.json", "-o", "again.json", code=3)
        self.assertIn('did you mean "mid_price"', told)
        del theirs["basic_settings"]["matching_rule"]
        self.write("mid_price/settings.json", json.dumps(theirs))
        _, told = self.lunagrid("import", "gsy", "mid_price/setup_file.json", "-o", "again.json")
        self.assertIn('imported as market.matching = "pay_as_bid"', told)
        self.assertEqual(self.json("again.json")["market"]["matching"], "pay_as_bid")

    def test_the_setup_file_tells_what_was_when_there_is_no_word(self):
        self.write("village.lua", flow.VILLAGE.replace("avg_power_W = 800", "shape = \"household\""))
        again, _ = self.imported("village.lua")
        load, pv = again["grid"]["children"][1]["children"][0]["children"]
        slots = self.query("s", "SELECT a.name, demand_uwh, supply_uwh FROM asset_slots JOIN assets a USING (asset) "
                                "WHERE a.name IN ('Load 1', 'PV 1') ORDER BY slot")
        used, made = [row[1] / 250e3 for row in slots if row[0] == "Load 1"], [row[2] / 250e3 for row in slots
                                                                              if row[0] == "PV 1"]
        self.assertEqual((len(used), len(made)), (4, 4))
        for said, was in ((load["daily_load_profile"], used), (pv["power_profile"], made)):
            for time, watt in zip(("10:00", "10:15", "10:30", "10:45"), was):
                self.assertAlmostEqual(said["day"][time], watt)

    def test_what_cannot_be_err(self):
        _, err = self.lunagrid("export", "nowhere", code=1)
        self.assertIn("cannot read nowhere", err)
        _, err = self.lunagrid("export", "r", "--layout", "gys", code=2)
        self.assertIn('did you mean "gsy"?', err)
        self.run_village()
        self.lunagrid("export", "r")
        _, err = self.lunagrid("export", "r", code=1)
        self.assertIn("folder r/csv is not empty", err)
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "r/csv/members.csv", code=1)


if __name__ == "__main__":
    flow.main()
