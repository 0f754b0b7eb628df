"""`lunagrid league`: all sit everywhere, ranks as expected, one source counts once, kill -9 loses nothing."""
import glob
import hashlib
import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import time

from flow import PLAIN, PROGRAM, Flow, main

# Bids whatever it takes, early: dear. And one between the two.
DEAR = PLAIN.replace("rate = 36", "rate = 60").replace("rate = 10", "rate = 1")
MEAN = PLAIN.replace("rate = 36", "rate = 34").replace("rate = 10", "rate = 12")

LEAGUE = """
return league {
  name = "cup", slots = 4, measure = "saving",
  scenarios = { { file = "village.lua", name = "short", family = "june" }, %s },
  seats = { "Home 1", seat { name = "Home 2" } },
  entrants = { "plain.lua", "dear.lua", "mean.lua", %s },
  %s
}
"""
TWO = '{ file = "village.lua", name = "long", family = "july", slots = 8 }'


class League(Flow):
    def setUp(self):
        super().setUp()
        self.write("dear.lua", DEAR)
        self.write("mean.lua", MEAN)
        self.cup()

    def cup(self, more="seeds = { 1, 2 },", others="", scenarios=TWO, name="l.lua"):
        self.write(name, LEAGUE % (scenarios, others, more))

    def play(self, *words, league="l.lua", out="out", code=0):
        return self.lunagrid("league", league, "--out", out, *words, code=code)

    def result(self, out="out"):
        return json.loads(self.read(out + "/league.json"))

    def rows(self, out="out"):
        return {row["name"]: row for row in self.result(out)["entrants"]}

    def games(self, out="out"):
        return sorted(glob.glob(self.path(out + "/jobs/*/game.json")))

    def test_check_knows_a_league_in_json(self):
        league = {"scenario": "village.lua", "slots": 4, "seats": ["Home 1", "Home 2"], "entrants": ["plain.lua", "dear.lua"]}
        for more in ({"schedule": "blocks"}, {"measure": "saving"}, {"$schema": "../scripts/meta/league.schema.json", "schedule": "blocks"}):
            self.write("l.json", json.dumps({**league, **more}))
            self.assertIn("0 errors", self.lunagrid("check", "l.json")[0])
        self.write("l.json", json.dumps({**league, "measure": "savings"}))
        self.assertIn('measure: expected "score" or "saving", got "savings"', self.lunagrid("check", "l.json", code=3)[0])

    def test_all_sit_everywhere_and_the_bad_one_is_last(self):
        self.cup("seeds = { 1, 2, 3 },")
        shown = self.play()[0]
        result = self.result()
        self.assertEqual(len(result["cases"]), 6)
        sat = {}
        for game in result["games"]:
            for seat in game["seats"]:
                key = game["scenario"], game["seed"], seat["seat"], seat["entrant"]
                sat[key] = sat.get(key, 0) + 1
        self.assertEqual(len(sat), 6 * 2 * 3)
        self.assertEqual(len(set(sat.values())), 1)
        rows = self.rows()
        self.assertEqual([row["name"] for row in result["entrants"]][-1], "dear")
        self.assertEqual(rows["dear"]["rank"], 3)
        self.assertEqual({rows[n]["better"] for n in ("plain", "mean")} <= {0, 1}, True)
        for pair in result["pairs"]:
            if "dear" in (pair["a"], pair["b"]):
                self.assertNotIn(pair["better"], ("dear", ""))
                self.assertGreater(pair["low"] * pair["high"], 0)
        # the ladder is quick and rough, by the order of jobs' names: nothing is said of who leads so small a one
        self.assertEqual(sorted(row["place"] for row in rows.values()), [1, 2, 3])
        for word in ("cup: ", "Rank", "95 % interval", "Rating", "mu-3sigma", "Families of scenarios", "june",
                     "july", "out/league.json", f"{rows['dear']['seats']} ok"):
            self.assertIn(word, shown)

    def test_means_are_those_of_the_games(self):
        for measure, key in (("score", "score"), ("saving", "saving_EUR")):
            self.cup()
            self.write("l.lua", self.read("l.lua").replace('"saving"', f'"{measure}"'))
            shown = self.play()[0]
            result = self.result()
            for row in result["entrants"]:
                for case, value in zip(result["cases"], row["values"]):
                    if value is None:
                        self.assertIn("cases have no score", shown)
                        continue
                    values = [max(seat[key], -100) if key == "score" else
                              seat[key] * 24 * 4 / game["slots"]
                              for game in result["games"] for seat in game["seats"]
                              if (game["scenario"], game["seed"]) == (case["scenario"], case["seed"])
                              and seat["entrant"] == row["name"]]
                    self.assertAlmostEqual(value, sum(values) / len(values), 6)
                there = [value for value in row["values"] if value is not None]
                self.assertEqual(len(there), row["cases"])
                if there:
                    self.assertAlmostEqual(row["mean"], sum(there) / len(there), 6)

    def test_with_few_cases_all_share_a_rank(self):
        self.cup("seeds = { 1, 2 },")
        self.assertIn("With 4 cases nobody can be told to be better than anybody: 6 are needed", self.play()[0])
        self.assertEqual({row["rank"] for row in self.rows().values()}, {1})

    def test_the_same_source_counts_once(self):
        """Under another name, in another folder, with a module that lies beside it."""
        self.write("tool.lua", "return { rate = 36 }\n")
        text = "local tool = require 'tool'\n" + PLAIN.replace("rate = 36", "rate = tool.rate")
        self.write("one.lua", text)
        self.write("copy/two.lua", text)
        self.write("copy/tool.lua", "return { rate = 36 }\n")
        self.write("other/three.lua", text)
        self.write("other/tool.lua", "return { rate = 35 }\n")
        self.cup("", '"one.lua", "copy/two.lua", "other/three.lua", '
                     'entrant { name = "four", script = "one.lua", params = { n = 1 } }, '
                     'entrant { name = "again", script = "dear.lua" }')
        shown = self.play()[0]
        rows = self.rows()
        self.assertEqual({n: r["same_as"] for n, r in rows.items() if "same_as" in r},
                         {"two": "one", "again": "dear"})
        self.assertIn("again has the same source as dear: it is counted once", shown)
        for key in ("rank", "mean", "rating", "values", "seats"):
            self.assertEqual(rows["two"][key], rows["one"][key])
        names = {seat["entrant"] for game in self.result()["games"] for seat in game["seats"]}
        self.assertEqual(names, {"plain", "dear", "mean", "one", "three", "four"})

    def test_who_enters_again_changes_no_rating(self):
        self.play()
        before = self.rows()
        self.cup(others='entrant { name = "zwei", script = "plain.lua" }')
        self.play()
        after = self.rows()
        for name in before:
            for key in ("rank", "mean", "lead", "rating", "place"):
                self.assertEqual(after[name][key], before[name][key])

    def test_nothing_is_played_twice(self):
        self.cup("seeds = { 1 },")
        self.play()
        stamps = {f: os.stat(f).st_mtime_ns for f in self.games()}
        self.cup("seeds = { 1, 2 },")
        self.play()
        self.assertEqual({f: os.stat(f).st_mtime_ns for f in stamps}, stamps)
        self.assertEqual(len(self.games()), 2 * len(stamps))

    def test_kill_then_again_and_elsewhere_gives_the_same_bytes(self):
        words = [PROGRAM, "league", "l.lua", "--out", "out", "-j", "2"]
        child = subprocess.Popen(words, cwd=self.folder, env=self.environment(), stdout=subprocess.DEVNULL)
        while len(self.games()) < 5:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        there = {f: os.stat(f).st_mtime_ns for f in self.games()}
        self.assertFalse(os.path.exists(self.path("out/league.json")))
        self.play("-j", "1")
        self.assertGreater(len(self.games()), len(there))
        self.assertEqual({f: os.stat(f).st_mtime_ns for f in there}, there)
        far = self.path("far/away")
        os.makedirs(far)
        for name in ("l.lua", "village.lua", "plain.lua", "dear.lua", "mean.lua"):
            shutil.copy(self.path(name), far)
        shown = self.play("-j", "3", "--json", league="far/away/l.lua", out="far/out")[0]
        self.assertEqual(self.read("far/out/league.json"), self.read("out/league.json"))
        self.assertEqual(shown, self.read("out/league.json"))

    def test_as_judge(self):
        commitment = hashlib.sha256(b"pepper").hexdigest()
        self.cup('seeds = { count = 2, commitment = "%s" }, schedule = "blocks",' % commitment)
        self.assertIn("--salt", self.lunagrid("league", "l.lua", code=1)[1])
        self.assertIn("not the one that was promised", self.play("--salt", "salt", code=1)[1])
        shown = self.lunagrid("league", "l.lua", "--as-judge", "--salt", "pepper")[0]
        text = self.read("leagues/cup.judge/league.json")
        count = len(self.games("leagues/cup.judge"))
        for word in (hashlib.sha256(text.encode()).hexdigest(), commitment, f"{count} played now; 0 of them were in the folder, 0 differed",
                     hashlib.sha256(PLAIN.encode()).hexdigest() + "  plain.lua"):
            self.assertIn(word, shown)
        self.play("--salt", "pepper", out="laptop")
        self.assertEqual(self.read("laptop/league.json"), text)
        inputs = json.loads(text)["inputs"]
        self.assertEqual((inputs["salt"], inputs["commitment"]), ("pepper", commitment))
        self.assertEqual(inputs["files"]["dear.lua"], hashlib.sha256(DEAR.encode()).hexdigest())
        self.assertEqual(inputs["league"], hashlib.sha256(self.read("l.lua").encode()).hexdigest())

    def test_the_judge_believes_no_folder(self):
        """Who edits what a game says, or a job, is told which field, and the table is as it was."""
        self.cup("seeds = { 1 },", scenarios="")
        judge = ("league", "l.lua", "--as-judge")
        self.lunagrid(*judge)
        text, games = self.read("leagues/cup.judge/league.json"), self.games("leagues/cup.judge")
        edited = json.loads(self.read(games[0]))
        edited["seats"][1]["cost_EUR"] += 1
        self.write(games[0], json.dumps(edited))
        job = os.path.dirname(games[1])
        self.write(job + ".json", self.read(job + ".json").replace('"seed":1', '"seed":2'))
        shown, said = self.lunagrid(*judge, code=6)
        self.assertIn(f"{len(games)} played now; {len(games)} of them were in the folder, 1 differed", shown)
        self.assertEqual(said.count("was not it"), 1)
        self.assertRegex(said, r"%s: .*seats\[1\]\.cost_EUR is \S+, and \S+ when the game is played again"
                         % os.path.basename(os.path.dirname(games[0])))
        self.assertEqual(self.read("leagues/cup.judge/league.json"), text)
        shown = self.lunagrid(*judge)[0]
        self.assertIn("in the folder, 0 differed", shown)
        self.assertEqual(glob.glob(self.path("leagues/cup.judge/jobs/*.again")), [])
        for other in ("--print-jobs", "--nats=nats://localhost"):
            self.assertIn("plays every game itself", self.lunagrid(*judge, other, code=2)[1])

    def test_operators_play_beside_traders(self):
        self.write("l.lua", """
return league { scenario = "village.lua", slots = 4, schedule = "blocks",
  seats = { "Home 1", "Home 2", seat { name = "DSO", role = "operator", markets = { "Grid" } } },
  entrants = { "plain.lua", "dear.lua", "mean.lua",
    entrant { name = "flat", role = "operator", script = "tariffs/fixed_fee.lua", params = { fee = 6 } },
    entrant { name = "low", role = "operator", script = "tariffs/fixed_fee.lua", params = { fee = 2 } } } }
""")
        shown = self.play()[0]
        self.assertIn("Traders", shown)
        self.assertIn("Operators", shown)
        game = self.result()["games"][0]
        dso = game["seats"][2]
        page = self.read(f"out/seats/{game['job']}-2.html")
        self.assertIn("Against the scenario's own tariff", page)
        self.assertIn(f">{dso['fees_EUR']:.2f}<", page)
        self.assertIn(f"Score {dso['score']:+.1f}: {100 * dso['peak_reduction']:+.1f} for the peak", page)
        page = self.read(f"out/games/{game['job']}.html")
        self.assertIn(f"<b>{game['community']['welfare_EUR']:.2f} EUR</b><span>welfare", page)
        self.assertIn(f"<b>{game['community']['savings_gini']:.2f}</b><span>Gini", page)
        games = self.result()["games"]
        self.assertEqual(len(games), 6)
        met = {(g["seats"][0]["entrant"], g["seats"][2]["entrant"]) for g in games}
        self.assertEqual(len(met), 6)

    def test_problems_err(self):
        cases = (
            ('rounds = 2,', 'l.lua:7: rounds: only schedule = "blocks" has rounds'),
            ('schedule = "block",', 'expected "round_robin" or "blocks", got "block"; did you mean "blocks"?'),
            ('turns = "all",', "l.lua:7: turns: unknown key"),
            ('schedul = "blocks",', 'l.lua:7: schedul: unknown key; did you mean "schedule"?'),
            ('seeds = { 1, 1 },', "l.lua:7: seeds: 1 is there twice"),
        )
        for more, said in cases:
            self.cup(more)
            self.assertIn(said, self.lunagrid("check", "l.lua", code=3)[0])
            self.assertIn(said, self.play(code=3)[1])
            self.assertFalse(self.games())
        self.cup("", scenarios='{ file = "village.lua", name = "b", famly = "x" }')
        self.assertIn('famly: unknown key; did you mean "family"?', self.lunagrid("check", "l.lua", code=3)[0])
        self.cup()
        self.write("l.lua", self.read("l.lua").replace('"saving"', '"money"'))
        self.assertIn('measure: expected "score" or "saving", got "money"', self.lunagrid("check", "l.lua", code=3)[0])
        self.cup("", scenarios='{ file = "village.lua", name = "twin" }')
        self.assertIn('l.lua:4: scenarios[2]: is the same as scenarios[1]', self.lunagrid("check", "l.lua", code=3)[0])
        self.cup("", others='"none.lua"')
        self.assertIn('there is no script "none.lua"', self.lunagrid("check", "l.lua", code=3)[0])
        self.cup()
        self.assertIn("0 errors", self.lunagrid("check", "l.lua")[0])
        self.assertIn("nothing.lua", self.play(league="nothing.lua", code=3)[1])


