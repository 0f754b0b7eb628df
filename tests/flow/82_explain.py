"""`explain trade`: the money of one trade, held against what was worked out by hand."""
import flow

# PV 1 asks 10, Load 2 pays 36 for 0.3 kWh a slot; every market on the way has a fee.
STREET = """
return scenario {
  name = "lane", seed = 5, start = "2024-06-03T10:00Z", slots = 2,
  market = { fees = "%s" },
  market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4, grid_fee_percentage = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8, strategy = "idle.lua" },
    area { name = "Community", grid_fee_constant = 1, grid_fee_percentage = 10,
      area { name = "Home 1", grid_fee_constant = 0.5, pv { name = "PV 1", capacity_kW = 5, model = "clear_sky" } },
      area { name = "Home 2", grid_fee_constant = 0.25, load { name = "Load 2", avg_power_W = 1200 } } } },
  agents = { agent { name = "Both", script = "plain.lua", assets = { "Home 1", "Home 2" } }%s },
}
"""


class Explain(flow.Flow):
    def made(self, fees="constant", agents="", rate="36"):
        self.write("idle.lua", "return { on_start = function() end }")
        self.write("plain.lua", flow.PLAIN.replace("rate = 36", "rate = " + rate))
        self.write("lane.lua", STREET % (fees, agents))
        self.lunagrid("run", "lane.lua", "--quiet")

    def test_codes(self):
        out, _ = self.lunagrid("explain")
        self.assertIn("BUDGET_UNITS", out)
        self.assertIn("Refusals of commands:", out)
        page, _ = self.lunagrid("explain", "no_field")
        self.assertTrue(page.startswith("NO_FIELD: an object has no field of that name\n"))
        self.assertIn("Example:\n\n    print(info.asets)\n", page)
        page, _ = self.lunagrid("explain", "LEFT")  # what an owner's log says when its owner has left
        self.assertIn("come-back", page)
        page, _ = self.lunagrid("explain", "limits")
        self.assertRegex(page, r"\n  seconds_per_call, in a worker +0.2 s\n")
        self.assertRegex(page, r"\n  execute\(\) in one callback +100 times\n")
        for line in (r"seconds_at_load +the same", r"reload_seconds, .* +0.5 s", r"worker_silence, .* +0.5 slots"):
            self.assertRegex(page, rf"\n  {line}\n")
        self.assertEqual(self.lunagrid("explain", "LIMITS")[0], page)
        _, err = self.lunagrid("explain", "budget_unit", code=2)
        self.assertIn('did you mean "BUDGET_UNITS"?', err)
        _, err = self.lunagrid("explain", "NO_FEILD", code=2)
        self.assertIn('did you mean "NO_FIELD"?', err)
        _, err = self.lunagrid("explain", "xyzzyxyzzy", code=2)
        self.assertIn("`lunagrid explain` lists the codes", err)

    def test_every_market_on_the_way(self):
        self.made()
        out, _ = self.lunagrid("explain", "trade", "1", "--run", "runs/lane")
        self.assertIn("trade 1 · lane · slot 1 of 2, 2024-06-03T10:00 · tick ", out)
        self.assertIn("PV 1 sold 0.3 kWh to Load 2.", out)
        self.assertIn("bid    36 ct/kWh by Load 2", out)
        self.assertIn("offer  10 ct/kWh by PV 1", out)
        # 36 of the bid less Home 2's 0.25; 10 of the offer and Home 1's 0.5 and the Community's 1
        self.assertIn("met    in the market of Community, where the bid stood at 35.75 and the offer at 11.5", out)
        self.assertIn("price  36 ct/kWh: the buyer pays its bid", out)
        rows = [line.split() for line in out.splitlines() if line.startswith((" Home", " Community"))]
        self.assertEqual(rows, [
            ["Home", "2", "36", "0.25", "10.8", "0.075", "10.725"],
            ["Community", "35.75", "1", "10.725", "0.3", "10.425"],
            ["Home", "1", "34.75", "0.5", "10.425", "0.15", "10.275"],
        ])
        self.assertIn("paid      10.8 ct by Load 2", out)
        self.assertIn("fees      0.525 ct to Home 2, Community, Home 1", out)
        self.assertIn("received  10.275 ct by PV 1, 34.25 ct/kWh", out)
        self.assertIn("rounding  none", out)
        # buying: 30 + 0.25 + 1 + 4; selling: 8 - 0.5 - 1 - 4
        self.assertIn("asked 30 and paid 8 ct/kWh", out)
        self.assertIn("Load 2 would have paid 35.25 ct/kWh there: it paid 0.75 more, 0.225 ct in all", out)
        self.assertIn("PV 1 would have got 2.5 ct/kWh there: it got 31.75 more, 9.525 ct in all", out)

    def test_percentages(self):
        # 33 = 30 and 10 % of it for the Community
        self.made("percentage", rate="33")
        out, _ = self.lunagrid("explain", "trade", "1", "--run", "runs/lane/run.sqlite")
        self.assertIn("the bid stood at 33 and the offer at 11 ct/kWh", out)
        self.assertIn("paid      9.9 ct by Load 2", out)
        self.assertIn("fees      0.9 ct to Community", out)
        self.assertIn("received  9 ct by PV 1, 30 ct/kWh", out)
        # 30 * 1.14 and 8 / 1.14
        self.assertIn("would have paid 34.2 ct/kWh there: it paid 1.2 less, 0.36 ct in all", out)
        self.assertIn("would have got 7.017544 ct/kWh there: it got 22.982456 more", out)

    def test_a_free_offer_on_gsy_e(self):
        self.write("free.lua", STREET % ("percentage", ""))
        self.write("idle.lua", "return { on_start = function() end }")
        self.write("plain.lua", flow.PLAIN.replace("rate = 36", "rate = 33").replace("rate = 10", "rate = 0"))
        self.lunagrid("run", "free.lua", "--quiet", "--out", "r", "--set", "market.compat=gsy-e",
                      "--set", "market.keep_age=true",
                      "--set", "grid.Community.Home 1.grid_fee_percentage=5")
        out, _ = self.lunagrid("explain", "trade", "1", "--run", "r")
        # 33 in the Community, of which no tax is divided out; 3.3 and 1.65 a kWh for the markets
        rows = [line.split()[-5:] for line in out.splitlines() if line.startswith((" Home 1", " Community"))]
        self.assertEqual(rows, [["33", "3.3", "9.9", "0.99", "8.91"], ["33", "1.65", "9.9", "0.495", "9.405"]])
        self.assertIn("received  9.405 ct by PV 1, 31.35 ct/kWh", out)
        self.assertIn("unpaid    0.99 ct: as on gsy-e an offer at 0 ct bears no fee", out)

    def test_the_fee_is_that_of_the_slot(self):
        self.write("fee.lua", "return { on_market_cycle = function(i) grid.batch:grid_fees('Community', 3) end }")
        self.made(agents=', agent { name = "Operator", script = "fee.lua", markets = { "Community" } }')
        out, _ = self.lunagrid("explain", "trade", "1")
        self.assertTrue(out.startswith("runs/lane/run.sqlite\n"), out)  # the last run is looked for
        self.assertIn("fees      0.525 ct", out)
        out, _ = self.lunagrid("explain", "trade", "2")
        self.assertIn("slot 2 of 2", out)
        self.assertIn("fees      1.125 ct", out)  # 0.3 * (0.25 + 3 + 0.5)
        self.assertIn("received  9.675 ct by PV 1, 32.25 ct/kWh", out)

    def test_one_sided_and_clearing(self):
        self.made()
        self.lunagrid("run", "lane.lua", "--quiet", "--out", "one", "--set", "market.kind=one_sided")
        out, _ = self.lunagrid("explain", "trade", "1", "--run", "one")
        self.assertIn("price  11.75 ct/kWh: the buyer pays what the offer asks", out)
        self.assertIn("received  3 ct by PV 1, 10 ct/kWh", out)
        self.lunagrid("run", "lane.lua", "--quiet", "--out", "clear", "--set", "market.matching=pay_as_clear")
        out, _ = self.lunagrid("explain", "trade", "1", "--run", "clear")
        self.assertIn("paid ", out)

    def test_what_there_is_not_err(self):
        _, err = self.lunagrid("explain", "trade", "1", code=1)
        self.assertIn("no results in runs/; say with --run", err)
        self.made()
        _, err = self.lunagrid("explain", "trade", "3", code=1)
        self.assertIn("there is no trade 3 in runs/lane/run.sqlite; its trades are 1 to 2", err)
        self.lunagrid("run", "lane.lua", "--quiet", "--set", "results.trades=false")
        _, err = self.lunagrid("explain", "trade", "1", code=1)
        self.assertIn("keeps no trades", err)
        _, err = self.lunagrid("explain", "trade", "1", "--run", "nowhere", code=1)
        self.assertIn("there are no results: nowhere: No such file", err)
        self.write("empty/run.sqlite", "not a database")
        _, err = self.lunagrid("explain", "trade", "1", "--run", "empty", code=1)
        self.assertIn("empty/run.sqlite is not a result of lunagrid", err)
        for words in (("explain", "trade"), ("explain", "trade", "x"), ("explain", "trade", "-1"),
                      ("explain", "trade", "1", "2")):
            self.lunagrid(*words, code=2)
        _, err = self.lunagrid("explain", "trad", "1", code=2)
        self.assertIn('did you mean "trade"?', err)


if __name__ == "__main__":
    flow.main()
