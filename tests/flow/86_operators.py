"""Grid operators: the peak of the example goes down because the cars react, fees come from the table a user
writes, and the three fees of a market are what section 12.2 of the reference says."""
import csv
import os
import sqlite3

import flow

EXAMPLE = os.path.join(flow.SOURCE, "examples", "grid-operators")


class Operators(flow.Flow):
    def run_as(self, operator, *words):
        out, _ = self.lunagrid("run", EXAMPLE, "--out", operator, "--set", "operator=" + operator, *words)
        community = self.summary(operator)["community"]
        self.assertIn(f"peak import {community['peak_import_kW']:.2f} kW", out)
        return community

    def ask(self, folder, sql):
        with sqlite3.connect(os.path.join(self.path(folder), "run.sqlite")) as db:
            return db.execute(sql).fetchall()

    def test_the_peak_goes_down_and_the_energy_stays(self):
        for seed in ("7", "11"):
            before = self.run_as("fixed", "--seed", seed)
            for operator in ("time_of_use", "peak_threshold"):
                with self.subTest(operator, seed=seed):
                    after = self.run_as(operator, "--seed", seed)
                    self.assertLess(after["peak_import_kW"], 0.8 * before["peak_import_kW"])
                    self.assertAlmostEqual(after["bought_kWh"], before["bought_kWh"], places=3)
                    self.assertEqual(after["unserved_kWh"], 0)
                    for now, then in zip(self.cars(operator), self.cars("fixed"), strict=True):
                        self.assertAlmostEqual(now, then, delta=0.002)  # a car stops within 2 Wh of full

    def cars(self, folder):
        """What each car bought, kWh."""
        rows = self.ask(folder, "SELECT bought_uwh / 1e9 FROM accounts JOIN assets a USING (asset) "
                                "WHERE a.type = 'storage' ORDER BY a.name")
        return [row[0] for row in rows]

    def test_the_readme_tells_these_peaks(self):
        with open(os.path.join(EXAMPLE, "README.md"), encoding="utf-8") as file:
            page = file.read()
        for operator, name in (("fixed", "fixed"), ("time_of_use", "time of use"),
                               ("peak_threshold", "peak threshold")):
            c = self.run_as(operator)
            when = c["peak_import_time"][11:16]
            self.assertIn(f"| {name} | {c['peak_import_kW']:.2f} kW | {when} | {c['bought_kWh']:.2f} kWh |", page)

    def test_the_table_rules_slot_by_slot(self):
        self.run_as("time_of_use")
        with open(os.path.join(EXAMPLE, "fees.csv"), encoding="utf-8", newline="") as file:
            hours = list(csv.DictReader(file, delimiter=";"))
        rows = self.ask("time_of_use", "SELECT x.slot, m.name, x.fee_uct FROM market_slots x "
                                       "JOIN areas m ON m.area = x.market WHERE m.name IN ('Street', 'Grid')")
        self.assertGreater(len(rows), 96)
        for slot, market, fee_uct in rows:
            hour = (12 + slot // 4) % 24
            expected = float(hours[hour][market].replace(",", ".")) if slot else {"Grid": 1, "Street": 2.5}[market]
            self.assertEqual(fee_uct, round(expected * 1e6), (slot, market))

    def test_a_table_with_commas_and_dates(self):
        rows = ["time,Community"] + [f"2024-06-03T{10 + i // 4}:{i % 4 * 15:02}Z,{i}.5" for i in range(4)]
        self.write("fees.csv", "\n".join(rows) + "\n")
        agent = """  agents = { agent { name = "Operator", script = "tariffs/time_of_use.lua",
            markets = csv_columns("fees.csv"), params = { fees = { Community = csv { file = "fees.csv" } } } } },
        }"""
        self.write("table.lua", flow.VILLAGE.rstrip()[:-1] + agent)
        self.lunagrid("run", "table.lua", "--quiet", "--out", "r")
        self.assertEqual(self.ask("r", "SELECT slot, fee_uct FROM fees"), [(1, 1500000), (2, 2500000), (3, 3500000)])
        shown, _ = self.lunagrid("show-config", "table.lua")
        self.write("again.json", shown)
        self.lunagrid("run", "again.json", "--quiet", "--out", "s")
        self.assertEqual(self.summary("r")["run"]["digest"], self.summary("s")["run"]["digest"])

    def test_a_table_that_is_wrong_err(self):
        agent = """  agents = { agent { name = "Operator", script = "tariffs/time_of_use.lua", markets = { "Community" },
            params = { fees = { %s } } } },
        }"""
        def wrong(fees):
            self.write("table.lua", flow.VILLAGE.rstrip()[:-1] + agent % fees)
        wrong('Community = csv { file = "fees.csv" }')
        self.write("fees.csv", "time,Community\n2024-06-03T10:00Z,1\n2024-06-03T10:15Z,1\n")
        _, err = self.lunagrid("run", "table.lua", code=3)
        self.assertIn("goes from 2024-06-03T10:00 to 2024-06-03T10:30, but the run", err)
        self.write("fees.csv", 'time,Community\n00:00,"1,5"\n12:00,1\n')
        _, err = self.lunagrid("run", "table.lua", code=3)
        self.assertIn('"1,5": has a decimal comma', err)
        wrong("Comunity = 3")
        _, err = self.lunagrid("run", "table.lua", "--out", "r", code=4)
        self.assertIn('fees: "Comunity" is no market of this operator; those are: Community', err)

    def test_parameters_that_cannot_be_err(self):
        for tariff, params, sentence in (
                ("fixed_fee", "fe = 2", "fe: there is no such parameter; those are: fee, fees"),
                ("fixed_fee", "", "fee: expected a number, or fees by market; got neither"),
                ("fixed_fee", "fee = -1", "fee: expected a number of 0 to 10000 ct/kWh, got -1"),
                ("fixed_fee", 'fees = { Community = "x" }', 'fees.Community: expected a number of 0 to 10000 ct/kWh, got "x"'),
                ("fixed_fee", "fees = 3", "fees: expected a table with a key for each market"),
                ("peak_threshold", "threshold = { { kWh = 2, fee = 8 } }", "threshold: there is no such parameter; those are: "),
                ("peak_threshold", "thresholds = { { kwh = 2, fee = 8 } }", "thresholds[1].kwh: there is no such parameter"),
                ("peak_threshold", "thresholds = { { kWh = 2 } }", "thresholds[1]: fee is missing"),
                ("peak_threshold", "thresholds = { kWh = 2, fee = 8 }", "thresholds: expected a list of { kWh = ..., fee = ... }"),
                ("peak_threshold", "thresholds = { { kWh = 2, fee = 8 }, { kWh = 0.5, fee = 2 } }",
                 "thresholds[2].kWh: thresholds rise, but 0.5 kWh come after 2 kWh"),
                ("peak_threshold", 'thresholds = { { kWh = 2, fee = "x" } }',
                 'thresholds[1].fee: expected a number of 0 to 10000 ct/kWh, got "x"'),
                ("peak_threshold", "window = 0", "window: expected a whole number of 1 to 100000, got 0"),
                ("peak_threshold", "markets = { Community = { windows = 2 } }", "markets.Community.windows: there is no"),
                ("peak_threshold", "markets = { Community = { base = 1e9 } }", "markets.Community.base: expected a number"),
                ("time_of_use", "peak_form = 6", "peak_form: there is no such parameter"),
                ("time_of_use", "peak_from = 25", "peak_from: expected a number of 0 to 24 h, got 25"),
                ("time_of_use", "fees = { Community = 1 }, peak = 2", "peak: there is no such parameter; those are: fees"),
                ("time_of_use", 'fees = { Community = day { ["00:00"] = 1, ["10:30"] = -2 } }',
                 "fees.Community of 2024-06-03T10:30: expected a number of 0 to 10000 ct/kWh, got -2")):
            with self.subTest(params):
                agent = f"""  agents = {{ agent {{ name = "Operator", script = "tariffs/{tariff}.lua",
                    markets = {{ "Community" }}, params = {{ {params} }} }} }},\n}}"""
                self.write("wrong.lua", flow.VILLAGE.rstrip()[:-1] + agent)
                _, err = self.lunagrid("run", "wrong.lua", "--out", "r", code=4)
                self.assertIn("Operator: " + sentence, err)

    def test_a_fee_sent_at_13_00_rules_from_13_15(self):
        self.write("late.lua", """
        return { on_market_cycle = function(info)
          local m = info.markets[1]
          print(info.market_slot:sub(12), m.running_market_fee, m.next_market_fee, m.last_market_fee)
          if info.market_slot:sub(12) == "13:00" then grid.batch:grid_fees(m, 3) end
        end }""")
        agent = '  agents = { agent { name = "Operator", script = "late.lua", markets = { "Community" } } },\n}'
        self.write("late_village.lua", flow.VILLAGE.replace("T10:00Z", "T12:45Z").rstrip()[:-1] + agent)
        out, err = self.lunagrid("run", "late_village.lua", "--out", "r")
        said = [line for line in (out + err).splitlines() if "\t" in line]
        self.assertEqual([line.split("\t")[1:] for line in said],
                         [["1.0", "1.0", "nil"], ["1.0", "1.0", "1.0"], ["3.0", "3.0", "1.0"], ["3.0", "3.0", "3.0"]])
        self.assertEqual(self.ask("r", "SELECT slot, fee_uct FROM fees"), [(2, 3000000)])


if __name__ == "__main__":
    flow.main()
