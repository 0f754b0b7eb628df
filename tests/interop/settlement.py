"""What was measured against what was planned, traded over Redis: the deviation that a client is told, orders with the
time_slot of a slot that is over, and the trades that come of them."""
import json
import os
import unittest

import exchange

SCENARIO = """
return scenario {
  name = "settled", seed = 7, start = "2024-06-03T12:00Z", slots = 8, ticks_per_slot = 30,
  market = { kind = "two_sided", matching = "pay_as_bid" }, market_maker_rate = 30, feed_in_tariff = 8,
  settlement = { max_age_hours = 1, relative_std_percent = 15 },
  grid = area { name = "Grid",
    infinite_bus { name = "Market Maker", energy_sell_rate = 30, energy_buy_rate = 8 },
    area { name = "House 1", load { name = "Load 1", avg_power_W = 900 }, pv { name = "PV 1", capacity_kW = 3 } },
    area { name = "House 2", load { name = "Load 2", avg_power_W = 700 }, load { name = "Load 3", avg_power_W = 2000 } } },
}
"""
ASSETS = ["Load 1", "PV 1", "Load 2", "Load 3"]


class Settler(exchange.Aggregator):
    """As the template of the SDK: who has used more bids for it, who has used less offers it."""

    def __init__(self, server):
        super().__init__(server, "settler")
        self.trades, self.orders, self.seen, self.lists = [], [], {}, []
        self.deviance = []

    def on_market_slot(self, message):
        for key, node in exchange.nodes(message["grid_tree"]):
            open_slots = node.get("asset_info", {}).get("unsettled_deviation_kWh", {})
            for slot, deviation in open_slots.items():
                self.seen.setdefault(node["area_name"], {}).setdefault(slot, deviation)
                if not deviation:
                    continue
                kind, rate = ("bid", 25) if deviation > 0 else ("offer", 20)
                energy = abs(deviation)
                answers = self.batch({key: [
                    {"type": kind, "energy": energy, "price": energy * rate, "time_slot": slot},
                    {"type": "list_" + kind + "s", "time_slot": slot},
                    {"type": kind, "energy": energy * 2, "price": energy * rate, "time_slot": slot}]})[key]
                self.orders.append((slot, node["area_name"], energy, answers))
        market = self.assets["house-2"]
        if message["market_slot"][11:16] != "12:00":
            self.deviance.append(self.batch({market: [{"type": "dso_market_stats", "data": {}}]})[market][0]["market_stats"])

    def on_trade(self, message):
        self.trades += message["trade_list"]


class Settlement(exchange.Interop):
    def test_deviations_are_traded(self):
        self.redis.start()
        with open(os.path.join(self.folder, "scenario.lua"), "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        self.run_host("run", "scenario.lua", "--await-batches=1", "--out", "r")
        self.until_said("connected to Redis")
        client = Settler(self.redis)
        self.addCleanup(client.close)
        for name in ASSETS + ["house-2"]:
            client.register(name)
        self.assertTrue(client.finished.wait(100), self.said())
        self.assertEqual(self.host.wait(30), 0, self.said())
        client.pool.shutdown(wait=True)
        client.check()
        self.assertEqual(set(client.seen), set(ASSETS))
        # an order of the slot before may have traded since the client was told what is left
        late = [o for o in client.orders if o[3][0].get("reason") == "more energy than the asset needs or has"]
        placed_all = [o for o in client.orders if o not in late]
        self.assertGreater(len(placed_all), 10)
        for slot, name, energy, (placed, listed, too_much) in placed_all:
            self.assertEqual((placed["status"], placed["market_type"]), ("ready", "Settlement Market"), placed)
            order = json.loads(placed[placed["command"]])
            self.assertEqual(order["time_slot"], slot + ":00")
            self.assertEqual(order["buyer" if placed["command"] == "bid" else "seller"]["name"], name)
            own = listed.get("bid_list", listed.get("offer_list"))
            self.assertEqual([o["id"] for o in own], [order["id"]])
            self.assertAlmostEqual(own[0]["energy"], energy, places=8)
            self.assertEqual((too_much["status"], too_much["market_type"]), ("error", "Settlement Market"))
        settled = [t for t in client.trades if t.get("market_type") == "Settlement Market"]
        self.assertTrue(settled)
        for trade in settled:
            name = trade["buyer"] if trade["seller"] == "anonymous" else trade["seller"]
            deviation = client.seen[name][trade["time_slot"]]
            self.assertEqual(trade["buyer"] == name, deviation > 0)
            self.assertLessEqual(trade["traded_energy"], abs(deviation) + 1e-9)
        self.assertEqual([t for t in client.trades if "time_slot" in t and t not in settled], [])
        measured = [d["market_energy_deviance"] for d in client.deviance if d.get("market_energy_deviance")]
        self.assertTrue(measured)
        self.assertEqual(set(measured[0]), {client.assets["Load 2"], client.assets["Load 3"]})
        self.assertIn("8 of 8 slots", self.lunagrid("verify", "r"))


if __name__ == "__main__":
    unittest.main()
