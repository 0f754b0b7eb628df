#!/usr/bin/env python3
"""Checks of the tree about itself; each is a test of its own (tidy.<check>).

Usage: tidy.py --root DIR [--build DIR] [--cc CC] CHECK...   (all: every check)
Exit code: 0 fine, 1 something was found, 77 left out for the reason printed.
Only files that belong to the tree are looked at: build folders and results of runs are not.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

SKIPPED = 77
LINES_MAX = 700
PRINTED = "scripts/meta/lunagrid.lua"  # by the program: as long as what it describes
PLUGIN_SYMBOL = "lunagrid_plugin_1"
CLANG_FORMAT_MAJOR = 14  # other versions lay the same style out differently
# Results, and inputs of fuzzing, which are broken on purpose.
LEFT_OUT = re.compile(r"^(build[^/]*|runs|\.git|examples/[^/]+/runs|tests/fuzz/corpus)(/|$)")
TEXT_NAMES = (".c", ".h", ".def", ".lua", ".cmake", ".txt", ".py", ".sh", ".md", ".json", ".proto", ".sql")
PACKAGES = ["lua5.4", "libevent_core", "libevent_extra", "libcjson", "sqlite3", "libxxhash", "libcrypto", "cmocka"]


class Skip(Exception):
    """The check cannot be made here; the text says why."""


class Tree:
    def __init__(self, options):
        self.root = os.path.abspath(options.root)
        self.build = options.build
        self.cc = options.cc
        self.files = []
        for folder, folders, names in os.walk(self.root):
            here = os.path.relpath(folder, self.root)
            here = "" if here == "." else here + "/"
            folders[:] = sorted(f for f in folders if not LEFT_OUT.match(here + f))
            self.files += [here + n for n in sorted(names)]

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def some(self, *suffixes, under=""):
        return [f for f in self.files if f.endswith(suffixes) and f.startswith(under)]

    def rooms(self):
        """The one list of arrows: room -> rooms it may include."""
        rooms = {}
        for line in self.read("tests/tidy/rooms.txt").splitlines():
            line = line.split("#")[0].strip()
            if line:
                room, allowed = line.split(":")
                rooms[room.strip()] = set(allowed.split())
        return rooms


def includes_of(text):
    """(line number, kind, path) of each #include; kind is '"' or '<'."""
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', text, re.M):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def room_deps(tree):
    """room -> DEPS of its lg_room() call, for the rooms that have one."""
    deps = {}
    for path in tree.some("CMakeLists.txt", under="host/"):
        text = re.sub(r"#.*", "", tree.read(path))
        for call in re.finditer(r"lg_room\(\s*(\w+)([^)]*)\)", text):
            words = re.split(r"\b(SOURCES|DEPS|LIBS)\b", call.group(2))
            named = dict(zip(words[1::2], words[2::2]))
            deps[call.group(1)] = set(named.get("DEPS", "").split())
    return deps


def reachable(deps, room):
    seen, todo = set(), [room]
    while todo:
        for other in deps.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def check_arrows(tree):
    """#include lines and lg_room() against tests/tidy/rooms.txt; plugins see include/lunagrid only."""
    rooms, deps = tree.rooms(), room_deps(tree)
    for room, named in sorted(deps.items()):
        if room not in rooms:
            yield f"tests/tidy/rooms.txt: no line for room {room}"
            continue
        for other in sorted(named - rooms[room]):
            yield f"host/{room}/CMakeLists.txt: {room} may not depend on {other}"
    for path in tree.some(".c", ".h", under="host/"):
        room = path.split("/")[1]
        if room == "include":
            allowed, linked = set(), set()
        elif room not in rooms:
            yield f"{path}: tests/tidy/rooms.txt has no line for room {room}"
            continue
        else:
            allowed = rooms[room] | {room}
            linked = reachable(deps, room) | {room} if room in deps else allowed
        for line, kind, name in includes_of(tree.read(path)):
            first = name.split("/")[0]
            if first in rooms and "/" in name:
                if first not in allowed:
                    yield f"{path}:{line}: room {room} may not include {name}"
                elif first not in linked:
                    yield f"{path}:{line}: {name} needs {first} in DEPS of lg_room({room})"
    for path in tree.some(".c", ".h", under="plugins/"):
        for line, kind, name in includes_of(tree.read(path)):
            if name.split("/")[0] in rooms and "/" in name:
                yield f"{path}:{line}: a plugin sees lunagrid/*.h only, not {name}"


