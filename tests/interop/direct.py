"""Clients that trade for one asset or market without an aggregator: commands on channels of the asset, events on others.
Also how registrations of several clients for one asset go together, and by which names channels are found."""
import json
import os
import signal
import sqlite3
import threading
import unittest
import uuid

import exchange

LOAD, OTHER, PANEL, BATTERY = "Load 1 L13", "Load 2 L21", "PV 3 (5kW)", "Tesla Powerwall 3"
RATES = {"min_trade_rate", "max_trade_rate", "avg_trade_rate", "median_trade_rate", "total_traded_energy_kWh"}


class Lone:
    """A client of one asset; events come to `moment` in the thread that listens, which may not ask."""

    def __init__(self, server, word, moment=lambda self, event: None):
        self.word, self.moment = word, moment
        self.connection = server.connect()
        self.arrived = threading.Condition()
        self.answers, self.events = {}, []
        self.listener = exchange.Listener(server.connect(), [f"{word}/response/*", f"{word}/events/*"], self._heard)

    def close(self):
        self.listener.stop()
        self.connection.close()

    def _heard(self, channel, data):
        message = json.loads(data)
        with self.arrived:
            if "/response/" in channel:
                self.answers[message["transaction_id"]] = message
            else:
                assert channel == f"{self.word}/events/{message['event']}", channel
                self.events.append(message)
            self.arrived.notify_all()
        if "/events/" in channel:
            self.moment(self, message)

    def send(self, command, **arguments):
        transaction = str(uuid.uuid4())
        self.connection.publish(f"{self.word}/{command}", json.dumps({**arguments, "transaction_id": transaction}))
        return transaction

    def ask(self, command, **arguments):
        transaction = self.send(command, **arguments)
        with self.arrived:
            if not self.arrived.wait_for(lambda: transaction in self.answers, 10):
                raise AssertionError(f"no answer to {command} {arguments}")
            return self.answers[transaction]

    def of(self, event):
        with self.arrived:
            return [e for e in self.events if e["event"] == event]


def bids_all(lone, event):
    """What it needs, at a rate that the market maker takes."""
    if event["event"] in ("market", "tick"):
        need = event["device_info"]["energy_requirement_kWh"]
        if need:
            lone.send("bid", energy=need, price=need * 40)
        else:
            lone.send("device_info")


