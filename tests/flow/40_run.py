"""`run`: the report, the files, the options."""
import json
import os
import pathlib
import re
import socket
import sqlite3
import stat

import flow


class Run(flow.Flow):
    def test_what_was_bought_on_the_way_is_not_bid_for_again(self):
        """One-sided and walked as the exchange does: a load buys before its new limit is applied."""
        self.write("two.lua", """
            return scenario { name = "two", slots = 8, start = "2024-06-03T10:00Z", ticks_per_slot = 60,
              market = { kind = "one_sided", compat = "gsy-e" }, market_maker_rate = 30, feed_in_tariff = 0,
              grid = area { name = "Grid", area { name = "House",
                load { name = "Load", avg_power_W = 200 },
                pv { name = "PV A", capacity_kW = 1, final_selling_rate = 5 },
                pv { name = "PV B", capacity_kW = 0.1, final_selling_rate = 5 } } } }""")
        out, err = self.lunagrid("run", "two.lua", "--out", "r")
        self.assertNotIn("refused", out + err)
        self.assertGreater(self.summary("r")["totals"]["trades"], 8)

    def test_what_is_wrong_with_the_seats_is_said_of_their_file_err(self):
        cases = {
            '[{"name": "Home 1", "script": "plain.lua",\n  "restarts": -1}]': "seats.json:2: Home 1.restarts: -1 is outside",
            '[{"name": "Home 1",\n "script": "plain.lua",}]': "seats.json:2: ",
            '{"name": "Home 1"}': "seats.json:1: expected a list of agents",
            '[\n7]': "seats.json:2: expected a list of tables, each an agent",
            '[{"name": "Home 1", "script": "plain.lua"},\n {"name": "Home 1", "script": "plain.lua"}]':
                "seats.json:2: Home 1: is in the list already, in line 1",
            '[\n{"name": "Nobody", "script": "plain.lua"}]': "seats.json:2: Nobody.name: there is no asset or area",
        }
        for text, sentence in cases.items():
            with self.subTest(text):
                self.write("seats.json", text)
                _, err = self.lunagrid("run", "village.lua", "--seats", "seats.json", code=3)
                self.assertIn(sentence, err)
                self.assertNotIn("village.lua", err)
        _, err = self.lunagrid("run", "village.lua", "--seats", "none.json", code=None)
        self.assertIn("none.json", err)

    def test_report_and_files(self):
        out, err = self.lunagrid("run", "village.lua", "--agent", "Home 1=plain.lua")
        self.assertEqual(err, "")
        self.assertIn("village", out)
        self.assertIn("2 homes", out)
        self.assertRegex(out, r"Home 1 +plain ")
        self.assertRegex(out, r"Home 2 +load\+storage_ramp ")
        self.assertIn("self-sufficiency", out)
        self.assertRegex(out, r"run hash +[0-9a-f]{32}\n")
        self.assertNotIn("\033", out)
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 100)
        self.assertEqual(sorted(os.listdir(self.path("runs/village"))), ["run.journal", "run.sqlite", "summary.json"])
        self.assertEqual(len(self.summary("runs/village")["members"]), 2)

    def test_csv_and_out(self):
        self.lunagrid("run", "village.lua", "--csv", "--out", "deep/here", "--quiet")
        for name in ("run.sqlite", "summary.json", "trades.csv", "market_slots.csv", "bills.csv"):
            self.assertTrue(os.path.exists(self.path("deep/here/" + name)), name)
        self.assertGreater(len(self.read("deep/here/trades.csv").splitlines()), 3)

    def test_results_are_replaced_as_a_whole(self):
        self.lunagrid("run", "village.lua", "--csv", "--out", "r", "--quiet")
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--slots", "1")
        self.assertEqual(sorted(os.listdir(self.path("r"))), ["run.journal", "run.sqlite", "summary.json"])
        with sqlite3.connect(self.path("r/run.sqlite")) as db:
            self.assertEqual(db.execute("select count(*) from runs").fetchall(), [(1,)])
            self.assertEqual(db.execute("select count(*) from slots").fetchall(), [(1,)])

    def test_json_prints_the_summary_and_nothing_else(self):
        out, err = self.lunagrid("run", "village.lua", "--json", "--out", "r")
        self.assertEqual(err, "")
        self.assertEqual(out, self.read("r/summary.json"))
        json.loads(out)

    def test_quiet(self):
        self.write("chatty.lua", "return { on_market_cycle = function() print('hello') end }")
        out, err = self.lunagrid("run", "village.lua", "--quiet", "--agent", "Home 1=chatty.lua")
        self.assertEqual((out, err), ("", ""))
        _, err = self.lunagrid("run", "village.lua", "--agent", "Home 1=chatty.lua")
        self.assertEqual(err.count("Home 1: hello"), 4)

    def test_slots_days_seed_and_settings(self):
        out, _ = self.lunagrid("run", "village.lua", "--slots", "2", "--seed", "77")
        self.assertIn("2 slots", out)
        self.assertIn("seed 77", out)
        out, _ = self.lunagrid("run", "village.lua", "--days", "1")
        self.assertIn("1 day ", out)
        out, _ = self.lunagrid("run", "village.lua", "--set", "minutes=30", "--set",
                               "market.matching=pay_as_clear")
        self.assertIn("2 slots", out)
        self.assertIn("pay_as_clear", out)

    def test_what_cleared_is_what_was_traded(self):
        self.lunagrid("run", os.path.join(flow.SOURCE, "examples", "street"), "--slots", "60", "--out", "clear",
                      "--set", "market.matching=pay_as_clear")
        sums = "SELECT slot, tick, market, sum(energy_uwh) FROM %s GROUP BY slot, tick, market"
        with sqlite3.connect(self.path("clear/run.sqlite")) as database:
            cleared, traded = (database.execute(sums % table).fetchall() for table in ("clearings", "trades"))
        self.assertGreater(len(traded), 50)
        self.assertEqual(cleared, traded)

    def test_homes_beside_the_utility_import_from_it(self):
        self.write("root.lua", """return scenario { name = "root", slots = 1, market_maker_rate = 30,
            grid = area { name = "Grid", infinite_bus { name = "Utility", energy_sell_rate = 30 },
            area { name = "Home 1", load { name = "Load", avg_power_W = 1000 } } } }""")
        out, _ = self.lunagrid("run", "root.lua", "--out", "r")
        self.assertIn("1 slot ", out)
        self.assertRegex(out, r"import \S+ +1\.0 kW")
        self.assertIn("self-sufficiency 0.0 %", out)
        self.assertEqual(self.summary("r")["community"]["self_sufficiency"], 0)

    def test_no_homes(self):
        self.write("flat.lua", """return scenario { name = "flat", slots = 2, grid = area { name = "Grid",
            infinite_bus { name = "Utility" }, load { name = "Load", avg_power_W = 100 } } }""")
        out, _ = self.lunagrid("run", "flat.lua")
        self.assertRegex(out, r"Load +0\.05")

    def test_many_homes_are_capped(self):
        self.write("many.lua", """return scenario { name = "many", slots = 1, grid = area { name = "Grid",
            infinite_bus { name = "Utility" },
            area { name = "Home {i}", clones = 50, load { name = "Load {path}", avg_power_W = 100 } } } }""")
        out, _ = self.lunagrid("run", "many.lua")
        self.assertEqual(len(re.findall(r"\n Home \d+ ", out)), 40)
        self.assertIn("... and 10 more", out)

    def test_names_cannot_steer_the_terminal(self):
        self.write("odd.lua", flow.VILLAGE.replace('"Home 1"', r'"Home \27c1"'))
        out, err = self.lunagrid("run", "odd.lua", code=None)
        self.assertNotIn("\033", out + err)
        self.write("odd.lua", flow.VILLAGE.replace('"Home 1"', r'"Home \27[2J1"'))
        out, err = self.lunagrid("run", "odd.lua", code=3)
        self.assertNotIn("\033", out + err)

    def test_unwritable_folder_err(self):
        if os.geteuid() == 0:
            self.write("blocked", "a file, not a folder")
            _, err = self.lunagrid("run", "village.lua", "--out", "blocked/r", code=1)
            self.assertIn("blocked", err)
            return
        os.mkdir(self.path("locked"))
        os.chmod(self.path("locked"), stat.S_IRUSR | stat.S_IXUSR)
        _, err = self.lunagrid("run", "village.lua", "--out", "locked/r", code=1)
        self.assertIn("locked", err)

    def test_a_start_that_fails_leaves_earlier_results_err(self):
        self.lunagrid("run", "village.lua", "--quiet", "--out", "r")

        def contents():
            return {entry.name: pathlib.Path(entry.path).read_bytes() for entry in os.scandir(self.path("r"))}

        before = contents()
        self.assertIn("summary.json", before)
        taken = socket.socket()
        self.addCleanup(taken.close)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = "127.0.0.1:%d" % taken.getsockname()[1]
        for words, code, said in (
                (["--serve=" + busy], 1, "Address already in use"),
                (["--serve=here"], 2, "an address is"),
                (["--serve", "--control", "nowhere/c.sock"], 1, "nowhere/c.sock"),
                (["--gateway", "gsy=redis://localhost:notaport"], 2, "port"),
                (["--gateway", "gsy=http://localhost"], 2, "redis://"),
                (["--gateway", "none=here"], 1, "no plugin offers the gateway"),
                (["--gateway", "grpc=" + busy], 1, "ddress already in use"),
                (["--gateway", "grpc=" + busy + "?tea=1"], 2, "tea"),
        ):
            _, err = self.lunagrid("run", "village.lua", "--quiet", "--out", "r", *words, code=code)
            self.assertIn(said, err)
            self.assertNotIn("slots done", err)
            self.assertEqual(contents(), before, words)
        self.lunagrid("verify", "r")

    def test_what_is_opened_early_hears_of_the_run_as_ever(self):
        """Who listens before there are results changes nothing of them."""
        self.lunagrid("run", "village.lua", "--quiet", "--out", "a")
        self.lunagrid("run", "village.lua", "--quiet", "--out", "b", "--serve", "--pace", "full")
        self.assertEqual(self.summary("a")["run"]["digest"], self.summary("b")["run"]["digest"])

    def test_no_plugins_err(self):
        self.write("flat.lua", 'return scenario { name = "x", grid = area { name = "G", lod { name = "L" } } }')
        _, err = self.lunagrid("run", "flat.lua", code=3)
        self.assertIn('did you mean "load"?', err)