def check_event(tree):
    """Only host/loop includes libevent, and host/web, which speaks HTTP with it."""
    for path in tree.some(".c", ".h"):
        if path.startswith(("host/loop/", "host/web/")):
            continue
        for line, _, name in includes_of(tree.read(path)):
            if name.startswith("event2/") or name in ("event.h", "evhttp.h"):
                yield f"{path}:{line}: only host/loop and host/web include {name}"


def compile_flags(tree):
    flags = ["-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Wstrict-prototypes", "-Werror",
             "-D_GNU_SOURCE", '-DLG_VERSION="0"', "-DXXH_STATIC_LINKING_ONLY"]
    found = subprocess.run(["pkg-config", "--cflags", *PACKAGES], capture_output=True, text=True)
    return flags + found.stdout.split()


def check_headers(tree):
    """Each header compiles alone, with what its users see."""
    flags = compile_flags(tree)
    before = "#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n"
    for path in tree.some(".h"):
        folder = os.path.join(tree.root, os.path.dirname(path))
        see = ["-I" + os.path.join(tree.root, "host/include")]
        if not path.startswith(("plugins/", "host/include/")):
            see += ["-I" + os.path.join(tree.root, d) for d in ("host", "tests")]
        if path.startswith(("plugins/", "tests/")):
            see += ["-I" + folder, "-I" + os.path.join(tree.root, "plugins")]
        text = f'#include "{os.path.join(tree.root, path)}"\ntypedef int not_empty;\n'
        if path.startswith("tests/"):
            text = before + text  # cmocka.h asks for these of whoever includes it
        done = subprocess.run([tree.cc, *flags, *see, "-x", "c", "-"], input=text,
                              capture_output=True, text=True, cwd=tree.root)
        if done.returncode != 0:
            lines = [l for l in done.stderr.splitlines() if "error" in l] or ["does not compile"]
            yield f"{path}: not by itself: {lines[0].replace(tree.root + '/', '')}"


def check_format(tree):
    """clang-format would change nothing."""
    tool = shutil.which(f"clang-format-{CLANG_FORMAT_MAJOR}") or shutil.which("clang-format")
    if not tool:
        raise Skip("clang-format is not installed (make format installs it)")
    version = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    major = re.search(r"version (\d+)", version)
    if not major or int(major.group(1)) != CLANG_FORMAT_MAJOR:
        raise Skip(f"needs clang-format {CLANG_FORMAT_MAJOR}, here is: {version.strip()}")
    paths = tree.some(".c", ".h")
    done = subprocess.run([tool, "--dry-run", "-Werror", *paths], cwd=tree.root,
                          capture_output=True, text=True)
    seen = set()
    for match in re.finditer(r"^([^\s:]+):(\d+):\d+: error:", done.stderr, re.M):
        if match.group(1) not in seen:
            seen.add(match.group(1))
            yield f"{match.group(1)}:{match.group(2)}: not formatted (make format)"
    if done.returncode != 0 and not seen:
        yield f"clang-format: {done.stderr.strip()}"


def check_first_line(tree):
    """The first line says what the file is; a header's begins with its own path."""
    for path in tree.some(".c", ".h"):
        first = tree.read(path).split("\n", 1)[0]
        if not re.match(r"/\*( |\*?$)", first):
            yield f"{path}:1: the first line must be a comment that says what the file is"
        elif path.endswith(".h"):
            names = {path, path.removeprefix("host/")}
            if not any(first.startswith(f"/* {name} — ") for name in names):
                yield f"{path}:1: the first line must begin with: /* {path} — "


def check_text(tree):
    """Lines: no tabs, no trailing blanks, an end; no file too long to read in one go."""
    for path in tree.files:
        if not path.endswith(TEXT_NAMES):
            continue
        text = tree.read(path)
        if text and not text.endswith("\n"):
            yield f"{path}: the last line has no end"
        for number, line in enumerate(text.split("\n"), 1):
            if "\t" in line and not path.endswith((".md", ".json")):
                yield f"{path}:{number}: a tab"
            if line != line.rstrip():
                yield f"{path}:{number}: blanks at the end of the line"
        lines = text.count("\n")
        if lines > LINES_MAX and path != PRINTED and path.endswith((".c", ".h", ".lua", ".py")):
            yield f"{path}: {lines} lines, more than {LINES_MAX}: split it by idea"


