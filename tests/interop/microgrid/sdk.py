"""Frequenz's SDK, unmodified, against our gateway on a home: sdk.py HOUSE [unittest words]. HOUSE is the program of
house.c. The SDK has one microgrid a process, so that each test is run in a process of its own."""
import asyncio
import logging
import os
import subprocess
import sys
import time
import unittest
import warnings as deprecations
from datetime import timedelta

from frequenz.quantities import Power
from frequenz.sdk import microgrid
from frequenz.sdk.actor import Actor
from frequenz.sdk import timeseries

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import IDS, House, seconds, until, warnings

# the newest one has two kinds of samplers, the older of which goes
ResamplerConfig = getattr(timeseries, "ResamplerConfig2", None) or __import__(
    "frequenz.sdk.timeseries._resampling", fromlist=["ResamplerConfig"]).ResamplerConfig
LIMIT_S = 90


class Keeper(Actor):
    """Ten lines: keeps a pool at a power, as long as the pool can."""

    def __init__(self, pool, watts, bounds=None):
        super().__init__()
        self.pool, self.power, self.bounds = pool, Power.from_watts(watts), bounds

    async def _run(self):
        status = self.pool.power_status.new_receiver()
        while not (await status.receive()).bounds:
            pass
        status.close()
        while True:  # proposals are forgotten after a minute
            await self.pool.propose_power(self.power, **({"bounds": self.bounds} if self.bounds else {}))
            await asyncio.sleep(1)


def is_lost(report):
    """Nothing can be done with the pool."""
    return report.bounds is None or report.bounds.lower == report.bounds.upper


def is_at(watts):
    return lambda sample: sample.value is not None and abs(sample.value.as_watts() - watts) < 1


def limits(watts):
    return timeseries.Bounds(lower=Power.from_watts(-watts), upper=Power.from_watts(watts))


class Sdk(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        asyncio.get_running_loop().set_debug(False)
        self.house = House(PROGRAM)
        self.addCleanup(lambda: self.house.process.kill())
        await microgrid.initialize(self.house.url, ResamplerConfig(resampling_period=timedelta(seconds=0.5)))
        self.actors = []

    async def asyncTearDown(self):
        for actor in self.actors:
            await actor.stop()
        self.assertEqual(0, self.house.stop())

    def keep(self, *words):
        actor = Keeper(*words)
        actor.start()
        self.actors.append(actor)

    async def comes_to(self, formula, watts):
        await until(formula.new_receiver(), is_at(watts), LIMIT_S)

    async def test_formulas(self):
        await self.comes_to(microgrid.grid().power, -2500)
        await self.comes_to(microgrid.consumer().power, 500)
        await self.comes_to(microgrid.producer().power, -3000)
        frequency = microgrid.frequency().new_receiver()
        await until(frequency, lambda sample: sample.value is not None and sample.value.as_hertz() == 50, LIMIT_S)
        self.assertEqual(63, microgrid.grid().fuse.max_current.as_amperes())

    async def test_pools(self):
        """A battery and the sun, each at what its actor wants, for some time, and a car if that is a minute."""
        battery, sun, lasts = microgrid.new_battery_pool(priority=5), microgrid.new_pv_pool(priority=5), seconds("SDK", 5)
        self.keep(battery, 5000)
        self.keep(sun, -1000)
        await self.comes_to(battery.power, 5000)
        await self.comes_to(sun.power, -1000)
        await self.comes_to(microgrid.grid().power, 500 + 5000 - 1000)
        if lasts >= 60:  # so long a car that was there before the SDK waits; then it gets 6 A of each phase for a while
            car = microgrid.new_ev_charger_pool(priority=5)
            self.keep(car, 5000)
            await self.comes_to(car.power, 4140)
        soc = battery.soc.new_receiver()
        first = await until(soc, lambda sample: sample.value is not None, LIMIT_S)
        await until(soc, lambda sample: sample.value is not None and sample.value > first.value, LIMIT_S)
        soc.close()
        capacity = await until(battery.capacity.new_receiver(), lambda sample: sample.value is not None, LIMIT_S)
        self.assertEqual(10000 * (0.9 - 0.1), capacity.value.as_watt_hours())
        end = time.monotonic() + lasts
        powers = {battery.power.new_receiver(): 5000, sun.power.new_receiver(): -1000}
        with warnings() as found:
            while time.monotonic() < end:
                for power, watts in powers.items():
                    sample = await until(power, lambda sample: True, LIMIT_S)
                    self.assertTrue(is_at(watts)(sample), sample)
        # the SDK tells as well when this machine is too slow for its timers
        self.assertEqual([], [text for text in found if "supposed to sleep" not in text and "too slow" not in text])

    async def test_a_car(self):
        status = microgrid.new_ev_charger_pool(priority=5).power_status.new_receiver()
        there = await until(status, lambda report: not is_lost(report), LIMIT_S)
        self.assertEqual((0, 11000), (there.bounds.lower.as_watts(), there.bounds.upper.as_watts()))

    async def test_two_actors(self):
        """Who ranks lower gets what who ranks higher leaves."""
        self.keep(microgrid.new_battery_pool(priority=10), 1000, limits(2000))
        lower = microgrid.new_battery_pool(priority=1)
        self.keep(lower, 5000)
        await self.comes_to(lower.power, 2000)

    async def test_a_silent_device(self):
        pool = microgrid.new_battery_pool(priority=5)
        self.keep(pool, 5000)
        await self.comes_to(pool.power, 5000)
        status = pool.power_status.new_receiver()
        self.house.tell("silence", IDS["battery inverter"])
        await until(status, is_lost, LIMIT_S)  # after ten seconds it is lost
        await asyncio.sleep(seconds("SILENCE", 0))
        self.house.tell("speak", IDS["battery inverter"])
        await until(status, lambda report: not is_lost(report), LIMIT_S)
        await self.comes_to(pool.power, 5000)

    async def test_an_error(self):
        pool = microgrid.new_battery_pool(priority=5)
        self.keep(pool, 5000)
        await self.comes_to(pool.power, 5000)
        status = pool.power_status.new_receiver()
        self.house.tell("fail", IDS["battery"])
        await until(status, is_lost, LIMIT_S)

    async def test_the_server_comes_back(self):
        pool = microgrid.new_battery_pool(priority=5)
        self.keep(pool, 5000)
        await self.comes_to(pool.power, 5000)
        port = self.house.port
        self.assertEqual(0, self.house.stop())
        self.house = House(PROGRAM, port)
        await self.comes_to(microgrid.grid().power, 500 + 5000 - 3000)


def apart():
    """Each test in a process of its own."""
    failed = 0
    for name in unittest.defaultTestLoader.getTestCaseNames(Sdk):
        failed += subprocess.run([sys.executable, "-B", __file__, PROGRAM, f"Sdk.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    deprecations.simplefilter("ignore")  # names that the SDK itself still uses
    logging.disable(logging.CRITICAL)  # it tells of each device that is away, again and again
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) == 1:
        sys.exit(apart())
    unittest.main(warnings="ignore")
