"""One community, many owners: tokens, rights, uploads, leaving and coming back, all of which a run that is done again
repeats."""
import json
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
import time

import flow

STREET = os.path.join(flow.SOURCE, "examples", "collab")
OWNERS = ("organiser", "Ada", "Bea", "Cem", "Dora")


class Collab(flow.Flow):
    def setUp(self):
        super().setUp()
        for name in os.listdir(STREET):
            if name.endswith(".lua"):
                shutil.copy(os.path.join(STREET, name), self.folder)
        self.tokens = {}

    def host(self, *words, resume=False, pace="full"):
        command = ["resume", "r", "--quiet"] if resume else ["host", "collab.lua", "--out", "r", "--paused", "--pace", pace,
                                                             "--tokens", "tokens.json", *words]
        self.process = subprocess.Popen([flow.PROGRAM, *command], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=self.environment())
        self.addCleanup(self.kill)
        end = time.monotonic() + 60
        while not self.listens() and self.process.poll() is None:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        if os.path.exists(self.path("tokens.json")):
            self.tokens.update(json.loads(self.read("tokens.json")))

    def listens(self):
        """The name of the socket is there before anybody listens, and stays when a host is killed."""
        here = os.getcwd()
        with socket.socket(socket.AF_UNIX) as peer:
            try:
                os.chdir(self.path("r"))  # names of sockets are short
                peer.connect("control.sock")
                return True
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            finally:
                os.chdir(here)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def ends(self, code=0):
        out, err = self.process.communicate(timeout=240)
        self.assertEqual(self.process.returncode, code, err)
        return out, err

    def ask(self, who, *words, code=0):
        """The answer as JSON; with a code the sentence of the refusal."""
        out, _ = self.lunagrid("ctl", "--out", "r", "--json", *words, code=1 if code else 0,
                               LUNAGRID_TOKEN=self.tokens.get(who, who))
        answer = json.loads(out)
        if not code:
            return answer
        self.assertEqual(answer["error"]["code"], code, answer)
        return answer["error"]["message"]

    def slots(self, count):
        self.ask("organiser", "step", str(count), "slots")

    def states(self, who="Bea"):
        return {seat["name"]: seat["state"] for seat in self.ask(who, "status")["seats"]}

    def digest(self):
        return self.query("r", "select digest from runs")[0][0]


