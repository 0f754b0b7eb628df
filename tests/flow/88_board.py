"""The board: what scripts post for one another, read a tick later, the same in a process and in workers."""
import json
import shutil

import flow

WRITER = """
return {
  on_start = function() grid.board:post { topic = "hello", text = "from the start" } end,
  on_trade = function(t) grid.board:post { topic = "traded", numbers = { t.traded_energy } } end,
  on_market_cycle = function(i) grid.batch:bid_energy_rate { asset = "Load 1", energy = "all", rate = 33 } end,
  on_tick = function(i)
    print(grid.board:post { topic = "surplus", numbers = { i.slot, i.tick, 0.5 } })
    grid.board:post { topic = "secret", text = "for b", to = "Bea" }
    grid.batch:device_info("Load 1")
    grid.batch:execute()
    if i.tick == 7 then grid.board:post { topic = "lost", text = "x" } end
    if i.tick == 3 then for k = 1, 12 do print(grid.board:post { topic = "many", text = tostring(k) }) end end
    if i.tick == 7 then error("what was posted is dropped") end
  end,
}
"""

READER = """
local function show(i)
  for _, p in ipairs(grid.board:read {}) do
    print(i.tick, p.from, p.topic, p.text or table.concat(p.numbers, " "), p.to, p.slot, p.tick)
  end
  for _, p in ipairs(grid.board:read { topic = "surplus", from = "Ada" }) do
    grid.batch:bid_energy_rate { asset = grid.find("Load 2"), energy = 0.01, rate = 20 + p.numbers[2] }
  end
end
return { on_market_cycle = show, on_tick = function(i)
  grid.batch:execute()
  show(i)
end }
"""

AGENTS = """[{"name": "Ada", "script": "writer.lua", "assets": ["Home 1"]},
 {"name": "Bea", "script": "reader.lua", "assets": ["Load 2"]}, {"name": "Cem", "script": "reader.lua", "assets": ["Battery 2"]}]"""


class Board(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("writer.lua", WRITER)
        self.write("reader.lua", READER.replace('grid.find("Load 2")', "i.assets[1]"))
        self.write("agents.json", AGENTS)

    def play(self, out, *words):
        self.lunagrid("run", "village.lua", "--seats", "agents.json", "--out", out, "--quiet", *words, code=None)
        return self.query(out, "select slot, tick, who, message from log order by rowid")

    def test_workers_and_the_process_read_the_same(self):
        here = self.play("here", "--set", "board_posts=4")
        there = self.play("there", "--set", "board_posts=4", "--isolation", "worker")
        self.assertEqual(here, there)
        digest = "select digest from runs"
        self.assertEqual(self.query("here", digest), self.query("there", digest))
        self.lunagrid("verify", "there")
        self.said = [row for row in here if row[0] == 0]
        # visible from the next tick on: what was posted in tick 1 is read in tick 2, and in no earlier one
        first = [r for r in self.said if r[2] == "Bea" and "surplus" in r[3]][0]
        self.assertEqual((first[1], first[3]), (2, "2\tAda\tsurplus\t0.0 1.0 0.5\tnil\t0\t2"))
        self.assertIn((0, 0, "Bea", "0\tAda\thello\tfrom the start\tnil\t0\t0"), self.said)
        # what is for one is read by nobody else
        self.assertTrue([r for r in self.said if r[2] == "Bea" and "secret" in r[3]])
        self.assertFalse([r for r in self.said if r[2] == "Cem" and "secret" in r[3]])
        # bounded, and the newest stay
        refused = [r for r in self.said if r[2] == "Ada" and "LIMIT" in r[3]]
        self.assertEqual(len(refused), 6)  # two before, then six of twelve
        self.assertIn("post refused: at most 8 from one tick to the next", refused[0][3])
        kept = [r[3].split("\t")[3] for r in self.said if r[2] == "Cem" and r[1] == 4 and "many" in r[3]]
        self.assertEqual(kept, ["3", "4", "5", "6"])
        # a callback that fails has posted nothing after its last wait
        self.assertTrue([r for r in self.said if r[2] == "Cem" and r[3].startswith("8\tAda\tsurplus\t0.0 7")])
        self.assertFalse([r for r in self.said if "lost" in r[3]])

    def test_posts_count_in_the_hash(self):
        self.play("a", "--set", "board_posts=4")
        self.write("writer.lua", WRITER.replace("for b", "for B"))
        self.play("b", "--set", "board_posts=4")
        digest = "select digest from runs"
        self.assertNotEqual(self.query("a", digest), self.query("b", digest))

    def test_without_a_board_nothing_is_posted_err(self):
        rows = self.play("none")
        self.assertIn("there is no board in this run; the scenario sets board_posts\tUNSUPPORTED", rows[0][3])
        self.assertFalse([r for r in rows if r[2] != "Ada"])

    def test_what_a_post_may_not_be_err(self):
        for what, why in (('{ topic = "t" }', 'has "topic" and either "text" or "numbers"'),
                          ('{ text = "t" }', 'has "topic" and either "text" or "numbers"'),
                          ('{ topic = "t", text = "x", numbers = {1} }', 'has "topic" and either'),
                          ('{ topic = "t", numbers = {} }', "must be a list of 1 to 96 numbers, not of 0"),
                          ('{ topic = "t", numbers = {0/0} }', "number 1 is not finite"),
                          ('{ topic = "t", numbers = {1, "2"} }', "number 2 is string"),
                          ('{ topic = ("t"):rep(41), text = "x" }', '"topic" must be a text of at most 40 bytes'),
                          ('{ topic = "t", text = "x", to = "Bee" }', 'names no participant: "Bee"; did you mean "Bea"?'),
                          ('{ topic = "t", txt = "x" }', 'unknown key "txt"; did you mean "text"?')):
            self.write("writer.lua", "return { on_market_cycle = function() grid.board:post " + what + " end }")
            for isolation in ("process", "worker"):
                rows = self.play("r", "--set", "board_posts=4", "--isolation", isolation)
                self.assertIn(why, rows[0][3])

    def test_a_match_allows_it_in_its_settings(self):
        self.lunagrid("new", "match", "m")
        self.write("m/m.lua", """return { on_market_cycle = function(i)
  print(grid.board:post { topic = "t", text = i.name }, #grid.board:read {})
end }""")
        said = {}
        for settings in ("", "settings = { board_posts = 4 },"):
            self.write("m/match.lua", f"""return match {{ scenario = "scenario.lua", slots = 2, seeds = {{ 1 }}, {settings}
              seats = {{ seat {{ name = "Home 1" }} }}, entrants = {{ entrant {{ name = "mine", script = "m.lua" }} }} }}""")
            self.lunagrid("match", "m/match.lua", "--out", "o")
            games = json.loads(self.read("o/result.json"))["games"]
            said[bool(settings)] = self.query("o/jobs/" + games[0]["job"], "select message from log order by seq limit 2")
            shutil.rmtree(self.path("o"))
        self.assertEqual(said[False], [("nil\t0",), ("nil\t0",)])
        self.assertEqual(said[True], [("true\t0",), ("true\t1",)])

    def test_check_knows_its_names_err(self):
        self.write("x.lua", "return { on_tick = function() grid.board:pots { topic = 't', text = 'x' } end }")
        out, err = self.lunagrid("check", "x.lua", code=None)
        self.assertIn('did you mean "post"?', out + err)


if __name__ == "__main__":
    flow.main()
