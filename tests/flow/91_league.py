"""The first league: every script checks, every entrant plays every family without a fault and leaves nothing unserved,
and who throws money away is last; the operators set what they say."""
import json
import os
import re

import flow

LEAGUE = os.path.join(flow.SOURCE, "examples", "league")
FAMILIES = ("village", "suburb", "feeder")
SEATS = ("Seat A", "Seat B", "Seat C", "Seat D")
# Three tables of four; who sits beside the bad one gains by it, so it plays twice, among different ones.
TABLES = (("naive", "patient", "aggressive", "arbitrage"), ("spendthrift", "learner", "cooperative", "fee_aware"),
          ("dealer", "spendthrift", "arbitrage", "patient"))


def scripts(folder):
    return sorted(n for n in os.listdir(os.path.join(LEAGUE, folder)) if n.endswith(".lua"))


class League(flow.Flow):
    def play(self, family, agents, *more):
        """Runs a family for a day; `agents` are (seat, script in the league's folder). Returns bills by home, EUR."""
        words = [word for seat, script in agents
                 for word in ("--agent", f"{seat}={os.path.join(LEAGUE, script)}")]
        _, err = self.lunagrid("run", os.path.join(LEAGUE, family + ".lua"), "--days", "1", "--out", "r", "--quiet",
                               *words, *more)
        self.assertEqual(err, "")
        self.assertEqual(self.query("r", "SELECT name, faults, refused FROM conduct JOIN agents USING (agent)"
                                         " WHERE faults > 0 OR refused > 0"), [])
        summary = self.summary("r")
        self.assertEqual(summary["run"]["scripts_given_up"], 0)
        self.assertEqual(sum(m["unserved_kWh"] for m in summary["members"]), 0)
        return {m["name"]: m["bill_EUR"] for m in summary["members"]}

    def test_scripts_check(self):
        for folder in ("entrants", "operators"):
            for name in scripts(folder):
                out, _ = self.lunagrid("check", os.path.join(LEAGUE, folder, name))
                self.assertIn("0 errors, 0 warnings", out, name)
        for family in FAMILIES:
            out, _ = self.lunagrid("check", os.path.join(LEAGUE, family + ".lua"))
            self.assertIn("0 errors, 0 warnings", out, family)

    def test_everybody_plays_and_the_bad_one_is_last(self):
        self.assertEqual(scripts("entrants"), sorted({f"{e}.lua" for table in TABLES for e in table}))
        for family in FAMILIES:
            baseline = self.play(family, ())
            for table in TABLES:
                with self.subTest(family, table=table):
                    bills = self.play(family, zip(SEATS, (f"entrants/{e}.lua" for e in table)))
                    savings = {e: baseline[seat] - bills[seat] for e, seat in zip(table, SEATS)}
                    if "spendthrift" in savings:
                        worst = savings.pop("spendthrift")
                        self.assertLess(worst, -2)
                        self.assertLess(worst, min(savings.values()) - 1)

    def test_a_home_with_a_tank_stays_warm(self):
        baseline = self.play("village", ())
        bills = self.play("village", [("Old school", "entrants/fee_aware.lua")])
        self.assertLess(bills["Old school"], 1.1 * baseline["Old school"])

    def test_seeds_and_days_matter(self):
        day = self.play("village", (), "--set", "neighbours=0")
        self.assertEqual(sorted(day), list(SEATS))
        other = self.play("village", (), "--set", "neighbours=0", "--seed", "2")
        self.assertTrue(all(day[seat] != other[seat] for seat in SEATS), (day, other))

    def test_operators_set_their_fees(self):
        fees = {}
        for name in scripts("operators"):
            self.play("feeder", [("Grid operator", f"operators/{name}")])
            rows = self.query("r", "SELECT slot, fees.fee_uct / 1e6 FROM fees JOIN areas USING (area)"
                                   " WHERE name = 'Feeder' AND slot > 0 ORDER BY slot")
            fees[name] = rows
        self.assertEqual([fee for _, fee in fees["flat.lua"]], [3])
        # from noon: the day's, the evening's, the day's again, the night's, the morning's
        self.assertEqual([fee for _, fee in fees["evening.lua"]], [2.5, 8, 2.5, 1, 2.5])
        self.assertEqual([slot for slot, fee in fees["evening.lua"] if fee == 8], [5 * 4])
        reacted = [fee for _, fee in fees["peak.lua"]]
        self.assertTrue(all(1.5 <= fee <= 10 for fee in reacted), reacted)
        self.assertGreater(max(reacted), 5)

    def test_a_league_of_four(self):
        """The first league, but with four of its entrants and six hours: the bad one is last, and surely so."""
        out, _ = self.lunagrid("check", os.path.join(LEAGUE, "league.lua"))
        self.assertIn("0 errors, 0 warnings", out)
        with open(os.path.join(LEAGUE, "league.lua"), encoding="utf-8") as file:
            text = file.read()
        kept = ("arbitrage", "naive", "patient", "spendthrift")
        text = re.sub(r'    "entrants/(\w+).lua",\n', lambda m: m.group(0) if m.group(1) in kept else "", text)
        text = text.replace("days = 1", 'slots = 24, against = "all"').replace('"entrants/', f'"{LEAGUE}/entrants/')
        for family in FAMILIES:
            text = text.replace(f'"{family}.lua"', f'"{LEAGUE}/{family}.lua"')
        self.write("league.lua", text)
        out, err = self.lunagrid("league", "league.lua", "--out", "l")
        self.assertEqual(err, "")
        result = json.loads(self.read("l/league.json"))
        rows = {row["name"]: row for row in result["entrants"]}
        self.assertEqual(sorted(rows), sorted(kept))
        self.assertEqual(rows["spendthrift"]["rank"], 4)
        self.assertLess(rows["spendthrift"]["lead_high"], 0)
        for pair in result["pairs"]:
            if "spendthrift" in (pair["a"], pair["b"]):
                self.assertNotIn(pair["better"], ("spendthrift", ""))
        for row in result["entrants"]:
            self.assertEqual(row["outcomes"]["ok"], row["seats"])


if __name__ == "__main__":
    flow.main()
