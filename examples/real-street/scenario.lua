-- A street of measured homes: every column of a CSV file is one, as long as the file goes.
--
-- The measured use is the home's load. PV and batteries are given to some homes by number, so that the same file
-- always makes the same street: every 2nd home has PV of 4, 6 or 8 kW in turn, every 4th a battery as well.

local data = param("data", nil, "CSV file: a time column and one column of energy use a home")
if not data then
  error("this scenario needs a file of measured homes: --set data=FILE.csv", 0)
end
local unit = param("unit", nil, "of the values, when the header states none: W, kW or kWh (per row); else kWh")
local most = param("homes", 0, "how many of the columns; 0 for all")

local columns, units = csv_columns(data)
local start, slots, minutes = csv_span(data)
if most < 0 or most ~= math.floor(most) then
  error("homes=" .. most .. " is no number of columns; 0 takes all", 0)
end
if most > 0 and most > #columns then
  error("homes=" .. most .. ", but the file has only " .. #columns .. " columns", 0)
end
local count = most > 0 and most or #columns

local PV_KW = { 4, 6, 8 }

local function home(number, column)
  local name = "Home " .. column
  local has_pv, has_battery = number % 2 == 0, number % 4 == 0
  return area {
    name = name,
    load {
      name = name .. " load",
      daily_load_profile = csv { file = data, column = column, unit = unit or units[number] == "" and "kWh" or nil },
      use_market_maker_rate = true, -- ends at the utility's rate and fees: no bid is worse than that
    },
    has_pv and pv {
      name = name .. " PV",
      model = "clear_sky",
      capacity_kW = PV_KW[number // 2 % 3 + 1],
      use_market_maker_rate = true,
      final_selling_rate = 3, -- what the utility pays, 8, less the fees on the way to it, 4 and 1
    },
    has_battery and storage {
      name = name .. " battery",
      battery_capacity_kWh = 10,
      max_abs_battery_power_kW = 4,
      initial_soc = 20,
      charging_loss = 0.03,
      discharging_loss = 0.03,
    },
  }
end

local street = { name = "Street", grid_fee_constant = 1 }
local agents = {}
for number = 1, count do
  street[number] = home(number, columns[number])
  if number % 4 == 0 then -- who has a battery can wait with it
    agents[#agents + 1] = agent { name = street[number].name, script = "strategies/night_owl.lua" }
  elseif number % 3 == 0 then
    agents[#agents + 1] = agent { name = street[number].name, script = "strategies/patient.lua" }
  elseif number % 2 == 0 then -- the templates, but what the home makes is its own first
    agents[#agents + 1] = agent { name = street[number].name, script = "strategies/home_ramp.lua" }
  end
end

return scenario {
  name = "real-street",
  description = "Measured homes, with PV and batteries given to some of them",
  seed = 7,
  start = start,
  slots = slots,
  slot_minutes = minutes,
  market_maker_rate = 30,
  feed_in_tariff = 8,
  latitude = param("latitude", 47.4, "where the sun shines"),
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
}
