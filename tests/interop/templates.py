"""The four template scripts that come with gsy-e-sdk, as the reference tells what they do on the wire, each to `finish` on
examples/gsy-community: redis_basic_strategies (assets), redis_grid_fees, time of use, Aziiz (markets). One blocking batch for
each asset or market, one after the other, in callbacks that run in five threads."""
import os
import sqlite3
import unittest

import exchange
from day import BATTERY, LOADS, PANELS

MARKETS = ["grid", "community"]


def path_fee(tree, start, target, kind="current_market_fee"):
    """The fees of all markets on the way, both ends and the lowest common one included; 0 where none is set."""
    parents, fees = {}, {}

    def walk(nodes, parent):
        for key, node in nodes.items():
            parents[key] = parent
            fees[key] = node.get(kind) or 0
            walk(node.get("children", {}), key)

    def up(key):
        way = [key]
        while parents[way[-1]]:
            way.append(parents[way[-1]])
        return way

    walk(tree, None)
    from_start, from_target = up(start), up(target)
    common = next(key for key in from_start if key in from_target)
    return sum(fees[key] for key in {*from_start[:from_start.index(common) + 1], *from_target[:from_target.index(common)]})


class Template(exchange.Aggregator):
    """What the SDK's own callbacks do around those of a script."""

    def __init__(self, server, name):
        super().__init__(server, name)
        self.tree = None
        self.asked = 0
        self.refused = []
        self.wrong = []

    def areas(self, tree):
        return {node["area_name"]: key for key, node in exchange.nodes(tree)}

    def send(self, key, commands):
        """execute_batch_commands(): blocks until it is answered."""
        try:
            answers = self.batch({key: commands})[key]
        except AssertionError:
            if self.finished.is_set():  # the host has gone while the last callback was at work
                return None
            raise
        self.asked += len(answers)
        for command, answer in zip(commands, answers):
            if answer["status"] != "ready":
                self.refused.append(answer)
            elif command["type"] in ("bid", "offer"):
                assert answer["command"] == command["type"], answer
        return answers


