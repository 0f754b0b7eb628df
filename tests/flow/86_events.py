"""Scheduled events and the run without a market, as a user has them: islands, outages, changes of devices, of
rates and of scripts, in the report, in run.sqlite, in scripts and in `check`."""
import os
import sqlite3

import flow

# A flat load, a panel-free neighbour with a battery, a utility: two hours from midnight, slots of 15 minutes.
STREET = """
return scenario {
  name = "street", seed = 5, start = "2024-06-03T00:00Z", slots = 8, market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area { name = "Street", grid_fee_constant = 1,
      area { name = "Home 1", load { name = "Load 1", avg_power_W = 800, use_market_maker_rate = true } },
      area { name = "Home 2", storage { name = "Battery 2", battery_capacity_kWh = 4, initial_soc = 10 } } } },
  %s }
"""

# Asserts what a script can see of the cut, and counts what it is told.
WITNESS = """
local told = {}
local function look(info)
  local home = grid.market("Home 1")
  local cut = info.slot >= 2 and info.slot < 4
  assert(grid.market("Street").connected == not cut)
  assert(home.connected and home.enabled == (info.slot < 6) and grid.tree.connected)
  assert(grid.asset("Load 1").enabled == home.enabled and grid.asset("Load 1").connected)
  assert(home.enabled or grid.asset("Load 1").energy_requirement_kWh == 0)
  if not home.enabled or grid.asset("Load 1").energy_requirement_kWh > 0.05 then
    grid.batch:bid_energy_rate { asset = "Load 1", energy = 0.1, rate = 35, replace_existing = true }
  end
end
return {
  on_market_cycle = look, on_tick = look,
  on_event_or_response = function(m)
    if m.event == "refused" then
      told[#told + 1] = m.code .. ":" .. m.error_message
    else
      told[#told + 1] = m.event .. " " .. m.target .. " " .. m.name .. (m.detail or "")
      assert(m.target == "agent" or m.area_uuid == grid.find(m.name).uuid)
    end
  end,
  on_finish = function() for i = 1, 4 do print(told[i]) end end,
}
"""


