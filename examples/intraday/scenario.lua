-- A June day on which a cloud bank arrives that nobody had forecast: an aggregator with panels, a battery and a cold
-- store sells ahead at the intraday market, corrects itself there, and settles what is left in its street.

local hedge = param("hedge", "both", "what Sunfield sells ahead: none, early (the forecast), both (and corrects it)")
local cloud = param("cloud", 0.7, "how much of the sun the cloud bank takes, 0 to 1")
if hedge ~= "none" and hedge ~= "early" and hedge ~= "both" then
  error("hedge must be none, early or both, not " .. hedge, 0)
end
if cloud < 0 or cloud > 1 then error("cloud must be 0 to 1, not " .. cloud, 0) end

-- W of the panels at the middle of each quarter of an hour: the day as forecast, and as it comes.
local clear, actual = {}, {}
for i = 1, 96 do
  local hour = (i - 0.5) / 4
  local sun = math.max(0, math.sin(math.pi * (hour - 5.5) / 15))
  clear[i] = 400000 * math.pow(sun, 1.3)
  local covered = (hour > 11.5 and hour < 14.5) and cloud or 0
  actual[i] = clear[i] * (1 - covered) * (hour > 15 and 1.06 or 1)
end

-- Two hours before, nobody knows of the cloud; three quarters of an hour before, most of it can be seen.
local early, late, reference = {}, {}, {}
for i = 1, 96 do
  early[i] = clear[i] / 4000
  late[i] = (0.05 * clear[i] + 0.95 * actual[i]) / 4000
  local hour = (i - 0.5) / 4
  reference[i] = 95 - 40 * math.max(0, math.sin(math.pi * (hour - 7) / 13)) + 30 * math.exp(-math.pow(hour - 19.5, 2) / 3)
end

local street = { name = "Street", grid_fee_constant = 1,
  area { name = "Sunfield", member = true,
    pv { name = "Panels", model = "profile", power_profile = actual },
    storage { name = "Battery", battery_capacity_kWh = 200, max_abs_battery_power_kW = 100, initial_soc = 50 },
    load { name = "Cold store", avg_power_W = 60000 } } }
for i = 1, 8 do
  street[#street + 1] = area { name = "Home " .. i,
    load { name = "Home " .. i .. " load", shape = "household", annual_kWh = 3000 + 200 * i } }
end

return scenario {
  name = "intraday", description = "a forecast, a cloud, two markets and one clock",
  seed = 11, start = "2024-06-03T00:00Z", days = 1,
  market_maker_rate = 30, feed_in_tariff = 5,
  intraday = {
    areas = { { code = "10YDE-EON------1", quantity_step_MW = 0.001 } },
    gridpools = { { id = 1001, agent = "Sunfield" }, { id = 1002, agent = "Market maker" },
                  { id = 1003, agent = "Aggressor" }, { id = 1004, agent = "Tape" },
                  { id = 1005, name = "you" } },
    imbalance_short_rate = 28, imbalance_long_rate = 2,
  },
  grid = area { name = "Grid", grid_fee_constant = 3,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 5 },
    area(street) },
  agents = {
    agent { name = "Sunfield", script = "sunfield.lua", params = { hedge = hedge, early = early, late = late, own_use = 25 } },
    agent { name = "Market maker", script = "traders/market_maker.lua", assets = {},
            params = { reference = reference, spread = 5, quantity = 0.5, periods = 12, lean = 10 } },
    agent { name = "Aggressor", script = "traders/aggressor.lua", assets = {}, params = { chance = 0.5 } },
    agent { name = "Tape", script = "traders/tape.lua", assets = {},
            params = { buy_price = csv { file = "tape.csv", column = "buy_price" },
                       buy_MW = csv { file = "tape.csv", column = "buy_MW" },
                       sell_price = csv { file = "tape.csv", column = "sell_price" },
                       sell_MW = csv { file = "tape.csv", column = "sell_MW" } } },
  },
}