class BasicStrategies(Template):
    def __init__(self, server):
        super().__init__(server, "oracle")
        self.rates = {}

    def on_market_slot(self, message):
        self.tree = message["grid_tree"]
        high, low = message["market_maker_rate"], message["feed_in_tariff_rate"]
        maker = self.areas(self.tree)["Market Maker"]
        rates = {}
        for key, node in exchange.nodes(self.tree):
            if "asset_info" not in node:
                continue
            fee = path_fee(self.tree, key, maker)
            middle = (high - low) / 2 + low
            rates[key] = {
                "load": [low - fee + (high + 2 * fee - low) * t / 10 if t < 8 else high + fee for t in range(10)],
                "pv": [max(0, high + fee - (high + 2 * fee - low) * t / 10) if t < 8 else max(0, low - fee)
                       for t in range(10)],
                "buy": [low - fee + (middle - (low - fee)) * t / 10 for t in range(10)],
                "sell": [high + fee - (high + fee - middle) * t / 10 for t in range(10)],
            }
        self.rates = rates
        self.post(self.tree, 0)

    def on_tick(self, message):
        self.post(message["grid_tree"], int(message["slot_completion"].rstrip("%")) // 10)

    def post(self, tree, t):
        for key, node in exchange.nodes(tree):
            info, rates = node.get("asset_info"), self.rates.get(key)
            if not info or not rates:
                continue
            commands = []
            for energy, kind, which in ((info.get("energy_requirement_kWh"), "bid", "load"),
                                        (info.get("available_energy_kWh"), "offer", "pv"),
                                        (info.get("energy_to_buy"), "bid", "buy"),
                                        (info.get("energy_to_sell"), "offer", "sell")):
                if energy:
                    commands.append({"type": kind, "energy": energy, "price": rates[which][t] * energy,
                                     "replace_existing": True, "time_slot": None})
            if commands:
                self.send(key, commands)


class Operator(Template):
    """Statistics and one fee for each market at the beginning of each slot."""

    def __init__(self, server, name):
        super().__init__(server, name)
        self.sent = []  # (slot, market, fee)

    def on_market_slot(self, message):
        for name, key in self.assets.items():
            answers = self.send(key, [{"type": "dso_market_stats", "data": {}}])
            if not answers:
                return
            fee = self.fee(name, message["market_slot"], answers[0]["market_stats"])
            if fee is None:
                continue
            answers = self.send(key, [{"type": "grid_fees", "data": {"fee_const": fee}}])
            if not answers:
                return
            assert answers[0]["market_fee_const"] == str(fee), answers
            self.sent.append((message["market_slot"], name, fee))


class GridFees(Operator):
    fixed = {"grid": 2, "community": 3}

    def fee(self, name, _slot, _statistics):
        return self.fixed[name]


class TimeOfUse(Operator):
    """Fees by the time of the day, of the slot that a fee sent now rules: from a table with `;` and decimal commas."""

    def __init__(self, server, name, table):
        super().__init__(server, name)
        with open(table, encoding="utf-8") as file:
            head, *rows = [line.strip().split(";") for line in file]
        self.table = {row[0]: dict(zip(head[1:], (float(cell.replace(",", ".")) for cell in row[1:]))) for row in rows}

    def fee(self, name, slot, _statistics):
        minutes = (int(slot[11:13]) * 60 + int(slot[14:16]) + 15) % (24 * 60)
        return self.table[f"{minutes // 60:02}:{minutes % 60:02}"][name]


class Aziiz(Operator):
    """Fees by how much went over the border of the market, as a mean of four slots."""

    steps = ((0.2, 1), (1, 2), (3, 4), (float("inf"), 8))

    def __init__(self, server, name):
        super().__init__(server, name)
        self.last = {}

    def fee(self, name, _slot, statistics):
        throughput = statistics["area_throughput"]
        last = self.last.setdefault(name, [])
        last.append(max(throughput["import"], throughput["export"]))
        del last[:-4]
        return next(fee for limit, fee in self.steps if sum(last) / len(last) <= limit)


class Templates(exchange.Interop):
    def runs(self, slots, *clients):
        """To `finish`, in lock-step; with the names each client takes."""
        self.redis.start()
        self.run_host("run", self.community(), "--await-batches=20", "--slots", str(slots), "--out", "r")
        self.until_said("connected to Redis")
        there = []
        for make, names in clients:
            client = make(self.redis)
            self.addCleanup(client.close)
            there.append(client)
            for name in names:
                client.register(name)
        for client in there:
            self.assertTrue(client.finished.wait(280), self.said())
        self.assertEqual(self.host.wait(30), 0, self.said())
        for client in there:
            client.pool.shutdown(wait=True)
            client.check()
        self.assertIn(f"{slots} of {slots} slots", self.lunagrid("verify", "r"))
        return there

    def rows(self, sql):
        results = sqlite3.connect(os.path.join(self.folder, "r", "run.sqlite"))
        found = results.execute(sql).fetchall()
        results.close()
        return found

    def fees_rule(self, operator):
        """What was sent in one slot is the fee of the next one."""
        self.assertEqual(len(operator.sent), 190)
        ruled = dict(((name.lower(), slot), fee) for name, slot, fee in self.rows(
            "SELECT areas.name, slot, market_slots.fee_uct FROM market_slots JOIN areas ON areas.area = market"))
        right = wrong = 0
        for slot, name, fee in operator.sent:
            number = int(slot[11:13]) * 4 + int(slot[14:16]) // 15 + 1
            if (name, number) in ruled:  # there are rows of slots with trades
                right += ruled[name, number] == round(fee * 1e6)
                wrong += ruled[name, number] != round(fee * 1e6)
        self.assertGreater(right, 120)
        self.assertLess(wrong, right / 10)  # a machine with too much to do may make it late

    def test_basic_strategies(self):
        oracle, operator = self.runs(96, (BasicStrategies, LOADS + PANELS + [BATTERY]),
                                     (lambda server: GridFees(server, "fees"), MARKETS))
        self.fees_rule(operator)
        self.assertEqual((oracle.events["market"], oracle.events["tick"]), (96, 960))
        self.assertGreater(oracle.asked, 3000)
        # in ticks told before they are matched, and in batches that follow the first of a round: energy that has gone
        self.assertLessEqual({answer.get("reason") for answer in oracle.refused}, {"more energy than the asset needs or has"})
        self.assertLess(len(oracle.refused), oracle.asked / 20)
        for name in LOADS:
            (bought,), = self.rows(f"SELECT bought_uwh FROM accounts JOIN assets USING (asset) WHERE name = '{name}'")
            self.assertGreater(bought, 5e9)

    def test_grid_fees(self):
        operator, = self.runs(96, (lambda server: GridFees(server, "fees"), MARKETS))
        self.assertEqual(operator.events["market"], 95)
        self.fees_rule(operator)
        self.assertEqual(operator.refused, [])
        self.assertNotIn("tick", operator.events)

    def test_time_of_use(self):
        table = os.path.join(self.folder, "fees.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("time;grid;community\n")
            for i in range(96):
                dear = 17 * 4 <= i < 21 * 4
                file.write(f"{i // 4:02}:{i % 4 * 15:02};{'3,5' if dear else '1,25'};{'6' if dear else '2,0'}\n")
        operator, = self.runs(96, (lambda server: TimeOfUse(server, "tou", table), MARKETS))
        self.fees_rule(operator)
        self.assertEqual({fee for _, name, fee in operator.sent if name == "grid"}, {3.5, 1.25})
        self.assertEqual(operator.refused, [])

    def test_aziiz(self):
        operator, = self.runs(96, (lambda server: Aziiz(server, "aziiz"), MARKETS))
        self.fees_rule(operator)
        self.assertGreater(len({fee for _, _, fee in operator.sent}), 1)
        self.assertEqual(operator.refused, [])


if __name__ == "__main__":
    unittest.main()
