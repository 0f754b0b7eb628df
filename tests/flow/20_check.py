"""`check`, and what broken scenarios and scripts are told: place, key, expectation, near miss."""
import os
import re
import subprocess
import tempfile

import flow


class Check(flow.Flow):
    def test_fine_files(self):
        out, _ = self.lunagrid("check", "village.lua")
        self.assertIn("0 errors", out)
        out, _ = self.lunagrid("check", "plain.lua")
        self.assertIn("0 errors", out)

    def test_a_bank_of_none(self):
        agents = 'agents = { agent { name = "Home 1", script = "plain.lua", budget = { units_per_call = 5000, bank = %s } } },\n'
        for bank, code in (("0", 0), ("1000", 0), ("999", 3), ("-1", 3)):
            self.write("bank.lua", flow.VILLAGE.replace("  grid = area", "  " + agents % bank + "  grid = area"))
            out, err = self.lunagrid("check", "bank.lua", code=code)
            self.assertEqual("Home 1.budget.bank" in out + err, code != 0, out + err)

    def test_a_folder_is_the_scenario_in_it(self):
        self.write("here/scenario.lua", flow.VILLAGE)
        self.lunagrid("check", "here")
        self.write("here/scenario.lua", flow.VILLAGE.replace('name = "village", ', ""))
        for path in ("here/scenario.lua", "here//scenario.lua", "here///scenario.lua"):  # is called like its folder
            out, _ = self.lunagrid("run", path, "--slots", "1", "--out", "r")
            self.assertTrue(out.startswith("here · 2 homes"), out)
        self.write("empty/readme", "")
        _, err = self.lunagrid("check", "empty", code=3)
        self.assertIn("holds neither scenario.lua nor scenario.json", err)

    def warnings(self, *changes):
        """What check warns of in the village with those changes; run says the same."""
        text = flow.VILLAGE
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.write("rates.lua", text)
        out, _ = self.lunagrid("check", "rates.lua")
        _, err = self.lunagrid("run", "rates.lua", "--out", "r", "--quiet")
        lines = [line for line in out.splitlines() if "warning:" in line]
        for line in lines:
            self.assertIn(line, err)
        return lines

    def test_rates_that_are_not_those_of_the_utility(self):
        bus = "energy_sell_rate = 30, energy_buy_rate = 8"
        self.assertEqual(self.warnings(), [])
        self.assertEqual(self.warnings((", " + bus, "")), [])
        maker, = self.warnings(("market_maker_rate = 30", "market_maker_rate = 45"))
        self.assertIn('rates.lua:6: warning: market_maker_rate: 45 ct/kWh, but "Utility" asks 30 (energy_sell_rate)', maker)
        tariff, = self.warnings((", feed_in_tariff = 8", ""))
        self.assertIn('feed_in_tariff: 0 ct/kWh (not given), but "Utility" pays 8 (energy_buy_rate)', tariff)
        later, = self.warnings((bus, f"energy_rate_profile = {{ {'30, ' * 42 + '31, ' * 54} }}, energy_buy_rate = 8"))
        self.assertIn('30 ct/kWh from 2024-06-03T10:30 on, but "Utility" asks 31 (energy_rate_profile)', later)
        two = (bus + " },", bus + ' }, infinite_bus { name = "Dear", energy_sell_rate = 40, energy_buy_rate = 8 },')
        self.assertEqual(self.warnings(two), [])
        same = (bus, "energy_sell_rate = 30, energy_buy_rate = 31")
        order, = self.warnings(("feed_in_tariff = 8", "feed_in_tariff = 31"), same)
        self.assertIn("feed_in_tariff: 31 ct/kWh is more than market_maker_rate, 30", order)

    def test_no_such_file_err(self):
        _, err = self.lunagrid("check", "nowhere.lua", code=3)
        self.assertIn("nowhere.lua: No such file", err)
        _, err = self.lunagrid("run", "nowhere.lua", code=3)
        self.assertEqual(err, "lunagrid: nowhere.lua: No such file or directory\n")
        self.lunagrid("show-config", "nowhere", code=3)
        self.lunagrid("import", "gsy", "nowhere.json", code=3)
        self.write("a.toml", "")
        _, err = self.lunagrid("check", "a.toml", code=1)
        self.assertIn("expected a file that ends in .lua or .json", err)

    def scenario(self, old, new):
        self.assertIn(old, flow.VILLAGE)
        self.write("bad.lua", flow.VILLAGE.replace(old, new))
        out, _ = self.lunagrid("check", "bad.lua", code=3)
        _, err = self.lunagrid("run", "bad.lua", code=3)
        self.assertIn("bad.lua", err)
        return out

    def test_scripts_look_at_their_parameters_before_the_first_slot(self):
        self.write("tariff.lua", flow.VILLAGE.replace("  grid = area", """  agents = { agent { name = "Operator",
    script = "tariffs/time_of_use.lua", markets = { "Community" }, params = { peek = 3 } } },
  grid = area"""))
        before = set(os.listdir(tempfile.gettempdir()))
        out, _ = self.lunagrid("check", "tariff.lua", code=4)
        self.assertIn('tariff.lua: Operator: peek: there is no such parameter; those are: fees, peak, off_peak, '
                      'peak_from, peak_to; in on_start', out)
        self.assertIn("1 error", out)
        _, err = self.lunagrid("check", "tariff.lua", code=1, TMPDIR=self.path("none"))
        self.assertIn("TMPDIR may name another place", err)
        self.write("tariff.lua", self.read("tariff.lua").replace("peek", "peak"))
        self.lunagrid("check", "tariff.lua")
        left = {name for name in os.listdir(tempfile.gettempdir()) if "lunagrid-check" in name}
        self.assertEqual(left - before, set())
        self.assertFalse(os.path.exists(self.path("runs")))

    def test_unknown_key_err(self):
        out = self.scenario("avg_power_W = 800", "avg_powr_W = 800")
        self.assertRegex(out, r"bad\.lua:11: .*avg_powr_W")
        self.assertIn('did you mean "avg_power_W"?', out)

    def test_unknown_kind_of_asset_err(self):
        out = self.scenario("storage {", "storrage {")
        self.assertIn('did you mean "storage"?', out)

    def test_name_twice_err(self):
        out = self.scenario('"Load 2"', '"Load 1"')
        self.assertIn("Load 1", out)

    def test_out_of_range_err(self):
        out = self.scenario("capacity_kW = 5", "capacity_kW = -5")
        self.assertIn("capacity_kW", out)

    def test_wrong_word_err(self):
        out = self.scenario('matching = "pay_as_bid"', 'matching = "pay_as_did"')
        self.assertIn('did you mean "pay_as_bid"?', out)

    def test_syntax_err(self):
        out = self.scenario("return scenario {", "return scenario { {")
        self.assertIn("bad.lua", out)

    def test_all_problems_at_once_err(self):
        self.write("bad.lua", flow.VILLAGE.replace("avg_power_W = 800", "avg_powr_W = 800")
                   .replace("capacity_kW = 5", "capacity_kW = -5").replace('"Load 2"', '"Load 1"'))
        out, _ = self.lunagrid("check", "bad.lua", code=3)
        self.assertIn("3 errors", out)

    def test_rates_with_a_gap_err(self):
        self.write("rates.csv", "time,rate\n2024-06-03T10:00Z,30\n2024-06-03T10:15Z,31\n")
        self.write("bad.lua", flow.VILLAGE.replace(
            "market_maker_rate = 30",
            'market_maker_rate = csv{ file = "rates.csv", column = "rate", unit = "ct/kWh" }'))
        _, err = self.lunagrid("run", "bad.lua", code=3)
        self.assertIn("rate", err)

    def test_a_device_that_refuses_is_told_with_its_line_err(self):
        self.write("cars.lua", """return scenario { name = "cars", slots = 4, grid = area { name = "G",
  load { name = "L", avg_power_W = 100 },
  ev_charger { name = "Car", sessions = {
    { plug_in_time = "18:00", duration_minutes = 600, initial_soc_percent = 20, min_soc_percent = 50 },
    { plug_in_time = "03:00", duration_minutes = 600, initial_soc_percent = 20, min_soc_percent = 50 } } } } }""")
        for command in ("check", "run"):
            out, err = self.lunagrid(command, "cars.lua", code=3)
            self.assertIn("cars.lua:3: Car: ev_charger: sessions[1] (plug_in_time 18:00", out + err)

    def test_a_missing_data_file_is_told_with_where_it_was_looked_for_err(self):
        self.write("sub/data.lua", """return scenario { name = "data", slots = 4, grid = area { name = "G",
  load { name = "L",
    daily_load_profile = csv { file = "no/such.csv", column = "a" } } } }""")
        out, _ = self.lunagrid("check", "sub/data.lua", code=3)
        here = os.path.realpath(self.folder)
        self.assertIn('sub/data.lua:3: L.daily_load_profile: the file "no/such.csv" cannot be used; there is no '
                      "file %s/sub/no/such.csv and none %s/no/such.csv" % (here, here), out)
        self.write("sub/data.lua", "local a = 1\nlocal names = csv_columns('no/such.csv')\nreturn scenario {}\n")
        out, _ = self.lunagrid("check", "sub/data.lua", code=3)
        self.assertIn('sub/data.lua:2: csv_columns: the file "no/such.csv" cannot be used; there is no file '
                      "%s/sub/no/such.csv" % here, out)

    def test_areas_without_a_scenario_err(self):
        self.write("areas.lua", 'local grid = area { name = "G", load { name = "L", avg_power_W = 1 } }\n')
        out, _ = self.lunagrid("check", "areas.lua", code=3)
        self.assertIn("areas.lua: taken for a scenario, since it calls area{...}; but it never calls scenario{...}: "
                      "let it end with return scenario {", out)
        self.assertIn("the file returns nothing", out)

    def test_settings_that_are_no_text_err(self):
        for setting, key in ((b"minutes=\xff\xfe", "minutes: the value"), (b"min\xc3=3", "--set: the key")):
            done = subprocess.run([flow.PROGRAM.encode(), b"check", b"village.lua", b"--set", setting],
                                  cwd=self.folder, capture_output=True, env=self.environment(), check=False)
            self.assertEqual(done.returncode, 3)
            self.assertIn(key + " of setting number 1 is not valid UTF-8", (done.stdout + done.stderr).decode())

    def test_unknown_setting_err(self):
        _, err = self.lunagrid("check", "village.lua", "--set", "minuts=30", code=3)
        out, _ = self.lunagrid("check", "village.lua", "--set", "minuts=30", code=3)
        self.assertIn('did you mean "minutes"?', out + err)

    def test_scripts_err(self):
        self.write("bad.lua", "return { on_market_cycle = function( end }")
        out, _ = self.lunagrid("check", "bad.lua", code=4)
        self.assertIn("bad.lua:1:", out)
        self.write("bad.lua", "return { on_market_slot = function() end }")
        out, _ = self.lunagrid("check", "bad.lua", code=4)
        self.assertIn("on_market_slot", out)
        self.assertIn("on_market_cycle", out)

    def test_scripts_of_a_scenario_err(self):
        self.write("bad.lua", "return { on_tick = function( end }")
        out, _ = self.lunagrid("check", "village.lua", "--agent", "Home 1=bad.lua", code=4)
        self.assertIn("bad.lua:1:", out)
        _, err = self.lunagrid("run", "village.lua", "--agent", "Home 1=bad.lua", code=4)
        self.assertIn("bad.lua:1:", err)

    def test_unknown_seat_err(self):
        _, err = self.lunagrid("run", "village.lua", "--agent", "Hoem 1=plain.lua", code=3)
        self.assertIn('did you mean "Home 1"?', err)


