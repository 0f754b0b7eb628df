"""Every command that the pages of the examples show is run as it stands there, and the table of features keeps
its 64 rows: each has a status, each "yes" a line to run."""
import os
import re
import shlex
import shutil
import subprocess

import flow

EXAMPLES = os.path.join(flow.SOURCE, "examples")
PROGRAMS = ("lunagrid ", "build/lunagrid ", "sqlite3 ")
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.*?) \| (.*?) ?\|$", re.M)


def page(name):
    with open(os.path.join(EXAMPLES, name, "README.md"), encoding="utf-8") as file:
        return file.read()


def blocks(text):
    """Commands in indented blocks, comments behind them left out; not those that somebody has to end ("# by hand")."""
    for line in text.splitlines():
        if line.startswith("    ") and line.strip().startswith(PROGRAMS) and "# by hand" not in line:
            yield re.sub(r"\s+#.*", "", line.strip())


def spans(text):
    """Commands in the last column of tables."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield from (s for s in re.findall(r"`([^`]+)`", line.rstrip("| ").split(" | ")[-1])
                        if s.startswith(PROGRAMS))


class Pages(flow.Flow):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("build"))
        os.symlink(flow.PROGRAM, self.path("build/lunagrid"))
        for name in ("examples", "tests"):
            os.symlink(os.path.join(flow.SOURCE, name), self.path(name))
        self.lunagrid("new", "strategy", "mine")
        rows = ["time,h01,h02,h03,h04"]
        rows += [f"2018-10-29T{i // 4:02}:{i % 4 * 15:02}Z,0.1,0.2,0.3,0" for i in range(96)]
        for name in ("FILE.csv", "consumption.csv"):
            self.write(name, "\n".join(rows) + "\n")

    def do(self, command):
        words = shlex.split(command)
        if words[0] == "sqlite3" and not shutil.which("sqlite3"):
            return
        if words[0].endswith("lunagrid"):
            words[0] = flow.PROGRAM
        done = subprocess.run(words, cwd=self.folder, env=self.environment(), capture_output=True, text=True,
                              timeout=600, check=False)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr}")
        self.assertTrue(done.stdout + done.stderr, command)

    def test_commands_of_the_stories(self):
        for name in sorted(os.listdir(EXAMPLES)):
            if not os.path.isdir(os.path.join(EXAMPLES, name)):
                continue
            commands = list(blocks(page(name)))
            self.assertTrue(commands, name)
            for command in commands:
                with self.subTest(command):
                    self.do(command)

    def test_commands_of_the_tables(self):
        """All of them, from top to bottom in one folder, as somebody would who goes through the table."""
        commands = list(spans(page("")))
        self.assertGreater(len(commands), 20)
        for command in commands:
            with self.subTest(command):
                self.do(command)

    def test_commands_beyond_the_tables(self):
        commands = list(blocks(page("")))
        self.assertGreater(len(commands), 4)
        for command in commands:
            with self.subTest(command):
                self.do(command)

    def test_features(self):
        rows = ROW.findall(page(""))
        self.assertEqual([int(row[0]) for row in rows], list(range(1, 65)))
        for number, feature, status, line in rows:
            with self.subTest(feature, number=number):
                self.assertRegex(status, r"^(yes|in part|later|no)\b")
                if status.startswith("yes"):
                    self.assertRegex(line, r"`build/lunagrid [^`]+`")


if __name__ == "__main__":
    flow.main()
