"""Signals: INT finishes the slot and writes, TERM leaves a readable file that says it is incomplete."""
import os
import signal
import sqlite3
import subprocess
import time

import flow

# Says when the run has begun, then keeps it busy for as long as the test needs.
SLOW = """
local n = 0
return { every_tick = true, on_market_cycle = function(m) print("slot " .. m.slot) end,
         on_tick = function() for i = 1, 200000 do n = n + i end end }
"""


class Stop(flow.Flow):
    def stopped(self, number, *words, before=lambda: None):
        self.write("slow.lua", SLOW)
        run = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--days", "300", "--out", "r",
                                "--agent", "Home 1=slow.lua", *words], cwd=self.folder, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        for line in run.stderr:
            if "slot 3" in line:
                break
        before()
        run.send_signal(number)
        out, err = run.communicate(timeout=120)
        self.assertEqual(run.returncode, 1, err)
        with sqlite3.connect(self.path("r/run.sqlite")) as db:
            self.assertEqual(db.execute("pragma integrity_check").fetchone()[0], "ok")
            status = db.execute("select status from runs").fetchone()[0]
            slots = db.execute("select count(*) from slots").fetchone()[0]
        return out, err, status, slots

    def busy_s(self, run):
        """Processor time that the program has taken."""
        with open(f"/proc/{run.pid}/stat", encoding="utf-8") as file:
            return int(file.read().rsplit(")", 1)[1].split()[11]) / os.sysconf("SC_CLK_TCK")

    def test_the_third_signal_ends_what_hangs(self):
        self.write("stuck.lua", "return { on_market_cycle = function() while true do end end }")
        run = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--out", "r", "--agent", "Home 1=stuck.lua"],
                               cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=self.environment())
        while self.busy_s(run) < 1:  # all else takes far less, and the callback may take 2 s
            time.sleep(0.02)
        for _ in range(3):  # sent while the callback runs: no round of the loop hears them
            run.send_signal(signal.SIGTERM)
            try:
                run.wait(timeout=0.1)  # signals of one kind that arrive together count as one
            except subprocess.TimeoutExpired:
                pass
        run.communicate(timeout=60)
        self.assertEqual(run.returncode, -signal.SIGTERM)

    def test_interrupt_writes_what_there_is(self):
        out, err, status, slots = self.stopped(signal.SIGINT)
        self.assertIn("the slot is finished", err)
        self.assertIn(f"interrupted: {slots} of 28800 slots", out)
        self.assertGreaterEqual(slots, 3)
        self.assertEqual(status, "incomplete")
        run = self.summary("r")["run"]
        self.assertEqual((run["status"], run["slots"], run["slots_done"]), ("incomplete", 28800, slots))
        self.assertEqual(len(self.summary("r")["members"]), 2)

    def test_terminate_leaves_an_incomplete_file(self):
        out, err, status, _ = self.stopped(signal.SIGTERM)
        self.assertEqual(out, "")
        self.assertIn("incomplete", err)
        self.assertEqual(status, "incomplete")

    def test_results_that_cannot_be_finished_err(self):
        out, err, status, slots = self.stopped(signal.SIGINT, "--csv",
                                               before=lambda: os.mkdir(self.path("r/bills.csv")))
        self.assertEqual((out, status), ("", "incomplete"))
        self.assertIn("bills.csv: Is a directory", err)
        self.assertIn(f"{slots} of 28800 slots are done, but their results in r could not be finished", err)
        left = os.listdir(self.path("r"))
        self.assertFalse([name for name in left if name.startswith("summary.json")], left)


class Folders(flow.Flow):
    """Two runs at once, and what a killed one leaves."""

    def test_the_second_of_two_runs_in_a_folder_says_so(self):
        import subprocess

        words = [flow.PROGRAM, "run", "village.lua", "--out", "r", "--slots", "200", "--quiet"]
        both = [subprocess.Popen(words, cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                 env=self.environment()) for _ in range(6)]
        said = [run.communicate()[1] for run in both]
        self.assertIn(0, [run.returncode for run in both])
        for run, words in zip(both, said):
            if run.returncode:
                self.assertIn("r/run.sqlite: another run is writing it", words)

    def test_a_run_that_cannot_start_leaves_the_earlier_results_err(self):
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--csv")
        before = {name: self.read_bytes("r/" + name) for name in os.listdir(self.path("r"))}
        self.write("bad.lua", "error('at once')")
        self.lunagrid("run", "village.lua", "--out", "r", "--agent", "Home 1=bad.lua", code=4)
        os.mkdir(self.path("r/trades.csv.part"))
        _, err = self.lunagrid("run", "village.lua", "--out", "r", "--csv", code=1)
        self.assertIn("cannot write r/trades.csv: Is a directory", err)
        os.rmdir(self.path("r/trades.csv.part"))
        after = {name: self.read_bytes("r/" + name) for name in os.listdir(self.path("r"))}
        self.assertEqual(after, before)

    def read_bytes(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_parts_of_a_killed_run_are_removed(self):
        for name in ("summary.json", "trades.csv", "market_slots.csv", "bills.csv"):
            self.write(f"r/{name}.part", "left")
        self.write("r/mine.csv.part", "not ours")
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet")
        import os

        self.assertEqual(sorted(os.listdir(self.path("r"))), ["mine.csv.part", "run.journal", "run.sqlite",
                                                            "summary.json"])


if __name__ == "__main__":
    flow.main()
