-- Communities of at most a hundred homes under one grid; a home is a load, a PV system and a battery.
-- With the utility there are exactly `assets` assets when (assets - 1) / 3 is whole.
local assets = param("assets", 100, "how many assets in all")
local trades = param("trades", true, "store every trade")

local homes = (assets - 1) // 3
local full, rest = homes // 100, homes % 100

-- {i} in a nested name is the inner number; {path} is all of them: Home 3.17 is the 17th of Community 3.
local function community(name, mark, copies, size)
  return area {
    name = name, clones = copies, grid_fee_constant = 1,
    area {
      name = mark .. "Home {path}", clones = size,
      load { name = mark .. "Load {path}", shape = "household" },
      pv { name = mark .. "PV {path}", capacity_kW = 4, model = "clear_sky" },
      storage { name = mark .. "Battery {path}", battery_capacity_kWh = 5 },
    },
  }
end

local grid = {
  name = "Grid", grid_fee_constant = 4,
  infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
}
if full > 0 then
  grid[#grid + 1] = community("Community {i}", "", full, 100)
end
if rest > 0 then
  grid[#grid + 1] = community("Rest {i}", "Rest ", 1, rest)
end

return scenario {
  name = "bench-communities", description = "homes in communities of a hundred", seed = 1,
  start = "2024-06-03T00:00Z", days = 1, slot_minutes = 15, ticks_per_slot = 10,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  results = { trades = trades },
  grid = area(grid),
}
