"""The coordination in whole runs: what an operator's and an aggregator's script may say to one another, what comes of
it, what is refused with which words, runs that come out the same, and the story of examples/neighbourhood."""
import os
import re
import subprocess
import sys

import flow

STORY = os.path.join(flow.SOURCE, "examples/neighbourhood")

SCENARIO = """
return scenario { name = "t", slots = 8, ticks_per_slot = 10,
  coordination = { operator = "Operator", aggregators = { "One", "Two" }%s },
  agents = { agent { name = "Operator", script = "operator.lua", markets = { "Grid" } },
             agent { name = "One", script = "one.lua", assets = { "Load 1", "PV 1" } },
             agent { name = "Two", script = "two.lua", assets = { "Load 2" } } },
  grid = area { name = "Grid",
    area { name = "Home 1", load { name = "Load 1", avg_power_W = 4000 }, pv { name = "PV 1", capacity_kW = 5 } },
    area { name = "Home 2", load { name = "Load 2", avg_power_W = 2000 } } } }
"""

OPERATOR = """
return {
  on_enrolment = function(e) print("enrolled", e.home, e.aggregator, e.enrolled) end,
  on_acknowledge = function(a) print("answer", a.resource, a.accepted, a.expired) end,
  on_report = function(r) print("report", r.resource, #r.points, r.points[1].energy_kWh, r.points[1].measured_kWh) end,
  on_market_cycle = function(info)
    if info.slot == 1 then
      print("made", coord.program { name = "P", kind = "price" }, coord.program { name = "L", kind = "limit" })
      local e = coord.event { program = "P", points = { { slot = 2, slots = 2, delta = -10 }, { slot = 5, delta = 4 } } }
      print("event", e.id, e.kind, e.program, #e.points, #e.resources, e.points[3].delta)
      local l = coord.event { program = "L", resources = { "Load 1", "Load 2" }, points = { { slot = 3, limit_kW = 3 } } }
      print("limit", l.id, l.points[1].limit_kW, l.resources[1].answer)
      local none, why, code = coord.event { program = "L", points = { { slot = 3, limit_kW = -1 } } }
      print("refused", none, why, code)
    end
    if info.slot == 4 then print("events", #coord.events {}, #coord.events { kind = "limit" }, #coord.resources {}) end
    if info.slot == 7 then
      for _, e in ipairs(coord.compensation {}) do print("earned", e.home, e.amount, e.currency) end
      print("used", #coord.usage { resource = "Load 1" }, coord.usage { resource = "Load 1", from = 2 }[1])
    end
  end,
}
"""

ONE = """
return {
  on_event = function(e)
    if e.kind == "eligibility" then print("may", table.concat(e.added, " ")) coord.enrol {} end
    if e.kind == "limit" then coord.acknowledge { event = e } end
    if e.kind == "price" then print("price", e.id, #e.resources) end
  end,
  on_market_cycle = function(info)
    if info.slot == 2 then
      local h = coord.hours { resource = "Load 1" }
      print("hours", #h, h[1].delta, h[2].limit_kW, h[3].delta, h[4].delta)
    end
    if info.slot == 6 then
      local report = coord.report { event = 1 }
      print("reported", report.resource, #report.points)
      print("twice", coord.acknowledge { event = 1 })
    end
  end,
}
"""

TWO = """
return {
  on_event = function(e) if e.kind == "eligibility" then coord.enrol { home = "Home 2" } end end,
  on_market_cycle = function(info)
    if info.slot ~= 1 then return end
    print("foreign", pcall(coord.usage, { resource = "Load 1" }))
    print("part", pcall(coord.program, { name = "x", kind = "price" }))
    print("near", pcall(coord.report, { evnt = 1 }))
    print("none", pcall(coord.report, { resource = "Lod 1" }))
  end,
}
"""


