"""`new`: what it writes passes `check`, runs, and builds."""
import json
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

    def test_league(self):
        out, _ = self.lunagrid("new", "league", "cup")
        self.assertIn("lunagrid league cup/league.lua", out)
        self.assertIn("0 errors", self.lunagrid("check", "cup/league.lua")[0])
        self.write("cup/league.lua", self.read("cup/league.lua").replace("days = 1,", "slots = 8,"))
        self.lunagrid("league", "cup/league.lua", "--quiet")
        table = json.loads(self.read("leagues/cup/league.json"))
        self.assertEqual({e["name"] for e in table["entrants"]}, {"mine", "patient", "home_ramp"})
        self.assertEqual({e["outcomes"]["ok"] for e in table["entrants"]}, {12})  # six cases, two seats

    def test_collab(self):
        out, _ = self.lunagrid("new", "collab", "lane")
        self.assertIn("lunagrid host lane/collab.lua", out)
        self.assertIn("0 errors", self.lunagrid("check", "lane/collab.lua")[0])
        self.lunagrid("host", "lane/collab.lua", "--pace", "full", "--tokens", "tokens.json", "--quiet")
        self.assertEqual(len(json.loads(self.read("tokens.json"))), 5)  # four owners and the organiser
        self.lunagrid("verify", "runs/lane")

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
