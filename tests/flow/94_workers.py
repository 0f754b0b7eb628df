"""Scripts in worker processes: the same run as in the host's process, and what becomes of a worker that dies."""
import glob
import os
import resource
import random
import signal
import subprocess
import time
import unittest

import flow

EXAMPLES = os.path.join(flow.SOURCE, "examples")
OF_A_SCENARIO = ("charging", "grid-operators", "intraday", "islands", "meters", "partners", "settlement", "street")

# All that a script can do, in one: answers waited for, coroutines, errors, lines, draws, state, trades, questions.
EVERYTHING = """
local seen = 0
local function lines()
  return coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
end
return {
  every_tick = true,
  on_start = function(c) state.slots = 0; print("start", c.name, #c.assets, params.x) end,
  on_market_cycle = function(m)
    state.slots = state.slots + 1
    local next_line = lines()
    print(m.market_slot, next_line(), next_line(), math.random(1000), m.grid_tree.name, #m.grid_tree.markets)
    for _, a in ipairs(m.assets) do
      print(a.name, a.type, a.uuid, a.role, a.energy_requirement_kWh, a.available_energy_kWh, a.type == "load" and a.params.avg_power_W,
            a.area.name, a.area.last_market_fee, a.area.parent and a.area.parent.current_market_fee, a.enabled)
      if a.energy_requirement_kWh then
        grid.batch:bid_energy_rate { asset = a, energy = "all", rate = 5 + math.random(20) }
        grid.batch:list_bids { asset = a }
        grid.batch:bid_energy_rate { asset = a, energy = 1000, rate = 1 }
      else
        grid.batch:offer_energy_rate { asset = a, energy = "all", rate = 9 + math.random(5) }
      end
      grid.batch:device_info { asset = a }
    end
    grid.batch:market_stats { market = "Community" }
    for _, r in ipairs(grid.batch:execute()) do
      print(r.command, r.status, r.error_message, r.bid and r.bid.id, r.bid_list and #r.bid_list,
            r.market_stats and r.market_stats.avg_trade_rate, r.device_info and r.device_info.energy_traded)
    end
    grid.batch:bid_energy_rate("nobody", 1, 1)
  end,
  on_tick = function(m)
    if m.tick == 3 then error({}) end
    if m.tick == 4 then local x = m.assets[1].energy_requirment_kWh end
    if m.tick == 5 then grid.batch:bid_energy_rate(m.assets[1], 77, 1) end
  end,
  on_trade = function(t)
    seen = seen + 1
    print("trade", t.side, t.buyer, t.seller, t.traded_energy, t.trade_price, t.asset.energy_traded)
    if seen == 2 then error("second") end
  end,
  on_event_or_response = function(m) print(m.event, m.command, m.code, m.asked, m.allowed) end,
  on_finish = function() print("end", state.slots, seen) end,
}
"""


