"""What came from outside comes again: fees and scripts at their places, after kill -9, in replays and in forks."""
import ctypes
import json
import os
import struct
import subprocess
import time

import flow

OTHER = flow.PLAIN.replace("rate = 10", "rate = 30")


class Acts(flow.Flow):
    def host(self, *words, script=flow.PLAIN):
        """A run that waits before its first tick; its socket is r/control.sock."""
        self.write("plain.lua", script)
        self.write("away.lua", flow.PLAIN)
        process = subprocess.Popen([flow.PROGRAM, "run", "village.lua", "--out", "r", "--paused", "--set", "minutes=240",
                                    "--agent", "Home 1=plain.lua", *words], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        self.addCleanup(lambda: process.poll() is None and (process.kill(), process.communicate()))
        end = time.monotonic() + 60
        while not os.path.exists(self.path("r/control.sock")):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return process

    def ctl(self, *words):
        out, _ = self.lunagrid("ctl", "--out", "r", *words)
        return out

    def digest(self, folder):
        return self.query(folder, "SELECT digest FROM runs")[0][0]

    def whole(self):
        """A run with three fees from outside that came to its end; its hash."""
        process = self.host()
        for fee in ("2", "5", "0.5"):
            self.ctl("step", "17", "ticks")
            self.ctl("set-fee", "Community", fee)
        self.ctl("resume")
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        return self.digest("r")

    def test_a_run_with_acts_is_verified_and_replayed(self):
        digest = self.whole()
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("16 of 16 slots and 3 acts from outside done again, all the same", out)
        self.assertIn(digest, out)
        out, _ = self.lunagrid("replay", "r")
        self.assertEqual(out.count("outside, Community: grid fee "), 3)
        self.assertIn("outside, Community: grid fee 0.5 from the next slot on", out)

    def test_acts_that_were_answered_survive_a_kill(self):
        digest = self.whole()
        process = self.host()
        for fee in ("2", "5", "0.5"):
            self.ctl("step", "17", "ticks")
            self.ctl("set-fee", "Community", fee)
        process.kill()  # the last of them was answered a moment ago
        process.communicate()
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual(self.digest("r"), digest)
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("3 acts from outside", out)

    def test_a_run_that_was_ended_from_outside_is_verified_and_goes_on(self):
        digest = self.whole()
        process = self.host()
        for fee in ("2", "5", "0.5"):
            self.ctl("step", "17", "ticks")
            self.ctl("set-fee", "Community", fee)
        self.ctl("stop", "slot")
        process.communicate(timeout=60)
        self.assertNotEqual(self.digest("r"), digest)
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("4 acts from outside done again, all the same", out)
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual(self.digest("r"), digest)
        self.lunagrid("verify", "r", "--quiet")

    def test_the_end_from_outside_need_not_be_the_last_act(self):
        """Behind it a clock ends a script in on_finish."""
        endless = "return { on_finish = function() while true do end end,"
        process = self.host("--isolation", "worker", script=flow.PLAIN.replace("return {", endless))
        self.ctl("step", "17", "ticks")
        self.ctl("stop", "slot")
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("2 of 16 slots and 2 acts from outside done again, all the same", out)
        self.lunagrid("resume", "r", "--quiet", code=4)
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("16 of 16 slots and 3 acts from outside done again, all the same", out)


class Replay(flow.Flow):
    def setUp(self):
        super().setUp()
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--agent", "Home 1=plain.lua", "--set",
                      "minutes=240", "--set", "results.orders=true")

    def test_a_window_in_words_csv_and_json(self):
        out, _ = self.lunagrid("replay", "r", "--from", "10:30", "--to", "4")
        self.assertTrue(out.startswith("slot 2 (2024-06-03T10:30)\n"))
        self.assertIn("\nslot 3 (2024-06-03T10:45)\n", out)
        self.assertNotIn("slot 4", out)
        self.assertRegex(out, r"  tick \d   order, Load 1: bid")
        self.assertRegex(out, r"  tick \d   trade \d+: \S.* sells 0\.\d+ kWh to \S.* at \d+.* ct/kWh in \S")
        lines, _ = self.lunagrid("replay", "r", "--from", "2", "--to", "4", "--json")
        rows = [json.loads(line) for line in lines.splitlines()]
        trades = [(r["slot"], r["tick"], r["who"], r["with"], int(r["text"])) for r in rows if r["kind"] == "trade"]
        kept = self.query("r", "SELECT slot, tick, seller, buyer, trade FROM trades_view WHERE slot IN (2, 3)")
        self.assertEqual(trades, kept)
        self.assertEqual(len([r for r in rows if r["kind"] == "slot"]), 2)
        csv, _ = self.lunagrid("replay", "r", "--from", "2", "--to", "4", "--csv")
        self.assertEqual(len(csv.splitlines()), len(rows) + 1)
        whole, _ = self.lunagrid("replay", "r", "--json")
        self.assertEqual(len([1 for line in whole.splitlines() if '"kind": "trade"' in line]),
                         self.query("r", "SELECT count(*) FROM trades")[0][0])

    def test_one_agent(self):
        out, _ = self.lunagrid("replay", "r", "--agent", "Home 1", "--json")
        for row in map(json.loads, out.splitlines()):
            self.assertTrue({row["who"], row.get("with")} & {"Load 1", "PV 1", "Home 1"}, row)
        _, err = self.lunagrid("replay", "r", "--agent", "Home 9", code=1)
        self.assertIn('the run has no agent called "Home 9"', err)

    def test_words_that_mean_no_slot_err(self):
        for word in ("noon", "17", "2024-06-02T10:00", "99:99"):
            _, err = self.lunagrid("replay", "r", "--from", word, code=2)
            self.assertIn(f'"{word}" is no slot of the run', err)
        _, err = self.lunagrid("replay", "r", "--csv", "--json", code=2)
        self.assertIn("two forms", err)


