-- A village seen through its meters: six houses of which nothing is known but what goes in and out, a school with
-- panels, a wind turbine, and a diesel generator that is worth its fuel only when the utility is dear.
--
-- A smart meter is a prosumer: above 0 W it needs energy, below it has some left. Rates change over the day: the
-- utility asks more in the evening, the generator less then, and the school pays little at noon. Try
--   --set clouds=sunny    --set wind_kW=0    --set diesel_kW=0

local clouds = param("clouds", "partial", "the sky over the school: sunny, partial or cloudy")
local wind_kW = param("wind_kW", 8, "rated power of the wind turbine")
local diesel_kW = param("diesel_kW", 4, "power of the generator")

-- What a meter shows in each quarter of an hour: base load, a morning, an evening, less the sun on the roof.
local function seen_by_meter(use_W, roof_W)
  local day = {}
  for quarter = 0, 95 do
    local hour = quarter / 4
    local use = use_W * (hour >= 17 and hour < 22 and 2.4 or hour >= 6 and hour < 9 and 1.6 or 0.7)
    local sun = math.max(0, math.cos((hour - 12) * math.pi / 14))
    day[quarter + 1] = use - roof_W * sun * sun
  end
  return day
end

local roofs = { 0, 3000, 0, 4500, 2000, 6000 } -- W at noon, house by house
local village = { name = "Village", grid_fee_constant = 1 }
for number, roof in ipairs(roofs) do
  village[number] = area {
    name = "House " .. number,
    smart_meter {
      name = "House " .. number .. " meter",
      smart_meter_profile = seen_by_meter(250 + 40 * number, roof),
      use_market_maker_rate = true, -- buys up to the utility's rate and the fees
      final_selling_rate = 3, -- what the utility pays, less the fees
    },
  }
end

village[#village + 1] = area {
  name = "School",
  load {
    name = "School load",
    avg_power_W = 3000,
    hrs_of_day = { 7, 8, 9, 10, 11, 12, 13, 14, 15 },
    initial_buying_rate = 3,
    final_buying_rate = day { ["00:00"] = 24, ["10:00"] = 14, ["14:00"] = 24 }, -- the sun is cheap at noon
  },
  pv { name = "School PV", model = "predefined", cloud_coverage = clouds, capacity_kW = 6, final_selling_rate = 3 },
}
village[#village + 1] = wind_turbine {
  name = "Wind turbine",
  capacity_kW = wind_kW,
  initial_selling_rate = day { ["00:00"] = 20, ["06:00"] = 30, ["22:00"] = 20 },
  final_selling_rate = 3,
}
village[#village + 1] = finite_diesel_generator {
  name = "Generator",
  max_available_power_kW = diesel_kW,
  energy_rate = day { ["00:00"] = 36, ["17:00"] = 34, ["21:00"] = 36 },
}

local utility_rate = day { ["00:00"] = 30, ["17:00"] = 36, ["21:00"] = 30 }

return scenario {
  name = "meters",
  description = "Houses that are smart meters, with wind, a cloudy school roof and a generator for the evening",
  seed = 7,
  start = "2024-03-21T00:00Z",
  days = 1,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = 7,
  latitude = 52.5,
  grid = area {
    name = "Grid",
    grid_fee_constant = 3,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, energy_buy_rate = 7 },
    area(village),
  },
  agents = { agent { name = "School", script = "strategies/home_ramp.lua" } }, -- its own sun first
}
