"""The page of a community with many owners: each row of the API as the organiser, an owner, a grid operator and a stranger
are answered, and that nobody's private data reaches anybody else."""
import http.client
import importlib
import json
import os
import re
import unittest

import browser
import flow
import page

collab = importlib.import_module("89_collab")

ADA, BEA, CEM, OPERATOR = range(4)  # seats of examples/collab, in the order of its file


class Owners(collab.Collab, page.Page):
    def host(self, *words):
        """`lunagrid host --serve`, and a page.Host for each who has a token."""
        super().host("--serve=127.0.0.1:0", "--quiet", *words)
        line = self.process.stderr.readline()
        self.url = re.search(r"http://\S+", line).group()
        self.assertNotIn("token", self.url)
        self.faces = {name: self.face(token) for name, token in {**self.tokens, "stranger": "0" * 48}.items()}
        self.site = self.faces["organiser"].get("/api/v1/site", Authorization="Bearer " + self.tokens["organiser"])
        self.areas = {area["name"]: area["area"] for area in self.site["areas"]}

    def face(self, token):
        host = page.Host.__new__(page.Host)
        host.test, host.process, host.token = self, self.process, token
        host.host, host.port = re.fullmatch(r"http://(.*):(\d+)/", self.url).groups()
        host.port = int(host.port)
        host.where = f"{host.host}:{host.port}"
        host.url = f"{self.url}#token={token}"
        return host

    def get(self, who, path, code=200):
        face = self.faces[who]
        return face.get("/api/v1/" + path, code, Authorization="Bearer " + face.token)

    def names(self, who, path, key, what="name"):
        return [row[what] for row in self.get(who, path)[key]]


