"""Matching rules of plugins from outside: selected by name, made with `new rule`, set aside; partners and sun."""
import csv
import os
import shutil
import subprocess
import unittest

import flow

EXAMPLE = os.path.join(flow.SOURCE, "examples", "partners")

# One bid at 30 and one offer at 10 in one home: what they trade at tells the rule.
PAIR = """
return scenario { name = "pair", slots = 2, start = "2024-06-03T12:00Z",
  market = { matching = "%s" },
  grid = area { name = "Home",
    load { name = "L", avg_power_W = 1000, initial_buying_rate = 30, final_buying_rate = 30 },
    commercial_producer { name = "P", energy_rate = 10 } } }
"""

BROKEN = """
#include "lunagrid/plugin.h"
static int32_t broken(const lg_match_book *book)
{
    lg_match match = {.size = sizeof match, .bid = 99, .requirement = LG_MATCH_NONE, .energy_uwh = 1};
    return book->recommend(book->ctx, &match);
}
static int32_t greedy(const lg_match_book *book)
{
    const lg_match_order *bid = lg_match_at(&book->bids, 0);
    lg_match match = {.size = sizeof match, .requirement = LG_MATCH_NONE, .energy_uwh = bid->energy_uwh};
    match.rate_uct = bid->rate_uct + 1;
    return book->recommend(book->ctx, &match);
}
static const lg_matching rules[] = {
    {.size = sizeof(lg_matching), .name = "broken", .help = "h", .match = broken},
    {.size = sizeof(lg_matching), .name = "greedy", .help = "h", .match = greedy},
};
static const lg_plugin plugin = {.size = sizeof plugin, .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR, .name = "mean", .version = "1", .help = "h", .rules = LG_ARRAY(rules)};
LG_PLUGIN_EXPORT(plugin)
"""


