"""The page's answers about more homes than one of them holds."""
import signal

import flow
import page

MANY = """
local community = { name = "Community" }
for i = 1, 1010 do
  community[i] = area { name = "Home " .. i,
    i < 1006 and load { name = "Load " .. i, avg_power_W = 400 + i % 7 } or pv { name = "PV " .. i, capacity_kW = i - 1000, model = "clear_sky" } }
end
return scenario {
  name = "many", seed = 5, start = "2024-06-03T11:00Z", slots = 4,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(community) } }
"""


class Many(page.Page):
    """More homes and trades than one answer holds: sums are of all, lists say of how many."""

    def answers(self, host, of, slot):
        get = lambda path: host.get(f"/api/v1/{path}{'&' if '?' in path else '?'}slot={slot}")
        homes = get("members")
        self.assertEqual((len(homes["members"]), homes["member_count"]), (1000, 1010))
        self.assertEqual((homes["last_sold"], homes["last_bought"], homes["last_even"]), (5, 1005, 0))
        best = get("members?sort=saved&count=3")
        self.assertEqual([m["name"] for m in best["members"]], ["Home 1010", "Home 1009", "Home 1008"])
        self.assertEqual((best["member_count"], best["bill_EUR"]), (1010, homes["bill_EUR"]))
        self.assertEqual(get("members?sort=saved&from=1&count=1")["members"], best["members"][1:2])
        self.assertEqual(get(f"members?area={best['members'][0]['area']}")["members"], best["members"][:1])
        self.assertIn("sort is saved, not", host.get("/api/v1/members?sort=name", 400)["error"]["message"])
        market = get(f"markets/{of}")
        self.assertEqual((len(market["trades"]), market["trade_count"]), (1000, market["last_slot"]["trades"]))
        self.assertGreater(market["trade_count"], 1000)
        ticks = [t["tick"] for t in market["trades"]]
        self.assertEqual(ticks, sorted(ticks, reverse=True))
        return market["trades"]

    def test_above_a_thousand_homes_nothing_is_left_out_silently(self):
        self.write("many.lua", MANY)
        host = page.Host(self, command="live", scenario="many.lua")
        host.step(3)
        of = host.get("/api/v1/site")["community"]
        seen = self.answers(host, of, 3)
        host.act("step", slots=1)
        self.until(lambda: host.get("/api/v1/status")["over"])
        host.process.send_signal(signal.SIGINT)
        host.ends()
        self.assertEqual([(t["tick"], t["seller"], t["buyer"]) for t in self.answers(self.past("r"), of, 3)], [(t["tick"], t["seller"], t["buyer"]) for t in seen])
        newest = self.query("r", "select tick, s.name, b.name from trades t join assets s on s.asset = t.seller join assets b on b.asset = t.buyer where t.slot = 2 order by trade desc limit 1000")
        self.assertEqual([(t["tick"], t["seller"], t["buyer"]) for t in seen], newest)


if __name__ == "__main__":
    flow.main()