class Story(Collab):
    def test_start_upload_broken_upload_leave_and_come_back(self):
        self.host()
        self.assertEqual(tuple(self.tokens), OWNERS)
        self.assertEqual(self.states(), {"Home 1": "script", "Home 2": "script", "Home 3": "baseline", "Grid operator": "script"})
        self.slots(16)
        done = self.ask("Cem", "upload", "cem.lua")
        self.assertEqual((done["seat"], done["version"], done["changed"]), ("Home 3", 2, True))
        self.slots(2)
        said = [line["message"] for line in self.ask("Cem", "log")["lines"]]
        self.assertTrue(any("kWh are offered on the board" in line for line in said), said)
        # the module beside it was sent, the one that ships was found here
        texts = self.query("r", "select distinct module, path from script_sources") if self.has_table("script_sources") else []
        self.assertFalse([row for row in texts if row[0] == "quotes" and row[1].startswith("/")])
        why = self.ask("Cem", "upload", "broken.lua", code="script")
        self.assertIn('did you mean "energy_requirement_kWh"?', why)
        self.assertIn("broken.lua:5", why)
        self.assertEqual(self.ask("Cem", "status")["agents"][0]["version"], 2)
        left = self.ask("Cem", "leave")
        self.assertEqual((left["seat"], left["from_slot"]), ("Home 3", 18))
        self.slots(1)
        self.assertEqual(self.states()["Home 3"], "left")
        self.assertIn("already", self.ask("Cem", "leave", code="refused"))
        self.slots(1)
        self.assertEqual(self.ask("Cem", "come-back")["version"], 2)
        self.assertIn("nobody stands in", self.ask("Cem", "come-back", code="refused"))
        self.assertEqual(self.states()["Home 3"], "script")
        # who leaves within a slot still has it until its end, and may think better of it
        self.ask("organiser", "step", "3", "ticks")
        self.assertEqual(self.ask("Cem", "leave")["from_slot"], 21)
        self.ask("Cem", "come-back")
        self.slots(2)
        self.assertEqual(self.states()["Home 3"], "script")
        self.ask("Cem", "upload", "ada.lua")
        self.slots(1)
        self.assertEqual(self.ask("Cem", "reload", "--to", "2")["seats"][0]["version"], 2)
        self.slots(1)
        self.ask("organiser", "stop")
        out, _ = self.ends(code=1)  # before its last slot
        self.assertIn("self-sufficiency", out)
        self.assertTrue(stat.S_IMODE(os.stat(self.path("r/owners.json")).st_mode) == 0o600)
        kept = self.read("r/owners.json") + self.read("r/seats.json")
        self.assertFalse([token for token in self.tokens.values() if token in kept])
        out, _ = self.lunagrid("verify", "r")
        self.assertIn("8 acts from outside done again, all the same", out)

    def has_table(self, name):
        return bool(self.query("r", f"select 1 from sqlite_master where name = '{name}'"))

    def test_kill_9_and_resume_keep_tokens_and_results(self):
        self.host()
        self.slots(4)
        self.ask("Cem", "upload", "cem.lua")
        self.slots(4)
        self.ask("Ada", "leave")
        self.slots(4)
        before = self.ask("Ada", "status")
        self.process.kill()
        self.process.communicate()
        self.host(resume=True)
        end = time.monotonic() + 60
        after = self.ask("Ada", "status")
        while after["slot"] < before["slot"] or after["state"] != "paused":  # it waits where it waited
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
            after = self.ask("Ada", "status")
        self.assertEqual((after["slot"], after["tick"]), (before["slot"], before["tick"]))
        self.assertEqual({s["name"]: s["state"] for s in after["seats"]}["Home 1"], "left")
        self.ask("organiser", "resume")
        self.ends()
        self.assertFalse(os.path.exists(self.path("r/paused")))
        self.lunagrid("verify", "r")
        self.assertEqual(self.query("r", "select status from runs"), [("complete",)])

    def test_who_comes_back_finds_the_state_of_then(self):
        self.write("count.lua", "state.n = 0\nreturn { on_market_cycle = function() state.n = state.n + 1; print(state.n) end }")
        self.host()
        self.slots(1)
        self.ask("Cem", "upload", "count.lua")
        self.slots(2)
        self.ask("Cem", "leave")
        self.slots(3)
        self.ask("Cem", "come-back")
        self.slots(1)
        said = [line["message"] for line in self.ask("Cem", "log")["lines"] if line["kind"] == "print"]
        self.assertEqual(said, ["1", "2", "3"])

    def test_tokens_last_until_new_ones_are_asked_for(self):
        self.host()
        first = dict(self.tokens)
        self.ask("organiser", "stop", "tick")
        self.ends(code=1)
        os.remove(self.path("tokens.json"))
        self.host()
        self.assertFalse(os.path.exists(self.path("tokens.json")))
        self.assertTrue(self.ask("Ada", "status"))
        self.ask("organiser", "stop", "tick")
        self.ends(code=1)
        self.host("--new-tokens")
        self.assertEqual(len(set(first.values()) | set(self.tokens.values())), 10)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("tokens.json")).st_mode), 0o600)
        self.tokens["old"] = first["Ada"]
        self.ask("old", "status", code="token")


