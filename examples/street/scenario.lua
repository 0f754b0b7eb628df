-- A summer day in a street of twelve homes: too much sun at noon, too little in the evening.
--
-- The utility sells at 30 ct/kWh (36 in the evening) and pays 8; every kilowatt-hour from or to it also costs the
-- grid fee of 4 ct and the street's of 1. A neighbour's costs 1 ct of fee. So between 3 ct, which export leaves, and
-- 35 ct, which import costs, there is something to share, and how much of it a home gets depends on its strategy. Try
-- your own: --agent "Home 3=mine.lua"

local battery_kWh = param("battery_kWh", 10, "capacity of the batteries")

-- What each home has, and who trades for it. `agent` is one script for all that a home has; a home without one
-- leaves its assets to the template strategies, `battery` strategy to the one named there.
local homes = {
  { use = 3800, pv = 8, battery = true, agent = "strategies/night_owl.lua" },
  { use = 3100 },
  { use = 4400, pv = 6, agent = "strategies/patient.lua" },
  { use = 2600, heat_pump = 4200 },
  { use = 3600, ev = 2600, pv = 7, agent = "strategies/patient.lua" },
  { use = 2200, agent = "strategies/patient.lua" },
  {
    use = 4800,
    pv = 9,
    battery = true,
    battery_strategy = "strategies/storage_capacity.lua",
    agent = "strategies/home_ramp.lua",
  },
  { use = 3300, heat_pump = 3800, pv = 5, battery = true, agent = "strategies/night_owl.lua" },
  { use = 2900 },
  { use = 3500, pv = 6, battery = true, agent = "strategies/home_ramp.lua" },
  { use = 4100, ev = 2200 },
  { use = 2700, agent = "strategies/night_owl.lua" },
}

local function home(number, has)
  local name = "Home " .. number
  return area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = has.use, use_market_maker_rate = true },
    has.heat_pump and load {
      name = name .. " heat pump",
      shape = "heat_pump",
      annual_kWh = has.heat_pump,
      use_market_maker_rate = true,
    },
    has.ev and load {
      name = name .. " car",
      shape = "ev",
      annual_kWh = has.ev,
      use_market_maker_rate = true,
    },
    has.pv and pv {
      name = name .. " PV",
      model = "clear_sky",
      capacity_kW = has.pv,
      use_market_maker_rate = true,
      final_selling_rate = 3, -- the utility pays 8, less the fees on the way to it: 4 of the grid and 1 of the street
    },
    has.battery and storage {
      name = name .. " battery",
      battery_capacity_kWh = battery_kWh,
      max_abs_battery_power_kW = 4,
      initial_soc = 20,
      min_allowed_soc = 10,
      charging_loss = 0.03,
      discharging_loss = 0.03,
      strategy = has.battery_strategy,
    },
  }
end

local street = { name = "Street", grid_fee_constant = 1 }
local agents = {
  -- The grid operator asks for more in the evening, when all want energy at once.
  agent {
    name = "Grid operator",
    script = "tariffs/time_of_use.lua",
    markets = { "Grid" },
    params = { peak = 6, off_peak = 4, peak_from = 17, peak_to = 21 },
  },
}
for number, has in ipairs(homes) do
  street[number] = home(number, has)
  if has.agent then
    local name = "Home " .. number
    agents[#agents + 1] = agent {
      name = name,
      script = has.agent,
      assets = has.battery_strategy and { name .. " load", name .. " PV" }, -- the battery has a strategy of its own
    }
  end
end

local utility_rate = day { ["00:00"] = 30, ["17:00"] = 36, ["21:00"] = 30 }

return scenario {
  name = "street",
  description = "Twelve homes with PV, batteries, heat pumps and cars share a day of June",
  seed = 42, -- clouds and appliances come from it: try --seed 43
  start = "2024-06-03T00:00Z",
  days = 1,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = utility_rate,
  feed_in_tariff = 8,
  latitude = 52.5,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_rate_profile = utility_rate, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
}
