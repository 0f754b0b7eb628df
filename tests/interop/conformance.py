"""Replays the client's side of two recordings of the original with its own client against this gateway, and compares
field by field what the gateway publishes with what the original published.

The scenario is made from what the recording tells: areas, assets, fees, and what each load needed in each slot. Ids are
compared by what they stand for, times of orders and trades by their form, floats to what the wire rounds to. Every
difference has to be explained by one of the rules below; the table says how often each was needed."""
import collections
import json
import math
import os
import re
import threading
import unittest

import exchange

RECORDINGS = os.path.join(exchange.SOURCE, "..", "shared", "reference")
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\+00:00)?)?$")
HOURS = ["00", "15", "30", "45"]


class Recording:
    """What was published, in order, and what follows from it."""

    def __init__(self, name):
        with open(os.path.join(RECORDINGS, name), encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        self.rows = [(r["channel"], r["payload"]) for r in rows if r["op"] == "publish"]
        events = [p for _, p in self.rows if p.get("event") == "market" and p["grid_tree"]]
        self.day = events[0]["market_slot"][:10]
        self.rate, self.tariff = events[0]["market_maker_rate"], events[0]["feed_in_tariff_rate"]
        self.tree = events[0]["grid_tree"]
        self.paths = {}
        self._walk(self.tree, "")
        self.slots = 5 if any(p["market_slot"].endswith("T01:00") for p in events) else 4
        self.needs = self._needs(events)

    def _walk(self, tree, path):
        for key, node in tree.items():
            here = path + "/" + node["area_name"]
            self.paths[key] = here
            self._walk(node.get("children", {}), here)

    def _needs(self, events):
        """Energy of each load (by uuid) in each slot: what its owner is told, or what its market traded."""
        needs = collections.defaultdict(dict)
        for event in events:
            slot = HOURS.index(event["market_slot"][14:16]) if event["market_slot"][11:13] == "00" else 4
            for _, home in exchange.nodes(event["grid_tree"]):
                loads = {k: n for k, n in home.get("children", {}).items() if n["area_name"].startswith("Load")}
                for key, node in loads.items():
                    if "asset_info" in node:
                        needs[key][slot] = node["asset_info"]["energy_requirement_kWh"]
                    traded = home["last_market_stats"]["total_traded_energy_kWh"]
                    if traded and slot and slot - 1 not in needs[key]:
                        needs[key][slot - 1] = traded / len(loads)
        return needs

    def scenario(self, fees):
        """The same as a scenario; a name that comes twice gets a sign behind it."""
        seen = collections.Counter()
        lines = [f'return scenario {{ name = "recorded", start = "{self.day}T00:00Z", slots = {self.slots},',
                 '  ticks_per_slot = 60, market = { kind = "two_sided", matching = "pay_as_bid" },',
                 f"  market_maker_rate = {self.rate}, feed_in_tariff = {self.tariff}, grid ="]

        def put(node, key, depth):
            name = node["area_name"]
            seen[name] += 1
            name += "~" * (seen[name] - 1)
            head = "  " * depth
            if "children" in node:
                fee = fees.get(name)
                lines.append(f'{head}area {{ name = "{name}",' + (f" grid_fee_constant = {fee}," if fee else ""))
                for child, below in node["children"].items():
                    put(below, child, depth + 1)
                lines.append(head + ("}," if depth > 1 else "}"))
            elif name.startswith("Load"):
                powers = [f"{self.needs[key].get(slot, 0.02) * 4000!r}" for slot in range(self.slots)]
                day = ", ".join(f'["{i // 4:02}:{HOURS[i % 4]}"] = {p}' for i, p in enumerate(powers))
                lines.append(f'{head}load {{ name = "{name}", use_market_maker_rate = true,'
                             f" daily_load_profile = day {{ {day} }} }},")
            elif name.startswith("PV"):
                lines.append(f'{head}pv {{ name = "{name}", capacity_kW = 4 }},')
            elif name.startswith("Tesla"):
                lines.append(f'{head}storage {{ name = "{name}", battery_capacity_kWh = 14, initial_soc = 10,'
                             " min_allowed_soc = 10, max_abs_battery_power_kW = 5 },")
            else:
                lines.append(f'{head}infinite_bus {{ name = "{name}", energy_sell_rate = {self.rate},'
                             f" energy_buy_rate = {self.tariff} }},")

        (key, root), = self.tree.items()
        put(root, key, 1)
        return "\n".join(lines) + "}\n"


def kind_of(channel, payload):
    if channel.endswith("/events/all"):
        return payload["event"]
    if channel.endswith("/events/finish"):
        return "finish of a market"
    if channel.endswith("/response/batch_commands"):
        return "answer to a batch"
    if channel == "aggregator-response":
        return "answer to an aggregator"
    if channel.endswith("/response/register_participant"):
        return "answer to a registration"
    if channel.startswith("/response/"):
        return "answer to steering"
    return "heartbeat" if channel == "gsy-e-heartbeat/" else None


def identity_of(channel, payload):
    """What finds the counterpart of a message; trades and heartbeats are told apart by their number only."""
    kind = kind_of(channel, payload)
    if kind in ("market", "tick"):
        return kind, channel, payload["market_slot"][11:], payload["slot_completion"]
    if kind in ("finish", "finish of a market"):
        return kind, channel
    if kind in ("trade", "heartbeat"):
        return kind, channel
    return kind, payload["transaction_id"]


AMOUNT = r"\d+(\.\d+)?(e-\d+)?"  # no text, none below zero
STAMP = r'"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00)?"'

# Differences that are meant: (where, what the original has, what we have, why). Patterns; None: anything.
EXPLAINED = [
    (r"(^|/)grid_tree$", None, None, "first slot: the tree is empty there and full here"),
    (r"^(market_maker_rate|feed_in_tariff_rate)$", r"null", None, "first slot: rates are unknown there"),
    (r"/reason$", r"absent", None, "why an order is refused is added"),
    (r"/transaction_id$", r"absent", None, "answers to market commands have their transaction_id"),
    (r"(accumulated_trades|external_trades|Accumulated Trades)/\w+$", r"absent", None,
     "bills are there from the beginning"),
    (r"/asset_bill$", r"null", None, "bills are there from the beginning"),
    (r"/self_(sufficiency|consumption)$", r"null", None, "indicators are there from the beginning"),
    (r"/creation_time$|trade_list/\d+/time$", STAMP, STAMP, "in which tick it was is a matter of who is how fast"),
    (r"/energy_active_in_(bids|offers)$", r"[\d.e-]+", r"0(\.0)?", "its orders are matched in another tick"),
    (r"/energy_requirement_kWh$", AMOUNT, AMOUNT, "its orders are matched in another tick"),
    (r"/asset_info/(energy_traded|total_cost)$", AMOUNT, AMOUNT, "its orders are matched in another tick"),
]


# Kinds of which we may publish more: slots and ticks that the recording stops before, a finish for every market, and
# answers to the empty batches that end a tick. Of no other kind, trades among them.
MORE = {"market", "tick", "finish of a market", "answer to a batch", "heartbeat"}


class Comparison:
    """Goes through two messages side by side."""

    def __init__(self, recording, ours):
        self.recording = recording
        self.ours = ours  # uuid of ours: path
        self.fields = collections.Counter()
        self.equal = collections.Counter()
        self.explained = collections.Counter()
        self.unexplained = []

    def name(self, text):
        """Ids by what they stand for, days by their place in the run."""
        if not isinstance(text, str):
            return text
        path = self.recording.paths.get(text) or self.ours.get(text)
        if path:
            return path
        if UUID.match(text):
            return "an id"
        if TIME.match(text):
            return "a day" + text[10:]
        return text

    def differ(self, kind, where, there, here):
        def shown(value):
            return "absent" if value is ... else json.dumps(value)
        for pattern, old, new, why in EXPLAINED:
            if (re.search(pattern, where) and (old is None or re.fullmatch(old, shown(there)))
                    and (new is None or re.fullmatch(new, shown(here)))):
                self.explained[why] += 1
                return
        self.unexplained.append(f"{kind}: {where}: {shown(there)[:200]} there, {shown(here)[:200]} here")

    def values(self, kind, where, there, here):
        if isinstance(there, str) and isinstance(here, str) and there[:1] == "{" == here[:1]:
            there, here = json.loads(there), json.loads(here)
        if isinstance(there, dict) and isinstance(here, dict):
            if not there and here and where.endswith("grid_tree"):
                self.fields[kind] += 1
                self.differ(kind, where, there, here)
                return
            there = {self.name(k): v for k, v in there.items()}
            here = {self.name(k): v for k, v in here.items()}
            for key in list(there) + [k for k in here if k not in there]:
                self.values(kind, where + "/" + key if where else key, there.get(key, ...), here.get(key, ...))
            return
        if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
            for i, (a, b) in enumerate(zip(there, here)):
                self.values(kind, f"{where}/{i}", a, b)
            return
        self.fields[kind] += 1
        if self.same(where, there, here):
            self.equal[kind] += 1
        else:
            self.differ(kind, where, there, here)

    def same(self, where, there, here):
        if there is ... or here is ...:
            return False
        numbers = [isinstance(v, (int, float)) and not isinstance(v, bool) for v in (there, here)]
        if all(numbers):
            if isinstance(there, int) != isinstance(here, int):
                return False
            # the wire rounds bills to seven decimals, prices and rates to eight; energies are whole micro-watt-hours
            # here, and the price and fee of each trade are rounded to a micro-cent: a bill adds up some sixty of them
            return math.isclose(there, here, rel_tol=1e-9,
                                abs_tol=1e-5 if "revenue" in where else 5e-7 if "bill" in where
                                else 1.01e-6 if re.search("cost|price", where) else 1e-8)
        if any(numbers) or type(there) is not type(here):
            return False
        if isinstance(there, str):
            clean = (self.name(there).replace("~", ""), self.name(here).replace("~", ""))
            return clean[0] == clean[1] or self.text(clean[0]) == self.text(clean[1])
        return there == here

    def text(self, text):
        """A sentence with its ids by what they stand for."""
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda m: self.name(m.group()), text)