class Page(Collab):
    def test_the_story_as_it_is_told(self):
        """Every line of the example's page, by whom it says; what is refused there is refused."""
        for name, to in (("build", None), ("examples", os.path.join(flow.SOURCE, "examples"))):
            if to:
                os.symlink(to, self.path(name))
            else:
                os.makedirs(self.path(name))
                os.symlink(flow.PROGRAM, self.path("build/lunagrid"))
        with open(os.path.join(STREET, "README.md"), encoding="utf-8") as file:
            lines = re.findall(r"^    (\w+)\$ (.*)$", file.read(), re.M)
        self.assertGreater(len(lines), 15)
        said = {}
        for who, line in lines:
            command, _, comment = line.partition("   # ")
            words = shlex.split(command)
            if words[1] == "host":
                self.process = subprocess.Popen(words[:-1], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                                                stderr=subprocess.PIPE, env=self.environment())
                self.addCleanup(self.kill)
                end = time.monotonic() + 60
                while not os.path.exists(self.path("runs/collab/control.sock")):
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.01)
                self.tokens = json.loads(self.read("tokens.json"))
                continue
            done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False,
                                  env=self.environment(LUNAGRID_TOKEN=self.tokens[who]))
            self.assertEqual(done.returncode, 1 if comment == "refused" else 0, line + done.stdout + done.stderr)
            said.setdefault((who, words[4]), []).append(done.stdout + done.stderr)
        self.ends(code=1)
        self.assertIn("(template strategies)", said["Cem", "status"][0])
        self.assertIn("v1 -> v2", said["Cem", "upload"][0])
        self.assertIn("are offered on the board", said["Cem", "log"][0])
        self.assertIn("without the market, saved", said["Cem", "view"][0])
        self.assertIn("energy_requirement_kWh", said["Cem", "upload"][1])
        self.assertIn("cem.lua v2", said["Cem", "status"][1])
        self.assertIn('belongs to "Ada"', said["Cem", "view"][1])
        self.assertIn("is for the organiser", said["Cem", "set-fee"][0])
        self.assertIn("Street: fee 1 ct/kWh", said["Dora", "stats"][0])
        self.assertIn("Home 3 of Cem (has left: template strategies)", said["Bea", "status"][0])
        self.assertIn("v2", said["Cem", "come-back"][0])
        self.lunagrid("verify", "runs/collab")


