-- @NAME@/scenario.lua: a small community to grow. A scenario is data: it may compute and loop, and
-- require modules beside it, but there is no clock and no randomness, so it says the same on every machine.
--   lunagrid check @NAME@
--   lunagrid run @NAME@
--   lunagrid run @NAME@ --set homes=20 --days 7
-- `lunagrid plugins` lists the kinds of assets and all they can be told; `lunagrid show-config @NAME@`
-- prints what this file comes to.

local homes = param("homes", 6, "how many homes") -- --set homes=20 changes it

local community = { name = "Community", grid_fee_constant = 1 } -- ct/kWh on everything traded in it
local agents = {}

for i = 1, homes do
  local name = "Home " .. i
  local home = {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = 2500 + 300 * (i % 4) },
  }
  if i % 2 == 1 then -- every other roof has panels
    home[#home + 1] = pv { name = name .. " PV", capacity_kW = 4 + i % 3, model = "clear_sky" }
    agents[#agents + 1] = agent { name = name, script = "strategies/home_ramp.lua" } -- its own loads first
  end
  if i % 3 == 1 then -- every third home has a battery
    home[#home + 1] = storage { name = name .. " battery", battery_capacity_kWh = 6 }
  end
  community[#community + 1] = area(home)
end

return scenario {
  name = "@NAME@",
  description = "a small community to grow",
  seed = 1,
  start = "2024-06-03T00:00Z",
  days = 1,

  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, -- ct/kWh, what the utility asks
  feed_in_tariff = 8,     -- ct/kWh, what it pays

  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(community),
  },

  -- Homes that no agent takes are traded by the templates that ship. To trade one yourself:
  --   lunagrid new strategy mine
  -- and either --agent "Home 1=mine.lua", or mine.lua above in place of strategies/home_ramp.lua.
  agents = agents,
}
