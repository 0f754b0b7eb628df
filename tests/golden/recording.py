"""Reads a recorded day, and what lunagrid made of it, into the same shapes."""
import csv
import datetime
import json
import os
import re
import sqlite3

BILL_FIELDS = {"bought": "bought_kWh", "sold": "sold_kWh", "spent": "spent_EUR", "earned": "earned_EUR",
               "total_energy": "total_energy_kWh", "total_cost": "total_cost_EUR", "market_fee": "market_fee_EUR"}


class Trade:
    def __init__(self, row):
        self.market, self.slot = row["market"], row["slot"][:16]
        self.seller, self.buyer = row["seller_origin"], row["buyer_origin"]
        self.energy, self.rate = float(row["energy_kWh"]), float(row["rate_ct_per_kWh"])
        self.time = datetime.datetime.fromisoformat(row["time"])

    def __str__(self):
        return (f"{self.market} {self.time:%H:%M:%S} {self.seller} -> {self.buyer} {self.energy:.6g} kWh "
                f"at {self.rate:.6g}")


def trades(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [Trade(row) for row in csv.DictReader(file)]


def load(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def nodes(area, above=()):
    """Every area and asset with the areas above it, top first."""
    yield area, above
    for child in area.get("children") or []:
        yield from nodes(child, above + (area,))


def slug(name):
    return re.sub("[^a-z0-9]+", "-", name.lower())


class Scenario:
    def __init__(self, tree):
        self.tree = tree
        self.by_uuid, self.by_slugs, self.paths, self.strategy = {}, {}, {}, {}
        for node, above in nodes(tree):
            self.by_uuid[node.get("uuid")] = node["name"]
            self.by_slugs["/".join(slug(area["name"]) for area in above + (node,))] = node["name"]
            self.paths[node["name"]] = ".".join(["grid"] + [n["name"] for n in (above + (node,))[1:]])
            if node.get("strategy"):
                self.strategy[node["name"]] = node["strategy"]

    def below(self, name):
        """Assets below the area of that name."""
        for node, above in nodes(self.tree):
            if node.get("strategy") and name in [area["name"] for area in above]:
                yield node["name"]


def bills(path, scenario):
    """market -> party -> row, as bills.json has it."""
    table = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            market = table.setdefault(scenario.by_slugs[row["market"]], {})
            market[row["party"]] = {key: float(row[ours]) for key, ours in BILL_FIELDS.items()}
    return table


def scenario(database):
    """The scenario that ran, with all its defaults."""
    with sqlite3.connect(database) as db:
        return json.loads(db.execute("SELECT scenario_json FROM runs").fetchone()[0])


def kpis(database):
    query = """SELECT a.name, produced_uwh / 1e6, consumed_own_uwh / 1e6, demanded_uwh / 1e6, buffer_uwh / 1e6,
               self_sufficiency, self_consumption FROM kpis JOIN areas a USING (area)"""
    names = ("total_energy_produced_wh", "total_self_consumption_wh", "total_energy_demanded_wh",
             "self_consumption_buffer_wh", "self_sufficiency", "self_consumption")
    with sqlite3.connect(database) as db:
        return {row[0]: dict(zip(names, row[1:])) for row in db.execute(query)}


def savings(database):
    """area -> the figures of kpi.json that compare with the utility, in cents; the root has none."""
    query = """SELECT area, utility_bill_EUR * 100, fit_revenue_EUR * 100, gsy_e_cost_EUR * 100,
               base_case_cost_EUR * 100, saving_absolute_EUR * 100, saving_percentage FROM savings_view"""
    names = ("utility_bill", "fit_revenue", "gsy_e_cost", "base_case_cost", "saving_absolute", "saving_percentage")
    with sqlite3.connect(database) as db:
        return {row[0]: dict(zip(names, row[1:])) for row in db.execute(query)}


def clearing(folder):
    """(market, slot, time, rate) of each line; the file has a heading for every market."""
    path = os.path.join(folder, "clearing.csv")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return [(row[0], row[1][:16], datetime.datetime.fromisoformat(row[2]), float(row[3]))
                for row in csv.reader(file) if row and row[1] != "slot"]


def our_clearing(database):
    """The same of a run, with the energy that cleared and what was traded in that market and tick."""
    query = """SELECT m.path, strftime('%Y-%m-%dT%H:%M', r.start_ms / 1000 + c.slot * r.slot_s, 'unixepoch'),
               strftime('%Y-%m-%dT%H:%M:%S+00:00', r.start_ms / 1000 + c.slot * r.slot_s +
                        c.tick * r.slot_s / r.ticks_per_slot, 'unixepoch'), c.rate_uct / 1e6,
               sum(c.energy_uwh) / 1e9, (SELECT sum(t.energy_uwh) / 1e9 FROM trades t
                   WHERE t.slot = c.slot AND t.tick = c.tick AND t.market = c.market)
               FROM clearings c JOIN runs r JOIN areas m ON m.area = c.market GROUP BY c.slot, c.tick, c.market"""
    with sqlite3.connect(database) as db:
        return [(row[0], row[1], datetime.datetime.fromisoformat(row[2]), *row[3:]) for row in db.execute(query)]


def accounts(database):
    """asset -> what cumulative_bills.json says of it; penalties depend on what kind of asset it is."""
    query = """SELECT a.name, (spent_uct + market_fee_uct) / 1e8, earned_uct / 1e8, unserved_uwh / 1e9,
               unsold_uwh / 1e9 FROM accounts JOIN assets a USING (asset)"""
    names = ("spent_total", "earned", "unserved", "unsold")
    with sqlite3.connect(database) as db:
        return {row[0]: dict(zip(names, row[1:])) for row in db.execute(query)}
