-- A feeder in October, from noon to noon: behind one transformer stand twelve homes, and in the evening eight cars
-- come home and want to charge at once. Its operator asks 8 ct/kWh then and 2 else, to whomever the energy comes
-- from; who wins here looks at fees, and lets the car and the battery wait for the night.
--
-- The utility asks 30 ct/kWh, 36 from 17 to 21 h, and pays 14; its energy costs the grid's fee of 3 ct and the
-- feeder's, a neighbour's the feeder's alone. So at a home's door the utility's energy costs 35 ct at night, 47 in the
-- evening, and what is sold to it earns 9, in the evening 3. Try your own: --agent "Seat D=mine.lua"

local home = require "home" -- beside this file
local battery_kWh = param("battery_kWh", 8, "capacity of the seats' batteries; theirs differ a little")
local neighbours = param("neighbours", 8, "homes that are no seats, 0 to 8")

-- What is in a list of a home, and of a car, says home.lua.
local seats = {
  { "Seat A", use = 3700, pv = 6, battery = 1.0, car = { "17:30", 810, 74, 100, 52, 11 } },
  { "Seat B", use = 4000, pv = 7, battery = 1.1, car = { "18:15", 765, 76, 100, 58, 11 } },
  { "Seat C", use = 3500, pv = 6.5, battery = 0.9, car = { "16:45", 870, 72, 100, 50, 7.4 } },
  { "Seat D", use = 4200, pv = 5.5, battery = 1.0, car = { "18:00", 720, 75, 100, 55, 11 } },
}
local others = {
  { "Mill Lane 1", use = 3300, car = { "17:15", 780, 70, 100, 50, 11 }, agent = "strategies/cheap_hours.lua" },
  { "Mill Lane 2", use = 2700, pv = 8, agent = "strategies/home_ramp.lua" },
  { "Mill Lane 3", use = 3900, car = { "18:30", 720, 75, 100, 60, 11 }, agent = "strategies/cheap_hours.lua" },
  { "Mill Lane 4", use = 3100, car = { "17:45", 750, 78, 100, 58, 7.4 }, agent = "strategies/cheap_hours.lua" },
  { "Mill Lane 5", use = 4400, pv = 9, battery = 0.8, agent = "strategies/home_ramp.lua" },
  { "Mill Lane 6", use = 2500 },
  { "Mill Lane 7", use = 3600, car = { "19:00", 690, 72, 100, 52, 11 } },
  { "Mill Lane 8", use = 2900 },
}

local feeder = { name = "Feeder", grid_fee_constant = 2 }
local agents = {
  agent {
    name = "Grid operator",
    script = "tariffs/time_of_use.lua",
    markets = { "Feeder" },
    params = { peak = 8, off_peak = 2, peak_from = 17, peak_to = 21 },
  },
}
for _, has in ipairs(seats) do feeder[#feeder + 1] = home(has, battery_kWh) end
for i = 1, math.min(neighbours, #others) do
  feeder[#feeder + 1] = home(others[i], battery_kWh)
  if others[i].agent then agents[#agents + 1] = agent { name = others[i][1], script = others[i].agent } end
end

local utility_rate = day { ["00:00"] = 30, ["17:00"] = 36, ["21:00"] = 30 }

return scenario {
  name = "feeder",
  description = "A feeder in autumn: cars come home at a full transformer, and fees say so; four seats",
  seed = 1, -- weather and households come from it
  start = "2024-10-07T12:00Z",
  days = 2,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = 14,
  latitude = 51.2,
  grid = area {
    name = "Grid",
    grid_fee_constant = 3,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, energy_buy_rate = 14 },
    area(feeder),
  },
  agents = agents,
}
