"""A whole day of examples/gsy-community, traded by a client that speaks as gsy-e-sdk does: loads that bid more and more,
panels that ask for less and less, a battery that does both, and a grid operator with a fee of its own."""
import json
import os
import sqlite3
import unittest

import exchange

LOADS = ["Load 1 L13", "Load 2 L21", "Load 3 L17"]
PANELS = ["PV 1 (4kW)", "PV 3 (5kW)"]
BATTERY = "Tesla Powerwall 3"


class Oracle(exchange.Aggregator):
    """Ramps between what the utility pays and what it asks, both with the fees on the way."""

    def __init__(self, server):
        super().__init__(server, "oracle")
        self.bought, self.sold, self.spent, self.earned = 0, 0, 0, 0  # kWh; cents
        self.orders = self.silences = 0
        self.refused = []
        self.bills = {}
        self.fee = 8
        self.rates = {}

    def info(self, message):
        own = set(self.assets.values())
        return {key: node for key, node in exchange.nodes(message["grid_tree"]) if key in own}

    def on_market_slot(self, message):
        fees = {node["area_name"]: node["current_market_fee"] for _, node in exchange.nodes(message["grid_tree"])
                if "current_market_fee" in node}
        self.fee = (fees["Grid"] or 0) + (fees["Community"] or 0)
        self.rates = {"high": message["market_maker_rate"] + self.fee,
                      "low": max(0, message["feed_in_tariff_rate"] - self.fee)}
        for key, node in self.info(message).items():
            self.bills[key] = node["asset_bill"]
        self.trade(message, 0)

    def on_tick(self, message):
        self.trade(message, int(message["slot_completion"].rstrip("%")) / 70)

    def trade(self, message, part):
        """`part`: 0 at the beginning of the slot, 1 at 70 % of it; behind that there is nothing more to ask for."""
        commands = {}
        if part > 1:
            self.silences += 1
            return
        low, high = self.rates["low"], self.rates["high"]
        for key, node in self.info(message).items():
            info, orders = node["asset_info"], []
            if info.get("energy_requirement_kWh", 0) > 0:
                energy = info["energy_requirement_kWh"]
                orders.append({"type": "bid", "energy": energy, "price": energy * (low + (high - low) * part)})
            if info.get("available_energy_kWh", 0) > 0:
                energy = info["available_energy_kWh"]
                orders.append({"type": "offer", "energy": energy, "price": energy * (high - (high - low) * part)})
            if info.get("energy_to_buy", 0) > 0:
                energy = info["energy_to_buy"]
                orders.append({"type": "bid", "energy": energy, "price": energy * (low + (high - low) * part / 2)})
            if info.get("energy_to_sell", 0) > 0:
                energy = info["energy_to_sell"]
                orders.append({"type": "offer", "energy": energy, "price": energy * (high - (high - low) * part / 2)})
            for order in orders:
                order.update({"replace_existing": True, "time_slot": None})
            if orders:
                commands[key] = orders
        if not commands:  # the SDK publishes nothing then: the tick passes in silence
            self.silences += 1
            return
        for key, answers in self.batch(commands).items():
            for answer in answers:
                self.orders += 1
                if answer["status"] != "ready":
                    self.refused.append(answer["reason"])
                else:
                    order = json.loads(answer[answer["command"]])
                    assert order["buyer" if answer["command"] == "bid" else "seller"]["uuid"] == key

    def on_trade(self, message):
        for trade in message["trade_list"]:
            if trade["seller"] == "anonymous":
                self.bought += trade["traded_energy"]
                self.spent += trade["trade_price"]
            else:
                self.sold += trade["traded_energy"]
                self.earned += trade["trade_price"] - trade["total_fee"]


class Operator(exchange.Aggregator):
    """Asks for more in the evening."""

    def __init__(self, server):
        super().__init__(server, "operator")
        self.changes = 0
        self.statistics = []

    def on_market_slot(self, message):
        hour = int(message["market_slot"][11:13])
        fee = 6 if 17 <= hour < 21 else 4
        market = self.assets["community"]
        answers = self.batch({market: [{"type": "dso_market_stats", "data": {}},
                                       {"type": "grid_fees", "data": {"fee_const": fee}}]})[market]
        assert [a["command"] for a in answers] == ["dso_market_stats", "grid_fees"], answers
        assert answers[1]["market_fee_const"] == str(fee), answers
        self.statistics.append(answers[0]["market_stats"])
        self.changes += 1


class Day(exchange.Interop):
    def test_a_whole_day(self):
        self.redis.start()
        self.run_host("run", self.community(), "--await-batches=20", "--out", "r")
        self.until_said("connected to Redis")
        oracle, operator = Oracle(self.redis), Operator(self.redis)
        self.addCleanup(oracle.close)
        self.addCleanup(operator.close)
        for name in LOADS + PANELS + [BATTERY]:
            oracle.register(name)
        operator.register("community")
        self.assertTrue(oracle.finished.wait(280), self.said())
        self.assertTrue(operator.finished.wait(10))
        self.assertEqual(self.host.wait(30), 0, self.said())
        oracle.check()
        operator.check()
        # every slot and every tenth of one was told
        self.assertEqual((oracle.events["market"], oracle.events["tick"]), (96, 96 * 10))
        self.assertEqual((operator.events["market"], operator.changes), (95, 95))  # none has closed in the first
        self.assertNotIn("tick", operator.events)
        self.assertGreater(oracle.orders, 2000)
        # a tick is told before it is matched, as in the original: what trades in it is no longer there to be ordered
        self.assertLessEqual(set(oracle.refused), {"more energy than the asset needs or has"})
        self.assertLess(len(oracle.refused), oracle.orders / 50)
        # who is silent is told once, and waited for again all the same
        self.assertGreater(oracle.silences, 100)
        self.assertLessEqual(self.said().count("waited"), 1)
        self.bills_agree(oracle)
        self.assertGreater(operator.statistics[0]["market_fee_revenue"], -1)
        self.assertGreater(operator.statistics[60]["market_fee_revenue"], 0)
        # without Redis and without clients it comes out the same
        self.redis.stop()
        told = self.lunagrid("verify", "r")
        self.assertIn("96 of 96 slots", told)
        self.assertIn(self.hash_of("r"), told)
        print(f"\nday: {oracle.orders} orders, {len(oracle.refused)} refused, {oracle.silences} ticks in silence, "
              f"{oracle.events['trade']} messages of trades, bought {oracle.bought:.3f} kWh for "
              f"{oracle.spent / 100:.4f} EUR, sold {oracle.sold:.3f} kWh for {oracle.earned / 100:.4f} EUR")

    def bills_agree(self, oracle):
        """What the client was told of trades is what the results hold of its assets."""
        names = "','".join(oracle.assets)
        results = sqlite3.connect(os.path.join(self.folder, "r", "run.sqlite"))
        row = results.execute("SELECT sum(bought_uwh), sum(sold_uwh) FROM accounts JOIN assets USING (asset) "
                              f"WHERE name IN ('{names}')").fetchone()
        results.close()
        self.assertAlmostEqual(row[0] / 1e9, oracle.bought, places=6)
        self.assertAlmostEqual(row[1] / 1e9, oracle.sold, places=6)
        self.assertGreater(oracle.bought, 10)
        self.assertGreater(oracle.sold, 10)
        # the last message was sent when the last slot opened
        billed = sum(bill["bought"] for bill in oracle.bills.values())
        self.assertLessEqual(billed, oracle.bought + 1e-6)
        self.assertGreater(billed, 0.9 * oracle.bought)


if __name__ == "__main__":
    unittest.main()