class Events(flow.Flow):
    def run_street(self, rest, *words):
        self.write("street.lua", STREET % rest)
        out, err = self.lunagrid("run", "street.lua", "--out", "r", *words)
        return out + err

    def rows(self, sql, folder="r"):
        database = sqlite3.connect(os.path.join(self.folder, folder, "run.sqlite"))
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def bought(self):
        """kWh of Load 1, slot by slot."""
        sums = dict(self.rows("SELECT slot, sum(energy_kWh) FROM trades_view WHERE buyer = 'Load 1' GROUP BY slot"))
        return [round(sums.get(slot, 0), 6) for slot in range(8)]

    def test_an_island_has_no_utility(self):
        out = self.run_street('events = { disconnect { "Street", from = "00:30", to = "1:00" } }')
        self.assertIn("2 events: 00:30 disconnect Street, 01:00 connect Street", out)
        self.assertEqual(self.bought(), [.2, .2, 0, 0, .2, .2, .2, .2])
        self.assertEqual(self.rows("SELECT slot, slot_start, kind, target, name, detail FROM events_view"),
                         [(2, "2024-06-03T00:30:00+00:00", "disconnect", "area", "Street", ""),
                          (4, "2024-06-03T01:00:00+00:00", "connect", "area", "Street", "")])
        home = self.summary("r")["members"][0]
        self.assertAlmostEqual(home["unserved_kWh"], 0.4, places=9)
        # 1.2 kWh at 30 + 5, 0.4 kWh at 30 + 5 + 5
        self.assertAlmostEqual(home["bill_EUR"], 1.2 * 0.35 + 0.4 * 0.40, places=7)

    def test_disabled_areas_and_assets(self):
        self.run_street('events = { disable { "Street", at = "00:30" }, enable { "Street", at = "00:45" },'
                        ' disable { "Load 1", from = "01:10", to = "01:30" } }')
        self.assertEqual(self.bought(), [.2, .2, 0, .2, .2, 0, .2, .2])
        self.assertEqual(self.rows("SELECT kind, target, name FROM events_view"),
                         [("disable", "area", "Street"), ("enable", "area", "Street"),
                          ("disable", "asset", "Load 1"), ("enable", "asset", "Load 1")])

    def test_scripts_see_and_hear_it(self):
        self.write("witness.lua", WITNESS)
        out = self.run_street('events = { disconnect { "Street", from = "00:30", to = "1:00" },'
                              ' disable { "Home 1", at = "01:30" } }', "--agent", "Home 1=witness.lua")
        self.assertIn("Home 1: disconnect area Street\nHome 1: connect area Street\n"
                      "Home 1: disable area Home 1\n"
                      "Home 1: ENERGY:bid_energy_rate on \"Load 1\" refused: \"Load 1\" is disabled by an event of "
                      "the scenario\n", out)

    def test_devices_rates_and_fees_change(self):
        # 1.6 kW from 00:30 on; a limit below the utility's from 01:00 on; the street's fee of 3 ct at 01:30.
        self.run_street('events = { change { "Load 1", at = "00:30", params = { avg_power_W = 1600 } },'
                        ' change { "Home 1", at = "01:00", params = { use_market_maker_rate = false,'
                        ' final_buying_rate = 34 } },'
                        ' change { "Street", "Load 1", at = "01:30",'
                        ' params = { grid_fee_constant = 3, final_buying_rate = 37 } } }')
        self.assertEqual(self.bought(), [.2, .2, .4, .4, 0, 0, .4, .4])
        self.assertEqual(self.rows("SELECT DISTINCT slot, rate_ct_per_kWh FROM trades_view"),
                         [(0, 35), (1, 35), (2, 35), (3, 35), (6, 37), (7, 37)])
        self.assertEqual([row[0] for row in self.rows("SELECT detail FROM events_view")],
                         ["avg_power_W = 1600", "final_buying_rate = 34, use_market_maker_rate = false",
                          "final_buying_rate = 37, grid_fee_constant = 3",
                          "final_buying_rate = 37, grid_fee_constant = 3"])

    def test_clouds_come_over_a_subtree(self):
        # The same predefined day twice; on the second clouds come over all panels below the grid.
        self.write("sun.lua", """return scenario { name = "sun", start = "2024-06-03T00:00Z", days = 2,
          grid = area { name = "Grid", infinite_bus { name = "Utility", energy_buy_rate = 8 },
            area { name = "Home", pv { name = "PV", capacity_kW = 5, model = "predefined" } } },
          events = { change { "Grid", at = "2024-06-04T00:00Z", params = { cloud_coverage = "cloudy" } } } }""")
        self.lunagrid("run", "sun.lua", "--out", "r", "--quiet")
        sunny, cloudy = (row[0] for row in self.rows(
            "SELECT sum(energy_kWh) FROM trades_view GROUP BY slot / 96 ORDER BY slot / 96"))
        self.assertLess(cloudy, 0.8 * sunny)
        self.assertEqual(self.rows("SELECT name, detail FROM events_view"), [("Grid", "cloud_coverage = cloudy")])

    def test_another_script_takes_over(self):
        for name in ("one", "two"):
            self.write(name + ".lua", f"""return {{
              on_start = function() print("start", params.x or 0) end,
              on_market_cycle = function(info) print("{name}", info.slot, info.changes) end,
              on_finish = function() print("finish") end }}""")
        out = self.run_street('agents = { agent { name = "Home 1", script = "one.lua" } },'
                              ' events = { change { "Home 1", at = "01:15", script = "two.lua", params = { x = 7 } } }')
        lines = [line[8:] for line in out.splitlines() if line.startswith("Home 1: ")]
        self.assertEqual(lines, ["start\t0"] + [f"one\t{i}\t0" for i in range(5)] + ["finish", "start\t7"] +
                         [f"two\t{i}\t1" for i in range(5, 8)] + ["finish"])
        self.assertIn(("Home 1", "two.lua"), self.rows("SELECT name, script FROM agents"))

    def test_events_are_in_the_hash(self):
        hashes = set()
        self.write("idle.lua", "return { on_start = function() end }")
        for rest in ('', 'events = { disable { "Battery 2", at = "00:30" } }',
                     'events = { disable { "Battery 2", at = "00:45" } }'):
            self.run_street(rest, "--agent", "Home 2=idle.lua", "--quiet")
            hashes.add(self.summary("r")["run"]["digest"])
            shown, _ = self.lunagrid("show-config", "street.lua", "--agent", "Home 2=idle.lua")
            self.write("again.json", shown)
            self.lunagrid("run", "again.json", "--out", "again", "--quiet")
            self.assertEqual(self.summary("again")["run"]["digest"], self.summary("r")["run"]["digest"])
        self.assertEqual(len(hashes), 3)

    def test_check_tells_what_cannot_be_err(self):
        self.write("street.lua", STREET % """events = {
          disable { "Hom 1", at = "00:30" },
          disable { "Home 1", from = "12:00", to = "13:00" },
          change { "Battery 2", at = "00:30", params = { capacity_kW = 2 } } }""")
        out, _ = self.lunagrid("check", "street.lua", code=3)
        self.assertIn('street.lua:10: disable.targets: there is no area or asset "Hom 1"; did you mean "Home 1"?', out)
        self.assertIn('street.lua:11: warning: disable.from: no slot of the run starts in "12:00" to "13:00"', out)
        self.assertIn("street.lua:12: change.capacity_kW: no target has such an option", out)
        self.write("street.lua", STREET % """events = {
          change { "Load 1", at = "00:30", params = { annual_kWh = 2000 } } }""")
        for words in (("check", "street.lua"), ("run", "street.lua", "--out", "r")):
            out, err = self.lunagrid(*words, code=3)
            self.assertIn("change: Load 1 (load): annual_kWh goes with a shape only", out + err)
        self.write("street.lua", STREET % """events = {
          change { "load_ramp", at = "00:30", script = "wrong.lua" } }""")
        self.write("wrong.lua", "return { on_tik = 1 }")
        out, _ = self.lunagrid("check", "street.lua", code=4)
        self.assertIn("on_tick", out)
        self.lunagrid("run", "street.lua", "--out", "r", code=4)

    def test_without_a_market_homes_pay_the_bill_without_a_market(self):
        street = os.path.join(flow.SOURCE, "examples", "street")
        out, _ = self.lunagrid("run", street, "--set", "market.kind=none", "--out", "r")
        self.assertIn("no_market", out)
        with_battery = {row[0] for row in self.rows(
            "SELECT h.name FROM assets a JOIN areas h USING (area) WHERE a.type = 'storage'")}
        members = self.summary("r")["members"]
        self.assertEqual((len(members), len(with_battery)), (12, 4))
        for home in members:
            if home["name"] in with_battery:
                self.assertLess(home["bill_EUR"], home["base_bill_EUR"])
            else: # a micro-cent or so a trade
                self.assertAlmostEqual(home["bill_EUR"], home["base_bill_EUR"], delta=1e-6)
        between = self.rows("""SELECT count(*) FROM trades t JOIN assets s ON s.asset = t.seller
          JOIN assets b ON b.asset = t.buyer WHERE s.area <> b.area AND s.role <> 'bus' AND b.role <> 'bus'""")
        self.assertEqual(between, [(0,)])

    def test_the_islands_of_the_readme(self):
        islands = os.path.join(flow.SOURCE, "examples", "islands")
        with open(os.path.join(islands, "README.md"), encoding="utf-8") as file:
            page = file.read()
        for words, dark, bill in (("keep=0.1", 18.1, 19.13), ("keep=0.6", 7.8, 18.61), ("keep=0.9", 5.6, 18.50),
                                  ("keep=0.1 --set cut=false", 0, 18.22)):
            self.assertIn(words, page)
            self.lunagrid("run", islands, "--out", "r", "--quiet", "--set", *words.split())
            members = self.summary("r")["members"]
            self.assertAlmostEqual(sum(m["unserved_kWh"] for m in members), dark, delta=0.05)
            self.assertAlmostEqual(sum(m["bill_EUR"] for m in members), bill, delta=0.005)
            self.assertIn(f"{bill:.2f} EUR", page)


if __name__ == "__main__":
    flow.main()
