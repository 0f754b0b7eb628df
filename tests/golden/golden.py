#!/usr/bin/env python3
"""One recorded day of the gsy-e exchange: imports it, runs it and compares with what was recorded.

What equality means is written in the README of the recordings: the same multiset of trades, trade times
within a tick, bills and KPIs. Where the exchange's own runs differ between seeds the recording is one
outcome of many, so it is compared with many runs of ours: every market and slot must have traded as in one
of them, and every sum of the day must lie among theirs. Beyond that a figure may only differ where the
table of README.md beside this file says so. Ends with 0 (equal), 1 (not), 77 (there is no recording).
"""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys
import tempfile

import recording
from leniency import Leniency

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77
ENERGY_KWH, RATE_CT, BILL_EUR = 2e-5, 1e-4, 1e-4
KPI_WH, KPI_SHARE = 0.1, 1e-4
PENALTY_KWH, PENALTY_CT = 2e-5 * 96, 29.2  # what is left open may be off by the energy tolerance in every slot
ROUNDING = 1e-9
SEEDS = 24  # runs of a day whose outcome is drawn


class Comparison:
    """Largest deviation of each kind of figure, and all that is further off than it may be."""

    def __init__(self, day, settings):
        self.leniency = Leniency(day)
        self.bill_eur = BILL_EUR + settings.get("max_bill_difference_over_seeds_EUR", 0)
        kinds = ("energy", "rate", "time", "bill", "kpi", "saving")
        self.largest = collections.OrderedDict((kind, 0.0) for kind in kinds)
        self.problems = []
        self.seen = collections.OrderedDict()

    def see(self, kind, figure, place, theirs, ours, tolerance):
        """Notes a figure of theirs and of one run of ours; None is a value, too."""
        self.seen.setdefault((figure, place), (kind, theirs, tolerance, []))[3].append(ours)

    def judge(self):
        """Compares all that was seen: a slot with the nearest of our runs, a sum with their range."""
        for (figure, place), (kind, theirs, tolerance, ours) in self.seen.items():
            values = [value for value in ours if value is not None]
            if theirs is None or not values:
                difference = 0.0 if theirs is None and None in ours else 1.0
            elif figure.startswith("slot."):
                difference = min(abs(value - theirs) for value in values)
            else:
                difference = max(min(values) - theirs, theirs - max(values), 0.0)
            self.largest[kind] = max(self.largest[kind], difference)
            if difference > tolerance + ROUNDING and not self.leniency.allows(figure, difference):
                self.problems.append(f"{figure}: {place}: {theirs} was recorded, not {values[:4]} "
                                     f"(off by {difference:.6g})")

    def fail(self, sentence):
        self.problems.append(sentence)


def key(trade):
    return trade.market, trade.slot, trade.seller, trade.buyer


def take_equal(trade, others):
    """The nearest in time among the trades of equal energy and rate, taken out of others."""
    best = None
    for other in others:
        if (abs(other.energy - trade.energy) <= ENERGY_KWH + ROUNDING
                and abs(other.rate - trade.rate) <= RATE_CT + ROUNDING
                and (best is None or abs(other.time - trade.time) < abs(best.time - trade.time))):
            best = other
    if best:
        others.remove(best)
    return best


def compare_trades(theirs, ours, tick_s, comparison, strict):
    """Pairs the trades off; when not strict what has no pair is only counted. Returns how many are equal."""
    left = collections.defaultdict(list)
    for trade in ours:
        left[key(trade)].append(trade)
    equal = 0
    for trade in theirs:
        other = take_equal(trade, left[key(trade)])
        if not other:
            if strict:
                comparison.fail(f"missing: {trade}")
            continue
        equal += 1
        if strict:
            seconds = (other.time - trade.time).total_seconds()
            comparison.see("energy", "trade.energy", (equal, trade), trade.energy, other.energy, ENERGY_KWH)
            comparison.see("rate", "trade.rate", (equal, trade), trade.rate, other.rate, RATE_CT)
            comparison.see("time", "trade.time", (equal, trade), 0.0, seconds, tick_s)
    for trade in [trade for trades in left.values() for trade in trades] if strict else []:
        comparison.fail(f"too many: {trade}")
    return equal


def by_slot(trades):
    table = collections.defaultdict(lambda: [0.0, 0.0, 0])
    for trade in trades:
        cell = table[trade.market, trade.slot]
        cell[0] += trade.energy
        cell[1] += trade.energy * trade.rate
        cell[2] += 1
    return table


