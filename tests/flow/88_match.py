"""`lunagrid match`: seats, entrants, seeds; the same bytes again; what breaks stays its own."""
import glob
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time

from flow import PLAIN, PROGRAM, VILLAGE, Flow, main

CRASHER = "return { on_market_cycle = function() error('no idea') end }\n"
# Bids whatever it takes, early: dear.
DEAR = PLAIN.replace("rate = 36", "rate = 60").replace("rate = 10", "rate = 1")

# Tells in which markets it sees that something was traded.
SPY = """
local function traded(market)
  local stats, bill = market.last_market_stats, market.last_market_bill
  return stats.total_traded_energy_kWh > 0 or bill.accumulated_trades.bought > 0
end
local function trade(info)
  local seen = {}
  for _, name in ipairs { "Grid", "Community", "Home 1", "Home 2" } do
    if traded(grid.market(name)) then seen[#seen + 1] = name end
  end
  print(info.slot .. " sees " .. table.concat(seen, ","))
  for _, asset in ipairs(info.assets) do
    if asset.role == "consumer" and asset.energy_requirement_kWh > 0 then
      grid.batch:bid_energy_rate { asset = asset, energy = asset.energy_requirement_kWh, rate = 36 }
    end
  end
end
return { on_market_cycle = trade }
"""

MATCH = """
return match {
  name = "duel", scenario = "village.lua", slots = 8,
  seats = { "Home 1", seat { name = "Home 2" } },
  entrants = { entrant { name = "plain", script = "plain.lua" }, %s },
  %s
}
"""