class Rights(Collab):
    def test_each_command_and_who_may(self):
        self.host()
        self.slots(40)
        for words in (("pause",), ("resume",), ("step",), ("stop",), ("pace", "60x"), ("set-fee", "Street", "2"), ("eval", "1")):
            why = self.ask("Ada", *words, code="foreign")
            self.assertIn(f'{words[0]} is for the organiser of this run; "Ada" may', why)
        status = self.ask("Ada", "status")
        self.assertEqual((status["owner"], [a["name"] for a in status["agents"]]), ("Ada", ["Home 1"]))
        self.assertNotIn("folder", status)
        self.assertNotIn("wrong_tokens", status)
        self.assertEqual(set(status["community"]), {"self_sufficiency_percent", "self_consumption_percent", "peak_import_kW",
                                                    "import_kWh", "export_kWh", "local_kWh"})
        self.assertGreater(status["community"]["self_sufficiency_percent"], 50)
        view = self.ask("Ada", "view")["seats"]
        self.assertEqual([seat["name"] for seat in view], ["Home 1"])
        self.assertEqual([a["name"] for a in view[0]["assets"]], ["Home 1 load", "Home 1 PV", "Home 1 battery"])
        home = view[0]["homes"][0]
        self.assertAlmostEqual(home["saved_EUR"], home["no_market_EUR"] - home["bill_EUR"])
        self.assertEqual(len(view[0]["trades"]), 20)
        self.assertEqual({t["asset"][:6] for t in view[0]["trades"]}, {"Home 1"})
        self.assertEqual(len(self.ask("Ada", "view", "-n", "2")["seats"][0]["trades"]), 2)
        for words in (("view", "Home 2"), ("leave", "Home 2"), ("come-back", "Home 2"), ("upload", "ada.lua", "--seat", "Home 2"),
                      ("reload", "Home 2", "--to", "1")):
            self.assertEqual(self.ask("Ada", *words, code="foreign"), 'the seat "Home 2" belongs to "Bea"')
        self.assertIn("upload your script", self.ask("Ada", "reload", code="foreign"))
        self.assertIn('did you mean "Home 2"', self.ask("Ada", "view", "Home2", code="not_found"))
        self.assertIn("v1 of \"Home 3\" is no script", self.ask("Cem", "reload", "Home 3", "--to", "1", code="not_found"))
        self.assertIn("has had no script yet", self.ask("Cem", "come-back", code="refused"))
        # each hears what is its own
        self.ask("Cem", "upload", "cem.lua")
        self.slots(2)
        self.assertTrue(self.ask("Cem", "log")["lines"])
        self.assertFalse(self.ask("Bea", "log")["lines"])
        # a grid operator sees sums of its markets
        stats = self.ask("Dora", "stats")["markets"]
        self.assertEqual([m["market"] for m in stats], ["Street"])
        self.assertGreater(stats[0]["fees_EUR"], 0)
        self.assertEqual(self.ask("Ada", "stats", code="foreign"), "you manage no market")
        self.assertEqual(self.ask("Ada", "stats", "Street", code="foreign"), 'the market "Street" is managed by "Dora"')
        self.assertEqual(self.ask("Dora", "stats", "Grid", code="foreign"), 'no owner manages the market "Grid"')
        # the organiser may everything
        self.assertEqual(len(self.ask("organiser", "view")["seats"]), 6)
        self.assertEqual(self.ask("organiser", "set-fee", "Street", "2")["fee"], 2)
        self.assertTrue(self.ask("organiser", "status")["folder"].endswith("r"))
        self.assertEqual(len(self.ask("organiser", "stats")["markets"]), 6)
        self.assertIn("say which seat", self.ask("organiser", "leave", code="bad_request"))
        self.ask("organiser", "leave", "Home 2")
        self.ask("organiser", "upload", "ada.lua", "--seat", "Home 2")

    def test_wrong_tokens_wait_and_are_counted_err(self):
        self.host()
        begin = time.monotonic()
        self.assertIn("this token is nobody's here", self.ask("0" * 48, "status", code="token"))
        self.assertGreater(time.monotonic() - begin, 0.9)
        self.assertIn("asks for a token", self.ask("", "status", code="token"))
        self.assertEqual(self.ask("organiser", "status")["wrong_tokens"], 2)

    def test_the_socket_is_for_its_user_alone(self):
        self.host()
        self.assertEqual(stat.S_IMODE(os.stat(self.path("r/control.sock")).st_mode), 0o600)
        open_to_others = [name for name in os.listdir(self.path("r"))
                          if stat.S_IMODE(os.stat(self.path("r/" + name)).st_mode) & 0o066]
        self.assertEqual(open_to_others, [])

    def test_a_socket_is_found_again_from_elsewhere(self):
        self.lunagrid("host", "collab.lua", "--out", "r", "--pace", "full", "--tokens", "tokens.json", "--control", "own.sock", "-q")
        self.assertEqual(json.loads(self.read("r/owners.json"))["control"], self.path("own.sock"))

    def test_the_socket_of_a_group(self):
        import grp
        group = grp.getgrgid(os.getgid()).gr_name
        self.host("--group", group)
        info = os.stat(self.path("r/control.sock"))
        self.assertEqual((stat.S_IMODE(info.st_mode), info.st_gid), (0o660, os.getgid()))

    def test_a_group_that_is_not_err(self):
        self.host("--group", "nobody-is-called-so")
        _, err = self.process.communicate(timeout=60)
        self.assertEqual(self.process.returncode, 1)
        self.assertIn("there is no such group", err)

    def test_foreign_assets_are_refused_with_the_name_of_the_owner(self):
        self.write("thief.lua", 'return { on_tick = function() print(grid.batch:offer_energy_rate("Home 1 PV", 1, 9)) end }')
        self.host()
        self.slots(1)
        self.ask("Cem", "upload", "thief.lua")
        self.slots(1)
        said = [line["message"] for line in self.ask("Cem", "log")["lines"]]
        self.assertTrue(any('it belongs to "Ada"' in line for line in said), said)

    def test_scripts_see_no_bills_of_others(self):
        self.write("curious.lua", """return { on_tick = function()
  print(grid.market("Home 1").last_market_bill.accumulated_trades.bought, grid.market("Street").last_market_stats ~= nil)
end }""")
        self.host()
        self.slots(8)
        self.ask("Cem", "upload", "curious.lua")
        self.slots(1)
        said = [line["message"] for line in self.ask("Cem", "log")["lines"] if line["kind"] == "print"]
        self.assertEqual(set(said), {"0.0\ttrue"})


