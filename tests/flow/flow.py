"""What the whole-program tests share: an empty folder, the program, and small scenarios to run."""
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LUNAGRID"]
SOURCE = os.environ["LUNAGRID_SOURCE"]

# Two homes and a utility, an hour long: enough for trades in all three markets.
VILLAGE = """
local minutes = param("minutes", 60, "length of the run")
return scenario {
  name = "village", seed = 5, start = "2024-06-03T10:00Z", slots = minutes / 15,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area { name = "Community", grid_fee_constant = 1,
      area { name = "Home 1",
        load { name = "Load 1", avg_power_W = 800 },
        pv { name = "PV 1", capacity_kW = 5, model = "clear_sky" } },
      area { name = "Home 2",
        load { name = "Load 2", avg_power_W = 1200 },
        storage { name = "Battery 2", battery_capacity_kWh = 4 } } } },
}
"""

# Bids for what its loads need and offers what its panels make, at fixed rates.
PLAIN = """
local function trade(market)
  for _, asset in ipairs(market.assets) do
    if asset.role == "consumer" and asset.energy_requirement_kWh > 0 then
      grid.batch:bid_energy_rate { asset = asset, energy = asset.energy_requirement_kWh, rate = 36,
                                   replace_existing = true }
    elseif asset.role == "producer" and asset.available_energy_kWh > 0 then
      grid.batch:offer_energy_rate { asset = asset, energy = asset.available_energy_kWh, rate = 10,
                                     replace_existing = true }
    end
  end
end
return { on_market_cycle = trade, on_tick = trade }
"""

# Appended to a line that a script prints in each slot: with HELD, a pipe smaller than usual, the program waits for its
# reader at most 25 slots ahead of it. So a test that stops to read finds it at work, however busy the machine is.
LONG = '("."):rep(480)'
HELD = {"stderr": subprocess.PIPE, "pipesize": 4096}


class Flow(unittest.TestCase):
    """Each test stands in an empty folder and begins with village.lua and plain.lua in it."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lunagrid-flow-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.write("village.lua", VILLAGE)
        self.write("plain.lua", PLAIN)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LUNAGRID_")}
        return {**kept, **more}

    def lunagrid(self, *words, code=0, **environment):
        """Runs the program, checks its exit code (None: any) and returns (stdout, stderr)."""
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True,
                              env=self.environment(**environment), timeout=240, check=False)
        if code is not None:
            self.assertEqual(done.returncode, code,
                             f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    def query(self, folder, sql):
        """The rows of a question to run.sqlite."""
        database = sqlite3.connect(self.path(folder + "/run.sqlite"))
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def summary(self, folder):
        return json.loads(self.read(folder + "/summary.json"))


def main():
    unittest.main(verbosity=2)
