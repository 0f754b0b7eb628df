#!/usr/bin/env python3
"""Runs a script with a release of the official client of the Electricity Trading API, in a virtual environment of its
own that is made when it is first needed: with_client.py --release 0.16.0 --in FOLDER SCRIPT ARGUMENT...

What is installed is pinned by releases/RELEASE.txt. Without a way to PyPI the exit code is 77: skipped. Where
LUNAGRID_INTEROP=must is set that is a failure."""
import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
MUST = os.environ.get("LUNAGRID_INTEROP") == "must"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(1 if MUST else SKIPPED)


def install(folder, pins):
    """An environment at `folder`; None, or why there is none."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        return f"a virtual environment cannot be made (python3-venv): {error}"
    done = subprocess.run([os.path.join(folder, "bin/python"), "-m", "pip", "install", "--quiet", "--no-input",
                           "--disable-pip-version-check", "--retries", "5" if MUST else "2", "--requirement", pins],
                          capture_output=True, text=True)
    return None if done.returncode == 0 else f"PyPI: {(done.stderr.strip() or 'no answer').splitlines()[-1]}"


def python_of(release, place):
    """The interpreter of an environment with that release; made under a lock, so that tests may run side by side."""
    pins = os.path.join(HERE, "releases", release + ".txt")
    with open(pins, "rb") as file:
        wanted = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()
    os.makedirs(place, exist_ok=True)
    folder = os.path.join(place, "client-" + release)
    stamp = os.path.join(folder, "installed")
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = os.path.exists(stamp) and open(stamp).read() == wanted
        if not made:
            if sys.version_info < (3, 11):
                skip("the client needs Python 3.11")
            trouble = install(folder, pins)
            if trouble:
                skip(trouble)
            with open(stamp, "w") as file:
                file.write(wanted)
    return os.path.join(folder, "bin/python")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", required=True)
    parser.add_argument("--in", required=True, dest="place")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    python = python_of(options.release, options.place)
    os.environ["LUNAGRID_CLIENT"] = options.release
    os.execv(python, [python, "-B", *options.words])


if __name__ == "__main__":
    main()