class Words(flow.Flow):
    """Sentences that say where the mistake is."""

    def test_a_path_of_set_names_the_way(self):
        _, err = self.lunagrid("run", "village.lua", "--set", "grid.Home 2.Load 2.avg_power_W=1", code=3)
        self.assertIn('a path names every area on the way: "grid.Community.Home 2.Load 2.avg_power_W"', err)

    def test_matching_of_a_one_sided_market_is_not_used(self):
        out, _ = self.lunagrid("check", "village.lua", "--set", "market.kind=one_sided",
                               "--set", "market.matching=pay_as_clear")
        self.assertIn("warning: market.matching: is not used", out)

    def test_trees_too_deep_for_a_slot_are_told(self):
        self.write("deep.lua", """
local a = area { name = "leaf", load { name = "L", avg_power_W = 500 } }
for i = 1, param("n", 6, "") do a = area { name = "level " .. i, a } end
return scenario { name = "deep", slots = 2, grid = area { name = "Top", infinite_bus { name = "U" }, a } }""")
        out, _ = self.lunagrid("check", "deep.lua")
        self.assertIn("0 errors, 0 warnings", out)
        self.lunagrid("run", "deep.lua", "--out", "near")
        self.assertGreater(self.summary("near")["totals"]["trades"], 0)
        out, _ = self.lunagrid("check", "deep.lua", "--set", "n=7")
        self.assertIn('leaf: trading with the utility in "Top" needs 11 ticks, 8 levels away, but a slot has 10', out)
        self.lunagrid("run", "deep.lua", "--set", "n=7", "--out", "far")
        self.assertEqual(self.summary("far")["totals"]["trades"], 0)


