"""Scripts are edited while a paced run trades, the way editors do it: what happens, and what is told."""
import json
import os
import signal
import subprocess
import time

import flow

SCRIPT = """
local function quote(asset)
  return 30.0
end
local function trade(market)
  state.calls = (state.calls or 0) + 1
  for _, asset in ipairs(market.assets) do
    if asset.role == "consumer" and asset.energy_requirement_kWh > 0 then
      grid.batch:bid_energy_rate { asset = asset, energy = asset.energy_requirement_kWh, rate = quote(asset) }
    end
  end
end
return { on_market_cycle = trade, on_tick = trade, on_finish = function() print("calls", state.calls) end }
"""


class Reload(flow.Flow):
    ended = "{} ran longer than {} s"
    socket = "r/control.sock"

    def start(self, *words, agent=True):
        """A run that lasts until it is ended, in its first slot; its words are in the file "said"."""
        agents = ["--agent", "Home 1=mine.lua"] if agent else []
        with open(self.path("said"), "w", encoding="utf-8") as said:
            self.running = subprocess.Popen(
                [flow.PROGRAM, "run", "village.lua", *agents, "--pace", "15m=1s", "--out", "r",
                 "--set", "minutes=6000", "--set", "results.orders=true", *words],
                cwd=self.folder, stdout=said, stderr=subprocess.STDOUT, env=self.environment())
        self.addCleanup(self.running.kill)
        self.until(lambda: os.path.exists(self.path(self.socket)))
        self.until(lambda: self.place() > (0, 0))  # it watches, and the first version has traded

    def place(self):
        """Slot and tick that the run does next."""
        status = json.loads(self.lunagrid("ctl", "--control", self.socket, "status", "--json")[0])
        return status["slot"], status["tick"]

    def end(self):
        self.running.send_signal(signal.SIGINT)
        self.running.wait(60)

    def until(self, true):
        """What is waited for is sure to come, so the time is only a limit."""
        deadline = time.monotonic() + 60
        while not true():
            self.assertLess(time.monotonic(), deadline, self.read("said"))
            time.sleep(0.01)

    def wait(self, part, name="said"):
        """Until that was said."""
        self.until(lambda: part in self.read(name))

    def rename_over(self, name, text):
        self.write(name + "~tmp", text)
        os.rename(self.path(name + "~tmp"), self.path(name))

    def test_the_ways_of_editors(self):
        self.write("mine.lua", SCRIPT)
        self.start()
        self.write("mine.lua", SCRIPT.replace("30.0", "31.0"))  # truncate and write
        self.wait("mine.lua v1 -> v2 at ")
        self.wait("changed quote(); kept state {calls}; ")
        self.rename_over("mine.lua", SCRIPT.replace("30.0", "32.0"))
        self.wait("mine.lua v2 -> v3 at ")
        # neither an empty file nor the same text again nor the backup of an editor is a version
        self.write("mine.lua", "")
        time.sleep(0.1)
        self.rename_over("mine.lua", SCRIPT.replace("30.0", "32.0"))
        self.write("mine.lua.swp", "x")
        time.sleep(0.1)
        self.rename_over("mine.lua", SCRIPT.replace("30.0", "asset.prce"))
        self.wait('Home 1: v3 keeps trading: mine.lua:3: asset "Load 1" (load) has no field "prce"')
        self.rename_over("mine.lua", SCRIPT.replace("return 30.0", "if x then"))
        self.wait("v3 keeps trading: mine.lua:")
        self.rename_over("mine.lua", SCRIPT.replace("30.0", "33.0"))
        self.wait("mine.lua v3 -> v4 at ")
        self.rename_over("mine.lua", SCRIPT.replace("return 30.0", "error('on probation')"))
        self.wait("keeps trading: mine.lua:3: on probation")
        late = "state.late = (state.late or 0) + 1 if state.late < 4 then return 34 end error('too late')"
        self.rename_over("mine.lua", SCRIPT.replace("return 30.0", late))
        self.wait("mine.lua v5 -> v4 at ")
        self.end()
        causes = self.query("r", "SELECT version, cause FROM versions_view WHERE agent = 'Home 1' ORDER BY seq")
        self.assertEqual(causes, [(1, "start"), (2, "reload"), (3, "reload"), (4, "reload"), (5, "reload"),
                                  (4, "rollback")])
        rates = dict(self.query("r", "SELECT DISTINCT version, rate_ct_per_kWh FROM orders_view WHERE agent = 'Home 1'"))
        self.assertEqual(rates, {version: 29 + version for version in rates})  # a short one may have none
        self.assertLessEqual({1, 5}, set(rates))
        sources = self.query("r", "SELECT DISTINCT v.version FROM versions v JOIN sources s USING (hash) "
                                  "WHERE v.agent = 0 AND s.source LIKE '%return 3' || (v.version - 1) || '.0%'")
        self.assertEqual(sources, [(1,), (2,), (3,), (4,)])
        self.assertEqual(self.query("r", "SELECT version FROM log WHERE message LIKE '%too late%'"), [(5,)])
        calls = self.query("r", "SELECT message, version FROM log WHERE message LIKE 'calls%'")
        self.assertEqual(calls[0][1], 4)
        self.lunagrid("verify", "r", "--quiet")

    def test_a_module_is_part_of_the_version(self):
        self.write("mine.lua", SCRIPT.replace("return 30.0", "return require('rates').buy"))
        self.write("rates.lua", "return { buy = 30 }\n")
        self.start()
        self.write("rates.lua", "return { buy = 31 }\n")
        self.wait("mine.lua v1 -> v2 at ")
        self.wait("changed rates: top level; kept state {calls}")
        self.write("rates.lua", "return { bye = 31 }\n")
        self.wait("Home 1: v2 keeps trading: ")
        # a script that needs a module which is not there yet is taken when that comes
        self.rename_over("mine.lua", SCRIPT.replace("30.0", "require('more').buy"))
        self.wait('module "more" is neither beside the script')
        self.write("more.lua", "return { buy = 32 }\n")
        self.wait("mine.lua v2 -> v3 at ")
        self.wait("removed module rates")
        self.end()

    def test_two_authors_save_at_once(self):
        for name in ("mine.lua", "yours.lua"):
            self.write(name, SCRIPT)
        self.start("--agent", "Home 2=yours.lua")
        with open(self.path("heard"), "w", encoding="utf-8") as heard:
            follower = subprocess.Popen([flow.PROGRAM, "ctl", "--out", "r", "log", "--follow"], cwd=self.folder,
                                        stdout=heard, env=self.environment())
        self.addCleanup(follower.kill)
        self.write("mine.lua", SCRIPT.replace("return 30.0", "if x then"))
        self.write("yours.lua", SCRIPT.replace("return 30.0", "error('mine too')"))
        self.wait("Home 1: v1 keeps trading: mine.lua:")
        self.wait("Home 2: v1 keeps trading: yours.lua:3: mine too")
        self.write("mine.lua", SCRIPT.replace("30.0", "31.0"))
        self.write("yours.lua", SCRIPT.replace("30.0", "32.0"))
        self.wait("mine.lua v1 -> v2 at ")
        self.wait("yours.lua v1 -> v2 at ")
        self.wait("Home 1: v1 keeps trading: mine.lua:", "heard")  # also if it came after that was said
        self.wait("Home 2: v1 keeps trading: yours.lua:3: mine too", "heard")
        self.end()
        self.assertEqual(follower.wait(60), 0)
        self.assertEqual(self.query("r", "SELECT count(*) FROM log WHERE message LIKE '%keeps trading%'"), [(0,)])

    def test_full_speed_does_not_look(self):
        self.write("mine.lua", SCRIPT)
        out, err = self.lunagrid("run", "village.lua", "--agent", "Home 1=mine.lua", "--watch", "--out", "r")
        self.assertIn("calls\t", err)
        self.lunagrid("run", "village.lua", "--watch", "--no-watch", code=2)
        self.start("--no-watch")
        self.write("mine.lua", SCRIPT.replace("30.0", "31.0"))
        time.sleep(0.3)
        self.end()
        self.assertNotIn("v2", self.read("said"))


    def test_a_version_that_never_ends_is_not_waited_for(self):
        self.write("mine.lua", SCRIPT)
        self.start("--set", "reload_seconds=0.1")
        for more, where in (("while true do end\n", "the top level"),
                            ("function on_reload() while true do end end\n", "on_reload")):
            self.write("mine.lua", more + SCRIPT)
            self.wait(self.ended.format(where, "0.1"))
        self.write("mine.lua", SCRIPT.replace("30.0", "31.0"))
        self.wait("mine.lua v1 -> v2 at ")
        self.end()


