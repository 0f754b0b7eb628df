"""The command line: help, versions, unknown words and their near misses, exit codes."""
import json
import os

import flow


class Cli(flow.Flow):
    def test_help_lists_every_command_and_each_has_a_page(self):
        out, _ = self.lunagrid("help")
        for name in ("run", "resume", "verify", "replay", "fork", "explain", "compare", "check", "new", "show-config",
                     "plugins", "schema", "help"):
            self.assertIn(f"  {name} ", out)
            page, _ = self.lunagrid("help", name)
            same, _ = self.lunagrid(name, "--help")
            self.assertEqual(page, same)
            self.assertTrue(page.startswith(f"lunagrid {name}"))
            self.assertIn("--help", page)
            self.assertLessEqual(max(len(line) for line in page.splitlines()), 100)

    def test_help_scenario_names_what_there_is(self):
        import re

        page, _ = self.lunagrid("help", "scenario")
        self.assertLessEqual(max(len(line) for line in page.splitlines()), 100)
        schema, _ = self.lunagrid("schema")
        plugins, _ = self.lunagrid("plugins")
        strategy, _ = self.lunagrid("help", "strategy")
        known = set(re.findall(r"\w+", schema + plugins + strategy))
        known |= {"scenario", "area", "asset", "agent", "csv", "day", "param", "csv_columns", "csv_span", "require"}
        scripts = os.listdir(os.path.join(flow.SOURCE, "scripts", "strategies"))
        known |= {name.removesuffix(".lua") for name in scripts}
        skeleton = page[page.index("  local homes"):page.index("Units:")]
        self.write("skeleton.lua", skeleton)
        out, _ = self.lunagrid("check", "skeleton.lua")
        self.assertIn("0 errors, 0 warnings", out)
        self.lunagrid("run", "skeleton.lua", "--slots", "2")
        for word in re.findall(r"\b([a-z]+_[a-zA-Z_]+)\b", page[page.index("Units:"):]):
            self.assertIn(word, known, f"help scenario names {word}, which nothing knows")
        for kind, role in re.findall(r"^  (\w+): ([\w ]+)", plugins, re.M):
            if kind != "kettle" and role not in ("gateway", "devices of microgrids"):
                self.assertIn(kind, page)

    def test_help_strategy_names_every_command(self):
        page, _ = self.lunagrid("help", "strategy")
        self.assertLessEqual(max(len(line) for line in page.splitlines()), 100)
        for word in ("on_market_cycle(", "energy_requirement_kWh", "bid_energy_rate", "execute",
                     "grid.calculate_grid_fee", "every_tick", "last_market_stats", "state"):
            self.assertIn("\n  " + word, page)
        _, err = self.lunagrid("help", "stratgy", code=2)
        self.assertIn('did you mean "strategy"?', err)

    def test_days_need_not_be_whole(self):
        out, _ = self.lunagrid("show-config", "village.lua", "--days", "1.5")
        self.assertEqual(json.loads(out)["slots"], 144)
        _, err = self.lunagrid("run", "village.lua", "--days", "1.501", code=3)
        self.assertIn("expected a whole number", err)
        _, err = self.lunagrid("run", "village.lua", "--seed", "18446744073709551615", code=2)
        self.assertIn("--seed expects a whole number from 0 to 2^53", err)
        _, err = self.lunagrid("run", "village.lua", "--foo", code=2)
        self.assertIn("there are --seed, --slots, --days", err)

    def test_version(self):
        out, _ = self.lunagrid("--version")
        self.assertRegex(out, r"^lunagrid \d+\.\d+\.\d+\n$")

    def test_nothing_is_a_usage_error_with_help(self):
        out, _ = self.lunagrid(code=2)
        self.assertIn("COMMAND", out)

    def test_unknown_words_err(self):
        _, err = self.lunagrid("rnu", code=2)
        self.assertIn('there is no command "rnu"; did you mean "run"?', err)
        _, err = self.lunagrid("help", "chek", code=2)
        self.assertIn('did you mean "check"?', err)
        _, err = self.lunagrid("run", "village.lua", "--sloots", "3", code=2)
        self.assertIn('unknown option "--sloots"; did you mean "--slots"?', err)
        _, err = self.lunagrid("--seed", "3", "run", code=2)
        self.assertIn("options follow a command", err)
        _, err = self.lunagrid("run", code=2)
        self.assertIn("needs a scenario", err)
        _, err = self.lunagrid("run", "a", "b", code=2)
        self.assertIn('one word too many: "b"', err)
        _, err = self.lunagrid("run", "village.lua", "--slots", "4", "--days", "1", code=2)
        self.assertIn("--slots and --days", err)

    def test_plugins_tell_options_with_units(self):
        out, _ = self.lunagrid("plugins")
        for driver in ("load", "pv", "storage", "infinite_bus", "market_maker", "commercial_producer"):
            self.assertIn(f"\n  {driver}: ", out)
        self.assertIn("avg_power_W (number W", out)
        for rule in ("mid_price", "attributed"):
            self.assertIn(f"\n  {rule}: matching rule. ", out)
            self.assertIn(f'market = {{ matching = "{rule}" }}', out)
        self.assertNotIn("refused", out)

    def test_a_plugin_that_is_none_is_refused_and_told(self):
        self.write("odd/broken.so", "this is no shared object")
        out, _ = self.lunagrid("plugins", LUNAGRID_PLUGINS=self.path("odd"))
        self.assertIn("refused", out)
        self.assertIn("broken.so", out)
        self.assertIn("\n  load: ", out)

    def test_schema_is_json_and_knows_the_drivers(self):
        out, _ = self.lunagrid("schema")
        self.assertIsInstance(json.loads(out), dict)
        self.assertIn("battery_capacity_kWh", out)

    def test_the_published_schemas_are_those_of_the_program(self):
        for kind in ("scenario", "match", "league", "collab"):
            out, _ = self.lunagrid("schema", kind)
            with open(os.path.join(flow.SOURCE, f"scripts/meta/{kind}.schema.json")) as published:
                self.assertEqual(published.read(), out)  # else: build/lunagrid schema KIND > that file
        self.assertEqual(self.lunagrid("schema"), self.lunagrid("schema", "scenario"))
        _, err = self.lunagrid("schema", "legue", code=2)
        self.assertIn('did you mean "league"?', err)

    def test_schemas_of_the_arena_know_every_table(self):
        def references(node):
            for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
                yield from [value] if key == "$ref" else references(value)

        for kind, tables in (("match", {"scenario", "seat", "entrant", "seeds", "budget"}), ("league", {"scenario", "seat", "entrant", "seeds", "budget"}),
                             ("collab", {"seat", "limits", "budget", "board"})):
            schema = json.loads(self.lunagrid("schema", kind)[0])
            self.assertEqual(set(schema["$defs"]), tables)
            self.assertEqual(set(references(schema)), {"#/$defs/" + name for name in tables})
            self.assertIn("seats", schema["required"])
            agents = json.loads(self.lunagrid("schema")[0])["$defs"]["budget"]["properties"]
            self.assertEqual(set(schema["$defs"]["budget"]["properties"]), set(agents))

    def test_show_config_reads_back_as_the_same_scenario(self):
        first, _ = self.lunagrid("show-config", "village.lua")
        self.assertEqual(json.loads(first)["name"], "village")
        self.write("village.json", first)
        second, _ = self.lunagrid("show-config", "village.json")
        self.assertEqual(first, second)

    def test_full_stdout_err(self):
        import subprocess

        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "w") as full:
            done = subprocess.run([flow.PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE,
                                  env=self.environment(), text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)


if __name__ == "__main__":
    flow.main()
