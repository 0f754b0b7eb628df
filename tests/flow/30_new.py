"""`new`: what it writes passes `check`, runs, and builds."""
import os
import shutil
import subprocess
import unittest

import flow


class New(flow.Flow):
    def test_strategy(self):
        out, _ = self.lunagrid("new", "strategy", "mine")
        self.assertIn("wrote mine.lua", out)
        out, _ = self.lunagrid("check", "mine.lua")
        self.assertIn("0 errors, 0 warnings", out)
        _, err = self.lunagrid("run", "village.lua", "--agent", "Home 1=mine.lua", "--agent",
                               "Home 2=mine.lua", "--out", "r")
        self.assertEqual(err, "")
        self.assertEqual(self.read(".luarc.json")[0], "{")
        self.assertIn("---@", self.read("lunagrid.meta.lua"))
        _, err = self.lunagrid("new", "strategy", "mine", code=1)
        self.assertIn("mine.lua exists already", err)

    def test_scenario(self):
        self.lunagrid("new", "scenario", "hamlet")
        out, _ = self.lunagrid("check", "hamlet")
        self.assertIn("0 errors, 0 warnings", out)
        self.lunagrid("run", "hamlet", "--slots", "8")
        self.lunagrid("run", "hamlet", "--slots", "2", "--set", "homes=20")
        self.assertEqual(len(self.summary("runs/hamlet")["members"]), 20)

    @unittest.skipUnless(shutil.which("make") and shutil.which("cc"), "needs make and cc")
    def test_plugin(self):
        self.lunagrid("new", "plugin", "pool_heater")
        subprocess.run(["make", "-C", self.path("pool_heater")], check=True, capture_output=True)
        self.assertTrue(os.path.exists(self.path("pool_heater/pool_heater.so")))
        out, _ = self.lunagrid("plugins", LUNAGRID_PLUGINS=self.path("pool_heater"))
        self.assertNotIn("refused", out)
        self.assertIn("\npool_heater ", out)
        self.assertIn("\n  pool_heater: ", out)

    def test_not_a_thing_err(self):
        _, err = self.lunagrid("new", "stratgy", "x", code=2)
        self.assertIn('did you mean "strategy"?', err)
        _, err = self.lunagrid("new", "plugin", "int", code=2)
        self.assertIn("it is a word of C", err)
        _, err = self.lunagrid("new", "plugin", "area", code=2)
        self.assertIn("means something else in a scenario", err)
        _, err = self.lunagrid("new", "plugin", "load", code=2)
        self.assertIn('"load" is taken', err)
        self.assertFalse(os.path.exists(self.path("load")))
        _, err = self.lunagrid("new", "strategy", "a b", code=2)
        self.assertIn("is no name for a strategy", err)


if __name__ == "__main__":
    flow.main()
