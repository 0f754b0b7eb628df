"""The intraday market in whole runs: one script at two markets, the story of its README, sums that are zero, runs that
come out the same, and what scripts are refused."""
import contextlib
import json
import os
import re
import sqlite3

import flow

STORY = os.path.join(flow.SOURCE, "examples/intraday")

SCENARIO = """
return scenario { name = "t", slots = 8, ticks_per_slot = 10,
  intraday = { areas = { { code = "A", quantity_step_MW = 0.001 } },
    gridpools = { { id = 7, agent = "One" }, { id = 8, agent = "Two" } }, %s },
  agents = { agent { name = "One", script = "one.lua", assets = {} },
             agent { name = "Two", script = "two.lua", assets = {} } },
  grid = area { name = "Grid", area { name = "Home", load { name = "Load", avg_power_W = 500 } } } }
"""

ONE = """
return { on_tick = function(info)
  if info.slot > 0 or info.tick ~= 1 then return end
  local slot = 4
  local function try(name, order)
    local made, sentence, code = trading.create(order)
    print(name, made and made.state or code)
    return made
  end
  local sell = try("good", { side = "sell", price = 50, quantity = 0.01, slot = slot })
  try("between steps", { side = "sell", price = 50.001, quantity = 0.01, slot = slot })
  try("too fine", { side = "sell", price = 50, quantity = 0.0105, slot = slot })
  try("closed", { side = "sell", price = 50, quantity = 0.01, slot = info.slot })
  try("balance", { side = "sell", price = 50, quantity = 0.01, slot = slot, type = "balance" })
  try("own", { side = "buy", price = 51, quantity = 0.01, slot = slot })
  try("kill", { side = "buy", price = 40, quantity = 0.01, slot = slot, execution = "fok" })
  try("stop", { side = "buy", price = 70, quantity = 0.01, slot = slot, type = "stop_limit", stop_price = 60 })
  try("iceberg", { side = "sell", price = 55, quantity = 0.03, slot = slot, type = "iceberg",
                   display_quantity = 0.01, peak_price_delta = 1 })
  local changed = trading.update { order = sell, price = 52, tag = "dear" }
  print("changed", changed.price, changed.tag, trading.update { order = sell.id, tag = false }.tag)
  print("book", #trading.book { slot = slot }.sell, #trading.orders { state = "active" })
  local none, sentence, code = trading.cancel { order = 99 }
  print("cancel", none, sentence, code)
end, on_order = function(order) if order.filled > 0 then print("sold", order.filled, order.reason) end end }
"""

TWO = """
return { on_tick = function(info)
  if info.slot == 0 and info.tick == 2 then
    local order = trading.create { side = "buy", price = 60, quantity = 0.015, slot = 4 }
    print("bought", order.state, order.filled, trading.position { slot = 4 }.net_sold_kWh)
  end
end, on_public_trade = function(trade) print("public", trade.price, trade.quantity, trade.slot) end }
"""


