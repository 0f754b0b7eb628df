"""Meters, wind, skies and generators as a user meets them: the story `meters`, and the same kinds imported."""
import json
import os
import sqlite3

import flow

METERS = os.path.join(flow.SOURCE, "examples", "meters")
AREA = {
    "name": "Grid", "children": [
        {"name": "House", "children": [
            {"name": "Meter", "type": "SmartMeter", "smart_meter_profile": {"0": 400, "12": -900}},
            {"name": "Load", "type": "LoadHours", "avg_power_W": 300, "final_buying_rate": {"0": 31, "12": 35}}]},
        {"name": "Wind", "type": "WindTurbine", "power_profile": 500},
        {"name": "Sky", "type": "PredefinedPV", "cloud_coverage": 2, "capacity_kW": 2},
        {"name": "Diesel", "type": "FiniteDieselGenerator", "max_available_power_kW": 0.2, "energy_rate": 12}]}
SETTINGS = {"market_type": 2, "slot_length_min": 15, "tick_length_s": 15, "duration_h": 24}


class Assets(flow.Flow):
    def query(self, sql):
        with sqlite3.connect(self.path("r/run.sqlite")) as database:
            return database.execute(sql).fetchall()

    def test_the_story(self):
        self.lunagrid("run", METERS, "--out", "r", "--quiet")
        roles = dict(self.query("SELECT name, role FROM assets"))
        self.assertEqual(roles["House 1 meter"], "prosumer")
        self.assertEqual(roles["Wind turbine"], "producer")
        members = {m["name"]: m for m in self.summary("r")["members"]}
        self.assertEqual(len(members), 7)
        self.assertEqual(sum(m["unserved_kWh"] for m in members.values()), 0)
        for number in range(1, 7):
            self.assertGreater(members[f"House {number}"]["saving_EUR"], 0)
        # House 4: 410 W; per hour of the day 0.7 (00-06, 09-17, 22-24), 1.6 (06-09), 2.4 (17-22) of it, less the roof.
        meter = dict(self.query("SELECT name, demand_uwh / 1e9 FROM accounts JOIN assets USING (asset)"))
        self.assertAlmostEqual(meter["House 1 meter"], 0.29 * (0.7 * 16 + 1.6 * 3 + 2.4 * 5), 6)

    def test_a_rate_over_the_day_decides_when_it_runs(self):
        self.lunagrid("run", METERS, "--out", "r", "--quiet")
        hours = [row[0] for row in self.query(
            "SELECT DISTINCT slot / 4 FROM trades JOIN assets ON asset = seller WHERE name = 'Generator' ORDER BY 1")]
        self.assertTrue(hours and set(hours) <= {17, 18, 19, 20}, hours)
        self.lunagrid("run", METERS, "--out", "r", "--quiet", "--set", "grid.Village.Generator.energy_rate=5")
        hours = self.query(
            "SELECT count(DISTINCT slot / 4) FROM trades JOIN assets ON asset = seller WHERE name = 'Generator'")
        self.assertGreater(hours[0][0], 6)

    def test_what_is_resolved_is_the_same_scenario(self):
        out, _ = self.lunagrid("show-config", METERS)
        self.write("again.json", out)
        self.lunagrid("run", METERS, "--out", "a", "--quiet")
        self.lunagrid("run", "again.json", "--out", "b", "--quiet")
        self.assertEqual(self.summary("a")["totals"], self.summary("b")["totals"])
        self.assertEqual(self.summary("a")["run"]["digest"], self.summary("b")["run"]["digest"])

    def run_imported(self):
        self.write("theirs/area.json", json.dumps(AREA))
        self.write("theirs/settings.json", json.dumps(SETTINGS))
        _, err = self.lunagrid("import", "gsy", "theirs/area.json", "-o", "ours.json")
        self.assertIn("1 asset of PredefinedPV or PredefinedWind: the curves are lunagrid's own", err)
        return json.loads(self.read("ours.json"))

    def kpi(self):
        row = self.query("SELECT produced_uwh, demanded_uwh FROM kpis JOIN areas USING (area) WHERE name = 'Grid'")
        return [round(value / 1e9, 3) for value in row[0]]

    def test_indicators_leave_out_what_the_exchange_leaves_out(self):
        ours = self.run_imported()
        self.lunagrid("run", "ours.json", "--out", "r", "--quiet")
        theirs = self.kpi()
        sold = dict(self.query("SELECT name, round(sold_uwh / 1e9, 3) FROM accounts JOIN assets USING (asset)"))
        # the load's 7.2 kWh alone, its last slot not yet counted, as there
        self.assertEqual(theirs, [round(sold["Sky"] + sold["Diesel"], 3), 7.125])
        ours["market"]["compat"] = "none"
        self.write("ours.json", json.dumps(ours))
        self.lunagrid("run", "ours.json", "--out", "r", "--quiet")
        sold = dict(self.query("SELECT name, round(sold_uwh / 1e9, 3) FROM accounts JOIN assets USING (asset)"))
        produced = sum(sold[name] for name in ("Sky", "Diesel", "Wind", "Meter"))
        self.assertGreater(sold["Wind"], 0)
        self.assertEqual(self.kpi(), [round(produced, 3), 12.0])

    def test_a_meter_without_a_profile_err(self):
        self.write("bad.lua", "return scenario { grid = area { name = 'G', smart_meter { name = 'M',\n"
                              "  smart_meter_profil = 3 } } }\n")
        out, _ = self.lunagrid("check", "bad.lua", code=3)
        self.assertIn('bad.lua:2: M.smart_meter_profil: unknown key; did you mean "smart_meter_profile"?', out)


if __name__ == "__main__":
    flow.main()
