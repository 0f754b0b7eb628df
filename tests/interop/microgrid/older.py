"""Frequenz's client of the Microgrid API, 0.9, which speaks API 0.15, unmodified, against our gateway on a home:
older.py HOUSE [unittest words]. HOUSE is the program of house.c."""
import asyncio
import logging
import os
import sys
import time
import unittest
from datetime import datetime, timezone

import grpc
from frequenz.api.microgrid import microgrid_pb2 as pb
from frequenz.client import microgrid
from frequenz.client.common.microgrid import MicrogridId
from frequenz.client.common.microgrid.components import ComponentId
from frequenz.client.common.microgrid.sensors import SensorId
from frequenz.client.microgrid import (BatteryComponentState, BatteryRelayState, ComponentCategory, EVChargerCableState,
                                       EVChargerComponentState, InverterComponentState, InverterType)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import IDS, House, seconds, until, warnings

INVERTER, BATTERY, METER, CHARGER = (ComponentId(IDS[name]) for name in ("battery inverter", "battery", "meter",
                                                                         "charger"))


class Microgrid(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.house = House(PROGRAM)
        self.client = microgrid.MicrogridApiClient(self.house.url)

    async def asyncTearDown(self):
        await self.client.disconnect()
        self.assertEqual(0, self.house.stop())

    async def refused(self, code, request):
        with self.assertRaises((microgrid.ApiClientError, grpc.RpcError)) as caught:
            await request
        error = getattr(caught.exception, "grpc_error", caught.exception)
        self.assertEqual(code, error.code().name, error.details())

    async def test_facts(self):
        with warnings() as found:
            metadata = await self.client.metadata()
            there = {int(c.component_id): c for c in await self.client.components()}
            wires = {(int(c.start), int(c.end)) for c in await self.client.connections()}
            some = list(await self.client.connections(starts={METER}, ends={CHARGER}))
            sensors = list(await self.client.list_sensors())
        self.assertEqual([], found)
        self.assertEqual(MicrogridId(42), metadata.microgrid_id)
        self.assertAlmostEqual(52.52, metadata.location.latitude, 4)
        self.assertEqual(set(range(1, 9)), set(there))
        self.assertEqual(ComponentCategory.GRID, there[1].category)
        self.assertEqual(63, there[1].metadata.fuse.max_current)
        self.assertEqual(InverterType.BATTERY, there[4].type)
        self.assertEqual(InverterType.SOLAR, there[7].type)
        self.assertEqual({(1, 2), (2, 3), (3, 4), (4, 5), (2, 6), (6, 7), (2, 8)}, wires)
        self.assertEqual([(METER, CHARGER)], [(c.start, c.end) for c in some])
        self.assertEqual([SensorId(9)], [s.id for s in sensors])

    async def test_every_component_speaks(self):
        """Each second, without a warning, with times of now."""
        streams = {
            2: await self.client.meter_data(METER), 4: await self.client.inverter_data(INVERTER),
            5: await self.client.battery_data(BATTERY), 8: await self.client.ev_charger_data(CHARGER),
            7: await self.client.inverter_data(ComponentId(7)),
        }
        counts = dict.fromkeys(streams, 0)
        lasts = seconds("TELEMETRY", 5)

        async def follow(number, stream):
            end = time.monotonic() + lasts
            while time.monotonic() < end:
                message = await until(stream, lambda m: True, 10)
                self.assertEqual(number, int(message.component_id))
                self.assertLess(abs((datetime.now(timezone.utc) - message.timestamp).total_seconds()), 5)
                counts[number] += 1
                last[number] = message

        last = {}
        with warnings() as found:
            await asyncio.gather(*(follow(*row) for row in streams.items()))
        self.assertEqual([], found)
        self.assertGreaterEqual(min(counts.values()), lasts)
        self.assertEqual(-2500, last[2].active_power)
        self.assertEqual((230, 230, 230), last[2].voltage_per_phase)
        self.assertEqual(50, last[2].frequency)
        self.assertEqual((-10000, 10000), (last[4].active_power_inclusion_lower_bound,
                                           last[4].active_power_inclusion_upper_bound))
        self.assertEqual(0, last[4].active_power_exclusion_upper_bound)
        self.assertEqual(InverterComponentState.IDLE, last[4].component_state)
        self.assertEqual(-3000, last[7].active_power)
        self.assertEqual((50, 10, 90, 10000), (last[5].soc, last[5].soc_lower_bound, last[5].soc_upper_bound,
                                               last[5].capacity))
        self.assertEqual(10000, last[5].power_inclusion_upper_bound)
        self.assertEqual((BatteryComponentState.IDLE, BatteryRelayState.CLOSED),
                         (last[5].component_state, last[5].relay_state))
        self.assertEqual((EVChargerComponentState.READY, EVChargerCableState.EV_LOCKED),
                         (last[8].component_state, last[8].cable_state))

    async def test_sensors(self):
        message = await until(self.client.stream_sensor_data(SensorId(9)), lambda m: True)
        self.assertEqual([21.5], [m.value for m in message.metrics])

    async def test_power_and_its_end(self):
        stream = await self.client.inverter_data(INVERTER)
        await self.client.set_power(INVERTER, 5000)
        await until(stream, lambda m: m.active_power == 5000)
        self.house.tell("pace", 30)
        await until(stream, lambda m: m.active_power == 0)
        await self.refused("OUT_OF_RANGE", self.client.set_power(INVERTER, 1e6))
        await self.refused("FAILED_PRECONDITION", self.client.set_power(BATTERY, 1))
        await self.refused("NOT_FOUND", self.client.set_power(ComponentId(77), 1))
        await self.client.set_reactive_power(INVERTER, 100)

    async def test_bounds(self):
        def inclusion(message):
            return message.active_power_inclusion_lower_bound, message.active_power_inclusion_upper_bound

        stream = await self.client.inverter_data(INVERTER)
        self.house.tell("pace", 0)  # nothing ends before it was seen, however slow this machine is
        await self.client.set_bounds(INVERTER, -2000, 3000)
        await self.client.stub.AddExclusionBounds(pb.SetBoundsParam(
            component_id=4, target_metric=pb.SetBoundsParam.TargetMetric.TARGET_METRIC_POWER_ACTIVE,
            bounds={"lower": -100, "upper": 200}))
        message = await until(stream, lambda m: inclusion(m) == (-2000, 3000) and m.active_power_exclusion_upper_bound)
        self.assertEqual((-100, 200), (message.active_power_exclusion_lower_bound,
                                       message.active_power_exclusion_upper_bound))
        self.house.tell("pace", 30)
        await until(stream, lambda m: inclusion(m) == (-10000, 10000))

    async def test_start_and_stop(self):
        stream, stub = await self.client.inverter_data(INVERTER), self.client.stub
        one = pb.ComponentIdParam(id=4)
        for call, state in ((stub.Stop, "OFF"), (stub.Start, "IDLE"), (stub.HotStandby, "STANDBY"),
                            (stub.ColdStandby, "OFF")):
            await call(one)
            await until(stream, lambda m: m.component_state is InverterComponentState[state])
        self.assertTrue((await stub.CanStreamData(one)).value)

    async def test_an_error(self):
        stream = await self.client.battery_data(BATTERY)
        self.house.tell("fail", 5)
        message = await until(stream, lambda m: m.errors)
        self.assertEqual(BatteryComponentState.ERROR, message.component_state)
        self.assertEqual([("it is too warm", microgrid.ErrorLevel.CRITICAL)],
                         [(e.message, e.level) for e in message.errors])
        await self.client.stub.ErrorAck(pb.ComponentIdParam(id=5))
        await until(stream, lambda m: not m.errors and m.component_state is BatteryComponentState.OFF)

    async def test_the_server_comes_back(self):
        stream = await self.client.meter_data(METER)
        await until(stream, lambda m: True)
        port = self.house.port
        self.assertEqual(0, self.house.stop())
        self.house = House(PROGRAM, port)
        back = datetime.now(timezone.utc)
        await until(stream, lambda m: m.timestamp > back, 30)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # it tells of each stream that ends
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(warnings="ignore")  # names that the client itself still uses