class Modules(flow.Flow):
    """What scenarios have in common they require: beside them or in scripts/lib, read and kept like themselves."""

    def setUp(self):
        super().setUp()
        self.write("lib/rates.lua", "return { dear = 36 }\n")
        self.write("homes.lua", """local rates = require "lib.rates"
return function(name)
  return area { name = name, load { name = name .. " load", avg_power_W = 100, final_buying_rate = rates.dear } }
end
""")
        self.write("town.lua", """local home = require "homes"
assert(require "homes" == home)
local grid = { name = "Grid", infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 } }
for i = 1, 2 do
  grid[#grid + 1] = home("Home " .. i)
end
return scenario { name = "town", seed = 1, start = "2024-06-03T00:00Z", slots = 4, market = { kind = "two_sided" },
  market_maker_rate = 30, feed_in_tariff = 8, grid = area(grid) }
""")

    def test_what_a_module_makes_is_the_scenarios(self):
        self.assertIn("0 errors", self.lunagrid("check", "town.lua")[0])
        self.lunagrid("run", "town.lua", "--out", "r", "--quiet")
        for name in ("homes.lua", "lib/rates.lua", "town.lua"):
            os.remove(self.path(name))
        self.lunagrid("verify", "r")  # the journal has them

    def test_a_module_is_part_of_a_game(self):
        def jobs():
            return set(re.findall(r"jobs/([0-9a-f]{32})\.json", self.lunagrid("sweep", "town.lua", "--set", "seed=1", "--print-jobs", "--out", "s")[0]))

        before = jobs()
        self.write("lib/rates.lua", "return { dear = 37 }\n")
        self.assertTrue(before and jobs() and not before & jobs())

    def test_problems_have_the_line_that_asked_err(self):
        def said(module, code=3):
            self.write("homes.lua", module)
            return self.lunagrid("check", "town.lua", code=code)[0]

        self.assertIn('town.lua:5: Home 1 load.avg_powr_W: unknown key; did you mean "avg_power_W"?',
                      said('return function(name) return area { name = name, load { name = name .. " load", avg_powr_W = 1 } } end'))
        self.assertIn("town.lua:5: homes.lua:2: ", said("return function(name)\n  return area { name = nil .. name }\nend"))
        self.assertIn("town.lua:1: homes.lua:3: ", said("return function(name)\n  return area {\n"))
        self.assertIn('town.lua:1: homes.lua:1: the module "homes" requires itself', said('return require "homes"'))
        self.assertIn('town.lua:1: the module "homes" returns nothing', said("local a = 1"))
        self.assertIn('unknown name "io"', said("io.open('x')"))
        self.assertIn('there is no module "lib.none": no file lib/none.lua and none ', said('return require "lib.none"'))
        for name in ("../homes", "/etc/passwd", "", ".", "a..b", "a b"):
            self.assertIn("require takes the name of a module", said(f'return require "{name}"'))


if __name__ == "__main__":
    flow.main()
