"""Bills of whole runs against hand-made figures: nobody can save by magic, nobody pays twice."""
import os
import sqlite3

import flow

EXAMPLES = os.path.join(flow.SOURCE, "examples")

# A street in which a home with panels and a load has neighbours who bid early and high.
OWN_USE = """
local watts = param("watts", 800, "what the load of Home 1 takes")
return scenario {
  name = "own_use", seed = 5, start = "2024-06-03T05:00Z", slots = 16, market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4, grid_fee_percentage = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area { name = "Community", grid_fee_constant = 1, grid_fee_percentage = 1,
      area { name = "Home 1",
        load { name = "Load 1a", avg_power_W = watts / 4, use_market_maker_rate = true },
        load { name = "Load 1b", avg_power_W = watts * 3 / 4, use_market_maker_rate = true },
        pv { name = "PV 1", capacity_kW = 5, model = "clear_sky", final_selling_rate = 2 } },
      area { name = "Home 2", load { name = "Load 2", avg_power_W = 4000 } },
      area { name = "Home 3", load { name = "Load 3", avg_power_W = 4000 } } } },
  agents = { agent { name = "Home 2", script = "plain.lua" }, agent { name = "Home 3", script = "plain.lua" } },
}
"""


class Bills(flow.Flow):
    def members(self, *words):
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--slots", "4", *words)
        return {m["name"]: m for m in self.summary("r")["members"]}

    def test_a_load_that_pays_the_utility_pays_the_base_bill(self):
        # 1.2 kW for an hour, 30 + 4 + 1 ct/kWh: 42 ct without a market. A bid of exactly that price in a
        # community without any other seller finds the utility and costs the same.
        self.write("village.lua", """
        return scenario { name = "v", slots = 4, start = "2024-06-03T00:00Z", market_maker_rate = 30,
          feed_in_tariff = 8,
          grid = area { name = "Grid", grid_fee_constant = 4,
            infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
            area { name = "Community", grid_fee_constant = 1,
              area { name = "Home 2", load { name = "Load 2", avg_power_W = 1200 } } } } }""")
        self.write("plain.lua", flow.PLAIN.replace("rate = 36", "rate = 35"))
        home = self.members("--agent", "Home 2=plain.lua")["Home 2"]
        self.assertAlmostEqual(home["bought_kWh"], 1.2, places=9)
        self.assertAlmostEqual(home["bill_EUR"], 0.42, places=7)
        self.assertAlmostEqual(home["base_bill_EUR"], 0.42, places=7)

    def test_a_dark_home_pays_the_surcharge(self):
        self.write("idle.lua", "return { on_start = function() end }")
        home = self.members("--agent", "Home 2=idle.lua")["Home 2"]
        # 1.2 kWh at 30 + 5 + 5 ct
        self.assertAlmostEqual(home["unserved_kWh"], 1.2, places=9)
        self.assertAlmostEqual(home["bill_EUR"], 0.48, places=7)

    def test_a_home_without_a_market_buys_at_its_door(self):
        # As imported of that exchange with market type 0: every home has a bus of its own, 1.2 kWh a home.
        self.write("none.lua", """
        return scenario { name = "none", slots = 4, start = "2024-06-03T10:00Z", market_maker_rate = 30,
          feed_in_tariff = 8, market = { kind = "none", compat = "gsy-e" },
          grid = area { name = "Grid", grid_fee_constant = 4, infinite_bus { name = "Utility" },
            area { name = "Home 1", load { name = "Load 1", avg_power_W = 1200, final_buying_rate = 30 } },
            area { name = "Home 2", load { name = "Load 2", avg_power_W = 1200, final_buying_rate = 30 },
              pv { name = "PV 2", capacity_kW = 0.5, model = "clear_sky", final_selling_rate = 0 } },
            area { name = "Home 3", load { name = "Load 3", avg_power_W = 0.01, final_buying_rate = 30 } } } }""")
        out, _ = self.lunagrid("run", "none.lua", "--out", "r")
        homes = {m["name"]: m for m in self.summary("r")["members"]}
        for home in homes.values():
            self.assertAlmostEqual(home["saving_EUR"], 0, places=5)
        self.assertAlmostEqual(homes["Home 1"]["bought_kWh"], 1.2, places=6)
        self.assertAlmostEqual(homes["Home 1"]["bill_EUR"], 0.36, places=6)
        self.assertEqual(homes["Home 1"]["self_sufficiency"], 0)
        self.assertTrue(0 < homes["Home 2"]["self_sufficiency"] < 1, homes["Home 2"])
        community = self.summary("r")["community"]
        self.assertAlmostEqual(community["bill_EUR"], sum(m["bill_EUR"] for m in homes.values()), places=6)
        self.assertAlmostEqual(community["saving_EUR"], 0, places=5)
        with sqlite3.connect(self.path("r/run.sqlite")) as database:
            costs = dict(database.execute("SELECT area, gsy_e_cost_EUR FROM savings_view"))
            grid = dict(database.execute("SELECT member, sum(imported_from_grid_kWh) "
                                         "FROM imported_exported_energy_view GROUP BY member"))
        for name, home in homes.items():
            self.assertAlmostEqual(costs[name], home["bill_EUR"], places=5)
            self.assertAlmostEqual(grid.get(name, 0), home["bought_kWh"], places=6)
        home_3 = next(line for line in out.splitlines() if line.startswith(" Home 3"))
        self.assertTrue(home_3.rstrip().endswith("-"), home_3)  # no percentage of nothing

    def test_a_home_that_trades_with_itself_pays_nobody(self):
        # The panels make more than the load needs; base: all surplus goes to the utility at 8 - 5 ct.
        home = self.members("--agent", "Home 1=plain.lua")["Home 1"]
        self.assertAlmostEqual(home["bought_kWh"], 0, places=9)
        self.assertLess(home["base_bill_EUR"], 0)
        self.assertLessEqual(home["bill_EUR"], home["base_bill_EUR"] + 1e-9)

    def test_what_a_home_makes_serves_its_own_load_first(self):
        self.write("own_use.lua", OWN_USE)
        rules = ([], ["--set", "market.matching=pay_as_clear"], ["--set", "market.kind=one_sided"],
                 ["--set", "market.fees=percentage"],
                 ["--set", "market.offer_age=1", "--set", "market.bid_age=1"])
        for strategy in ("home_ramp", "patient", "night_owl", "cheap_hours"):
            for more in rules:
                for watts in (800, 12000):  # most slots have energy over, or none
                    with self.subTest(strategy, rules=more, watts=watts):
                        self.lunagrid("run", "own_use.lua", "--out", "r", "--quiet", "--set", f"watts={watts}",
                                      "--agent", f"Home 1=strategies/{strategy}.lua", *more)
                        self.own_use_is_complete()
                        home = [m for m in self.summary("r")["members"] if m["name"] == "Home 1"][0]
                        self.assertLessEqual(home["bill_EUR"], home["base_bill_EUR"] + 1e-6)

    def test_a_fee_of_the_home_does_not_keep_it_from_that(self):
        self.write("own_use.lua", OWN_USE)
        for kind in ("constant", "percentage"):
            with self.subTest(kind):
                self.lunagrid("run", "own_use.lua", "--out", "r", "--quiet", "--set", f"market.fees={kind}",
                              "--set", f"grid.Community.Home 1.grid_fee_{kind}=1.5",
                              "--agent", "Home 1=strategies/home_ramp.lua")
                self.own_use_is_complete()

    def own_use_is_complete(self):
        """In every slot the loads of Home 1 get all they can from its panels."""
        could = self.query("r", "SELECT slot, min(sum(demand_uwh), sum(supply_uwh)) FROM asset_slots "
                                "JOIN assets USING (asset) WHERE name IN ('Load 1a', 'Load 1b', 'PV 1') GROUP BY slot "
                                "HAVING min(sum(demand_uwh), sum(supply_uwh)) > 0")
        did = self.query("r", "SELECT t.slot, sum(t.energy_uwh) FROM trades t JOIN assets b ON b.asset = t.buyer "
                              "JOIN assets s ON s.asset = t.seller WHERE b.name LIKE 'Load 1%' AND s.name = 'PV 1' "
                              "GROUP BY t.slot")
        self.assertEqual(did, could)
        self.assertEqual(len(could), 16)

    def test_no_home_of_an_example_loses_by_its_market(self):
        # Cars stand still in the base case, so homes with one are left out where they only charge.
        names = sorted(n for n in os.listdir(EXAMPLES)
                       if os.path.exists(os.path.join(EXAMPLES, n, "scenario.lua")))
        for name in names:
            more = self.measured() if name == "real-street" else []
            for seed in ("", "3"):
                with self.subTest(name, seed=seed):
                    self.lunagrid("run", os.path.join(EXAMPLES, name), "--out", "r", "--quiet", *more,
                                  *(["--seed", seed] if seed else []))
                    homes = [m for m in self.summary("r")["members"]
                             if name != "grid-operators" or "flexible_car" not in m["strategy"]]
                    self.assertGreaterEqual(len(homes), 1 if name == "battery-home" else 4)
                    for home in homes:
                        self.assertLessEqual(home["bill_EUR"], home["base_bill_EUR"] + 1e-6, home["name"])

    def measured(self):
        """A day of twelve homes that all use more than most of their panels make."""
        rows = ["time," + ",".join(f"h{h:02}" for h in range(1, 13))]
        for i in range(96):
            use = (f"{0.15 + 0.04 * h + 0.01 * (i * h % 7):.2f}" for h in range(12))
            rows.append(f"2018-10-29T{i // 4:02}:{i % 4 * 15:02}Z," + ",".join(use))
        self.write("homes.csv", "\n".join(rows) + "\n")
        return ["--set", "data=homes.csv"]


if __name__ == "__main__":
    flow.main()
