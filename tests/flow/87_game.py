"""`lunagrid game`: one job played, whole or not at all, the same bytes wherever it is played."""
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

from flow import PLAIN, PROGRAM, SOURCE, Flow, main

CRASHER = "return { on_market_cycle = function() error('no idea') end }\n"
BROKEN = "return { on_market_cycle = \n"
GREEDY = """
return { on_market_cycle = function(info) while true do end end }
"""


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def sha256_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Game(Flow):
    def setUp(self):
        super().setUp()
        for name, text in (("crasher", CRASHER), ("broken", BROKEN), ("greedy", GREEDY)):
            self.write(f"root/bots/{name}.lua", text)
        self.write("root/bots/plain.lua", PLAIN)
        self.write("root/town/scenario.lua", self.read("village.lua"))

    def job(self, name="job.json", seats=(), **more):
        """Writes a job that may read whatever ships and lies in root."""
        engine = self.lunagrid("--version")[0].split()[1]
        files = {}
        for base, prefix in ((self.path("root"), ""), (SOURCE + "/scripts", "@scripts/")):
            for path in glob.glob(base + "/**/*.lua", recursive=True):
                files[prefix + os.path.relpath(path, base)] = sha256(path)
        header = open(SOURCE + "/host/arena/game.h").read()
        figures = int(re.search(r"LG_GAME_FIGURES (\d+)", header).group(1))
        job = {"engine": engine, "figures": figures, "files": files, "plugins": {}, "scenario": "town/scenario.lua",
               "seats": list(seats), "seed": 3, "settings": {}, "slots": 8, **more}
        self.write(name, json.dumps(job))
        return job

    def seat(self, entrant, name="Home 1", **more):
        return {"name": name, "role": "trader", "entrant": entrant, **more}

    def play(self, *words, code=0, **environment):
        return self.lunagrid("game", "job.json", "--root", "root", *words, code=code, **environment)

    def figures(self, folder="out"):
        return json.loads(self.read(folder + "/game.json"))

    def test_a_game_is_a_run_that_verifies(self):
        self.job(seats=[self.seat("bots/plain.lua"), self.seat("baseline", "Home 2")])
        self.play("--out", "out")
        figures = self.figures()
        self.assertEqual([s["outcome"] for s in figures["seats"]], ["ok", "ok"])
        self.assertEqual(figures["slots"], 8)
        self.lunagrid("verify", "out")
        rows = self.query("out", "SELECT a.name, m.bill_uct FROM members m JOIN areas a USING (area)")
        for seat in figures["seats"]:
            self.assertEqual(round(seat["bill_EUR"] * 1e8), dict(rows)[seat["seat"]])
        self.assertEqual(self.query("out", "SELECT digest FROM runs")[0][0], figures["run_hash"])

    def test_verify_looks_at_the_figures(self):
        self.job(seats=[self.seat("bots/plain.lua"), self.seat("baseline", "Home 2")])
        self.play("--out", "out")
        text = self.read("out/game.json")
        shutil.rmtree(self.path("root"))  # they are made again from the journal alone
        self.lunagrid("verify", "out")
        for field, more in (("seats[1].bound_EUR", lambda g: g["seats"][1].update(bound_EUR=-9)),
                            ("seats[0].outcome", lambda g: g["seats"][0].update(outcome="memory")),
                            ("community.cost_EUR", lambda g: g["community"].update(cost_EUR=0)),
                            ("more", lambda g: g.update(more=True))):
            game = json.loads(text)
            more(game)
            self.write("out/game.json", json.dumps(game))
            self.assertIn(f"game.json: {field} is ", self.lunagrid("verify", "out", code=6)[0])
        self.write("out/game.json", text + " ")
        self.assertIn("the same in other bytes", self.lunagrid("verify", "out", code=6)[0])
        self.write("out/game.json", text[:-9])
        self.assertIn("it is no game.json: line ", self.lunagrid("verify", "out", code=6)[0])
        self.write("out/game.json", text)
        job = self.read("out/job.json")
        for field, a, b in (("seed is 4 in its job", '"seed":3', '"seed":4'), ("seats of its job", '"Home 2"', '"Home 3"'),
                            ("bots/plain.lua is ", sha256_of(PLAIN), sha256_of("")),
                            ("job is ", '"slots":8', '"slots":9')):
            self.assertIn(a, job)
            self.write("out/job.json", job.replace(a, b))
            self.assertIn(field, self.lunagrid("verify", "out", code=6)[0])
        self.write("out/job.json", job.replace('"figures":', '"figures":9'))
        self.assertIn("is not looked at", self.lunagrid("verify", "out")[1])

    def test_the_same_bytes_elsewhere_and_nothing_twice(self):
        self.job(seats=[self.seat("bots/plain.lua")])
        self.play("--out", "out")
        shutil.copytree(self.path("root"), self.path("far/away"))
        self.lunagrid("game", "job.json", "--root", "far/away", "--out", "far/out")
        self.assertEqual(self.read("out/game.json"), self.read("far/out/game.json"))
        before = os.stat(self.path("out/run.sqlite")).st_mtime_ns
        self.assertIn("was played before", self.play("--out", "out")[0])
        self.assertEqual(os.stat(self.path("out/run.sqlite")).st_mtime_ns, before)

    def test_a_baseline_seat_is_what_the_scenario_does_without_it(self):
        """Home 1 has no agent in the scenario: its assets trade by their templates."""
        self.job(seats=[self.seat("baseline")])
        self.play("--out", "out")
        self.lunagrid("run", "root/town/scenario.lua", "--seed", "3", "--slots", "8", "--out", "plain")
        rows = self.query("plain", "SELECT a.name, m.bill_uct FROM members m JOIN areas a USING (area)")
        self.assertEqual(round(self.figures()["seats"][0]["bill_EUR"] * 1e8), dict(rows)["Home 1"])

    def test_outcomes(self):
        """What one seat does to itself is its own: the others' outcomes stay ok."""
        for entrant, outcome, code in (("crasher", "ok", ""), ("broken", "invalid", "LOAD"),
                                       ("greedy", "timeout", "BUDGET_UNITS")):
            budget = {"units_per_call": 100000}
            self.job(seats=[self.seat(f"bots/{entrant}.lua", budget=budget),
                            self.seat("bots/plain.lua", "Home 2")])
            self.play("--out", entrant)
            one, other = self.figures(entrant)["seats"]
            self.assertEqual((one["outcome"], one["code"]), (outcome, code))
            self.assertEqual(other["outcome"], "ok")
            self.assertEqual("given_up_slot" in one, code != "")
            self.lunagrid("verify", entrant)
        self.assertEqual(self.figures("crasher")["seats"][0]["faults"], 8)
        self.assertEqual(self.figures("broken")["seats"][0]["given_up_slot"], 0)
        self.assertIn("strategies/", self.figures("broken")["seats"][0]["taken_over_by"])

    def test_a_broken_script_is_a_baseline(self):
        self.job(seats=[self.seat("bots/broken.lua")])
        self.play("--out", "broken")
        self.job(seats=[self.seat("baseline")])
        self.play("--out", "baseline")
        self.assertEqual(self.figures("broken")["run_hash"], self.figures("baseline")["run_hash"])

    def test_exchange_and_operator(self):
        self.write("root/bots/dear.lua", """
return { on_market_cycle = function(info)
  for _, market in ipairs(info.markets) do
    grid.batch:grid_fees { market = market, fee_const = 9 }
  end
end }
""")
        seats = [{"name": "DSO", "role": "operator", "entrant": "baseline", "markets": ["Grid"]},
                 {"name": "Exchange", "role": "exchange", "entrant": "pay_as_clear"}]
        self.job(seats=seats)
        self.play("--out", "own")
        self.assertEqual(self.query("own", "SELECT market_rule FROM runs"), [("pay_as_clear",)])
        seats[0]["entrant"] = "bots/dear.lua"
        self.job(seats=seats)
        self.play("--out", "dear")
        own, dear = self.figures("own")["seats"][0], self.figures("dear")["seats"][0]
        self.assertEqual((own["outcome"], dear["outcome"]), ("ok", "ok"))
        self.assertGreater(own["fees_EUR"], 0)
        self.assertGreater(own["peak_import_kWh"], 0)
        self.assertNotEqual(own["fees_EUR"], dear["fees_EUR"])

    def test_another_file_err(self):
        self.job(seats=[self.seat("bots/plain.lua")])
        self.write("root/bots/plain.lua", PLAIN + "-- changed\n")
        said = self.play("--out", "out", code=1)[1]
        self.assertIn("bots/plain.lua is not what the job was made of", said)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_an_unnamed_file_err(self):
        job = self.job(seats=[self.seat("bots/plain.lua")])
        self.write("root/bots/own.lua", "return {}\n")
        self.write("root/bots/plain.lua", 'local own = require "own"\n' + PLAIN)
        job["files"]["bots/plain.lua"] = sha256(self.path("root/bots/plain.lua"))
        self.write("job.json", json.dumps(job))
        self.assertIn("bots/own.lua, which its job does not name", self.play("--out", "out", code=1)[1])

    def test_refusals_err(self):
        self.job(seats=[self.seat("bots/plain.lua")], engine="0.0.1")
        self.assertIn("is a job for lunagrid 0.0.1", self.play("--out", "out", code=1)[1])
        self.job(seats=[self.seat("bots/plain.lua")], figures=1)  # other formulas, another job
        self.assertIn("job.json: it is a job for a lunagrid with figures 1", self.play("--out", "out", code=1)[1])
        self.job(seats=[self.seat("bots/none.lua")])
        self.assertIn("not among the files", self.play("--out", "out", code=3)[1])
        self.job(seats=[self.seat("bots/plain.lua", "Home 7")])
        self.assertIn("Home 7", self.play("--out", "out", code=3)[1])
        self.job(seats=[self.seat("bots/plain.lua")])
        self.write("out/mine.txt", "keep")
        self.assertIn("holds something else", self.play("--out", "out", code=1)[1])
        self.assertEqual(self.read("out/mine.txt"), "keep")

    def test_kill_leaves_nothing_half_done(self):
        self.job(seats=[self.seat("bots/plain.lua")], slots=96 * 20)
        words = [PROGRAM, "game", "job.json", "--root", "root", "--out", "out"]
        child = subprocess.Popen(words, cwd=self.folder, env=self.environment())
        while not os.path.exists(self.path("out.part/run.sqlite")):
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.assertFalse(os.path.exists(self.path("out")))
        self.job(seats=[self.seat("bots/plain.lua")], slots=4)
        self.play("--out", "out")
        self.assertFalse(os.path.exists(self.path("out.part")))
        self.assertEqual(self.figures()["slots"], 4)


if __name__ == "__main__":
    main()
