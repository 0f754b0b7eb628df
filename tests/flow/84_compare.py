"""`compare`: two runs side by side, with bills that were worked out by hand."""
import json

import flow

# 1.2 kW for an hour at 30 + 4 + 1 ct/kWh: 42 ct. The other home is only in the second scenario.
LANE = """
return scenario { name = "lane", slots = 4, start = "2024-06-03T00:00Z", market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area { name = "Community", grid_fee_constant = 1,
      area { name = "Home 1", load { name = "Load 1", avg_power_W = 1200 } }, MORE } },
  agents = { agent { name = "All", script = "plain.lua", assets = { "Community" } } } }
"""
MORE = 'area { name = "Home 2", load { name = "Load 2", avg_power_W = 600 } },'


class Compare(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("plain.lua", flow.PLAIN.replace("rate = 36", "rate = 35"))
        self.write("a.lua", LANE.replace("MORE", ""))
        self.write("b.lua", LANE.replace("MORE", MORE))
        self.lunagrid("run", "a.lua", "--quiet", "--out", "a")

    def compared(self, *words):
        out, _ = self.lunagrid("compare", *words, "--json")
        return json.loads(out)

    def figure(self, compared, of, name):
        found = [f for f in compared["figures"] if f["of"] == of and f["figure"] == name]
        self.assertEqual(len(found), 1, (of, name))
        return found[0]["a"], found[0]["b"]

    def test_a_setting_of_one_asset(self):
        setting = "grid.Community.Home 1.Load 1.avg_power_W"
        self.lunagrid("run", "a.lua", "--quiet", "--out", "b", "--set", setting + "=2400")
        c = self.compared("a", "b/run.sqlite")
        self.assertEqual(c["settings"], [{"key": setting, "a": "1200", "b": "2400"}])
        self.assertFalse(c["same"])
        home = c["members"][0]
        self.assertEqual((home["name"], home["a"]["bill_EUR"], home["b"]["bill_EUR"]), ("Home 1", 0.42, 0.84))
        self.assertEqual(self.figure(c, "community", "bill"), (0.42, 0.84))
        self.assertEqual(self.figure(c, "community", "peak_import"), (1.2, 2.4))
        self.assertEqual(self.figure(c, "community", "peak_import_time"), ("2024-06-03T00:00",) * 2)
        self.assertEqual(self.figure(c, "community", "grid_fees"), (0.06, 0.12))  # 5 ct on 1.2 and 2.4 kWh
        self.assertEqual(self.figure(c, "Community", "price"), (35, 35))
        self.assertEqual(self.figure(c, "Grid", "price"), (34, 34))
        self.assertEqual(self.figure(c, "Community", "peak_import"), (1.2, 2.4))
        out, _ = self.lunagrid("compare", "a", "b")
        self.assertRegex(out, r"Home 1 +0\.42 +0\.84 +0\.42 +0\.00 +0\.00 +0\.00")
        self.assertRegex(out, r"peak import +kW +1\.20 +2\.40 +1\.20")
        self.assertIn(setting, out)

    def test_a_home_that_only_one_has(self):
        self.lunagrid("run", "b.lua", "--quiet", "--out", "b")
        out, _ = self.lunagrid("compare", "a", "b")
        self.assertIn("only in B: Home 2", out)
        self.assertRegex(out, r"Home 2 +- +0\.21 +-")
        out, _ = self.lunagrid("compare", "b", "a")
        self.assertIn("only in A: Home 2", out)
        c = self.compared("a", "b")
        self.assertIsNone(c["members"][1]["a"])
        self.assertEqual(c["members"][1]["b"]["bill_EUR"], 0.21)
        keys = [s["key"] for s in c["settings"]]
        self.assertIn("grid.Community.Home 2.Load 2.avg_power_W", keys)
        self.assertFalse([k for k in keys if "Home 1" in k], "a home more shifts nobody's settings")
        self.assertIsNone([s for s in c["settings"] if s["key"].endswith("avg_power_W")][0]["a"])

    def test_scripts_by_their_content(self):
        self.write("plain.lua", self.read("plain.lua") + "-- changed\n")
        self.lunagrid("run", "a.lua", "--quiet", "--out", "b")
        c = self.compared("a", "b")
        self.assertEqual([s["key"] for s in c["settings"]], ["source of plain.lua"])

    def test_the_same_run(self):
        self.lunagrid("run", "a.lua", "--quiet", "--out", "b")
        out, _ = self.lunagrid("compare", "a", "b")
        self.assertIn("Both did the same, event by event: run hash ", out)
        self.assertIn("The settings are the same.", out)
        self.assertTrue(self.compared("a", "b")["same"])

    def test_lengths(self):
        self.lunagrid("run", "a.lua", "--quiet", "--out", "b", "--slots", "2")
        out, _ = self.lunagrid("compare", "a", "b")
        self.assertIn("They are not of the same length", out)

    def test_what_is_no_run_err(self):
        _, err = self.lunagrid("compare", "a", "nowhere", code=1)
        self.assertIn("there are no results: nowhere", err)
        self.write("summary/run.sqlite", "")
        _, err = self.lunagrid("compare", "summary", "a", code=1)
        self.assertIn("summary/run.sqlite is not a result of lunagrid", err)
        self.lunagrid("compare", "a", code=2)
        self.lunagrid("compare", "a", "a", "a", code=2)


if __name__ == "__main__":
    flow.main()
