-- A sunny Sunday in June: more sun at noon than the street can use, and eight cars that come home from an outing in the
-- evening. What the grid operator can do about either: --set signals=none, fees, curves or limits.
--
-- Eight more cars are back from the baker's by nine and stay. All of them are charged by one aggregator, who follows what the operator says
-- where the home has agreed to it. The script of the aggregator is the same in all four; only the operator differs.

local signals = param("signals", "curves", "what the operator does: none, fees, curves or limits")

-- kWh a year, kW of panels, when the car is plugged in. All leave on Monday at seven.
local homes = {
  { use = 3800, pv = 9, car = "07:30" },
  { use = 3100, pv = 8, car = "17:30" },
  { use = 4400, pv = 10, car = "08:15" },
  { use = 2600, pv = 7, car = "18:00" },
  { use = 3600, pv = 9, car = "09:00" },
  { use = 4800, pv = 10, car = "17:45" },
  { use = 3300, pv = 8, car = "07:45" },
  { use = 2900, pv = 8, car = "18:15" },
  { use = 3500, pv = 9, car = "08:30" },
  { use = 4100, pv = 10, car = "18:00" },
  { use = 2700, pv = 8, car = "09:15" },
  { use = 3900, pv = 9, car = "18:30" },
  { use = 3000, pv = 8, car = "08:00" },
  { use = 4200, pv = 10, car = "17:45" },
  { use = 2500, pv = 7, car = "08:45" },
  { use = 3400, pv = 9, car = "18:15" },
}

local function until_monday(time)
  local hour, minute = time:match("(%d+):(%d+)")
  return (24 + 7 - hour) * 60 - minute
end

local street, cars, own_first = { name = "Street", grid_fee_constant = 4 }, {}, {}
for number, has in ipairs(homes) do
  local name = "Home " .. number
  street[number] = area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    pv { name = name .. " PV", model = "predefined", capacity_kW = has.pv, final_selling_rate = 3 },
    ev_charger {
      name = name .. " car",
      maximum_power_rating_kW = 11,
      sessions = { {
        plug_in_time = "2024-06-09T" .. has.car .. "Z",
        duration_minutes = until_monday(has.car),
        initial_soc_percent = 40,
        min_soc_percent = 75,
        battery_capacity_kWh = 60,
      } },
    },
  }
  cars[number] = name .. " car"
  own_first[#own_first + 1] = name .. " load"
  own_first[#own_first + 1] = name .. " PV"
end

return scenario {
  name = "neighbourhood",
  description = "A sunny Sunday with too much PV and an evening of cars: fees, price curves and limits",
  seed = 7,
  start = "2024-06-09T05:00Z",
  days = 1.125,
  market_maker_rate = 30,
  feed_in_tariff = 8,
  latitude = 52.5,
  coordination = {
    operator = "Grid operator",
    aggregators = { "Aggregator" },
    currency = "EUR",
    zone = "Europe/Berlin",
  },
  grid = area {
    name = "Grid",
    grid_fee_constant = 1,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street),
  },
  agents = {
    agent { name = "Grid operator", script = "operator.lua", markets = { "Street" }, params = { signals = signals } },
    agent { name = "Aggregator", script = "aggregator.lua", assets = cars },
    agent { name = "Homes", script = "strategies/home_ramp.lua", assets = own_first },
  },
}