class Signals(flow.Flow):
    def play(self, words="", operator=OPERATOR, *more, code=0):
        for name, text in (("t.lua", SCENARIO % words), ("operator.lua", operator), ("one.lua", ONE), ("two.lua", TWO)):
            self.write(name, text)
        return self.lunagrid("run", "t.lua", "--out", "r", *more, code=code)

    def said(self, who):
        return [m for (m,) in self.query("r", f"SELECT message FROM log WHERE who = '{who}' ORDER BY seq")]

    def test_what_is_said_and_what_comes_of_it(self):
        self.play()
        self.assertEqual(self.said("Operator"), [
            "enrolled\tHome 1\tOne\ttrue", "enrolled\tHome 2\tTwo\ttrue", "made\ttrue\ttrue",
            "event\t1\tprice\tP\t3\t3\t4.0", "limit\t2\t3.0\tsilent",
            "refused\tnil\tresources[0]: a limit is not below 0 kW\tINVALID",
            "answer\tLoad 1\ttrue\tfalse", "answer\tLoad 2\tfalse\ttrue", "events\t2\t1\t3",
            "report\tLoad 1\t3\t1.0\t1.0", "report\tPV 1\t3\t0.0\t0.0",
            "earned\tHome 1\t0.2\tEUR", "earned\tHome 2\t0.0\tEUR", "used\t7\t1.0"])
        self.assertEqual(self.said("One"), ["may\tHome 1", "price\t1\t2", "hours\t96\t-10.0\t3.0\t0.0\t4.0",
                                            "reported\tPV 1\t3",
                                            "twice\tnil\tevent: event 1 is no limit\tINVALID"])

    def test_results_hold_it(self):
        self.play()
        kept = self.query("r", "SELECT slot, resource, used_kWh, delta_ct_per_kWh, limit_kW, kept FROM coordination_slots_view "
                               "WHERE resource = 'Load 1' ORDER BY slot")
        self.assertEqual(kept, [(2, "Load 1", 1.0, -10, None, None), (3, "Load 1", 1.0, -10, 3, 0),
                                (5, "Load 1", 1.0, 4, None, None)])
        self.assertEqual(self.query("r", "SELECT resource, answer FROM coordination_targets_view WHERE event = 2"),
                         [("Load 1", "accepted"), ("Load 2", "expired")])
        self.assertEqual(self.query("r", "SELECT aggregator, home, rule, amount FROM coordination_earnings_view"),
                         [("One", "Home 1", "curve", 0.2)])
        told = self.summary("r")["coordination"]
        self.assertEqual((told["resources"], told["events"], told["reports"], told["limited_slots"], told["kept_slots"]),
                         (3, 2, 2, 1, 0))

    def test_what_is_wrong_is_named(self):
        self.play()
        said = "\n".join(self.said("Two"))
        for words in ("that resource is another aggregator's", "only the operator may do this",
                      'unknown key "evnt"; did you mean "event"?', 'there is no resource "Lod 1"'):
            self.assertIn(words, said)

    def test_the_operators_own_rule_pays(self):
        self.play("", OPERATOR.replace("return {", "return { compensation = function(r) return #r.points * 0.5 end,", 1))
        self.assertEqual(self.query("r", "SELECT home, rule, amount FROM coordination_earnings_view"),
                         [("Home 1", "script", 3.0)])

    def test_runs_come_out_the_same(self):
        self.play()
        self.assertIn("all the same", self.lunagrid("verify", "r")[0])
        self.assertIn("0 errors", self.lunagrid("check", "t.lua")[0])

    def test_signals_count_in_the_hash(self):
        digests = set()
        for delta in (-10, -11):
            self.play("", OPERATOR.replace("delta = -10", f"delta = {delta}"))
            digests.add(self.query("r", "SELECT digest FROM runs")[0][0])
        self.assertEqual(len(digests), 2)

    def test_scenarios_and_workers_are_refused_with_a_word(self):
        for words, more, code, sentence in (
                (', zone = "Mars"', (), 3, 't.lua:3: coordination.zone: there is no zone "Mars"; expected one of UTC'),
                ("", ("--set", "slot_minutes=30"), 3, "slots last 15 or 60 minutes where there is a coordination, not 30"),
                ("", ("--isolation", "worker"), 4,
                 "plays a part in the coordination, which cannot be reached from a worker process"),
                ("", ("--set", 'coordination.operator=One'), 3, '"One" plays another part already'),
                (', operator = "Operater"', (), 3, 'there is no agent "Operater"; did you mean "Operator"?')):
            with self.subTest(sentence):
                _, err = self.play(words, OPERATOR, *more, code=code)
                self.assertIn(sentence, err)

    def test_where_there_is_none_calls_say_so(self):
        self.write("operator.lua", "return { on_market_cycle = function() print(coord.event { program = 'x' }) end }")
        self.write("t.lua", """return scenario { name = "t", slots = 1,
          agents = { agent { name = "Operator", script = "operator.lua", markets = { "Grid" } } },
          grid = area { name = "Grid", load { name = "Load", avg_power_W = 500 } } }""")
        self.lunagrid("run", "t.lua", "--out", "r")
        self.assertEqual(self.said("Operator"), ["nil\tcoord.event refused: the scenario has no coordination\tUNSUPPORTED"])

    def test_the_story_is_as_its_page_tells_it(self):
        with open(os.path.join(STORY, "README.md")) as page:
            page = page.read()
        done = subprocess.run([sys.executable, os.path.join(STORY, "outcomes.py"), flow.PROGRAM, self.path("four")],
                              stdout=subprocess.PIPE, check=True, text=True)
        self.assertIn(done.stdout.strip(), page)
        with open(self.path("four/outcomes.svg")) as made, open(os.path.join(STORY, "outcomes.svg")) as kept:
            self.assertEqual(made.read(), kept.read())
        self.assertIn("all the same", self.lunagrid("verify", "four/curves")[0])


if __name__ == "__main__":
    flow.main()
