"""What must not go wrong with a gateway: Redis that is away or dies, clients that send nonsense, take what is not theirs,
leave or vanish; and runs that are done again, resumed after a kill, with scripts in workers."""
import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest
import uuid

import exchange

LOAD, OTHER, PANEL, BATTERY = "Load 1 L13", "Load 2 L21", "PV 3 (5kW)", "Tesla Powerwall 3"


class Bidder(exchange.Aggregator):
    """Bids for what its loads need, at one rate, and keeps every message."""

    rate = 35

    gives = None  # an asset, and the number of the slot in which it gives it back

    def __init__(self, server, name="bidder", own_id=None):
        super().__init__(server, name, own_id)
        self.messages = []
        self.answers_seen = []

    def on_market_slot(self, message):
        self.messages.append(message)
        if self.gives and self.gives[1] == self.events["market"]:
            self.unregister(self.gives[0])
        commands = {}
        for key, node in exchange.nodes(message["grid_tree"]):
            need = node.get("asset_info", {}).get("energy_requirement_kWh", 0)
            if need > 0:
                commands[key] = [{"type": "bid", "energy": need, "price": need * self.rate}]
        self.answers_seen.append(self.batch(commands))

    def on_tick(self, message):
        self.messages.append(message)
        self.batch({})

    def on_trade(self, message):
        self.messages.append(message)


class OneByOne(exchange.Aggregator):
    """As the template scripts of the SDK: a blocking batch for each asset, one after the other, looked for every 10 ms;
    the next event may come while the callback of the one before still waits."""

    def __init__(self, server):
        super().__init__(server, "one by one")
        self.sent = {}  # by slot and completion

    def on_tick(self, message):
        moment = message["market_slot"], message["slot_completion"]
        for key, node in exchange.nodes(message["grid_tree"]):
            if "asset_info" not in node:
                continue
            try:
                answer, = self.batch({key: [{"type": "device_info"}]})[key]
            except AssertionError:
                if self.finished.is_set():  # the host has gone meanwhile
                    return
                raise
            if answer.get("error_message") == "the exchange takes none now":
                return
            assert answer["status"] == "ready", answer
            self.sent[moment] = self.sent.get(moment, 0) + 1
            time.sleep(0.01)

    on_market_slot = on_tick


