"""`import gsy`: a scenario of the gsy-e exchange as a file of ours, and run as it is."""
import json
import os
import shlex

import flow

AREA = {
    "name": "Grid", "grid_fee_constant": 2, "children": [
        {"name": "House", "children": [
            {"name": "Load", "type": "LoadProfile", "daily_load_profile": "load.csv", "final_buying_rate": 40,
             "allow_external_connection": True},
            {"name": "PV", "type": "PV", "capacity_kW": 3}]},
        {"name": "Utility", "type": "InfiniteBus", "energy_sell_rate": 30, "energy_buy_rate": 8}]}
SETTINGS = {"basic_settings": {"sim_duration": "24h", "slot_length": "15m", "tick_length": "15s",
                               "start_date": "2025-12-22"},
            "advanced_settings": {"MASettings": {"MARKET_TYPE": 2}}}


class Import(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("theirs/area.json", json.dumps(AREA))
        self.write("theirs/settings.json", json.dumps(SETTINGS))
        self.write("theirs/load.csv", "INTERVAL;POWER(W)\n" + "".join(
            f"{hour:02}:00;{100 + 20 * hour}\n" for hour in range(24)))

    def test_imported_and_run_as_it_is_give_the_same(self):
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json")
        self.assertIn("allow_external_connection (1)", err)
        self.lunagrid("run", "ours.json", "--out", "a", "--quiet", "--csv")
        _, err = self.lunagrid("run", "theirs/area.json", "--out", "b", "--quiet", "--csv")
        self.assertIn("theirs/settings.json", err)
        self.assertEqual(self.read("a/trades.csv"), self.read("b/trades.csv"))
        self.assertGreater(len(self.read("a/trades.csv").splitlines()), 96)

    def test_the_story(self):
        """Every command of examples/from-gsy does what its page says; nothing of it is unknown to the import."""
        os.symlink(os.path.join(flow.SOURCE, "examples"), self.path("examples"))
        with open(self.path("examples/from-gsy/README.md"), encoding="utf-8") as file:
            commands = [line.split("#")[0].strip() for line in file if line.startswith("    lunagrid ")]
        self.assertEqual(len(commands), 9)
        for command in commands:
            _, err = self.lunagrid(*shlex.split(command)[1:])
            self.assertNotIn("not known", err)
        theirs, ours = (sum(member["saving_EUR"] for member in self.summary("runs/" + name)["members"])
                        for name in ("theirs", "ours"))
        self.assertGreater(theirs, 1)
        self.assertNotEqual(theirs, ours)
        self.assertTrue(os.path.exists(self.path("runs/theirs-gsy/grid/community/house-1/house-1-pv.csv")))

    def test_cars_and_heat_pumps_and_electrolyzers_run(self):
        area = json.loads(json.dumps(AREA))
        area["children"][0]["children"] += [
            {"name": "Car", "type": "EVCharger", "maximum_power_rating_kW": 11, "final_buying_rate": 60,
             "charging_sessions": [{"plug_in_time": "2025-12-22T18:00", "duration_minutes": 300,
                                    "initial_soc_percent": 30, "battery_capacity_kWh": 40}]},
            {"name": "Pump", "type": "HeatPump", "tank_volume_l": 300, "source_type": 1, "final_buying_rate": 60,
             "consumption_kWh_profile": {str(hour): 0.2 for hour in range(24)}, "source_temp_C_profile": 8},
            {"name": "Plant", "type": "Electrolyzer", "rated_power_kW": 10, "discharge_profile": 0.02,
             "final_buying_rate": 60}]
        self.write("theirs/area.json", json.dumps(area))
        self.lunagrid("run", "theirs/area.json", "--out", "r", "--quiet")
        rows = dict(self.query("r", "SELECT asset, round(demand_kWh, 6) || ' ' || unserved_kWh FROM accounts_view"
                                    " WHERE type IN ('ev_charger', 'electrolyzer')"))
        # the car is filled: 70 % of 40 kWh at an efficiency of 0.9; the plant takes 0.02 kg a slot at 50 kWh/kg
        self.assertEqual(rows, {"Car": "31.111111 0.0", "Plant": "96.0 0.0"})
        pump = self.query("r", "SELECT bought_kWh, unserved_kWh FROM accounts_view WHERE asset = 'Pump'")[0]
        self.assertAlmostEqual(pump[0], 96 * 0.2, delta=1)
        self.assertEqual(pump[1], 0)

    def test_virtual_heat_pumps_and_those_with_several_tanks_run(self):
        area = json.loads(json.dumps(AREA))
        area["children"][0]["children"] += [
            {"name": "Virtual", "type": "VirtualHeatpump", "final_buying_rate": 60, "preferred_buying_rate": 0,
             "dh_water_flow_m3_profile": {"00:00": 0.005, "12:00": 0.01}, "water_supply_temp_C_profile": 60,
             "water_return_temp_C_profile": 40, "source_temp_C_profile": 10, "calibration_coefficient": None},
            {"name": "Tanks", "strategy": {"type": "MultipleTankHeatPumpStrategy", "kwargs": {
                "consumption_kWh_profile": 0.1, "source_temp_C_profile": 10, "final_buying_rate": 60,
                "preferred_buying_rate": 0, "tank_parameters": [
                    {"tank_volume_l": 100, "min_temp_C": 40, "max_temp_C": 60, "initial_temp_C": 40},
                    {"tank_volume_l": 50, "min_temp_C": 60, "max_temp_C": 75, "initial_temp_C": 60, "latent_kWh": 1,
                     "melting_temp_C": 70}],
                "cop_factor": 0.9, "cop_points": [{"difference_K": 30, "cop": 4}, {"difference_K": 60, "cop": 2.5}]}}}]
        self.write("theirs/area.json", json.dumps(area))
        self.lunagrid("run", "theirs/area.json", "--out", "r", "--quiet", "--csv")
        rows = {row[0]: row[1:] for row in self.query(
            "r", "SELECT asset, bought_kWh, unserved_kWh FROM accounts_view WHERE type = 'heat_pump'")}
        # 48 slots of 5 l and 48 of 10 l, cooled by 20 K, at COP 3.28 of a tank at its minimum
        heat = 48 * 15 * 4.186 * 20 / 3600
        self.assertAlmostEqual(rows["Virtual"][0], heat / 3.28, delta=0.02)
        self.assertAlmostEqual(rows["Tanks"][0], 96 * 0.1, delta=0.02)
        self.assertEqual([row[1] for row in rows.values()], [0, 0])
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "gsy")
        self.lunagrid("run", "gsy/setup_file.json", "--out", "again", "--quiet", "--csv")
        self.assertEqual(self.read("again/trades.csv"), self.read("r/trades.csv"))
        tanks = [child for child in json.loads(self.read("gsy/setup_file.json"))["children"][0]["children"] if child["name"] == "Tanks"]
        self.assertEqual(tanks[0]["cop_points"][1], {"difference_K": 60, "cop": 2.5})
        self.assertEqual(tanks[0]["tank_parameters"][1]["latent_kWh"], 1)

    def test_crumbs_below_the_tolerance_are_not_sent(self):
        self.write("crumbs.lua", """
            return scenario { name = "crumbs", slots = 2, market = { compat = "gsy-e" }, grid = area { name = "Grid",
              infinite_bus { name = "Utility", energy_sell_rate = 20, energy_buy_rate = 8 },
              area { name = "Home", load { name = "L", avg_power_W = 0.08, update_interval = 5 } } } }""")
        _, err = self.lunagrid("run", "crumbs.lua", "--out", "r")  # 2e-05 kWh a slot
        self.assertNotIn("refused", err)
        self.assertEqual(self.query("r", "SELECT count(*) FROM log WHERE message LIKE '%refused%'"), [(0,)])

    def test_without_compat_a_car_is_one_of_ours(self):
        area = json.loads(json.dumps(AREA))
        car = {"name": "Car", "maximum_power_rating_kW": 11}
        area["children"][0]["children"] = [
            dict(car, type="EVCharger", charging_sessions=[{"plug_in_time": "2025-12-22T18:00", "duration_minutes": 300,
                                                            "initial_soc_percent": 30, "battery_capacity_kWh": 40}])]
        self.write("theirs/area.json", json.dumps(area))
        bought = {}
        for compat in ("gsy-e", "none"):
            self.lunagrid("run", "theirs/area.json", "--out", "r", "--quiet", "--set", "market.compat=" + compat)
            bought[compat] = self.query("r", "SELECT bought_kWh FROM accounts_view WHERE asset = 'Car'")[0][0]
        # the utility asks 30 and the market 2: above the 24.9 of that exchange's chargers, below what ours pay at last
        self.assertEqual(bought["gsy-e"], 0)
        self.assertGreater(bought["none"], 10)

    def test_a_time_that_is_there_twice(self):
        area = {"name": "Grid", "children": [{"name": "House", "children": [
            {"name": "L", "type": "LoadProfile", "daily_load_profile": {"00:00": 100, "0:00": 200, "12:00": 50}}]}]}
        self.write("theirs/area.json", json.dumps(area))
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json")
        self.assertIn('"0:00" is a time that has a value already; the later one counts', err)
        self.assertEqual(err.count("has a value already"), 1)

    def test_no_market_is_a_utility_in_every_home(self):
        house = {"name": "House 1", "grid_fee_constant": 1, "children": [
            {"name": "L", "type": "LoadHours", "avg_power_W": 300, "initial_buying_rate": 32, "final_buying_rate": 32},
            {"name": "PV", "type": "PV", "capacity_kW": 2, "initial_selling_rate": 31.5}]}
        other = {"name": "House 2", "children": [
            {"name": "M", "type": "LoadHours", "avg_power_W": 100, "initial_buying_rate": 29, "final_buying_rate": 29}]}
        self.write("theirs/area.json", json.dumps({"name": "Grid", "grid_fee_constant": 0.5, "children": [
            {"name": "C", "grid_fee_constant": 2, "children": [house, other]},
            {"name": "DSO", "type": "InfiniteBus", "energy_sell_rate": 30, "energy_buy_rate": 10}]}))
        self.write("theirs/settings.json", json.dumps({"market_type": 0, "slot_length_min": 60, "duration_h": 24}))
        _, err = self.lunagrid("run", "theirs/area.json", "--out", "r", "--quiet")
        self.assertNotIn("never meet", err)
        trades = self.query("r", "SELECT a.name, s.name, b.name, t.rate_uct / 1e6, count(*), sum(t.energy_uwh) / 1e9"
                                 " FROM trades t JOIN areas a ON a.area = t.market JOIN assets s ON s.asset = t.seller"
                                 " JOIN assets b ON b.asset = t.buyer GROUP BY 1, 2, 3, 4")
        # 30 + 1 of the home's own fee is below 32, and nobody's 29: the fees of C and Grid do not count, and no order
        # goes there. The bus is dearest at first and so serves the load; panels go down to 10 + 1
        rates = {(row[0], row[1], row[2]): row[3:] for row in trades}
        self.assertEqual({row[0] for row in trades}, {"House 1"})
        self.assertEqual(rates["House 1", "House 1 utility", "L"], (32, 24, 7.2))
        self.assertAlmostEqual(rates["House 1", "PV", "House 1 utility"][0], 10)
        kpi = self.query("r", "SELECT self_sufficiency, self_consumption FROM kpis JOIN areas USING (area)"
                              " WHERE name = 'House 1'")
        self.assertEqual(kpi, [(1, 1)])  # the bus below is a producer of the home, and one of its consumers (13.4)

    def test_the_ramp_of_the_reference(self):
        self.write("theirs/area.json", json.dumps({"name": "Grid", "children": [
            {"name": "H", "children": [{"name": "P", "type": "PVProfile", "power_profile": 1000}]}]}))
        self.write("theirs/settings.json", json.dumps({"market_type": 2, "duration_h": 0.25}))
        self.lunagrid("run", "theirs/area.json", "--out", "r", "--quiet", "--set", "results.orders=true")
        orders = self.query("r", "SELECT tick, rate_uct FROM orders ORDER BY seq")
        # 18: initial 30, final 0, 15-min slot, 1-min updates: 30, 27.857, 25.714, ..., 0 at minute 14
        self.assertEqual([tick // 4 for tick, _ in orders], list(range(15)))
        self.assertEqual([round(rate / 1e6, 3) for _, rate in orders][:3], [30, 27.857, 25.714])
        for minute, (_, rate) in enumerate(orders):
            self.assertAlmostEqual(rate / 1e6, 30 - 30 / 14 * minute, delta=1e-6)
        self.assertEqual(orders[-1], (56, 0))

    def test_a_curve_of_the_exchange_lies_at_the_scenario(self):
        self.write("theirs/area.json", json.dumps({"name": "Grid", "children": [
            {"name": "P", "type": "PredefinedPV", "capacity_kW": 2}]}))
        self.write("Solar_Curve_W_sunny.csv", "00:00,0\n12:00,500\n13:00,0\n")  # of somebody else
        out, err = self.lunagrid("import", "gsy", "theirs/area.json")
        self.assertIn('"model": "predefined"', out)
        self.assertIn("the curves are lunagrid's own", err)
        os.rename(self.path("Solar_Curve_W_sunny.csv"), self.path("theirs/Solar_Curve_W_sunny.csv"))
        out, err = self.lunagrid("import", "gsy", "theirs/area.json")
        self.assertIn('"model": "profile"', out)
        self.assertIn("found at the scenario", err)

    def test_the_file_reads_back_as_itself(self):
        out, _ = self.lunagrid("import", "gsy", "theirs/area.json")
        self.assertEqual(json.loads(out)["market"]["compat"], "gsy-e")
        self.write("ours.json", out)
        self.lunagrid("check", "ours.json")
        self.lunagrid("import", "gsy", "ours.json", code=3)

    def test_settings_may_lie_elsewhere(self):
        self.write("other.json", json.dumps({"market_type": 1, "duration_h": 2}))
        out, _ = self.lunagrid("import", "gsy", "theirs/area.json", "--settings", "other.json")
        self.assertEqual(json.loads(out)["slots"], 8)
        self.assertEqual(json.loads(out)["market"]["kind"], "one_sided")
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "--settings", "nowhere.json", code=3)
        self.assertIn("nowhere.json", err)

    def test_what_is_not_supported_err(self):
        self.write("bad.json", json.dumps({"name": "Grid", "children": [{"name": "X", "type": "ForwardPV"}]}))
        out, err = self.lunagrid("import", "gsy", "bad.json", "-o", "ours.json", code=3)
        self.assertIn("ForwardPV is not supported yet", err)
        self.assertEqual(out, "")
        with self.assertRaises(FileNotFoundError):
            self.read("ours.json")

    def test_what_a_device_refuses_is_told_at_its_line_err(self):
        cases = {
            "reserve": ({"type": "Storage", "initial_soc": 5, "min_allowed_soc": 20}, "storage: initial_soc"),
            "load": ({"type": "LoadProfile"}, "load: "),
            "kwargs": ({"strategy": {"type": "LoadHoursStrategy"}}, "load: "),
            "hours": ({"type": "LoadHours", "avg_power_W": 100, "hrs_of_day": []}, "hrs_of_day"),
            "rates": ({"type": "InfiniteBus", "energy_sell_rate": 30, "energy_rate_profile": {"0": 20, "12": 30}},
                      "infinite_bus: "),
            "cars": ({"type": "EVCharger", "charging_sessions": []}, "sessions"),
        }
        for name, (asset, said) in cases.items():
            with self.subTest(name):
                leaf = json.dumps(dict(asset, name="X"))
                self.write("bad.json", '{"name": "Grid", "children": [\n{"name": "H", "number_of_clones": 2,\n'
                           f'"children": [\n{leaf}]}},\n{{"name": "L", "type": "LoadHours", "avg_power_W": 1}}]}}')
                out, err = self.lunagrid("import", "gsy", "bad.json", "-o", "ours.json", code=3)
                self.assertRegex(err, f"(?m)^bad.json:4: X.*{said}")
                with self.assertRaises(FileNotFoundError):
                    self.read("ours.json")

    def test_an_existing_file_stays_until_the_new_one_is_whole_err(self):
        self.write("ours.json", "good")
        os.mkdir(self.path("ours.json.part"))
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json", code=1)
        self.assertIn("ours.json: Is a directory", err)
        self.assertEqual(self.read("ours.json"), "good")
        os.rmdir(self.path("ours.json.part"))
        self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json")
        self.assertEqual(json.loads(self.read("ours.json"))["market"]["compat"], "gsy-e")
        self.assertEqual([name for name in os.listdir(self.folder) if name.endswith(".part")], [])

    def test_a_file_is_not_written_over_itself_err(self):
        before = self.read("theirs/area.json")
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "-o", "./theirs/area.json", code=2)
        self.assertEqual(err, "lunagrid: ./theirs/area.json: is what is imported; give another name\n")
        self.assertEqual(self.read("theirs/area.json"), before)
        self.lunagrid("import", "gsy", "theirs/area.json", "--settings", "theirs/settings.json",
                      "-o", "theirs/settings.json", code=2)

    def test_words_err(self):
        _, err = self.lunagrid("import", "gys", "theirs/area.json", code=2)
        self.assertIn('did you mean "gsy"?', err)
        self.lunagrid("import", "gsy", code=2)
        self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.lua", code=2)


if __name__ == "__main__":
    flow.main()