class Player:
    """Sends what the clients of the recording sent, each message when what came before it in the recording is there."""

    def __init__(self, test, recording):
        self.test = test
        self.recording = recording
        self.uuids = {}  # of the recording: ours
        self.got = []
        self.seen = threading.Condition()
        self.connection = test.redis.connect()
        self.listener = exchange.Listener(test.redis.connect(), ["*"], self._heard)
        self.batches = collections.defaultdict(list)  # (aggregator, slot, completion): batches
        self._sort_batches()

    def _sort_batches(self):
        at = {}
        for channel, payload in self.recording.rows:
            kind = kind_of(channel, payload)
            if kind in ("market", "tick") and (kind == "market" or payload["slot_completion"] != "0%"):
                at[channel.split("/")[2]] = (payload["market_slot"][11:], payload["slot_completion"])
            elif channel == "external-aggregator//batch_commands":
                who = payload["aggregator_uuid"]
                self.batches[(who, *at[who])].append(payload)

    def _heard(self, channel, data):
        payload = json.loads(data)
        if kind_of(channel, payload):
            with self.seen:
                self.got.append((channel, payload))
                self.seen.notify_all()
            self._react(channel, payload)

    def _react(self, channel, payload):
        """A client answers what it is told; where the recording has no answer, with nothing to be done."""
        if payload.get("event") not in ("market", "tick"):
            return
        if payload["event"] == "tick" and payload["slot_completion"] == "0%":
            return
        who = channel.split("/")[2]
        waiting = self.batches.pop((who, payload["market_slot"][11:], payload["slot_completion"]), [])
        empty = {"type": "BATCHED", "aggregator_uuid": who, "batch_commands": {},
                 "transaction_id": f"none-{who[:8]}-{payload['market_slot'][11:]}-{payload['slot_completion'][:-1]}"}
        threading.Thread(target=self._send_all, args=(waiting or [empty],), daemon=True).start()

    def _send_all(self, batches):
        for batch in batches:
            self.send("external-aggregator//batch_commands", batch)
            self.wait(lambda c, p, b=batch: p.get("transaction_id") == b["transaction_id"]
                      and c.endswith("/response/batch_commands"))

    def send(self, channel, payload):
        text = json.dumps(payload)
        for there, here in self.uuids.items():
            text = text.replace(there, here)
        self.connection.publish(channel, text)

    def wait(self, what, seconds=30):
        def found():
            return next((row for row in self.got if what(*row)), None)
        with self.seen:
            self.test.assertTrue(self.seen.wait_for(lambda: found() is not None, seconds),
                                 "something is missing: " + self.test.said())
            return found()

    def handshake(self):
        """Up to and with /resume: one message after the other."""
        for channel, payload in self.recording.rows:
            if channel in ("aggregator-commands", "/resume") or re.search(r"/(un)?register_participant$", channel) \
                    and "/response/" not in channel:
                self.send(channel, payload)
                if "transaction_id" not in payload:
                    continue
                _, answer = self.wait(lambda c, p, t=payload["transaction_id"]: p.get("transaction_id") == t)
                if "device_uuid" in answer and "registered" in answer:
                    there = next(p["device_uuid"] for _, p in self.recording.rows
                                 if p.get("transaction_id") == payload["transaction_id"] and "device_uuid" in p)
                    self.uuids[there] = answer["device_uuid"]

    def close(self):
        self.listener.stop()
        self.connection.close()


