"""What the README and the examples say, done: every story runs, the ten lines trade, results that do not fit
on the disk are told."""
import os
import re
import resource
import subprocess

import flow

EXAMPLES = os.path.join(flow.SOURCE, "examples")


class Stories(flow.Flow):
    def measured(self):
        """A file as real-street wants it: a day of four homes, in quarters of an hour."""
        rows = ["time,h01,h02,h03,h04"]
        for i in range(96):
            rows.append(f"2018-10-29T{i // 4:02}:{i % 4 * 15:02}Z,0.1,0.2,{0.05 + i % 4 * 0.01:.2f},0")
        self.write("homes.csv", "\n".join(rows) + "\n")
        return ["--set", "data=homes.csv"]

    def test_every_example(self):
        names = sorted(n for n in os.listdir(EXAMPLES) if os.path.exists(os.path.join(EXAMPLES, n, "scenario.lua")))
        self.assertGreater(len(names), 8)
        for name in names:
            with self.subTest(name):
                more = self.measured() if name == "real-street" else []
                out, _ = self.lunagrid("check", os.path.join(EXAMPLES, name), *more)
                self.assertIn("0 errors, 0 warnings", out)
                out, err = self.lunagrid("run", os.path.join(EXAMPLES, name), "--out", "r", *more)
                self.assertEqual(err, "")
                self.assertIn("self-sufficiency", out)
                self.assertLessEqual(max(len(line) for line in out.splitlines()), 100)

    def cars(self, smart):
        """Costs and unserved energy of the cars of the charging street, and its peak import."""
        out, _ = self.lunagrid("run", os.path.join(EXAMPLES, "charging"), "--out", "r", "--set", f"smart={smart}")
        rows = self.query("r", "SELECT sum(paid_EUR), sum(unserved_kWh) FROM accounts_view WHERE type = 'ev_charger'")
        return rows[0] + (float(re.search(r"peak import ([0-9.]+) kW", out).group(1)),)

    def test_cars_that_wait_pay_less_and_leave_full(self):
        paid, unserved, peak = self.cars("true")
        template_paid, template_unserved, template_peak = self.cars("false")
        self.assertEqual((unserved, template_unserved), (0, 0))
        self.assertLess(paid, 0.95 * template_paid)
        self.assertLess(peak, template_peak)

    def test_origins_of_stored_energy_add_up(self):
        self.cars("true")
        rows = self.query("r", "SELECT sum(o.bought_uwh) - a.bought_uwh, sum(o.sold_uwh) - a.sold_uwh"
                               " FROM origins o JOIN accounts a USING (asset) GROUP BY o.asset")
        self.assertEqual(rows, [(0, 0)] * 5)
        storages = {s["name"]: s for s in self.summary("r")["storages"]}
        battery, car = storages["Home 8 battery"], storages["Home 6 car"]
        self.assertEqual(battery["bought_kWh"]["unknown"], 0)
        self.assertGreater(battery["bought_kWh"]["local"], 0)
        self.assertGreater(battery["sold_kWh"]["unknown"], 0)
        self.assertEqual(car["sold_kWh"]["local"] + car["sold_kWh"]["external"], 0)

    def test_real_street_takes_the_unit_of_the_header(self):
        self.measured()
        kwh = self.read("homes.csv")
        rows = [row.split(",") for row in kwh.splitlines()]
        kw = [[name + " [kW]" if k else name for k, name in enumerate(rows[0])]]
        kw += [[row[0]] + [repr(float(cell) * 4) for cell in row[1:]] for row in rows[1:]]
        self.write("kw.csv", "\n".join(",".join(row) for row in kw) + "\n")
        example = os.path.join(EXAMPLES, "real-street")
        bought = []
        for name in ("homes.csv", "kw.csv"):
            self.lunagrid("run", example, "--out", "r", "--quiet", "--set", "data=" + name)
            bought.append([round(m["bought_kWh"], 3) for m in self.summary("r")["members"]])
            for member in self.summary("r")["members"]:
                self.assertGreaterEqual(member["saving_EUR"], 0, member["name"])
        self.assertEqual(*bought)
        _, err = self.lunagrid("run", example, "--set", "data=kw.csv", "--set", "unit=W", code=3)
        self.assertIn("the header of kw.csv says kW", err)

    def test_the_ten_lines_of_the_readme(self):
        with open(os.path.join(flow.SOURCE, "README.md"), encoding="utf-8") as file:
            script = re.search(r"```lua\n(.*?)```", file.read(), re.S).group(1)
        self.write("mine.lua", script)
        out, _ = self.lunagrid("check", "mine.lua")
        self.assertIn("0 errors, 0 warnings", out)
        for seat in ("Home 1", "Home 2"):
            self.lunagrid("run", "village.lua", "--out", "r", "--quiet", "--agent", f"{seat}=mine.lua")
            home = [m for m in self.summary("r")["members"] if m["name"] == seat][0]
            self.assertEqual(home["strategy"], "mine")
            self.assertEqual(home["unserved_kWh"], 0)

    def test_a_new_strategy_serves_its_home_in_every_example_street(self):
        self.lunagrid("new", "strategy", "mine")
        self.lunagrid("run", os.path.join(EXAMPLES, "street"), "--agent", "Home 1=mine.lua", "--quiet",
                      "--out", "r")
        home = [m for m in self.summary("r")["members"] if m["name"] == "Home 1"][0]
        self.assertEqual(home["unserved_kWh"], 0)
        self.assertGreater(home["saving_EUR"], 0)

    def test_results_that_do_not_fit_err(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))

        done = subprocess.run([flow.PROGRAM, "run", os.path.join(EXAMPLES, "street"), "--out", "r"],
                              cwd=self.folder, env=self.environment(), capture_output=True, text=True,
                              preexec_fn=limit, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, r"r/\S*run\.(sqlite|journal)")


if __name__ == "__main__":
    flow.main()
