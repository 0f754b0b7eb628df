"""kill -9 at random moments, then `resume`: the results are always those of a run that nobody killed.

Usage: 75_kill.py [COUNT]   so many moments instead of 200; LUNAGRID and LUNAGRID_SOURCE as the tests have them.
The moments come from a fixed seed and spread over the whole run, from before it has read its scenario to its last
breath; one behind its end is no moment and is drawn again, but for one in fifty. Every fourth time what resumes it is
killed too. Where they fell is printed."""
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import time
import unittest

import flow

COUNT = int(os.environ.get("LUNAGRID_MOMENTS", "200"))
RUN = ["village.lua", "--days", "3", "--csv", "--quiet", "--agent", "Home 1=plain.lua"]


class Kill(flow.Flow):
    def start(self, *words):
        return subprocess.Popen([flow.PROGRAM, *words], cwd=self.folder, env=self.environment(), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def killed_after(self, seconds, *words, journal=None):
        """Whether it was killed; else it was done already. With @p journal the time counts from when it is there."""
        process = self.start(*words)
        while journal and process.poll() is None and not os.path.exists(journal):
            time.sleep(0.0005)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self.assertIn(process.returncode, (0, -9), words)
        return process.returncode != 0

    def where(self, folder):
        """How far a killed run had come."""
        if not os.path.exists(self.path(folder + "/run.journal")):
            return "before its journal"
        with open(self.path(folder + "/run.journal"), "rb") as file:
            slots = file.read().count(b"\x05\x00\x00\x00")  # roughly; only for the count that is printed
        if os.path.exists(self.path(folder + "/summary.json")):
            return "with its summary"
        return "in its first half" if slots < 144 else "in its second half"

    def kill(self, number, seconds, run, folder):
        """Kills a run, and says where; a moment that came too late is tried again earlier."""
        journal = self.path(folder + "/run.journal") if number % 2 else None  # a busy machine is slow to begin
        while not self.killed_after(seconds, *run, journal=journal):
            if number % 50 == 0:
                return "after its end"
            seconds *= 0.7
            shutil.rmtree(self.path(folder))
        return self.where(folder)

    def once(self, number, seconds, second):
        folder = f"k{number}"
        run = ["run", *RUN, "--out", folder]
        place = self.kill(number, seconds, run, folder)
        resume = ["resume", folder, "--quiet"]
        if place == "before its journal":
            resume = run
        if second is not None:
            self.killed_after(second, *resume)
            if not os.path.exists(self.path(folder + "/run.journal")):
                resume = run
            elif resume is run:
                resume = ["resume", folder, "--quiet"]
        done = self.start(*resume)
        out, err = done.communicate(timeout=120)
        self.assertEqual(done.returncode, 0, f"moment {number}, {seconds} s, {place}: {resume}\n{out}\n{err}")
        return folder, place

    def check(self, number, seconds, second, whole):
        folder, place = self.once(number, seconds, second)
        rows = self.query(folder, "SELECT status, digest, slots_done FROM runs")
        self.assertEqual(rows, whole["rows"], f"moment {number}, {seconds} s, {place}")
        for name, text in whole["files"].items():
            self.assertEqual(self.read(f"{folder}/{name}"), text, f"{name}: moment {number}, {seconds} s, {place}")
        if number % 10 == 0:
            self.lunagrid("verify", folder, "--quiet")
        shutil.rmtree(self.path(folder))
        return place

    def test_killed_anywhere_it_ends_the_same(self):
        times = []
        for _ in range(3):
            begin = time.monotonic()
            self.lunagrid("run", *RUN, "--out", "whole")
            times.append(time.monotonic() - begin)
        names = [n for n in os.listdir(self.path("whole")) if n.endswith((".csv", ".json"))]
        whole = {"rows": self.query("whole", "SELECT status, digest, slots_done FROM runs"),
                 "files": {name: self.read("whole/" + name) for name in names}}
        self.assertEqual(whole["rows"][0][0], "complete")
        dice = random.Random(20240603)
        length = 1.3 * sorted(times)[1]  # two at a time take a little longer
        places = {}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = []
            for number in range(COUNT):
                second = dice.uniform(0, length) if number % 4 == 0 else None
                jobs.append(pool.submit(self.check, number, dice.uniform(0, length), second, whole))
            for job in jobs:
                place = job.result()
                places[place] = places.get(place, 0) + 1
        print(f"\n{COUNT} moments: " + ", ".join(f"{n} {p}" for p, n in sorted(places.items())))
        self.assertGreater(places.get("in its first half", 0) + places.get("in its second half", 0), COUNT // 4)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].isdigit():
        COUNT = int(sys.argv.pop(1))
    unittest.main(verbosity=2)