def compare_slots(theirs, ours, comparison):
    """Energy of every market and slot, and its mean rate where the energy is the recorded one."""
    a, b = by_slot(theirs), by_slot(ours)
    for cell in sorted(set(a) | set(b)):
        energy, money, count = a.get(cell, (0.0, 0.0, 0))
        our_energy, our_money, our_count = b.get(cell, (0.0, 0.0, 0))
        name = "/".join(cell)
        tolerance = ENERGY_KWH * max(count, our_count, 1)
        comparison.see("energy", "slot.energy", name, energy, our_energy, tolerance)
        if energy > 0 and abs(energy - our_energy) <= tolerance + ROUNDING:
            comparison.see("rate", "slot.rate", name, money / energy, our_money / our_energy, RATE_CT)


def compare_bills(theirs, ours, comparison):
    for market, parties in theirs.items():
        for party, row in parties.items() if isinstance(parties, dict) else ():
            if not isinstance(row, dict):
                continue  # a leaf of the file: its asset's row is in its market too
            our_row = ours.get(market, {}).get(party)
            if our_row is None:
                comparison.fail(f"bill: {market}: {party} has no row")
                continue
            for field, value in row.items():
                if field in our_row:
                    figure = "bill.energy" if field in ("bought", "sold", "total_energy") else "bill"
                    comparison.see("bill", figure, f"{market}: {party}: {field}", value, our_row[field],
                                   comparison.bill_eur)


def our_cumulative(scenario, account, name):
    """What an asset's line of cumulative_bills.json would be."""
    kind = scenario.strategy[name]["type"]
    load, pv = "Load" in kind, kind.startswith("PV")
    energy = account["unserved"] if load else account["unsold"] if pv else 0.0
    return {"spent_total": account["spent_total"], "earned": account["earned"], "penalty_energy": energy,
            "penalties": energy * PENALTY_CT / 100 if load else 0.0}


def compare_cumulative(theirs, accounts, scenario, comparison):
    lines = {name: our_cumulative(scenario, accounts[name], name) for name in accounts}
    for row in theirs.values():
        name = row["name"]
        assets = [name] if name in lines else list(scenario.below(name))
        for field, tolerance in (("spent_total", comparison.bill_eur), ("earned", comparison.bill_eur),
                                 ("penalty_energy", PENALTY_KWH), ("penalties", PENALTY_KWH * PENALTY_CT / 100)):
            ours = sum(lines[asset][field] for asset in assets)
            comparison.see("bill", f"cumulative.{field}", name, row[field], ours,
                           tolerance * max(len(assets), 1))


def compare_kpis(theirs, ours, comparison):
    for row in theirs.values():
        name = row["name"]
        for field, value in ours[name].items():
            share = field.startswith("self_") and not field.endswith("_wh")
            comparison.see("kpi", f"kpi.{field}", name, row[field], value, KPI_SHARE if share else KPI_WH)


def compare_savings(theirs, ours, comparison):
    """Bills of the utility and of the market, in cents; percentages as far off as their two parts may be."""
    for row in theirs.values():
        name = row["name"]
        for field, value in ours.get(name, {}).items():
            tolerance = comparison.bill_eur * 100
            if field == "saving_percentage":
                tolerance = 2 * comparison.bill_eur * 1e4 / max(row.get("base_case_cost", 0), 1e-3)
            comparison.see("saving", f"kpi.{field}", name, row.get(field), value, tolerance)
        if "saving_absolute" in row and name not in ours:
            comparison.fail(f"kpi.saving_absolute: {name} has a figure, ours has none")


def compare_clearing(theirs, ours, tick_s, comparison, strict):
    """Clearing rates, one each; ours also against our trades. The exchange often writes headings only."""
    left = list(ours)
    for market, slot, time, rate in theirs if strict else []:
        near = [row for row in left if row[:2] == (market, slot) and abs((row[2] - time).total_seconds()) <= tick_s]
        if not near:
            comparison.fail(f"clearing: {market} {slot} at {rate} is missing")
            continue
        best = min(near, key=lambda row: abs(row[3] - rate))
        left.remove(best)
        comparison.see("rate", "clearing.rate", f"{market} {time}", rate, best[3], RATE_CT)
    if theirs and strict:
        for row in left:
            comparison.fail(f"clearing: {row[0]} {row[1]} at {row[3]} is too many")
    for market, slot, time, _, energy, traded in ours:
        if abs(energy - (traded or 0)) > ROUNDING:
            comparison.fail(f"clearing: {market} {time} cleared {energy}, traded {traded}")


