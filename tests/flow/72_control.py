"""A running host: paces, pauses, steps, and what it answers at its socket to friend and foe."""
import errno
import json
import os
import signal
import socket
import subprocess
import time

import flow


class Host:
    """A run in the background; its socket is DIR/control.sock."""

    def __init__(self, test, *words, out="r", path=None):
        self.test, self.out = test, out
        self.process = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--out", out, *words],
                                        cwd=test.folder, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=test.environment())
        test.addCleanup(self.kill)
        self.path = test.path(path or out + "/control.sock")
        test.until(lambda: os.path.exists(self.path) or self.process.poll() is not None)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def ctl(self, *words, code=0):
        out, err = self.test.lunagrid("ctl", "--out", self.out, *words, code=code)
        return out if code == 0 else err

    def ask(self, *words, code=0):
        out, _ = self.test.lunagrid("ctl", "--out", self.out, "--json", *words, code=code)
        return json.loads(out)

    def dial(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(30)
        # a path below the test's folder may be too long for a socket's name: go by the folder
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.path.dirname(self.path))
        try:
            self.test.until(lambda: peer.connect_ex(os.path.basename(self.path)) != errno.ECONNREFUSED)
        finally:
            os.fchdir(here)
            os.close(here)
        self.test.addCleanup(peer.close)
        return peer

    def ends(self, code=0):
        out, err = self.process.communicate(timeout=120)
        self.test.assertEqual(self.process.returncode, code, err)
        return out, err


def lines_of(peer):
    """The lines a peer is sent, one after another."""
    return peer.makefile("r", encoding="utf-8")


def say(peer, request):
    peer.sendall((request if isinstance(request, bytes) else json.dumps(request).encode()) + b"\n")


class Running(flow.Flow):
    def until(self, true, seconds=60):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, "it does not come true")
            time.sleep(0.01)

    def digest(self, folder):
        return self.query(folder, "select digest from runs")[0][0]

    def slots(self, host):
        return host.ask("status")["slot"]


class Pace(Running):
    def test_a_paced_run_does_what_a_fast_one_does(self):
        self.lunagrid("run", "village.lua", "--out", "fast", "--quiet")
        begin = time.monotonic()
        out, _ = self.lunagrid("run", "village.lua", "--out", "slow", "--pace", "15m=200ms")
        self.assertGreater(time.monotonic() - begin, 0.7)  # the last tick is due after 780 ms
        self.assertIn("paced: 15m=200ms", out)
        self.assertEqual(self.digest("fast"), self.digest("slow"))
        self.assertEqual(self.query("fast", "select * from trades"), self.query("slow", "select * from trades"))
        self.assertEqual(sorted(os.listdir(self.path("slow"))), ["run.journal", "run.sqlite", "summary.json"])

    def test_nonsense_is_told_with_what_was_expected_err(self):
        for pace in ("fast", "15m", "15m=0s", "-1x", "15m=10"):
            _, err = self.lunagrid("run", "village.lua", "--pace=" + pace, code=2)
            self.assertIn(f'a pace is 15m=10s (simulated time = real time; units ms, s, m, h, d), real, '
                          f'60x, or full, not "{pace}"', err)
        self.assertFalse(os.path.exists(self.path("runs")))

    def test_a_run_that_is_held_up_says_so_and_catches_up(self):
        host = Host(self, "--pace", "15m=2s")
        while json.loads(host.ctl("status", "--json"))["tick"] == 0:  # the pace counts from the first tick
            time.sleep(0.02)
        host.process.send_signal(signal.SIGSTOP)
        time.sleep(1.7)
        host.process.send_signal(signal.SIGCONT)
        _, err = host.ends()
        self.assertIn("behind its pace", err)
        self.assertIn("caught up with its pace", err)