class Fork(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("other.lua", OTHER)
        self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--agent", "Home 1=plain.lua", "--set",
                      "minutes=240")

    def trades(self, folder, where):
        return self.query(folder, "SELECT slot, tick, seller, buyer, energy_uwh, rate_uct FROM trades WHERE " + where)

    def test_the_same_before_and_another_run_after(self):
        os.rename(self.path("plain.lua"), self.path("away.lua"))
        out, err = self.lunagrid("fork", "r", "--at", "8", "--agent", "Home 1=other.lua")
        self.assertIn("other.lua v1 -> v2 at 12:00 tick 0", err)
        self.assertRegex(out, r"A  village .*r/run.sqlite\n B  village .*r-fork/run.sqlite")
        self.assertEqual(self.trades("r", "slot < 8"), self.trades("r-fork", "slot < 8"))
        self.assertNotEqual(self.trades("r", "slot >= 8"), self.trades("r-fork", "slot >= 8"))
        os.unlink(self.path("other.lua"))
        out, _ = self.lunagrid("verify", "r-fork")
        self.assertIn("16 of 16 slots and 1 act from outside done again, all the same", out)
        self.lunagrid("verify", "r", "--quiet")

    def test_a_fork_with_the_same_script_is_the_same_trades(self):
        self.write("same.lua", flow.PLAIN + "-- the same\n")
        self.lunagrid("fork", "r", "--at", "12:00", "--agent", "Home 1=same.lua", "--out", "f", "--quiet")
        self.assertEqual(self.trades("r", "1"), self.trades("f", "1"))

    def test_cut_before_it_parts_it_is_no_run_err(self):
        """Its journal would go on as the run that was forked, all of its slots with the old script."""
        self.write("fails.lua", "return { on_reload = function() error 'not today' end, on_market_cycle = function() end }")
        self.lunagrid("fork", "r", "--at", "8", "--agent", "Home 1=fails.lua", code=4)
        sentence = "the fork of r was cut before its slot 8 (2024-06-03T12:00); fork again"
        for words in (("resume", "r-fork"), ("verify", "r-fork"),
                      ("fork", "r-fork", "--at", "3", "--agent", "Home 1=other.lua")):
            _, err = self.lunagrid(*words, code=1)
            self.assertIn(sentence, err)
        self.lunagrid("fork", "r", "--at", "8", "--agent", "Home 1=other.lua", "--quiet")
        with open(self.path("r-fork/run.journal"), "rb") as file:
            journal = file.read()
        records = list(self.records(journal))
        slots = [n for n, record in enumerate(records) if record[1] == 5]
        parted = [n for n, record in enumerate(records) if record[1] == 9]
        self.assertEqual(records[1][1], 8)
        self.assertTrue(slots[7] < parted[0] < slots[8])
        for n in range(slots[0], slots[9]):
            with open(self.path("r-fork/run.journal"), "wb") as file:
                file.write(journal[:records[n][0]])  # before the record
            if n > parted[0]:
                break
            _, err = self.lunagrid("resume", "r-fork", code=1)
            self.assertIn(sentence, err)
        self.lunagrid("resume", "r-fork", "--quiet")
        self.lunagrid("verify", "r-fork", "--quiet")
        self.assertNotEqual(self.trades("r", "slot >= 8"), self.trades("r-fork", "slot >= 8"))

    @staticmethod
    def records(journal):
        at = 16
        while at < len(journal):
            size, kind = struct.unpack_from("<II", journal, at)
            yield at, kind
            at += 12 + size + 8

    def test_a_typo_is_told_before_anything_is_done_err(self):
        self.write("typo.lua", "return { on_tick = function( end }")
        for name, sentence, code in (("typo.lua", "typo.lua:1:", 4), ("none.lua", "none.lua", 1)):
            out, err = self.lunagrid("fork", "r", "--at", "8", "--agent", "Home 1=" + name, code=code)
            self.assertIn(sentence, err)
            self.assertEqual(out, "")
            self.assertFalse(os.path.exists(self.path("r-fork")))

    def test_mistakes_err(self):
        for words, sentence, code in (
                (("--at", "8"), "needs --at SLOT and --agent", 2),
                (("--at", "16", "--agent", "Home 1=other.lua"), "the run has 16 slots, 0 to 15", 2),
                (("--at", "8", "--agent", "Hom 1=other.lua"), 'did you mean "Home 1"?', 1),
                (("--at", "8", "--agent", "Home 1=none.lua"), "none.lua", 1),
                (("--at", "8", "--agent", "Home 1=other.lua", "--out", "r/."), "a folder of its own", 2)):
            _, err = self.lunagrid("fork", "r", *words, code=code)
            self.assertIn(sentence, err)
        self.lunagrid("verify", "r", "--quiet")


