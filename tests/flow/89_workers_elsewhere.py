"""Games played by workers that are reached through a NATS server: the results of one machine, bit for bit,
whoever is killed; and what hostile jobs get."""
import base64
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from flow import PLAIN, PROGRAM, SOURCE, Flow, main

SERVER = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin:/sbin")
SETTINGS = ["--set", "minutes=1440", "--set", "market_maker_rate=30,40", "--set", "seed=1..6"]
PATIENCE = "2"
with open(PROGRAM, "rb") as program:  # a game of seconds
    LONG = "minutes=14400" if b"__asan_init" in program.read() else "minutes=57600"


class Wire:
    """As much of the protocol of NATS as it takes to publish."""

    def __init__(self, url):
        host, port = url.split("//")[1].split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.socket.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\n')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def publish(self, subject, data):
        self.socket.sendall(f"PUB {subject} {len(data)}\r\n".encode() + data + b"\r\nPING\r\n")
        while self.file.readline() != b"PONG\r\n":
            pass

    def ask(self, subject, data=b"", inbox="_INBOX.test"):
        """A request whose answer is not waited for."""
        self.socket.sendall(f"SUB {inbox} 1\r\nPUB {subject} {inbox} {len(data)}\r\n".encode() + data + b"\r\n")

    def put(self, bucket, name, data, digest=None, note=None):
        """An object, with a digest that may lie."""
        nuid = hashlib.sha256(data + name.encode()).hexdigest()[:20]
        digest = digest or hashlib.sha256(data).digest()
        self.publish(f"$O.{bucket}.C.{nuid}", data)
        meta = {"name": name, "bucket": bucket, "nuid": nuid, "size": len(data), "chunks": 1,
                "digest": "SHA-256=" + base64.urlsafe_b64encode(digest).decode()}
        if note:
            meta["headers"] = {"Lunagrid-Game-SHA256": [note]}
        self.publish(f"$O.{bucket}.M." + base64.urlsafe_b64encode(name.encode()).decode(),
                     json.dumps(meta).encode())