class Commands(Running):
    def test_status_pause_step_and_resume(self):
        host = Host(self, "--paused")
        status = host.ask("status")
        self.assertEqual((status["state"], status["slot"], status["tick"], status["slots"]), ("paused", 0, 0, 4))
        self.assertEqual(status["time"], "2024-06-03T10:00:00+00:00")
        self.assertEqual(status["pace"], "full")
        self.assertEqual(status["protocol"], 1)
        self.assertEqual(status["agent_count"], len(status["agents"]))
        self.assertEqual(set(status["agents"][0]), {"name", "script", "version", "versions", "hash", "faults", "memory_bytes"})
        self.assertIn("1 ticks done; paused, slot 0, tick 1 is next", host.ctl("step"))
        self.assertEqual(host.ask("step", "2", "ticks")["done"], 2)
        self.assertEqual(host.ask("step", "slot")["slot"], 1)
        answer = host.ask("step", "2", "slots")
        self.assertEqual((answer["slot"], answer["tick"], answer["state"]), (3, 0, "paused"))
        self.assertIn("paused", host.ctl("pause"))
        self.assertIn("running", host.ctl("resume"))
        host.ends()
        self.lunagrid("run", "village.lua", "--out", "fast", "--quiet")
        self.assertEqual(self.digest("r"), self.digest("fast"))
        self.assertFalse(os.path.exists(host.path))

    def test_the_pace_can_be_changed(self):
        host = Host(self, "--pace", "real")
        self.assertEqual(host.ask("status")["pace"], "real")
        self.assertIn("a pace is 15m=10s", host.ctl("pace", "soon", code=2))
        self.assertEqual(host.ask("pace", "15m=1h")["pace"], "15m=1h")
        self.assertEqual(host.ask("pace", "full")["pace"], "full")
        host.ends()

    def test_a_fee_from_outside_rules_from_the_next_slot_on(self):
        host = Host(self, "--paused")
        first = host.ask("set-fee", "Community", "5")
        self.assertEqual((first["fee"], first["before"], first["unit"], first["from_slot"]), (5, 1, "ct/kWh", 0))
        host.ctl("step", "3", "ticks")
        second = host.ask("set-fee", "Grid/Community", "2.5ct")
        self.assertEqual((second["before"], second["from_slot"], second["from_time"]),
                         (5, 1, "2024-06-03T10:15:00+00:00"))
        self.assertEqual(host.ask("set-fee", first["uuid"], "7 ct/kWh")["before"], 2.5)
        host.ctl("step", "2", "slots")
        self.assertIn("Community: 0 ct/kWh from slot 2 on", host.ctl("set-fee", "Community", "0"))
        host.ctl("resume")
        host.ends()
        fees = self.query("r", "select m.slot, m.fee_uct from market_slots m join areas a on a.area = m.market "
                               "where a.name = 'Community' order by m.slot")
        self.assertEqual([fee for _, fee in fees], [5000000, 7000000, 0, 0])

    def test_fees_that_cannot_be_err(self):
        host = Host(self, "--paused")
        for words, sentence in ((("Comunity", "1"), 'no market "Comunity"; did you mean "Community"?'),
                                (("Community", "5%"), "the fees of this run are in ct/kWh, not in %"),
                                (("Community", "1e300"), "is no fee")):
            self.assertIn(sentence, host.ctl("set-fee", *words, code=1))
        self.assertIn("-3 is no fee", host.ctl("set-fee", "--", "Community", "-3", code=1))
        host.ctl("set-fee", "Community", "cheap", code=2)
        self.assertEqual(host.ask("set-fee", "Community", "1")["before"], 1)
        host.ctl("resume")
        host.ends()

    def test_the_log_is_kept_and_followed(self):
        self.write("talk.lua", "return { on_market_cycle = function(m) print('slot', m.slot) end }")
        host = Host(self, "--paused", "--agent", "Home 1=talk.lua")
        host.ctl("step", "2", "slots")
        lines = host.ask("log", "--lines", "1")["lines"]
        self.assertEqual([(line["slot"], line["kind"], line["who"]) for line in lines], [(1, "print", "Home 1")])
        peer = host.dial()
        say(peer, {"id": "f", "command": "log", "follow": True})
        heard = lines_of(peer)
        self.assertEqual(len(json.loads(heard.readline())["lines"]), 2)
        say(peer, {"id": 2, "command": "log", "follow": True})
        self.assertEqual(json.loads(heard.readline())["error"]["code"], "busy")
        host.ctl("step", "slot")
        event = json.loads(heard.readline())
        self.assertEqual((event["id"], event["event"], event["line"]["slot"]), ("f", "log", 2))
        follower = subprocess.Popen([flow.PROGRAM, "ctl", "--out", "r", "log", "-n", "1", "--follow"],
                                    cwd=self.folder, stdout=subprocess.PIPE, text=True, env=self.environment())
        self.assertIn("slot 2 tick 0  Home 1: slot", follower.stdout.readline())
        host.ctl("resume")
        self.assertIn("slot 3 tick 0  Home 1: slot", follower.stdout.readline())
        host.ends()
        self.assertEqual(follower.wait(timeout=60), 0)
        follower.stdout.close()

    def test_a_script_is_reloaded_and_brought_back(self):
        self.write("mine.lua", flow.PLAIN)
        host = Host(self, "--paused", "--no-watch", "--agent", "Home 1=mine.lua", "--agent", "Home 2=mine.lua")
        host.ctl("step", "3", "ticks")
        answer = host.ask("reload", "Home 1")["seats"]
        self.assertEqual([(seat["name"], seat["version"], seat["changed"]) for seat in answer], [("Home 1", 1, False)])
        self.write("mine.lua", flow.PLAIN.replace("rate = 36", "rate = 31"))
        self.assertIn("mine.lua v1 -> v2", host.ctl("reload", "Home 1"))
        seats = {seat["name"]: seat for seat in host.ask("status")["agents"]}
        self.assertEqual((seats["Home 1"]["version"], seats["Home 2"]["version"]), (2, 1))
        self.write("mine.lua", flow.PLAIN.replace("rate = 36", "rate = nobody"))
        self.assertIn("mine.lua:5: ", host.ctl("reload", self.path("mine.lua"), code=1))
        self.assertEqual(host.ask("reload", "Home 1", code=1)["error"]["code"], "script")
        self.write("mine.lua", flow.PLAIN.replace("rate = 36", "rate = 32"))
        answer = host.ask("reload", "mine.lua")["seats"]
        self.assertEqual([(seat["name"], seat["version"]) for seat in answer], [("Home 1", 3), ("Home 2", 2)])
        host.ctl("step", "slot")
        self.assertEqual(host.ask("reload", "Home 1", "--to", "v1")["seats"][0]["version"], 1)
        for words, sentence in ((("Home 1", "--to", "9"), "has no version v9"), (("Hom 1",), 'mean "Home 1"?'),
                                (("nowhere.lua",), 'no seat or script "nowhere.lua"')):
            self.assertIn(sentence, host.ctl("reload", *words, code=1))
        os.remove(self.path("mine.lua"))
        self.assertIn("mine.lua", host.ctl("reload", "Home 1", code=1))
        host.ctl("resume")
        host.ends()

    def test_who_trades_for_a_script_that_was_given_up(self):
        self.write("mine.lua", "return { on_tick = function(t) error('no') end }")
        self.write("village.lua", flow.VILLAGE[:flow.VILLAGE.rindex("}")] + """agents = { agent { name = "Home 1",
                   script = "mine.lua", budget = { faults_in_a_row = 3 } } } }\n""")
        host = Host(self, "--paused", "--no-watch")
        host.ask("step", "1", "slots")
        self.assertEqual(host.ask("status")["agents"][0]["instead"], "nothing")
        host.ask("step", "1", "ticks")
        instead = host.ask("status")["agents"][0]["instead"]
        self.assertIn("strategies/load_ramp.lua", instead)
        self.assertIn("in its place strategies/load_ramp.lua", host.ctl("status"))
        self.write("mine.lua", "return {")
        host.ctl("reload", "Home 1", code=1)
        self.assertEqual(host.ask("log")["lines"][-1]["message"].split(": ")[0], instead + " keeps trading")

    def test_eval_reads_and_changes_nothing(self):
        host = Host(self, "--paused")
        self.assertEqual(host.ctl("eval", "grid.market('Community').running_market_fee"), "0\n")
        host.ctl("step", "13", "ticks")
        self.assertEqual(host.ctl("eval", "market_info.slot"), "1\n")
        self.assertEqual(host.ctl("eval", "grid.market('Community').running_market_fee"), "1\n")
        stats = host.ask("eval", "grid.market('Community').last_market_stats")["value"]
        self.assertGreater(stats["total_traded_energy_kWh"], 0)
        battery = host.ask("eval", "grid.asset('Battery 2').used_storage")["value"]
        self.assertGreater(battery, 0)
        self.assertEqual(host.ask("eval", "market_info.assets")["value"][0], {"asset": "Utility"})
        for expression, sentence in (("grid.market('Comunity')", 'did you mean "Community"?'),
                                     ("grid.batch:grid_fees('Community', 9)", "an expression can only read"),
                                     ("while true do end", "units and was stopped"), ("1 +", "eval:1: ")):
            self.assertIn(sentence, host.ctl("eval", expression, code=1))
        self.assertEqual(host.ask("eval", "1 +", code=1)["error"]["code"], "script")
        host.ctl("resume")
        host.ends()
        self.lunagrid("run", "village.lua", "--out", "fast", "--quiet")
        self.assertEqual(self.digest("r"), self.digest("fast"))

    def test_stop_finishes_the_slot_or_only_the_tick(self):
        host = Host(self, "--paused")
        host.ctl("step", "13", "ticks")
        self.assertIn("ending", host.ctl("stop"))
        out, err = host.ends(code=1)
        self.assertIn("told to stop; the slot is finished", err)
        self.assertIn("interrupted: 2 of 4 slots", out)
        self.assertEqual(self.summary("r")["run"]["slots_done"], 2)
        host = Host(self, "--paused", out="t")
        host.ctl("step", "13", "ticks")
        host.ctl("stop", "tick")
        _, err = host.ends(code=1)
        self.assertIn("stopped with 1 of 4 slots done; the results in t are incomplete", err)
        self.assertEqual(self.query("t", "select status from runs"), [("incomplete",)])
        host = Host(self, "--paused", out="u")
        self.assertIn('"after" of stop is', host.ctl("stop", "never", code=2))
        host.ctl("resume")
        host.ends()

    def test_the_only_host_is_found(self):
        self.assertIn("no host listens below runs/", self.lunagrid("ctl", "status", code=1)[1])
        first = Host(self, "--paused", out="runs/first")
        self.assertIn("village in runs/first", self.lunagrid("ctl", "status")[0])
        second = Host(self, "--paused", out="runs/second")
        _, err = self.lunagrid("ctl", "status", code=1)
        self.assertIn("2 hosts are running: ", err)
        self.assertIn("runs/second", err)
        first.ctl("resume")
        first.ends()
        self.assertIn("village in runs/second", self.lunagrid("ctl", "status")[0])
        self.assertIn("there is no socket", self.lunagrid("ctl", "--out", "runs/first", "status", code=1)[1])
        self.lunagrid("ctl", "resume")
        second.ends()

    def test_a_socket_of_ones_own(self):
        host = Host(self, "--control", "mine", "--paused", out="r2", path="mine")
        self.assertEqual(os.stat(self.path("mine")).st_mode & 0o7777, 0o600)
        self.assertFalse(os.path.exists(self.path("r2/control.sock")))
        self.assertIn("paused", self.lunagrid("ctl", "--control", "mine", "status")[0])
        _, err = self.lunagrid("run", "village.lua", "--control", "mine", code=1)
        self.assertIn("cannot listen at mine: another host is listening there", err)
        self.assertFalse(os.path.exists(self.path("runs")))  # it has touched no results
        host.process.kill()
        host.process.communicate()
        self.assertIn("nobody listens there any more", self.lunagrid("ctl", "--control", "mine", "status", code=1)[1])
        self.lunagrid("run", "village.lua", "--control", "mine", "--quiet", "--out", "r3")
        self.assertFalse(os.path.exists(self.path("mine")))
        _, err = self.lunagrid("run", "village.lua", "--control", "x" * 120, code=1)
        self.assertIn("the path has 120 bytes, a socket's at most 107", err)

    def test_words_that_are_no_command_err(self):
        for words in (("statsu",), ("step", "two"), ("step", "2", "miles"), ("pause", "now"), ("set-fee", "Street"), ("eval",),
                      ()):
            self.lunagrid("ctl", *words, code=2)