class Intraday(flow.Flow):
    def day(self, hedge, *more):
        out, _ = self.lunagrid("run", STORY, "--out", hedge, "--set", f"hedge={hedge}", *more)
        trades = self.query(hedge, "SELECT coalesce(sum(amount_EUR), 0) FROM intraday_trades_view "
                                   "WHERE gridpool = 'Sunfield'")[0][0]
        balance = self.query(hedge, "SELECT sum(amount_EUR) FROM intraday_balances_view "
                                    "WHERE gridpool = 'Sunfield'")[0][0]
        bill = self.query(hedge, "SELECT bill_EUR FROM members_view WHERE member = 'Sunfield'")[0][0]
        return out, trades, balance, -bill

    def test_the_story_is_as_its_page_tells_it(self):
        with open(os.path.join(STORY, "README.md")) as page:
            page = page.read()
        rows = {}
        for name, *cells in re.findall(r"^\| \**([^|*]+?)\** \| \**([-0-9.]+)\** \| \**([-0-9.]+)\** \| \**([-0-9.]+)\** \|$",
                                       page, re.M):
            rows[name] = [float(c) for c in cells]
        for i, hedge in enumerate(("none", "early", "both")):
            out, trades, balance, bill = self.day(hedge)
            self.assertAlmostEqual(trades, rows["intraday market"][i], 2)
            self.assertAlmostEqual(balance, rows["imbalance at delivery"][i], 2)
            self.assertAlmostEqual(bill, rows["street and utility"][i], 2)
            self.assertAlmostEqual(trades + balance + bill, rows["the day"][i], 1)
            self.assertRegex(out, r"intraday: [0-9]+ orders, [0-9]+ trades, [0-9.]+ kWh")

    def test_the_figures_between_its_tables_are_those_of_the_run(self):
        """What was sold too early, what was bought back, and what nobody delivered."""
        with open(os.path.join(STORY, "README.md")) as page:
            page = " ".join(page.read().split())
        self.day("both")
        mine = "FROM intraday_trades_view WHERE gridpool = 'Sunfield'"
        count, kwh, paid, least, most = self.query(
            "both", "SELECT count(*), sum(energy_kWh), -sum(amount_EUR), min(price_EUR_per_MWh) / 10, "
                    f"max(price_EUR_per_MWh) / 10 {mine} AND side = 'buy'")[0]
        self.assertEqual(count, 12)
        told = re.search(r"([0-9.]+) kWh for ([0-9.]+) EUR, at ([0-9.]+) to ([0-9.]+) ct", page)
        self.assertEqual(told.groups(), (f"{kwh:.1f}", f"{paid:.2f}", f"{least:.1f}", f"{most:.1f}"))
        first, last = self.query("both", "SELECT ltrim(substr(min(time), 12, 5), '0'), substr(max(time), 12, 5) "
                                         f"{mine} AND side = 'sell' AND substr(start, 12) BETWEEN '11:30' AND '14:15' "
                                         "AND unixepoch(start) - unixepoch(time) > 3600")[0]
        self.assertEqual(re.search(r"between ([0-9:]+) and ([0-9:]+)\.", page).groups(), (first, last))
        self.day("early")
        short = self.query("early", "SELECT -sum(imbalance_kWh) FROM intraday_balances_view "
                                    "WHERE gridpool = 'Sunfield' AND imbalance_kWh < 0")[0][0]
        self.assertEqual(re.search(r"([0-9]+) kWh were sold and not delivered", page).group(1), f"{short:.0f}")

    def test_sums_are_zero_and_positions_are_balances(self):
        self.day("both")
        self.assertEqual(self.query("both", "SELECT sum(amount_uct) FROM intraday_trades")[0][0], 0)
        self.assertEqual(self.query("both", "SELECT count(*) FROM (SELECT sum(iif(side = 'buy', energy_uwh, "
                                            "-energy_uwh)) AS e FROM intraday_trades GROUP BY intraday_trade) "
                                            "WHERE e <> 0")[0][0], 0)
        self.assertEqual(self.query("both", """
            SELECT count(*) FROM intraday_balances b JOIN slots s USING (slot) WHERE b.sold_uwh <>
            (SELECT coalesce(sum(iif(side = 'sell', energy_uwh, -energy_uwh)), 0) FROM intraday_trades t
             WHERE t.gridpool = b.gridpool AND t.start_ms = s.start_ms)""")[0][0], 0)
        self.assertEqual(self.query("both", "SELECT count(*) FROM intraday_orders WHERE filled_kW <> "
                                            "(SELECT coalesce(sum(quantity_kW), 0) FROM intraday_trades t "
                                            "WHERE t.intraday_order = intraday_orders.intraday_order)")[0][0], 0)
        told = self.summary("both")["intraday"]
        self.assertEqual(told["trades"], self.query("both", "SELECT count(*) / 2 FROM intraday_trades")[0][0])

    def test_the_money_of_each_gridpool_is_told_everywhere(self):
        out = self.day("both", "--csv")[0]
        pools = {p["name"]: p for p in self.summary("both")["intraday"]["gridpools"]}
        self.assertEqual(len(pools), 5)
        for name, pool in pools.items():
            trades, imbalance, money = self.query("both", "SELECT trades_EUR, imbalance_EUR, money_EUR FROM gridpools_view "
                                                          f"WHERE gridpool = '{name}'")[0]
            self.assertAlmostEqual(trades, pool["earned_EUR"] - pool["paid_EUR"], 8)
            self.assertAlmostEqual(imbalance, pool["imbalance_EUR"], 8)
            self.assertAlmostEqual(money, pool["money_EUR"], 8)
            self.assertRegex(out, rf"(?m)^ {name} +{pool['bought_kWh']:.2f} +{pool['sold_kWh']:.2f} +{trades:.2f} +"
                                  rf"{imbalance:.2f} +{money:.2f}$")
        self.assertAlmostEqual(sum(p["earned_EUR"] - p["paid_EUR"] for p in pools.values()), 0, 8)
        beyond = self.query("both", "SELECT sum(iif(side = 'sell', energy_uwh, -energy_uwh)) / 1e9 FROM intraday_trades t, runs "
                                    "WHERE gridpool = 1001 AND t.start_ms >= runs.start_ms + slot_count * slot_s * 1000")[0][0]
        self.assertAlmostEqual(pools["Sunfield"]["sold_beyond_end_kWh"], beyond or 0, 9)
        self.assertIn("for delivery after the last slot", out)
        for table in ("orders", "trades"):
            with open(self.path(f"both/{table}-intraday.csv")) as file:
                rows = file.read().splitlines()
            self.assertEqual(len(rows) - 1, self.query("both", f"SELECT count(*) FROM intraday_{table}")[0][0])
        self.day("none")
        self.assertRegex(self.lunagrid("compare", "none", "both")[0],
                         rf"(?m)intraday money +EUR +\S+ +{pools['Sunfield']['money_EUR']:.2f} ")

    def test_refusals_are_explained(self):
        self.assertIn("INVALID_ARGUMENT", self.lunagrid("explain", "gate_closed")[0])
        self.assertIn('did you mean "self_trade"', self.lunagrid("explain", "self_trad", code=2)[1])
        self.assertIn("  valid_until ", self.lunagrid("explain")[0])

    def test_verify_names_the_slot_of_a_trade(self):
        self.write("t.lua", SCENARIO % "")
        self.write("one.lua", ONE)
        self.write("two.lua", TWO)
        self.lunagrid("run", "t.lua", "--out", "r", "--quiet")
        with contextlib.closing(sqlite3.connect(self.path("r/run.sqlite"))) as database:
            database.execute("UPDATE intraday_trades SET quantity_kW = quantity_kW + 1 WHERE intraday_trade = 2")
            database.commit()
        told = "".join(self.lunagrid("verify", "r", code=None))
        self.assertRegex(told, r"slot 0 \(.*\n  intraday_trades, intraday_trade 2")

    def test_runs_come_out_the_same(self):
        self.day("both")
        out, _ = self.lunagrid("verify", self.path("both"))
        self.assertIn("all the same", out)

    def test_what_comes_of_the_same_requests_counts_in_the_hash(self):
        """Nobody sends anything different in these pairs: only the market does."""
        own = """return { on_tick = function(info)
          if info.slot == 0 and info.tick == 1 then
            trading.create { side = "sell", price = 50, quantity = 0.01, slot = 4 }
            trading.create { side = "buy", price = 50, quantity = 0.01, slot = 4 }
          end end }"""
        self.write("one.lua", own)
        self.write("two.lua", "return { on_tick = function() end }")
        said = {}
        for name, words in (("allow", 'self_trade = "allow"'), ("resting", 'self_trade = "cancel_resting"'),
                            ("incoming", 'self_trade = "cancel_incoming"'),
                            ("dear", 'self_trade = "allow", imbalance_long_rate = 3, imbalance_short_rate = 28'),
                            ("cheap", 'self_trade = "allow", imbalance_long_rate = 3, imbalance_short_rate = 27')):
            self.write("t.lua", (SCENARIO % words).replace('"one.lua", assets = {}', '"one.lua", assets = { "Load" }'))
            self.lunagrid("run", "t.lua", "--out", name, "--quiet")
            self.assertIn("all the same", self.lunagrid("verify", name)[0])
            said[name] = self.query(name, "SELECT digest FROM runs")[0][0]
        self.assertEqual(len(set(said.values())), len(said), said)
        self.assertNotIn("Both did the same", self.lunagrid("compare", "allow", "resting")[0])
        self.assertNotIn("Both did the same", self.lunagrid("compare", "dear", "cheap")[0])

    def test_a_fork_with_the_same_scripts_trades_the_same(self):
        self.write("t.lua", SCENARIO % "")
        self.write("one.lua", ONE)
        self.write("two.lua", TWO)
        self.write("again.lua", TWO + "-- the same\n")
        self.lunagrid("run", "t.lua", "--out", "r", "--quiet")
        self.lunagrid("fork", "r", "--at", "3", "--agent", "Two=again.lua", "--out", "f", "--quiet")
        self.lunagrid("verify", "f", "--quiet")
        for table in ("intraday_orders", "intraday_trades", "intraday_balances"):
            self.assertEqual(self.query("r", f"SELECT * FROM {table}"), self.query("f", f"SELECT * FROM {table}"))

    def test_a_run_that_was_cut_goes_on_with_the_same_hash(self):
        self.day("both")
        with open(self.path("both/run.journal"), "rb") as file:
            journal = file.read()
        digest = self.query("both", "SELECT digest FROM runs")
        with open(self.path("both/run.journal"), "wb") as file:
            file.write(journal[:-len(journal) // 100])
        self.lunagrid("resume", self.path("both"), "--quiet")
        self.assertEqual(self.query("both", "SELECT digest FROM runs"), digest)

    def test_without_it_nothing_changes(self):
        self.lunagrid("run", "village.lua", "--out", "a", "--quiet")
        self.assertNotIn("intraday", self.summary("a"))

    def test_scripts_trade_and_are_refused_by_name(self):
        self.write("t.lua", SCENARIO % "")
        self.write("one.lua", ONE)
        self.write("two.lua", TWO)
        self.assertIn("0 errors, 0 warnings", self.lunagrid("check", "t.lua")[0])
        out = "".join(self.lunagrid("run", "t.lua", "--out", "r"))
        said = [line for line in out.splitlines() if re.match(r"(One|Two): ", line)]
        self.assertEqual(said, [
            "One: good\tactive", "One: between steps\tprice", "One: too fine\tquantity", "One: closed\tgate_closed",
            "One: balance\tbalance", "One: own\tself_trade", "One: kill\tcanceled", "One: stop\thibernate",
            "One: iceberg\tactive", "One: changed\t52.0\tdear\tnil", "One: book\t2\t2",
            "One: cancel\tnil\tthis gridpool has no such order\torder",
            "Two: bought\tfilled\t0.015\t-3.75",
            "One: sold\t0.01\tfull_execution", "One: sold\t0.005\tpartial_execution",
            "Two: public\t52.0\t0.01\t4", "Two: public\t55.0\t0.005\t4",
            "One: sold\t0.005\tdelete"])

    def test_what_a_scenario_says_wrong_is_told_with_its_line_err(self):
        self.write("one.lua", ONE)
        self.write("two.lua", TWO)
        for wrong, told in (
                ('self_trade = "never"', r'intraday.self_trade'),
                ('links = { { from = "A", to = "B", capacity_MW = 1 } }',
                 r'intraday.links\[1\].to: there is no delivery area "B"'),
                ('orders_max = 0', r'intraday.orders_max: 0 is outside'),
                ('speed = 1', r'intraday.speed: unknown key')):
            self.write("t.lua", SCENARIO % wrong)
            err = "".join(self.lunagrid("check", "t.lua", code=None))
            self.assertRegex(err, r"t.lua:4: " + told)

    def test_settings_that_it_cannot_have_err(self):
        for setting, sentence in (("hedge=foo", "hedge must be none, early or both, not foo"),
                                  ("cloud=7", "cloud must be 0 to 1, not 7"),
                                  ("intraday.gridpools.1.id=4", '"gridpools" has no keys that can be set one by one')):
            out, err = self.lunagrid("run", STORY, "--set", setting, "--out", "r", code=3)
            self.assertIn(sentence, out + err)
            self.assertFalse(os.path.exists(self.path("r")))

    def log_of(self, run):
        return self.query(run, "SELECT slot, tick, who, message FROM log ORDER BY 1, 2, 3, rowid")

    def test_a_worker_trades_as_this_process_does(self):
        """Requests that are waited for and that are not, with commands to the local market beside them, every look,
        callbacks that ask and that fail, and what the top level asks."""
        self.write("t.lua", (SCENARIO % 'self_trade = "cancel_resting"').replace(
            '"one.lua", assets = {}', '"one.lua", assets = { "Load" }'))
        self.write("one.lua", """
          local first = trading.create { side = "buy", price = 1, quantity = 0.001, start = "2024-06-03T01:30", tag = "top" }
          print("top", first, #trading.orders(), trading.gridpools()[1])
          print(pcall(trading.create, { slot = 6 }))
          grid.batch:bid_energy_rate("Load", 0.01, 1)
          local function show(order) return order.id, order.state, order.tag, order.open, order.filled, order.slot end
          return {
            on_start = function() print("start", #trading.orders()) end,
            on_tick = function(info)
              if info.tick == 3 then
                grid.batch:bid_energy_rate("Load", 77, 1)
                print(trading.create { side = "buy", price = 1, quantity = 0.0005, slot = info.slot + 2 })
                print(trading.update { order = 1, price = 50.001 })
                print(trading.create { side = "buy", price = 1, quantity = 1, slot = info.slot + 2, duration = 45 })
              end
              if info.slot > 3 or info.tick > 2 then return end
              for i = 1, 3 do
                local order = trading.create { side = "sell", price = 50 + i, quantity = 0.01 * i, slot = info.slot + 2,
                                               tag = "n" .. i }
                print(show(order))
                trading.update { order = order, quantity = 0.005, tag = false }
              end
              local book = trading.book { slot = info.slot + 2, limit = 2 }
              print(#book.buy, #book.sell, book.sell[1].price, trading.position { slot = info.slot + 2 }.paid)
              print(#trading.orders { state = "active", side = "sell" }, #trading.orders { tag = "top" },
                    #trading.orders { start = "2000-01-01T00:00" }, #trading.trades { limit = 3 })
              print(trading.cancel { order = 999 })
            end,
            on_order = function(order)
              print("changed", show(order))
              if order.reason == "partial_execution" then trading.create { side = "sell", price = 80, quantity = 0.001,
                                                                           slot = order.slot + 1, tag = "after" } end
              if order.tag == "n3" and order.slot == 4 then error("third") end
            end,
            on_event_or_response = function(m) print(m.event, m.command, m.code) end,
            on_trade = function(t) print("trade", t.side) end,
            on_finish = function() print("end", trading.cancel_all(), #trading.trades { limit = 1000 }) end,
          }""")
        self.write("two.lua", """return {
            on_tick = function(info)
              if info.tick == 2 and info.slot < 4 then
                trading.create { side = "buy", price = 60, quantity = 0.004 * (1 + info.slot), slot = info.slot + 2 }
              end
              if info.slot == 2 and info.tick == 5 then
                print(pcall(trading.create, { gridpool = 7, side = "buy", price = 1, quantity = 1, slot = 6 }))
                print(pcall(trading.create, { slot = 6, start = "2000-01-01T00:00" }))
                print(pcall(trading.book, { slot = -1 }))
              end
            end,
            on_public_trade = function(trade) print("public", trade.price, trade.quantity, trade.slot) end }""")
        said = {}
        for isolation in ("process", "worker"):
            told = "".join(self.lunagrid("run", "t.lua", "--out", isolation, "--isolation", isolation, code=4))
            said[isolation] = [line for line in told.splitlines() if re.match("(One|Two): ", line)]
        self.assertEqual(said["process"], said["worker"])
        self.assertEqual(self.log_of("process"), self.log_of("worker"))
        said = "\n".join([row[3] for row in self.log_of("worker")] + said["worker"])
        for part in ("top\ttrue\t0\t7", "not known at the top level", "start\t0", "refused\tbid_energy_rate\tENERGY",
                     "third", "50.001, of -9999 to 9999 in steps of 0.01", "more than three digits", "45 minutes; it has", "public\t51.0",
                     "changed\t1\tactive\ttop", "active\tafter", 'this agent has no gridpool 7', "one of them will do",
                     '"slot" must be 0 to', "end\t"):
            self.assertIn(part, said)
        self.assertEqual(*(self.query(run, "SELECT digest FROM runs") for run in ("process", "worker")))
        self.lunagrid("verify", "worker", "--quiet")

    def test_games_have_gridpools(self):
        """Sweeps and matches have their scripts in workers, and what a gridpool does there is what it does in a run."""
        self.lunagrid("sweep", STORY, "--set", "cloud=0,1", "--slots", "24", "--out", "s", "--quiet")
        with open(self.path("s/results.json")) as file:
            swept = [c["games"][0]["run_hash"] for c in json.load(file)["combinations"]]
        for cloud, digest in zip("01", swept):
            self.lunagrid("run", STORY, "--set", f"cloud={cloud}", "--slots", "24", "--out", "r" + cloud, "--quiet")
            self.assertEqual(self.query("r" + cloud, "SELECT digest FROM runs")[0][0], digest)
        self.write("t.lua", SCENARIO % "")
        self.write("one.lua", ONE)
        self.write("two.lua", TWO)
        self.write("m.lua", """return match { name = "m", scenario = "t.lua", slots = 8, seats = { "Two" },
          entrants = { entrant { name = "two", script = "two.lua" }, entrant { name = "none", script = "none.lua" } } }""")
        self.write("none.lua", "return { on_start = function() end }")
        self.lunagrid("match", "m.lua", "--out", "m", "--quiet")
        self.lunagrid("run", "t.lua", "--out", "alone", "--quiet")
        with open(self.path("m/result.json")) as file:
            self.assertIn(self.query("alone", "SELECT digest FROM runs")[0][0], file.read())

    def test_check_knows_the_keys_of_calls(self):
        self.write("s.lua", "return { on_tick = function(info)\n"
                            "  trading.create { side = 'buy', quantty = 1, price = ({ x = 1 }).x, slot = info.slot + 4 }\n"
                            "  trading.cancel({ order = 1, why = 2 })\n"
                            "  trading.cancel_all { gridpool = 7 }\n"
                            "end }\n")
        err = "".join(self.lunagrid("check", "s.lua", code=None))
        self.assertRegex(err, r's.lua:2: quantty: trading.create takes no such key; did you mean "quantity"')
        self.assertRegex(err, r"s.lua:3: why: trading.cancel takes no such key")
        self.assertEqual(err.count("takes no such key"), 2, err)

    def test_check_knows_the_names(self):
        self.write("s.lua", "return { on_tick = function(info) trading.creat { } end,\n"
                            "on_order = function(order) print(order.stae) end }\n")
        err = "".join(self.lunagrid("check", "s.lua", code=None))
        self.assertRegex(err, r's.lua:1: .*creat.*did you mean "create"')
        self.assertRegex(err, r's.lua:2: .*stae.*did you mean "state"')


if __name__ == "__main__":
    flow.main()
