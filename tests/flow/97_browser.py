"""The page in a browser: it loads, is told what happens, steers, edits scripts, and finds its host again."""
import os
import time
import unittest

import browser
import flow
import page


def field(selector):
    return f"document.querySelector({selector!r})"


@unittest.skipUnless(browser.find(), "there is no chromium here (Debian: apt install chromium)")
class InBrowser(page.Page):
    def open(self, host, **how):
        tab = browser.Browser(**how)
        self.addCleanup(tab.close)
        tab.go(host.url)
        tab.until(field("#main .tile"))
        return tab

    def view(self, tab, name, selector):
        tab.run(f"location.hash = '#/{name}'")
        tab.until(field(selector))

    def click(self, tab, words):
        tab.until(f"[...document.querySelectorAll('button')].some(b => b.textContent === {words!r} && !b.disabled)")
        tab.run(f"[...document.querySelectorAll('button')].find(b => b.textContent === {words!r}).click()")

    def shot(self, tab, name):
        """Pictures for whoever wants to look: in the folder that LUNAGRID_SHOTS names."""
        if os.environ.get("LUNAGRID_SHOTS"):
            tab.shot(os.path.join(os.environ["LUNAGRID_SHOTS"], name + ".png"))

    def test_it_loads_and_is_told_what_happens(self):
        host = page.Host(self, "--paused", "--set", "minutes=600")
        tab = self.open(host)
        self.assertNotIn("token", tab.run("location.href"))  # the secret does not stay in sight
        self.assertEqual(tab.run(field("#badge") + ".textContent"), "paused")
        host.act("step", slots=20)
        tab.until(field("#clock") + ".textContent.includes('slot 20 of 40')")
        tab.until(field("#main .chart svg path, #main .chart canvas") + " && " + field("#main table"))
        self.view(tab, "homes", "#main tbody tr")
        self.assertIn("Home 2", tab.run(field("#main tbody") + ".textContent"))
        self.view(tab, "market/1", "#main .chart")
        host.act("step", ticks=3)
        tab.until(field("#main") + ".textContent.includes('slot 20, as it stood after tick 2')")
        tab.until(field("#main .depth"))
        self.shot(tab, "market")
        self.view(tab, "results", "#digest")
        self.assertEqual(tab.run(field("#digest") + ".textContent"), host.get("/api/v1/status")["digest"])
        self.assertEqual(tab.problems, [])
        host.act("resume")
        tab.until(field("#badge") + ".textContent === 'no connection'")
        tab.until(field("#notice") + ".textContent.includes('The run is over')")
        host.ends()

    def test_it_steers_by_hand_and_by_key(self):
        host = page.Host(self, "--paused", "--set", "minutes=600")
        tab = self.open(host)
        self.click(tab, "Tick")
        tab.until(field("#clock") + ".textContent.includes('tick 1')")
        tab.run("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 's', bubbles: true}))")
        tab.until(field("#clock") + ".textContent.includes('slot 1 of 40, tick 0')")
        tab.run(f"(() => {{ const s = {field('#pace')}; s.value = '15m=10s'; s.dispatchEvent(new Event('change')); }})()")
        self.until(lambda: host.get("/api/v1/status")["pace"] == "15m=10s")
        self.click(tab, "Run")
        tab.until(field("#badge") + ".textContent.startsWith('running')")
        self.click(tab, "Pause")
        tab.until(field("#badge") + ".textContent === 'paused'")
        self.assertEqual(host.get("/api/v1/status")["state"], "paused")
        self.view(tab, "market/1", "#main form input")
        tab.run(f"(() => {{ {field('#main form input')}.value = 5; {field('#main form')}.requestSubmit(); }})()")
        self.until(lambda: host.get("/api/v1/markets/1")["fee_next"] == 5)
        self.assertEqual(tab.problems, [])

    def edits(self, **how):
        """A script is edited, refused, checked, put to work and taken back, in whichever editor there is."""
        self.write("mine.lua", flow.PLAIN)
        host = page.Host(self, "--paused", "--no-watch", "--agent", "Home 1=mine.lua", "--set", "minutes=600")
        number = next(a["agent"] for a in host.get("/api/v1/agents")["agents"] if a["name"] == "Home 1")
        tab = self.open(host, **how)
        self.view(tab, f"scripts/{number}", "#main .editor")
        rich = tab.run(field("#main .editor") + ".shadowRoot !== null")
        area = field("#main .editor") + (".shadowRoot.querySelector('.cm-content')" if rich else ".querySelector('textarea')")
        text = f"[...{area}.querySelectorAll('.cm-line')].map(line => line.textContent).join('\\n')" if rich else area + ".value"
        self.assertEqual(tab.run(text), flow.PLAIN)

        def write(words):
            tab.run(area + ".focus()")
            tab.type(words)
        write(flow.PLAIN.replace("rate = 36", "rate = nobody"))
        self.click(tab, "Put to work")
        tab.until(field("#verdict") + ".textContent.includes('mine.lua:5: nobody: ')")
        if rich:
            tab.until(f"[...{area}.querySelectorAll('.cm-line')].findIndex(line => line.classList.contains('cm-wrong')) === 4")
        else:
            self.assertEqual(tab.run(field(".editor .hit") + ".textContent"), "5")
        self.shot(tab, "broken" + ("" if rich else "-plain"))
        self.assertEqual(host.get(f"/api/v1/agents/{number}")["version"], 1)
        write(flow.PLAIN.replace("rate = 36", "rate = 33.25"))
        self.click(tab, "Check")
        tab.until(field("#verdict.fine"))
        tab.run(area + ".focus()")
        tab.press("Enter", number=13, modifiers=2)  # as the button does
        tab.until(field("#verdict.fine") + ".textContent.includes('v1 -> v2')")
        host.act("step", ticks=1)  # and its effect is there with the next tick
        self.until(lambda: host.get("/api/v1/status")["tick"] == 1)
        bids = host.get("/api/v1/markets/2")["book"]["bids"] + host.get("/api/v1/markets/2")["trades"]
        self.assertIn(33.25, [bid.get("bid_rate_ct_per_kWh", bid["rate_ct_per_kWh"]) for bid in bids])
        self.click(tab, "Go back to")
        tab.until(field("#verdict.fine") + ".textContent.includes('v2 -> v1')")
        tab.until(f"{text} === {flow.PLAIN!r}")
        self.assertEqual([p for p in tab.problems if "422" not in p and "BLOCKED" not in p], [])
        return tab, area, rich

    def test_a_script_is_edited_and_a_broken_one_shown(self):
        tab, area, rich = self.edits()
        self.assertEqual(tab.run(field("#licences") + ".hidden"), not rich)
        if rich:  # what others made is handed on with their terms
            self.assertIn("Permission is hereby granted", tab.run("fetch('licences.txt').then(answer => answer.text())"))
        if not rich:
            self.skipTest("lunagrid was built without npm: there is no CodeMirror to complete words")
        tab.run(area + ".focus()")
        tab.type("for _, load in ipairs(market.assets) do load.energy_req")
        shown = field("#main .editor") + ".shadowRoot.querySelector('.cm-tooltip-autocomplete')"
        tab.until(shown + f" && {shown}.textContent.includes('energy_requirement_kWh')")  # of an asset, as the annotations say
        self.assertNotIn("feed_in", tab.run(shown + ".textContent"))
        self.shot(tab, "complete")

    def test_without_what_npm_brings_there_is_a_plain_editor_and_drawings(self):
        tab, _, rich = self.edits(without=("codemirror.js", "uplot.js"))
        self.assertFalse(rich)
        self.view(tab, "", "#main .tile")
        self.click(tab, "Slot")
        tab.until(field("#main .chart svg path"))

    def test_errors_of_a_running_script_are_shown(self):
        self.write("mine.lua", "return { on_tick = function()\n  error('nobody <b>wants</b> this')\nend }\n")
        host = page.Host(self, "--paused", "--agent", "Home 1=mine.lua")
        tab = self.open(host)
        host.step(1)
        self.view(tab, "log", "#main .log .fault")
        self.assertIn("nobody <b>wants</b> this", tab.run(field("#main .log .fault") + ".textContent"))  # text stays text
        number = next(a["agent"] for a in host.get("/api/v1/agents")["agents"] if a["name"] == "Home 1")
        self.view(tab, f"scripts/{number}", "#main pre.error")
        self.assertIn("2 >   error(", tab.run(field("#main pre.error") + ".textContent"))
        self.assertEqual(tab.problems, [])

    def test_it_finds_its_host_again(self):
        host = page.Host(self, "--paused")
        tab = self.open(host)
        host.kill()
        tab.until(field("#badge") + ".textContent === 'no connection'")
        again = page.Host(self, "--paused", "--set", "minutes=600", address=host.where)
        tab.until(field("#badge") + ".textContent === 'paused'", 60)
        tab.until(field("#clock") + ".textContent.includes('of 40')")
        self.assertTrue(tab.run(field("#tick") + ".disabled"))  # with the secret of the host that was
        self.assertIn("the host was started again", tab.run(field("#notice") + ".textContent"))
        tab.go(again.url)
        self.click(tab, "Tick")
        tab.until(field("#clock") + ".textContent.includes('tick 1')")

    def test_without_the_token_it_only_shows(self):
        host = page.Host(self, "--paused")
        tab = browser.Browser()
        self.addCleanup(tab.close)
        tab.go(host.url.split("#")[0])
        tab.until(field("#main .tile"))
        self.assertTrue(tab.run(field("#play") + ".disabled"))
        self.assertIn("only looking", tab.run(field("#notice") + ".textContent"))

    def test_past_runs_have_a_slider(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet", "--set", "minutes=600")
        self.lunagrid("run", "village.lua", "--out", "b", "--quiet", "--set", "minutes=600", "--seed", "9")
        past = self.past("a", "b")
        tab = self.open(past)
        tab.until(field("#clock") + ".textContent.includes('slot 40 of 40')")
        tab.run(f"(() => {{ const s = {field('#slider')}; s.value = 7; s.dispatchEvent(new Event('input')); }})()")
        tab.until(field("#clock") + ".textContent.includes('slot 7 of 40')")
        tab.until(field("#main .chart .now"))
        for name in ("homes", "market/1", "market/2", "scripts", "scripts/0", "log", "results", "compare"):
            self.view(tab, name, "#main .card")
            tab.until(field("#main table, #main .log, #main .editor, #main .empty"))
            self.shot(tab, "past-" + name.replace("/", "-"))
        tab.run(f"(() => {{ const s = {field('#which')}; s.value = 1; s.dispatchEvent(new Event('change')); }})()")
        self.view(tab, "results", "#digest")
        tab.until(field("#digest") + f".textContent === {past.get('/api/v1/status?run=1')['digest']!r}")
        self.click(tab, "Play")
        tab.until(field("#clock") + ".textContent.includes('slot 2 of 40')")
        self.assertEqual(tab.problems, [])

    def test_a_neighbours_price_is_of_trades_between_homes(self):
        self.lunagrid("run", os.path.join(flow.SOURCE, "examples", "street"), "--out", "a", "--quiet", "--slots", "45")
        past = self.past("a")
        told = {slot: past.get(f"/api/v1/status?slot={slot}")["community"].get("last_between_homes_ct_per_kWh") for slot in range(1, 46)}
        with_price, without = (next((slot for slot, price in told.items() if (price is not None) == has), None) for has in (True, False))
        self.assertIsNotNone(with_price)
        self.assertIsNotNone(without)
        tab = self.open(past)
        for slot, words in ((with_price, f"A neighbour’s kWh costs {told[with_price]:.1f} ct"), (without, "Nothing was traded between homes in the last slot.")):
            tab.run(f"(() => {{ const s = {field('#slider')}; s.value = {slot}; s.dispatchEvent(new Event('input')); }})()")
            tab.until(field("#main .now h2") + f"?.textContent === {words!r}")

    def test_runs_that_cannot_be_compared_are_not(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet")
        self.lunagrid("run", "village.lua", "--out", "b", "--quiet", "--set", "minutes=120")
        self.write("halves.lua", flow.VILLAGE.replace("seed = 5,", "seed = 5, slot_minutes = 30,"))
        self.lunagrid("run", "halves.lua", "--out", "c", "--quiet", "--set", "minutes=30")  # two slots: the same hour
        self.write("later.lua", flow.VILLAGE.replace("2024-06-03", "2024-06-04"))
        self.lunagrid("run", "later.lua", "--out", "d", "--quiet")
        self.lunagrid("run", "village.lua", "--out", "e", "--quiet", "--seed", "9")
        for other, sums, drawn, words in (("b", False, True, "slots done: 4 / 8"), ("c", True, False, "slot length: 15 min / 30 min"), ("d", False, False, "start: "), ("e", True, True, "")):
            tab = self.open(self.past("a", other))
            self.view(tab, "compare", "#main tbody td:nth-child(4)")
            told = tab.run(field("#told") + ".textContent")
            self.assertIn(words, told)
            self.assertEqual((told != "", "sums cannot be compared" in told), (other != "e", not sums), other)
            self.assertEqual(tab.run(field("#main tbody td:nth-child(4)") + ".textContent") != "–", sums, other)
            tab.until(field("#main .chart" if drawn else "#main p.empty"))
            self.assertEqual(tab.problems, [])

    def test_the_tab_of_the_log_tells_of_errors_as_they_come(self):
        self.write("mine.lua", "return { on_tick = function() error('no') end }\n")
        host = page.Host(self, "--paused", "--agent", "Home 1=mine.lua")
        tab = self.open(host)
        self.assertFalse(tab.run(field("#tabs .faults") + " !== null"))
        host.step(1)
        tab.until(field("#tabs .faults"))

    def test_a_foreign_page_cannot_reach_it(self):
        host = page.Host(self, "--paused")
        tab = browser.Browser()
        self.addCleanup(tab.close)
        foreign = page.Host(self, "--paused", out="other")  # another port: another origin
        tab.go(foreign.url)
        tab.until(field("#main .tile"))
        for how in ("{}", "{method: 'POST', mode: 'no-cors', body: '{\"command\":\"step\"}'}",
                    f"{{method: 'POST', headers: {{Authorization: 'Bearer {host.token}', 'Content-Type': 'application/json'}}, body: '{{\"command\":\"step\"}}'}}"):
            path = "status" if how == "{}" else "control"
            tab.run(f"fetch('http://{host.where}/api/v1/{path}', {how}).then(() => 'answered', () => 'refused')")
        self.assertEqual(host.get("/api/v1/status")["tick"], 0)

    def test_it_fits_a_phone_and_the_dark(self):
        host = page.Host(self, "--paused", "--set", "minutes=600")
        host.step(20)
        for how in ({"width": 390, "height": 844, "phone": True}, {"dark": True}):
            tab = self.open(host, **how)
            for name in ("", "homes", "market/1", "scripts", "scripts/0", "log", "results"):
                self.view(tab, name, "#main .card")
                time.sleep(0.3)
                self.assertLessEqual(tab.run("document.documentElement.scrollWidth - innerWidth"), 0, (how, name))
                self.shot(tab, ("phone-" if "phone" in how else "dark-") + name.replace("/", "-"))
            back, ink = tab.run("[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).color]")
            self.assertNotEqual(back, ink)
            self.assertEqual("dark" in how, back == "rgb(16, 22, 28)")
            self.assertEqual(tab.problems, [])


if __name__ == "__main__":
    flow.main()
