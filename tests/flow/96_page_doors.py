"""The page of a running host: who is refused, and what comes of requests that are none."""
import http.client
import json
import re
import signal
import socket
import time

import flow
import page


class Refusals(page.Page):
    def test_strangers_are_refused(self):
        host = page.Host(self, "--paused")
        good = {"Content-Type": "application/json", "Authorization": "Bearer " + host.token}
        step = json.dumps({"command": "step"})
        ours, near = "http://" + host.where, "http://localhost:" + str(host.port)
        table = [  # method, path, headers, code, why
            ("POST", {}, 415, "a form of another page"),
            ("POST", {"Content-Type": "text/plain", "Authorization": good["Authorization"]}, 415, "what a form may send"),
            ("POST", {"Content-Type": "application/json"}, 401, "no token"),
            ("POST", {**good, "Authorization": "Bearer " + host.token[:-1] + "!"}, 401, "another token"),
            ("POST", {**good, "Authorization": "Bearer " + host.token + "x"}, 401, "a longer token"),
            ("POST", {**good, "Authorization": host.token}, 401, "no scheme"),
            ("POST", {**good, "Origin": "http://evil.example"}, 403, "a foreign page that has the token"),
            ("POST", {**good, "Origin": "null"}, 403, "a sandboxed frame"),
            ("POST", {**good, "Origin": "https" + ours[4:]}, 403, "another scheme"),
            ("POST", {**good, "Origin": ours + "0"}, 403, "another port"),
            ("POST", {**good, "Origin": near}, 403, "not the same origin"),
            ("POST", {**good, "Origin": ours, "Sec-Fetch-Site": "cross-site"}, 403, "a browser says so"),
            ("POST", {**good, "Origin": ours, "Sec-Fetch-Site": "same-site"}, 403, "another port of the machine"),
            ("POST", {**good, "Host": "evil.example"}, 421, "a name that was made to point here"),
            ("POST", {**good, "Host": f"evil.example:{host.port}"}, 421, "the same with our port"),
            ("POST", {**good, "Host": f"127.0.0.1.evil.example:{host.port}"}, 421, "a name that looks like us"),
            ("POST", {**good, "Host": "127.0.0.1"}, 421, "another port"),
            ("POST", {**good, "Host": f"127.0.0.1:{host.port}@evil"}, 421, "nonsense"),
            ("GET", {"Host": f"evil.example:{host.port}"}, 421, "reading through such a name"),
            ("GET", {"Origin": "http://evil.example"}, 403, "reading by a foreign page"),
            ("GET", {"Sec-Fetch-Site": "cross-site"}, 403, "an image or script tag of a foreign page"),
            ("GET", {"Sec-Fetch-Site": "same-origin"}, 200, "our page"),
            ("GET", {"Host": f"localhost:{host.port}", "Origin": near}, 200, "by its other name"),
        ]
        for method, headers, code, why in table:
            path = "/api/v1/control" if method == "POST" else "/api/v1/status"
            status, answered, body = host.request(method, path, step if method == "POST" else None, headers)
            self.assertEqual(status, code, why)
            self.assertIsNone(answered["Access-Control-Allow-Origin"], why)
            if code != 200:
                self.assertNotIn(host.token.encode(), body)
        self.assertEqual(host.get("/api/v1/status")["tick"], 0)  # nothing of it was done
        self.assertEqual(host.request("POST", "/api/v1/control", step, good)[0], 200)  # no browser, with the token
        host.act("resume")
        host.ends()

    def test_who_guesses_tokens_is_not_heard_for_a_while(self):
        host = page.Host(self, "--paused")
        step = json.dumps({"command": "step"})

        def post(token):
            return host.request("POST", "/api/v1/control", step, {"Content-Type": "application/json", "Authorization": "Bearer " + token})
        for _ in range(20):  # a page of a host that was here before
            self.assertEqual(post("lg_" + "o" * 43)[0], 401)
        self.assertEqual([post(f"lg_{i:043}")[0] for i in range(9)], [401] * 9)
        code, headers, body = post("lg_" + "z" * 43)
        self.assertEqual((code, headers["Retry-After"], json.loads(body)["error"]["code"]), (429, "60", "guesses"))
        self.assertEqual(post(host.token)[0], 429)  # it is not said which was right
        self.assertEqual(host.request("GET", "/")[0], 200)
        self.assertEqual(host.get("/api/v1/status")["tick"], 0)  # who shows none is as welcome as before
        self.assertIn(b"lunagrid_web_wrong_tokens_total 30\n", host.request("GET", "/metrics")[2])
        host.process.send_signal(signal.SIGINT)
        host.ends(1)

    def test_guesses_of_others_lock_nobody_out(self):
        host = page.Host(self, "--paused")
        host.act("step", ticks=1)
        for i in range(30):
            host.request("GET", "/api/v1/status", headers={"Authorization": f"Bearer {i}"})
        host.act("resume")
        host.ends()

    def test_every_changing_path_needs_the_token(self):
        host = page.Host(self, "--paused")
        paths = host.get("/api/v1/openapi.json")["paths"]
        changing = [re.sub(r"{\w+}", "0", path) for path, methods in paths.items() if "post" in methods]
        self.assertEqual(len(changing), 3)
        for path in changing:
            self.assertEqual(host.request("POST", path, "{}", {"Content-Type": "application/json"})[0], 401)
            self.assertEqual(host.request("GET", path)[0], 405)
        self.assertEqual(host.request("POST", "/api/v1/status", "{}", {"Content-Type": "application/json", "Authorization": "Bearer " + host.token})[0], 405)
        host.act("resume")
        host.ends()

    def test_other_machines_need_the_token_to_read(self):
        own = socket.gethostbyname(socket.gethostname())
        if own.startswith("127."):
            self.skipTest("this machine has no address but the loopback")
        host = page.Host(self, "--paused", address=f"{own}:0")
        self.assertEqual(host.request("GET", "/")[0], 200)  # the page without its data
        self.assertNotIn(host.token.encode(), host.request("GET", "/")[2])
        for path in ("/api/v1/status", "/api/v1/stream", "/api/v1/events", "/metrics", "/api/v1/results/run.sqlite"):
            self.assertEqual(host.request("GET", path)[0], 401, path)
        self.assertTrue(host.get("/api/v1/status", Authorization="Bearer " + host.token)["exposed"])
        host.act("resume")
        host.ends()

    def test_headers_of_every_answer(self):
        host = page.Host(self, "--paused")
        for path in ("/", "/page.js", "/page.css", "/icon.svg", "/api/v1/status", "/api/v1/none", "/metrics", "/api/v1/results/members.csv"):
            _, headers, _ = host.request("GET", path)
            self.assertEqual((headers["X-Content-Type-Options"], headers["Cache-Control"], headers["X-Frame-Options"]), ("nosniff", "no-store", "DENY"), path)
            for rule in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"):
                self.assertIn(rule, headers["Content-Security-Policy"])
        host.act("resume")
        host.ends()

    def raw(self, host, data, wait=5.0):
        """What comes back for raw bytes, until the server closes or it is quiet for a while."""
        link = socket.create_connection((host.host, host.port), timeout=wait)
        got = b""
        with link:
            link.sendall(data)
            try:
                while piece := link.recv(65536):
                    got += piece
                    if b"\r\n\r\n" in got and b"Connection: close" not in got:
                        break
            except OSError:
                pass
        return got.split(b"\r\n")[0]

    def test_requests_that_are_none(self):
        host = page.Host(self, "--paused")
        here = b"Host: " + host.where.encode() + b"\r\n"
        get = b"GET /api/v1/status HTTP/1.1\r\n"
        for data, code, why in (
                (get + b"\r\n", b"400", "no Host"),
                (get + here + here + b"\r\n", b"400", "two of them"),
                (get + here + b"Authorization : x\r\n\r\n", b"400", "a blank in a name"),
                (b"GET /api/v1/%73tatus HTTP/1.1\r\n" + here + b"\r\n", b"400", "escapes"),
                (b"GET /metrics%00/x HTTP/1.1\r\n" + here + b"\r\n", b"400", "a NUL"),
                (b"GET //metrics HTTP/1.1\r\n" + here + b"\r\n", b"400", "an empty segment"),
                (b"GET /api/v1/../../metrics HTTP/1.1\r\n" + here + b"\r\n", b"400", "upwards"),
                (b"GET http://evil.example/metrics HTTP/1.1\r\n" + here + b"\r\n", b"400", "absolute form"),
                (b"PUT /api/v1/control HTTP/1.1\r\n" + here + b"\r\n", b"405", "another method"),
                (b"TRACE /api/v1/status HTTP/1.1\r\n" + here + b"\r\n", b"405", "one that echoes"),
                (b"HEAD / HTTP/1.1\r\n" + here + b"\r\n", b"405", "no body is promised without one"),
                (b"OPTIONS /api/v1/control HTTP/1.1\r\n" + here + b"Origin: http://evil.example\r\n\r\n", b"405", "asked before a foreign POST"),
                (b"GET /api/v1/members?from=-1 HTTP/1.1\r\n" + here + b"\r\n", b"400", "a number that is none"),
                (b"GET /api/v1/log?lines=ten HTTP/1.1\r\n" + here + b"\r\n", b"400", "a word for a number"),
                (b"GET /api/v1/log?lines= HTTP/1.1\r\n" + here + b"\r\n", b"400", "no number at all"),
                (b"GET /api/v1/agents?count=9999999999 HTTP/1.1\r\n" + here + b"\r\n", b"400", "a number of ten digits"),
                (b"POST /api/v1/control HTTP/1.1\r\n" + here + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}", b"400", "two lengths"),
                (b"POST /api/v1/control HTTP/1.1\r\n" + here + b"Content-Length: +2\r\n\r\n{}", b"400", "no digits"),
                (get + here + b"X: " + b"y" * 9000 + b"\r\n\r\n", b"413", "headers of 9 KB"),
                (b"POST /api/v1/control HTTP/1.1\r\n" + here + b"Content-Length: 300000\r\n\r\n", b"413", "a body of 300 KB"),
                (get + here + b"\r\n", b"200", "and a good one")):
            line = self.raw(host, data)
            self.assertTrue(line.startswith(b"HTTP/1.1 " + code) or (code == b"413" and line in (b"", b"HTTP/1.1 400 Bad Request")), (why, line))
        host.act("resume")
        host.ends()

    def test_silence_and_crowds_end_and_hold_up_nobody(self):
        host = page.Host(self, "--paused", "--pace", "15m=10s", "--set", "minutes=600")
        host.act("resume")
        head = f"POST /api/v1/control HTTP/1.1\r\nHost: {host.where}\r\nAuthorization: Bearer {host.token}\r\nContent-Type: application/json\r\n"
        slow = {"a header": f"GET / HTTP/1.1\r\nHost: {host.where}\r\nX: ", "headers": f"GET / HTTP/1.1\r\nHost: {host.where}\r\n",
                "a body": head + "Content-Length: 200\r\n\r\n", "chunks": head + "Transfer-Encoding: chunked\r\n\r\n", "nothing": ""}
        drip = {"a header": b"y", "headers": b"X: y\r\n", "a body": b" ", "chunks": b"1\r\n \r\n", "nothing": b""}
        links = {}
        for name, first in slow.items():
            links[name] = socket.create_connection((host.host, host.port), timeout=30)
            links[name].sendall(first.encode())
        crowd = [socket.create_connection((host.host, host.port), timeout=60) for _ in range(100)]
        for one in [*links.values(), *crowd]:
            self.addCleanup(one.close)
        begin, ended, ticks = time.monotonic(), {}, []
        while len(ended) < len(links) and time.monotonic() - begin < 40:  # a byte now and then restarts evhttp's own clock
            for name, link in links.items():
                try:
                    link.sendall(drip[name])
                    link.settimeout(0.02)
                    if link.recv(1000) == b"":
                        ended.setdefault(name, time.monotonic() - begin)
                except TimeoutError:
                    pass
                except OSError:
                    ended.setdefault(name, time.monotonic() - begin)
            status = json.loads(self.lunagrid("ctl", "--out", "r", "--json", "status")[0])  # by another door
            ticks.append((status["slot"], status["tick"]))
            time.sleep(0.3)
        self.assertEqual(set(ended), set(links))
        self.assertLess(max(ended.values()), 25, ended)
        self.assertGreater(len(set(ticks)), 5)  # the market went on
        self.until(lambda: host.get("/api/v1/status")["state"] == "running")  # there is room again
        host.act("stop", after="tick")
        host.ends(1)

    def test_streams_are_so_many(self):
        host = page.Host(self, "--paused")
        links = []
        for i in range(33):
            link = http.client.HTTPConnection(host.host, host.port, timeout=30)
            self.addCleanup(link.close)
            link.request("GET", "/api/v1/stream")
            links.append(link.getresponse())
            self.addCleanup(links[-1].close)
        self.assertEqual([answer.status for answer in links], [200] * 32 + [503])
        self.assertEqual(host.get("/api/v1/status")["tick"], 0)
        host.act("resume")
        for answer in links[:32]:
            self.assertIn(b"event: end", answer.read())
        host.ends()


if __name__ == "__main__":
    flow.main()
