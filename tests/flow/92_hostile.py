"""examples/hostile: each attacker is stopped by the wall that its script names, the run ends on time, the host's
memory stays flat, and what every other participant traded and paid is as if the attacker had done nothing."""
import os
import re
import subprocess

import flow

HOSTILE = os.path.join(flow.SOURCE, "examples", "hostile")
ATTACKS = os.path.join(HOSTILE, "attacks")
SECONDS_MAX = 60  # of processor time; a run without armed attackers takes a tenth of a second
PATIENT = ("--set", "patience=1000")  # as many workers as there are attackers wait for a processor or two
MEMORY_MAX = (8 + 8) << 10  # KiB: the cap of one attacker at a time, and what the allocator keeps

with open(flow.PROGRAM, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()


def walls():
    found = {}
    for name in sorted(os.listdir(ATTACKS)):
        with open(os.path.join(ATTACKS, name), encoding="utf-8") as file:
            wall = re.search(r"^-- wall: (.*)$", file.read(), re.M)
        if wall:
            found[name.removesuffix(".lua")] = set(wall.group(1).split(" or "))
    return found


class Hostile(flow.Flow):
    def strike(self, folder, *words):
        """Runs the street; (peak memory in KiB, the log and the events as one text)."""
        child = subprocess.Popen([flow.PROGRAM, "run", HOSTILE, "--quiet", "--out", folder, *PATIENT, *words], cwd=self.folder,
                                 env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertIn(child.returncode, (0, 4), words)
        self.assertLess(usage.ru_utime + usage.ru_stime, SECONDS_MAX)
        self.assertEqual(self.summary(folder)["run"]["status"], "complete")
        said = [row[0] for row in self.query(folder, "select message from log union all select detail from events")]
        return usage.ru_maxrss, "\n".join(said)

    def others(self, folder):
        """Trades and bills of everybody but the attackers."""
        trades = self.query(folder, """SELECT slot, tick, market, seller, buyer, energy_kWh, rate_ct_per_kWh, paid_EUR,
                            earned_EUR, fees_EUR FROM trades_view ORDER BY 1, 2, 3, 4, 5, 6, 7""")
        bills = [m for m in self.summary(folder)["members"] if not m["name"].startswith("Attacker")]
        self.assertEqual(len(bills), 4)
        self.assertGreater(len(trades), 50)
        for bill in bills:
            bill.pop("strategy", None)
        return trades, bills

    def test_every_attacker_alone(self):
        for name, codes in walls().items():
            with self.subTest(name):
                calm, _ = self.strike("calm", "--set", f"attack={name}")
                peak, said = self.strike("armed", "--set", f"attack={name}", "--set", "armed=true")
                met = set(re.findall(r"\b[A-Z]+_?[A-Z]*\b", said))
                self.assertTrue(codes & met, f"{codes} is not met: {said[:2000]}")
                self.assertNotIn("REACHED", said)
                self.assertEqual(self.others("armed"), self.others("calm"))
                if not SANITIZED:
                    self.assertLess(peak - calm, MEMORY_MAX)

    def test_all_attackers_at_once(self):
        calm, said = self.strike("calm")
        self.assertEqual(said, "")
        peak, said = self.strike("armed", "--set", "armed=true")
        self.assertNotIn("REACHED", said)
        self.assertNotIn("\x1b", said)
        self.assertEqual(self.others("armed"), self.others("calm"))
        if not SANITIZED:
            self.assertLess(peak - calm, 3 * MEMORY_MAX)

    def attackers(self, folder):
        """What each attacker printed, raised and was told, but for those that a clock has ended."""
        said = {}
        for who, *row in self.query(folder, "SELECT who, slot, tick, message FROM log ORDER BY slot, tick, rowid"):
            said.setdefault(who, []).append(row)
        return {who: rows for who, rows in said.items() if "BUDGET_TIME" not in str(rows)}

    def test_all_attackers_at_once_in_workers(self):
        self.strike("calm")
        self.strike("process", "--set", "armed=true", "--isolation", "process")
        peak, said = self.strike("armed", "--set", "armed=true", "--isolation", "worker")
        self.assertNotIn("REACHED", said)
        self.assertNotIn("WORKER_LOST", said)
        self.assertEqual(self.others("armed"), self.others("calm"))
        here, apart = self.attackers("process"), self.attackers("armed")
        both = here.keys() & apart.keys()
        self.assertGreater(len(both), 30)
        self.assertEqual({who: here[who] for who in both}, {who: apart[who] for who in both})

    def test_an_attack_on_others_is_the_same_run_in_a_worker(self):
        for name in ("foreign", "order", "value_flood", "long_names"):
            digests = []
            for isolation in ("process", "worker"):
                # where a clock ends a callback, and whether it does before its units, is not the same twice
                self.strike(isolation, "--set", "armed=true", "--set", f"attack={name}", "--set", "seconds=30",
                            "--isolation", isolation)
                digests.append(self.summary(isolation)["run"]["digest"])
            self.assertEqual(*digests, name)

    def test_the_corpus_is_whole(self):
        names = set(walls())
        self.assertEqual(names | {"idle"}, {n.removesuffix(".lua") for n in os.listdir(ATTACKS)})
        with open(os.path.join(HOSTILE, "scenario.lua"), encoding="utf-8") as file:
            listed = file.read().split("local corpus = {")[1].split("}")[0]
        self.assertEqual(set(re.findall(r'"(\w+)"', listed)), names)
        with open(os.path.join(HOSTILE, "README.md"), encoding="utf-8") as file:
            page = file.read()
        for name in names:
            self.assertIn(f"`{name}`", page)


if __name__ == "__main__":
    flow.main()