class InWorkers(Reload):
    """The same, of scripts in processes of their own."""
    ended = "Home 1: v1 keeps trading: "  # on a busy machine its host may end it before its own clock does

    def start(self, *words, agent=True):
        super().start("--isolation", "worker", *words, agent=agent)

    def test_ticks_go_on_while_a_version_is_tried(self):
        """It takes three seconds to find out that it never ends: until then the one at work trades at its pace."""
        self.write("mine.lua", SCRIPT)
        budget = "budget = { seconds_at_load = 3 }"
        agent = f'  agents = {{ agent {{ name = "Home 1", script = "mine.lua", {budget} }} }},\n}}\n'
        self.write("village.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agent)
        self.start("--set", "reload_seconds=3", agent=False)
        before = self.place()[0]
        self.write("mine.lua", "while true do end\n" + SCRIPT)
        self.wait("Home 1: v1 keeps trading: ")
        self.assertGreater(self.place()[0], before)  # a slot a second, and it took three of the processor
        self.write("mine.lua", "while true do end\n" + SCRIPT)
        self.write("mine.lua", SCRIPT.replace("30.0", "31.0"))  # the one before is forgotten
        self.wait("mine.lua v1 -> v2 at ")
        self.end()
        self.lunagrid("verify", "r", "--quiet")


if __name__ == "__main__":
    flow.main()