class Signals(Running):
    def stopped(self, number, *words):
        host = Host(self, *words)
        host.process.send_signal(number)
        return host.ends(code=1)

    def test_interrupt_in_a_wait_and_in_a_pause_finishes_the_slot(self):
        for words in (("--pace", "real"), ("--paused",)):
            out, err = self.stopped(signal.SIGINT, *words)
            self.assertIn("the slot is finished", err)
            self.assertIn("interrupted: 1 of 4 slots", out)
            self.assertEqual(self.summary("r")["run"]["slots_done"], 1)
            self.assertFalse(os.path.exists(self.path("r/control.sock")))

    def test_terminate_in_a_wait_and_in_a_pause_ends_at_once(self):
        for words in (("--pace", "real"), ("--paused",)):
            _, err = self.stopped(signal.SIGTERM, *words)
            self.assertIn("the results in r are incomplete", err)
            self.assertEqual(self.query("r", "select status from runs"), [("incomplete",)])
            self.assertFalse(os.path.exists(self.path("r/control.sock")))


class Hostile(Running):
    """Nothing that a client sends ends the host or changes what it computes."""

    def setUp(self):
        super().setUp()
        self.host = Host(self, "--paused")

    def tearDown(self):
        """The host still answers, and its run is the run of a host that nobody has spoken to."""
        self.host.ctl("status")
        self.host.ctl("resume")
        self.host.ends()
        self.lunagrid("run", "village.lua", "--out", "fast", "--quiet")
        self.assertEqual(self.digest("r"), self.digest("fast"))
        super().tearDown()

    def refused(self, request):
        peer = self.host.dial()
        say(peer, request)
        answer = json.loads(lines_of(peer).readline())
        self.assertFalse(answer["ok"])
        return answer["error"]["code"]

    def test_garbage_err(self):
        for request in (b"", b"hello", b"\xff\xfe\x00", b"{", b'"', b"[" * 60000, b'{"a":' * 10000, b"\x00" * 100,
                        b'{"command":"status"}}', b"01", os.urandom(1000).replace(b"\n", b"")):
            self.assertEqual(self.refused(request), "bad_json", request[:20])
        for request in ({}, [], 1, {"command": 1}, {"command": "step", "ticks": -1}, {"command": "status", "x": 1},
                        {"id": [], "command": "status"}, {"command": "step", "ticks": 1, "slots": 1}):
            self.assertEqual(self.refused(request), "bad_request", request)
        self.assertEqual(self.refused({"command": "shutdown"}), "unknown_command")

    def test_a_line_that_never_ends_err(self):
        peer = self.host.dial()
        try:
            for _ in range(200):
                peer.sendall(b"a" * 65536)
        except OSError:
            pass
        try:
            answer = lines_of(peer).readline()
            self.assertEqual(json.loads(answer)["error"]["code"], "too_long")
        except ConnectionError:
            pass  # the host was quicker: what it said went with the connection

    def test_a_thousand_connections_err(self):
        peers = [self.host.dial() for _ in range(32)]
        for peer in peers:
            say(peer, {"command": "status"})
            self.assertTrue(json.loads(lines_of(peer).readline())["ok"])
        for _ in range(1000):
            with self.host.dial() as peer:
                heard = lines_of(peer)
                self.assertEqual(json.loads(heard.readline())["error"]["code"], "full")
                heard.close()
        for peer in peers:
            peer.shutdown(socket.SHUT_RDWR)
            peer.close()
        self.until(lambda: self.lunagrid("ctl", "--out", "r", "status", code=None)[0].startswith("village"))

    def test_who_does_not_read_is_dropped_err(self):
        peer = self.host.dial()
        peer.settimeout(0.2)
        sent = 0
        try:
            while sent < 1 << 24:
                sent += peer.send(b'{"command":"status"}\n' * 100)
        except (TimeoutError, OSError):
            pass
        self.host.ctl("status")
        self.assertLess(sent, 1 << 24)

    def test_who_leaves_in_the_middle_err(self):
        for request in (b'{"command":"step","slots":3}\n', b'{"comm', b'{"command":"log","follow":true}\n',
                        b'{"command":"status"}\n' * 50):
            peer = self.host.dial()
            peer.sendall(request)
            peer.shutdown(socket.SHUT_RDWR)
            peer.close()


if __name__ == "__main__":
    flow.main()