class Trouble(exchange.Interop):
    def start(self, *words, slots=4):
        self.run_host("run", self.community(), "--slots", str(slots), "--out", "r", *words)

    def client(self, kind=Bidder, *words):
        client = kind(self.redis, *words)
        self.addCleanup(client.close)
        return client

    def end(self, code=0):
        self.assertEqual(self.host.wait(60), code, self.said())

    def bought(self, folder, name):
        results = sqlite3.connect(os.path.join(self.folder, folder, "run.sqlite"))
        row = results.execute("SELECT bought_uwh FROM accounts JOIN assets USING (asset) WHERE name = ?",
                              (name,)).fetchone()
        results.close()
        return row[0]

    def hears(self, *patterns):
        heard = []
        listener = exchange.Listener(self.redis.connect(), patterns, lambda c, d: heard.append((c, json.loads(d))))
        self.addCleanup(listener.stop)
        return heard

    # ---- Redis

    def test_without_redis_the_run_is_what_it_is(self):
        self.lunagrid("run", self.community(), "--slots", "4", "--out", "plain")
        self.run_host("run", self.community(), "--slots", "4", "--pace", "15m=400ms", "--out", "r")
        self.end()
        self.assertEqual(self.said().count("cannot be reached"), 1, self.said())
        self.assertEqual(self.hash_of("r"), self.hash_of("plain"))

    def test_redis_comes_late_dies_and_comes_back(self):
        self.start("--pace", "15m=1s", slots=8)
        self.until_said("cannot be reached")
        self.redis.start()
        self.until_said("connected to Redis")
        client = self.client()
        client.register(LOAD)
        exchange.tried(lambda: client.events.get("market", 0) >= 1)
        self.redis.stop()
        self.until_said("lost Redis")
        os.unlink(self.redis.socket)
        self.redis.start()
        exchange.tried(lambda: "sock is back" in self.said())
        heard = self.hears("*")
        exchange.tried(lambda: any(p.get("event") == "market" for _, p in heard))
        self.end()
        # nobody lost a slot, and what the client had done is in the journal
        self.assertIn("8 of 8 slots", self.lunagrid("verify", "r"))

    def test_redis_dies_at_every_point(self):
        """Between any two messages of a client: after each of them it dies, and another client trades when it is back."""
        self.redis.start()
        self.start("--pace", "15m=700ms", slots=96)
        self.until_said("connected to Redis")

        def created(client):
            return client

        def registered(client):
            client.ask(f"{LOAD}/register_participant", {"name": LOAD})

        def selected(client):
            client.register(LOAD)

        def sending(client):
            key = client.register(LOAD)
            client.connection.publish("external-aggregator//batch_commands", json.dumps(
                {"type": "BATCHED", "transaction_id": "lost", "aggregator_uuid": client.uuid,
                 "batch_commands": {key: [{"type": "device_info"}]}}))

        def answered(client):
            key = client.register(LOAD)
            client.batch({key: [{"type": "device_info"}]})

        def leaving(client):
            client.register(LOAD)
            client.connection.publish("aggregator", json.dumps(
                {"type": "DELETE", "aggregator_uuid": client.uuid, "transaction_id": "lost"}))

        def steering(client):
            client.connection.publish("/pause", json.dumps({"transaction_id": "lost"}))

        for times, point in enumerate((created, registered, selected, sending, answered, leaving, steering), 1):
            with self.subTest(point.__name__):
                client = self.client(exchange.Aggregator, point.__name__)
                listener = exchange.Listener(self.redis.connect(), [f"{LOAD}/response/*"],
                                             lambda _channel, data, c=client: c._take(json.loads(data)))
                self.addCleanup(listener.stop)
                point(client)
                self.redis.stop()
                exchange.tried(lambda n=times: self.said().count("lost Redis") == n)
                self.assertIsNone(self.host.poll(), self.said())
                os.unlink(self.redis.socket)
                self.redis.start()
                exchange.tried(lambda n=times: self.said().count("sock is back") == n)
                after = self.client(exchange.Aggregator, "after " + point.__name__)
                after.connection.publish("/resume", json.dumps({"transaction_id": "go"}))
                key = after.register(LOAD)
                self.assertEqual(after.batch({key: [{"type": "device_info"}]})[key][0]["status"], "ready")
                after.delete()
        self.interrupt()
        self.end(code=1)
        self.lunagrid("verify", "r")

    def test_a_client_that_is_killed_within_a_tick(self):
        """Its batch is on its way, and it is waited for: the run goes on, and the other one loses nothing."""
        self.redis.start()
        self.start("--await-batches=2", slots=6)
        self.until_said("connected")
        other = self.client(Bidder, "other")
        other.register(OTHER)
        child = os.fork()
        if child == 0:
            class Doomed(Bidder):
                def on_tick(self, message):
                    if self.events["market"] < 2:
                        super().on_tick(message)
                        return
                    commands = [{"type": "bid", "energy": 0.001, "price": 0.03}] * 3
                    self.connection.publish("external-aggregator//batch_commands", json.dumps(
                        {"type": "BATCHED", "transaction_id": str(uuid.uuid4()), "aggregator_uuid": self.uuid,
                         "batch_commands": {self.assets[LOAD]: commands}}))
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                doomed = Doomed(self.redis, "doomed")
                doomed.register(LOAD)
                time.sleep(60)
            finally:
                os._exit(1)
        self.assertEqual(os.waitpid(child, 0)[1], signal.SIGKILL)
        self.end()
        other.check()
        self.assertEqual((other.events["market"], other.events["tick"]), (6, 60))
        self.assertIn("doomed has not listened for two slots", self.said())
        self.assertGreater(self.bought("r", LOAD), 0)
        self.assertIn("6 of 6 slots", self.lunagrid("verify", "r"))

    def test_an_address_that_is_none_err(self):
        for address, sentence in [("gsy=http://x", "an address is redis://"), ("gsy=rediss://x?ssl_ca_certs=/none", "cannot be read from /none"),
                                  ("nonsense=x", 'no plugin offers the gateway "nonsense"; there is '),
                                  ("gsy", "NAME=ADDRESS")]:
            with self.subTest(address):
                code = {"gsy": 2}.get(address)
                done = subprocess.run([exchange.PROGRAM, "run", self.community(), "--slots", "1", "--out", "x",
                                                "--gateway", address], cwd=self.folder, capture_output=True, text=True,
                                               env=self.environment(), timeout=60, check=False)
                self.assertNotEqual(done.returncode, 0)
                if code:
                    self.assertEqual(done.returncode, code)
                self.assertIn(sentence, done.stderr)

    # ---- clients

    def test_a_client_takes_over_and_gives_back(self):
        self.redis.start()
        self.lunagrid("run", self.community(), "--slots", "6", "--out", "plain")
        self.start("--await-batches=20", slots=6)
        self.until_said("connected")
        client = self.client()
        client.rate = 1  # nobody sells for that: as long as it has the load, the load buys nothing
        client.register(LOAD)
        exchange.tried(lambda: client.events.get("market", 0) >= 3)
        self.assertEqual(client.messages[-1]["grid_tree"] and client.failures, [])
        answer = client.unregister(LOAD)
        self.assertEqual((answer["status"], answer["response"], answer["unregistered"]), ("ready", "success", True))
        self.assertEqual(client.unregister(LOAD)["status"], "error")
        self.end()
        client.check()
        self.assertIn(f"bidder gives {LOAD} back", self.said())
        self.assertGreater(self.bought("r", LOAD), 0)  # its template bought in the slots behind
        self.assertLess(self.bought("r", LOAD), 0.7 * self.bought("plain", LOAD))
        self.assertEqual(self.bought("r", OTHER), self.bought("plain", OTHER))
        self.lunagrid("verify", "r")

    def test_two_aggregators_do_not_see_each_other(self):
        self.redis.start()
        self.start("--await-batches=20")
        self.until_said("connected")
        one, two = self.client(Bidder, "one"), self.client(Bidder, "two")
        mine, other = one.register(LOAD), two.register(OTHER)
        taken = two.select(mine)
        self.assertEqual((taken["status"], taken["msg"]), ("error", f"Device already have selected {one.uuid}"))
        self.end()
        one.check()
        two.check()
        for client, own, foreign in [(one, mine, other), (two, other, mine)]:
            self.assertGreaterEqual(client.events["market"], 4)
            for message in client.messages:
                tree = dict(exchange.nodes(message["grid_tree"]))
                self.assertEqual(list(tree[foreign]), ["area_name"])
                self.assertIn("asset_info", tree[own])
                for trade in message.get("trade_list", []):
                    self.assertEqual(trade["asset_id"], own)
                    self.assertEqual(trade["seller"], "anonymous")

    def test_commands_at_what_is_not_ones_own_err(self):
        self.redis.start()
        self.start("--await-batches=5", slots=2)
        self.until_said("connected")
        one, two = self.client(Bidder, "one"), self.client(Bidder, "two")
        mine, other = one.register(LOAD), two.register(OTHER)
        bid = [{"type": "bid", "energy": 0.001, "price": 0.03}]
        answers = one.batch({other: bid, str(uuid.uuid4()): bid, mine: [{"type": "device_info"}, {}]})
        rows = [answer for row in answers.values() for answer in row]
        self.assertEqual([row["status"] for row in rows], ["error", "error", "ready", "error"])
        self.assertEqual(rows[0]["error_message"], "This aggregator does not control this asset or market.")
        self.assertEqual(rows[1]["error_message"], "There is no asset or market with this uuid.")
        self.assertEqual(rows[3]["message"], "Invalid command type")
        many = one.batch({mine: bid * 400})[mine]
        self.assertEqual({row["status"] for row in many}, {"error"})
        self.assertIn("16 for each asset and market that the aggregator has, and at least 256", many[0]["reason"])
        self.assertNotIn("too many", str(one.batch({mine: bid * 256})[mine]))
        one.uuid, stranger = str(uuid.uuid4()), one.uuid
        heard = self.hears(f"external-aggregator//{one.uuid}/response/batch_commands")
        one.connection.publish("external-aggregator//batch_commands", json.dumps(
            {"type": "BATCHED", "transaction_id": "t", "aggregator_uuid": one.uuid, "batch_commands": {mine: bid}}))
        exchange.tried(lambda: any(p["transaction_id"] == "t" for _, p in heard))
        refused = next(p for _, p in heard if p["transaction_id"] == "t")["responses"][mine][0]
        self.assertEqual(refused["error_message"], "There is no such aggregator.")
        one.uuid = stranger
        self.end()

    def refuses_what_it_reads_in_part(self, client, key):
        """Whoever waits for an answer to a batch is told why it was refused."""
        def asked(commands):
            transaction = str(uuid.uuid4())
            client.answers[transaction] = None
            client.connection.publish("external-aggregator//batch_commands", json.dumps(
                {"transaction_id": transaction, "aggregator_uuid": client.uuid})[:-1] + ', "batch_commands": ' + commands + "}")
            with client.arrived:
                self.assertTrue(client.arrived.wait_for(lambda: client.answers[transaction], 10), commands[:80])
            return client.answers.pop(transaction)

        info = '[{"type": "device_info"}]'
        for commands, why in ((f'{{"{key}": {info}, "{key}": {info}}}', "a key twice"),
                              (f'{{"{key}": [{{"type": "bid", "energy": 1e999, "price": 1}}]}}', "number that is too large")):
            answer = asked(commands)
            self.assertIn(why, answer["error_message"])
            refused, = answer["responses"].pop(key)
            self.assertEqual(answer["responses"], {})
            self.assertEqual((refused["status"], refused["area_uuid"]), ("error", key))
            self.assertIn(why, refused["error_message"])
        answer = asked(f'{{"{key}": {{"type": "bid"}}, "other": "x"}}')["responses"]
        for one in (key, "other"):
            self.assertEqual([a["error_message"] for a in answer[one]], ["The commands of an address are no list."])
        answer = asked(json.dumps({key: [{"type": "x" * (2 << 20)}]}))
        self.assertEqual((answer["responses"], answer["status"]), ({}, "error"))
        self.assertIn("1048576 bytes", answer["error_message"])
        self.assertEqual(client.batch({key: [{"type": "device_info"}]})[key][0]["status"], "ready")

    def test_what_cannot_be_read_is_logged_as_what_it_is(self):
        self.redis.start()
        self.start("--pace", "15m=500ms", slots=96)
        self.until_said("connected")
        connection = self.redis.connect()
        for channel, message, why in (("aggregator-commands", b'{"a":1,"a":2}', "it has a key twice in an object"),
                                      ("external-aggregator//batch_commands", b'{"n":1e999}',
                                       "it has no aggregator_uuid and transaction_id"),
                                      ("/area-map", b'{"n":1e999}', "it has a number that is too large"),
                                      (f"{LOAD}/bid", b"[]", "it is no JSON object")):
            connection.publish(channel, message)
            self.until_said(f"a message on {channel} was dropped: {why}")
        self.interrupt()
        self.end(code=1)

    def test_nonsense_is_told_once_a_channel(self):
        self.redis.start()
        self.start("--pace", "15m=500ms", slots=96)
        self.until_said("connected")
        connection = self.redis.connect()
        nonsense = [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b'{"transaction_id": 7}', b"\xff\xfe", b'{"x":"\\u0000"}',
                    b'{"n":1e999}', b"[" * 100000, b'{"type":"CREATE"}', b"{}" * 2, b'{"a":' * 50 + b"1" + b"}" * 50]
        channels = ["aggregator-commands", "aggregator", "external-aggregator//batch_commands", "/area-map",
                    f"{LOAD}/register_participant", "community/unregister_participant"]
        for channel in channels:
            for message in nonsense:
                connection.publish(channel, message)
        for _ in range(3):
            connection.publish(channels[0], b"x" * (2 << 20))
        client = self.client()
        client.register(LOAD)
        for wrong in [{"type": "DANCE"}, {"type": "SELECT"}, {"type": "SELECT", "aggregator_uuid": "a b", "device_uuid": "x"},
                      {"type": "SELECT", "aggregator_uuid": client.uuid, "device_uuid": str(uuid.uuid4())},
                      {"type": "UNSELECT", "aggregator_uuid": client.uuid, "device_uuid": "x"},
                      {"type": "DELETE", "aggregator_uuid": "nobody"}]:
            self.assertEqual(client.ask("aggregator-commands", wrong)["status"], "error")
        self.assertEqual(client.ask("aggregator-commands", {"type": "CREATE", "name": "again"}, client.uuid),
                         {"status": "error", "aggregator_uuid": client.uuid, "transaction_id": client.uuid})
        key = client.assets[LOAD]
        for commands in ["x", None, {key: [{"type": "bid"}] * 16385}]:
            answer = client.ask("external-aggregator//batch_commands",
                                {"aggregator_uuid": client.uuid, "batch_commands": commands})
            self.assertEqual((answer["responses"], answer["status"]), ({}, "error"))
            self.assertIn("16384 commands" if commands and key in commands else "no batch_commands",
                          answer["error_message"])
        self.refuses_what_it_reads_in_part(client, key)
        odd = [{"type": "bid"}, {"type": "bid", "energy": "1", "price": 1}, {"type": "bid", "energy": -1, "price": 1},
               {"type": "bid", "energy": float("nan"), "price": 1}, {"type": "bid", "energy": 1, "price": float("inf")},
               {"type": "bid", "energy": 1e300, "price": 1}, {"type": "bid", "energy": 1e-12, "price": 1e12},
               {"type": "bid", "energy": 0.001, "price": 0.01, "time_slot": "2024-06-31T00:00"},
               {"type": "bid", "energy": 0.001, "price": 0.01, "dance": 1}, {"type": "delete_bid", "bid_id": 7},
               {"type": "set_energy_forecast", "energy_forecast": 3}, {"type": "grid_fees"}, {"type": 7}]
        answers = client.batch({key: odd})[key]
        self.assertEqual([a["status"] for a in answers], ["error"] * len(odd), answers)
        self.interrupt()
        self.end(code=1)
        client.check()
        said = self.said()
        for channel in channels:
            self.assertEqual(said.count(f"a message on {channel} was dropped"), 1, said)
        self.assertEqual(said.count("a message of 2097152 bytes on aggregator-commands was dropped"), 1)
        self.lunagrid("verify", "r")

    def test_who_does_not_answer_is_named_once(self):
        self.redis.start()
        self.start("--await-batches=0.2", slots=4)
        self.until_said("connected")

        class Silent(exchange.Aggregator):
            pass

        client = self.client(Silent, "the silent one")
        client.register(LOAD)
        begun = time.monotonic()
        self.end()
        self.assertIn("waited 0.2 s for the silent one", self.said())
        self.assertEqual(self.said().count("waited"), 1)
        self.assertLess(time.monotonic() - begun, 20)

    def test_a_batch_does_not_wait_behind_another_ones_silence(self):
        self.redis.start()
        self.start("--await-batches=60", slots=2)
        self.until_said("connected")
        silent, other = self.client(exchange.Aggregator, "the silent one"), self.client(exchange.Aggregator, "other")
        silent.register(LOAD)
        key = other.register(OTHER)
        exchange.tried(lambda: other.events.get("market", 0) == 1)
        begun = time.monotonic()
        self.assertEqual(other.batch({key: [{"type": "device_info"}]})[key][0]["status"], "ready")
        self.assertLess(time.monotonic() - begun, 8)  # the SDK gives up after 10 s
        self.assertIn("a batch has waited 3 s while the silent one was silent", self.said())
        self.assertEqual(other.events["market"], 1)
        self.assertNotIn("waited 60 s", self.said())
        self.interrupt()
        self.end(code=1)
        self.lunagrid("verify", "r")

    def test_who_has_vanished_loses_its_assets(self):
        self.redis.start()
        self.start("--pace", "15m=300ms", slots=12)
        self.until_said("connected")
        client = self.client()
        client.register(LOAD)
        exchange.tried(lambda: client.events.get("market", 0) >= 1)
        client.second.stop()
        self.until_said("bidder has not listened for two slots")
        self.end()
        self.assertGreater(self.bought("r", LOAD), 0)
        self.lunagrid("verify", "r")

    def test_who_comes_again_has_its_assets_at_once(self):
        self.redis.start()
        self.start("--paused", "--pace", "15m=300ms", slots=2)
        self.until_said("connected")
        first, other = self.client(), self.client(Bidder, "other")
        for name in (LOAD, PANEL):
            first.register(name)
        self.assertEqual(other.select(first.assets[LOAD])["status"], "error")  # somebody is there
        first.second.stop()  # its process ends: nobody listens to its events
        again = self.client(Bidder, "bidder again")
        for name in (LOAD, PANEL):
            again.register(name)
        self.assertIn("bidder does not listen any more", self.said())
        again.connection.publish("/resume", json.dumps({"transaction_id": "go"}))
        self.end()
        again.check()
        self.assertGreaterEqual(again.events["tick"], 2)
        self.lunagrid("verify", "r")

    def test_deletions_and_lists(self):
        self.redis.start()
        self.start("--await-batches=20", slots=2)
        self.until_said("connected")
        client = self.client()
        key = client.register(BATTERY)
        offers = client.batch({key: [{"type": "bid", "energy": 0.5, "price": 0.5, "replace_existing": False},
                                     {"type": "bid", "energy": 0.25, "price": 0.5, "replace_existing": False},
                                     {"type": "list_bids"}, {"type": "list_offers"}]})[key]
        first, second = (json.loads(a["bid"])["id"] for a in offers[:2])
        self.assertEqual([o["id"] for o in offers[2]["bid_list"]], [first, second])
        self.assertEqual(offers[3]["offer_list"], [])
        gone = client.batch({key: [{"type": "delete_bid", "bid_id": first}, {"type": "delete_bid", "bid": first},
                                   {"type": "list_bids"}, {"type": "delete_bid", "bid_id": None}]})[key]
        self.assertEqual([a.get("deleted_bids") for a in gone], [[first], [], None, [second]])
        self.assertEqual([o["id"] for o in gone[2]["bid_list"]], [second])
        self.assertEqual(client.delete()["status"], "deleted")
        self.end()
        client.check()

    def test_a_batch_for_each_asset_one_after_the_other(self):
        self.redis.start()
        self.start("--await-batches=20", slots=3)
        self.until_said("connected")
        client = self.client(OneByOne)
        names = [LOAD, OTHER, "Load 3 L17", "PV 1 (4kW)", PANEL, BATTERY]
        for name in names:
            client.register(name)
        client.register("home-3")
        self.assertTrue(client.finished.wait(120), self.said())
        self.end()
        client.pool.shutdown(wait=True)
        client.check()
        self.assertEqual((client.events["market"], client.events["tick"]), (3, 30))
        # the last callback may still be at work when the run ends: what it sends then is nobody's any more
        rounds = list(client.sent.values())
        self.assertEqual(rounds[:-2], [len(names)] * (len(rounds) - 2), client.sent)
        self.assertNotIn("waited", self.said())
        self.lunagrid("verify", "r")

    def test_steering(self):
        self.redis.start()
        self.start("--paused", "--pace", "15m=200ms", slots=200)
        self.until_said("connected")
        client = self.client()
        key = client.register(LOAD)
        heard = self.hears("/response/*")
        for number, command in enumerate(["area-map", "resume", "pause", "live-event", "resume", "stop"]):
            client.connection.publish("/" + command, json.dumps({"transaction_id": command}))
            exchange.tried(lambda n=number: len(heard) == n + 1)
        self.assertEqual([p["status"] for _, p in heard], ["success"] * 3 + ["error"] + ["success"] * 2)
        self.assertEqual(heard[1][1], {"command": "resume", "simulation_id": "", "transaction_id": "resume",
                                       "status": "success"})
        self.assertEqual(heard[0][1]["area_mapping"][key], LOAD)
        self.end(code=1)
        self.assertTrue(client.finished.wait(60))  # after a batch that nobody answers any more

    # ---- again

    def test_killed_and_resumed(self):
        self.redis.start()
        self.start("--await-batches=20", slots=8)
        self.until_said("connected")
        client = self.client()
        client.register(LOAD)
        client.register(PANEL)
        exchange.tried(lambda: client.events.get("market", 0) >= 4)
        self.host.send_signal(signal.SIGKILL)
        self.host.wait()
        self.run_host("resume", "r", "--await-batches=20")
        self.assertTrue(client.finished.wait(60), self.said())
        self.end()
        self.assertGreater(client.events["market"], 6)
        self.assertIn("8 of 8 slots", self.lunagrid("verify", "r"))

    def test_in_lock_step_the_same_client_makes_the_same_run(self):
        """Also when all scripts run in workers: those who lose an asset for a while lose it there too."""
        self.redis.start()
        hashes = []
        for isolation in ("process", "process", "worker"):
            self.run_host("run", self.community(), "--slots", "5", "--out", "r", "--await-batches=20",
                          "--isolation", isolation)
            self.until_said("connected")
            client = self.client(Bidder, "bidder", "0c7a5a3e-6d3c-4a55-9a31-6f0f5a1b2c3d")
            client.gives = LOAD, 3
            for name in (LOAD, PANEL, BATTERY):
                client.register(name)
            self.end()
            client.check()
            client.close()
            hashes.append(self.hash_of("r"))
            self.assertIn("5 of 5 slots", self.lunagrid("verify", "r"))
        self.assertEqual(len(set(hashes)), 1, hashes)


if __name__ == "__main__":
    unittest.main()