class Elsewhere(Flow):
    def setUp(self):
        super().setUp()
        self.children = []
        self.addCleanup(self.end)
        self.engine = self.lunagrid("--version")[0].split()[1]

    def end(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()

    def start(self, words, log, **environment):
        with open(self.path(log), "ab") as out:
            child = subprocess.Popen(words, cwd=self.folder, stdout=out, stderr=out,
                                     env=self.environment(**environment))
        self.children.append(child)
        return child

    def server(self, *words, jetstream=True, port="-1"):
        """Starts a server at a free port with its store in our folder. @return its URL and process"""
        ports = self.path("ports")
        shutil.rmtree(ports, ignore_errors=True)
        os.makedirs(ports)
        if jetstream:
            words = ("-js", "-sd", self.path("store"), *words)
        child = self.start([SERVER, "-a", "127.0.0.1", "-p", port, "--ports_file_dir", ports, *words], "server.log")
        urls = []

        def is_written():
            for path in glob.glob(ports + "/*.ports"):
                with open(path, encoding="utf-8") as file:
                    urls[:] = re.findall(r'"nats": *\[ *"([^"]+)" *\]', file.read())
            return urls

        self.wait(is_written, child)
        return urls[0].replace("tls://", "nats://"), child

    def wait(self, condition, child=None, seconds=60):
        last = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), last, "nothing came of it")
            if child:
                self.assertIsNone(child.poll(), "it has ended")
            time.sleep(0.02)

    def worker(self, url, name, *words, **environment):
        log = name + ".log"
        child = self.start([PROGRAM, "worker", "--nats", url, "--name", name, "-j", "1", "--patience", PATIENCE,
                            "--out", name, *words], log, **environment)
        self.wait(lambda: "plays for lunagrid" in self.read(log), child)
        return child

    def sweep(self, *words, **more):
        return self.lunagrid("sweep", "village.lua", *words, "--quiet", **more)

    def stored(self, *names):
        """How many games the workers have stored."""
        return sum(len(re.findall(r" stored$", self.read(name + ".log"), re.M)) for name in names)

    def long_game(self):
        """A worker that is in the middle of a game, the only one. @return URL, worker, and who waits for it"""
        url, _ = self.server()
        one = self.worker(url, "one")
        sweep = self.start([PROGRAM, "sweep", "village.lua", "--set", LONG, "--nats", url, "--out", "out"],
                           "sweep.log")
        self.wait(lambda: glob.glob(self.path("one/jobs/*.part/run.journal")), sweep)
        return url, one, sweep

    def assert_same(self, one, other):
        for name in ("results.json", "results.csv"):
            self.assertEqual(self.read(f"{one}/{name}"), self.read(f"{other}/{name}"))
        games = sorted(os.path.basename(os.path.dirname(p)) for p in glob.glob(self.path(one + "/jobs/*/game.json")))
        self.assertTrue(games)
        for game in games:
            for name in ("game.json", "run.sqlite", "job.json", "summary.json"):
                with open(self.path(f"{one}/jobs/{game}/{name}"), "rb") as a, \
                     open(self.path(f"{other}/jobs/{game}/{name}"), "rb") as b:
                    self.assertEqual(a.read(), b.read(), f"{game}/{name}")
        return games

    def test_a_game_that_takes_too_long_has_failed(self):
        url, _ = self.server()
        worker = self.worker(url, "one", "--limit", "3")  # in which any machine plays an hour, and none a hundred years
        out, err = self.sweep("--set", "minutes=52560000", "--nats", url, "--out", "out", code=1)
        self.assertIn("it took longer than 3 s, and was ended", out + err)
        self.assertIn("it took longer than 3 s, and was ended", self.read("one.log"))
        self.assertFalse(glob.glob(self.path("one/jobs/*")))  # the worker goes on
        self.sweep("--set", "minutes=60", "--nats", url, "--out", "short")
        self.assertIsNone(worker.poll())

    def test_two_workers_one_killed(self):
        url, _ = self.server()
        two = self.worker(url, "two")
        sweep = self.start([PROGRAM, "sweep", "village.lua", *SETTINGS, "--quiet", "--nats", url, "--out", "out"],
                           "sweep.log")
        self.wait(lambda: " stored" in self.read("two.log"))  # and eleven more to play: it is in the middle of one
        two.send_signal(signal.SIGKILL)
        self.worker(url, "one")
        self.assertEqual(sweep.wait(100), 0, self.read("sweep.log"))
        self.sweep(*SETTINGS, "--out", "here")
        games = self.assert_same("out", "here")
        self.assertEqual(len(games), 12)
        self.assertIn(self.stored("one", "two"), (11, 12))  # killed, perhaps, before it could say so
        self.lunagrid("verify", f"out/jobs/{games[0]}")
        # The server has them: they are not played again for somebody else.
        before = self.stored("one", "two")
        self.sweep(*SETTINGS, "--nats", url, "--out", "third")
        self.assert_same("third", "here")
        self.assertEqual(self.stored("one", "two"), before)

    def test_a_long_game_is_not_taken_away(self):
        """A worker that takes long says that it is at it: nobody else gets the game, however long."""
        url, one, sweep = self.long_game()
        with open(f"/proc/{one.pid}/task/{one.pid}/children", encoding="utf-8") as file:
            game = int(file.read().split()[0])
        os.kill(game, signal.SIGSTOP)
        self.worker(url, "two")
        time.sleep(3 * float(PATIENCE))
        self.assertEqual(os.listdir(self.path("two/roots")), [])
        os.kill(game, signal.SIGCONT)
        self.assertEqual(sweep.wait(100), 0, self.read("sweep.log"))
        self.assertNotIn(" stored", self.read("two.log"))

    def test_a_silent_worker_comes_back(self):
        """Its game went to another one, and both have played it: the same bytes, so the first stays and all is well."""
        url, one, sweep = self.long_game()
        one.send_signal(signal.SIGSTOP)
        self.worker(url, "two")
        self.assertEqual(sweep.wait(100), 0, self.read("sweep.log"))
        one.send_signal(signal.SIGCONT)
        self.wait(lambda: "was stored by another" in self.read("one.log"), one)
        one.send_signal(signal.SIGTERM)
        self.assertEqual(one.wait(20), 0, self.read("one.log"))

    def test_publisher_killed(self):
        url, _ = self.server()
        words = [*SETTINGS, "--nats", url, "--out", "out"]
        sweep = self.start([PROGRAM, "sweep", "village.lua", "--quiet", *words], "sweep.log")
        self.wait(lambda: len(glob.glob(self.path("out/jobs/*.json"))) == 12, sweep)
        sweep.send_signal(signal.SIGKILL)
        sweep.wait()
        self.worker(url, "one")
        self.sweep(*words)
        self.sweep(*SETTINGS, "--out", "here")
        self.assert_same("out", "here")
        self.assertEqual(self.stored("one"), 12)

    def test_server_killed(self):
        url, server = self.server()
        one = self.worker(url, "one")
        sweep = self.start([PROGRAM, "sweep", "village.lua", *SETTINGS, "--quiet", "--nats", url, "--out", "out"],
                           "sweep.log")
        self.wait(lambda: " stored" in self.read("one.log"), sweep)
        server.send_signal(signal.SIGKILL)
        server.wait()
        time.sleep(1)  # both notice
        self.server(port=url.rsplit(":", 1)[1])
        self.assertEqual(sweep.wait(100), 0, self.read("sweep.log"))
        self.assertIsNone(one.poll())
        self.sweep(*SETTINGS, "--out", "here")
        self.assert_same("out", "here")

    def test_a_match(self):
        """What match does with games is the same, wherever they were played: here, elsewhere, or by a shell."""
        self.lunagrid("new", "match", "evening")
        match = glob.glob(self.path("evening*")) + glob.glob(self.path("evening/*.lua"))
        match = [p for p in match if p.endswith(".lua")][0]
        with open(match, encoding="utf-8") as file:
            text = re.sub(r"\b(days|slots) *= *[\d.]+", "slots = 8", file.read())
        self.write(os.path.relpath(match, self.folder), text)
        self.lunagrid("match", match, "--out", "here", "--quiet")
        for line in self.lunagrid("match", match, "--out", "shell", "--print-jobs")[0].splitlines():
            subprocess.run(["sh", "-c", line], check=True, env=self.environment())
        self.lunagrid("match", match, "--out", "shell", "--quiet")
        url, _ = self.server()
        self.worker(url, "one")
        self.lunagrid("match", match, "--out", "out", "--quiet", "--nats", url)
        self.assertEqual(self.read("here/result.json"), self.read("out/result.json"))
        self.assertEqual(self.read("here/result.json"), self.read("shell/result.json"))

    def test_a_league(self):
        """Two workers, one killed half-way, or a shell: league.json and the pages of one machine, byte for byte."""
        self.write("dear.lua", PLAIN.replace("rate = 36", "rate = 60"))
        self.write("l.lua", """
            return league { name = "cup", scenario = "village.lua", slots = 4, measure = "saving", seeds = { 1, 2, 3 },
              seats = { "Home 1", "Home 2" }, entrants = { "plain.lua", "dear.lua" } }""")
        self.lunagrid("league", "l.lua", "--out", "here", "--quiet")
        lines = self.lunagrid("league", "l.lua", "--out", "shell", "--print-jobs")[0].splitlines()
        self.assertEqual(len(lines), len(glob.glob(self.path("here/jobs/*/game.json"))))
        for line in lines:
            subprocess.run(["sh", "-c", line], check=True, env=self.environment())
        self.lunagrid("league", "l.lua", "--out", "shell", "--quiet")
        url, _ = self.server()
        one, two = self.worker(url, "one"), self.worker(url, "two")
        words = [PROGRAM, "league", "l.lua", "--out", "out", "--quiet", "--nats", url]
        child = subprocess.Popen(words, cwd=self.folder, env=self.environment())
        self.wait(lambda: len(glob.glob(self.path("out/jobs/*/game.json"))) >= 3, child)
        one.kill()
        self.assertEqual(child.wait(timeout=200), 0)
        del two
        for name in ["league.json"] + [os.path.relpath(p, self.path("here"))
                                       for p in glob.glob(self.path("here/*.html")) + glob.glob(self.path("here/*/*.html"))]:
            for other in ("out", "shell"):
                self.assertEqual(self.read(f"{other}/{name}"), self.read(f"here/{name}"), name)

    def test_drain_and_ctrl_c(self):
        url, _ = self.server()
        one = self.worker(url, "one")
        one.send_signal(signal.SIGINT)
        self.assertEqual(one.wait(20), 0)
        sweep = self.start([PROGRAM, "sweep", "village.lua", *SETTINGS, "--nats", url, "--out", "out", "--quiet"],
                           "sweep.log")
        self.wait(lambda: "wait at " + url in self.read("sweep.log"), sweep)
        self.assertIn(f"for a worker of lunagrid {self.engine}", self.read("sweep.log"))
        two = self.worker(url, "two", "--drain")
        self.assertEqual(two.wait(100), 0, self.read("two.log"))
        self.assertEqual(sweep.wait(20), 0, self.read("sweep.log"))

    def test_only_workers_of_another_version(self):
        url, _ = self.server()
        self.lunagrid("worker", "--nats", url, "--drain")  # makes the streams
        with Wire(url) as wire:
            config = {"durable_name": "workers_9_9_9", "ack_policy": "explicit",
                      "filter_subject": "lunagrid.jobs.9_9_9.*"}
            wire.ask("$JS.API.CONSUMER.DURABLE.CREATE.LUNAGRID_JOBS.workers_9_9_9",
                     json.dumps({"stream_name": "LUNAGRID_JOBS", "config": config}).encode())
            wire.ask("$JS.API.CONSUMER.MSG.NEXT.LUNAGRID_JOBS.workers_9_9_9", b'{"batch":1,"expires":60000000000}')
            sweep = self.start([PROGRAM, "sweep", "village.lua", "--nats", url, "--out", "out"], "sweep.log")
            self.wait(lambda: "wait at " + url in self.read("sweep.log"), sweep)
            self.assertIn("those there refuse them, they are of 9.9.9", self.read("sweep.log"))
            sweep.send_signal(signal.SIGTERM)
            self.assertEqual(sweep.wait(20), 1)

    def test_one_folder_two_workers_err(self):
        url, _ = self.server()
        self.worker(url, "one")
        said = self.lunagrid("worker", "--nats", url, "--out", "one", code=1)[1]
        self.assertIn("another worker plays in it", said)

    def test_a_game_that_fails(self):
        """Another worker is not asked: what fails by itself fails again. The reason comes back."""
        url, _ = self.server()
        self.worker(url, "one")
        self.sweep("--nats", url, "--out", "out")  # puts the files there
        job = json.loads(self.read(glob.glob(self.path("out/jobs/*.json"))[0]))
        self.assertTrue(job["plugins"])
        job["plugins"] = {plugin: "99" for plugin in job["plugins"]}
        self.hostile(url, job, "the job was made with version 99 of the plugin")

    # ---- hostile jobs ----

    def hostile(self, url, job, expected, name=None, raw=None):
        """Publishes a job; the worker has to end it with the words expected, and live."""
        text = raw if raw is not None else \
            (json.dumps(job, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
        name = name or hashlib.sha256(text).hexdigest()[:32]
        with Wire(url) as wire:
            wire.publish(f"lunagrid.jobs.{self.engine.replace('.', '_')}.{name}", text)
        self.wait(lambda: name + ": " in self.read("one.log"), self.children[1])
        said = [line for line in self.read("one.log").splitlines() if name in line][-1]
        self.assertIn(expected, said)

    def test_hostile_jobs_err(self):
        url, _ = self.server()
        self.worker(url, "one")
        self.sweep("--nats", url, "--out", "out")
        good = json.loads(self.read(glob.glob(self.path("out/jobs/*.json"))[0]))
        sums = {k: v for k, v in good["files"].items() if not k.startswith("@")}
        self.hostile(url, None, "it is no job", raw=b"{}")
        self.hostile(url, None, "it is no job", raw=b"\0\xff" * 100)
        self.hostile(url, None, "it is no job", raw=b"[" * 100000)
        self.hostile(url, good, "its name is not its hash", name="0" * 32)
        self.hostile(url, good, "it has no name of a job", name="x")
        self.hostile(url, {**good, "engine": "9.9.9"}, f"it is a job for lunagrid 9.9.9, this is {self.engine}")
        for path in ("../up.lua", "/etc/passwd", "a/../../b", "./a"):
            self.hostile(url, {**good, "files": {**good["files"], path: "0" * 64}}, "it is no job")
        self.hostile(url, {**good, "files": {**good["files"], "more.lua": "0" * 64}}, "is not on the server")
        # What lies under the SHA-256 of the scenario's neighbour is something else.
        lie = hashlib.sha256(b"truth").hexdigest()
        with Wire(url) as wire:
            wire.put("lunagrid_files", lie, b"a lie")
        self.hostile(url, {**good, "files": {**good["files"], "more.lua": lie}}, "is another one on the server")
        lie = hashlib.sha256(b"bits").hexdigest()
        with Wire(url) as wire:
            wire.put("lunagrid_files", lie, b"flip", digest=bytes.fromhex(lie))
        self.hostile(url, {**good, "files": {**good["files"], "other.lua": lie}}, "not what its digest says")
        # One file would be the folder of another.
        some = next(iter(sums.values()))
        self.hostile(url, {**good, "files": {**good["files"], "village.lua/x.lua": some}}, "village.lua/x.lua")
        self.assertIsNone(self.children[1].poll())
        self.assertEqual(os.listdir(self.path("one/roots")), [])

    def test_other_scripts_are_refused(self):
        """A worker of the same version that ships another script plays nothing that reads it."""
        shutil.copytree(SOURCE + "/scripts", self.path("scripts"))
        for path in glob.glob(self.path("scripts/strategies/*.lua")):
            with open(path, "a", encoding="utf-8") as file:
                file.write("-- mine\n")
        url, _ = self.server()
        self.worker(url, "one", LUNAGRID_SCRIPTS=self.path("scripts"))
        sweep = self.start([PROGRAM, "sweep", "village.lua", "--nats", url, "--out", "out"], "sweep.log")
        self.wait(lambda: "worker one: " in self.read("sweep.log"), sweep)
        self.assertIn("is not the one that the job names", self.read("sweep.log"))
        self.worker(url, "two")
        self.assertEqual(sweep.wait(60), 0, self.read("sweep.log"))

    def test_two_results_of_one_game_err(self):
        """While a worker plays, somebody stores another result of the same game: both sides tell."""
        url, one, sweep = self.long_game()
        name = os.path.basename(glob.glob(self.path("one/jobs/*.part"))[0])[:32]
        with Wire(url) as wire:
            wire.put("lunagrid_games", name, b"no tar at all", note="0" * 64)
        self.assertEqual(sweep.wait(60), 1)
        self.assertIn("came out differently", self.read("one.log"))
        self.assertIn(name, self.read("sweep.log"))
        self.assertIn("came out differently", self.read("sweep.log"))
        self.assertFalse(os.path.exists(self.path(f"out/jobs/{name}")))
        one.send_signal(signal.SIGTERM)
        self.assertEqual(one.wait(20), 1)

    # ---- doors ----

    def test_no_server_err(self):
        said = self.sweep("--nats", "nats://me:secret@127.0.0.1:9", "--out", "out", code=1)[1]
        self.assertIn("nats://127.0.0.1:9: cannot connect", said)
        self.assertNotIn("secret", said)
        self.assertIn("worker expects --nats", self.lunagrid("worker", code=2)[1])

    def test_no_jetstream_err(self):
        url, _ = self.server(jetstream=False)
        self.assertIn("has no JetStream", self.lunagrid("worker", "--nats", url, code=1)[1])

    def test_passwords(self):
        url, _ = self.server("--user", "me", "--pass", "secret")
        self.assertIn("cannot connect", self.lunagrid("worker", "--nats", url, "--drain", code=1)[1])
        wrong = url.replace("//", "//me:sesame@")
        said = self.lunagrid("worker", "--nats", wrong, "--drain", code=1)[1]
        self.assertNotIn("sesame", said)
        out = self.lunagrid("worker", "--nats", url.replace("//", "//me:secret@"), "--drain")[0]
        self.assertIn(url, out)
        self.assertNotIn("secret", out)
        self.lunagrid("worker", "--nats", url, "--drain", NATS_USER="me", NATS_PASSWORD="secret")

    def test_tls(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl, which makes certificates, is not installed")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
                        "cert.pem"], cwd=self.folder, check=True, capture_output=True)
        url, _ = self.server("--tls", "--tlscert", self.path("cert.pem"), "--tlskey", self.path("key.pem"))
        secure = url.replace("nats://", "tls://")
        self.assertIn("cannot connect", self.lunagrid("worker", "--nats", secure, "--drain", code=1)[1])
        self.lunagrid("worker", "--nats", secure, "--drain", NATS_CA=self.path("cert.pem"))


if __name__ == "__main__":
    if not SERVER:
        print("nats-server is not installed (Debian: nats-server): workers elsewhere are not tested")
        sys.exit(77)
    main()