class Conduct(flow.Flow):
    def test_refusals_by_reason_and_units(self):
        self.write("odd.lua", """
            return { on_market_cycle = function(market)
              grid.batch:bid_energy_rate { asset = "Load 2", energy = 0.1, rate = 30 }
              grid.batch:bid_energy_rate { asset = "Load 1", energy = 1000, rate = 30 }
              grid.batch:bid_energy_rate { asset = "Load 1", energy = 1000, rate = 30 }
            end }""")
        units = []
        for isolation in ("process", "worker"):
            self.lunagrid("run", "village.lua", "--agent", "Home 1=odd.lua", "--isolation", isolation, "--out", "r")
            self.assertEqual(self.query("r", "SELECT name, commands FROM refusals JOIN statuses USING (status)"
                                             " ORDER BY name"), [("ENERGY", 8), ("FOREIGN", 4)])
            (faults, refused, most), = self.query("r", "SELECT faults, refused, units_most FROM conduct"
                                              " JOIN agents USING (agent) WHERE name = 'Home 1'")
            self.assertEqual((faults, refused), (0, 12))
            rows = self.query("r", "SELECT slot, tick, c.name, a.name, energy_uwh, amount, s.name, asked FROM refused_commands"
                                   " JOIN commands c USING (command) JOIN assets a USING (asset) JOIN statuses s USING (status)"
                                   " ORDER BY nth")
            self.assertEqual(len(rows), 12)
            self.assertEqual(rows[3], (1, 0, "bid_energy_rate", "Load 2", 10**8, 30 * 10**6, "FOREIGN", 0))
            self.assertEqual(rows[4], (1, 0, "bid_energy_rate", "Load 1", 10**12, 30 * 10**6, "ENERGY", 10**12))
            self.assertGreater(most, 0)
            units.append(most)
            self.lunagrid("verify", "r")
        self.assertEqual(units[0], units[1])


if __name__ == "__main__":
    flow.main()
