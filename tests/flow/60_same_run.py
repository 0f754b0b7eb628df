"""The one rule: same scenario, scripts and seed give the same bytes and the same run hash."""
import json
import os

import flow


class SameRun(flow.Flow):
    def run_into(self, folder, *words, **environment):
        out, _ = self.lunagrid("run", "village.lua", "--days", "1", "--csv", "--json", "--out", folder,
                               "--agent", "Home 1=plain.lua", *words, **environment)
        return json.loads(out)

    def files(self, folder):
        return {name: self.read(f"{folder}/{name}") for name in sorted(os.listdir(self.path(folder)))
                if name.endswith(".csv")}

    def hash_of(self, summary):
        found = [v for k, v in walk(summary) if k in ("digest", "run_hash", "hash") and len(str(v)) == 32]
        self.assertTrue(found, "the summary holds the run hash")
        return found[0]

    def test_same_bytes_and_hash(self):
        first = self.run_into("a")
        second = self.run_into("b", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8", MALLOC_PERTURB_="170")
        self.assertEqual(self.files("a"), self.files("b"))
        self.assertGreater(len(self.files("a")["trades.csv"].splitlines()), 100)
        self.assertEqual(self.hash_of(first), self.hash_of(second))

    def test_a_script_that_measures_lists_with_gaps(self):
        self.write("plain.lua", '''
            return { on_market_cycle = function(market)
              local sum = 0
              for r = 1, 20 do
                local list = {}
                for i = 1, 40 do
                  local name, place = "name " .. i * r % 31, i * 7 * r % 23 + 1
                  list[name] = i % 2 == 0 or nil
                  list["name " .. (i * r + 5) % 31] = i % 3 == 0 or nil
                  if i % 5 < 3 then list[place] = i else list[(i * r + 3) % 23 + 1] = nil end
                end
                sum = sum + #list
              end
              for _, asset in ipairs(market.assets) do
                if asset.role == "consumer" then grid.batch:bid_energy_rate(asset, "all", 20 + sum % 10) end
              end
            end }''')
        hashes = {self.hash_of(self.run_into(f"g{i}")) for i in range(8)}
        self.assertEqual(len(hashes), 1, "the length does not depend on the process")

    def test_the_resolved_scenario_runs_the_same(self):
        first = self.run_into("a")
        config, _ = self.lunagrid("show-config", "village.lua", "--days", "1", "--agent",
                                  "Home 1=plain.lua")
        self.write("same.json", config)
        out, _ = self.lunagrid("run", "same.json", "--csv", "--json", "--out", "b")
        self.assertEqual(self.files("a")["trades.csv"], self.files("b")["trades.csv"])
        self.assertEqual(self.hash_of(first), self.hash_of(json.loads(out)))

    def test_the_folder_of_a_script_does_not_reach_it(self):
        """Neither by the text of an error that it catches, nor by what the name takes of its memory."""
        modules = {
            "mine.lua": """local far = require "far"
return { on_market_cycle = function(m)
  local _, here = pcall(function() error("x") end)
  for _, a in ipairs(m.assets) do
    if a.role == "consumer" then
      grid.batch:bid_energy_rate { asset = a, energy = "all", rate = 20 + (#here + #far) % 17 }
    end
  end
end }""",
            "far.lua": 'local _, here = pcall(function() error("y") end) return here'}
        hashes = {}
        for folder in ("", "a/", "a/rather/long/folder/"):
            for name, text in modules.items():
                self.write(folder + name, text)
            self.lunagrid("run", "village.lua", "--out", "r" + folder, "--agent", f"Home 1={folder}mine.lua")
            hashes[folder] = self.summary("r" + folder)["run"]["digest"]
        self.assertEqual(len(set(hashes.values())), 1, hashes)

    def test_the_bytes_of_a_script_that_is_given_up_are_shown_and_not_hashed(self):
        text = "local t = {} return { on_tick = function(m) for i = 1, 1e9 do t[i] = ('x'):rep(PADDED) .. i end end }"
        found = []
        for size in ("1000", "1008"):
            self.write("mine.lua", text.replace("PADDED", size))
            self.lunagrid("run", "village.lua", "--out", size, "--agent", "Home 1=mine.lua", code=4)
            detail = [row[0] for row in self.query(size, "select detail from events")][0]
            self.assertRegex(detail, r"because BUDGET_MEMORY: on_tick needed \d+ of \d+ bytes$")
            found.append((detail, self.summary(size)["run"]["digest"]))
        self.assertNotEqual(found[0][0], found[1][0])
        self.assertEqual(found[0][1], found[1][1])

    def test_a_script_that_only_reads_changes_nothing_but_is_another_run(self):
        first = self.run_into("a")
        other = self.run_into("c", "--seed", "6")
        self.assertNotEqual(self.hash_of(first), self.hash_of(other))


def walk(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


if __name__ == "__main__":
    flow.main()