class Matching(flow.Flow):
    def rates(self, folder):
        with open(self.path(folder + "/trades.csv"), newline="", encoding="utf-8") as file:
            return {float(row["rate_ct_per_kWh"]) for row in csv.DictReader(file)}

    def test_the_rule_decides_the_rate(self):
        for rule, rate in (("pay_as_bid", 30), ("mid_price", 20), ("attributed", 30)):
            self.write("pair.lua", PAIR % rule)
            out, err = self.lunagrid("run", "pair.lua", "--out", "r", "--csv")
            self.assertEqual(err, "")
            self.assertIn(f" · {rule} · ", out)
            self.assertEqual(self.rates("r"), {rate})
            run = self.summary("r")["run"]
            self.assertEqual((run["market_rule"], run["matches_refused"], run["matching_set_aside"]),
                             (rule, 0, 0))

    def test_unknown_rules_get_near_misses_err(self):
        self.write("pair.lua", PAIR % "mid_prize")
        _, err = self.lunagrid("check", "pair.lua", code=3)
        self.assertIn('expected one of pay_as_bid, pay_as_clear, attributed, mid_price, got "mid_prize"; '
                      'did you mean "mid_price"?', _ + err)
        self.write("pair.lua", PAIR % 'mid_price", kind = "one_sided')
        out, err = self.lunagrid("check", "pair.lua")
        self.assertIn('is not used with kind = "one_sided"', out + err)

    @unittest.skipUnless(shutil.which("make") and shutil.which("cc"), "needs make and cc")
    def test_a_rule_of_ones_own(self):
        out, _ = self.lunagrid("new", "rule", "fair")
        self.assertIn("wrote fair/rule.c", out)
        text = self.read("fair/rule.c")
        self.assertIn("fair_match", text)
        self.assertIn("#ifndef FAIR_RULE_H\n#define FAIR_RULE_H\n", self.read("fair/rule.h"))
        self.write("fair/rule.c", text.replace("(bid->rate_uct + offer->rate_uct) / 2",
                                               "offer->rate_uct + (bid->rate_uct - offer->rate_uct) / 4"))
        subprocess.run(["make", "-C", self.path("fair")], check=True, capture_output=True)
        out, _ = self.lunagrid("plugins", LUNAGRID_PLUGINS=self.path("fair"))
        self.assertNotIn("refused", out)
        self.assertIn('market = { matching = "fair" }', out)
        self.write("pair.lua", PAIR % "fair")
        self.lunagrid("run", "pair.lua", "--out", "r", "--csv", LUNAGRID_PLUGINS=self.path("fair"))
        self.assertEqual(self.rates("r"), {15})
        _, err = self.lunagrid("run", "pair.lua", code=3)  # without the plugin
        self.assertIn('got "fair"', err)

    def test_names_that_a_rule_cannot_have_err(self):
        _, err = self.lunagrid("new", "rule", "pay_as_bid", code=2)
        self.assertIn("the host has a rule of this name", err)
        _, err = self.lunagrid("new", "rule", "mid_price", code=2)
        self.assertIn('"mid_price" is taken', err)
        _, err = self.lunagrid("new", "rule", "a-b", code=2)
        self.assertIn("is no name for a rule", err)
        _, err = self.lunagrid("new", "rul", "x", code=2)
        self.assertIn('did you mean "rule"?', err)

    @unittest.skipUnless(shutil.which("cc"), "needs cc")
    def test_a_rule_that_misbehaves_err(self):
        self.write("mean.c", BROKEN)
        subprocess.run(["cc", "-shared", "-fPIC", "-I", os.path.join(flow.SOURCE, "host/include"),
                        "-o", self.path("mean.so"), self.path("mean.c")], check=True)
        self.write("pair.lua", PAIR % "broken")
        out, err = self.lunagrid("run", "pair.lua", "--out", "r", code=1, LUNAGRID_PLUGINS=self.folder)
        self.assertIn('matching rule "broken" is set aside in slot 0, tick 0, market "Home": it recommends an '
                      "order or a requirement that does not exist", err)
        self.assertIn('matching rule "broken" was set aside: no trade from then on', out)
        summary = self.summary("r")
        self.assertEqual((summary["run"]["matching_set_aside"], summary["totals"]["trades"]), (1, 0))
        self.write("pair.lua", PAIR % "greedy")
        out, err = self.lunagrid("run", "pair.lua", "--out", "r", LUNAGRID_PLUGINS=self.folder)
        self.assertEqual(err.count('matching rule "greedy" recommends a rate above the bid\'s'), 1)
        self.assertRegex(out, r'\d+ of \d+ pairs that matching rule "greedy" recommended were refused')
        self.assertGreater(self.summary("r")["run"]["matches_refused"], 0)

    def test_no_script_sets_the_hosts_rule_aside(self):
        self.write("many.lua", """
            return { on_market_cycle = function(market)
              local asset, list = market.assets[1], {}
              for i = 1, 16 do list[i] = { energy = 0.001, rate = 29 } end
              for _ = 1, 6 do
                grid.batch:bid_energy_rate { asset = asset, energy = asset.energy_requirement_kWh / 7, rate = 30,
                                             requirements = list, replace_existing = false }
              end
            end }""")
        self.write("pair.lua", PAIR % "attributed")
        _, err = self.lunagrid("run", "pair.lua", "--agent", "L=many.lua", "--out", "r")
        self.assertNotIn("set aside", err)
        summary = self.summary("r")
        self.assertEqual((summary["run"]["matching_set_aside"], summary["totals"]["trades"]), (0, 2 * 6 * 16))

    def sold(self, *more):
        self.lunagrid("run", EXAMPLE, "--out", "r", "--csv", "--quiet", *more)
        sold = {}
        with open(self.path("r/trades.csv"), newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["market"] == "grid/street":
                    pair = row["seller_origin"], row["buyer_origin"]
                    sold[pair] = sold.get(pair, 0) + float(row["energy_kWh"])
        return sold

    def test_friends_and_sun_in_the_example(self):
        with_terms, without = self.sold(), self.sold("--set", "market.dof=false")
        friends = ("Home 1 PV", "Home 4 load")
        self.assertGreater(with_terms[friends], 1.5 * without[friends])
        green = [sum(sold[f"Home {i} PV", "Home 2 load"] for i in (1, 5)) for sold in (with_terms, without)]
        self.assertGreater(green[0], green[1])
        with open(os.path.join(EXAMPLE, "README.md"), encoding="utf-8") as page:
            text = page.read()  # the figures of the page are those of the program
        self.assertIn(f"| {with_terms[friends]:.2f} | {without[friends]:.2f} |", text)
        self.assertIn(f"| {green[0]:.2f} | {green[1]:.2f} |", text)

    def test_a_requirement_that_is_left_out_is_told(self):
        self.write("one.lua", """
            return { on_market_cycle = function(market)
              grid.batch:bid_energy_rate { asset = "L", energy = 0.1, rate = 30, requirements = { { energy = 1 } } }
              print(grid.batch:execute()[1].message)
            end }""")
        said = {"attributed": "nil", "mid_price": "the matching of these markets does not look at them"}
        for rule, message in said.items():
            self.write("pair.lua", PAIR % rule)
            _, err = self.lunagrid("run", "pair.lua", "--agent", "L=one.lua")
            self.assertIn(message, err)
        self.write("pair.lua", PAIR % 'attributed", dof = false, fees = "constant')
        _, err = self.lunagrid("run", "pair.lua", "--agent", "L=one.lua")
        self.assertIn("the scenario says market.dof = false", err)


if __name__ == "__main__":
    flow.main()
