"""Scripts that fail during a run: told a few times, logged in full, exit code 4, others go on."""
import os
import sqlite3
import subprocess
import threading

import flow


class Faults(flow.Flow):
    def test_failing_callback_err(self):
        self.write("bad.lua", "return { on_tick = function(t) local x = t.assets[1].energy_requirment_kWh end }")
        out, err = self.lunagrid("run", "village.lua", "--out", "r", "--agent", "Home 1=bad.lua", code=4)
        self.assertIn("bad.lua:1:", err)
        self.assertIn("energy_requirement_kWh", err)
        self.assertIn("further errors of this agent are in the log", err)
        self.assertEqual(err.count("bad.lua:1:"), 3)
        self.assertIn("script errors, see the table log in run.sqlite", out)
        self.assertIn("Home 2", out)
        with sqlite3.connect(self.path("r/run.sqlite")) as db:
            rows = db.execute("select count(*) from log where who = 'Home 1'").fetchone()[0]
            status = db.execute("select status from runs").fetchone()[0]
        self.assertEqual(rows, 36)  # nine tenths of four slots
        self.assertEqual(status, "complete")

    def test_faults_of_one_leave_others_alone(self):
        self.write("bad.lua", "return { on_tick = function(t) error('no') end }")
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--agent", "Home 1=bad.lua", code=4)
        members = {m["name"]: m for m in self.summary("r")["members"]}
        self.assertGreater(members["Home 2"]["bought_kWh"], 0)
        self.assertEqual(members["Home 1"]["bought_kWh"], 0)

    def test_refused_commands_are_told_and_counted(self):
        self.write("much.lua", """return { on_tick = function(m)
  for _, a in ipairs(m.assets) do
    if a.role == "consumer" then
      grid.batch:bid_energy_rate { asset = a, energy = 5000, rate = 20 }
    end
  end
end }""")
        out, err = self.lunagrid("run", "village.lua", "--out", "r", "--agent", "Home 1=much.lua")
        self.assertIn("(slot 2024-06-03T10:00, tick 1 of 10; sent at much.lua:4; lunagrid explain ENERGY)", err)
        self.assertIn("36 commands of Home 1 were refused", out)
        self.assertEqual(self.summary("r")["refused"], [{"agent": "Home 1", "commands": 36}])
        out, _ = self.lunagrid("run", "village.lua", "--out", "none")
        self.assertNotIn("refused", out)
        self.assertEqual(self.summary("none")["refused"], [])

    def test_a_script_without_a_callback_is_refused_err(self):
        for text, said in (("local agent = {}\nfunction agent.on_tick(m) end",
                            "bad.lua: no callback: a table agent has on_tick (line 2), but nothing is returned"),
                           ("", "bad.lua: no callback: the script returns no table with on_market_cycle"),
                           ("return {}", "lunagrid explain NO_CALLBACK"),
                           ("return { helper = function() end }", "bad.lua: no callback:")):
            self.write("bad.lua", text)
            _, err = self.lunagrid("run", "village.lua", "--out", "r", "--agent", "Home 1=bad.lua", code=4)
            self.assertIn(said, err)
            self.assertFalse(os.path.exists(self.path("r")))

    def test_endless_loop_is_stopped_err(self):
        self.write("loop.lua", "return { on_market_cycle = function() while true do end end }")
        _, err = self.lunagrid("run", "village.lua", "--slots", "1", "--agent", "Home 1=loop.lua", code=4)
        self.assertIn("loop.lua", err)

    def give_up(self, folder, script, budget):
        """Home 1 runs the script with that budget; (stdout, stderr, its lines of the log, the events)."""
        agents = f'  agents = {{ agent {{ name = "Home 1", script = "home.lua", budget = {{ {budget} }} }} }},\n}}\n'
        self.write("home.lua", script)
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents)
        out, err = self.lunagrid("run", "mine.lua", "--out", folder, code=4)
        log = [row[0] for row in self.query(folder, "select message from log where who = 'Home 1' order by rowid")]
        return out, err, log, self.query(folder, "select slot, kind, name, detail from events_view")

    def trades(self, folder):
        return self.query(folder, "select slot, buyer, seller, energy_kWh from trades_view order by 1, 2, 3, 4")

    def test_a_script_that_is_given_up_is_replaced_by_the_templates(self):
        script = "return { on_tick = function(t) while t.slot == 1 do pcall(error) end end }"
        out, err, log, events = self.give_up("r", script, "units_per_call = 100000")
        self.assertIn("home.lua:1: on_tick spent 100030 of 100000 units and was stopped", err)
        self.assertIn("its assets trade by strategies/load_ramp.lua, strategies/pv_ramp.lua from here on", err)
        self.assertIn('1 script was given up, first of "Home 1": template strategies took over', out)
        self.assertEqual(len(log), 2)
        self.assertEqual(events, [(2, "change", "Home 1", "script = strategies/load_ramp.lua, strategies/pv_ramp.lua, "
                                   "because BUDGET_UNITS: on_tick spent 100030 of 100000 units")])
        run = self.summary("r")["run"]
        self.assertEqual((run["scripts_given_up"], run["first_script_given_up"]), (1, "Home 1"))
        self.assertEqual({slot for slot, *_ in self.trades("r") if "Load 1" in _}, {2, 3})
        self.give_up("again", script, "units_per_call = 100000")
        self.assertEqual(run["digest"], self.summary("again")["run"]["digest"])

    def test_the_templates_do_as_they_do_without_the_agent(self):
        """A script that is given up before the first slot leaves its home to the strategies it has without one."""
        self.give_up("r", "return { on_start = function() while true do end end }", "units_per_call = 1000")
        self.lunagrid("run", "village.lua", "--out", "none")
        self.assertEqual(self.trades("r"), self.trades("none"))
        self.assertIn("Load 1", {buyer for _, buyer, *_ in self.trades("r")})

    def test_a_clock_stops_what_is_not_counted(self):
        _, err, _, events = self.give_up("r", "return { on_tick = function(t) while true do end end }",
                                         "seconds_per_call = 0.1")
        self.assertIn("on_tick ran longer than 0.1 s", err)
        self.assertIn("BUDGET_TIME", events[0][3])

    def test_errors_in_a_row_are_the_end(self):
        _, _, log, events = self.give_up("r", "return { on_tick = function(t) error('no') end }", "faults_in_a_row = 5")
        self.assertEqual(len(log), 6)
        self.assertIn("BUDGET_FAULTS: on_tick made 5 errors in a row", events[0][3])

    def bad_plugins(self):
        folder = os.path.join(os.path.dirname(flow.PROGRAM), "tests/plugin/bad")
        if not os.path.exists(os.path.join(folder, "nan_plan.so")):
            self.skipTest("the plugins that misbehave are not built")
        return folder

    def test_a_device_set_aside_is_reported(self):
        folder = self.bad_plugins()
        self.write("aside.lua", """return scenario { name = "aside", slots = 4, grid = area { name = "G",
  infinite_bus { name = "U" }, nan_plan { name = "N" }, load { name = "L", avg_power_W = 100 } } }""")
        out, err = self.lunagrid("run", "aside.lua", "--out", "r", LUNAGRID_PLUGINS=folder)
        self.assertIn("N (nan_plan) is set aside from slot", err)
        self.assertIn('1 device was set aside, first "N"', out)
        run = self.summary("r")["run"]
        self.assertEqual((run["devices_set_aside"], run["first_device_set_aside"]), (1, "N"))
        with sqlite3.connect(self.path("r/run.sqlite")) as db:
            self.assertEqual(db.execute("select count(*) from log where who = 'N'").fetchone()[0], 1)

    def test_a_plugin_that_exits_is_named_err(self):
        folder = self.bad_plugins()
        self.write("exits.lua", """return scenario { name = "exits", slots = 4, grid = area { name = "G",
  exits { name = "N" } } }""")
        for command in ("run", "check"):
            _, err = self.lunagrid(command, "exits.lua", code=1, LUNAGRID_PLUGINS=folder)
            self.assertIn('the plugin of driver "exits" ended the program in open(), called for "N"', err)

    def test_a_plugin_that_does_not_come_back_is_named_err(self):
        folder = self.bad_plugins()
        self.write("hangs.lua", """return scenario { name = "hangs", slots = 4, grid = area { name = "G",
  hangs { name = "N" } } }""")
        with subprocess.Popen([flow.PROGRAM, "run", "hangs.lua", "--quiet"], cwd=self.folder, text=True,
                              stderr=subprocess.PIPE, env=self.environment(LUNAGRID_PLUGINS=folder)) as run:
            killer = threading.Timer(60, run.kill)
            killer.start()
            line = next((line for line in run.stderr if "has not come back" in line), "")
            run.kill()
            killer.cancel()
        self.assertIn('the plugin of driver "hangs" has not come back for 5 s in plan(), called for "N"', line)

    def test_sums_past_what_a_run_holds_err(self):
        """40 loads of 1 GW need 4.6 TWh within 116 hours; at 100 euro a kWh two hours are too much."""
        self.write("huge.lua", """local home = { name = "H" }
for i = 1, 40 do home[i] = load { name = "L" .. i, avg_power_W = 1e9 } end
return scenario { name = "huge", slots = 200, slot_minutes = 60, market_maker_rate = RATE,
  grid = area { name = "G", infinite_bus { name = "U" }, area(home) } }""")
        for rate, slot in ((1, 115), (10000, 2)):
            self.write("huge%d.lua" % rate, self.read("huge.lua").replace("RATE", str(rate)))
            _, err = self.lunagrid("run", "huge%d.lua" % rate, "--out", "r%d" % rate, code=1)
            self.assertIn("past 4.6 TWh or 11.5 thousand million euro", err)
            self.assertRegex(err, r"stopped with \d+ of 200 slots done; the results in r%d are incomplete" % rate)
            rows = self.query("r%d" % rate, "select status, slots_done from runs")
            self.assertEqual(rows, [("incomplete", slot)], err)

    def test_all_communities_are_reported_together(self):
        self.write("two.lua", """local grid = { name = "Grid", infinite_bus { name = "U" } }
for k = 1, 2 do
  local street = { name = "Street " .. k }
  for i = 1, 1 + k do
    street[i] = area { name = "Home " .. k .. "." .. i, load { name = "L" .. k .. "." .. i, avg_power_W = 100 } }
  end
  grid[#grid + 1] = area(street)
end
return scenario { name = "two", slots = 4, grid = area(grid) }""")
        out, _ = self.lunagrid("run", "two.lua", "--out", "r")
        self.assertIn("price of Street 2, one of 2 communities, import of all", out)
        self.assertIn("all 2 communities: self-sufficiency 0.0 %", out)
        community = self.summary("r")["community"]
        self.assertEqual((community["area"], community["members"]), ("Grid", 5))
        self.assertAlmostEqual(community["demanded_kWh"], 0.5)


if __name__ == "__main__":
    flow.main()