class Links(html.parser.HTMLParser):
    """What a page links to, and the elements that it has."""

    def __init__(self, text):
        super().__init__()
        self.links, self.elements, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value)
            assert not name.startswith("on"), (tag, name)
        if tag not in ("meta", "link", "line", "rect", "polyline", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()


class Pages(Flow):
    """A small league with names that mean harm, a script that fails and one that is refused."""

    EVIL = "<script>alert(1)</script>"

    def setUp(self):
        super().setUp()
        self.write("bad.lua", """
            local cycles = 0
            return { on_market_cycle = function(market)
              print("<b>hello</b></script><script>alert(2)</script>")
              for i = 1, 3 do
                grid.batch:bid_energy_rate { asset = market.assets[1], energy = 1000, rate = 30 }
              end
              cycles = cycles + 1
              if cycles == 3 then error("<img src=x onerror=alert(3)>") end
            end }""")
        self.write("l.lua", """
            return league { name = "</title>%s", description = "</main>%s", slots = 4, measure = "saving",
              scenarios = { { file = "village.lua", name = "</script><b>v", family = "<i>f" },
                            { file = "village.lua", name = "w", family = "g", slots = 5 } },
              seats = { "Home 1", "Home 2" }, schedule = "blocks",
              entrants = { entrant { name = "%s", script = "plain.lua" },
                           entrant { name = "a'b\\"c<img src=x onerror=alert(4)>", script = "bad.lua" } } }
            """ % (self.EVIL, self.EVIL, self.EVIL))
        self.lunagrid("league", "l.lua", "--out", "out", "-q")
        self.pages = sorted(glob.glob(self.path("out/**/*.html"), recursive=True))

    def texts(self, pattern):
        return [self.read(os.path.relpath(p, self.folder))
                for p in sorted(glob.glob(self.path("out/" + pattern), recursive=True))]

    def test_every_link_leads_somewhere_and_stays_here(self):
        kinds = {os.path.dirname(os.path.relpath(p, self.path("out"))) for p in self.pages}
        self.assertEqual(kinds, {"", "games", "seats", "entrants"})
        self.assertEqual(len(self.pages), 1 + 4 + 8 + 2)
        for page in self.pages:
            with open(page, encoding="utf-8") as file:
                seen = Links(file.read())
            self.assertEqual(seen.open, [], page)
            for link in seen.links:
                self.assertNotIn(":", link)
                self.assertTrue(os.path.exists(os.path.join(os.path.dirname(page), link)), (page, link))

    def test_names_and_words_of_others_are_shown_not_obeyed(self):
        for page in self.pages:
            with open(page, encoding="utf-8") as file:
                text = file.read()
            for word in ("<script>alert", "<img", "<b>hello", "<b>v", "<i>f"):
                self.assertNotIn(word, text, page)
            self.assertLessEqual(set(Links(text).elements) & {"script", "img", "i", "iframe"}, {"script", "i"})
        index = self.texts("index.html")[0]
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", index)
        self.assertIn("a&#39;b&quot;c&lt;img src=x onerror=alert(4)&gt;", index)
        for text in self.texts("games/*.html"):
            for data in re.findall(r'<script type="application/json">(.*?)</script>', text, re.S):
                plot = json.loads(data)
                for line in plot["lines"]:
                    self.assertEqual(len(line["y"]), len(plot["x"]))

    def test_what_an_owner_is_told(self):
        result = json.loads(self.read("out/league.json"))
        for game in result["games"]:
            for index, seat in enumerate(game["seats"]):
                text = self.read(f"out/seats/{game['job']}-{index}.html")
                self.assertIn(f">{seat['cost_EUR']:.2f}<", text)
                self.assertIn(f">{seat['baseline_cost_EUR']:.2f}<", text)
                self.assertRegex(text, r"The dearest callback spent \d+ of 1000000 units")
                if "img" in seat["entrant"]:
                    self.assertIn(f"<td>{seat['refused']}</td><td class=\"w\">ENERGY</td>", text)
                    self.assertIn("more energy than the asset needs or has", text)
                    self.assertIn("<summary>The first ", text)
                    self.assertRegex(text, r'<td>0</td><td>0</td><td class="w">bid_energy_rate</td><td class="w">[^<]+</td>'
                                           r'<td class="w">[\d.e+]+ kWh at [\d.]+ ct/kWh, [\d.]+ kWh allowed</td><td class="w">ENERGY</td>')
                    self.assertIn("slot 0, tick 0: &lt;b&gt;hello", text)
                else:
                    self.assertIn("<p>None.</p>", text)
                    self.assertIn("<details><summary>By hour of the day", text)
            text = self.read(f"out/games/{game['job']}.html")
            # the village's fee is 1, the grid's 4: the utility's 30 is 35 in the village's market, and its 8 is 4
            self.assertRegex(text, r'"the utility asks", "y": \[35(,35)*\]')
            self.assertRegex(text, r'"the utility pays", "y": \[4(,4)*\]')
            for word in ("Prices", "Bills", "Batteries", "ct/kWh", "EUR", "kWh", "lunagrid verify jobs/" + game["job"]):
                self.assertIn(word, text)
        self.lunagrid("verify", "out/jobs/" + result["games"][0]["job"])

    def test_the_same_pages_again(self):
        before = self.texts("**/*.html")
        shutil.rmtree(self.path("out/games"))
        self.lunagrid("league", "l.lua", "--out", "out", "-q", "-j", "3")
        self.assertEqual(self.texts("**/*.html"), before)

    def test_a_game_whose_results_are_gone_err(self):
        job = json.loads(self.read("out/league.json"))["games"][0]["job"]
        os.remove(self.path(f"out/jobs/{job}/run.sqlite"))
        self.assertIn("run.sqlite", self.lunagrid("league", "l.lua", "--out", "out", code=1)[1])
        shutil.rmtree(self.path(f"out/jobs/{job}"))
        self.lunagrid("league", "l.lua", "--out", "out", "-q")  # it is played again
        self.assertTrue(os.path.exists(self.path(f"out/jobs/{job}/run.sqlite")))


if __name__ == "__main__":
    main()
