"""Scripts that fail during a run: told a few times, logged in full, exit code 4, others go on."""
import sqlite3

import flow


class Faults(flow.Flow):
    def test_failing_callback_err(self):
        self.write("bad.lua", "return { on_tick = function(t) local x = t.assets[1].energy_requirment_kWh end }")
        out, err = self.lunagrid("run", "village.lua", "--out", "r", "--agent", "Home 1=bad.lua", code=4)
        self.assertIn("bad.lua:1:", err)
        self.assertIn("energy_requirement_kWh", err)
        self.assertIn("further errors of this agent are in the log", err)
        self.assertEqual(err.count("bad.lua:1:"), 3)
        self.assertIn("script errors, see the log", out)
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

    def test_endless_loop_is_stopped_err(self):
        self.write("loop.lua", "return { on_market_cycle = function() while true do end end }")
        _, err = self.lunagrid("run", "village.lua", "--slots", "1", "--agent", "Home 1=loop.lua", code=4)
        self.assertIn("loop.lua", err)


if __name__ == "__main__":
    flow.main()
