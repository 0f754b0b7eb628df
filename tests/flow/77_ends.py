"""Ends of scripts at places that are hard to name: a run that has them is the same when it is done again."""
import os
import signal
import subprocess

import flow

HOME = '  agents = { agent { name = "Home 1", script = "home.lua"%s } },\n%s}\n'


class Ends(flow.Flow):
    def scenario(self, more="", beside=""):
        self.write("mine.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + HOME % (more, beside))

    def verified(self, folder, acts):
        out, _ = self.lunagrid("verify", folder)
        self.assertIn(f" slots and {acts} from outside done again, all the same", out)

    def causes(self, folder):
        return [row[0] for row in self.query(
            folder, "SELECT cause FROM versions_view WHERE agent = 'Home 1' ORDER BY seq")]

    def test_an_optional_script_that_a_clock_ended_while_it_was_loaded(self):
        self.write("home.lua", "for i = 1, 3e9 do end return { on_tick = function() end }")
        for isolation in ("process", "worker"):
            self.scenario(', optional = true, budget = { seconds_per_call = 0.05, seconds_at_load = 0.05 }')
            _, err = self.lunagrid("run", "mine.lua", "--isolation", isolation, "--out", isolation, code=4)
            self.assertRegex(err, "ran longer than 0.05 s|stopped after")
            self.assertEqual(self.causes(isolation), ["baseline"])
            self.verified(isolation, "1 act")
            self.assertRegex(self.query(isolation, "SELECT message FROM log")[0][0], "LOAD: ")

    def test_a_template_that_takes_long_to_load(self):
        """No clock ends it as it would another script, for nothing keeps that."""
        self.write("slow.lua", "for i = 1, 3e8 do end return { on_tick = function() print('here') end }")
        self.write("home.lua", "return { on_tick = function() error('again') end }")
        self.scenario(", budget = { faults_in_a_row = 1 }")
        self.write("mine.lua", self.read("mine.lua").replace('load { name = "Load 1"',
                                                             'load { name = "Load 1", strategy = "slow.lua"'))
        self.lunagrid("run", "mine.lua", "--quiet", "--out", "r", code=4)
        self.assertEqual(self.causes("r"), ["start", "baseline"])
        self.assertIn(("here",), self.query("r", "SELECT message FROM log"))

    def test_one_of_several_refusals_that_are_told_together(self):
        self.write("home.lua", """local n = 0
          return { on_market_cycle = function(m)
              for i = 1, 5 do grid.batch:bid_energy_rate("Load 1", 1000 + i, 20) end
            end,
            on_event_or_response = function(m)
              n = n + 1
              print(n, m.asked)
              while n == 8 do end
            end }""")
        self.scenario(', budget = { seconds_per_call = 0.1, patience = 1000 }')
        for isolation in ("process", "worker"):
            self.lunagrid("run", "mine.lua", "--quiet", "--isolation", isolation, "--out", isolation, code=4)
            log = [row[0] for row in self.query(isolation, "SELECT message FROM log")]
            self.assertIn("7\t1002.0", log)
            self.verified(isolation, "1 act")

    def test_the_script_of_an_event_that_ends_in_on_start(self):
        self.write("home.lua", "return { on_tick = function() end }")
        self.write("late.lua", "return { on_start = function() %s end, on_tick = function() print('never') end }")
        event = '  events = { change { "Home 1", at = "10:30", script = "late.lua" } },\n'
        for name, body, budget in (("loop", "while true do end", ""), ("units", "for i = 1, 1e6 do end",
                                                                       "units_per_call = 1000, units_at_load = 1000, ")):
            for isolation in ("process", "worker"):
                self.write("late.lua", f"return {{ on_start = function() {body} end, on_tick = function() print('no') end }}")
                self.scenario(f', budget = {{ {budget}seconds_per_call = 0.1, patience = 1000 }}', event)
                folder = name + isolation
                self.lunagrid("run", "mine.lua", "--quiet", "--isolation", isolation, "--out", folder, code=4)
                self.assertEqual(self.causes(folder), ["start", "change", "baseline"])
                bought = self.query(folder, "SELECT count(*) FROM trades_view WHERE buyer = 'Load 1' AND slot = 3")
                self.assertGreater(bought[0][0], 0)
                self.verified(folder, "0 acts" if budget else "1 act")

    def test_a_fork_in_workers(self):
        self.write("home.lua", flow.PLAIN)
        self.write("other.lua", flow.PLAIN.replace("36", "31"))
        self.scenario(', isolation = "worker"')
        self.lunagrid("run", "mine.lua", "--quiet", "--set", "minutes=240", "--out", "r")
        self.lunagrid("run", "mine.lua", "--quiet", "--set", "minutes=240", "--isolation", "process", "--out", "p")
        for folder in ("r", "p"):
            self.lunagrid("fork", folder, "--at", "8", "--agent", "Home 1=other.lua", "--quiet", "--out", folder + "f")
            self.verified(folder + "f", "1 act")
        self.assertEqual(self.causes("rf"), ["start", "reload"])
        digest = self.summary("rf")["run"]["digest"]
        self.assertEqual(digest, self.summary("pf")["run"]["digest"])
        self.assertNotEqual(digest, self.summary("r")["run"]["digest"])

    def test_a_fork_whose_worker_is_lost(self):
        """Before it parts from a run whose worker was lost, and behind it."""
        self.write("home.lua", "return { every_tick = true, on_start = function() print('begun') end,"
                               " on_market_cycle = function(m) print('slot ' .. m.slot .. %s) end,"
                               " on_tick = function() for i = 1, 20000 do end end }" % flow.LONG)
        self.write("other.lua", flow.PLAIN)
        self.scenario(', isolation = "worker", restarts = 1')
        host = subprocess.Popen([flow.PROGRAM, "run", "mine.lua", "--out", "r", "--set", "minutes=9000"], cwd=self.folder,
                                env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                pipesize=4096)
        self.addCleanup(host.kill)
        for line in host.stdout:
            if "slot 3" in line:
                break
        with open(f"/proc/{host.pid}/task/{host.pid}/children", encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), signal.SIGKILL)
        host.communicate(timeout=120)
        self.assertEqual(self.causes("r"), ["start", "restart"])
        lost = self.query("r", "SELECT slot FROM log WHERE message LIKE '%lost its worker%'")[0][0]
        for at in (max(lost - 1, 0), lost + 3, 590):
            self.lunagrid("fork", "r", "--at", str(at), "--agent", "Home 1=other.lua", "--quiet", "--out", f"f{at}", code=None)
            self.lunagrid("verify", f"f{at}", "--quiet")


if __name__ == "__main__":
    flow.main()
