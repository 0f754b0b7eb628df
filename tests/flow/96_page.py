"""The page of a running host: what its API answers, what streams tell, and that looking changes nothing."""
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading

import flow
import page


class Answers(page.Page):
    def test_all_answers_are_as_described(self):
        host = page.Host(self, "--paused", "--agent", "Home 1=plain.lua")
        api = host.get("/api/v1/openapi.json")
        self.schemas = api["components"]["schemas"]
        checked = set()
        for slots in (0, 2):  # before the first slot, and in the run
            if slots:
                host.step(slots)
                host.act("step", ticks=3)
                self.until(lambda: host.get("/api/v1/status")["state"] == "paused")
            for path, methods in api["paths"].items():
                schema = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {}).get("schema")
                if not schema or path.endswith("openapi.json"):
                    continue
                for number in range(3):
                    real = re.sub(r"{\w+}", str(number), path)
                    self.fits(host.get(real), schema, real)
                checked.add(path)
        self.assertEqual(len(checked), 11, checked)
        self.assertEqual(host.get("/api/v1/markets/99", 404)["error"]["code"], "not_found")
        self.fits(host.get("/api/v1/nothing", 404), self.schemas["Error"], "error")
        texts = host.get("/api/v1/agents/0")["texts"]
        self.fits(host.post("/api/v1/agents/0/check", {"text": texts[0]["text"]}), self.schemas["Checked"], "check")
        self.fits(host.post("/api/v1/agents/0/reload", {}), self.schemas["Reloaded"], "reload")
        code, _, body = host.request("GET", "/")
        self.assertEqual((code, b"page.js" in body), (200, True))

    def test_the_figures_are_those_of_the_results(self):
        host = page.Host(self, command="live")  # which stays when the run is over
        host.step(3)
        site = host.get("/api/v1/site")
        community = site["community"]
        self.assertEqual(site["areas"][community]["name"], "Community")
        past = host.get(f"/api/v1/markets/{community}/history")
        self.assertEqual((past["first_slot"], past["slots"]), (0, 3))
        self.assertEqual(host.get(f"/api/v1/markets/{community}/history?from=1&to=2")["slots"], 1)
        last = host.get(f"/api/v1/markets/{community}")["last_slot"]
        self.assertEqual(last["energy_kWh"], past["energy_kWh"][2])
        members = host.get("/api/v1/members")
        stored = host.get("/api/v1/assets?area=0&below=1")["assets"]
        battery = next(a for a in stored if a["name"] == "Battery 2")
        self.assertEqual(battery["capacity_kWh"], 4)
        self.assertEqual(len(host.get(f"/api/v1/assets/{battery['asset']}/history")["stored_kWh"]), 3)
        host.act("step", slots=1)
        self.until(lambda: host.get("/api/v1/status")["over"])
        members = host.get("/api/v1/members")
        bought = {a["name"]: a["bought_kWh"] for a in host.get("/api/v1/assets?area=0&below=1")["assets"]}
        host.process.send_signal(signal.SIGINT)
        host.ends()
        energy = self.query("r", "select energy_uwh from market_slots m join areas a on a.area = m.market where a.name = 'Community' order by slot")
        self.assertEqual([round(kWh * 1e9) for kWh in past["energy_kWh"]], [row[0] for row in energy[:3]])
        bills = self.query("r", "select area, bill_uct, base_bill_uct from members order by area")
        self.assertEqual([(m["area"], round(m["bill_EUR"] * 1e8), round(m["baseline_EUR"] * 1e8)) for m in members["members"]], bills)
        rows = dict(self.query("r", "select a.name, c.bought_uwh from accounts c join assets a using (asset)"))
        self.assertEqual({name: round(kWh * 1e9) for name, kWh in bought.items()}, rows)

    def test_a_book_and_the_trades_of_a_slot(self):
        host = page.Host(self, "--paused")
        community = host.get("/api/v1/site")["community"]
        host.get(f"/api/v1/markets/{community}")  # from now on it is kept
        host.act("step", ticks=2)
        self.until(lambda: host.get("/api/v1/status")["tick"] == 2)
        market = host.get(f"/api/v1/markets/{community}")
        book = market["book"]
        self.assertEqual((book["slot"], book["tick"]), (0, 1))
        self.assertTrue(book["bids"] and book["offers"])
        rates = [bid["rate_ct_per_kWh"] for bid in book["bids"]]
        self.assertEqual(rates, sorted(rates, reverse=True))
        utility = next(o for o in book["offers"] if o["asset"] == "Utility")
        # asked 30, and the fees of Grid (4) and of Community (1) on the way
        self.assertEqual((utility["waits_in"], utility["rate_ct_per_kWh"], "energy_kWh" in utility), ("Grid", 35, False))
        host.act("step", slots=1)
        self.until(lambda: host.get("/api/v1/status")["state"] == "paused")
        market = host.get(f"/api/v1/markets/{community}")
        self.assertEqual((market["book"]["slot"], market["last_slot"]["slot"]), (0, 0))
        course = host.get(f"/api/v1/markets/{community}/history")
        self.assertEqual((course["utility_asks_ct_per_kWh"], course["utility_pays_ct_per_kWh"]), ([35], [4]))  # as in its orders
        self.assertEqual(next(b["rate_ct_per_kWh"] for b in book["bids"] if b["asset"] == "Utility"), 4)
        self.assertEqual(len(market["trades"]), market["last_slot"]["trades"])
        self.assertGreater(len(market["trades"]), 0)
        for trade in market["trades"]:
            self.assertLessEqual(trade["offer_rate_ct_per_kWh"], trade["rate_ct_per_kWh"] + 1e-9)
            self.assertLessEqual(trade["rate_ct_per_kWh"], trade["bid_rate_ct_per_kWh"] + 1e-9)
        host.act("resume")
        host.ends()

    def test_results_so_far_are_handed_out(self):
        host = page.Host(self, "--paused", "--set", "minutes=600")
        host.step(36)
        code, headers, body = host.request("GET", "/api/v1/results/run.sqlite")
        self.assertEqual((code, headers["Content-Disposition"]), (200, 'attachment; filename="run.sqlite"'))
        with open(self.path("copy.sqlite"), "wb") as file:
            file.write(body)
        copy = sqlite3.connect(self.path("copy.sqlite"))
        self.addCleanup(copy.close)
        self.assertEqual(copy.execute("pragma integrity_check").fetchall(), [("ok",)])
        self.assertGreaterEqual(copy.execute("select count(*) from slots").fetchone()[0], 16)
        for name, heading in (("trades", b"trade"), ("market_slots", b"slot,"), ("members", b"home,")):
            code, _, table = host.request("GET", f"/api/v1/results/{name}.csv")
            self.assertEqual((code, table.startswith(heading), table.count(b"\n") > 2), (200, True, True), table[:200])
        host.act("stop", after="tick")
        host.ends(1)

    def test_metrics_are_in_the_format(self):
        host = page.Host(self, "--paused")
        host.step(1)
        code, headers, body = host.request("GET", "/metrics")
        self.assertEqual((code, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        names = set()
        for line in body.decode().splitlines():
            if line.startswith("# TYPE "):
                names.add(line.split()[2])
                self.assertIn(line.split()[3], ("gauge", "counter"))
            elif not line.startswith("#"):
                name, value = re.fullmatch(r'(lunagrid_\w+)(?:{\w+="[^"]*"(?:,\w+="[^"]*")*})? (-?[\d.]+)', line).groups()
                self.assertIn(name, names)
                float(value)
        self.assertIn("lunagrid_slots_done_total 1\n", body.decode())
        self.assertIn('lunagrid_market_import_kwh_total{market="Community"}', body.decode())
        host.act("resume")
        host.ends()


class Past(page.Page):
    """`lunagrid view`: the same questions about runs that are over."""

    def test_all_answers_are_as_described(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet", "--agent", "Home 1=plain.lua")
        self.lunagrid("run", "village.lua", "--out", "b", "--quiet", "--seed", "9", "--set", "minutes=120")
        host = self.past("a", "b")
        api = host.get("/api/v1/openapi.json")
        self.schemas = api["components"]["schemas"]
        for path, methods in api["paths"].items():
            schema = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {}).get("schema")
            if not schema or path.endswith("openapi.json"):
                continue
            for which in (0, 1):
                for slot in ("0", "2", "4"):
                    real = re.sub(r"{\w+}", "1", path) + f"?run={which}&slot={slot}"
                    self.fits(host.get(real), schema, real)
        self.assertEqual([host.get(f"/api/v1/status?run={i}")["slots_done"] for i in (0, 1)], [4, 8])
        self.assertEqual(host.get("/api/v1/status")["runs"], 2)
        self.assertEqual(host.request("POST", "/api/v1/control", "{}", {"Content-Type": "application/json", "Authorization": "Bearer " + host.token})[0], 404)
        self.assertEqual(host.get("/api/v1/markets/99", 404)["error"]["code"], "not_found")
        host.process.send_signal(signal.SIGINT)
        host.ends()

    def test_trades_of_a_market_are_those_that_went_through_it(self):
        street = os.path.join(flow.SOURCE, "examples", "street")
        self.lunagrid("run", street, "--out", "a", "--quiet", "--slots", "30")
        past = self.past("a")
        areas = len(past.get("/api/v1/site")["areas"])
        for area, slot in ((area, slot) for area in range(areas) for slot in (2, 20, 30)):
            market = past.get(f"/api/v1/markets/{area}?slot={slot}")
            last = market.get("last_slot", {"trades": 0, "energy_kWh": 0})
            self.assertEqual(len(market["trades"]), last["trades"], (area, slot))
            self.assertAlmostEqual(sum(t["energy_kWh"] for t in market["trades"]), last["energy_kWh"])
        grid = past.get("/api/v1/markets/0/history")
        self.assertEqual(grid["fee"], [4] * 30)  # also in slots in which nothing went through it
        self.assertEqual([past.get(f"/api/v1/markets/0?slot={slot}")["fee_running"] for slot in (1, 12, 30)], [4, 4, 4])

    def test_the_intraday_market_is_shown(self):
        story = os.path.join(flow.SOURCE, "examples", "intraday")
        host = page.Host(self, command="live", scenario=story, out="a")
        self.schemas = host.get("/api/v1/openapi.json")["components"]["schemas"]
        host.step(20)
        self.assertTrue(host.get("/api/v1/status")["intraday"])
        m = host.get("/api/v1/intraday?period=2")
        self.fits(m, self.schemas["Intraday"], "intraday")
        self.assertEqual(m["book"]["start"], m["periods"][2]["start"])
        self.assertEqual(m["book"]["bids"][0]["price_per_MWh"], m["periods"][2]["bid_per_MWh"])
        self.assertLess(m["book"]["bids"][0]["price_per_MWh"], m["book"]["offers"][0]["price_per_MWh"])
        self.assertGreater(m["trades"][0]["start"], m["trades"][0]["time"])
        self.assertAlmostEqual(sum(p["trades_EUR"] for p in m["gridpools"]), 0, 6)
        self.assertIn(b"Intraday market", host.request("GET", "/intraday.js")[2])
        self.lunagrid("run", story, "--out", "b", "--quiet", "--slots", "20")
        past = self.past("b").get("/api/v1/intraday")
        self.fits(past, self.schemas["Intraday"], "intraday")
        self.assertEqual((past["trades"], past["gridpools"]), (m["trades"], m["gridpools"]))

    def test_a_price_is_money_over_energy(self):
        host = page.Host(self, command="live", scenario=os.path.join(flow.SOURCE, "examples", "street"), out="a")
        host.step(45)  # of a day: midday's trades between homes are in it
        site = host.get("/api/v1/site")
        of = site["community"]
        seen = host.get(f"/api/v1/markets/{of}/history")["avg_rate_ct_per_kWh"]
        state = host.get("/api/v1/status")["community"]
        last = host.get(f"/api/v1/markets/{of}")["last_slot"]["avg_rate_ct_per_kWh"]
        metrics = host.request("GET", "/metrics")[2].decode()
        host.act("stop", after="slot")
        self.until(lambda: host.get("/api/v1/status")["over"])
        host.process.send_signal(signal.SIGINT)
        host.ends(1)
        rows = self.query("a", f"select slot, volume_uct, energy_uwh, avg_rate_uct from market_slots where market = {of} and slot < 45 order by slot")
        prices = {slot: volume * 1000 / energy for slot, volume, energy, _ in rows}
        self.assertTrue(any(abs(prices[slot] - mean / 1e6) > 0.01 for slot, _, _, mean in rows), "nothing to tell them apart")
        past = self.past("a")
        again = past.get(f"/api/v1/markets/{of}/history")["avg_rate_ct_per_kWh"]
        for slot, price in prices.items():
            self.assertAlmostEqual(seen[slot], price, 5, slot)
            self.assertAlmostEqual(again[slot], price, 5, slot)
        self.assertAlmostEqual(last, prices[44], 5)
        self.assertAlmostEqual(float(re.search(rf'last_slot_rate_ct_per_kwh{{market="{site["areas"][of]["name"]}"}} (.*)', metrics).group(1)), prices[44], 5)
        then = past.get("/api/v1/status?slot=45")["community"]
        for community in (state, then):  # neither end is the utility
            self.assertAlmostEqual(community["last_rate_ct_per_kWh"], prices[44], 5)
        between = "select sum(t.paid_uct), sum(t.energy_uwh) from trades t join assets s on s.asset = t.seller join assets b on b.asset = t.buyer where t.slot = {} and s.area <> b.area and s.area <> 0 and b.area <> 0"
        for slot in (3, 30, 44):
            told = past.get(f"/api/v1/status?slot={slot + 1}")["community"]
            paid, energy = self.query("a", between.format(slot))[0]
            self.assertAlmostEqual(told["last_between_homes_kWh"], (energy or 0) / 1e9, 8)
            self.assertEqual("last_between_homes_ct_per_kWh" in told, bool(energy), slot)
            if energy:
                self.assertAlmostEqual(told["last_between_homes_ct_per_kWh"], paid * 1000 / energy, 5)
        self.assertEqual(state["last_between_homes_kWh"], then["last_between_homes_kWh"])
        self.assertEqual(state["last_between_homes_ct_per_kWh"], then["last_between_homes_ct_per_kWh"])

    def test_a_past_run_says_what_the_running_one_said(self):
        host = page.Host(self, command="live")
        host.step(2)
        paths = ("markets/1/history", "markets/1", "assets?area=3", "assets/3/history")
        then = {path: host.get("/api/v1/" + path) for path in paths}
        state = host.get("/api/v1/status")
        host.act("resume")
        self.until(lambda: host.get("/api/v1/status")["over"])
        members = host.get("/api/v1/members")
        host.process.send_signal(signal.SIGINT)
        host.ends()
        past = self.past("r")
        for home in members["members"]:  # what is in batteries is of the moment
            home.pop("stored_kWh", None), home.pop("capacity_kWh", None)
        self.assertEqual(past.get("/api/v1/members")["members"], members["members"])
        now = past.get("/api/v1/status?slot=2")
        for key in ("slot", "time", "trades", "digest"):
            self.assertEqual(now[key], state[key], key)
        for key in ("import_kWh", "export_kWh", "within_homes_kWh", "between_homes_kWh", "last_rate_ct_per_kWh", "last_between_homes_kWh", "last_between_homes_ct_per_kWh"):
            self.assertEqual(key in now["community"], key in state["community"], key)
            if key not in state["community"]:
                continue
            self.assertAlmostEqual(now["community"][key], state["community"][key], 6, key)
        for path in paths:
            seen = past.get("/api/v1/" + path + ("&" if "?" in path else "?") + "slot=2")
            for key, value in then[path].items():
                if path.endswith("history") and isinstance(value, list):
                    self.assertEqual(seen[key][:2], value, (path, key))
        self.assertEqual(past.get("/api/v1/markets/1?slot=2")["last_slot"], then["markets/1"]["last_slot"])
        battery = then["assets?area=3"]["assets"][1]
        seen = past.get("/api/v1/assets?area=3&slot=2")["assets"][1]
        for key in ("name", "bought_kWh", "sold_kWh", "capacity_kWh"):
            self.assertEqual(seen[key], battery[key], key)
        code, _, body = past.request("GET", "/api/v1/results/trades.csv")
        self.assertEqual((code, body.count(b"\n") - 1), (200, self.query("r", "select count(*) from trades")[0][0]))

    def test_what_is_no_run_is_told_err(self):
        _, err = self.lunagrid("view", "nowhere", code=1)
        self.assertIn("there are no results: nowhere", err)
        _, err = self.lunagrid("view", "village.lua", code=1)
        self.assertIn("village.lua", err)


class Acts(page.Page):
    def test_the_page_steers_as_ctl_does(self):
        host = page.Host(self, "--paused")
        self.assertEqual(host.act("step", ticks=2)["state"], "stepping")
        self.until(lambda: host.get("/api/v1/status")["tick"] == 2)
        self.assertEqual(host.act("pace", pace="15m=1s")["pace"], "15m=1s")
        fee = host.act("set-fee", market="Community", fee=5)
        self.assertEqual((fee["before"], fee["from_slot"]), (1, 1))
        for code, command, arguments in ((404, "dance", {}), (400, "step", {"ticks": "x"}), (404, "set-fee", {"market": "Comunity", "fee": 1}),
                                         (409, "log", {"follow": True}), (400, "pace", {"pace": "soon"})):
            self.assertFalse(host.act(command, code, **arguments)["ok"])
        out, _ = self.lunagrid("ctl", "--out", "r", "status")
        self.assertIn("paused", out)
        host.act("pace", pace="full")
        host.act("resume")
        host.ends()
        fees = self.query("r", "select m.fee_uct from market_slots m join areas a on a.area = m.market where a.name = 'Community' order by slot")
        self.assertEqual([row[0] for row in fees], [1000000, 5000000, 5000000, 5000000])

    def test_a_script_is_edited_tried_and_taken_back(self):
        self.write("mine.lua", flow.PLAIN)
        host = page.Host(self, "--paused", "--agent", "Home 1=mine.lua", "--no-watch")
        host.act("step", ticks=3)
        self.until(lambda: host.get("/api/v1/status")["tick"] == 3)
        agents = host.get("/api/v1/agents")["agents"]
        mine = f"/api/v1/agents/{next(a['agent'] for a in agents if a['name'] == 'Home 1')}"
        self.assertEqual(host.get(mine)["texts"][0]["text"], flow.PLAIN)
        broken = flow.PLAIN.replace("rate = 36", "rate = nobody")
        for act in ("/check", "/reload"):
            answer = host.post(mine + act, {"text": broken}, 422)
            self.assertEqual(answer["error"]["code"], "script")
            self.assertIn("mine.lua:5: ", answer["error"]["message"])
        self.assertEqual(host.post(mine + "/check", {"text": flow.PLAIN.replace("36", "31")}), {"ok": True})
        self.assertEqual(host.get(mine)["version"], 1)
        lib = 'local outside = require "outside"\n' + flow.PLAIN.replace("rate = 36", "rate = 31")
        answer = host.post(mine + "/reload", {"text": lib})
        self.assertEqual((answer["version"], answer["changed"]), (2, True))
        self.assertIn("mine.lua v1 -> v2", answer["message"])
        self.assertFalse(host.post(mine + "/reload", {"text": lib})["changed"])
        now = host.get(mine)
        self.assertEqual((now["version"], [t["module"] for t in now["texts"]]), (2, ["", "outside"]))
        self.assertEqual(self.read("mine.lua"), flow.PLAIN)  # the file is left alone
        self.assertEqual(host.post(mine + "/reload", {"to": 1})["version"], 1)
        self.assertEqual(host.post(mine + "/reload", {"to": 9}, 404)["error"]["code"], "not_found")
        for nonsense in ({"text": 5}, {"to": 0}, {"to": 1.5}, {"text": "", "to": 1}, {"words": ""}, [], {"text": "return {}", "more": 1}):
            host.post(mine + "/reload", nonsense, 400)
        self.assertEqual(host.post(mine + "/reload", {"text": lib})["version"], 3)
        host.act("resume")
        host.ends()
        self.lunagrid("verify", "r")  # what came from the page is in the journal

    def test_errors_are_shown_with_their_line(self):
        self.write("mine.lua", "return { on_tick = function() error('no') end }\n")
        host = page.Host(self, "--paused", "--agent", "Home 1=mine.lua")
        host.step(1)
        agents = host.get("/api/v1/agents")["agents"]
        one = host.get(f"/api/v1/agents/{next(a['agent'] for a in agents if a['name'] == 'Home 1')}")
        self.assertEqual((one["faults"], len(one["errors"])), (9, 5))
        self.assertIn("mine.lua:1: no", one["errors"][0]["message"])
        host.act("resume")
        host.ends(4)

    def test_looking_on_changes_nothing(self):
        self.lunagrid("run", "village.lua", "--set", "minutes=600", "--out", "alone", "--quiet")
        host = page.Host(self, "--paused", "--set", "minutes=600")
        paths = ["/api/v1/" + p for p in ("status", "site", "members", "markets/0", "markets/1", "markets/2", "markets/1/history",
                                          "assets?area=2", "assets/1/history", "agents", "agents/0", "log", "results/trades.csv")] + ["/metrics"]
        stop = threading.Event()

        def look():
            while not stop.is_set():
                for path in paths:
                    try:
                        host.request("GET", path)
                    except OSError:
                        return
        watchers = [threading.Thread(target=look) for _ in range(2)]
        host.act("pace", pace="15m=60ms")
        for watcher in watchers:
            watcher.start()
        mine = host.get("/api/v1/agents/0")["texts"][0]["text"]
        host.act("resume")
        answer = 200
        while answer == 200:  # until the run is over: told so with 503, or found closed
            try:
                answer = host.ask("/api/v1/agents/0/check", {"text": mine})[0]
            except (OSError, http.client.HTTPException):
                answer = 503
        self.assertEqual(answer, 503)
        stop.set()
        for watcher in watchers:
            watcher.join()
        host.ends()
        self.assertEqual(self.digest("r"), self.digest("alone"))


class Streams(page.Page):
    def open(self, host, path):
        link = http.client.HTTPConnection(host.host, host.port, timeout=30)
        self.addCleanup(link.close)
        link.request("GET", path)
        answer = link.getresponse()
        self.assertEqual(answer.status, 200)
        self.addCleanup(answer.close)
        return answer

    def test_the_page_is_told(self):
        self.write("talk.lua", page.TALK)
        host = page.Host(self, "--paused", "--agent", "Home 1=talk.lua")
        stream = self.open(host, "/api/v1/stream")
        self.assertEqual(stream.headers["Content-Type"], "text/event-stream")
        self.assertIsNone(stream.headers["Access-Control-Allow-Origin"])

        def heard(wanted):
            while True:
                line = stream.readline().decode().rstrip("\n")
                if line == "event: " + wanted:
                    return json.loads(stream.readline().decode()[len("data: "):])
        self.assertEqual(heard("state")["state"], "paused")
        host.act("step", slots=1)
        self.assertEqual(heard("log")["who"], "Home 1")
        state = heard("state")
        while state["slot"] != 1:
            state = heard("state")
        self.assertEqual(state["state"], "paused")
        host.act("resume")
        heard("end")
        host.ends()

    def test_events_are_lines_of_json(self):
        self.write("talk.lua", page.TALK)
        host = page.Host(self, "--paused", "--agent", "Home 1=talk.lua", "--agent", "Home 2=plain.lua")
        everything = self.open(host, "/api/v1/events?kinds=log,slot,trade")
        slots = self.open(host, "/api/v1/events?kinds=slot")
        self.assertEqual(host.get("/api/v1/events?kinds=none", 400)["error"]["code"], "bad_request")
        host.act("resume")
        lines = [json.loads(line) for line in everything.read().splitlines()]
        host.ends()
        self.assertEqual([line["slot"] for line in lines if line["event"] == "slot"], [0, 1, 2, 3])
        digests = [row[0] for row in self.query("r", "select digest from slots order by slot")]
        self.assertEqual([line["digest"] for line in lines if line["event"] == "slot"], digests)
        self.assertEqual(len([line for line in lines if line["event"] == "trade"]), self.query("r", "select count(*) from trades")[0][0])
        self.assertEqual(len([line for line in lines if line["event"] == "log" and line["kind"] == "print"]), 4)
        self.assertEqual({json.loads(line)["event"] for line in slots.read().splitlines()}, {"slot"})

    def test_who_does_not_read_is_let_go_and_holds_up_nobody(self):
        self.write("talk.lua", "return { on_tick = function() for i = 1, 100 do print(('x'):rep(500)) end end }\n")
        host = page.Host(self, "--paused", "--set", "minutes=1440", "--agent", "Home 1=talk.lua", "--quiet")
        deaf = socket.create_connection((host.host, host.port))
        self.addCleanup(deaf.close)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {host.where}\r\n\r\n".encode())
        self.until(lambda: b"lunagrid_web_streams 1\n" in host.request("GET", "/metrics")[2])
        host.act("step", slots=90)
        self.until(lambda: b"lunagrid_web_dropped_total 1\n" in host.request("GET", "/metrics")[2])
        self.until(lambda: b"lunagrid_web_streams 0\n" in host.request("GET", "/metrics")[2])
        host.act("stop", after="tick")
        host.ends(1)


class Commands(page.Page):
    def test_live_opens_the_browser(self):
        self.write("bin/xdg-open", "#!/bin/sh\nprintf '%s' \"$*\" > opened.new && mv opened.new opened\n")
        os.chmod(self.path("bin/xdg-open"), 0o755)
        for words, where, opens in ((["live"], {"DISPLAY": ":0"}, True), (["live"], {"WAYLAND_DISPLAY": "wayland-0"}, True),
                                    (["live"], {}, False), (["run", "--serve=127.0.0.1:0", "--paused"], {"DISPLAY": ":0"}, False)):
            environment = self.environment(**{"DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": self.path("bin") + ":" + os.environ["PATH"], **where})
            environment = {key: value for key, value in environment.items() if value or key not in ("DISPLAY", "WAYLAND_DISPLAY")}
            process = subprocess.Popen([flow.PROGRAM, words[0], "village.lua", "--serve=127.0.0.1:0", "--out", "r", *words[2:]], cwd=self.folder,
                                       text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
            self.addCleanup(process.kill)
            line = process.stderr.readline()
            url = re.search(r"http://\S+", line).group()
            self.assertEqual("is opened in your browser" in line, opens, (words, where, line))
            if opens:
                self.until(lambda: os.path.exists(self.path("opened")))
                self.assertEqual(self.read("opened"), url)  # with the secret, so that the page may steer
                os.remove(self.path("opened"))
            process.kill()
            process.communicate()
            self.assertFalse(os.path.exists(self.path("opened")))

    def test_live_without_a_browser_tells_the_address(self):
        os.mkdir(self.path("none"))
        process = subprocess.Popen([flow.PROGRAM, "live", "village.lua", "--serve=127.0.0.1:0", "--out", "r"], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(DISPLAY=":0", PATH=self.path("none")))
        self.addCleanup(process.kill)
        self.assertIn("the page is at http://", process.stderr.readline())
        process.kill()
        process.communicate()

    def test_live_stays_until_it_is_told_to_end(self):
        host = page.Host(self, "--pace", "full", command="live")
        self.assertEqual(host.get("/api/v1/status")["state"], "paused")
        host.act("resume")
        self.until(lambda: host.get("/api/v1/status")["over"])
        self.assertEqual(self.query("r", "select status from runs"), [("complete",)])
        self.assertEqual(host.act("pause", 409)["error"]["code"], "refused")
        self.assertEqual(host.post("/api/v1/agents/0/reload", {}, 409)["error"]["code"], "refused")
        self.assertEqual(host.get("/api/v1/members")["slots_done"], 4)
        code, _, _ = host.request("GET", "/api/v1/results/run.sqlite")
        self.assertEqual(code, 200)
        host.process.send_signal(signal.SIGINT)
        host.ends()

    def test_addresses_that_cannot_be_err(self):
        for address in ("here", "127.0.0.1", "127.0.0.1:99999", "[::1:80", "example.com:80", "1.2.3.4.5:80", ":", "::1:80"):
            _, err = self.lunagrid("run", "village.lua", "--serve=" + address, code=2)
            self.assertIn("an address is 127.0.0.1:8420", err)
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _, err = self.lunagrid("run", "village.lua", f"--serve=127.0.0.1:{port}", code=1)
        self.assertIn(f"cannot listen at 127.0.0.1:{port}: Address already in use", err)
        self.assertNotIn("results", err)


if __name__ == "__main__":
    flow.main()
