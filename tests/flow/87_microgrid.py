"""Microgrids in whole runs: the story of examples/battery-home with each fault, energy that adds up over the graph, runs
that come out the same and are done again, and what a scenario is refused."""
import os
import re

import flow

STORY = os.path.join(flow.SOURCE, "examples/battery-home")

SCENARIO = """
return scenario { slots = 4, tick_seconds = 15,
  grid = area { name = "Grid", area { name = "Home",
    site_load { name = "Family", components = { %(family)s } },
    site_storage { name = "Battery", components = { %(battery)s } } } },
  microgrids = { { id = 1,
    components = { { id = 1, category = "grid_connection_point" }, { id = 2, category = "meter" },
      { id = 3, category = "meter" }, { id = 4, category = "inverter", type = "%(type)s" },
      { id = 5, category = "battery" } },
    connections = { { from = 1, to = 2 }, { from = 2, to = 3 }, { from = %(above)s, to = 4 }, { from = 4, to = 5 } },
    devices = { { driver = "%(driver)s", components = { 3 } },
      { driver = "battery_system", components = { %(device)s }, capacity_kWh = %(capacity)s } },
    faults = { { component = 4, kind = "%(fault)s", at = "00:20", seconds = 60 } } } } }
"""
FINE = dict(family="3", battery="4", type="battery", above="2", driver="household", device="4, 5", capacity="10",
            fault="late")


SCRIPT = """
local function tick(market)
  if market.slot > 0 then return end
  local inverter = microgrid.latest(4)
  if market.tick == 0 then
    print(#microgrid.components {}, microgrid.components { category = "battery" }[1].name, #microgrid.connections())
    print(inverter, microgrid.set_power(4, 1000, 900))
  elseif market.tick == 6 then
    print(inverter.values.AC_POWER_ACTIVE, inverter.states[1], microgrid.bounds(4)[1].upper)
    microgrid.limit(4, -200, 200, 300)
    microgrid.set_power(99, 1)
  elseif market.tick == 12 then
    print(inverter.values.AC_POWER_ACTIVE, select(2, pcall(microgrid.set_power, 4, 1, 5)))
  end
end
return { on_market_cycle = tick, on_tick = tick }
"""