def lunagrid(options, *command):
    done = subprocess.run([options.program, *command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"lunagrid {' '.join(command)} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def round_trip(options, out, scratch, comparison):
    """The setup_file.json that the run is exported with is imported as the scenario that ran, but for its name."""
    exported, again = os.path.join(scratch, "gsy"), os.path.join(scratch, "again.json")
    lunagrid(options, "export", out, "--layout", "gsy", "-o", exported)
    lunagrid(options, "import", "gsy", os.path.join(exported, "setup_file.json"), "-o", again)
    theirs = json.loads(lunagrid(options, "show-config", again))
    ours = recording.scenario(os.path.join(out, "run.sqlite"))
    if {**theirs, "name": ""} != {**ours, "name": ""}:
        comparison.fail("setup_file.json: is imported as another scenario than the one that ran")


def runs(options, folder, fees, scenario, scratch, seeds):
    """Imports the day and runs it with each seed; the folders with the results, one after the other."""
    made, out = os.path.join(scratch, "scenario.json"), os.path.join(scratch, "out")
    sets = [word for area, fee in fees.items()
            for word in ("--set", f"{scenario.paths[area]}.grid_fee_constant={fee}")]
    lunagrid(options, "import", "gsy", os.path.join(folder, "scenario.json"), "--settings",
             os.path.join(folder, "settings.json"), "-o", made)
    for seed in range(seeds):
        lunagrid(options, "run", made, "--csv", "--quiet", "--out", out, "--seed", str(seed), *sets)
        yield out


def compare(options, folder, scratch):
    settings = recording.load(folder, "settings.json")
    scenario = recording.Scenario(recording.load(folder, "scenario.json"))
    with open(os.path.join(HERE, "fees.json"), encoding="utf-8") as file:
        fees = json.load(file).get(options.day, {})
    comparison = Comparison(options.day, settings)
    strict = settings.get("trades_identical_over_seeds", True)
    theirs = recording.trades(os.path.join(folder, "trades.csv"))
    most_equal = 0
    for out in runs(options, folder, fees, scenario, scratch, 1 if strict else SEEDS):
        ours = recording.trades(os.path.join(out, "trades.csv"))
        equal = compare_trades(theirs, ours, settings["tick_length_s"], comparison, strict)
        most_equal = max(most_equal, equal)
        if not strict:
            compare_slots(theirs, ours, comparison)
        database = os.path.join(out, "run.sqlite")
        compare_bills(recording.load(folder, "bills.json"),
                      recording.bills(os.path.join(out, "bills.csv"), scenario), comparison)
        compare_cumulative(recording.load(folder, "cumulative_bills.json"), recording.accounts(database),
                           scenario, comparison)
        compare_kpis(recording.load(folder, "kpi.json"), recording.kpis(database), comparison)
        compare_savings(recording.load(folder, "kpi.json"), recording.savings(database), comparison)
        compare_clearing(recording.clearing(folder), recording.our_clearing(database),
                         settings["tick_length_s"], comparison, strict)
    round_trip(options, out, scratch, comparison)
    comparison.judge()
    return comparison, most_equal, len(theirs), strict


def run_day(options):
    folder = os.path.join(options.days, options.day)
    if not os.path.isdir(folder):
        print(f"skipped: there is no recording {folder}; -DLG_GOLDEN_DIR=DIR names the folder of recordings")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="lunagrid-golden-") as scratch:
        comparison, equal, total, strict = compare(options, folder, scratch)
    largest = comparison.largest
    verdict = "DIFFERS" if comparison.problems else "lenient" if comparison.leniency.used else "equal"
    line = (f"| {options.day} | {verdict} | {equal}/{total}"
            f"{'' if strict else f' (best of {SEEDS} seeds)'} | {largest['energy']:.2g} | {largest['rate']:.2g} | "
            f"{largest['time']:.0f} | {largest['bill']:.2g} | {largest['kpi']:.2g} | "
            f"{largest['saving']:.2g} | "
            f"{', '.join(sorted(comparison.leniency.used)) or '-'} |")
    print(line)
    with open(os.path.join(options.notes, options.day + ".line"), "w", encoding="utf-8") as file:
        file.write(line + "\n")
    for problem in comparison.problems[:40]:
        print(problem)
    if len(comparison.problems) > 40:
        print(f"and {len(comparison.problems) - 40} more")
    return 1 if comparison.problems else 0


def report(options):
    lines = sorted(glob.glob(os.path.join(options.notes, "*.line")))
    if not lines:
        print(f"skipped: there are no recordings in {options.days}; -DLG_GOLDEN_DIR=DIR names their folder")
        return SKIPPED
    with open(os.path.join(options.notes, "report.md"), "w", encoding="utf-8") as file:
        file.write("Largest deviations; a time of a trade counts within a tick of 15 s.\n\n"
                   "| day | | trades equal | energy kWh | rate ct/kWh | time s | bill EUR | KPI | saving ct, % | lenient |\n"
                   "|---|---|---|---|---|---|---|---|---|---|\n")
        for path in lines:
            with open(path, encoding="utf-8") as line:
                file.write(line.read())
    with open(file.name, encoding="utf-8") as file:
        print(file.read())
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--days", required=True, help="folder of the recordings")
    parser.add_argument("--notes", required=True, help="where the line of each day is kept for the report")
    parser.add_argument("--day")
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.notes, exist_ok=True)
    return report(options) if options.report else run_day(options)


if __name__ == "__main__":
    sys.exit(main())
