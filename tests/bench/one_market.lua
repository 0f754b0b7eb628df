-- Homes side by side under one market: shows that a neighbour more costs no more than the one before.
local homes = param("homes", 100, "how many homes")
local trades = param("trades", false, "store every trade")
local units = param("units", -1, "what each callback may take, 0: not counted; -1: the templates trade")

-- The templates by name, because only an agent of the scenario has a budget.
local agents = {}
for what, script in pairs(units >= 0 and { Load = "load_ramp", PV = "pv_ramp", Battery = "storage_ramp" } or {}) do
  local names = {}
  for i = 1, homes do names[i] = what .. " " .. i end
  agents[#agents + 1] = agent { name = "all " .. what, script = "strategies/" .. script .. ".lua", assets = names,
    budget = units > 0 and { units_per_call = units } or nil }
end

return scenario {
  name = "bench-one-market", description = "homes under one market", seed = 1,
  start = "2024-06-03T00:00Z", days = 1, slot_minutes = 15, ticks_per_slot = 10,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  -- Rows of assets are kept by themselves up to 1,000 assets only: the few homes would do what the many do not.
  results = { trades = trades, assets = false },
  agents = agents,
  grid = area {
    name = "Grid", grid_fee_constant = 1,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area {
      name = "Home {i}", clones = homes,
      load { name = "Load {path}", shape = "household" },
      pv { name = "PV {path}", capacity_kW = 4, model = "clear_sky" },
      storage { name = "Battery {path}", battery_capacity_kWh = 5 },
    },
  },
}