def check_words(tree):
    """Nothing left to do without an issue, nothing of the machine it was written on."""
    todo = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\s*\(?(issue\s+)?#?\d+)")
    place = re.compile(r"/(work|root|home)/")
    for path in tree.files:
        if path.endswith(TEXT_NAMES) or os.path.basename(path) in ("Makefile", "run"):
            if path == "tests/tidy/tidy.py":
                continue
            for number, line in enumerate(tree.read(path).split("\n"), 1):
                if todo.search(line):
                    yield f"{path}:{number}: unfinished, and no issue is named"
                if place.search(line):
                    yield f"{path}:{number}: a path of one machine"


def check_comments(tree):
    """Every function a header offers (lg_, not lg__) stands in a paragraph that a comment opens."""
    start = re.compile(r"^(?!typedef\b|static\b|struct\b[^()]*\{|#|return\b|/|\*|extern\b|_Static)"
                       r"[A-Za-z_][\w\s\*]*?[\s\*](lg_[a-z0-9]\w*)\(")
    for path in tree.some(".h", under="host/"):
        lines = tree.read(path).split("\n")
        depth = 0  # inside braces or a macro there are no declarations
        documented = False
        for number, line in enumerate(lines, 1):
            if not line.strip():
                documented = False
            if number > 1 and "*/" in line and line.lstrip().startswith(("/*", "*")):
                documented = True
            match = start.match(line) if depth == 0 else None
            if match and not lines[number - 2].endswith("\\") and not documented:
                yield f"{path}:{number}: {match.group(1)}() has no comment above it"
            code = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", line)
            if not line.lstrip().startswith("*"):
                depth = max(0, depth + code.count("{") - code.count("}"))


def check_examples(tree):
    """Every example has a README."""
    for name in sorted({p.split("/")[1] for p in tree.files if re.match(r"examples/[^/]+/", p)}):
        if f"examples/{name}/README.md" not in tree.files:
            yield f"examples/{name}: no README.md"


def check_listed(tree):
    """Every unit test is named in its CMakeLists.txt; one that is not would never run."""
    for path in tree.some(".c", under="tests/unit/"):
        folder, name = os.path.split(path)
        listing = f"{folder}/CMakeLists.txt"
        if name.startswith("test_"):
            words = set(re.findall(r"\w+", tree.read(listing))) if listing in tree.files else set()
            ends = name[:-2].split("_")  # a foreach() may add the beginning of the name
            if not any("_".join(ends[i:]) in words for i in range(len(ends))):
                yield f"{listing}: {name} is not listed"


def check_symbols(tree):
    """A plugin exports one name."""
    folder = os.path.join(tree.build or "", "plugins")
    names = sorted(n for n in os.listdir(folder) if n.endswith(".so")) if os.path.isdir(folder) else []
    if not tree.build or not names:
        raise Skip("no plugins are built")
    if not shutil.which("nm"):
        raise Skip("nm is not installed")
    for name in names:
        done = subprocess.run(["nm", "-D", "--defined-only", os.path.join(folder, name)],
                              capture_output=True, text=True)
        found = {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
        found = {s for s in found if not s.startswith(("__asan", "__odr_asan", "__ubsan", "__sanitizer"))}
        for symbol in sorted(found - {PLUGIN_SYMBOL}):
            yield f"plugins/{name}: exports {symbol}; only {PLUGIN_SYMBOL} may be seen"
        if PLUGIN_SYMBOL not in found:
            yield f"plugins/{name}: does not export {PLUGIN_SYMBOL}"


CHECKS = {name[len("check_"):]: function for name, function in list(globals().items())
          if name.startswith("check_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--root", default=".")
    parser.add_argument("--build", default="")
    parser.add_argument("--cc", default=os.environ.get("CC", "cc"))
    parser.add_argument("checks", nargs="+", metavar="CHECK", help=", ".join(["all", *CHECKS]))
    options = parser.parse_args()
    names = list(CHECKS) if options.checks == ["all"] else options.checks
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        parser.error(f"no check named {unknown[0]}; there are: {', '.join(CHECKS)}")
    tree = Tree(options)
    found = skipped = 0
    for name in names:
        try:
            for problem in CHECKS[name](tree):
                print(problem)
                found += 1
        except Skip as reason:
            print(f"tidy {name}: left out: {reason}")
            skipped += 1
    if found:
        print(f"tidy: {found} found")
        return 1
    return SKIPPED if skipped == len(names) else 0


if __name__ == "__main__":
    sys.exit(main())
