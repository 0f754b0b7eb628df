"""The four answers of the grid operator, side by side: python3 examples/neighbourhood/outcomes.py [lunagrid] [folder]

Runs the story four times into folder (runs/neighbourhood), prints the table of the README, and writes the picture
outcomes.svg there: what flows through the street's connection."""
import argparse
import os
import shutil
import sqlite3
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = {"none": "nothing", "fees": "a grid fee", "curves": "price curves", "limits": "limits"}
COLOURS = {"none": "#999999", "fees": "#c98500", "curves": "#1f7a4d", "limits": "#2b5fb8"}
WIDTH, HEIGHT, LEFT, TOP, HIGH_KW = 860, 360, 60, 40, 150

FLOW = """SELECT slot_start, (import_kWh - export_kWh) * 4 FROM market_slots_view WHERE market = 'Street' ORDER BY slot"""
CARS = "SELECT sum(paid_EUR), sum(unserved_kWh) FROM accounts_view WHERE type = 'ev_charger'"
EARNED = "SELECT total(amount) FROM coordination_earnings_view"


def run(lunagrid, signals, folder):
    """Runs one of the four and reads what came of it."""
    out = os.path.join(folder, signals)
    subprocess.run([lunagrid, "run", HERE, "--set", f"signals={signals}", "--out", out], check=True,
                   stdout=subprocess.DEVNULL)
    db = sqlite3.connect(os.path.join(out, "run.sqlite"))
    flow = db.execute(FLOW).fetchall()
    (paid, lacking), (earned,) = db.execute(CARS).fetchone(), db.execute(EARNED).fetchone()
    db.close()
    return {"flow": flow, "paid": paid, "lacking": lacking, "earned": earned}


def table(results):
    """The rows of the README."""
    rows = ["| the operator's answer | most in, kW | most out, kW | cars paid, EUR | compensation, EUR | cars lack, kWh |",
            "|---|---|---|---|---|---|"]
    for signals, r in results.items():
        most_in, most_out = max(f for _, f in r["flow"]), -min(f for _, f in r["flow"])
        rows.append(f"| {WORDS[signals]} (`{signals}`) | {most_in:.1f} | {most_out:.1f} | {r['paid']:.2f} "
                    f"| {r['earned']:.2f} | {r['lacking']:.1f} |")
    return rows


def x_of(slot, count):
    return LEFT + (WIDTH - LEFT - 20) * slot / (count - 1)


def y_of(power):
    return TOP + (HEIGHT - TOP - 40) * (HIGH_KW - power) / (2 * HIGH_KW)


def picture(results):
    """Lines of the flow through the connection; in is up."""
    starts = [start for start, _ in next(iter(results.values()))["flow"]]
    count = len(starts)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for power in range(-HIGH_KW, HIGH_KW + 1, 50):
        y = y_of(power)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>'
                   f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{power}</text>')
    out.append(f'<text x="{LEFT - 8}" y="{TOP - 14}" text-anchor="end">kW in</text>')
    for slot in range(0, count, 12):
        out.append(f'<text x="{x_of(slot, count):.1f}" y="{HEIGHT - 18}" text-anchor="middle">{starts[slot][11:16]}</text>')
    for at, (signals, r) in enumerate(results.items()):
        points = " ".join(f"{x_of(i, count):.1f},{y_of(flow):.1f}" for i, (_, flow) in enumerate(r["flow"]))
        out.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[signals]}" stroke-width="2"/>')
        out.append(f'<text x="{LEFT + 40 + 150 * at}" y="20" fill="{COLOURS[signals]}">{WORDS[signals]}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lunagrid", nargs="?", default="build/lunagrid", help="the program (build/lunagrid)")
    parser.add_argument("folder", nargs="?", default=os.path.join("runs", "neighbourhood"),
                        help="of the runs and the picture (runs/neighbourhood)")
    asked = parser.parse_args()
    lunagrid = shutil.which(asked.lunagrid)
    if not lunagrid:
        parser.error(f"there is no program {asked.lunagrid}: make build, or say where it is")
    os.makedirs(asked.folder, exist_ok=True)
    results = {signals: run(lunagrid, signals, asked.folder) for signals in WORDS}
    print("\n".join(table(results)))
    with open(os.path.join(asked.folder, "outcomes.svg"), "w", encoding="utf-8") as file:
        file.write(picture(results))


if __name__ == "__main__":
    main()