class Rights(Owners):
    def test_row_by_row(self):
        self.host()
        self.slots(3)
        home = {n: self.areas[f"Home {n}"] for n in (1, 2, 3)}
        everything = self.get("organiser", "assets?area=0&below=1")["assets"]
        asset = {a["name"]: a["asset"] for a in everything}
        own = next(a["asset"] for a in everything if a["area"] == home[1])
        foreign = next(a["asset"] for a in everything if a["area"] == home[2])
        street, grid = self.areas["Street"], self.areas["Grid"]
        table = [  # path: codes for the organiser, Ada (Home 1), Dora (operator of Street), a stranger
            ("status", 200, 200, 200, 401), ("site", 200, 200, 200, 401), ("members", 200, 200, 200, 401),
            (f"markets/{home[1]}", 200, 200, 403, 401), (f"markets/{home[2]}", 200, 403, 403, 401),
            (f"markets/{street}", 200, 200, 200, 401), (f"markets/{grid}", 200, 200, 403, 401),
            (f"markets/{home[2]}/history", 200, 403, 403, 401), (f"markets/{street}/history", 200, 200, 200, 401),
            ("assets?area=0&below=1", 200, 200, 200, 401), (f"assets/{own}/history", 200, 200, 403, 401),
            (f"assets/{foreign}/history", 200, 403, 403, 401), ("assets/99/history", 404, 404, 404, 401),
            ("agents", 200, 200, 200, 401), (f"agents/{ADA}", 200, 200, 403, 401), (f"agents/{BEA}", 200, 403, 403, 401),
            (f"agents/{OPERATOR}", 200, 403, 200, 401), ("agents/99", 404, 404, 404, 401), ("log", 200, 200, 200, 401),
            ("results/trades.csv", 200, 403, 403, 401), ("results/market_slots.csv", 200, 403, 403, 401),
            ("results/members.csv", 200, 403, 403, 401), ("results/run.sqlite", 200, 403, 403, 401),
            ("events?kinds=trade", None, 403, 403, 401), ("../../metrics", None, None, None, None),
        ]
        for path, *codes in table:
            for who, code in zip(("organiser", "Ada", "Dora", "stranger"), codes):
                if code is not None:
                    face = self.faces[who]
                    answered, _, body = face.request("GET", "/api/v1/" + path, headers={"Authorization": "Bearer " + face.token})
                    self.assertEqual(answered, code, (who, path, body[:200]))
        for who, code in (("organiser", 200), ("Ada", 403), ("Dora", 403), ("stranger", 401)):
            self.assertEqual(self.faces[who].request("GET", "/metrics", headers={"Authorization": "Bearer " + self.faces[who].token})[0], code)
        for path in ("status", "stream", "events", "log", "site"):  # without any token nothing, on this machine either
            self.assertEqual(self.faces["Ada"].request("GET", "/api/v1/" + path)[0], 401, path)
        self.assertEqual(self.faces["Ada"].request("GET", "/")[0], 200)

        # what is in the answers
        self.assertEqual(self.names("organiser", "members", "members"), ["Home 1", "Home 2", "Home 3", "Home 4"])
        self.assertEqual(self.names("Ada", "members", "members"), ["Home 1"])
        self.assertEqual(self.names("Dora", "members", "members"), [])
        sums = self.get("Ada", "members")
        self.assertEqual(sums["bill_EUR"], sums["members"][0]["bill_EUR"])
        self.assertEqual({a["area"] for a in self.get("Ada", "assets?area=0&below=1")["assets"]}, {home[1]})
        self.assertEqual(self.get("Dora", "assets?area=0&below=1")["assets"], [])
        self.assertEqual(self.names("Ada", "agents", "agents"), ["Home 1"])
        self.assertEqual(self.get("Ada", "agents")["agent_count"], 1)
        self.assertEqual(self.names("Dora", "agents", "agents"), ["Grid operator"])
        self.assertIn("Bea", self.get("Ada", f"agents/{BEA}", 403)["error"]["message"])
        self.assertIn("Dora", self.get("Bea", f"agents/{OPERATOR}", 403)["error"]["message"])
        for who, steer, folder in (("organiser", True, True), ("Ada", False, False)):
            status = self.get(who, "status")
            self.assertEqual((status["may_steer"], status["may_edit"], "folder" in status, status["owner"]), (steer, True, folder, who))
        mine = {name for name, number in asset.items() if everything[number]["area"] == home[1]}
        self.ask("organiser", "step", "4", "ticks")
        book, whole = self.get("Ada", f"markets/{street}"), self.get("organiser", f"markets/{street}")
        orders = book["book"]["bids"] + book["book"]["offers"]
        self.assertLessEqual({order["asset"] for order in orders}, mine)
        self.assertEqual(len(orders), book["book"]["bid_count"] + book["book"]["offer_count"])
        self.assertGreater(len(whole["book"]["bids"] + whole["book"]["offers"]), len(orders))
        self.ask("organiser", "step", "1", "slots")
        traded = self.get("Ada", f"markets/{street}")["trades"]
        for trade in traded:
            names = {trade.get("seller"), trade.get("buyer")} - {None}
            self.assertTrue(names and names <= mine, trade)
            self.assertEqual("offer_rate_ct_per_kWh" in trade, "seller" in trade)
            self.assertEqual("bid_rate_ct_per_kWh" in trade, "buyer" in trade)
        self.assertGreater(len(traded), 0)
        operator = self.get("Dora", f"markets/{street}")
        self.assertEqual((operator["book"]["bids"], operator["trades"]), ([], []))
        self.assertEqual(operator["last_slot"], self.get("organiser", f"markets/{street}")["last_slot"])
        self.schemas = self.get("organiser", "openapi.json")["components"]["schemas"]
        for who in ("organiser", "Ada", "Dora"):
            for path, schema in (("status", "Status"), ("members", "Members"), (f"markets/{street}", "Market"), ("agents", "Agents"), ("assets", "Assets")):
                self.fits(self.get(who, path), self.schemas[schema], (who, path))

    def test_who_may_change_what(self):
        self.host()
        self.slots(1)
        mine = self.get("Ada", f"agents/{ADA}")["texts"][0]["text"]
        newer = mine + "\n-- and a word more\n"

        def post(who, path, body, code):
            return self.faces[who].post("/api/v1/" + path, body, code)
        for seat, who in ((BEA, "Ada"), (OPERATOR, "Ada"), (ADA, "Dora"), (ADA, "Cem")):
            for path, body in (("check", {"text": mine}), ("reload", {"text": mine}), ("reload", {"to": 1}), ("reload", {})):
                self.assertEqual(post(who, f"agents/{seat}/{path}", body, 403)["error"]["code"], "foreign")
        self.assertIn("organiser", post("Ada", f"agents/{ADA}/reload", {}, 403)["error"]["message"])
        for command in ("pause", "resume", "step", "stop", "eval", "set-fee"):
            more = {"eval": {"expression": "1"}, "set-fee": {"market": "Street", "fee": 9}}.get(command, {})
            self.assertEqual(post("Ada", "control", {"command": command, **more}, 403)["error"]["code"], "foreign")
            # a token within the request is no way around the one that came with it
            post("Ada", "control", {"command": command, "token": self.tokens["organiser"], **more}, 403)
            post("stranger", "control", {"command": command, "token": self.tokens["organiser"], **more}, 401)
        self.assertEqual(post("Ada", "control", {"command": "view"}, 200)["seats"][0]["name"], "Home 1")
        self.assertEqual(post("Dora", "control", {"command": "stats"}, 200)["markets"][0]["market"], "Street")
        self.assertEqual(post("Ada", "control", {"command": "stats"}, 403)["error"]["code"], "foreign")

        self.assertTrue(post("Ada", f"agents/{ADA}/check", {"text": newer}, 200)["ok"])
        self.assertEqual(self.get("Ada", f"agents/{ADA}")["version"], 1)
        self.assertIn("ada.lua:", post("Ada", f"agents/{ADA}/reload", {"text": "x = = 1"}, 422)["error"]["message"])
        self.assertEqual(post("Ada", f"agents/{ADA}/reload", {"text": newer}, 200)["version"], 2)
        self.assertEqual(self.get("Ada", f"agents/{ADA}")["texts"][0]["path"], "upload:/ada.lua")
        self.slots(1)
        self.assertEqual(post("Ada", f"agents/{ADA}/reload", {"to": 1}, 200)["version"], 1)
        # files of the host are read for nobody
        self.write("secret.lua", "return { word = 'of the organiser' }\n")
        why = post("Ada", f"agents/{ADA}/check", {"text": "local s = require 'secret'\nprint(s.word)\n" + mine}, 422)["error"]["message"]
        self.assertIn("secret", why)
        self.assertNotIn("of the organiser", why)
        # an upload like any other: six a minute, 64 kB
        self.assertIn("bytes", post("Ada", f"agents/{ADA}/reload", {"text": mine + "-- " + "x" * 70000}, 409)["error"]["message"])
        codes = [self.faces["Ada"].request("POST", f"/api/v1/agents/{ADA}/check", json.dumps({"text": newer}), {
            "Content-Type": "application/json", "Authorization": "Bearer " + self.tokens["Ada"]})[0] for _ in range(8)]
        self.assertEqual(sorted(set(codes)), [200, 409])
        # who has no script yet writes one here
        self.assertEqual(self.get("Cem", f"agents/{CEM}")["version"], 1)
        self.assertTrue(post("Cem", f"agents/{CEM}/reload", {"text": flow.PLAIN}, 200)["changed"])
        self.slots(1)
        self.ask("organiser", "stop")
        self.ends(1)
        self.lunagrid("verify", "r")

    def test_streams_are_of_the_own(self):
        self.write("ada.lua", "return { on_market_cycle = function() print('a word of Ada') end }\n")
        self.host()
        heard = {}
        for who in ("organiser", "Ada", "Bea"):
            for path in ("stream", "events?kinds=log"):
                link = http.client.HTTPConnection(self.faces[who].host, self.faces[who].port, timeout=60)
                self.addCleanup(link.close)
                link.request("GET", "/api/v1/" + path, headers={"Authorization": "Bearer " + self.tokens[who]})
                heard[who, path] = link.getresponse()
        self.slots(2)
        self.assertIn("a word of Ada", json.dumps(self.get("Ada", "log")))
        self.assertNotIn("a word of Ada", json.dumps(self.get("Bea", "log")))
        self.faces["organiser"].act("stop", after="tick")
        for (who, path), answer in heard.items():
            text = answer.read().decode()
            self.assertEqual("a word of Ada" in text, who != "Bea", (who, path))
            self.assertEqual("event: state" in text, path == "stream")
        self.process.communicate(timeout=60)


