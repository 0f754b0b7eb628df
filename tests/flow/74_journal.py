"""The journal: a run is done again from it, whatever has become of the files; what differs or is damaged is told."""
import ctypes
import hashlib
import os
import re
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

import flow

# Says when the run has begun, then keeps it busy; a module is required only late.
SLOW = """
local n = 0
return { every_tick = true,
         on_market_cycle = function(m) print("slot " .. m.slot .. %s) if m.slot == 20 then require "late" end end,
         on_tick = function() for i = 1, 20000 do n = n + i end end, on_finish = function() print(n) end }
""" % flow.LONG


def sealed(data, seed):
    """XXH3-64, as the records of a journal are sealed with."""
    function = ctypes.CDLL("libxxhash.so.0").XXH3_64bits_withSeed
    function.restype = ctypes.c_uint64
    return function(bytes(data), ctypes.c_size_t(len(data)), ctypes.c_uint64(seed))


class Journal(flow.Flow):
    def run_village(self, folder, *words):
        self.lunagrid("run", "village.lua", "--out", folder, "--quiet", "--agent", "Home 1=plain.lua", *words)

    def digest(self, folder):
        return self.query(folder, "SELECT digest FROM runs")[0][0]

    def bytes_of(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def put(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def change(self, folder, sql):
        with sqlite3.connect(self.path(folder + "/run.sqlite")) as db:
            db.execute(sql)
        db.close()


    def reseal(self, journal):
        return self.resealed(journal, slot=None, tick=0)

    def resealed(self, journal, slot, tick):
        """The journal with another mark after a tick and every seal made anew, as a run that went another way
        would have written it."""
        at, out = 16, journal[:16]
        seal = sealed(out, 0)
        while at < len(journal):
            size, kind, _ = struct.unpack_from("<III", journal, at)
            payload = bytearray(journal[at + 12:at + 12 + size])
            if kind == 5 and struct.unpack_from("<I", payload)[0] == slot:
                payload[24 + 4 * tick] ^= 1
            head = struct.pack("<II", size, kind)
            head += struct.pack("<I", sealed(head, seal) & 0xffffffff)
            seal = sealed(head + bytes(payload), seal)
            out += head + payload + struct.pack("<Q", seal)
            at += 12 + size + 8
        return out


class Verify(Journal):
    def test_a_run_is_the_same_when_its_files_are_gone(self):
        self.write("profile.csv", "time,kWh\n" + "".join(f"2024-06-03T{h:02}:00Z,0.{h + 10}\n" for h in range(24)))
        self.write("village.lua", flow.VILLAGE.replace("avg_power_W = 1200", 'daily_load_profile = csv { file = "profile.csv", unit = "kWh" }'))
        before = self.bytes_of("plain.lua")
        self.run_village("r", "--set", "minutes=240", "--set", "market.matching=pay_as_clear", "--days", "0.25")
        for name in ("village.lua", "plain.lua", "profile.csv"):
            os.unlink(self.path(name))
        out, err = self.lunagrid("verify", "r")
        self.assertEqual(err, "")
        self.assertIn("r: 24 of 24 slots and 0 acts from outside done again, all the same\n", out)
        self.assertIn("run hash " + self.digest("r"), out)
        self.write("plain.lua", "error 'another'")  # is not what the run read
        self.assertNotEqual(before, self.bytes_of("plain.lua"))
        self.lunagrid("verify", "r/run.sqlite")
        shutil.move(self.path("r"), self.path("elsewhere"))
        os.mkdir(self.path("x"))
        self.lunagrid("verify", "elsewhere", "--quiet")

    def test_plugins_are_named_and_not_kept(self):
        self.run_village("r")
        journal = self.bytes_of("r/run.journal")
        self.assertIn(b"storage.so", journal)
        self.assertNotIn(b"wind_turbine.so", journal)  # no asset of the village is one
        self.assertNotIn(b"\x7fELF", journal)

    def test_a_plugin_that_is_another_is_told(self):
        storage = os.path.join(os.path.dirname(flow.PROGRAM), "plugins", "storage.so")
        with open(storage, "rb") as file:
            code = file.read()
        before = struct.pack("<I", 64) + hashlib.sha256(code).hexdigest().encode()
        self.run_village("r")
        journal = self.bytes_of("r/run.journal")
        self.assertIn(before, journal)
        self.put("r/run.journal", self.reseal(journal.replace(before, before[:4] + b"0" * 64)))
        out, err = self.lunagrid("verify", "r")
        self.assertEqual(err, "lunagrid: the plugin storage is another file now\n")
        self.assertIn("all the same", out)

    def test_every_option_of_the_command_line_counts(self):
        self.run_village("r", "--seed", "77", "--slots", "9", "--set", "results.orders=true", "--csv")
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("9 of 9 slots", out)
        self.assertFalse([n for n in os.listdir("/tmp") if n.startswith("lunagrid-verify-" + str(os.getpid()))])

    def test_a_changed_trade_is_named_err(self):
        self.run_village("r")
        slot, tick = self.query("r", "SELECT slot, tick FROM trades WHERE trade = 4")[0]
        self.change("r", "UPDATE trades SET rate_uct = rate_uct + 1 WHERE trade = 4")
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertRegex(out, rf"the results differ from their run in slot {slot} \(2024-06-03T1\d:\d\d\), tick {tick}\n"
                              r"  trades, trade 4: rate_uct is \d+ in the results, and \d+ when the run is done again")

    def test_the_first_of_many_differences_is_named_err(self):
        self.run_village("r")
        self.change("r", "UPDATE members SET bill_uct = 0")
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertRegex(out, r"the results differ from their run\n  members, area \d+: bill_uct is 0 in the results")
        self.change("r", "DELETE FROM slots WHERE slot = 2")
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertIn("in slot 2 (2024-06-03T10:30)\n  slots, slot 2 is only there when the run is done again\n", out)
        self.change("r", "UPDATE trades SET energy_uwh = 1 WHERE slot = 1")
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertRegex(out, r"in slot 1 \(2024-06-03T10:15\), tick \d+\n  trades, trade")

    def test_every_table_is_compared_err(self):
        """A row changed, or one added where there is none, in each table that the run has."""
        self.run_village("r", "--set", "results.orders=true")
        whole = self.bytes_of("r/run.sqlite")
        tables = [name for name, in self.query("r", "SELECT name FROM sqlite_schema WHERE type = 'table'")]
        self.assertLess({"versions", "sources", "trades", "statuses"}, set(tables))
        made = {"TEXT": "x", "INTEGER": 1, "REAL": 0.5}
        for table in tables:
            columns = self.query("r", f"SELECT name, type, pk FROM pragma_table_info('{table}')")
            if self.query("r", f"SELECT count(*) FROM {table}")[0][0]:
                name, kind, _ = [c for c in columns if not c[2] and "version" not in c[0]][-1]
                self.change("r", f"UPDATE {table} SET {name} = " + ("'x'" if kind == "TEXT" else f"coalesce({name}, 0) + 1"))
            else:
                self.change("r", f"INSERT INTO {table} VALUES ({', '.join(repr(made[c[1]]) for c in columns)})")
            out, _ = self.lunagrid("verify", "r", code=6)
            self.assertIn(f"\n  {table}, ", out)
            self.put("r/run.sqlite", whole)
        self.change("r", "UPDATE sources SET hash = '0' || hash")
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertRegex(out, r"\n  sources, hash 0[0-9a-f]{64}, place 0 +is only in the results")
        self.put("r/run.sqlite", whole)
        self.lunagrid("verify", "r", "--quiet")

    def test_a_journal_of_another_run_differs_err(self):
        self.run_village("r")
        self.lunagrid("run", "village.lua", "--out", "other", "--quiet", "--seed", "6")
        shutil.copy(self.path("other/run.journal"), self.path("r/run.journal"))
        out, _ = self.lunagrid("verify", "r", code=6)
        self.assertIn("the results differ from their run", out)
        os.unlink(self.path("r/run.sqlite"))
        out, err = self.lunagrid("verify", "r", code=1)
        self.assertEqual(out, "")
        self.assertIn("there is no r/run.sqlite to compare with; only the journal was, and it is the same", err)

    def test_where_a_run_parts_from_its_journal_is_named_err(self):
        self.write("much.lua", """return { on_tick = function(now)
            grid.batch:bid_energy_rate("Load 2", now.tick % 3 == 0 and 0.01 or 1000, 35)
          end }""")
        self.run_village("r", "--slots", "20", "--agent", "Home 2=much.lua")
        slot, trade, late, tick = self.query("r", "SELECT slot, min(trade), max(trade), min(tick) FROM trades "
                                                  "GROUP BY slot HAVING max(tick) > min(tick)")[0]
        self.put("r/run.journal", self.resealed(self.bytes_of("r/run.journal"), slot=slot, tick=tick))
        at = f"2024-06-03T{10 + slot // 4}:{15 * (slot % 4):02}"
        place = f"the run differs from its journal in slot {slot} ({at}), tick {tick}\n"
        for changed, why in ((None, "what is kept of it in the results is the same"),  # so much that is written at the end
                             (late, "what is kept of it in the results is the same"),  # and what came later
                             (trade, f"trades, trade {trade}: rate_uct is 1 in the results, and ")):
            with sqlite3.connect(self.path("r/run.sqlite")) as db:
                db.execute("UPDATE trades SET rate_uct = 1 WHERE trade = ?", (changed,))
            out, _ = self.lunagrid("verify", "r", code=6)
            self.assertTrue(out.startswith(place + "  " + why), out)

    def test_large_files_are_known_by_their_hash_err(self):
        rows = "time,kWh\n" + "".join(f"2024-06-03T{h:02}:00Z,0.{h + 10}\n" for h in range(24))
        self.write("large.csv", rows + "\n" * (5 << 20))
        self.write("village.lua", flow.VILLAGE.replace("avg_power_W = 1200", 'daily_load_profile = csv { file = "large.csv", unit = "kWh" }'))
        self.run_village("r")
        self.assertLess(os.path.getsize(self.path("r/run.journal")), 1 << 20)
        os.mkdir(self.path("x"))
        where = self.folder
        self.folder = self.path("x")
        self.lunagrid("verify", "../r")
        self.folder = where
        self.write("large.csv", rows.replace("0.2", "0.3") + "\n" * (5 << 20))
        _, err = self.lunagrid("verify", "r", code=3)
        self.assertIn("large.csv: cannot be read: it has changed since it was first read", err)


class Resume(Journal):
    def broken_off(self, number, *words):
        """A run that got a signal some slots after its beginning."""
        self.write("slow.lua", SLOW)
        self.write("late.lua", "return 1")
        run = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--set", "minutes=600", "--out", "r", "--csv",
                                "--agent", "Home 1=slow.lua", *words], cwd=self.folder, text=True,
                               stdout=subprocess.PIPE, env=self.environment(), **flow.HELD)
        for line in run.stderr:
            if "slot 7" in line:
                break
        run.send_signal(number)
        run.communicate(timeout=120)
        return run

    def whole(self):
        self.lunagrid("run", "village.lua", "--set", "minutes=600", "--out", "whole", "--csv", "--quiet", "--agent",
                      "Home 1=slow.lua")

    def assert_same_results(self):
        self.assertEqual(sorted(os.listdir(self.path("r"))), sorted(os.listdir(self.path("whole"))))
        for name in os.listdir(self.path("r")):
            if name != "run.sqlite" and name != "run.journal":
                self.assertEqual(self.bytes_of("r/" + name), self.bytes_of("whole/" + name), name)
        self.assertEqual(self.digest("r"), self.digest("whole"))
        self.lunagrid("verify", "r", "--quiet")

    def test_after_a_kill_the_end_is_the_same(self):
        self.broken_off(signal.SIGKILL)
        os.rename(self.path("slow.lua"), self.path("away.lua"))
        out, err = self.lunagrid("resume", "r")
        self.assertRegex(err, r"\d+ of 40 slots are in the journal; they are done again first")
        self.assertIn(self.digest("r"), out)
        os.rename(self.path("away.lua"), self.path("slow.lua"))
        self.whole()
        self.assert_same_results()

    def test_the_rest_takes_the_time_that_it_is_given(self):
        self.broken_off(signal.SIGKILL)
        _, err = self.lunagrid("resume", "r", "--pace", "soon", code=2)
        self.assertIn("--pace: ", err)
        begun = time.monotonic()
        _, err = self.lunagrid("resume", "r", "--pace", "15m=100ms")
        rest = 40 - int(re.search(r"(\d+) of 40 slots", err)[1])
        self.assertGreater(rest, 2)
        self.assertGreater(time.monotonic() - begun, 0.1 * (rest - 2))
        self.whole()
        self.assert_same_results()

    def test_a_stopped_run_goes_on_to_its_planned_end(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.broken_off(number)
            self.assertEqual(self.query("r", "SELECT status FROM runs"), [("incomplete",)])
            self.lunagrid("verify", "r", "--quiet")
            self.lunagrid("resume", "r", "--quiet")
            self.whole()
            self.assert_same_results()

    def test_a_resumed_run_may_be_stopped_and_killed_again(self):
        self.broken_off(signal.SIGKILL)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
            run = subprocess.Popen([flow.PROGRAM, "resume", "r"], cwd=self.folder, text=True, env=self.environment(),
                                   stdout=subprocess.PIPE, **flow.HELD)
            for line in run.stderr:
                if "slot 4" in line:  # it is still done again
                    break
            run.send_signal(number)
            run.communicate(timeout=120)
        self.lunagrid("verify", "r", "--quiet")
        self.lunagrid("resume", "r", "--quiet")
        self.whole()
        self.assert_same_results()

    def test_a_finished_run_says_so(self):
        self.run_village("r")
        out, err = self.lunagrid("resume", "r")
        self.assertEqual((out, err), ("r: the run is finished, all 4 slots of it; there is nothing to resume\n", ""))

    def test_results_that_are_gone_are_made_again(self):
        self.run_village("r", "--csv")
        before = {n: self.bytes_of("r/" + n) for n in ("summary.json", "trades.csv", "bills.csv")}
        digest = self.digest("r")
        for name in os.listdir(self.path("r")):
            if name != "run.journal":
                os.unlink(self.path("r/" + name))
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual({n: self.bytes_of("r/" + n) for n in before}, before)
        self.assertEqual(self.digest("r"), digest)

    def test_results_without_their_database_are_made_again(self):
        self.run_village("r", "--csv")
        before = {n: self.bytes_of("r/" + n) for n in ("summary.json", "trades.csv", "bills.csv")}
        digest = self.digest("r")
        os.unlink(self.path("r/run.sqlite"))
        self.put("r/summary.json", b"{}")
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual({n: self.bytes_of("r/" + n) for n in before}, before)
        self.assertEqual(self.digest("r"), digest)
        self.put("r/run.sqlite", b"my diary")  # is somebody else's
        _, err = self.lunagrid("resume", "r", code=1)
        self.assertIn("r/run.sqlite is not a result of lunagrid", err)

    def test_while_another_process_writes_it_is_refused_err(self):
        self.write("slow.lua", SLOW)
        self.write("late.lua", "return 1")
        run = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--days", "300", "--out", "r", "--agent",
                                "Home 1=slow.lua"], cwd=self.folder, text=True,
                               stdout=subprocess.DEVNULL, env=self.environment(), **flow.HELD)
        for line in run.stderr:
            if "slot 3" in line:
                break
        for command in ("resume", "verify"):
            _, err = self.lunagrid(command, "r", code=1)
            self.assertIn("r is being written", err)
        run.kill()
        run.communicate()

    def test_two_at_once_leave_one(self):
        self.broken_off(signal.SIGKILL)
        both = [subprocess.Popen([flow.PROGRAM, "resume", "r", "--quiet"], cwd=self.folder, text=True,
                                 stderr=subprocess.PIPE, env=self.environment()) for _ in range(4)]
        said = [run.communicate()[1] for run in both]
        self.assertIn(0, [run.returncode for run in both], said)
        for run, words in zip(both, said):
            if run.returncode:
                self.assertRegex(words, "is being written|another run is writing it|has changed meanwhile")
        self.whole()
        self.assert_same_results()

    def test_nothing_to_resume_err(self):
        os.mkdir(self.path("empty"))
        for folder in ("empty", "nowhere"):
            _, err = self.lunagrid("resume", folder, code=1)
            self.assertIn(f"there is no journal of the run: {folder}/run.journal: No such file", err)
        _, err = self.lunagrid("resume", code=2)
        self.assertIn("`resume` needs a run", err)

    def test_a_run_that_comes_out_differently_is_not_continued_err(self):
        self.broken_off(signal.SIGKILL)
        journal = self.resealed(self.bytes_of("r/run.journal"), slot=3, tick=2)
        self.put("r/run.journal", journal)
        _, err = self.lunagrid("resume", "r", "--quiet", code=6)
        self.assertIn("the run comes out differently in slot 3 (2024-06-03T10:45), tick 2, so it is not continued", err)
        self.assertEqual(self.bytes_of("r/run.journal")[:len(journal)], journal)


