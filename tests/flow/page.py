"""A host with a page, started and asked as programs ask it."""
import http.client
import json
import re
import subprocess
import time

import flow

TALK = "return { on_market_cycle = function(m) print('slot', m.slot) end }\n"


class Host:
    """`lunagrid run --serve` in the background, at a port of its own."""

    def __init__(self, test, *words, address="127.0.0.1:0", out="r", command="run", scenario="village.lua"):
        self.test, self.out = test, out
        self.process = subprocess.Popen([flow.PROGRAM, command, scenario, "--out", out, "--serve=" + address, *words],
                                        cwd=test.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=test.environment(DISPLAY="", WAYLAND_DISPLAY=""))
        test.addCleanup(self.kill)
        said = []
        while not said or "#token=" not in said[-1]:
            said.append(self.process.stderr.readline())
            test.assertTrue(said[-1], f"it has ended: {said}")
        self.url = re.search(r"http://\S+", said[-1]).group()
        self.host, self.port = re.fullmatch(r"http://(.*):(\d+)/#.*", self.url).groups()
        self.token = self.url.split("#token=")[1]
        self.port = int(self.port)
        self.where = f"{self.host}:{self.port}"

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def request(self, method, path, body=None, headers=None):
        """(code, headers, body) as the server answers; headers are those said, and none else but Host."""
        link = http.client.HTTPConnection(self.host.strip("[]"), self.port, timeout=30)
        try:
            link.request(method, path, body, {"Host": self.where, **(headers or {})})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def get(self, path, code=200, **headers):
        status, _, body = self.request("GET", path, headers=headers)
        self.test.assertEqual(status, code, body)
        return json.loads(body)

    def ask(self, path, body, **headers):
        """(code, body): a post as the page makes it."""
        status, _, answer = self.request("POST", path, json.dumps(body), {
            "Content-Type": "application/json", "Authorization": "Bearer " + self.token, "Origin": "http://" + self.where,
            **{k.replace("_", "-"): v for k, v in headers.items()}})
        return status, answer

    def post(self, path, body, code=200, **headers):
        status, answer = self.ask(path, body, **headers)
        self.test.assertEqual(status, code, answer)
        return json.loads(answer)

    def act(self, command, code=200, **arguments):
        return self.post("/api/v1/control", {"command": command, **arguments}, code)

    def step(self, slots):
        """Does so many slots and waits for them."""
        self.act("step", slots=slots)
        self.test.until(lambda: self.get("/api/v1/status")["state"] == "paused")

    def ends(self, code=0):
        out, err = self.process.communicate(timeout=120)
        self.test.assertEqual(self.process.returncode, code, err)
        return out, err


class Page(flow.Flow):
    def past(self, *words):
        """`lunagrid view`: the same questions about runs that are over."""
        process = subprocess.Popen([flow.PROGRAM, "view", *words, "--serve=127.0.0.1:0"], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(DISPLAY="", WAYLAND_DISPLAY=""))
        host = Host.__new__(Host)
        host.test, host.process = self, process
        self.addCleanup(host.kill)
        host.url = re.search(r"http://\S+", process.stdout.readline()).group()
        host.host, host.port = re.fullmatch(r"http://(.*):(\d+)/#.*", host.url).groups()
        host.port = int(host.port)
        host.where = f"{host.host}:{host.port}"
        host.token = host.url.split("#token=")[1]
        return host

    def until(self, true, seconds=60):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, "it does not come true")
            time.sleep(0.02)

    def fits(self, value, schema, at):
        """What an answer has beyond its schema, or lacks; a small part of JSON Schema, that which we use."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        kinds = schema.get("type", [])
        words = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None)}
        kinds = [kinds] if isinstance(kinds, str) else kinds
        fit = any(isinstance(value, words[kind]) and not (isinstance(value, bool) and kind in ("integer", "number")) for kind in kinds)
        self.assertTrue(fit, f"{at}: {value!r} is not {kinds}")
        if "enum" in schema:
            self.assertIn(value, schema["enum"], at)
        if "minimum" in schema:
            self.assertGreaterEqual(value, schema["minimum"], at)
        if isinstance(value, dict):
            for key in schema.get("required", []):
                self.assertIn(key, value, at)
            for key, one in value.items():
                self.assertIn(key, schema["properties"], f"{at}: not documented")
                self.fits(one, schema["properties"][key], f"{at}.{key}")
        if isinstance(value, list):
            for i, one in enumerate(value):
                self.fits(one, schema["items"], f"{at}[{i}]")

    def digest(self, folder):
        return self.query(folder, "select digest from runs")[0][0]
