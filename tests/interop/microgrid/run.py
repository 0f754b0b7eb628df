"""Frequenz's client of the Microgrid API in a run of lunagrid: what it commands is part of the run, which can be done
again without it: run.py LUNAGRID."""
import asyncio
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone

from frequenz.client import microgrid
from frequenz.client.common.microgrid.components import ComponentId
from frequenz.client.microgrid import component as kinds
from frequenz.client.microgrid.metrics import Bounds, Metric

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import until, warnings

INVERTER, METER = ComponentId(3), ComponentId(2)
SCENARIO = """
return {
  name = "a microgrid for remote clients",
  start = "2026-06-01",
  days = 1,
  slot_minutes = 2,
  microgrids = { {
    id = 17,
    name = "Home",
    delivery_area = "10YDE-EON------1",
    country = "DE",
    latitude = 52.5,
    longitude = 13.4,
    components = {
      { id = 1, category = "grid_connection_point", fuse_A = 35 },
      { id = 2, category = "meter" },
      { id = 3, category = "inverter", type = "battery" },
      { id = 4, category = "battery", type = "li_ion" },
    },
    connections = { { from = 1, to = 2 }, { from = 2, to = 3 }, { from = 3, to = 4 } },
    devices = {
      { driver = "grid_meter", components = { 2 } },
      { driver = "battery_system", components = { 3, 4 }, capacity_kWh = 10, power_kW = 5, initial_soc_percent = 30 },
    },
  } },
  grid = { name = "Grid", children = { { name = "Load", type = "load", avg_power_W = 200 } } },
}
"""


def power(message):
    return next(s.as_single_value() for s in message.metric_samples if s.metric is Metric.AC_POWER_ACTIVE)


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(os.path.join(self.folder, "scenario.lua"), "w") as file:
            file.write(SCENARIO)

    def start(self):
        """The run, five times as fast as it is, and the port of its gateway."""
        log = os.path.join(self.folder, "log")
        with open(log, "w") as out:
            run = subprocess.Popen([PROGRAM, "run", "scenario.lua", "--pace", "1m=12s", "--out", "r", "--gateway",
                                    "grpc=127.0.0.1:0"], cwd=self.folder, stdout=out, stderr=out)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        end = time.monotonic() + 30
        while True:
            with open(log) as file:
                said = file.read()
            if "listens on 127.0.0.1:" in said:
                return run, int(said.split("listens on 127.0.0.1:")[1].split(",")[0])
            self.assertLess(time.monotonic(), end, said)
            self.assertIsNone(run.poll(), said)
            time.sleep(0.05)

    async def command(self, port):
        client = microgrid.MicrogridApiClient(f"grpc://127.0.0.1:{port}?ssl=false")
        with warnings() as found:
            info = await client.get_microgrid_info()
            there = {int(c.id): type(c) for c in await client.list_components()}
            wires = {(int(c.source), int(c.destination)) for c in await client.list_connections()}
            stream = client.receive_component_data_samples_stream(INVERTER, [Metric.AC_POWER_ACTIVE])
            meter = client.receive_component_data_samples_stream(METER, [Metric.AC_POWER_ACTIVE])
            message = await until(stream, lambda m: True)
            self.assertLess(abs((datetime.now(timezone.utc) - message.states[0].sampled_at).total_seconds()), 10)
            await client.set_component_power_active(INVERTER, 2000, request_lifetime=timedelta(seconds=120))
            await until(stream, lambda m: power(m) == 2000)
            await until(meter, lambda m: power(m) >= 2000)
            meter.close()
            await client.add_component_bounds(INVERTER, Metric.AC_POWER_ACTIVE, [Bounds(lower=-1000, upper=1000)],
                                              validity=microgrid.Validity.ONE_MINUTE)
            await until(stream, lambda m: power(m) == 1000)
            await until(stream, lambda m: power(m) == 2000, 60)  # bounds end
            await until(stream, lambda m: power(m) < 1000, 60)  # and so does the power
        with self.assertRaises(microgrid.OperationOutOfRange):
            await client.set_component_power_active(INVERTER, 1e6)
        await client.disconnect()
        self.assertEqual([], found)
        self.assertEqual((17, "Home"), (int(info.id), info.name))
        self.assertEqual({1: kinds.GridConnectionPoint, 2: kinds.Meter, 3: kinds.BatteryInverter,
                          4: kinds.LiIonBattery}, there)
        self.assertEqual({(1, 2), (2, 3), (3, 4)}, wires)

    def test_a_run_is_done_again(self):
        run, port = self.start()
        asyncio.run(self.command(port))
        run.send_signal(signal.SIGINT)  # it finishes its slot
        run.wait(90)
        again = subprocess.run([PROGRAM, "verify", "r"], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(0, again.returncode, again.stdout + again.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop())
    logging.disable(logging.CRITICAL)
    unittest.main(warnings="ignore")
