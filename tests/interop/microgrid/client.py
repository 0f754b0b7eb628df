"""Frequenz's client of the Microgrid API, 0.18, unmodified, against our gateway on a home: client.py HOUSE [unittest
words]. HOUSE is the program of house.c. What the client has no method for is called through its stub."""
import asyncio
import logging
import os
import sys
import time
import unittest
from datetime import datetime, timedelta, timezone

import grpc
from frequenz.api.microgrid.v1alpha18 import microgrid_pb2 as pb
from frequenz.client import microgrid
from frequenz.client.common.microgrid import MicrogridId, EnterpriseId
from frequenz.client.common.microgrid.components import ComponentId
from frequenz.client.common.microgrid.sensors import SensorId
from frequenz.client.microgrid import component as kinds
from frequenz.client.microgrid.component import ComponentStateCode as State
from frequenz.client.microgrid.metrics import Bounds, Metric

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from house import IDS, House, seconds, until, warnings

INVERTER, BATTERY, METER, SUN = (ComponentId(IDS[name]) for name in ("battery inverter", "battery", "meter",
                                                                      "sun inverter"))
PACE = 30
AC = [Metric.AC_POWER_ACTIVE, Metric.AC_POWER_REACTIVE, Metric.AC_FREQUENCY, Metric.AC_VOLTAGE_PHASE_1_N,
      Metric.AC_CURRENT_PHASE_1]
DC = [Metric.DC_POWER, Metric.BATTERY_SOC_PCT, Metric.BATTERY_CAPACITY, Metric.BATTERY_TEMPERATURE]


def value(message, metric):
    return next(sample.as_single_value() for sample in message.metric_samples if sample.metric is metric)


def bounds(message, metric):
    return [(b.lower, b.upper) for sample in message.metric_samples if sample.metric is metric for b in sample.bounds]


