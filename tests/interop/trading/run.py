"""Frequenz's own client in a run of lunagrid: what it does on the intraday market is part of the run, which can be done
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
from decimal import Decimal

from frequenz.client import electricity_trading as et

SKIPPED = 77
AREA = et.DeliveryArea(code="10YDE-EON------1", code_type=et.EnergyMarketCodeType.EUROPE_EIC)
SCENARIO = """
return {
  name = "an intraday market for remote clients",
  start = "2026-06-01",
  days = 1,
  intraday = {
    clock = "wall",
    areas = { { code = "10YDE-EON------1", periods = { 15, 60 } } },
    gridpools = { { id = 1 }, { id = 2 } },
  },
  grid = { name = "Grid", children = { { name = "Load", type = "load", avg_power_W = 200 } } },
}
"""


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(os.path.join(self.folder, "scenario.lua"), "w") as file:
            file.write(SCENARIO)

    def lunagrid(self, *words):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True, timeout=120)

    def start(self):
        """The run, and the port of its gateway."""
        log = os.path.join(self.folder, "log")
        with open(log, "w") as out:
            run = subprocess.Popen([PROGRAM, "run", "scenario.lua", "--pace", "15m=2s", "--out", "r", "--gateway",
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

    async def trade(self, port):
        client = et.Client(f"grpc://127.0.0.1:{port}?ssl=false")
        hour = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(hours=6)
        orders = client.gridpool_orders_stream(1).new_receiver()
        trades = client.receive_public_trades().new_receiver()
        await asyncio.sleep(0.5)
        for i in range(10):
            for pool, side in (1, et.MarketSide.BUY), (2, et.MarketSide.SELL):
                await client.create_gridpool_order(
                    gridpool_id=pool, delivery_area=AREA, side=side, order_type=et.OrderType.LIMIT,
                    delivery_period=et.DeliveryPeriod(start=hour, duration=et.DeliveryDuration.MINUTES_15),
                    price=et.Price(Decimal(40 + i), et.Currency.EUR), quantity=et.Power(Decimal("0.3")), tag=f"t{i}")
            await asyncio.sleep(0.2)  # ticks go by
        states = [(await asyncio.wait_for(orders.receive(), 5)).state_detail.state.name for _ in range(20)]
        prices = [(await asyncio.wait_for(trades.receive(), 5)).price.amount for _ in range(10)]
        listed = [t async for t in client.list_gridpool_trades(1)]
        await client.disconnect()
        return states, prices, listed

    def test_a_run_is_done_again(self):
        run, port = self.start()
        states, prices, listed = asyncio.run(self.trade(port))
        self.assertEqual(["ACTIVE", "FILLED"] * 10, states)
        self.assertEqual([Decimal(40 + i) for i in range(10)], prices)
        self.assertEqual(10, len(listed))
        run.send_signal(signal.SIGINT)  # it finishes its slot
        run.wait(60)
        again = self.lunagrid("verify", "r")
        self.assertEqual(0, again.returncode, again.stdout + again.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop())
    logging.disable(logging.CRITICAL)
    if '"intraday"' not in subprocess.run([PROGRAM, "schema"], capture_output=True, text=True).stdout:
        print("skipped: this lunagrid has no intraday market")
        sys.exit(SKIPPED)
    unittest.main()