class Microgrid(flow.Flow):
    def test_scripts_measure_and_command(self):
        self.write("mine.lua", SCRIPT)
        self.lunagrid("run", STORY, "--slots", "2", "--agent", "Home=mine.lua", "--out", "r")
        said = [row[0] for row in self.query("r", "SELECT message FROM log ORDER BY seq")]
        self.assertEqual(said[:3], ["7\tbattery\t6", "nil\ttrue", "1000.0\tCHARGING\t5000.0"])
        self.assertRegex(said[3], "^200.0\t.*it lasts 10 to 900 seconds, not 5$")
        self.assertEqual(self.query("r", "SELECT who, component, command, answer FROM microgrid_commands"),
                         [("Home", 4, "set 1000 W", "ok"), ("Home", 4, "bounds of AC_POWER_ACTIVE -200 to 200", "ok"),
                          ("Home", 99, "set 1 W", "electrical_component_id")])
        self.assertIn("all the same", self.lunagrid("verify", "r")[0])

    def test_a_worker_cannot_reach_devices_err(self):
        self.write("mine.lua", "return { on_market_cycle = function() print(microgrid.latest(4)) end }")
        self.lunagrid("run", STORY, "--slots", "1", "--agent", "Home=mine.lua", "--isolation", "worker", "--out", "r")
        said = self.query("r", "SELECT message FROM log")[0][0]
        self.assertTrue(said.startswith("nil\tno microgrid stands behind") and said.endswith("UNSUPPORTED"), said)

    def day(self, fault):
        self.lunagrid("run", STORY, "--set", f"fault={fault}", "--out", fault)
        rows = self.query(fault, "SELECT slot, planned_uwh, traded_uwh, measured_uwh FROM microgrid_assets"
                                 " JOIN assets USING (asset) WHERE name = 'Battery' ORDER BY slot")
        self.assertEqual([row[0] for row in rows], list(range(96)))
        return {row[0]: [energy / 1e9 for energy in row[1:]] for row in rows}

    def test_what_is_traded_flows(self):
        battery = self.day("none")
        self.assertGreater(sum(row[1] for row in battery.values() if row[1] > 0), 8)  # it was filled by the sun
        for slot, (planned, traded, measured) in battery.items():
            self.assertEqual(planned, traded)
            self.assertAlmostEqual(traded, measured, delta=0.1, msg=f"slot {slot}")
        rows = self.query("none", "SELECT component, sum(consumed_Wh - delivered_Wh), min(samples), max(bad_samples)"
                                  " FROM microgrid_components GROUP BY component")
        net = {row[0]: row[1] for row in rows}
        self.assertEqual({row[2:] for row in rows}, {(900, 0)})
        self.assertAlmostEqual(net[2], net[3] + net[4] + net[6] + net[7], delta=0.01)
        self.assertEqual(net[1], net[2])
        self.assertLess(net[4] - net[5], 1500)  # what the inverter loses
        self.assertGreater(net[4] - net[5], 100)
        deviation = self.query("none", "SELECT sum(cost_uct) FROM microgrid_assets")[0][0]
        self.assertAlmostEqual(self.summary("none")["microgrids"]["deviation_EUR"], deviation / 1e8, places=7)

    def test_faults_are_seen_as_the_story_says(self):
        silent, stuck, refusing, trip = (self.day(fault) for fault in ("silent", "stuck", "refusing", "trip"))
        self.assertEqual([silent[slot][1] for slot in (73, 74, 75)], [0, 0, 0])  # nothing is promised
        self.assertLess(silent[75][2], -1)  # the counter has what flowed unseen
        self.assertLess(silent[76][1], 0)
        self.assertLess(stuck[73][1], -1)
        self.assertEqual(stuck[73][2], 0)
        self.assertLess(stuck[75][2], -2)
        self.assertAlmostEqual(refusing[72][1], refusing[72][2], delta=0.1)
        self.assertEqual(refusing[73][2], 0)
        self.assertEqual([trip[slot][1] for slot in range(73, 96)], [0] * 23)

    def test_the_same_run_again(self):
        first, _ = self.lunagrid("run", STORY, "--slots", "8", "--out", "a")
        second, _ = self.lunagrid("run", STORY, "--slots", "8", "--out", "b")
        hashes = [re.search(r"run hash +(\w+)", out).group(1) for out in (first, second)]
        self.assertEqual(hashes[0], hashes[1])
        other, _ = self.lunagrid("run", STORY, "--slots", "8", "--seed", "6", "--out", "c")
        self.assertNotIn(hashes[0], other)
        out, _ = self.lunagrid("verify", "a")
        self.assertIn("all the same", out)

    def check(self, **changes):
        self.write("t.lua", SCENARIO % {**FINE, **changes})
        return "".join(self.lunagrid("check", "t.lua", code=3 if changes else 0))

    def test_what_cannot_be_err(self):
        self.assertIn("0 errors", self.check())
        for changes, words in (
            (dict(family="9"), "Family.components: microgrid 1 has no component 9"),
            (dict(family="3, 3"), "component 3 measures energy that component 3"),
            (dict(family=", ".join(["3"] * 65)), "65 components stand behind it, at most 64 can"),
            (dict(family="2"), "component 4 measures energy that component 2 of \"Family\" measures too"),
            (dict(battery="5"), "component 5 (battery) cannot stand behind it"),
            (dict(type="pv"), "battery_system needs a component"),
            (dict(above="3", battery="4"), "measures too: it would be traded twice"),
            (dict(driver="houshold"), "no plugin drives devices called \"houshold\"; did you mean \"household\"?"),
            (dict(device="4"), "battery_system needs a component that is: battery"),
            (dict(capacity="-1"), "capacity_kWh"),
            (dict(fault="slow"), "expected one of none, silent, stuck"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.check(**changes))

    def test_a_device_without_a_driver_err(self):
        self.write("t.lua", (SCENARIO % FINE).replace('driver = "household", ', ""))
        self.assertIn("devices[1].driver: is missing", "".join(self.lunagrid("check", "t.lua", code=3)))

    def test_who_has_the_battery_commands_it_err(self):
        self.write("mine.lua", "return { on_market_cycle = function() print(microgrid.set_power(4, 1000, 60)) end }\n")
        for name, words in (("Family", "FOREIGN"), ("Battery", "true")):
            agent = f'agents = {{ agent {{ name = "{name}", script = "mine.lua" }} }}, grid ='
            self.write("t.lua", (SCENARIO % FINE).replace("grid =", agent))
            self.assertIn(words, "".join(self.lunagrid("run", "t.lua", "--slots", "1", "--out", "r")))

    def test_no_store_holds_more_than_it_can(self):
        """A battery that is slower to change its mind than to fill."""
        fast = (SCENARIO % FINE).replace("capacity_kWh = 10", "capacity_kWh = 1, ramp_kW_per_s = 0.01")
        self.write("t.lua", fast.replace("grid =", 'agents = { agent { name = "Battery", script = "mine.lua" } }, grid ='))
        self.write("mine.lua", "return { on_tick = function(m)\n"
                   "  microgrid.set_power(4, m.slot < 2 and 5000 or -5000, 900)\nend }\n")
        self.lunagrid("run", "t.lua", "--out", "r")
        rows = self.query("r", "SELECT soc_percent FROM microgrid_components WHERE component = 5")
        self.assertEqual(len(rows), 4)
        for soc, in rows:
            self.assertTrue(0 <= soc <= 100, soc)

    def test_real_equipment_is_not_opened_and_that_is_said(self):
        if "  modbus: devices" not in self.lunagrid("plugins")[0]:
            self.skipTest("built without libmodbus: there is no driver of real equipment")
        self.write("t.lua", (SCENARIO % FINE).replace('driver = "household"', 'driver = "modbus", address = "127.0.0.1"'))
        words = 'devices[1].driver: "modbus" reaches real equipment, and no run opens such devices yet'
        self.assertIn(words, "".join(self.lunagrid("check", "t.lua")))
        self.assertIn(words, "".join(self.lunagrid("run", "t.lua", "--out", "r", "--quiet")))


if __name__ == "__main__":
    flow.main()