class Stops(flow.Flow):
    """Scripts that a clock has stopped are stopped at the same place when the run is done again."""
    SCRIPT = """return {{ {0} = function(now)
        if now.slot == 3 or "{0}" ~= "on_tick" then while true do end end
        for _, asset in ipairs(now.assets) do
          if asset.role == "consumer" then grid.batch:bid_energy_rate(asset, "all", 20) end
        end
      end }}"""

    def check(self, callback, *words):
        self.write("plain.lua", self.SCRIPT.format(callback))
        self.lunagrid("run", "village.lua", "--days", "1", "--agent", "Home 1=plain.lua", "--out", "r", *words, code=4)
        self.assertEqual(self.query("r", "SELECT count(*) FROM log WHERE message LIKE '%was stopped%'"), [(1,)])
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("1 act from outside done again, all the same", out)
        out, _ = self.lunagrid("replay", "r")
        self.assertIn("outside, Home 1: the script is given up", out)

    def test_in_the_middle(self):
        self.check("on_tick")

    def test_another_script_is_not_stopped_for_it(self):
        self.check("on_tick")
        self.write("other.lua", OTHER)
        self.lunagrid("fork", "r", "--at", "2", "--agent", "Home 1=other.lua", "--out", "f")
        self.assertEqual(self.query("f", "SELECT count(*) FROM log WHERE message LIKE '%not called again%'"), [(0,)])
        self.lunagrid("verify", "f")

    def test_at_the_start(self):
        self.check("on_start", "--isolation", "worker")

    def test_at_the_end(self):
        self.check("on_finish", "--isolation", "worker")

    def test_in_a_worker(self):
        self.check("on_tick", "--isolation", "worker")