class Uploads(Collab):
    def test_so_many_a_minute_and_no_larger_err(self):
        self.write("collab.lua", self.read("collab.lua").replace("uploads_per_minute = 6, upload_kB = 64",
                                                                 "uploads_per_minute = 2, upload_kB = 2"))
        self.host()
        self.write("large.lua", "return {}\n" + "-- x\n" * 500)
        self.assertIn("an upload may have 2048 bytes in all", self.ask("Cem", "upload", "large.lua", code="refused"))
        self.write("small.lua", "return { on_tick = function() end }\n")
        self.ask("Cem", "upload", "small.lua")
        self.ask("Cem", "upload", "small.lua")
        self.assertIn("2 uploads a minute are allowed", self.ask("Cem", "upload", "small.lua", code="refused"))
        self.ask("Ada", "upload", "small.lua")  # each has its own

    def say(self, request):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(30)
        here = os.getcwd()
        os.chdir(self.path("r"))
        peer.connect("control.sock")
        os.chdir(here)
        self.addCleanup(peer.close)
        peer.sendall(json.dumps({"token": self.tokens["Cem"], **request}).encode() + b"\n")
        return json.loads(peer.makefile("r", encoding="utf-8").readline())

    def test_nothing_of_the_host_is_read_err(self):
        """What an upload requires comes with it, or ships; a file beside the host's scripts does not count."""
        self.write("secret.lua", "return 'a secret of the host'")
        self.host()
        text = "local s = require 'secret'\nreturn { on_tick = function() print(s) end }\n"
        for name in ("x.lua", "collab.lua"):
            answer = self.say({"command": "upload", "text": text, "name": name})
            self.assertEqual(answer["error"]["code"], "script", answer)
            self.assertIn('module "secret"', answer["error"]["message"])
        for wrong, why in (({"name": "../x.lua"}, "without its folder"), ({"modules": {"../x": "return 1"}}, "is no name of a module"),
                           ({"modules": {"x": 1}}, "an object of at most"), ({"modules": ["x"]}, "an object of at most"),
                           ({"text": "\x1bLua"}, "compiled Lua"), ({"text": ""}, "not empty"), ({"texts": "x"}, 'did you mean "text"?')):
            answer = self.say({"command": "upload", "text": "return { on_tick = function() end }", **wrong})
            self.assertFalse(answer["ok"], wrong)
            self.assertIn(why, answer["error"]["message"])
        long = self.say({"command": "upload", "text": "return { on_tick = function() end }", "modules": {"big": "-- x\n" * 12000}})
        self.assertTrue(long["ok"], long)  # 60,000 bytes are one line of JSON here

    def test_a_script_that_fails_soon_makes_place_for_the_one_before(self):
        self.host()
        self.slots(2)
        self.write("late.lua", "local n = 0\nreturn { on_tick = function() n = n + 1; if n > 2 then error('late') end end }")
        self.ask("Ada", "upload", "late.lua")
        self.slots(1)
        self.assertEqual(self.ask("Ada", "status")["agents"][0]["version"], 1)
        self.ask("organiser", "stop")
        self.process.communicate(timeout=120)
        self.lunagrid("verify", "r")


