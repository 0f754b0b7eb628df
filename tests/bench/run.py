#!/usr/bin/env python3
"""Measures lunagrid against the agreed limits: prints a table and writes BUILD/bench.json.

Usage: run.py --build DIR [--long] [--only WORD] [--smoke]

Figures of single parts come from BUILD/bench/bench_*, one line each: name, value, unit, limit, with tabs
between; a limit is a number (at most), ">= number" (at least) or empty. Whole runs are made here, on the scenarios beside this file. Time is CPU time (user and system)
of the process unless the name says wall; a figure is the median of several runs. A limit that is missed
is shown as MISS; the exit code is 1 only when something could not be measured, for a miss on one machine
is a question and not a broken build.
"""
import argparse
import glob
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COMMUNITIES = os.path.join(HERE, "communities.lua")
ONE_MARKET = os.path.join(HERE, "one_market.lua")
GOLDEN_DAYS = (("default_2a", 16),)  # CPU seconds of the original; a thousandth of it is as many ms
TICKS_A_DAY = 960
LONG_SECONDS_MAX = 240  # a million assets are run unasked when they should take at most this


class Failed(Exception):
    """A measurement could not be made; the text says why."""


class Run:
    """What one run of lunagrid cost."""

    def __init__(self, line):
        code, wall, user, system, rss_kib = line.split()
        self.code = int(code)
        self.wall_s = float(wall)
        self.cpu_s = float(user) + float(system)
        self.rss_bytes = int(rss_kib) * 1024


class Bench:
    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.options = options
        self.rows = []
        self.failed = False

    def add(self, name, value, unit, limit=None, least=False):
        """A limit is the most the value may be, or the least; None: the figure is only told."""
        ok = None if limit is None else value >= limit if least else value <= limit
        self.rows.append({"name": name, "value": value, "unit": unit, "limit": limit,
                          "limit_is": None if limit is None else "least" if least else "most", "ok": ok})
        verdict = "" if ok is None else "ok" if ok else "MISS"
        shown = "" if limit is None else f"{'>=' if least else '<='} {limit:,.10g}"
        digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        print(f"{name:<60} {digits:>12} {unit:<8} {shown:>12}  {verdict}".rstrip(), flush=True)

    def wanted(self, name):
        return not self.options.only or self.options.only in name

    def command(self, words):
        """What one command cost."""
        with tempfile.TemporaryDirectory(dir=os.path.join(self.build, "bench")) as folder:
            report = os.path.join(folder, "report")
            result = subprocess.run([os.path.join(self.build, "bench", "measure"), report, *words],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                    text=True)
            if result.returncode != 0:
                raise Failed(result.stderr.strip() or f"measure ended with {result.returncode}")
            with open(report, encoding="ascii") as file:
                run = Run(file.read())
        if run.code != 0:
            raise Failed(f"{words[1]} ended with {run.code}: {result.stderr.strip()[-2000:]}")
        return run

    def lunagrid(self, scenario, settings, days=1, runs=1, words=()):
        """Median run of `lunagrid run`; every run writes into a folder of its own that is removed."""
        program = os.path.join(self.build, "lunagrid")
        done = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=os.path.join(self.build, "bench")) as folder:
                report = os.path.join(folder, "report")
                command = [os.path.join(self.build, "bench", "measure"), report, program, "run", scenario,
                           "--quiet", "--out", os.path.join(folder, "out"), "--days", str(days), *words]
                for key, value in settings.items():
                    command += ["--set", f"{key}={value}"]
                result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
                if result.returncode != 0:
                    raise Failed(result.stderr.strip() or f"measure ended with {result.returncode}")
                with open(report, encoding="ascii") as file:
                    run = Run(file.read())
                if run.code != 0:
                    raise Failed(f"lunagrid ended with {run.code}: {result.stderr.strip()[-2000:]}")
                done.append(run)
        return sorted(done, key=lambda run: run.cpu_s)[len(done) // 2]


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "unknown"
    return (done.stdout.splitlines() or ["unknown"])[0].strip()


def field(path, name):
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def machine(build):
    """Where the figures come from; without it they say nothing."""
    packages = ["lua5.4", "libevent_core", "sqlite3", "libxxhash", "libcjson", "libcrypto"]
    cache = {}
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            cache[key.split(":")[0]] = value
    compiler = cache.get("CMAKE_C_COMPILER", "cc")
    memory = field("/proc/meminfo", "MemTotal").split()[0]
    return {
        "cpu": field("/proc/cpuinfo", "model name") if platform.machine() == "x86_64" else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory) / 1024 / 1024, 1) if memory.isdigit() else memory,
        "kernel": platform.release(),
        "compiler": first_line(compiler, "--version"),
        "build_type": cache.get("CMAKE_BUILD_TYPE", "unknown"),
        "lunagrid": first_line(os.path.join(build, "lunagrid"), "--version"),
        "libraries": {name: first_line("pkg-config", "--modversion", name) for name in packages},
        "load_at_start": os.getloadavg()[0],
    }


