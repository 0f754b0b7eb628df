"""Bills of whole runs against hand-made figures: nobody can save by magic, nobody pays twice."""
import flow


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
        self.write("idle.lua", "return {}")
        home = self.members("--agent", "Home 2=idle.lua")["Home 2"]
        # 1.2 kWh at 30 + 5 + 5 ct
        self.assertAlmostEqual(home["unserved_kWh"], 1.2, places=9)
        self.assertAlmostEqual(home["bill_EUR"], 0.48, places=7)

    def test_a_home_that_trades_with_itself_pays_nobody(self):
        # The panels make more than the load needs; base: all surplus goes to the utility at 8 - 5 ct.
        home = self.members("--agent", "Home 1=plain.lua")["Home 1"]
        self.assertAlmostEqual(home["bought_kWh"], 0, places=9)
        self.assertLess(home["base_bill_EUR"], 0)
        self.assertLessEqual(home["bill_EUR"], home["base_bill_EUR"] + 1e-9)


if __name__ == "__main__":
    flow.main()
