"""What tools of gRPC do with our gateway, by grpcio: reflection, health, TLS, compression, deadlines, cancellation, odd
texts, many calls: tools.py EXCHANGE."""
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import grpc
from frequenz.api.electricity_trading.v1 import electricity_trading_pb2 as pb
from frequenz.api.electricity_trading.v1 import electricity_trading_pb2_grpc as pb_grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService"


class Tools(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, options=""):
        self.process = subprocess.Popen([PROGRAM, "127.0.0.1:0" + options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        said = self.process.stdout.readline()
        self.assertIn("listens on", said, msg="it does not")
        return "127.0.0.1:" + said.split("127.0.0.1:")[1].split(",")[0]

    def stop(self):
        _, errors = self.process.communicate(timeout=20)  # closes its input
        self.assertEqual(0, self.process.returncode, errors)

    def channel(self, address, **more):
        channel = grpc.insecure_channel(address, **more)
        self.addCleanup(channel.close)
        return channel

    def refused(self, code, call, *words, **more):
        with self.assertRaises(grpc.RpcError) as caught:
            call(*words, **more)
        self.assertEqual(code, caught.exception.code().name)
        return caught.exception

    def test_reflection(self):
        """A client that knows nothing reads the types from the server and makes a call with them."""
        channel = self.channel(self.start())
        database = ProtoReflectionDescriptorDatabase(channel)
        self.assertEqual([SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                          "grpc.reflection.v1alpha.ServerReflection"], sorted(database.get_services()))
        pool = DescriptorPool(database)
        method = pool.FindServiceByName(SERVICE).methods_by_name["ListGridpoolOrders"]
        ask, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
        call = channel.unary_unary(f"/{SERVICE}/ListGridpoolOrders", ask.SerializeToString, answer.FromString)
        self.assertEqual(0, call(ask(gridpool_id=1)).pagination_info.total_items)
        for name in ("google.protobuf.Struct", SERVICE + ".GetGridpoolOrder",
                     "frequenz.api.common.v1alpha8.market.Price.Currency",
                     "frequenz.api.electricity_trading.electricity_trading.v1.Order.tag"):
            found = database.FindFileContainingSymbol(name)
            self.assertTrue(found.name, name)
        with self.assertRaises(KeyError):
            database.FindFileContainingSymbol("frequenz.api.Nothing")
        with self.assertRaises(KeyError):
            database.FindFileByName("nothing.proto")

    def test_reflection_goes_on_after_an_error(self):
        stub = reflection_pb2_grpc.ServerReflectionStub(self.channel(self.start()))
        question = reflection_pb2.ServerReflectionRequest
        answers = list(stub.ServerReflectionInfo(iter([
            question(file_by_filename="nothing.proto"), question(all_extension_numbers_of_type="x"),
            question(list_services="*")])))
        self.assertEqual([5, 5], [a.error_response.error_code for a in answers[:2]])
        self.assertEqual(4, len(answers[2].list_services_response.service))
        self.assertEqual("nothing.proto", answers[0].original_request.file_by_filename)

    def test_health(self):
        stub = health_pb2_grpc.HealthStub(self.channel(self.start()))
        ask = health_pb2.HealthCheckRequest
        for service in ("", SERVICE):
            self.assertEqual(1, stub.Check(ask(service=service)).status)
        self.refused("NOT_FOUND", stub.Check, ask(service="nothing"))
        self.assertEqual(3, next(stub.Watch(ask(service="nothing"))).status)
        watch = stub.Watch(ask())
        self.assertEqual(1, next(watch).status)
        self.process.stdin.close()  # it ends
        self.process.stdin = None
        self.assertEqual("UNAVAILABLE", self.last_of(watch))

    def last_of(self, stream):
        try:
            for _ in stream:
                pass
        except grpc.RpcError as error:
            return error.code().name
        return "OK"

    def test_wrong_calls(self):
        channel = self.channel(self.start())
        self.refused("UNIMPLEMENTED", channel.unary_unary(f"/{SERVICE}/Nothing"), b"")
        self.refused("UNIMPLEMENTED", channel.unary_unary("/no.Service/Nothing"), b"")
        get = channel.unary_unary(f"/{SERVICE}/GetGridpoolOrder")
        self.refused("INTERNAL", get, b"\x08")  # is cut
        self.refused("INTERNAL", get, b"\x0b\x0c")
        self.refused("RESOURCE_EXHAUSTED", get, b"\x12" + b"\xff\xff\x3f" + b"x" * 0xfffff)
        two = channel.stream_unary(f"/{SERVICE}/GetGridpoolOrder")
        self.refused("UNIMPLEMENTED", two, iter([b"", b""]))
        self.refused("UNIMPLEMENTED", two, iter([]))

    def test_deadline_and_cancel(self):
        stub = pb_grpc.ElectricityTradingServiceStub(self.channel(self.start()))
        request = pb.ReceivePublicTradesStreamRequest()
        began = time.monotonic()
        self.assertEqual("DEADLINE_EXCEEDED", self.last_of(stub.ReceivePublicTradesStream(request, timeout=0.5)))
        self.assertLess(time.monotonic() - began, 5)
        calls = [stub.ReceivePublicTradesStream(request) for _ in range(500)]
        for call in calls:
            self.assertEqual((), call.initial_metadata())  # it comes at once
            call.cancel()
        self.assertEqual(0, stub.ListGridpoolOrders(pb.ListGridpoolOrdersRequest(gridpool_id=1))
                         .pagination_info.total_items)

    def test_compression(self):
        stub = pb_grpc.ElectricityTradingServiceStub(self.channel(self.start()))
        request = pb.ListGridpoolOrdersRequest(gridpool_id=1)
        request.filter.tag = "x" * 200  # long enough to be worth it
        error = self.refused("UNIMPLEMENTED", stub.ListGridpoolOrders, request, compression=grpc.Compression.Gzip)
        self.assertIn("compressed", error.details())
        stub.ListGridpoolOrders(request)

    def test_a_thousand_streams_on_one_connection(self):
        async def run(address):
            async with grpc.aio.insecure_channel(address) as channel:
                stub = pb_grpc.ElectricityTradingServiceStub(channel)
                calls = [stub.ReceivePublicTradesStream(pb.ReceivePublicTradesStreamRequest()) for _ in range(1000)]
                await asyncio.gather(*(call.initial_metadata() for call in calls))
                list_of = await stub.ListGridpoolOrders(pb.ListGridpoolOrdersRequest(gridpool_id=1))
                for call in calls:
                    call.cancel()
                return list_of.pagination_info.total_items
        self.assertEqual(0, asyncio.run(run(self.start())))

    def test_many_calls_on_one_connection(self):
        stub = pb_grpc.ElectricityTradingServiceStub(self.channel(self.start()))
        for number in range(1, 3000):
            self.refused("NOT_FOUND", stub.GetGridpoolOrder, pb.GetGridpoolOrderRequest(gridpool_id=1, order_id=number))

    def test_tls(self):
        cert, key = (os.path.join(self.folder.name, name) for name in ("cert.pem", "key.pem"))
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                               "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                               "-addext", "subjectAltName=DNS:localhost"], capture_output=True)
        self.assertEqual(0, made.returncode, made.stderr)
        address = self.start(f"?tls_cert={cert}&tls_key={key}").replace("127.0.0.1", "localhost")
        with open(cert, "rb") as file:
            trusted = grpc.ssl_channel_credentials(file.read())
        with grpc.secure_channel(address, trusted) as channel:
            stub = pb_grpc.ElectricityTradingServiceStub(channel)
            for _ in range(200):
                stub.ListGridpoolOrders(pb.ListGridpoolOrdersRequest(gridpool_id=1), timeout=10)
            stream = stub.ReceivePublicOrderBookStream(pb.ReceivePublicOrderBookStreamRequest(), timeout=1)
            self.assertEqual("DEADLINE_EXCEEDED", self.last_of(stream))
        with grpc.insecure_channel(address) as channel:  # in clear, at the wrong door
            stub = health_pb2_grpc.HealthStub(channel)
            self.refused("UNAVAILABLE", stub.Check, health_pb2.HealthCheckRequest(), timeout=10)

    def test_who_says_nothing(self):
        """A connection on which nothing comes is closed; one that ends in the middle of a word ends nothing else."""
        host, port = self.start().split(":")
        with socket.create_connection((host, int(port)), timeout=20) as silent:
            cut = socket.create_connection((host, int(port)))
            cut.sendall(b"PRI * HT")
            cut.close()
            while silent.recv(4096):
                pass  # settings, and then the end
        stub = health_pb2_grpc.HealthStub(self.channel(f"{host}:{port}"))
        self.assertEqual(1, stub.Check(health_pb2.HealthCheckRequest()).status)

    def test_addresses_that_are_refused(self):
        for words, why in (("0.0.0.0:0", "is reached by others"), ("127.0.0.1:0?keys=/nowhere", "/nowhere"),
                           ("127.0.0.1:0?tls_cert=/a&tls_key=/b", "TLS"), ("1.2.3.4:0?open=yes", "cannot be listened")):
            done = subprocess.run([PROGRAM, words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20)
            self.assertEqual(1, done.returncode)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
