#!/usr/bin/env python3
"""The plugin's tables against the models that SunSpec publishes (in pysunspec2 from PyPI), point by point; and
pysunspec2 as a client of the equipment that our tests play: it finds the same models and values as we do."""
import json
import os
import re
import subprocess
import sys

import sunspec2
import sunspec2.modbus.client as client

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
OURS = {"int16": "I16", "uint16": "U16", "count": "COUNT", "enum16": "ENUM16", "bitfield16": "BITS16", "pad": "PAD",
        "int32": "I32", "uint32": "U32", "acc32": "ACC32", "bitfield32": "BITS32", "int64": "I64", "uint64": "U64",
        "acc64": "ACC64", "float32": "F32", "string": "TEXT", "sunssf": "SCALE"}
MODELS = [1, 101, 102, 103, 120, 121, 122, 123, 124, 160, 201, 202, 203, 204, *range(701, 715), 802]
POINT = re.compile(r'(GET|SET)(_SCALED|_TEXT)?\(\s*"(\w+)",\s*(\w+)(?:,\s*"(\w+)")?\s*\)')
GROUP = re.compile(r'GROUP\(\s*"(\w+)",\s*(NULL|SUNSPEC_REST|"\w+"),\s*(\w+),\s*(\w+),\s*\d+\)')


def read_tables():
    """model -> group, as (name, times, [(point, type, scale, registers of a text, writable)], [group])."""
    models = {}
    for name in ("models_inverter.c", "models_meter.c", "models_der.c"):
        with open(os.path.join(ROOT, "plugins/modbus", name), encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        points = {found.group(1): [(point, "TEXT" if kind == "_TEXT" else word, scale or None,
                                    int(word) if kind == "_TEXT" else None, how == "SET")
                                   for how, kind, point, word, scale in POINT.findall(found.group(2))]
                  for found in re.finditer(r"sunspec_point (\w+)\[\] = \{(.*?)\};", text, re.S)}
        groups = {"NULL": []}
        for found in re.finditer(r"sunspec_group (\w+)\[\] = \{(.*?)\};", text, re.S):
            groups[found.group(1)] = [(word, times, points[its], groups[inner])
                                      for word, times, its, inner in GROUP.findall(found.group(2))]
        for number, (word, times, its, inner) in [(int(m.group(1)), GROUP.match(m.group(2)).groups())
                                                  for m in re.finditer(r"\{(\d+), (GROUP\([^}]*\))\}", text)]:
            models[number] = (word, times, points[its], groups[inner])
    return models


def compare(where, ours, theirs, wrong):
    name, times, points, groups = ours
    count = theirs.get("count", 1)
    wanted = "NULL" if count == 1 else "SUNSPEC_REST" if count == 0 else f'"{count}"'
    if (name, times) != (theirs["name"], wanted):
        wrong.append(f"{where}: {name} {times}, not {theirs['name']} {wanted}")
    published = [(p["name"], OURS[p["type"]], p.get("sf"), p["size"] if p["type"] == "string" else None,
                  p.get("access") == "RW") for p in theirs["points"]]
    for mine, its in zip(points + [None] * len(published), published):
        if mine != its:
            wrong.append(f"{where}: {mine}, not {its}")
            break
    if len(points) != len(published) or len(groups) != len(theirs.get("groups", [])):
        wrong.append(f"{where}: {len(points)} points and {len(groups)} groups")
    for mine, its in zip(groups, theirs.get("groups", [])):
        compare(f"{where}.{its['name']}", mine, its, wrong)
    return len(points)


def compare_all():
    folder = os.path.join(os.path.dirname(sunspec2.__file__), "models/json")
    tables, wrong, count = read_tables(), [], 0
    for number in MODELS:
        with open(os.path.join(folder, f"model_{number}.json"), encoding="utf-8") as file:
            count += compare(str(number), tables[number], json.load(file)["group"], wrong)
    assert not wrong, "\n".join(wrong)
    print(f"{len(MODELS)} models, {count} points of their own: as published")


def look_with_theirs():
    with subprocess.Popen([sys.executable, os.path.join(ROOT, "tests/plugin/devices/equipment.py")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as equipment:
        port = int(equipment.stdout.readline())
        device = client.SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr="127.0.0.1", ipport=port, timeout=10)
        device.scan()
        found = [number for number in device.models if isinstance(number, int)]
        assert found == [1, 103, 120, 121, 123, 704, 124, 203, 802], found
        inverter, battery = device.models[103][0], device.models[802][0]
        assert abs(inverter.PhVphA.cvalue - 230.1) < 1e-6 and inverter.PhVphB.value is None
        assert battery.SoC.cvalue == 50 and battery.WHRtg.cvalue == 10000
        device.close()
        equipment.stdin.close()
        equipment.wait(30)
    print("pysunspec2 reads the equipment of our tests as we do")


compare_all()
look_with_theirs()
