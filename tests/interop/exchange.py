"""What the tests with clients share: a Redis of their own, a host with a gateway, and a client that speaks the messages
of gsy-e-sdk the way it does: a thread that listens, callbacks in a pool of threads, batches that block until they are
answered."""
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

import redis

PROGRAM = os.environ["LUNAGRID"]
SOURCE = os.environ["LUNAGRID_SOURCE"]
REDIS_SERVER = os.environ.get("REDIS_SERVER", "redis-server")


def tried(what, seconds=20):
    """What the function says as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        said = what()
        if said:
            return said
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


class Redis:
    """A server on a socket in a folder of its own; nothing of it is kept."""

    def __init__(self, folder):
        self.socket = os.path.join(folder, "redis.sock")
        self.url = "unix://" + self.socket
        self.process = None
        self.tcp = 0
        self.words = []

    def start(self):
        words = [REDIS_SERVER, "--port", str(self.tcp), "--unixsocket", self.socket, "--save", "", "--appendonly", "no",
                 "--daemonize", "no", *self.words]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tried(self.answers)
        return self

    def answers(self):
        try:
            return os.path.exists(self.socket) and self.connect().ping()
        except redis.exceptions.ConnectionError:  # nobody behind it yet
            return False

    def connect(self):
        return redis.Redis(unix_socket_path=self.socket)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Listener:
    """Hears some channels, each message once; a function is called for each, in the thread that listens."""

    def __init__(self, connection, patterns, heard):
        self.pubsub = connection.pubsub()
        self.heard = heard
        self.failure = None
        self.running = True
        self.pubsub.psubscribe(*patterns)
        for _ in patterns:
            self.pubsub.get_message(timeout=5)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            while self.running:
                message = self.pubsub.get_message(timeout=0.1)
                if message and message["type"] == "pmessage":
                    self.heard(message["channel"].decode(), message["data"])
        except Exception as failure:  # pylint: disable=broad-except  # as in the SDK the thread ends
            if self.running:
                self.failure = failure

    def stop(self):
        self.running = False
        self.thread.join(5)
        self.pubsub.close()


class Aggregator:
    """A client as the SDK has it. Subclasses say what to do on_market_slot, on_tick, on_trade, on_finish."""

    def __init__(self, server, name, own_id=None):
        self.connection = server.connect()
        self.name = name
        self.uuid = own_id or str(uuid.uuid4())
        self.assets = {}  # name of an asset or market: its uuid
        self.answers = {}  # of transactions that somebody waits for
        self.arrived = threading.Condition()
        self.finished = threading.Event()
        self.events = {}  # how many of each kind
        self.failures = []
        self.pool = concurrent.futures.ThreadPoolExecutor(5)
        self.first = Listener(server.connect(), ["aggregator-response"], self._answered)
        answer = self.ask("aggregator-commands", {"name": name, "type": "CREATE"}, self.uuid)
        assert answer["status"] == "ready" and answer["name"] == name, answer
        self.second = Listener(server.connect(), [f"external-aggregator//{self.uuid}/events/all",
                                                  f"external-aggregator//{self.uuid}/response/batch_commands"],
                               self._told)
        self.registrations = []
        self.server = server

    def close(self):
        for listener in [self.first, self.second, *self.registrations]:
            listener.stop()
        self.pool.shutdown(wait=True)
        self.connection.close()

    def check(self):
        """Nothing has ended a thread of the client."""
        for listener in [self.first, self.second, *self.registrations]:
            if listener.failure:
                raise listener.failure
        if self.failures:
            raise self.failures[0]

    # ---- talking

    def ask(self, channel, message, transaction=None):
        transaction = transaction or str(uuid.uuid4())
        with self.arrived:
            self.answers[transaction] = None
        self.connection.publish(channel, json.dumps({**message, "transaction_id": transaction}))
        with self.arrived:
            if not self.arrived.wait_for(lambda: self.answers[transaction] is not None, 10):
                raise AssertionError(f"no answer on {channel} to {message}")
            return self.answers.pop(transaction)

    def _take(self, message):
        with self.arrived:
            if message["transaction_id"] in self.answers:
                self.answers[message["transaction_id"]] = message
                self.arrived.notify_all()
                return True
        return False

    def _answered(self, _channel, data):
        message = json.loads(data)
        _ = message["status"]  # the SDK looks at both in whatever comes here
        self._take(message)

    def _told(self, channel, data):
        message = json.loads(data)
        if channel.endswith("/response/batch_commands"):
            if not self._take(message):
                raise AssertionError(f"an answer to a batch that nobody has sent: {message['transaction_id']}")
            return
        event = message["event"]
        self.events[event] = self.events.get(event, 0) + 1
        if event in ("market", "tick", "trade"):
            _ = message["grid_tree"]
        callback = {"market": self.on_market_slot, "tick": self.on_tick, "trade": self.on_trade,
                    "finish": self._finish}[event]
        if event == "tick" and message["slot_completion"] == "0%":
            return
        self.pool.submit(self._call, callback, message)

    def _call(self, callback, message):
        try:
            callback(message)
        except Exception as failure:  # pylint: disable=broad-except
            self.failures.append(failure)

    def _finish(self, message):
        self.on_finish(message)
        self.finished.set()

    # ---- what a client does

    def register(self, name):
        """Registers and selects an asset, or a market by its channel."""
        listener = Listener(self.server.connect(), [f"{name}/response/register_participant",
                                                    f"{name}/response/unregister_participant"],
                            lambda _channel, data: self._take(json.loads(data)))
        self.registrations.append(listener)
        answer = self.ask(f"{name}/register_participant", {"name": name})
        assert answer["registered"] and answer["status"] == "ready", answer
        chosen = self.select(answer["device_uuid"])
        assert chosen["status"] == "SELECTED", chosen
        self.assets[name] = answer["device_uuid"]
        return answer["device_uuid"]

    def select(self, device):
        return self.ask("aggregator-commands",
                        {"aggregator_uuid": self.uuid, "device_uuid": device, "type": "SELECT"})

    def unregister(self, name):
        return self.ask(f"{name}/unregister_participant", {"name": name})

    def delete(self):
        return self.ask("aggregator", {"name": self.name, "aggregator_uuid": self.uuid, "type": "DELETE"})

    def batch(self, commands):
        """Sends {uuid: [command]} and returns the answers by uuid."""
        answer = self.ask("external-aggregator//batch_commands",
                          {"type": "BATCHED", "aggregator_uuid": self.uuid, "batch_commands": commands})
        return answer["responses"]

    def on_market_slot(self, message):
        pass

    def on_tick(self, message):
        pass

    def on_trade(self, message):
        pass

    def on_finish(self, message):
        pass


def nodes(tree):
    """All nodes of a grid_tree: (uuid, node)."""
    for key, node in tree.items():
        yield key, node
        yield from nodes(node.get("children", {}))


class Interop(unittest.TestCase):
    """Each test stands in an empty folder with a Redis of its own."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lunagrid-interop-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.redis = Redis(self.folder)
        self.addCleanup(self.redis.stop)
        self.host = None
        self.addCleanup(self.end_host)

    def end_host(self):
        if self.host and self.host.poll() is None:
            self.host.kill()
            self.host.wait()

    def environment(self):
        return {k: v for k, v in os.environ.items() if not k.startswith("LUNAGRID_")}

    def run_host(self, *words):
        """Starts `lunagrid run` with the gateway; its words come to self.said()."""
        log = open(os.path.join(self.folder, "host.log"), "w", encoding="utf-8")
        self.addCleanup(log.close)
        self.host = subprocess.Popen([PROGRAM, *words, "--gateway", "gsy=" + self.redis.url], cwd=self.folder,
                                     stdout=log, stderr=subprocess.STDOUT, env=self.environment())
        return self.host

    def said(self):
        with open(os.path.join(self.folder, "host.log"), encoding="utf-8") as file:
            return file.read()

    def until_said(self, text, seconds=20):
        tried(lambda: text in self.said() or self.host.poll() is not None, seconds)
        self.assertIn(text, self.said())

    def lunagrid(self, *words, code=0):
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True,
                              env=self.environment(), timeout=240, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def hash_of(self, folder):
        with open(os.path.join(self.folder, folder, "summary.json"), encoding="utf-8") as file:
            return json.load(file)["run"]["digest"]

    def community(self):
        return os.path.join(SOURCE, "examples", "gsy-community")

    def interrupt(self):
        self.host.send_signal(signal.SIGINT)
