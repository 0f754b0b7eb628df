"""Indicators of the reference's section 18 (its table of KPIs), from scenarios in its own form.

The setups are known by their names and figures only, so these are communities of ours in which the same energies move:
the table's figures decide what somebody needs, makes and buys from whom. Energies are those of an hour at noon: 4 kW for
an hour are 4 kWh.
"""
import json

import flow


def hour(power_W):
    return {"00:00": 0, "12:00": power_W, "13:00": 0}


def load(name, power_W=4000, first=20):
    return {"name": name, "type": "LoadProfile", "daily_load_profile": hour(power_W), "initial_buying_rate": first,
            "final_buying_rate": 30}


def roof(name, power_W, first=20, last=19.8):
    return {"name": name, "type": "PVProfile", "power_profile": hour(power_W), "initial_selling_rate": first,
            "final_selling_rate": last}


def home(number, power_W, *more, load_W=4000):
    return {"name": f"House {number}",
            "children": [load(f"L {number}", load_W), roof(f"PV {number}", power_W), *more]}


def settings(market_type, ages=(1, 1)):
    return {"basic_settings": {"sim_duration": "24h", "slot_length": "30m", "tick_length": "15s",
                               "start_date": "2024-06-03"},
            "advanced_settings": {"MASettings": {"MARKET_TYPE": market_type, "BID_OFFER_MATCH_TYPE": 1,
                                                 "MIN_OFFER_AGE": ages[0], "MIN_BID_AGE": ages[1]}}}


def grid(homes, *others):
    return {"name": "Grid", "children": [{"name": "Community", "children": homes}, *others]}


def bus(sell, buy, name="DSO"):
    return {"name": name, "type": "InfiniteBus", "energy_sell_rate": sell, "energy_buy_rate": buy}


class Indicators(flow.Flow):
    def indicators(self, area, chosen):
        self.write("area.json", json.dumps(area))
        self.write("settings.json", json.dumps(chosen))
        self.lunagrid("run", "area.json", "--out", "r", "--quiet")
        return {row[0]: row[1:] for row in self.query(
            "r", "SELECT area, consumed_own_kWh, demanded_kWh, produced_kWh, self_sufficiency, self_consumption"
                 " FROM kpis_view")}

    def expect(self, row, own, demanded, produced, sufficiency, consumption):
        for got, wanted in zip(row, (own, demanded, produced)):
            self.assertAlmostEqual(got, wanted, places=6)
        self.assertEqual(round(row[3], 5), sufficiency)
        self.assertEqual(round(row[4], 5), consumption)

    def expect_homes(self, rows):
        self.expect(rows["House 1"], 4, 4, 4, 1, 1)
        self.expect(rows["House 2"], 2, 4, 2, 0.5, 1)
        self.expect(rows["House 3"], 4, 4, 8, 1, 0.5)

    def test_d3asim_2103_one_sided(self):
        # the utility takes what House 3 has over before the second load of House 2, which begins low, would
        homes = [home(1, 4000), home(2, 2000, load("L 2b", 2000, first=10), load_W=2000), home(3, 8000)]
        rows = self.indicators(grid(homes, bus(30, 25)), settings(1))
        self.expect_homes(rows)
        self.expect(rows["Community"], 10, 12, 14, 0.83333, 0.71429)

    def test_d3asim_2103_pay_as_bid(self):
        homes = [home(1, 4000), home(2, 2000), home(3, 8000)]
        rows = self.indicators(grid(homes, bus(30, 19.9)), settings(2))
        self.expect_homes(rows)
        self.expect(rows["Community"], 12, 12, 14, 1, 0.85714)

    def test_d3asim_2262(self):
        # what is over at noon is kept for the evening of House 1, whose demand is counted a slot late: 3 of 4 kWh
        evening = {"name": "L evening", "type": "LoadHours", "avg_power_W": 2000, "hrs_of_day": [22, 23],
                   "initial_buying_rate": 20, "final_buying_rate": 30}
        store = {"name": "Battery", "type": "Storage", "battery_capacity_kWh": 6, "max_abs_battery_power_kW": 5,
                 "initial_soc": 10, "min_allowed_soc": 10, "initial_buying_rate": 12, "final_buying_rate": 20,
                 "initial_selling_rate": 29, "final_selling_rate": 20.01}
        homes = [home(1, 4000, evening), store, home(2, 2000), home(3, 8000)]
        rows = self.indicators(grid(homes, bus(200, 15.2, "Feed In Tariff"),
                                    {"name": "Market Maker", "type": "MarketMaker", "energy_rate": 30}),
                               settings(2, ages=(1, 2)))
        self.expect(rows["House 1"], 4, 7, 4, 0.57143, 1)
        self.expect(rows["Community"], 14, 15, 14, 0.93333, 1)

    def test_d3asim_3464_young_couple(self):
        # no roof: they buy all they need in the community at 25, where the utility asks 30
        couple = {"name": "Couple", "children": [
            {"name": "L", "type": "LoadHours", "avg_power_W": 400, "initial_buying_rate": 25, "final_buying_rate": 25}]}
        plant = {"name": "Plant", "type": "FiniteDieselGenerator", "max_available_power_kW": 5, "energy_rate": 1}
        chosen = settings(2)
        chosen["basic_settings"]["slot_length"] = "15m"
        self.indicators(grid([couple, plant], bus(30, 20)), chosen)
        self.lunagrid("export", "r", "--layout", "gsy", "-o", "g")
        kpi = {row["name"]: row for row in json.loads(self.read("g/aggregated_results/kpi.json")).values()}["Couple"]
        self.assertAlmostEqual(kpi["utility_bill"], 9.6 * 30)
        self.assertAlmostEqual(kpi["gsy_e_cost"], 9.6 * 25)
        self.assertAlmostEqual(kpi["saving_percentage"], 16.66667, places=5)


if __name__ == "__main__":
    flow.main()
