#!/usr/bin/env python3
"""A SunSpec inverter with a battery and a meter, as a Modbus TCP server that can misbehave.

Prints its port, then obeys lines on its standard input, each answered by one line:
  fine | silent | late MS | short | torn | deaf | foreign | noise | close | refuse CODE   how it answers
  get MODEL POINT, put MODEL POINT VALUE     raw registers, as the device holds them
  writes                                     how many requests have written
  drop                                       closes all connections
Ends with its standard input. The layout of models comes from the tables of the plugin, which a test
of its own compares with those of SunSpec.
"""
import argparse
import asyncio
import os
import re
import struct
import sys
import time

TABLES = os.path.join(os.path.dirname(__file__), "../../../plugins/modbus")
WORDS = {"I64": 4, "U64": 4, "ACC64": 4, "I32": 2, "U32": 2, "ACC32": 2, "BITS32": 2}
NOTHING = {"I16": 0x8000, "SCALE": 0x8000, "ACC32": 0, "ACC64": 0, "TEXT": 0, "PAD": 0x8000}


def layouts():
    """model -> [(point, type, registers)], of models without groups of their own."""
    points, models = {}, {}
    for name in ("models_inverter.c", "models_meter.c", "models_der.c"):
        with open(os.path.join(TABLES, name), encoding="utf-8") as file:
            text = file.read()
        for array in re.finditer(r"sunspec_point (\w+)\[\] = \{(.*?)\};", text, re.S):
            points[name + array.group(1)] = [
                (point, kind or "TEXT", int(size or WORDS.get(kind, 1)))
                for point, kind, size in re.findall(r'[GS]ET\w*\(\s*"(\w+)",\s*(?:([A-Z]\w*)|(\d+))', array.group(2))]
        for model in re.finditer(r'\{(\d+), GROUP\("\w+",\s*NULL,\s*(\w+),', text):
            models[int(model.group(1))] = points[name + model.group(2)]
    return models


START = 40000
VALUES = {  # what is not named is "not implemented"
    1: {},
    120: {"WRtg": 5000, "WRtg_SF": 0, "MaxChaRte": 4000, "MaxChaRte_SF": 0, "WHRtg": 1000, "WHRtg_SF": 1},
    121: {"WMax": 5000, "WMax_SF": 0},
    103: {"A": 123, "AphA": 41, "A_SF": -1, "PhVphA": 2301, "V_SF": -1, "W": 0, "W_SF": 0, "Hz": 5001,
          "Hz_SF": -2, "WH": 123456, "WH_SF": 0, "DCV": 400, "DCV_SF": 0, "TmpCab": 40, "Tmp_SF": 0, "St": 4},
    123: {"Conn": 1, "WMaxLimPct": 100, "WMaxLimPct_RvrtTms": 0, "WMaxLim_Ena": 0, "WMaxLimPct_SF": 0},
    704: {"WSetEna": 0, "WSetMod": 0, "WSet": 0, "WSet_SF": 1, "WSetRvrtTms": 0, "WSetEnaRvrt": 0, "VarSetEna": 0,
          "VarSet": 0, "VarSetMod": 0, "VarSet_SF": 0, "VarSetRvrtTms": 0, "VarSetEnaRvrt": 0},
    124: {"WChaMax": 4000, "WChaMax_SF": 0, "StorCtl_Mod": 0, "InWRte": 100, "OutWRte": 100, "InOutWRte_SF": 0,
          "InOutWRte_RvrtTms": 0, "ChaState": 50, "ChaState_SF": 0, "ChaSt": 6},
    203: {"W": -1500, "W_SF": 0, "TotWhImp": 5000, "TotWhExp": 7000, "TotWh_SF": 0, "Hz": 5000, "Hz_SF": -2},
    802: {"SoC": 500, "SoC_SF": -1, "WHRtg": 1000, "WHRtg_SF": 1, "V": 480, "V_SF": -1, "W": 0, "W_SF": 0,
          "A": 0, "A_SF": 0, "State": 3, "ChaSt": 6},
}


