-- home.lua: the homes of the three places. village.lua, suburb.lua and feeder.lua require it, each with other lists.
--
--   name; use, heat_pump, ev: kWh of a year; pv: kW of panels, azimuth: where they look; battery: times battery_kWh
--   tank: litres, of a heat pump that may run ahead; it needs heat (kW taken, a profile) and outside_C
--   car: { comes at, stays minutes, comes with %, leaves with %, kWh of its battery, kW of the charger }

local function home(has, battery_kWh)
  local name, car = has[1], has.car
  return area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.heat_pump and load {
      name = name .. " heat pump",
      shape = "heat_pump",
      annual_kWh = has.heat_pump,
      use_market_maker_rate = true,
    },
    has.tank and heat_pump {
      name = name .. " heat pump",
      source_temp_C_profile = has.outside_C,
      heat_demand_kW_profile = has.heat,
      tank_volume_l = has.tank,
      min_temp_C = 40,
      max_temp_C = 55,
      initial_temp_C = 45,
    },
    has.ev and load { name = name .. " car", shape = "ev", annual_kWh = has.ev, use_market_maker_rate = true },
    has.pv and pv {
      name = name .. " PV",
      model = "clear_sky",
      capacity_kW = has.pv,
      azimuth = has.azimuth,
      use_market_maker_rate = true,
    },
    has.battery and storage {
      name = name .. " battery",
      battery_capacity_kWh = battery_kWh * has.battery,
      max_abs_battery_power_kW = 4,
      initial_soc = 30,
      charging_loss = 0.04,
      discharging_loss = 0.04,
    },
    car and ev_charger {
      name = name .. " car",
      maximum_power_rating_kW = car[6],
      use_market_maker_rate = true, -- charges as soon as the car comes home, at whatever it costs
      sessions = { {
        plug_in_time = car[1], duration_minutes = car[2], initial_soc_percent = car[3], min_soc_percent = car[4],
        battery_capacity_kWh = car[5],
      } },
    },
  }
end

return home
