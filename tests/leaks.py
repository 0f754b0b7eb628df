#!/usr/bin/env python3
"""Runs the tests that are programs of ours once more, with the leak check of the sanitizers switched on, and
a few whole runs of lunagrid. The other tests of that build run without it: it stops the process it
examines from outside, and where tests run in a container that now and then goes wrong (it then says
"LeakSanitizer has encountered a fatal error"), which is no finding. Here such a process is run again.

Usage: leaks.py --build DIR --source DIR"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

BROKEN = "LeakSanitizer has encountered a fatal error"
ATTEMPTS = 5
KINDS = re.compile(r"(unit|plugin|script)\.")


def commands(build, source):
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                            capture_output=True, text=True).stdout
    for test in json.loads(listed)["tests"]:
        if KINDS.match(test["name"]):
            own = {p["name"]: p["value"] for p in test["properties"]}.get("ENVIRONMENT", [])
            yield test["name"], ["env", *own, *test["command"]]
    program = os.path.join(build, "lunagrid")
    street = os.path.join(source, "examples", "street")
    yield "run", [program, "run", street, "--csv", "--json"]
    yield "run what is not there", [program, "run", "nothing.lua"]
    yield "check", [program, "check", street]
    yield "new", [program, "new", "strategy", "mine"]
    yield "show-config", [program, "show-config", street]
    yield "plugins", [program, "plugins"]
    yield "schema", [program, "schema"]


def leaks(name, command):
    """What the leak check said of a command, or nothing."""
    options = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1"}
    for attempt in range(ATTEMPTS):
        # The check guesses where the thread-local data of loaded plugins lies, and a wrong guess ends it, with some
        # layouts of memory every time; nothing that is allocated hangs from there alone, so it can do without.
        options["LSAN_OPTIONS"] = "exitcode=99" + (":use_tls=0" if attempt else "")
        with tempfile.TemporaryDirectory(prefix="lunagrid-leaks-") as folder:
            done = subprocess.run(command, cwd=folder, env=options, capture_output=True, text=True,
                                  errors="replace", timeout=240, check=False)
        if BROKEN not in done.stderr:
            return f"{name}: {' '.join(command)}\n{done.stderr}" if done.returncode == 99 else None
    return f"{name}: the leak check failed {ATTEMPTS} times\n{done.stderr}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--source", required=True)
    args = parser.parse_args()
    todo = list(commands(os.path.abspath(args.build), os.path.abspath(args.source)))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [text for text in pool.map(lambda job: leaks(*job), todo) if text]
    print("\n".join(found))
    print(f"{len(todo)} programs, {len(found)} with leaks")
    return 1 if found or not todo else 0


if __name__ == "__main__":
    sys.exit(main())