class Damage(Journal):
    def setUp(self):
        super().setUp()
        self.run_village("r")
        self.journal = self.bytes_of("r/run.journal")

    def test_cut_anywhere_it_goes_on_from_its_last_whole_record(self):
        digest = self.digest("r")
        for cut in (len(self.journal) - 1, len(self.journal) - 43, len(self.journal) - 45, len(self.journal) - 200):
            self.put("r/run.journal", self.journal[:cut])
            _, err = self.lunagrid("resume", "r")
            self.assertRegex(err, r"ends in \d+ bytes of a record that was not finished; they are left out")
            self.assertEqual(self.digest("r"), digest)
            self.lunagrid("verify", "r", "--quiet")

    def test_cut_before_the_run_began_it_says_so_err(self):
        ends, at = [], 16  # of records that only built the run up
        while struct.unpack_from("<I", self.journal, at + 4)[0] != 10:
            at += struct.unpack_from("<I", self.journal, at)[0] + 20
            ends.append(at)
        self.assertGreater(len(ends), 5)
        for cut in (16, 100, *ends, at + 10):
            self.put("r/run.journal", self.journal[:cut])
            for command in ("resume", "verify"):
                out, err = self.lunagrid(command, "r", code=1)
                self.assertEqual((out, err), ("", "lunagrid: r/run.journal ends before the run began; run it again\n"))
        digest = self.digest("r")
        self.put("r/run.journal", self.journal[:at + 20])  # begun, and no slot yet
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual(self.digest("r"), digest)

    def test_a_flipped_byte_is_refused_with_its_place_err(self):
        before = {n: self.bytes_of("r/" + n) for n in ("run.sqlite", "summary.json")}
        for at in (20, 500, len(self.journal) // 2, len(self.journal) - 3):
            damaged = bytearray(self.journal)
            damaged[at] ^= 4
            self.put("r/run.journal", damaged)
            for command in ("resume", "verify"):
                _, err = self.lunagrid(command, "r", code=1)
                begin = int(re.search(r"r/run.journal is damaged in the record that begins at byte (\d+);", err).group(1))
                self.assertLessEqual(begin, at)
            self.assertEqual(self.bytes_of("r/run.journal"), bytes(damaged))
            self.assertEqual({n: self.bytes_of("r/" + n) for n in before}, before)

    def test_other_formats_and_files_err(self):
        newer = bytearray(self.journal)
        newer[8] = 2
        self.put("r/run.journal", newer)
        _, err = self.lunagrid("verify", "r", code=1)
        self.assertIn("has format 2, of a newer lunagrid", err)
        self.put("r/run.journal", b"my diary, page one: today I traded.")
        _, err = self.lunagrid("verify", "r", code=1)
        self.assertIn("r/run.journal is not a journal of lunagrid", err)
        before = {n: self.bytes_of("r/" + n) for n in os.listdir(self.path("r"))}
        _, err = self.lunagrid("run", "village.lua", "--out", "r", code=1)
        self.assertIn("r/run.journal is not a journal of lunagrid; choose another folder with --out", err)
        self.assertEqual({n: self.bytes_of("r/" + n) for n in os.listdir(self.path("r"))}, before)

    def test_a_full_disk_is_told_err(self):
        """The journal of a run with much to read is the first that does not fit."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))

        rows = "time,kWh\n" + "".join(f"2024-06-03T{h:02}:00Z,0.{h + 10}\n" for h in range(24))
        self.write("large.csv", rows + "\n" * 300000)
        self.write("village.lua", flow.VILLAGE.replace("avg_power_W = 1200", 'daily_load_profile = csv { file = "large.csv", unit = "kWh" }'))
        before = {n: self.bytes_of("r/" + n) for n in os.listdir(self.path("r"))}
        done = subprocess.run([flow.PROGRAM, "run", "village.lua", "--out", "r"], cwd=self.folder,
                              env=self.environment(), capture_output=True, text=True, preexec_fn=limit, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write r/run.journal: File too large", done.stderr)
        self.assertEqual({n: self.bytes_of("r/" + n) for n in os.listdir(self.path("r"))}, before)


if __name__ == "__main__":
    flow.main()
