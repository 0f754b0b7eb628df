"""What a gateway costs: a line a figure (name, value, unit, limit), run by run.py where there is a Redis. The answer to
a batch is due a millisecond after its tick; what is measured is more: the way to the host and back, and the journal.

Usage: gateway.py LUNAGRID SOURCE
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("LUNAGRID", sys.argv[1])
os.environ.setdefault("LUNAGRID_SOURCE", sys.argv[2])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
import exchange  # noqa: E402  pylint: disable=wrong-import-position

SLOTS, SLOT_S = 4, 900

STREET = """
local homes = {}
for i = 1, %d do
  homes[i] = area { name = "Home " .. i,
    load { name = "Load " .. i, annual_kWh = 3000, shape = "household" },
    pv { name = "PV " .. i, capacity_kW = 4, model = "clear_sky" } }
end
homes.name = "Street"
return scenario { name = "bench", start = "2024-06-03T10:00Z", slots = %d, ticks_per_slot = 60,
  market = { kind = "two_sided", matching = "pay_as_bid" }, market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(homes) } }
"""


class Trader(exchange.Aggregator):
    """Orders all that its assets need or have at each moment, and notes how long the answer took."""

    def __init__(self, server, name):
        super().__init__(server, name)
        self.seconds = []

    def on_market_slot(self, message):
        commands = {}
        for key, node in exchange.nodes(message["grid_tree"]):
            info = node.get("asset_info", {})
            if info.get("energy_requirement_kWh", 0) > 0:
                energy = info["energy_requirement_kWh"]
                commands[key] = [{"type": "bid", "energy": energy, "price": energy * 20}]
            elif info.get("available_energy_kWh", 0) > 0:
                energy = info["available_energy_kWh"]
                commands[key] = [{"type": "offer", "energy": energy, "price": energy * 15}]
        begun = time.perf_counter()
        self.batch(commands)
        self.seconds.append(time.perf_counter() - begun)

    on_tick = on_market_slot


def run(homes, clients, *words):
    """One run with all assets in the hands of so many clients. Returns seconds of CPU of the host, and of answers."""
    with tempfile.TemporaryDirectory() as folder:
        server = exchange.Redis(folder).start()
        path = os.path.join(folder, "street.lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(STREET % (homes, SLOTS))
        host = subprocess.Popen(
            [exchange.PROGRAM, "run", path, "--out", os.path.join(folder, "r"), "--quiet", "--paused",
             "--gateway", "gsy=" + server.url, *words], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        heard = []
        listener = exchange.Listener(server.connect(), ["*/response/register_participant", "gsy-e-heartbeat/"],
                                     lambda channel, data: heard.append((channel, json.loads(data))))
        exchange.tried(lambda: heard)  # the first heartbeat: it listens
        traders = [Trader(server, f"trader {i}") for i in range(clients)]
        for i in range(1, homes + 1):
            for name in (f"Load {i}", f"PV {i}"):
                traders[i % clients].connection.publish(f"{name}/register_participant",
                                                        json.dumps({"name": name, "transaction_id": name}))
        exchange.tried(lambda: len([1 for c, _ in heard if "/" in c[:-1] and c[0] != "g"]) == 2 * homes, 60)
        for channel, answer in heard:
            if "device_uuid" in answer:
                trader = traders[int(channel.split("/")[0].split()[1]) % clients]
                assert trader.select(answer["device_uuid"])["status"] == "SELECTED"
        before = cpu_of(host.pid)
        traders[0].connection.publish("/resume", json.dumps({"transaction_id": "go"}))
        for trader in traders:
            assert trader.finished.wait(300)
        used = cpu_of(host.pid) - before
        host.wait(30)
        for trader in traders:
            trader.check()
            trader.close()
        listener.stop()
        server.stop()
        return used, [s for trader in traders for s in trader.seconds]


def cpu_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    _, seconds = run(4, 1, "--await-batches=20")
    print(f"gateway, batch of 8 orders to its answer, wall, with Redis\t{statistics.median(seconds) * 1000:.4g}\tms\t1")
    used, _ = run(500, 1, "--pace", "15m=4s")
    print(f"gateway, 1000 assets of one client in real time\t{100 * used / (SLOTS * SLOT_S):.4g}\t% of a core\t5")
    used, _ = run(500, 20, "--pace", "15m=4s")
    print(f"gateway, 1000 assets of 20 clients in real time\t{100 * used / (SLOTS * SLOT_S):.4g}\t% of a core\t5")


if __name__ == "__main__":
    main()
