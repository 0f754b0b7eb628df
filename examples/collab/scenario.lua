-- A day in a street of four homes and their grid operator. Home 1 has panels and a battery, Home 2
-- panels, the others neither. Who sits where is said in collab.lua.
local function home(number, has)
  local name = "Home " .. number
  return area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.pv and pv { name = name .. " PV", model = "clear_sky", capacity_kW = has.pv, use_market_maker_rate = true, final_selling_rate = 3 },
    has.battery and storage {
      name = name .. " battery",
      battery_capacity_kWh = has.battery,
      max_abs_battery_power_kW = 4,
      initial_soc = 50,
      min_allowed_soc = 10,
    },
  }
end

return scenario {
  name = "collab",
  description = "Homes and a grid operator, four of them with an owner of its own",
  seed = 7,
  start = "2024-06-03T06:00Z",
  days = 1,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30,
  feed_in_tariff = 8,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area {
      name = "Street",
      grid_fee_constant = 1,
      home(1, { use = 3800, pv = 8, battery = 10 }),
      home(2, { use = 3100, pv = 5 }),
      home(3, { use = 4400 }),
      home(4, { use = 2600 }), -- nobody has claimed it
    },
  },
}