class Slower(flow.Flow):
    """A machine on which the clock would now end a script that it did not end then: the journal is right."""
    SCRIPT = """local function work() for i = 1, 1e8 do end end
      work()
      return { on_tick = function(now)
        if now.slot == 2 and now.tick == 3 then work() end
        for _, asset in ipairs(now.assets) do
          if asset.role == "consumer" then grid.batch:bid_energy_rate(asset, "all", 20) end
        end
      end }"""

    def sealed(self, data, seed):
        function = ctypes.CDLL("libxxhash.so.0").XXH3_64bits_withSeed
        function.restype = ctypes.c_uint64
        return function(bytes(data), ctypes.c_size_t(len(data)), ctypes.c_uint64(seed))

    def in_workers(self, journal):
        """The journal of the same run with `--isolation worker`, where callbacks may take a tenth of the time."""
        at, out = 16, journal[:16]
        seal = self.sealed(out, 0)
        while at < len(journal):
            size, kind, _ = struct.unpack_from("<III", journal, at)
            payload = journal[at + 12:at + 12 + size]
            if kind == 1:
                words = [struct.pack("<I", len(word)) + word for word in (b"--isolation=process", b"--isolation=worker")]
                self.assertIn(words[0], payload)
                payload = payload.replace(*words)
            head = struct.pack("<II", len(payload), kind)
            head += struct.pack("<I", self.sealed(head, seal) & 0xffffffff)
            seal = self.sealed(head + payload, seal)
            out += head + payload + struct.pack("<Q", seal)
            at += 12 + size + 8
        return out

    def setUp(self):
        super().setUp()
        self.write("plain.lua", self.SCRIPT)
        self.lunagrid("run", "village.lua", "--agent", "Home 1=plain.lua", "--isolation", "process", "--out", "r", "--quiet")
        with open(self.path("r/run.journal"), "rb") as file:
            self.original = file.read()
        self.journal = self.in_workers(self.original)
        self.put(self.journal)

    def put(self, journal):
        with open(self.path("r/run.journal"), "wb") as file:
            file.write(journal)

    def test_it_is_verified(self):
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("4 of 4 slots and 0 acts from outside done again, all the same", out)

    def test_behind_a_fork_the_clock_counts_again(self):
        self.put(self.original)
        self.write("other.lua", "return { on_market_cycle = function(now) while now.slot == 3 do end end }")
        self.lunagrid("fork", "r", "--at", "1", "--agent", "load_ramp=other.lua", "--out", "f", "--quiet")
        log = self.query("f", "SELECT who, message FROM log WHERE message LIKE '%not called again%'")
        self.assertEqual([who for who, _ in log], ["load_ramp"])

    def test_it_is_resumed(self):
        digest = self.summary("r")["run"]["digest"]
        ends = [at for at, kind in Fork.records(self.journal) if kind == 5]
        self.put(self.journal[:ends[3]])  # three of four slots
        self.lunagrid("resume", "r", "--quiet")
        self.assertEqual(self.summary("r")["run"]["digest"], digest)
        self.lunagrid("verify", "r", "--quiet")


if __name__ == "__main__":
    flow.main()