def add_lines(bench, text):
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) == 4:
            limit = fields[3].removeprefix("<=").removeprefix(">=").strip()
            bench.add(fields[0], float(fields[1]), fields[2], float(limit) if limit else None,
                      least=fields[3].startswith(">="))


def parts(bench):
    """The figures of bench_market, bench_script and bench_store."""
    for program in sorted(glob.glob(os.path.join(bench.build, "bench", "bench_*"))):
        name = os.path.basename(program)
        if not bench.wanted(name) or not os.access(program, os.X_OK):
            continue
        done = subprocess.run([program], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              cwd=os.path.join(bench.build, "bench"))
        add_lines(bench, done.stdout)
        if done.returncode != 0:
            raise Failed(f"{name} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")


def hundred(bench):
    run = bench.lunagrid(COMMUNITIES, {"assets": 100}, runs=11)
    bench.add("100 assets x 1 day x 10 ticks, whole process", run.cpu_s * 1e3, "ms", 50)


def ten_thousand(bench):
    run = bench.lunagrid(COMMUNITIES, {"assets": 10000}, runs=3)
    bench.add("10,000 assets x 1 day, one core", run.cpu_s, "s", 2)
    quiet = bench.lunagrid(COMMUNITIES, {"assets": 10000, "trades": "false"}, runs=3)
    bench.add("10,000 assets x 1 day, trades not stored", quiet.cpu_s, "s")
    bench.add("ramp strategy, per asset and tick, everything included",
              quiet.cpu_s / (10000 * TICKS_A_DAY) * 1e9, "ns", 150)


def million(bench):
    guess = bench.lunagrid(COMMUNITIES, {"assets": 10000, "trades": "false"}).cpu_s * 100
    if guess > LONG_SECONDS_MAX and not bench.options.long:
        print(f"1,000,000 assets x 1 day: left out, would take about {guess:.0f} s (make bench-long)")
        return
    run = bench.lunagrid(COMMUNITIES, {"assets": 1000000, "trades": "false"})
    bench.add("1,000,000 assets x 1 day, CPU", run.cpu_s, "s")
    bench.add("1,000,000 assets x 1 day, wall", run.wall_s, "s")
    bench.add("1,000,000 assets x 1 day, peak memory an asset", run.rss_bytes / 1e6, "bytes", 2048)


def homes(bench):
    """CPU of one more day a home: what does not depend on the number of days is left out."""
    times = {}
    for count, more, runs in ((100, 20, 5), (1000, 4, 5), (10000, 1, 3)):
        settings = {"homes": count, "trades": "false"}
        short = bench.lunagrid(ONE_MARKET, settings, days=1, runs=runs)
        longer = bench.lunagrid(ONE_MARKET, settings, days=1 + more, runs=runs)
        times[count] = (longer.cpu_s - short.cpu_s) / more / count
        bench.add(f"{count:,} homes under one market, a home and day", times[count] * 1e6, "us")
    if min(times.values()) <= 0:
        raise Failed("one more day cost no time that could be measured")
    bench.add("homes under one market: dearest to cheapest home",
              max(times.values()) / min(times.values()), "x", 1.3)


def budget(bench):
    """The same agents, with their instructions counted and without: everything that an asset and tick costs."""
    times = {}
    for units in (0, 10**9):
        settings = {"homes": 1000, "trades": "false", "units": units}
        short = bench.lunagrid(ONE_MARKET, settings, days=1, runs=5)
        longer = bench.lunagrid(ONE_MARKET, settings, days=5, runs=5)
        times[units] = longer.cpu_s - short.cpu_s
    if times[0] <= 0:
        raise Failed("four more days cost no time that could be measured")
    bench.add("asset and tick with a budget of units, to one without", times[10**9] / times[0], "x", 1.5)


def memory(bench):
    """Flat over the days. In the first days SQLite's page cache fills up to its bound: hence two limits."""
    peaks = {}
    for days in (1, 10, 100):
        peaks[days] = bench.lunagrid(COMMUNITIES, {"assets": 1000}, days=days).rss_bytes
        bench.add(f"peak memory, 1,000 assets x {days} days", peaks[days] / 2**20, "MiB")
    bench.add("peak memory, 100 days to 1 day", peaks[100] / peaks[1], "x", 1.25)
    bench.add("peak memory, 100 days to 10 days", peaks[100] / peaks[10], "x", 1.05)


