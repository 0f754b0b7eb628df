#!/usr/bin/env python3
"""The checks of tidy.py find what they are for: each is shown one mistake and one clean tree."""
import os
import subprocess
import sys
import tempfile

TIDY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tidy.py")
HEADER = "/* host/grid/x.h — a thing */\n#ifndef X\n#define X\n{}#endif\n"
TO_DO = "TO" + "DO"  # in two halves, or this file would be found itself
MACHINE = "/" + "home/somebody/x"

CLEAN = {
    "tests/tidy/rooms.txt": "base:\nloop: base\ngrid: base\nmarket: base grid\n",
    "host/base/CMakeLists.txt": "lg_room(base SOURCES a.c)\n",
    "host/grid/CMakeLists.txt": "lg_room(grid SOURCES x.c DEPS base LIBS m)\n",
    "host/base/a.h": "/* host/base/a.h — a thing */\n#include <stdint.h>\n/** Does a. */\nint lg_a(void);\n",
    "host/grid/x.h": HEADER.format("#include \"base/a.h\"\n/** Does x. */\nint lg_x(int64_t a,\n         int b);\n"),
    "host/loop/l.c": "/* The loop. */\n#include <event2/event.h>\n",
    "plugins/p/p.c": "/* A plugin. */\n#include \"lunagrid/plugin.h\"\n",
    "examples/e/README.md": "An example.\n",
    "tests/unit/grid/CMakeLists.txt": "lg_test(grid test_x)\n",
    "tests/unit/grid/test_x.c": "/* Tests of x. */\n",
}

# check, file, its text (None: removed), what the finding must say; "" means nothing is found
CASES = [
    ("arrows", "host/grid/x.c", '/* x */\n#include "market/m.h"\n', "host/grid/x.c:2: room grid may not include market/m.h"),
    ("arrows", "host/base/a.c", '/* a */\n#include "grid/x.h"\n', "room base may not include grid/x.h"),
    ("arrows", "host/new/a.c", "/* a */\n", "no line for room new"),
    ("arrows", "host/grid/CMakeLists.txt", "lg_room(grid DEPS base market)\n", "grid may not depend on market"),
    ("arrows", "host/grid/CMakeLists.txt", "lg_room(grid SOURCES x.c)\n", "base/a.h needs base in DEPS"),
    ("arrows", "plugins/p/p.c", '/* p */\n#include "grid/x.h"\n', "a plugin sees lunagrid/*.h only"),
    ("event", "host/grid/x.c", "/* x */\n#include <event2/event.h>\n", "only host/loop and host/web include event2/event.h"),
    ("headers", "host/grid/x.h", HEADER.format("/** Does x. */\nint lg_x(int64_t a);\n"), "host/grid/x.h: not by itself"),
    ("first_line", "host/grid/x.h", "/* host/base/x.h — moved */\n", "must begin with: /* host/grid/x.h"),
    ("first_line", "host/grid/x.c", "#include <a.h>\n", "must be a comment"),
    ("text", "host/grid/x.c", "/* x */\n\tint a;\n", "x.c:2: a tab"),
    ("text", "host/grid/x.c", "/* x */\nint a; \n", "x.c:2: blanks at the end"),
    ("text", "host/grid/x.c", "/* x */\nint a;", "the last line has no end"),
    ("text", "host/grid/x.c", "/* x */\n" * 701, "701 lines, more than 700"),
    ("words", "host/grid/x.c", f"/* {TO_DO} later */\n", "no issue is named"),
    ("words", "host/grid/x.c", f"/* {TO_DO}(#12) later */\n", ""),
    ("words", "host/grid/x.c", f"/* {MACHINE} */\n", "a path of one machine"),
    ("comments", "host/grid/x.h", HEADER.format("int lg_x(void);\n"), "lg_x() has no comment above it"),
    ("comments", "host/grid/x.h", HEADER.format("/** Both. */\nint lg_x(void);\nint lg_y(void);\n"), ""),
    ("comments", "host/grid/x.h", HEADER.format("/** One. */\nint lg_x(void);\n\nint *lg_y(void);\n"), "lg_y() has no comment"),
    ("examples", "examples/f/scenario.lua", "return 1\n", "examples/f: no README.md"),
    ("listed", "tests/unit/grid/test_y.c", "/* y */\n", "test_y.c is not listed"),
]


def run(changes, check):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**CLEAN, **changes}.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, TIDY, "--root", root, check], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def main():
    failed = 0
    for check in sorted({case[0] for case in CASES}):
        code, out = run({}, check)
        if code != 0:
            failed += 1
            print(f"{check}: a clean tree should pass, but: {out}")
    for check, path, text, expected in CASES:
        code, out = run({path: text}, check)
        if (code, out) != (0, "") if expected == "" else (code != 1 or expected not in out):
            failed += 1
            print(f"{check} on {path}: expected {expected or 'nothing'!r}, got {code}: {out}")
    print(f"{len(CASES)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