class Files(Collab):
    def test_every_problem_at_once_err(self):
        self.write("bad.lua", """return collab {
  scenario = "scenario.lua",
  seats = {
    seat { owner = "Ada", nmae = "Home 1" },
    seat { owner = "organiser", name = "Home 2" },
    seat { owner = "Cem", name = "Home 3", script = 5 },
  },
  limits = { upload_kB = 0, budget = { units_per_cal = 5 } },
  bord = { posts = 4 },
  settings = { board_posts = 2 },
}
""")
        _, err = self.lunagrid("host", "bad.lua", "--out", "r", code=3)
        for what in ('bad.lua:4', 'did you mean "name"?', "bad.lua:5", 'an owner needs another name', "bad.lua:6",
                     "bad.lua:9", 'did you mean "board"?'):
            self.assertIn(what, err)
        self.assertFalse(os.path.exists(self.path("r")))
        self.write("bad.lua", self.read("bad.lua").replace("bord", "board").replace("nmae", "name"))
        _, err = self.lunagrid("host", "bad.lua", "--out", "r", code=3)
        for what in ("upload_kB", 'did you mean "units_per_call"?', "board = { posts"):
            self.assertIn(what, err)

    def test_check_knows_seats_scenario_and_scripts_err(self):
        """All of it at once and where it stands; `host` says the same, and makes no folder."""
        self.assertIn("0 errors", self.lunagrid("check", "collab.lua")[0])
        self.write("slip.lua", "return { on_tick = function() ende\n")
        self.write("bad.lua", """return collab {
  scenario = "scenario.lua", pace = "soon",
  seats = {
    seat { owner = "Ada", name = "Home 1" },
    seat { owner = "Bea", name = "mine too", assets = "Home 1 PV", script = "slip.lua" },
    seat { owner = "Cem", name = "Home 33" },
    seat { owner = "Dora", name = "One", markets = "Street" },
    seat { owner = "Eve", name = "Other", markets = "Street" },
  },
  settings = { days = "many" },
}
""")
        said = (
            "bad.lua:2: pace: a pace is 15m=10s", 'bad.lua:5: mine too.assets: the seat "Home 1" commands "Home 1 PV" already',
            'bad.lua:6: Home 33.name: there is no asset or area "Home 33"; did you mean "Home 3"?',
            'bad.lua:8: Other.markets: the seat "One" commands the market "Street" already', "slip.lua:2: ", "bad.lua: days: ")
        shown = self.lunagrid("check", "bad.lua", code=3)[0]
        for what in said:
            self.assertIn(what, shown)
        self.assertEqual(self.lunagrid("host", "bad.lua", "--out", "r", code=3)[1], shown)
        self.assertFalse(os.path.exists(self.path("r")))
        self.write("late.lua", "return { on_start = function() error('not today') end }\n")
        self.write("late_collab.lua", self.read("collab.lua").replace('"ada.lua"', '"late.lua"'))
        self.assertIn("not today; in on_start", self.lunagrid("check", "late_collab.lua", code=4)[0])
        # a script that does not load is reason enough
        self.write("bad.lua", self.read("collab.lua").replace('"ada.lua"', '"slip.lua"'))
        self.assertIn("slip.lua:2: ", self.lunagrid("host", "bad.lua", "--out", "r", code=4)[1])
        self.assertFalse(os.path.exists(self.path("r")))

    def test_a_bad_scenario_makes_no_tokens_err(self):
        self.write("collab.lua", self.read("collab.lua").replace('name = "Home 3"', 'name = "Home 33"'))
        out, err = self.lunagrid("host", "collab.lua", "--out", "r", code=3)
        self.assertIn("Home 33", err)
        self.assertEqual(out, "")
        self.assertFalse(os.path.exists(self.path("r/owners.json")))

    def test_json_and_printed_tokens(self):
        self.write("c.json", json.dumps({"name": "two", "scenario": "scenario.lua", "slots": 2, "pace": "full",
                                         "seats": [{"owner": "Ada", "name": "Home 1"}, {"owner": "Bea", "name": "Home 2"}]}))
        out, _ = self.lunagrid("host", "c.json", "--out", "r")
        self.assertRegex(out, r"two: one community of 2 owners, 2 seats\n tokens, told only now")
        self.assertRegex(out, r"\n  Ada +lg_[\w-]{43}  Home 1\n")
        self.lunagrid("verify", "r")


if __name__ == "__main__":
    flow.main()