@unittest.skipUnless(os.path.isdir(RECORDINGS), "the recordings (../shared/reference) are not here")
class Conformance(exchange.Interop):
    def play(self, name, fees):
        recording = Recording(name)
        with open(os.path.join(self.folder, "recorded.lua"), "w", encoding="utf-8") as file:
            file.write(recording.scenario(fees))
        self.redis.start()
        self.run_host("run", "recorded.lua", "--paused", "--await-batches=10", "--out", "r")
        self.until_said("connected to Redis")
        player = Player(self, recording)
        self.addCleanup(player.close)
        player.wait(lambda c, p: c == "gsy-e-heartbeat/")
        player.handshake()
        player.wait(lambda c, p: p.get("event") == "finish" and c.endswith("/events/all"), 120)
        self.assertEqual(self.host.wait(30), 0, self.said())
        if player.listener.failure:
            raise player.listener.failure
        self.lunagrid("verify", "r")
        return recording, player

    def compare(self, recording, player):
        """Prints the table and returns the comparison."""
        paths = {}

        def walk(tree, path):
            for key, node in tree.items():
                paths[key] = path + "/" + node["area_name"].replace("~", "")
                walk(node.get("children", {}), paths[key])

        walk(next(p for _, p in player.got if p.get("event") == "market")["grid_tree"], "")
        result = Comparison(recording, paths)
        ours = collections.defaultdict(list)
        for channel, payload in player.got:
            ours[identity_of(channel, payload)].append(payload)
        compared, missing = collections.Counter(), collections.Counter()
        for channel, payload in recording.rows:
            kind = kind_of(channel, payload)
            if not kind:
                continue
            found = ours[identity_of(channel, payload)]
            if not found:
                missing[kind] += 1
                continue
            other = found.pop(0)
            compared[kind] += 1
            if kind == "heartbeat":
                self.assertEqual(list(other), ["time"])
                self.assertIsInstance(other["time"], int)
                result.fields[kind] += 1
                result.equal[kind] += 1
                continue
            self.assertEqual(set(payload) - set(other), set(), kind)
            result.values(kind, "", payload, other)
        more = collections.Counter(key[0] for key, left in ours.items() for _ in left)
        self.table(compared, missing, more, result)
        return compared, missing, more, result

    def table(self, compared, missing, more, result):
        print(f"\n{self.id().split('.')[-1]}\n{'message':<26}{'compared':>9}{'missing':>9}{'more':>6}{'fields':>8}{'equal':>8}")
        for kind in sorted(set(compared) | set(missing) | set(more)):
            print(f"{kind:<26}{compared[kind]:>9}{missing[kind]:>9}{more[kind]:>6}{result.fields[kind]:>8}"
                  f"{result.equal[kind]:>8}")
        print("explained differences:")
        for why, count in result.explained.most_common():
            print(f"  {count:>6}  {why}")
        for line in result.unexplained[:40]:
            print("  UNEXPLAINED", line)

    def test_slots_ticks_trades(self):
        recording, player = self.play("gsy-redis-transcript.jsonl", {"Grid": 4, "Community": 4})
        _, missing, more, result = self.compare(recording, player)
        self.assertEqual(set(more) - MORE, set())
        missing.pop("heartbeat", None)  # they are as many as the run took of 5 seconds
        self.assertEqual(missing, {})
        self.assertEqual(len(result.unexplained), 0)

    def test_every_command(self):
        recording, player = self.play("gsy-redis-transcript-commands.jsonl", {"Grid": 4, "Community": 4})
        _, missing, more, result = self.compare(recording, player)
        self.assertEqual(set(more) - MORE, set())
        missing.pop("heartbeat", None)
        self.assertEqual(missing, {})
        self.assertEqual(len(result.unexplained), 0)


if __name__ == "__main__":
    unittest.main()