class Direct(exchange.Interop):
    def start(self, *words, slots=4):
        self.run_host("run", self.community(), "--slots", str(slots), "--out", "r", *words)
        self.until_said("connected to Redis")

    def lone(self, word, *words):
        lone = Lone(self.redis, word, *words)
        self.addCleanup(lone.close)
        return lone

    def client(self, name):
        client = exchange.Aggregator(self.redis, name)
        self.addCleanup(client.close)
        return client

    def end(self, code=0):
        self.assertEqual(self.host.wait(60), code, self.said())

    def bought(self, name):
        results = sqlite3.connect(os.path.join(self.folder, "r", "run.sqlite"))
        row = results.execute("SELECT bought_uwh FROM accounts JOIN assets USING (asset) WHERE name = ?",
                              (name,)).fetchone()
        results.close()
        return row[0]

    def test_a_load_trades_without_an_aggregator(self):
        self.redis.start()
        self.start("--await-batches=20")
        load = self.lone(LOAD, bids_all)
        registered = load.ask("register_participant", name=LOAD)
        self.assertTrue(registered["registered"])
        self.until_said(LOAD + " is traded without an aggregator")
        self.end()
        self.assertIsNone(load.listener.failure)
        exchange.tried(lambda: load.of("finish"))
        self.assertEqual(load.of("finish"), [{"event": "finish", "area_uuid": registered["device_uuid"]}])
        markets, ticks, trades = load.of("market"), load.of("tick"), load.of("trade")
        self.assertEqual((len(markets), len(ticks)), (4, 36))
        self.assertEqual(set(markets[1]), {"name", "id", "start_time", "duration_min", "time_slots", "type_name", "event",
                                           "device_info", "device_bill", "last_market_maker_rate", "last_market_stats",
                                           "area_uuid"})
        self.assertEqual((markets[1]["name"], markets[1]["start_time"], markets[1]["duration_min"]),
                         ("Home 1", "2024-06-03T00:15:00", 15))
        self.assertEqual((markets[1]["time_slots"], markets[1]["type_name"]), (["2024-06-03T00:15:00"], "Spot Market"))
        self.assertEqual(set(markets[1]["last_market_stats"]), RATES)
        self.assertEqual(len({m["id"] for m in markets}), 4)
        self.assertEqual(set(ticks[0]), {"slot_completion", "market_slot", "event", "area_uuid", "device_info"})
        self.assertEqual([t["slot_completion"] for t in ticks[:9]], [f"{i}0%" for i in range(1, 10)])
        self.assertEqual(set(trades[0]), {"device_info", "event", "trade_id", "time", "trade_price", "traded_energy",
                                          "fee_price", "area_uuid", "seller", "buyer", "residual_id", "event_type",
                                          "bid_id"})
        self.assertEqual((trades[0]["seller"], trades[0]["buyer"], trades[0]["event_type"], trades[0]["residual_id"]),
                         ("anonymous", LOAD, "buy", "None"))
        self.assertAlmostEqual(sum(t["traded_energy"] for t in trades), self.bought(LOAD) / 1e9, places=8)
        bid = next(a for a in load.answers.values() if a["command"] == "bid")
        self.assertEqual(json.loads(bid["bid"])["buyer"]["name"], LOAD)
        self.assertEqual((bid["status"], bid["area_uuid"]), ("ready", registered["device_uuid"]))
        self.assertIn(trades[0]["bid_id"], {json.loads(a["bid"])["id"] for a in load.answers.values()
                                            if a.get("bid")})
        self.assertNotIn("waited", self.said())
        self.assertIn("4 of 4 slots", self.lunagrid("verify", "r"))

    def test_every_command_of_every_kind(self):
        self.redis.start()
        self.start("--pace", "15m=700ms", slots=96)
        load, panel, battery, market = (self.lone(word) for word in (LOAD, PANEL, BATTERY, "community"))
        for lone in (load, panel, battery, market):
            refused = lone.ask("dso_market_stats" if lone is market else "device_info")
            self.assertEqual(refused["error_message"], "Client should be registered in order to access this area.")
            self.assertTrue(lone.ask("register_participant", name=lone.word)["registered"])
        # without a wait for anybody who might select it
        self.assertIn("energy_requirement_kWh", load.ask("device_info")["device_info"])
        for command in ("delete_bid", "delete_offer"):  # of its template
            self.assertEqual(battery.ask(command)["status"], "ready")
        first = battery.ask("bid", energy=0.5, price=0.5, replace_existing=False)
        second = battery.ask("bid", energy=0.2, price=0.2, replace_existing=False)
        self.assertIn("bid", first, first)
        self.assertIn("bid", second, second)
        one, two = json.loads(first["bid"])["id"], json.loads(second["bid"])["id"]
        self.assertEqual([o["id"] for o in battery.ask("list_bids")["bid_list"]], [one, two])
        self.assertEqual(battery.ask("delete_bid", bid=one)["deleted_bids"], [one])
        self.assertEqual(battery.ask("list_offers")["offer_list"], [])
        self.assertEqual(battery.ask("delete_bid")["deleted_bids"], [two])
        self.assertEqual(battery.ask("delete_offer", offer=None)["deleted_offers"], [])
        self.assertEqual(panel.ask("list_offers")["offer_list"], [])
        self.assertEqual(panel.ask("offer", energy=0.1, price=3)["status"], "error")  # at night
        foreign = load.ask("offer", energy=0.1, price=3)
        self.assertEqual((foreign["command"], foreign["status"]), ("offer", "error"))
        self.assertEqual(panel.ask("bid", energy=0.1, price=3)["status"], "error")
        self.assertEqual(load.ask("list_offers")["command"], "list_offers")
        wrong = load.ask("bid", energy=1e6, price=3, dance=True)
        self.assertEqual((wrong["command"], wrong["status"]), ("bid", "error"))
        self.assertIn("'dance': True", wrong["error_message"])
        self.assertEqual(wrong["error_message"].count("transaction_id"), 1)
        self.assertEqual(load.ask("set_energy_forecast", energy_forecast={})["message"].split(" device ")[0],
                         "Command type not supported for")
        for arguments in ({"fee_const": 5}, {"data": {"fee_const": 6}}):
            self.assertEqual(market.ask("grid_fees", **arguments)["market_fee_const"],
                             str(arguments.get("fee_const", 6)))
        exchange.tried(lambda: market.of("market"))
        self.assertEqual(market.ask("dso_market_stats")["name"], "Community")
        self.assertTrue(market.ask("dso_market_stats")["market_stats"])
        self.assertEqual(market.of("tick"), [])
        for lone in (load, panel, battery, market):
            self.assertTrue(lone.ask("unregister_participant", name=lone.word)["unregistered"])
            self.assertEqual(lone.ask("unregister_participant", name=lone.word)["status"], "error")
        # who comes again is the same client of the run
        load.ask("register_participant", name=LOAD)
        self.assertIn("device_info", load.ask("device_info"))
        connection = self.redis.connect()
        for nonsense in (b"", b"[1", b'{"energy": 1}', b'{"transaction_id": []}', b"\xff", b'{"a":' * 5000):
            connection.publish(f"{LOAD}/bid", nonsense)
        for odd in ({"energy": "1", "price": 1}, {"energy": None, "price": 1}, {"energy": 1, "price": {}}, {"energy": []},
                    {"price": True, "energy": True}, {"energy": 1e308, "price": 1e308}, {"energy": 1e-320, "price": 1}):
            self.assertEqual(load.ask("bid", **odd)["status"], "error", odd)
        self.interrupt()
        self.end(code=1)
        self.assertEqual(self.said().count(f"a message on {LOAD}/bid was dropped"), 1)
        self.lunagrid("verify", "r")

    def test_who_selects_has_it(self):
        self.redis.start()
        self.start("--paused", "--pace", "15m=300ms", slots=3)
        load = self.lone(LOAD)
        key = load.ask("register_participant", name=LOAD)["device_uuid"]
        self.until_said(LOAD + " is traded without an aggregator")
        client = self.client("oracle")
        self.assertEqual(client.select(key)["status"], "SELECTED")
        refused = load.ask("device_info")
        self.assertEqual(refused["error_message"], "An aggregator has selected this asset or market.")
        # nobody may pretend to be such a client
        for kind in ("SELECT", "UNSELECT", "DELETE"):
            answer = client.ask("aggregator-commands", {"aggregator_uuid": "direct-" + key, "device_uuid": key,
                                                        "type": kind})
            self.assertEqual(answer["status"], "error")
        client.connection.publish("/resume", json.dumps({"transaction_id": "go"}))
        self.end()
        exchange.tried(client.finished.is_set)
        self.assertEqual(client.events["market"], 3)
        self.assertEqual(load.of("market"), [])
        self.lunagrid("verify", "r")

    def test_who_was_refused_takes_nothing_away(self):
        self.redis.start()
        self.start("--paused", "--pace", "15m=300ms", slots=3)
        owner, other = self.client("owner"), self.client("other")
        key = owner.register(LOAD)
        with self.assertRaises(AssertionError):  # registered, but it is another one's
            other.register(LOAD)
        self.assertTrue(other.unregister(LOAD)["unregistered"])
        self.assertEqual(owner.batch({}), {})
        self.assertIn(f"owner controls {LOAD}", self.said())
        self.assertNotIn("gives " + LOAD, self.said())
        self.assertEqual(owner.ask("aggregator-commands", {"aggregator_uuid": other.uuid, "device_uuid": key,
                                                           "type": "UNSELECT"})["status"], "error")
        # the owner can go, select again, and be deleted with its registration left
        self.assertTrue(owner.unregister(LOAD)["unregistered"])
        self.assertIn(f"owner gives {LOAD} back", self.said())
        self.assertEqual(owner.unregister(LOAD)["status"], "error")
        owner.register(LOAD)
        self.assertEqual(owner.delete()["status"], "deleted")
        self.assertTrue(owner.unregister(LOAD)["unregistered"])
        self.assertEqual(owner.unregister(LOAD)["status"], "error")
        owner.connection.publish("/resume", json.dumps({"transaction_id": "go"}))
        self.end()
        self.lunagrid("verify", "r")

    def test_names_and_slugs(self):
        self.redis.start()
        self.start("--paused", "--pace", "15m=300ms", slots=2)
        client = self.client("oracle")
        by_name = client.register("Community")
        self.assertEqual(client.register("community"), by_name)
        self.assertEqual(client.register("load-1-l13"), client.register(LOAD))
        self.assertEqual(client.register("Home 3"), client.register("home-3"))
        self.assertEqual(client.register("pv-3-5kw"), client.register(PANEL))
        for nobody in ("Community/", "comm", "community2", "Market Maker", "market-maker", "LOAD 1 L13"):
            self.nobody_answers(client, nobody)
        other = self.lone("load-2-l21")
        self.assertTrue(other.ask("register_participant", name=OTHER)["registered"])
        self.until_said(OTHER + " is traded without an aggregator")
        client.connection.publish("/resume", json.dumps({"transaction_id": "go"}))
        self.end()
        exchange.tried(lambda: other.of("finish"))
        self.assertEqual(len(other.of("market")), 2)

    def nobody_answers(self, client, word):
        heard = []
        listener = exchange.Listener(self.redis.connect(), [f"{word}/response/*"], lambda c, d: heard.append(d))
        client.connection.publish(f"{word}/register_participant", json.dumps({"name": word, "transaction_id": "x"}))
        self.assertEqual(client.batch({}), {})  # what was sent before this was looked at
        listener.stop()
        self.assertEqual(heard, [], word)

    def test_who_has_vanished_and_a_run_that_goes_on(self):
        self.redis.start()
        self.start("--await-batches=0.4", slots=8)
        load, panel = self.lone(LOAD, bids_all), self.lone(BATTERY)
        load.ask("register_participant", name=LOAD)
        panel.ask("register_participant", name=BATTERY)
        exchange.tried(lambda: len(load.of("market")) >= 3)
        self.host.send_signal(signal.SIGKILL)
        self.host.wait()
        panel.listener.stop()
        self.run_host("resume", "r", "--await-batches=0.4")
        self.end()
        self.assertIn(BATTERY + " has not listened for two slots", self.said())
        exchange.tried(lambda: load.of("finish"))
        self.assertGreater(len(load.of("market")), 6)
        self.assertIn("8 of 8 slots", self.lunagrid("verify", "r"))

    def test_a_run_with_clients_is_forked(self):
        self.redis.start()
        story = os.path.join(exchange.SOURCE, "examples", "settlement")
        self.run_host("run", story, "--slots", "8", "--out", "r", "--await-batches=1")
        self.until_said("connected to Redis")
        lone, client = self.lone("Home 5 load", bids_all), self.client("oracle")
        lone.ask("register_participant", name="Home 5 load")
        client.register("Home 3 load")
        self.end()
        meter = os.path.join(story, "meter.lua")
        self.lunagrid("fork", "r", "--at", "4", "--agent", "Home 1=" + meter, "--out", "same")
        self.lunagrid("fork", "r", "--at", "4", "--agent", "Home 2=" + meter, "--out", "other")
        self.assertEqual(self.hash_of("same"), self.hash_of("r"))
        self.assertNotEqual(self.hash_of("other"), self.hash_of("r"))
        for folder in ("r", "same", "other"):
            self.assertIn("8 of 8 slots", self.lunagrid("verify", folder))


if __name__ == "__main__":
    unittest.main()
