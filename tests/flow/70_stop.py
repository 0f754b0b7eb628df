"""Signals: INT finishes the slot and writes, TERM leaves a readable file that says it is incomplete."""
import signal
import sqlite3
import subprocess

import flow

# Says when the run has begun, then keeps it busy for as long as the test needs.
SLOW = """
local n = 0
return { every_tick = true, on_market_cycle = function(m) print("slot " .. m.slot) end,
         on_tick = function() for i = 1, 200000 do n = n + i end end }
"""


class Stop(flow.Flow):
    def stopped(self, number):
        self.write("slow.lua", SLOW)
        run = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--days", "300", "--out", "r",
                                "--agent", "Home 1=slow.lua"], cwd=self.folder, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        for line in run.stderr:
            if "slot 3" in line:
                break
        run.send_signal(number)
        out, err = run.communicate(timeout=120)
        self.assertEqual(run.returncode, 1, err)
        with sqlite3.connect(self.path("r/run.sqlite")) as db:
            self.assertEqual(db.execute("pragma integrity_check").fetchone()[0], "ok")
            status = db.execute("select status from runs").fetchone()[0]
            slots = db.execute("select count(*) from slots").fetchone()[0]
        return out, err, status, slots

    def test_interrupt_writes_what_there_is(self):
        out, err, status, slots = self.stopped(signal.SIGINT)
        self.assertIn("the slot is finished", err)
        self.assertIn(f"interrupted: {slots} of 28800 slots", out)
        self.assertGreaterEqual(slots, 3)
        self.assertEqual(status, "incomplete")
        self.assertEqual(self.summary("r")["run"]["status"], "incomplete")
        self.assertEqual(len(self.summary("r")["members"]), 2)

    def test_terminate_leaves_an_incomplete_file(self):
        out, err, status, _ = self.stopped(signal.SIGTERM)
        self.assertEqual(out, "")
        self.assertIn("incomplete", err)
        self.assertEqual(status, "incomplete")


if __name__ == "__main__":
    flow.main()