class Match(Flow):
    def setUp(self):
        super().setUp()
        self.write("crasher.lua", CRASHER)
        self.write("dear.lua", DEAR)
        self.write("broken.lua", "return {\n")
        self.duel('"dear.lua"')

    def duel(self, others, more="", name="m.lua"):
        self.write(name, MATCH % (others, more))

    def play(self, *words, match="m.lua", out="out", code=0):
        return self.lunagrid("match", match, "--out", out, *words, code=code)

    def result(self, out="out"):
        return json.loads(self.read(out + "/result.json"))

    def seats(self, out="out"):
        return [seat for game in self.result(out)["games"] for seat in game["seats"]]

    def entrant(self, name, out="out"):
        return next(e for e in self.result(out)["entrants"] if e["name"] == name)

    def games(self, out="out"):
        return sorted(glob.glob(self.path(out + "/jobs/*/game.json")))

    def test_the_root_may_be_that_of_all_files(self):
        """What lies in two folders with nothing else in common, say a script in /srv and a match in /home."""
        self.play()
        self.duel('"dear.lua"', 'root = "/",')
        self.play(out="wide")
        own, wide = [[(s["entrant"], s["saving_EUR"], s["outcome"]) for s in self.seats(out)] for out in ("out", "wide")]
        self.assertEqual(own, wide)
        with open(self.games("wide")[0], encoding="utf-8") as file:
            self.assertIn(self.folder.strip("/") + "/village.lua", file.read())

    def test_a_neighbours_battery_is_among_those_that_sell(self):
        """Who knows everything pays no more than the templates, which bought from it in the evening."""
        self.lunagrid("new", "league", "cup")
        self.write("near.lua", """return match {
          name = "near", scenario = "cup/scenario.lua", settings = { homes = 4 }, days = 1, seeds = { 2 },
          seats = { "Home 2" }, entrants = { entrant { name = "patient", script = "strategies/patient.lua" } } }""")
        self.play(match="near.lua")
        for seat in self.seats():
            self.assertLess(seat["bound_cost_EUR"], seat["baseline_cost_EUR"])
            self.assertIsNotNone(seat["score"])

    def test_each_sits_everywhere(self):
        shown = self.play()[0]
        result = self.result()
        self.assertEqual([[s["entrant"] for s in g["seats"]] for g in result["games"]],
                         [["plain", "dear"], ["dear", "plain"]])
        self.assertEqual([(e["name"], e["games"]) for e in result["entrants"]],
                         [("plain", 2), ("dear", 2)])
        for word in ("duel: 2 games of 1 scenario and 1 seed, 2 seats, 2 entrants", "Traders",
                     "Score", "Saving", "EUR a game", "2 ok", "out/result.json"):
            self.assertIn(word, shown)
        self.assertEqual(result["entrants"][0]["hash"],
                         hashlib.sha256(PLAIN.encode()).hexdigest())

    def test_a_saving_is_the_difference_of_two_games(self):
        self.play()
        for seat in self.seats():
            self.assertAlmostEqual(seat["saving_EUR"],
                                   seat["baseline_cost_EUR"] - seat["cost_EUR"], 8)
        game = self.result()["games"][0]
        for index, seat in enumerate(game["seats"]):
            with open(self.path(f"out/jobs/{seat['against']}/job.json"), encoding="utf-8") as file:
                others = json.load(file)["seats"]
            self.assertEqual(others[index]["entrant"], "baseline")
            self.assertNotEqual(others[1 - index]["entrant"], "baseline")
            rows = self.query("out/jobs/" + seat["against"],
                              "SELECT a.name, m.bill_uct FROM members m JOIN areas a USING (area)")
            self.assertEqual(round(seat["baseline_bill_EUR"] * 1e8), dict(rows)[seat["seat"]])
        self.assertLess(self.entrant("dear")["saving_EUR"], self.entrant("plain")["saving_EUR"])

    def test_scores_stand_between_baseline_and_bound(self):
        self.play()
        for seat in self.seats():
            self.assertEqual(seat["scored"], "yes")
            self.assertLess(seat["bound_cost_EUR"], seat["baseline_cost_EUR"])
            room = seat["baseline_cost_EUR"] - seat["bound_cost_EUR"]
            self.assertAlmostEqual(seat["score"], 100 * seat["saving_EUR"] / room, 6)
            self.assertLess(seat["score"], 100)

    def test_a_bound_has_one_home(self):
        """It is that of the game with "baseline" in the seat; game.json of the others has none."""
        self.play()
        for game in self.result()["games"]:
            played = json.loads(self.read(f"out/jobs/{game['job']}/game.json"))["seats"]
            for index, seat in enumerate(game["seats"]):
                self.assertNotIn("bound_EUR", played[index])
                other = json.loads(self.read(f"out/jobs/{seat['against']}/game.json"))["seats"][index]
                self.assertEqual(other["bound_EUR"], seat["bound_cost_EUR"])

    def test_tanks_have_a_bound(self):
        """Heat pumps and electrolysers buy when they like; the best they could have done is known."""
        self.write("tanks.lua", """
local function home(name, what)
  return area { name = name, load { name = name .. " load", avg_power_W = 400, use_market_maker_rate = true },
    pv { name = name .. " PV", capacity_kW = 5, model = "clear_sky", use_market_maker_rate = true }, what }
end
return scenario { name = "tanks", seed = 1, start = "2024-04-01T06:00Z", days = 1, market = { kind = "two_sided" },
  market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    home("Warm", heat_pump { name = "Pump", heat_demand_kW_profile = 2, tank_volume_l = 300 }),
    home("Gas", electrolyzer { name = "Plant", maximum_power_rating_kW = 2, hydrogen_capacity_kg = 0.2,
      initial_hydrogen_kg = 0.1, discharge_profile = 0.004 }) } }
""")
        self.write("m.lua", """return match { scenario = "tanks.lua", days = 1, seats = { "Warm", "Gas" },
  entrants = { "strategies/patient.lua", "strategies/home_ramp.lua" }, turns = "none" }""")
        self.play()
        for seat in self.seats():
            self.assertEqual(seat["scored"], "yes")
            self.assertLess(seat["bound_cost_EUR"], seat["baseline_cost_EUR"])
            self.assertLess(seat["score"], 100)

    def test_baseline_saves_nothing(self):
        self.duel('entrant { name = "base", script = "baseline" }')
        self.play()
        for seat in self.seats():
            if seat["entrant"] == "base":
                self.assertEqual((seat["saving_EUR"], seat["score"]), (0, 0))

    def test_against_all(self):
        self.duel('"dear.lua"', 'against = "all",')
        self.play()
        self.assertEqual(len({s["against"] for s in self.seats()}), 1)
        self.assertEqual(len(self.games()), 3)

    def test_the_same_bytes_again_and_elsewhere(self):
        self.play("-j", "1")
        first = self.read("out/result.json")
        stamps = [os.stat(f).st_mtime_ns for f in self.games()]
        shown = self.play("--json")[0]
        self.assertEqual(shown, first)
        self.assertEqual([os.stat(f).st_mtime_ns for f in self.games()], stamps)
        far = self.path("far/away")
        os.makedirs(far)
        for name in ("m.lua", "village.lua", "plain.lua", "dear.lua"):
            shutil.copy(self.path(name), far)
        self.play("-j", "2", match="far/away/m.lua", out="far/out")
        self.assertEqual(self.read("far/out/result.json"), first)

    def test_a_changed_script_plays_only_its_games(self):
        self.duel('"dear.lua", entrant { name = "third", script = "crasher.lua" }')
        self.play()
        before = set(self.games())
        self.write("crasher.lua", CRASHER + "-- changed\n")
        self.play()
        after = set(self.games())
        self.assertTrue(before < after)
        for path in after - before:
            with open(os.path.dirname(path) + "/job.json", encoding="utf-8") as file:
                self.assertIn("crasher.lua", [s["entrant"] for s in json.load(file)["seats"]])

    def test_kill_then_again_plays_what_is_missing(self):
        self.duel('"dear.lua", "crasher.lua"', "seeds = { 1, 2, 3 },")
        words = [PROGRAM, "match", "m.lua", "--out", "out", "-j", "2"]
        child = subprocess.Popen(words, cwd=self.folder, env=self.environment(),
                                 stdout=subprocess.DEVNULL)
        while len(self.games()) < 4:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        there = {f: os.stat(f).st_mtime_ns for f in self.games()}
        self.assertFalse(os.path.exists(self.path("out/result.json")))
        self.play()
        self.assertGreater(len(self.games()), len(there))
        for file, stamp in there.items():
            self.assertEqual(os.stat(file).st_mtime_ns, stamp)
        self.play(out="whole")
        self.assertEqual(self.read("out/result.json"), self.read("whole/result.json"))

    def test_a_crash_is_nobody_elses(self):
        """Whoever crashes from the first call on is, to the others, as if its seat were idle: a
        script that does nothing gives them the same figures."""
        self.write("idle.lua", "return { on_market_cycle = function() end }\n")
        figures = []
        for other in ("crasher", "idle"):
            self.duel(f'entrant {{ name = "other", script = "{other}.lua" }}',
                      'turns = "none", budget = { faults_in_a_row = 1000 },')
            self.play(out=other)
            seats = self.seats(other)
            self.assertEqual(seats[0]["outcome"], "ok")
            figures.append({k: v for k, v in seats[0].items() if k != "against"})
        self.assertEqual(figures[0], figures[1])
        self.assertEqual(self.seats("crasher")[1]["outcome"], "ok")  # it has played to the end
        self.assertEqual(self.seats("crasher")[1]["faults"], 8)

    def test_one_breach_skips_the_tick(self):
        """Of six callbacks on a day that take more than they have the fifth is the last; the others cost a callback each."""
        self.write("slow.lua", """
local count = 0
return { on_market_cycle = function() count = count + 1 if count <= params.breaches then while true do end end end }
""")
        for breaches, outcome in ((1, "ok"), (4, "ok"), (6, "timeout")):
            self.duel('entrant { name = "slow", script = "slow.lua", params = { breaches = %d } }' % breaches,
                      'turns = "none", budget = { units_per_call = 10000 },')
            shown = self.play()[0]
            slow = self.seats()[1]
            played = min(breaches, 5)
            self.assertEqual((slow["outcome"], slow["faults"], slow["breaches"]), (outcome, played, played))
            self.assertEqual(slow.get("given_up_slot"), None if outcome == "ok" else 5)
            self.assertIn("%s, %d fault" % ("ok" if outcome == "ok" else "timeout BUDGET_UNITS", played), shown)
            self.lunagrid("verify", "out/jobs/" + self.result()["games"][0]["job"])

    def test_repeated_breaches_hand_over(self):
        self.duel('"crasher.lua", "broken.lua"', "budget = { faults_in_a_row = 3 },")
        self.play()
        outcomes = {e["name"]: e["outcomes"] for e in self.result()["entrants"]}
        self.assertEqual(outcomes["crasher"]["error"], 2)
        self.assertEqual(outcomes["broken"]["invalid"], 2)
        self.assertEqual(outcomes["plain"]["ok"], 2)
        crasher = next(s for s in self.seats() if s["entrant"] == "crasher")
        self.assertEqual((crasher["code"], crasher["given_up_slot"]), ("BUDGET_FAULTS", 3))
        self.assertIn("strategies/", crasher["taken_over_by"])

    def test_what_callbacks_leave_over_is_saved(self):
        """A slot's first callback takes three times units_per_call, the ticks before it next to nothing."""
        self.write("saver.lua", """
local function work(n) local x = 0 for i = 1, n do x = x + 1 end end
return { on_tick = function() work(10) end, on_market_cycle = function(m) if grid.budget.units_left > 60000 then work(20000) end end }
""")
        for more, outcome in (("", "ok"), (", bank = 0", "ok"), (", bank = 100000", "ok")):
            self.duel('"saver.lua"', f'turns = "none", budget = {{ units_per_call = 10000{more} }},')
            self.play()
            saver = self.seats()[1]
            self.assertEqual((saver["entrant"], saver["outcome"]), ("saver", outcome))
            told = self.query(f"out/jobs/{self.result()['games'][0]['job']}", "SELECT max(units_most) FROM conduct")
            self.assertEqual(told[0][0] > 25000, more != ", bank = 0")

    def test_roles(self):
        self.write("m.lua", """
return match { scenario = "village.lua", slots = 8, seeds = { 4, 5 },
  seats = { "Home 1", seat { name = "DSO", role = "operator", markets = { "Grid" } },
            seat { name = "Exchange", role = "exchange" } },
  entrants = { "plain.lua",
    entrant { name = "flat", role = "operator", script = "tariffs/fixed_fee.lua",
              params = { fee = 6 } },
    entrant { name = "clear", role = "exchange", rule = "pay_as_clear" },
    entrant { name = "bid", role = "exchange", rule = "pay_as_bid" } } }
""")
        shown = self.play()[0]
        result = self.result()
        self.assertEqual(len(result["games"]), 4)  # two rules, two seeds
        for title in ("Traders", "Operators", "Exchanges"):
            self.assertIn(title, shown)
        operator = result["games"][0]["seats"][1]
        for key in ("fees_EUR", "peak_reduction", "revenue_adequacy", "community_cost", "score"):
            self.assertIn(key, operator)
        rules = {g["seats"][2]["entrant"]: self.query("out/jobs/" + g["job"],
                                                      "SELECT market_rule FROM runs")[0][0]
                 for g in result["games"]}
        self.assertEqual(rules, {"clear": "pay_as_clear", "bid": "pay_as_bid"})

    def home_cost(self, job, buy, sell):
        """Bills of all homes minus the worth of what Battery 2 holds more at the end, micro-cents."""
        folder = "out/jobs/" + job
        bills = self.query(folder, "SELECT sum(bill_uct) FROM members")[0][0]
        start = self.query(folder, "SELECT stored_uwh FROM asset_slots JOIN assets USING (asset) "
                                   "WHERE slot = 0 AND name = 'Battery 2'")[0][0]
        end = self.query(folder, "SELECT sum(stored_uwh) FROM origins JOIN assets USING (asset) "
                                 "WHERE name = 'Battery 2'")[0][0]
        self.assertNotEqual(start, end)
        return bills - (end - start) * (sell if end > start else buy) / 1000

    def test_what_a_tariff_costs_counts_what_is_stored(self):
        self.write("full.lua", VILLAGE.replace("battery_capacity_kWh = 4",
                                               "battery_capacity_kWh = 4, initial_soc = 90"))
        self.write("m.lua", """
return match { scenario = "full.lua", slots = 8, seeds = { 4 },
  seats = { seat { name = "DSO", role = "operator", markets = { "Grid" } } },
  entrants = { entrant { name = "flat", role = "operator", script = "tariffs/fixed_fee.lua",
                         params = { fee = 6 } } } }
""")
        self.play()
        game = self.result()["games"][0]
        operator = game["seats"][0]
        # at the homes' doors, in ct/kWh: the utility's 30 and 8, the grid's fee, the community's 1
        fees = self.query("out/jobs/" + game["job"], "SELECT slot, fee_uct FROM fees")
        self.assertEqual([(slot, uct) for slot, uct in fees if uct == 6000000], [(1, 6000000)])
        fee = (4 + 7 * 6) / 8
        played = self.home_cost(game["job"], 30 + fee + 1, 8 - fee - 1)
        reference = self.home_cost(operator["against"], 30 + 4 + 1, 8 - 4 - 1)
        self.assertAlmostEqual(game["community"]["cost_EUR"], played / 1e8, 7)
        self.assertNotEqual(game["community"]["cost_EUR"], game["community"]["bill_EUR"])
        self.assertAlmostEqual(operator["community_cost_EUR"], (played - reference) / 1e8, 7)

    def test_hidden_seeds(self):
        commitment = hashlib.sha256(b"pepper").hexdigest()
        self.duel('"dear.lua"', 'seeds = { count = 2, commitment = "%s" },' % commitment)
        self.assertIn("--salt", self.play(code=1)[1])
        self.assertIn("not the one that was promised", self.play("--salt", "salt", code=1)[1])
        self.write("salt.txt", "pepper\n")
        self.play("--salt", "@salt.txt")
        result = self.result()
        self.assertEqual((result["commitment"], result["salt"]), (commitment, "pepper"))
        expected = [int(hashlib.sha256(b"pepper:%d" % i).hexdigest()[:16], 16) >> 11
                    for i in range(2)]
        self.assertEqual([g["seed"] for g in result["games"][:2]], expected)

    def test_what_participants_see(self):
        """With sees = "own" a neighbour's home looks as if nothing were traded in it."""
        self.write("spy.lua", SPY)
        lines = {}
        for sees in ("all", "own"):
            self.write("m.lua", """
return match { scenario = "village.lua", slots = 4, sees = "%s",
  seats = { "Home 1" }, entrants = { "spy.lua" } }""" % sees)
            self.play(out=sees)
            rows = self.query("%s/jobs/%s" % (sees, self.result(sees)["games"][0]["job"]),
                              "SELECT message FROM log WHERE who = 'Home 1' AND slot = 3")
            lines[sees] = rows[0][0]
        self.assertEqual(lines, {"all": "3 sees Grid,Community,Home 1,Home 2",
                                 "own": "3 sees Grid,Community,Home 1"})
        self.lunagrid("verify", "own/jobs/" + self.result("own")["games"][0]["job"])

    def test_what_is_seen_is_the_same_in_a_worker(self):
        self.write("spy.lua", SPY)
        self.write("seats.json", '[{"name": "Home 1", "script": "spy.lua", "sees": "own"}]')
        for isolation in ("process", "worker"):
            self.lunagrid("run", "village.lua", "--seats", "seats.json", "--isolation", isolation,
                          "--out", isolation)
        logs = [self.query(isolation, "SELECT slot, who, message FROM log ORDER BY seq")
                for isolation in ("process", "worker")]
        self.assertEqual(logs[0], logs[1])
        self.assertEqual(logs[0][3], (3, "Home 1", "3 sees Grid,Community,Home 1"))
        self.lunagrid("verify", "process")

    def test_check_and_new(self):
        self.assertIn("0 errors", self.lunagrid("check", "m.lua")[0])
        self.lunagrid("new", "match", "evening")
        self.assertIn("0 errors", self.lunagrid("check", "evening/match.lua")[0])
        self.lunagrid("match", "evening/match.lua", "--out", "out")
        self.assertEqual(len(self.result()["games"]), 4)

    def test_problems_err(self):
        """Each is told with file, line, key and what was expected."""
        cases = (
            ('sedes = { 1 },', 'm.lua:6: sedes: unknown key; did you mean "seeds"?'),
            ('turns = "rotat",', 'expected "rotate", "all" or "none", got "rotat"; did you mean '
                                 '"rotate"?'),
            ('seeds = { 1, 1 },', "m.lua:6: seeds: 1 is there twice"),
            ('seeds = { 0.5 },', "seeds: expected whole numbers from 0 to 2^53 - 1"),
            ('days = 0,', "m.lua:6: days: expected a number from 0.001 to 36600, got 0"),
            ('days = 1,', "days and slots say the same thing twice"),
            ('against = 3,', "against: expected a text, got 3"),
            ('settings = { no_such = 1 },', "no_such"),
            ('budget = { units_per_cal = 1 },', 'm.lua:6: budget.units_per_cal: unknown key; did you mean "units_per_call"?'),
            ('budget = { bank = -1 },', "m.lua:6: budget.bank: expected a whole number from 0 to 1000000000000"),
        )
        for more, said in cases:
            self.duel('"dear.lua"', more)
            shown = self.lunagrid("check", "m.lua", code=3)[0]
            self.assertIn(said, shown)
            self.assertIn(said, self.play(code=3)[1])
            self.assertFalse(self.games())
        # all that is wrong with scenarios, seats and scripts at once; a script is a warning, for the match can be played
        self.write("m.lua", """return match {
  scenarios = { "village.lua", { file = "village.lua", name = "b", settings = { homs = 3 } } }, slots = 8,
  seats = { seat { name = "A", assets = "Home 1" }, seat { name = "B",
    assets = { "Load 2", "Load 1" } } },
  entrants = { "plain.lua", "broken.lua" },
}
""")
        shown = self.lunagrid("check", "m.lua", code=3)[0]
        for said in ('m.lua:3: seats[2].assets: the seat "A" commands "Load 1" already', "m.lua:2: settings.homs: ", "broken.lua:2: warning: "):
            self.assertIn(said, shown)
        self.write("m.lua", self.read("m.lua").replace("slots", "slot").replace('"village.lua", {', '"none.lua", {'))
        shown = self.lunagrid("check", "m.lua", code=3)[0]
        for said in ('did you mean "slots"?', "m.lua:2: scenarios[1]: none.lua: No such file", "broken.lua:2: warning: "):
            self.assertIn(said, shown)
        entrants = (
            ('"none.lua"', 'm.lua:5: entrants[2].script: there is no script "none.lua"'),
            ('entrant { name = "plain", script = "dear.lua" }', 'm.lua:5: entrants[2].name: "plain" is the name of entrants[1] already'),
            ('entrant { name = "x" }', "m.lua:5: entrants[2].script: is missing"),
            ('entrant { name = "x", role = "exchange", rule = "pay_as_bit" }',
             "no seat has the role \"exchange\""),
        )
        for other, said in entrants:
            self.duel(other)
            self.assertIn(said, self.lunagrid("check", "m.lua", code=3)[0])
        seats = (
            ('"Home 7"', 'm.lua:4: seats[1].name: there is no asset or area "Home 7"; did you '
                         'mean "Home 1"?'),
            ('seat { name = "Home 1", entrant = "plan" }',
             'm.lua:4: seats[1].entrant: there is no entrant "plan"; did you mean "plain"?'),
            ('seat { name = "Home 1", markets = { "Grid" } }', "a trader commands none"),
        )
        for seat, said in seats:
            self.duel('"dear.lua"')
            self.write("m.lua", self.read("m.lua").replace('"Home 1"', seat))
            self.assertIn(said, self.lunagrid("check", "m.lua", code=3)[0])
        # lengths that no slot fits, of all games and of one scenario
        self.duel('"dear.lua"')
        self.write("m.lua", self.read("m.lua").replace("slots = 8", "days = 0.1"))
        self.assertIn("m.lua:3: days: ", self.lunagrid("check", "m.lua", code=3)[0])
        self.write("m.lua", self.read("m.lua").replace('"village.lua", days = 0.1', '{ file = "village.lua", days = 0.1 }').replace(
            "scenario = {", "scenarios = { {").replace("0.1 }", "0.1 } }"))
        self.assertIn("m.lua:3: scenarios[1].days: ", self.lunagrid("check", "m.lua", code=3)[0])
        self.duel('"dear.lua"')
        self.write("m.lua", self.read("m.lua").replace("village.lua", "town.lua"))
        self.assertIn("m.lua:3: scenario: ", self.lunagrid("check", "m.lua", code=3)[0])

    def test_json_is_the_same_match(self):
        self.play()
        self.write("m.json", json.dumps({
            "name": "duel", "scenario": "village.lua", "slots": 8,
            "seats": ["Home 1", {"name": "Home 2"}],
            "entrants": [{"name": "plain", "script": "plain.lua"}, "dear.lua"]}))
        self.play(match="m.json", out="json")
        self.assertEqual(self.read("json/result.json"), self.read("out/result.json"))
        self.assertIn("0 errors", self.lunagrid("check", "m.json")[0])


if __name__ == "__main__":
    main()
