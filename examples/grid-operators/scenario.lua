-- A November evening, from noon to noon: eight cars come home and want to charge while everybody cooks. What a grid
-- operator can do about it with nothing but its fee: --set operator=fixed, time_of_use or peak_threshold.
--
-- The cars charge at once while energy costs what it always does, and wait while it is dear (strategies/
-- flexible_car.lua). They know no plan of the operator: they see the fee that rules now, as everybody does.

local operator = param("operator", "peak_threshold", "who sets the street's fee: fixed, time_of_use or peak_threshold")
local table_file = param("fees", "fees.csv", "CSV of time_of_use: time;market;market, ct/kWh")

-- What each home has: kWh a year, kW of panels, and when its car comes and goes.
local homes = {
  { use = 3800, pv = 8, arrives = 17.25, leaves = 7 },
  { use = 3100, arrives = 16.5, leaves = 6.5 },
  { use = 4400, pv = 6 },
  { use = 2600, arrives = 18, leaves = 7.5 },
  { use = 3600, pv = 7, arrives = 17.5, leaves = 8 },
  { use = 2200 },
  { use = 4800, arrives = 18.5, leaves = 7 },
  { use = 3300, arrives = 17.75, leaves = 6 },
  { use = 2900 },
  { use = 3500, pv = 6, arrives = 19, leaves = 7.5 },
  { use = 4100, arrives = 17, leaves = 7 },
  { use = 2700 },
}

local street = { name = "Street", grid_fee_constant = 2.5 }
local agents, own_first = {}, {}

for number, has in ipairs(homes) do
  local name = "Home " .. number
  street[number] = area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.pv and pv { name = name .. " PV", model = "clear_sky", capacity_kW = has.pv, final_selling_rate = 3 },
    has.arrives and storage {
      name = name .. " car",
      battery_capacity_kWh = 50,
      max_abs_battery_power_kW = 7.4,
      initial_soc = 55,
      min_allowed_soc = 10,
      charging_loss = 0.05,
    },
  }
  if has.pv then -- its own energy first
    own_first[#own_first + 1] = name .. " load"
    own_first[#own_first + 1] = name .. " PV"
  end
  if has.arrives then
    agents[#agents + 1] = agent {
      name = name .. " car",
      script = "strategies/flexible_car.lua",
      params = { arrives = has.arrives, leaves = has.leaves, target = 0.8, pause = 6 },
    }
  end
end

-- The operator of the street, by name: its script, its markets and its parameters.
local fees, named = {}, csv_columns(table_file)
for _, market in ipairs(named) do fees[market] = csv { file = table_file, column = market } end
local operators = {
  fixed = { "tariffs/fixed_fee.lua", { "Street" }, { fee = 2.5 } },
  time_of_use = { "tariffs/time_of_use.lua", named, { fees = fees } },
  peak_threshold = {
    "tariffs/peak_threshold.lua",
    { "Street" },
    { base = 2.5, thresholds = { { kWh = 4, fee = 5 }, { kWh = 5, fee = 8 }, { kWh = 7, fee = 12 } } },
  },
}
local chosen = operators[operator]
if not chosen then error("operator must be fixed, time_of_use or peak_threshold, not " .. operator) end
agents[#agents + 1] = agent { name = "Operator", script = chosen[1], markets = chosen[2], params = chosen[3] }
agents[#agents + 1] = agent { name = "Homes with PV", script = "strategies/home_ramp.lua", assets = own_first }

return scenario {
  name = "grid-operators",
  description = "Eight cars come home in the evening; the grid operator has only its fee to keep the peak down",
  seed = 7,
  start = "2024-11-05T12:00Z",
  days = 1,
  market_maker_rate = 30,
  feed_in_tariff = 8,
  grid = area {
    name = "Grid",
    grid_fee_constant = 1,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
}
