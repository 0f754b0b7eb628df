"""Where a golden day may differ: the table of README.md beside this file, and nothing else."""
import fnmatch
import os
import re

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")


class Leniency:
    """The rows for one day: figure -> the most it may differ."""

    def __init__(self, day):
        self.most = {}
        self.used = set()
        for pattern, figure, most in rows():
            if not fnmatch.fnmatchcase(day, pattern):
                continue
            self.most[figure] = float(most)

    def allows(self, figure, difference):
        if difference <= self.most.get(figure, -1):
            self.used.add(figure)
            return True
        return False


def rows():
    """(day, figure, at most) of each row whose first cell is code."""
    with open(README, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("| `") and len(cells) >= 5:
                yield re.sub("`", "", cells[0]), re.sub("`", "", cells[1]), cells[2]