class Equipment:
    def __init__(self, models):
        self.registers, self.places, self.kinds = {}, {}, layouts()
        self.mode, self.argument, self.writes, self.set_at = "fine", 0, 0, 0.0
        self.peers = set()
        self.registers[START], self.registers[START + 1] = 0x5375, 0x6E53
        at = START + 2
        for model in models:
            at = self.lay(model, at)
        self.registers[at], self.registers[at + 1] = 0xFFFF, 0

    def lay(self, model, at):
        begin = at
        for point, kind, size in self.kinds[model]:
            self.places.setdefault((model, point), (at, kind, size))
            nothing = NOTHING.get(kind, 0xFFFF)
            for i in range(size):
                self.registers[at + i] = nothing if i == 0 or nothing == 0xFFFF else 0
            at += size
        self.put(model, "ID", model)
        self.put(model, "L", at - begin - 2)
        for point, value in VALUES.get(model, {}).items():
            self.put(model, point, value)
        return at

    def put(self, model, point, value):
        at, _, size = self.places[model, point]
        raw = int(value) & (1 << 16 * size) - 1
        for i in range(size):
            self.registers[at + i] = raw >> 16 * (size - 1 - i) & 0xFFFF

    def get(self, model, point):
        at, kind, size = self.places[model, point]
        raw = 0
        for i in range(size):
            raw = raw << 16 | self.registers[at + i]
        signed = kind in ("I16", "I32", "I64", "SCALE")
        return raw - (1 << 16 * size) if signed and raw >> (16 * size - 1) else raw

    def has(self, model):
        return (model, "ID") in self.places

    def live(self):
        """What the set points and their own watchdogs have made of it by now."""
        power, now = 0, time.monotonic()
        if self.has(704) and self.get(704, "WSetEna") == 1:
            limit = self.get(704, "WSetRvrtTms")
            if 0 < limit < now - self.set_at:
                self.put(704, "WSetEna", 0)
            else:
                power = self.get(704, "WSet") * 10
        elif self.has(124) and self.get(124, "StorCtl_Mod") == 3:
            limit = self.get(124, "InOutWRte_RvrtTms")
            if 0 < limit < now - self.set_at:
                self.put(124, "StorCtl_Mod", 0)
            else:
                power = self.get(124, "OutWRte") * 40
        if self.has(103):
            self.put(103, "W", max(-5000, min(5000, power)))

    def answer(self, unit, body):
        function, = struct.unpack_from(">B", body)
        address, count = struct.unpack_from(">HH", body, 1)
        self.live()
        if self.mode == "refuse":
            return struct.pack(">BB", function | 0x80, self.argument)
        if function in (3, 4):
            asked = range(address, address + count)
            if any(a not in self.registers for a in asked):
                return struct.pack(">BB", function | 0x80, 2)
            values = [self.registers[a] for a in asked]
            if self.mode == "short":
                values = values[:-1]
            return struct.pack(f">BB{len(values)}H", function, 2 * len(values), *values)
        if function in (6, 16):
            values = [count] if function == 6 else struct.unpack_from(f">{count}H", body, 6)
            if any(address + i not in self.registers for i in range(len(values))):
                return struct.pack(">BB", function | 0x80, 2)
            self.writes += 1
            self.set_at = time.monotonic()
            if self.mode != "deaf":
                self.registers.update({address + i: v for i, v in enumerate(values)})
            return body[:5]
        return struct.pack(">BB", function | 0x80, 1)

    async def serve(self, reader, writer):
        self.peers.add(writer)
        try:
            while True:
                number, protocol, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                body = await reader.readexactly(length - 1)
                if self.mode == "close":
                    return
                if self.mode == "silent":
                    continue
                reply = self.answer(unit, body)
                if self.mode == "foreign":
                    unit += 1
                frame = struct.pack(">HHHB", number, protocol, len(reply) + 1, unit) + reply
                if self.mode == "noise":
                    frame = b"HTTP/1.1 400 Bad Request\r\n\r\n"
                if self.mode == "late":
                    await asyncio.sleep(self.argument / 1000)
                if self.mode == "torn":
                    writer.write(frame[:5])
                    await writer.drain()
                    continue
                writer.write(frame)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, struct.error):
            pass
        finally:
            self.peers.discard(writer)
            writer.close()

    def obey(self, words):
        if words[0] == "get":
            return str(self.get(int(words[1]), words[2]))
        if words[0] == "put":
            self.put(int(words[1]), words[2], int(words[3]))
        elif words[0] == "writes":
            return str(self.writes)
        elif words[0] == "drop":
            for writer in list(self.peers):
                writer.close()
        else:
            self.mode, self.argument = words[0], int(words[1]) if len(words) > 1 else 0
        return "ok"


async def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--models", default="1,103,120,121,123,704,124,203,802")
    options.add_argument("--count", type=int, default=1, help="so many of them, each with a port of its own")
    options = options.parse_args()
    models = [int(word) for word in options.models.split(",")]
    all_of_them, ports = [], []
    for _ in range(options.count):
        equipment = Equipment(models)
        server = await asyncio.start_server(equipment.serve, "127.0.0.1", 0)
        all_of_them.append((equipment, server))
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        print(all_of_them[0][0].obey(line.decode().split()), flush=True)


asyncio.run(main())