def cached(build, name):
    """A setting of the build tree, or None."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            if key.split(":")[0] == name:
                return value
    return None


def golden(bench):
    """Recorded days of the gsy-e exchange: at most a thousandth of the CPU time that it took."""
    folder = cached(bench.build, "LG_GOLDEN_DIR") or os.path.join(HERE, "..", "..", "..", "shared", "golden")
    for day, original_s in GOLDEN_DAYS:
        scenario = os.path.join(folder, day, "scenario.json")
        if not os.path.exists(scenario):
            print(f"golden day {day}: left out, there is no recording in {folder}")
            continue
        run = bench.lunagrid(scenario, {}, runs=11)
        bench.add(f"golden day {day}, imported, whole process", run.cpu_s * 1e3, "ms", original_s)


def resume(bench):
    """A month of the street of the examples, killed just before its end: all of it is done again."""
    program = os.path.join(bench.build, "lunagrid")
    street = os.path.join(HERE, "..", "..", "examples", "street")
    with tempfile.TemporaryDirectory(dir=os.path.join(bench.build, "bench")) as folder:
        out = os.path.join(folder, "out")
        first = bench.command([program, "run", street, "--days", "30", "--quiet", "--out", out])
        with open(os.path.join(out, "run.journal"), "r+b") as file:  # the end is not in it, nor the last slot
            file.truncate(os.path.getsize(file.name) - 150)
        again = bench.command([program, "resume", out, "--quiet"])
    bench.add("a month of examples/street, run", first.cpu_s, "s")
    bench.add("a month of examples/street, resumed after kill -9", again.cpu_s, "s", 5)


def gateway(bench):
    """Clients over a Redis of their own; with a Python that can speak to one."""
    source = os.path.join(HERE, "..", "..")
    for python in ("/usr/bin/python3", sys.executable):
        words = [python, "-B", os.path.join(HERE, "gateway.py"), os.path.join(bench.build, "lunagrid"), source]
        if os.path.exists(python) and subprocess.run([python, "-c", "import redis"], capture_output=True).returncode == 0:
            break
    else:
        print("gateway: left out, there is no python3-redis", flush=True)
        return
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    add_lines(bench, done.stdout)
    if done.returncode != 0:
        raise Failed(f"gateway.py ended with {done.returncode}: {done.stderr.strip()[-2000:]}")


def smoke(bench):
    """Every scenario once and small: they are read, run and end well."""
    for scenario, settings in ((COMMUNITIES, {"assets": 7}), (COMMUNITIES, {"assets": 400, "trades": "false"}),
                               (ONE_MARKET, {"homes": 3}), (ONE_MARKET, {"homes": 3, "units": 100000})):
        run = bench.lunagrid(scenario, settings)
        print(f"{os.path.basename(scenario)} {settings}: {run.cpu_s:.3f} s")


def measure(bench, groups):
    for group in groups:
        if group is not parts and not bench.wanted(group.__name__):
            continue
        try:
            group(bench)
        except Failed as reason:
            bench.failed = True
            print(f"{group.__name__}: FAILED: {reason}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--long", action="store_true", help="a million assets, however long that takes")
    parser.add_argument("--only", default="", help="groups and programs whose name has this in it")
    parser.add_argument("--smoke", action="store_true", help="only see that the scenarios run")
    options = parser.parse_args()
    bench = Bench(options)
    os.makedirs(os.path.join(bench.build, "bench"), exist_ok=True)
    if options.smoke:
        measure(bench, [smoke])
        return 1 if bench.failed else 0

    place = machine(bench.build)
    print(f"{place['cpu']}, {place['cores']} cores, {place['memory_gib']} GiB, Linux {place['kernel']}")
    print(f"{place['compiler']}, {place['build_type']}, {place['lunagrid']}, "
          + ", ".join(f"{name} {version}" for name, version in place["libraries"].items()))
    if place["load_at_start"] > 0.5:
        print(f"the machine is busy (load {place['load_at_start']:.1f}): figures will be too high")
    print()
    begin = time.monotonic()
    measure(bench, [parts, hundred, golden, ten_thousand, homes, budget, memory, resume, gateway, million])

    misses = [row for row in bench.rows if row["ok"] is False]
    path = os.path.join(bench.build, "bench.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": place, "seconds": round(time.monotonic() - begin, 1), "figures": bench.rows}, file,
                  indent=2)
        file.write("\n")
    limited = sum(row["ok"] is not None for row in bench.rows)
    print(f"\n{limited - len(misses)} of {limited} limits kept, {path}")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