class Microgrid(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.house = House(PROGRAM)
        self.client = microgrid.MicrogridApiClient(self.house.url)

    async def asyncTearDown(self):
        await self.client.disconnect()
        self.assertEqual(0, self.house.stop())

    def stream(self, component, *metrics):
        return self.client.receive_component_data_samples_stream(component, metrics or AC)

    async def refused(self, code, request):
        with self.assertRaises((microgrid.ApiClientError, grpc.RpcError)) as caught:
            await request
        error = getattr(caught.exception, "grpc_error", caught.exception)
        self.assertEqual(code, error.code().name, error.details())

    def power(self, watts, component=INVERTER, lifetime_s=None):
        return self.client.set_component_power_active(
            component, watts, request_lifetime=lifetime_s and timedelta(seconds=lifetime_s))


class Facts(Microgrid):
    async def test_info(self):
        with warnings() as found:
            info = await self.client.get_microgrid_info()
        self.assertEqual([], found)
        self.assertEqual(MicrogridId(42), info.id)
        self.assertEqual(EnterpriseId(7), info.enterprise_id)
        self.assertEqual("Luna home", info.name)
        self.assertEqual("10YDE-EON------1", info.delivery_area.code)
        self.assertEqual("DE", info.location.country_code)
        self.assertTrue(info.is_active)
        self.assertEqual(datetime.fromtimestamp(1600000000, timezone.utc), info.create_timestamp)

    async def test_components(self):
        with warnings() as found:
            all_of_them = {int(c.id): c for c in await self.client.list_components()}
        self.assertEqual([], found)
        self.assertEqual(set(range(1, 9)), set(all_of_them))
        self.assertIsInstance(all_of_them[1], kinds.GridConnectionPoint)
        self.assertEqual(63, all_of_them[1].rated_fuse_current)
        self.assertIsInstance(all_of_them[2], kinds.Meter)
        self.assertIsInstance(all_of_them[4], kinds.BatteryInverter)
        self.assertIsInstance(all_of_them[5], kinds.LiIonBattery)
        self.assertIsInstance(all_of_them[7], kinds.SolarInverter)
        self.assertIsInstance(all_of_them[8], kinds.AcEvCharger)
        self.assertEqual("sun inverter", all_of_them[7].name)
        some = await self.client.list_components(components=[INVERTER, BATTERY],
                                                 categories=[kinds.ComponentCategory.BATTERY])
        self.assertEqual([BATTERY], [c.id for c in some])

    async def test_connections(self):
        with warnings() as found:
            wires = {(int(c.source), int(c.destination)) for c in await self.client.list_connections()}
        self.assertEqual([], found)
        self.assertEqual({(1, 2), (2, 3), (3, 4), (4, 5), (2, 6), (6, 7), (2, 8)}, wires)
        some = await self.client.list_connections(sources=[METER], destinations=[ComponentId(8), BATTERY])
        self.assertEqual([(2, 8)], [(int(c.source), int(c.destination)) for c in some])

    async def test_sensors(self):
        sensors = list(await self.client.list_sensors())
        self.assertEqual([SensorId(9)], [s.id for s in sensors])
        message = await until(self.client.receive_sensor_telemetry_stream(SensorId(9), [Metric.SENSOR_TEMPERATURE]),
                              lambda m: True)
        self.assertEqual(21.5, message.metric_samples[0].as_single_value())


class Telemetry(Microgrid):
    async def test_every_component_speaks(self):
        """Each second, without a warning, with times of now."""
        streams = {IDS[name]: self.stream(ComponentId(IDS[name]), *(DC if name == "battery" else AC))
                   for name in IDS if name not in ("grid", "thermometer")}
        counts = dict.fromkeys(streams, 0)
        lasts = seconds("TELEMETRY", 5)

        async def follow(number, stream):
            end = time.monotonic() + lasts
            while time.monotonic() < end:
                message = await until(stream, lambda m: True, 10)
                self.assertEqual(number, int(message.component_id))
                self.assertEqual(1, len(message.states))
                self.assertEqual(1, len({s.sampled_at for s in message.metric_samples} | {message.states[0].sampled_at}))
                self.assertLess(abs((datetime.now(timezone.utc) - message.states[0].sampled_at).total_seconds()), 5)
                self.assertFalse(message.states[0].errors)
                counts[number] += 1

        with warnings() as found:
            await asyncio.gather(*(follow(*row) for row in streams.items()))
        self.assertEqual([], found)
        self.assertGreaterEqual(min(counts.values()), lasts)  # one a second at least

    async def test_filters(self):
        message = await until(self.stream(BATTERY, Metric.BATTERY_SOC_PCT), lambda m: True)
        self.assertEqual([Metric.BATTERY_SOC_PCT], [s.metric for s in message.metric_samples])
        self.assertEqual([(10, 90)], bounds(message, Metric.BATTERY_SOC_PCT))
        self.assertEqual({State.READY, State.RELAY_CLOSED}, set(message.states[0].states))
        request = pb.ReceiveElectricalComponentTelemetryStreamRequest
        await self.refused("INVALID_ARGUMENT", anext(aiter(self.client.stub.ReceiveElectricalComponentTelemetryStream(
            request(electrical_component_id=4, filter=request.ComponentTelemetryStreamFilter())))))
        await self.refused("NOT_FOUND", anext(aiter(self.client.stub.ReceiveElectricalComponentTelemetryStream(
            request(electrical_component_id=77)))))

    async def test_many_streams(self):
        """Far more than a hundred at a time on one connection."""
        request = pb.ReceiveElectricalComponentTelemetryStreamRequest
        calls = [self.client.stub.ReceiveElectricalComponentTelemetryStream(request(electrical_component_id=2 + i % 7))
                 for i in range(500)]
        async with asyncio.timeout(30):
            for call in calls:
                await call.read()
        for call in calls:
            call.cancel()

    async def test_a_silent_device(self):
        stream = self.stream(INVERTER)
        await until(stream, lambda m: True)
        self.house.tell("silence", int(INVERTER))
        with self.assertRaises(TimeoutError):  # the stream is open and nothing comes
            while True:
                await until(stream, lambda m: True, seconds("SILENCE", 2))
        self.house.tell("speak", int(INVERTER))
        message = await until(stream, lambda m: True)
        self.assertLess((datetime.now(timezone.utc) - message.states[0].sampled_at).total_seconds(), 5)

    async def test_an_error(self):
        stream = self.stream(BATTERY, *DC)
        self.house.tell("fail", int(BATTERY))
        message = await until(stream, lambda m: m.states[0].errors)
        self.assertIn(State.ERROR, message.states[0].states)
        self.assertEqual({kinds.ComponentErrorCode.OVERTEMPERATURE}, set(message.states[0].errors))


class Commands(Microgrid):
    def hurry(self):
        """Lifetimes end soon: so far none has, however slow this machine is."""
        self.house.tell("pace", PACE)

    async def test_power_and_its_end(self):
        inverter, meter, battery = self.stream(INVERTER), self.stream(METER), self.stream(BATTERY, *DC)
        before = datetime.now(timezone.utc)
        ends = await self.power(5000, lifetime_s=90)
        self.assertLess(abs((ends - before).total_seconds() - 90), 20)
        await until(inverter, lambda m: value(m, Metric.AC_POWER_ACTIVE) == 5000)
        await until(meter, lambda m: value(m, Metric.AC_POWER_ACTIVE) == 5000 + 500 - 3000)
        charging = await until(battery, lambda m: State.CHARGING in m.states[0].states)
        await until(battery, lambda m: value(m, Metric.BATTERY_SOC_PCT) > value(charging, Metric.BATTERY_SOC_PCT))
        self.hurry()
        idle = await until(inverter, lambda m: value(m, Metric.AC_POWER_ACTIVE) == 0)
        self.assertEqual({State.READY}, set(idle.states[0].states))

    async def test_the_sun_is_curtailed(self):
        stream = self.stream(SUN)
        await until(stream, lambda m: value(m, Metric.AC_POWER_ACTIVE) == -3000)
        await self.power(-1000, SUN, lifetime_s=90)
        await until(stream, lambda m: value(m, Metric.AC_POWER_ACTIVE) == -1000)
        self.hurry()
        await until(stream, lambda m: value(m, Metric.AC_POWER_ACTIVE) == -3000)

    async def test_what_is_refused(self):
        await self.refused("OUT_OF_RANGE", self.power(1e6))
        await self.refused("NOT_FOUND", self.power(1, ComponentId(77)))
        await self.refused("FAILED_PRECONDITION", self.power(1, BATTERY))
        stub = self.client.stub
        for lifetime_s in 0, 9, 901, 2**64 - 1:
            request = pb.SetElectricalComponentPowerRequest(
                electrical_component_id=4, power_type=pb.POWER_TYPE_ACTIVE, power=1, request_lifetime=lifetime_s)
            await self.refused("INVALID_ARGUMENT", anext(aiter(stub.SetElectricalComponentPower(request))))

    async def test_steps(self):
        request = pb.SetElectricalComponentPowerRequest(electrical_component_id=4, power=100,
                                                        power_type=pb.POWER_TYPE_REACTIVE)
        steps = [s.status async for s in self.client.stub.SetElectricalComponentPower(request)]
        self.assertEqual([pb.SET_ELECTRICAL_COMPONENT_POWER_REQUEST_STATUS_ACCEPTED,
                          pb.SET_ELECTRICAL_COMPONENT_POWER_REQUEST_STATUS_SUCCESS], steps)

    async def test_bounds(self):
        stream = self.stream(INVERTER)
        await self.power(5000, lifetime_s=900)
        await until(stream, lambda m: value(m, Metric.AC_POWER_ACTIVE) == 5000)
        await self.client.add_component_bounds(INVERTER, Metric.AC_POWER_ACTIVE, [Bounds(lower=-2000, upper=2000)],
                                               validity=microgrid.Validity.ONE_MINUTE)
        held = await until(stream, lambda m: bounds(m, Metric.AC_POWER_ACTIVE) == [(-2000, 2000)])
        self.assertEqual(2000, value(held, Metric.AC_POWER_ACTIVE))
        await self.refused("OUT_OF_RANGE", self.power(3000))
        self.hurry()
        free = await until(stream, lambda m: bounds(m, Metric.AC_POWER_ACTIVE) == [(-10000, 10000)])
        self.assertEqual(5000, value(free, Metric.AC_POWER_ACTIVE))
        await self.refused("INVALID_ARGUMENT", self.client.add_component_bounds(INVERTER, Metric.AC_POWER_ACTIVE, []))

    async def test_start_and_stop(self):
        stream, stub = self.stream(INVERTER), self.client.stub
        await stub.StopElectricalComponent(pb.StopElectricalComponentRequest(electrical_component_id=4))
        await until(stream, lambda m: set(m.states[0].states) == {State.OFF})
        await self.refused("FAILED_PRECONDITION", self.power(100))
        await stub.StartElectricalComponent(pb.StartElectricalComponentRequest(electrical_component_id=4))
        await until(stream, lambda m: set(m.states[0].states) == {State.READY})
        await stub.PutElectricalComponentInStandby(
            pb.PutElectricalComponentInStandbyRequest(electrical_component_id=4))
        await until(stream, lambda m: set(m.states[0].states) == {State.STANDBY})
        self.house.tell("fail", 4)
        await until(stream, lambda m: m.states[0].errors)
        await self.refused("FAILED_PRECONDITION",
                           stub.StartElectricalComponent(pb.StartElectricalComponentRequest(electrical_component_id=4)))
        await stub.AckElectricalComponentError(pb.AckElectricalComponentErrorRequest(electrical_component_id=4))
        await until(stream, lambda m: set(m.states[0].states) == {State.OFF} and not m.states[0].errors)


class Restart(Microgrid):
    async def test_the_server_comes_back(self):
        stream = self.stream(INVERTER)
        await until(stream, lambda m: True)
        port = self.house.port
        self.assertEqual(0, self.house.stop())
        self.house = House(PROGRAM, port=port)
        back = datetime.now(timezone.utc)
        await until(stream, lambda m: m.states[0].sampled_at > back, 30)
        await self.power(100)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # it tells of each stream that ends
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(warnings="ignore")  # names that the client itself still uses
