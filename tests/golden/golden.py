#!/usr/bin/env python3
"""One recorded day of the gsy-e exchange: imports it, runs it and compares with what was recorded.

What equality means is written in the README of the recordings: the same multiset of trades, trade times
within a tick, bills and KPIs; where the exchange's own runs differ between seeds, energy and rates of
each slot instead. Beyond that a figure may only differ where the table of README.md beside this file
says so. Ends with 0 (equal), 1 (not), 77 (there is no recording).
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


class Comparison:
    """Largest deviation of each kind of figure, and all that is further off than it may be."""

    def __init__(self, day, settings):
        self.leniency = Leniency(day)
        self.bill_eur = BILL_EUR + settings.get("max_bill_difference_over_seeds_EUR", 0)
        self.largest = collections.OrderedDict((kind, 0.0) for kind in ("energy", "rate", "time", "bill", "kpi"))
        self.problems = []
        self.rules = set()  # exact rules that were applied; a day is still equal with them

    def see(self, kind, figure, difference, tolerance, sentence):
        self.largest[kind] = max(self.largest[kind], difference)
        if difference > tolerance + ROUNDING and not self.leniency.allows(figure, difference):
            self.problems.append(f"{figure}: {sentence} (off by {difference:.6g})")

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
        comparison.see("energy", "trade.energy", abs(other.energy - trade.energy), ENERGY_KWH, trade)
        comparison.see("rate", "trade.rate", abs(other.rate - trade.rate), RATE_CT, trade)
        if strict:
            seconds = abs((other.time - trade.time).total_seconds())
            comparison.see("time", "trade.time", seconds, tick_s, trade)
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
    """Energy and mean rate of every market and slot."""
    a, b = by_slot(theirs), by_slot(ours)
    for cell in sorted(set(a) | set(b)):
        energy, money, count = a.get(cell, (0.0, 0.0, 0))
        our_energy, our_money, our_count = b.get(cell, (0.0, 0.0, 0))
        name = "/".join(cell)
        tolerance = ENERGY_KWH * max(count, our_count, 1)
        comparison.see("energy", "slot.energy", abs(energy - our_energy), tolerance, name)
        if energy > 0 and our_energy > 0:
            comparison.see("rate", "slot.rate", abs(money / energy - our_money / our_energy), RATE_CT, name)


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
                    comparison.see("bill", figure, abs(value - our_row[field]), comparison.bill_eur,
                                   f"{market}: {party}: {field} is {our_row[field]:.6f}, not {value:.6f}")


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
            comparison.see("bill", f"cumulative.{field}", abs(row[field] - ours), tolerance * max(len(assets), 1),
                           f"{name}: {field} is {ours:.6f}, not {row[field]:.6f}")


def with_lag(kpi, lag_wh):
    """Our figures as they would be if demand were known one slot late."""
    demand = kpi["total_energy_demanded_wh"] - lag_wh
    share = min(kpi["total_self_consumption_wh"] / demand, 1) if demand > 0.02 else None
    return {**kpi, "total_energy_demanded_wh": demand, "self_sufficiency": share}


def compare_kpis(theirs, ours, scenario, slot_h, comparison):
    for row in theirs.values():
        name = row["name"]
        kpi = ours[name]
        lag_wh = scenario.last_slot_demand_wh(name, slot_h)
        if lag_wh and comparison.leniency.rule("kpi.demand", "last slot"):
            kpi = with_lag(kpi, lag_wh)
            comparison.rules.add("kpi.demand by rule")
        for field, value in kpi.items():
            want, share = row[field], field.startswith("self_") and not field.endswith("_wh")
            if (want is None) != (value is None):
                difference = 1.0
            else:
                difference = 0.0 if want is None else abs(want - value)
            comparison.see("kpi", f"kpi.{field}", difference, KPI_SHARE if share else KPI_WH,
                           f"{name} is {value}, not {want}")


def run(options, folder, fees, scenario, scratch):
    """Imports and runs the day; returns the folder with the results."""
    made, out = os.path.join(scratch, "scenario.json"), os.path.join(scratch, "out")
    sets = [word for area, fee in fees.items()
            for word in ("--set", f"{scenario.paths[area]}.grid_fee_constant={fee}")]
    for command in (["import", "gsy", os.path.join(folder, "scenario.json"), "--settings",
                     os.path.join(folder, "settings.json"), "-o", made],
                    ["run", made, "--csv", "--quiet", "--out", out, *sets]):
        done = subprocess.run([options.program, *command], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"lunagrid {' '.join(command)} ended with {done.returncode}\n{done.stderr}")
    return out


def compare(options, folder, scratch):
    settings = recording.load(folder, "settings.json")
    scenario = recording.Scenario(recording.load(folder, "scenario.json"))
    with open(os.path.join(HERE, "fees.json"), encoding="utf-8") as file:
        fees = json.load(file).get(options.day, {})
    out = run(options, folder, fees, scenario, scratch)
    comparison = Comparison(options.day, settings)
    strict = settings.get("trades_identical_over_seeds", True)
    theirs = recording.trades(os.path.join(folder, "trades.csv"))
    ours = recording.trades(os.path.join(out, "trades.csv"))
    equal = compare_trades(theirs, ours, settings["tick_length_s"], comparison, strict)
    if not strict:
        compare_slots(theirs, ours, comparison)
    database = os.path.join(out, "run.sqlite")
    compare_bills(recording.load(folder, "bills.json"), recording.bills(os.path.join(out, "bills.csv"), scenario),
                  comparison)
    compare_cumulative(recording.load(folder, "cumulative_bills.json"), recording.accounts(database), scenario,
                       comparison)
    compare_kpis(recording.load(folder, "kpi.json"), recording.kpis(database), scenario,
                 settings["slot_length_min"] / 60, comparison)
    return comparison, equal, len(theirs), strict


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
            f"{'' if strict else ' (slots compared)'} | {largest['energy']:.2g} | {largest['rate']:.2g} | "
            f"{largest['time']:.0f} | {largest['bill']:.2g} | {largest['kpi']:.2g} | "
            f"{', '.join(sorted(comparison.leniency.used | comparison.rules)) or '-'} |")
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
                   "| day | | trades equal | energy kWh | rate ct/kWh | time s | bill EUR | KPI | lenient |\n"
                   "|---|---|---|---|---|---|---|---|---|\n")
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