class Workers(flow.Flow):
    def both(self, scenario, *words, code=0):
        """Runs it in both ways; the digest and the log must be the same."""
        told = []
        for isolation in ("process", "worker"):
            self.lunagrid("run", scenario, "--quiet", "--out", isolation, "--isolation", isolation, *words, code=code)
            log = self.query(isolation, "select slot, tick, who, message from log order by 1, 2, 3, rowid")
            told.append((self.summary(isolation)["run"]["digest"], log))
        self.assertEqual(told[0], told[1])
        return told[0][1]

    def test_examples(self):
        for name in OF_A_SCENARIO:
            with self.subTest(name):
                self.both(os.path.join(EXAMPLES, name), "--slots", "40")

    def test_all_that_a_script_can_do(self):
        self.write("all.lua", EVERYTHING)
        log = "\n".join(row[3] for row in self.both("village.lua", "--agent", "Home 1=all.lua", code=4))
        for part in ("start\tHome 1", "trade\tbuy", "refused\tbid_energy_rate\tENERGY", "second", "end\t4",
                     "the error is no text", "did you mean \"energy_requirement_kWh\"", "list_bids\tready"):
            self.assertIn(part, log)

    def test_bytes_that_are_no_text(self):
        self.write("home.lua", r"""return {
          on_start = function()
            print("x \255 y", string.format("%q", "\200"), "\226\128\174", ("\195\164"):rep(400))
          end,
          on_tick = function(m) if m.tick == 1 then error("b\240\159 \226\128\174") end end }""")
        log = self.both("village.lua", "--agent", "Home 1=home.lua", code=4)
        self.assertTrue(log[0][3].startswith('x ? y\t"?"\t \tää'), log[0])
        self.assertTrue(any("b??  " in row[3] for row in log), log)

    def test_a_module_that_is_required_in_a_pcall(self):
        self.write("helper.lua", "return { rate = 17 }")
        self.write("home.lua", """local fine, helper = pcall(require, "helper")
                   return { on_start = function() print(fine, fine and helper.rate or helper) end }""")
        log = self.both("village.lua", "--agent", "Home 1=home.lua")
        self.assertEqual([row[3] for row in log], ["true\t17"])

    def test_units_end_a_script_at_the_same_place(self):
        self.write("much.lua", "return { on_tick = function(t) while t.slot == 1 do pcall(error) end end }")
        agents = ('  agents = { agent { name = "Home 1", script = "much.lua", budget = { units_per_call = 100000 } } },'
                  "\n}\n")
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents)
        log = self.both("mine.lua", code=4)
        self.assertIn("on_tick spent 100030 of 100000 units", "\n".join(row[3] for row in log))

    def test_the_bank_is_the_same(self):
        self.write("much.lua", """return { on_tick = function(t)
              local b = grid.budget
              print(b.units_left, b.bank)
              if t.tick == 7 then for i = 1, 15000 do local x = i end print(grid.budget.units_left) end
            end, on_trade = function() print("trade", grid.budget.bank) end }""")
        budget = "budget = { units_per_call = 10000, bank = 30000 }"
        agents = f'  agents = {{ agent {{ name = "Home 1", script = "much.lua", {budget} }} }},\n}}\n'
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents)
        log = self.both("mine.lua")
        self.assertTrue(any(row[3].endswith("\t30000") for row in log), log)
        self.write("mine.lua", self.read("mine.lua").replace("units_per_call = 10000, ", ""))
        _, err = self.lunagrid("run", "mine.lua", code=3)
        self.assertIn("a bank saves what units_per_call leaves over", err)

    def test_the_key_of_an_agent(self):
        agents = '  agents = { agent { name = "Home 1", script = "mine_home.lua", isolation = "%s" } },\n}\n'
        self.write("mine_home.lua", "return { on_start = function() print('here') end }")
        for word in ("worker", "process"):
            self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents % word)
            self.lunagrid("run", "mine.lua", "--out", word)
            out, _ = self.lunagrid("show-config", "mine.lua")
            self.assertIn(word, out)
        self.assertEqual(self.summary("worker")["run"]["digest"], self.summary("process")["run"]["digest"])
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents % "jail")
        _, err = self.lunagrid("run", "mine.lua", code=3)
        self.assertIn("isolation", err)
        _, err = self.lunagrid("run", "village.lua", "--isolation", "jail", code=2)
        self.assertIn("--isolation takes process or worker", err)

    def test_a_script_that_does_not_load_err(self):
        self.write("bad.lua", "return { on_tick = 5 }")
        _, here = self.lunagrid("run", "village.lua", "--agent", "Home 1=bad.lua", code=4)
        _, apart = self.lunagrid("run", "village.lua", "--agent", "Home 1=bad.lua", "--isolation", "worker", code=4)
        self.assertEqual(here, apart)

    def children(self, pid):
        """Those that live, the eldest first."""
        try:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                return [child for child in map(int, file.read().split()) if self.lives(child)]
        except OSError:
            return []

    def lives(self, pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    def until(self, true):
        deadline = time.monotonic() + 60
        while not true():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def until_begun(self, host):
        for line in host.stdout:
            if "begun" in line:
                return
        self.fail("it has ended")

    def start(self, *words):
        host = subprocess.Popen([flow.PROGRAM, "run", "mine.lua", "--out", "r", "--isolation", "worker", *words],
                                cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE, pipesize=4096,
                                stderr=subprocess.STDOUT, text=True)
        self.addCleanup(host.stdout.close)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        self.until_begun(host)
        return host

    def long_run(self, held=True):
        """A script that is at work in each tick; a run that is held waits for who reads what it says."""
        says = f"on_market_cycle = function(m) print(m.slot .. {flow.LONG}) end," if held else ""
        self.write("home.lua", """return { every_tick = true, on_start = function() print("begun") end, %s
                   on_tick = function() for i = 1, 20000 do end end }""" % says)
        agents = '  agents = { agent { name = "Home 1", script = "home.lua" } },\n}\n'
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + agents)

    def test_a_killed_worker_is_replaced(self):
        self.long_run()
        host = self.start("--slots", "300")
        first = self.children(host.pid)[0]  # agents of the file come first
        os.kill(first, signal.SIGKILL)
        said, _ = host.communicate(timeout=120)
        self.assertEqual(host.returncode, 4, said)
        self.assertIn("lost its worker process: signal 9 ended it", said)
        self.assertIn("explain WORKER_LOST", said)
        self.assertEqual(self.summary("r")["run"]["status"], "complete")
        detail = self.query("r", "select detail from events where kind = 'change'")
        self.assertEqual(len(detail), 1)
        self.assertIn("because WORKER_LOST", detail[0][0])

    def test_a_killed_worker_starts_afresh(self):
        self.long_run()
        self.write("mine.lua", self.read("mine.lua").replace('script = "home.lua"', 'script = "home.lua", restarts = 2'))
        host = self.start("--slots", "300")
        first, *others = self.children(host.pid)
        os.kill(first, signal.SIGKILL)
        for _ in range(2):
            self.until_begun(host)
            new, = set(self.children(host.pid)) - set(others)
            os.kill(new, signal.SIGKILL)
        said, _ = host.communicate(timeout=120)
        self.assertEqual(host.returncode, 4, said)
        versions = self.query("r", "SELECT slot, cause FROM versions_view WHERE agent = 'Home 1' ORDER BY seq")
        self.assertEqual([cause for _, cause in versions], ["start", "restart", "restart", "baseline"])
        self.assertEqual(self.query("r", "SELECT count(*) FROM log WHERE message = 'begun'"), [(3,)])
        ended = self.query("r", "SELECT slot FROM log WHERE message LIKE '%lost its worker process%explain%' ORDER BY seq")
        self.assertEqual([versions[1][0] - ended[0][0], versions[2][0] - ended[1][0], versions[3][0] - ended[2][0]],
                         [1, 2, 1])
        self.assertEqual(self.query("r", "SELECT count(*) FROM events WHERE detail LIKE '%because WORKER_LOST%'"), [(3,)])
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("300 of 300 slots and 3 acts from outside done again, all the same", out)

    def test_a_worker_that_cannot_be_started_again(self):
        """The host is short of descriptors for a while: that is kept, and repeated where there are enough."""
        self.long_run()
        self.write("mine.lua", self.read("mine.lua").replace('script = "home.lua"', 'script = "home.lua", restarts = 2'))
        host = self.start("--slots", "9", "--pace", "15m=1s", "--no-watch")
        before = resource.prlimit(host.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(host.pid, resource.RLIMIT_NOFILE, (3, before[1]))
        os.kill(self.children(host.pid)[0], signal.SIGKILL)
        for line in host.stdout:
            if "no socket for the worker" in line:
                break
        resource.prlimit(host.pid, resource.RLIMIT_NOFILE, before)
        said, _ = host.communicate(timeout=120)
        self.assertEqual(host.returncode, 4, said)
        causes = self.query("r", "SELECT cause FROM versions_view WHERE agent = 'Home 1' ORDER BY seq")
        self.assertEqual(causes, [("start",), ("restart",)])
        self.assertIn("2 of 2 times: WORKER_LOST: the top level lost its worker process: it could not be loaded again", said)
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("9 of 9 slots and 2 acts from outside done again, all the same", out)

    def test_a_worker_that_is_killed_while_a_run_is_done_again(self):
        self.long_run(held=False)
        self.lunagrid("run", "mine.lua", "--out", "r", "--isolation", "worker", "--slots", "3000", "--quiet")
        os.mkdir(self.path("scratch"))
        again = subprocess.Popen([flow.PROGRAM, "verify", "r"], cwd=self.folder, stdout=subprocess.PIPE,
                                 env=self.environment(TMPDIR=self.path("scratch")), stderr=subprocess.PIPE, text=True)
        self.until(lambda: glob.glob(self.path("scratch/*/run.sqlite")))  # which comes when all scripts are loaded
        os.kill(self.children(again.pid)[0], signal.SIGKILL)
        _, err = again.communicate(timeout=120)
        self.assertEqual(again.returncode, 1, err)
        self.assertRegex(err, r'the run cannot be done again: in slot \d+ .*, tick \d, on_\w+ of "Home 1" lost its worker '
                              r'process: signal 9 ended it \(Killed\), as it did not in its journal')
        self.lunagrid("verify", "r", "--quiet")

    def test_a_template_whose_worker_is_killed_goes_on(self):
        self.long_run()
        host = self.start("--slots", "300")
        os.kill(self.children(host.pid)[2], signal.SIGKILL)  # behind the agent of the file, and the Utility's
        said, _ = host.communicate(timeout=120)
        self.assertEqual(host.returncode, 4, said)
        self.assertIn("load_ramp: its assets trade by strategies/load_ramp.lua from here on", said)
        self.assertIn('1 script was given up, first of "load_ramp": template strategies took over', said)
        (slot,), = self.query("r", "select slot from events where kind = 'change'")
        self.assertLess(slot, 250)
        bought = self.query("r", "select count(*) from trades_view where buyer = 'Load 2' and slot > 290")
        self.assertGreater(bought[0][0], 5)
        self.lunagrid("verify", "r", "--quiet")

    def test_killed_workers_are_lost_at_the_same_place_again(self):
        """Whichever is killed, and whenever: what was kept of it is a place that another run comes to as well."""
        self.long_run(held=False)
        for seed in range(4):
            draw = random.Random(seed)
            host = self.start("--slots", "400")
            for _ in range(2):
                time.sleep(draw.random() * 0.1)
                try:
                    os.kill(draw.choice(self.children(host.pid)), signal.SIGKILL)
                except (IndexError, ProcessLookupError):
                    pass  # the run was quicker
            host.communicate(timeout=120)
            self.assertEqual(self.summary("r")["run"]["status"], "complete")
            self.lunagrid("verify", "r", "--quiet")

    def filtered(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            return int(next(line.split()[1] for line in file if line.startswith("Seccomp:")))

    def test_workers_end_with_their_host(self):
        self.long_run()
        host = self.start("--slots", "30000")
        workers = self.children(host.pid)
        host.kill()
        host.communicate()
        self.until(lambda: not any(map(self.lives, workers)))

    def test_a_worker_can_reach_nothing(self):
        with open(flow.PROGRAM, "rb") as program:
            if b"__asan_init" in program.read():
                raise unittest.SkipTest("this build has no filter of system calls")
        self.long_run()
        host = self.start("--slots", "3000")
        worker = self.children(host.pid)[0]
        self.assertEqual(self.filtered(worker), 2)
        with open(f"/proc/{worker}/status", encoding="ascii", errors="replace") as file:
            status = file.read()
        self.assertIn("NoNewPrivs:\t1", status)
        host.send_signal(signal.SIGTERM)
        host.communicate(timeout=60)


if __name__ == "__main__":
    flow.main()
