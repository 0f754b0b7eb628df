-- A suburb in June: every second roof has panels, and at noon there is more sun than anybody can use. Who wins here
-- sells to a neighbour what others sell to the utility, and carries the noon into the evening in a battery.
--
-- The utility asks 28 ct/kWh and 36 from 18 to 22 h; it pays 13, but only 6 from 10 to 16 h, when all want to sell. Its
-- energy costs the grid's fee of 3 ct and the suburb's of 1, a neighbour's the suburb's alone. So at a home's door the
-- utility's energy costs 32 to 40 ct, and what is sold to it earns 2 to 9. Try your own: --agent "Seat C=mine.lua"

local home = require "home" -- beside this file
local battery_kWh = param("battery_kWh", 9, "capacity of the seats' batteries; theirs differ a little")
local neighbours = param("neighbours", 8, "homes that are no seats, 0 to 8")

local seats = {
  { "Seat A", use = 4200, pv = 7, battery = 1.0 },
  { "Seat B", use = 4600, pv = 8, battery = 1.1, azimuth = 240 },
  { "Seat C", use = 3900, pv = 6.5, battery = 0.9 },
  { "Seat D", use = 4400, pv = 7.5, battery = 1.0, azimuth = 130 },
}
local others = {
  { "Elm Street 1", use = 3300 },
  { "Elm Street 2", use = 4100, pv = 9, agent = "strategies/home_ramp.lua" },
  { "Elm Street 3", use = 5200 },
  { "Elm Street 4", use = 3700, pv = 6, battery = 0.7 },
  { "Elm Street 5", use = 2800 },
  { "Elm Street 6", use = 4500, ev = 2600 },
  { "Elm Street 7", use = 3100, pv = 5, agent = "strategies/home_ramp.lua" },
  { "Kindergarten", use = 8200 },
}

local suburb = { name = "Suburb", grid_fee_constant = 1 }
local agents = {
  agent { name = "Grid operator", script = "tariffs/fixed_fee.lua", markets = { "Suburb" }, params = { fee = 1 } },
}
for _, has in ipairs(seats) do suburb[#suburb + 1] = home(has, battery_kWh) end
for i = 1, math.min(neighbours, #others) do
  suburb[#suburb + 1] = home(others[i], battery_kWh)
  if others[i].agent then agents[#agents + 1] = agent { name = others[i][1], script = others[i].agent } end
end

local utility_rate = day { ["00:00"] = 28, ["18:00"] = 36, ["22:00"] = 28 }
local feed_in = day { ["00:00"] = 13, ["10:00"] = 6, ["16:00"] = 13 }

return scenario {
  name = "suburb",
  description = "A suburb in summer: panels and batteries, too much sun at noon; four seats",
  seed = 1, -- weather and households come from it
  start = "2024-06-10T00:00Z",
  days = 2,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = feed_in,
  latitude = 52.5,
  grid = area {
    name = "Grid",
    grid_fee_constant = 3,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, buying_rate_profile = feed_in },
    area(suburb),
  },
  agents = agents,
}
