-- A village in January: heat pumps run day and night, the sun stands low, and the evening is dear. There is little to
-- share, so who wins here buys at the right hour: a battery filled at night is worth most between 17 and 21 h.
--
-- The utility asks 24 ct/kWh at night, 30 by day and 42 in the evening, and pays 12; its energy costs the grid's fee
-- of 3 ct and the village's of 1, a neighbour's the village's alone. So at a home's door the utility's energy costs 28
-- to 46 ct, and what is sold to it earns 8. Try your own: --agent "Seat B=mine.lua"

local home = require "home" -- beside this file
local battery_kWh = param("battery_kWh", 10, "capacity of the seats' batteries; theirs differ a little")
local neighbours = param("neighbours", 8, "homes that are no seats, 0 to 8")

-- The heat pumps of the seats have no tank: they are loads with a shape, which run when they must.
local seats = {
  { "Seat A", use = 3600, heat_pump = 4200, pv = 4, battery = 1.0 },
  { "Seat B", use = 4100, heat_pump = 3900, pv = 4.5, battery = 0.9 },
  { "Seat C", use = 3200, heat_pump = 4600, pv = 5, battery = 1.1 },
  { "Seat D", use = 3800, heat_pump = 4400, pv = 3.5, battery = 1.0 },
}
-- Heat that a home with a tank takes (kW), and the temperature outside.
local heat = day { ["00:00"] = 2.0, ["05:30"] = 4.5, ["09:00"] = 3.0, ["17:00"] = 4.0, ["22:00"] = 2.4 }
local outside_C = day { ["00:00"] = -3, ["08:00"] = -1, ["11:00"] = 3, ["16:00"] = 1, ["20:00"] = -1 }

local others = {
  { "Farm", use = 6500, pv = 15, agent = "strategies/home_ramp.lua" },
  { "Bakery", use = 9000 },
  { "Old school", use = 2900, tank = 500, heat = heat, outside_C = outside_C },
  { "Mill", use = 3400, pv = 8, battery = 0.8, agent = "strategies/home_ramp.lua" },
  { "Rectory", use = 3000, heat_pump = 5200 },
  { "Smithy", use = 4300, tank = 300, heat = heat, outside_C = outside_C, pv = 5, agent = "strategies/home_ramp.lua" },
  { "Inn", use = 7800, heat_pump = 6000 },
  { "Cottage", use = 1900 },
}

local village = { name = "Village", grid_fee_constant = 1 }
local agents = {
  agent { name = "Grid operator", script = "tariffs/fixed_fee.lua", markets = { "Village" }, params = { fee = 1 } },
}
for _, has in ipairs(seats) do village[#village + 1] = home(has, battery_kWh) end
for i = 1, math.min(neighbours, #others) do
  village[#village + 1] = home(others[i], battery_kWh)
  if others[i].agent then agents[#agents + 1] = agent { name = others[i][1], script = others[i].agent } end
end

local utility_rate = day { ["00:00"] = 24, ["06:00"] = 30, ["17:00"] = 42, ["21:00"] = 30, ["23:00"] = 24 }

return scenario {
  name = "village",
  description = "A village in winter: heat pumps, little sun, dear evenings; four seats",
  seed = 1, -- weather and households come from it
  start = "2024-01-15T00:00Z",
  days = 2,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = 12,
  latitude = 50.1,
  grid = area {
    name = "Grid",
    grid_fee_constant = 3,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, energy_buy_rate = 12 },
    area(village),
  },
  agents = agents,
}
