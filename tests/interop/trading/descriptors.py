"""Compares our .proto files, number by number, with those that the official packages publish:
descriptors.py DESCRIPTORS FILE, the set of FileDescriptorProtos that the build has made, and one of its .proto files.

Compared are services, methods, messages, fields (number, name, kind, repeated, presence) and enums of the file and of
all it uses. Names of packages of the common types differ from release to release and are left out; what
differs on purpose is listed below, and must differ."""
import importlib
import os
import sys
import unittest

from google.protobuf import descriptor_pb2, descriptor_pool

RELEASE = os.environ["LUNAGRID_CLIENT"]  # of the client, "0.16.0"; or "microgrid-0.19.2", of an API

# message: a field of ours, why it is other there.
ON_PURPOSE = {
    "PaginationParams.page_size": "a member of a oneof: we read both, from whoever sends both",
    "PaginationParams.page_token": "the same",
}
BEFORE_09 = {  # what clients up to API 0.8 do not know
    "GridpoolTradeFilter.tag", "DeliveryTimeFilter.time_interval", "DeliveryTimeFilter.duration_filters",
    "Interval.start_time", "Interval.end_time",
    # the same number, another type: proto/lunagrid/compat/trading_08.proto reads it
    "GridpoolOrderFilter.delivery_time_filter", "GridpoolTradeFilter.delivery_time_filter",
    "GridpoolOrderFilter.delivery_period", "GridpoolTradeFilter.delivery_period",
}


def short(name):
    """Without the package: the packages of the common types have the API's version in them."""
    parts = name.split(".")
    return ".".join(p for p in parts if p[:1].isupper())


def facts_of(pool, files):
    """{name: what it is} of everything in these files and what they import, but Google's own."""
    facts, seen = {}, set()

    def enum(e):
        for value in e.values:
            facts[f"{short(e.full_name)}.{value.name}"] = value.number

    def message(m):
        for f in m.fields:
            of = f.message_type or f.enum_type
            alone = f.containing_oneof and len(f.containing_oneof.fields) == 1 and not f.message_type
            repeated = f.is_repeated if hasattr(f, "is_repeated") else f.label == f.LABEL_REPEATED
            oneof = f.containing_oneof.name if f.containing_oneof and len(f.containing_oneof.fields) > 1 else ""
            facts[f"{short(m.full_name)}.{f.name}"] = (
                f.number, f.type, short(of.full_name) if of else "", repeated, bool(alone), oneof)
        for e in m.enum_types:
            enum(e)
        for n in m.nested_types:
            message(n)

    def visit(file):
        if file.name in seen or file.name.startswith("google/"):
            return
        seen.add(file.name)
        for other in file.dependencies:
            visit(other)
        for m in file.message_types_by_name.values():
            message(m)
        for e in file.enum_types_by_name.values():
            enum(e)
        for service in file.services_by_name.values():
            for r in service.methods:
                facts[f"/{service.full_name}/{r.name}"] = (
                    short(r.input_type.full_name), short(r.output_type.full_name), r.client_streaming,
                    r.server_streaming)

    for name in files:
        visit(pool.FindFileByName(name))
    return facts


class Descriptors(unittest.TestCase):
    maxDiff = None

    def test_every_number(self):
        ours = descriptor_pool.DescriptorPool()
        described = descriptor_pb2.FileDescriptorSet()
        with open(PATH, "rb") as file:
            described.ParseFromString(file.read())
        for file in described.file:
            ours.Add(file)
        here = facts_of(ours, [FILE])
        published = importlib.import_module(FILE[:-len(".proto")].replace("/", ".") + "_pb2").DESCRIPTOR
        there = facts_of(published.pool, [FILE])
        self.assertGreater(len(there), 200)  # or nothing was compared
        differ = {n for n in here.keys() | there.keys() if here.get(n) != there.get(n)}
        expected = set()
        if "trading" in FILE:
            expected = set(ON_PURPOSE) | (BEFORE_09 if RELEASE == "0.13.0" else set())
        self.assertEqual([], [f"{n}: here {here.get(n)}, there {there.get(n)}" for n in sorted(differ ^ expected)])


if __name__ == "__main__":
    FILE = sys.argv.pop()
    PATH = sys.argv.pop()
    unittest.main()
