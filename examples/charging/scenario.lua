-- Two winter days in a street of eight homes with cars and heat pumps: what can wait, and what it is worth to wait.
--
-- The utility asks 24 ct/kWh at night, 30 by day and 42 in the evening, just when the cars come home; every
-- kilowatt-hour from it also costs the grid fee of 4 ct and the street's of 1. The cars leave in the morning and must
-- have what they need by then; the tanks of the heat pumps must not get cold. When the energy is bought is left to the
-- strategy: the cars wait for the cheap hours (cheap_hours.lua); --set smart=false leaves them to their template.

local smart = param("smart", true, "cars wait for the cheap hours")

-- Heat that a home takes (kW), more in the morning and in the evening, and the temperature outside.
local heat = day { ["00:00"] = 2.0, ["05:30"] = 4.5, ["09:00"] = 3.0, ["17:00"] = 4.0, ["22:00"] = 2.4 }
local outside_C = day { ["00:00"] = -2, ["04:00"] = -4, ["08:00"] = -1, ["11:00"] = 3, ["16:00"] = 1, ["20:00"] = -1 }

-- car: {comes at, stays minutes, comes with %, leaves with %, kWh of its battery, kW of the charger}
local homes = {
  { use = 3200, car = { "18:00", 780, 35, 80, 58, 11 } },
  { use = 2800, heat_pump = "air", tank_l = 300 },
  { use = 4100, car = { "17:15", 795, 40, 70, 77, 11 }, pv = 6 },
  { use = 3600, heat_pump = "ground", tank_l = 500, car = { "19:30", 690, 50, 80, 40, 3.7 } },
  { use = 3000, heat_pump = "air", tank_l = 800, pv = 5 },
  { use = 3900, car = { "16:30", 900, 70, 60, 60, 11, "bidirectional" }, pv = 8 },
  { use = 2500 },
  { use = 3400, pv = 7, battery = 8 },
}

local function charger(name, car)
  return ev_charger {
    name = name .. " car",
    maximum_power_rating_kW = car[6],
    charging = car[7],
    sessions = { {
      plug_in_time = car[1], duration_minutes = car[2], initial_soc_percent = car[3], min_soc_percent = car[4],
      battery_capacity_kWh = car[5],
    } },
  }
end

local street, agents = { name = "Street", grid_fee_constant = 1 }, {}
for number, has in ipairs(homes) do
  local name = "Home " .. number
  street[number] = area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.pv and pv {
      name = name .. " PV",
      model = "clear_sky",
      capacity_kW = has.pv,
      use_market_maker_rate = true,
      final_selling_rate = 3,
    },
    has.battery and storage {
      name = name .. " battery",
      battery_capacity_kWh = has.battery,
      max_abs_battery_power_kW = 4,
      initial_soc = 20,
      charging_loss = 0.03,
      initial_energy_origin = "unknown",
    },
    has.heat_pump and heat_pump {
      name = name .. " heat pump",
      source_type = has.heat_pump,
      source_temp_C_profile = has.heat_pump == "air" and outside_C or 9,
      heat_demand_kW_profile = heat,
      tank_volume_l = has.tank_l,
      min_temp_C = 40,
      max_temp_C = 55,
      initial_temp_C = 45,
    },
    has.car and charger(name, has.car),
  }
  if has.pv then -- its own energy first
    agents[#agents + 1] = agent { name = name, script = "strategies/home_ramp.lua" }
  end
  if smart and has.car then
    agents[#agents + 1] = agent { name = name .. " car", script = "strategies/cheap_hours.lua", takes = true }
  end
end

local utility_rate = day { ["00:00"] = 24, ["06:00"] = 30, ["17:00"] = 42, ["22:00"] = 24 }

return scenario {
  name = "charging",
  description = "Cars and heat pumps of a street decide when to buy, over two winter days",
  seed = 7,
  start = "2024-01-16T12:00Z", -- from noon to noon, so that whole nights are in it
  days = 2,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = 8,
  latitude = 48.1,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
}
