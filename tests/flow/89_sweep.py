"""`lunagrid sweep`: every combination a job, nothing twice, one table; and jobs as lines for a shell."""
import csv
import glob
import json
import os
import signal
import subprocess
import time

from flow import PLAIN, PROGRAM, Flow, main

SETTINGS = ["--set", "market_maker_rate=30,40", "--set", "seed=1..3"]


class Sweep(Flow):
    def sweep(self, *words, code=0, scenario="village.lua", **environment):
        return self.lunagrid("sweep", scenario, *words, code=code, **environment)

    def rows(self, folder):
        with open(self.path(folder + "/results.csv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def result(self, folder):
        return json.loads(self.read(folder + "/results.json"))

    def test_every_combination_is_a_run(self):
        self.sweep(*SETTINGS, "--out", "out")
        games = [g for c in self.result("out")["combinations"] for g in c["games"]]
        self.assertEqual(len(games), 6)
        self.assertEqual(len({g["run_hash"] for g in games}), 6)
        for rate, combination in zip((30, 40), self.result("out")["combinations"]):
            self.assertEqual(combination["set"], {"market_maker_rate": str(rate)})
            for game in combination["games"]:
                words = ("--set", f"market_maker_rate={rate}", "--seed", str(game["seed"]))
                self.lunagrid("run", "village.lua", *words, "--out", "run", "--quiet")
                run = self.summary("run")
                self.assertEqual(game["run_hash"], run["run"]["digest"])
                for key in ("bill_EUR", "base_bill_EUR", "peak_import_kW", "unserved_kWh"):
                    self.assertAlmostEqual(game[key], run["community"][key] or 0, 9)  # None: no import at all
                self.assertAlmostEqual(game["fees_EUR"], run["totals"]["fees_EUR"], 9)
                self.assertAlmostEqual(game["self_sufficiency_percent"],
                                       100 * run["community"]["self_sufficiency"], 6)
                homes = {m["name"]: m["bill_EUR"] for m in run["members"]}
                self.assertEqual(set(homes), set(combination["homes"]))
            self.lunagrid("verify", f"out/jobs/{game['job']}")

    def test_means_and_intervals(self):
        table = self.sweep(*SETTINGS, "--out", "out")[0]
        self.assertIn("mean of 3 seeds", table)
        for row, combination in zip(self.rows("out"), self.result("out")["combinations"]):
            bills = [g["bill_EUR"] for g in combination["games"]]
            mean = sum(bills) / 3
            half = 4.302652730 * (sum((b - mean) ** 2 for b in bills) / 2 / 3) ** 0.5
            self.assertAlmostEqual(float(row["bill_EUR"]), mean, 9)
            self.assertAlmostEqual(float(row["bill_EUR_ci95"]), half, 9)
            self.assertIn(f"{mean:.2f} ±{half:.2f}", table)
            self.assertEqual(row["played"], "3")
            self.assertAlmostEqual(sum(float(row[f"Home {i} bill_EUR"]) for i in (1, 2)), mean, 6)

    def test_one_seed_has_no_intervals(self):
        printed = self.sweep("--set", "market_maker_rate=30..40..5", "--seed", "3", "--csv", "--out", "out")[0]
        self.assertEqual(printed, self.read("out/results.csv"))
        self.assertNotIn("ci95", printed)
        self.assertEqual([r["market_maker_rate"] for r in self.rows("out")], ["30", "35", "40"])
        self.assertEqual(self.result("out")["seeds"], [3])

    def test_nothing_is_played_twice(self):
        self.sweep("--set", "market_maker_rate=30,40", "--out", "out", "--quiet")
        times = {p: os.stat(p).st_mtime_ns for p in glob.glob(self.path("out/jobs/*/run.sqlite"))}
        self.assertEqual(len(times), 2)
        self.sweep("--set", "market_maker_rate=30..40..5", "--out", "out", "--quiet")
        after = {p: os.stat(p).st_mtime_ns for p in glob.glob(self.path("out/jobs/*/run.sqlite"))}
        self.assertEqual(len(after), 3)
        self.assertEqual({p: after[p] for p in times}, times)

    def test_kill_and_again(self):
        words = ["--set", "minutes=1440", "--set", "seed=1..8", "-j", "1", "--quiet"]
        child = subprocess.Popen([PROGRAM, "sweep", "village.lua", *words, "--out", "out"],
                                 cwd=self.folder, env=self.environment())
        while len(glob.glob(self.path("out/jobs/*/game.json"))) < 2:
            self.assertIsNone(child.poll())
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.sweep(*words, "--out", "out")
        self.sweep(*words, "--out", "whole")
        self.assertEqual(self.read("out/results.json"), self.read("whole/results.json"))

    def test_agents_and_length(self):
        self.write("scripts/mine.lua", PLAIN)
        self.sweep("--agent", "Home 1=scripts/mine.lua", "--days", "0.25", "--set", "market_maker_rate=30,31",
                   "--out", "out", "--quiet")
        self.assertEqual(self.result("out")["slots"], 24)
        self.lunagrid("run", "village.lua", "--agent", "Home 1=scripts/mine.lua", "--days", "0.25", "--out", "run",
                      "--quiet")
        self.assertEqual(self.result("out")["combinations"][0]["games"][0]["run_hash"],
                         self.summary("run")["run"]["digest"])

    def test_files_above_the_scenario(self):
        """The scenario reads a profile and an agent has a script that lie elsewhere: jobs name all of them."""
        village = self.read("village.lua").replace("market_maker_rate = 30",
                                                   'market_maker_rate = csv { file = "../data/rate.csv" }')
        self.write("data/rate.csv", "time,rate [ct/kWh]\n" + "".join(f"2024-06-03T{h:02}:00Z,{20 + h}\n" for h in range(24)))
        self.write("town/scenario.lua", village)
        self.write("bots/mine.lua", PLAIN)
        self.sweep("--agent", "Home 2=bots/mine.lua", "--set", "feed_in_tariff=7,8", "--out", "out", scenario="town")
        job = json.loads(self.read(glob.glob(self.path("out/jobs/*.json"))[0]))
        self.assertLessEqual({"town/scenario.lua", "data/rate.csv", "bots/mine.lua"}, set(job["files"]))

    def test_bad_values_before_anything_plays_err(self):
        said = self.sweep("--set", "market.matching=pay_as_bid,pay_as_beer", "--set", "seed=1..3", "--out", "out",
                          code=3)[1]
        self.assertIn("with market.matching=pay_as_beer:", said)
        self.assertIn('got "pay_as_beer"', said)
        self.assertIn("1 of 2 combinations are wrong", said)
        said = self.sweep("--set", "grid.Community.Home 2.Battery 2.battery_capacity_kWh=4,-4", "--out", "out", code=3)[1]
        self.assertIn("battery_capacity_kWh=-4", said)
        for words, expected in ((["--set", "market_maker_rate=1,,2"], "has an empty value"),
                                (["--set", "seed=x"], "--set seed expects whole numbers"),
                                (["--set", "seed=1", "--seed", "2"], "exclude one another"),
                                (["--agent", "Home 1=none.lua"], 'no script "none.lua"')):
            self.assertIn(expected, self.sweep(*words, "--out", "out", code=1)[1])
        self.assertIn("market_maker_rate", self.sweep("--set", "market_maker_rat=1,2", "--out", "out", code=3)[1])
        self.sweep("--agent", "Home 9=plain.lua", "--out", "out", code=3)
        self.sweep("--json", "--csv", code=2)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_warnings_once(self):
        said = self.sweep("--set", "market_maker_rate=30,40", "--set", "seed=1..3", "--out", "out", "--quiet")[1]
        self.assertEqual(said.count("warning: market_maker_rate: 40 ct/kWh"), 1, said)

    def test_jobs_for_a_shell(self):
        """Lines work from any folder, whatever its name is; the next call collects."""
        os.rename(self.path("village.lua"), self.path("the 'village' $HOME.lua"))
        words = [*SETTINGS, "--out", "my out"]
        lines = self.sweep(*words, "--print-jobs", scenario="the 'village' $HOME.lua")[0].splitlines()
        self.assertEqual(len(lines), 6)
        self.assertFalse(glob.glob(self.path("my out/jobs/*/")))
        os.makedirs(self.path("elsewhere"))
        for line in lines[:5]:
            subprocess.run(["sh", "-c", line], cwd=self.path("elsewhere"), check=True, env=self.environment())
        self.assertEqual(self.sweep(*words, "--print-jobs", scenario="the 'village' $HOME.lua")[0].splitlines(),
                         lines[5:])
        self.sweep(*words, scenario="the 'village' $HOME.lua")
        self.sweep(*SETTINGS, "--out", "out", scenario="the 'village' $HOME.lua")
        self.assertEqual(self.read("my out/results.json"), self.read("out/results.json"))


if __name__ == "__main__":
    main()
