-- A street in which it matters who sells and what is sold.
--
-- Home 1 and Home 4 are friends: each names the other as its trading partner. Home 2 wants energy from the sun. Home 3
-- and Home 5 take what is cheap. The matching rule serves friends first, then those who want sun, then the rest as pay
-- as bid. What it is worth to them: compare with --set market.dof=false, which leaves all of that out.

local homes = {
  { use = 2400, pv = 3, trades = { partners = { "Home 4" } } },
  { use = 3200, trades = { green = true } },
  { use = 3600 },
  { use = 3000, trades = { partners = { "Home 1" } } },
  { use = 2600, pv = 5 },
}

local street = { name = "Street", grid_fee_constant = 1 }
local agents = {}
for number, has in ipairs(homes) do
  local name = "Home " .. number
  street[number] = area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.pv and pv { name = name .. " PV", model = "clear_sky", capacity_kW = has.pv, final_selling_rate = 3 },
  }
  if has.trades then
    agents[#agents + 1] = agent { name = name, script = "partners.lua", params = has.trades }
  elseif has.pv then -- its own energy first
    agents[#agents + 1] = agent { name = name, script = "strategies/home_ramp.lua" }
  end
end

return scenario {
  name = "partners",
  description = "Five homes, two of them friends and one that wants the sun",
  seed = 7,
  start = "2024-06-03T00:00Z",
  days = 1,
  market = { kind = "two_sided", matching = "attributed" },
  market_maker_rate = 30,
  feed_in_tariff = 8,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
}