@unittest.skipUnless(browser.find(), "there is no chromium here (Debian: apt install chromium)")
class InBrowser(Owners):
    def test_an_owner_sees_what_is_theirs(self):
        self.host()
        self.slots(4)
        tab = browser.Browser()
        self.addCleanup(tab.close)
        tab.go(self.faces["Ada"].url)
        tab.until("document.querySelector('#main .tile')")
        self.assertTrue(tab.run("document.querySelector('#steer').hidden"))
        self.assertIn("Ada", tab.run("document.querySelector('#scenario').textContent"))
        for view, words in (("homes", "Home 1"), (f"market/{self.areas['Street']}", "Your open orders"), ("scripts", "Home 1"),
                            (f"market/{self.areas['Home 2']}", "nothing of yours"), ("log", "Log"), ("results", "organiser's"), (f"scripts/{ADA}", "ada.lua")):
            tab.run(f"location.hash = '#/{view}'")
            tab.until(f"document.querySelector('#main').textContent.includes({words!r})")
            self.assertNotIn("Home 2 load", tab.run("document.querySelector('#main').textContent"))
            if "LUNAGRID_SHOTS" in os.environ:
                tab.shot(f"{os.environ['LUNAGRID_SHOTS']}/owner-{view.replace('/', '-')}.png")
        self.assertEqual([p for p in tab.problems if "403" not in p], [])


if __name__ == "__main__":
    flow.main()
