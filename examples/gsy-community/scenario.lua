-- A community whose assets are traded by clients of the Grid Singularity exchange, over Redis.
--
-- Areas and assets are called as the scripts that come with gsy-e-sdk expect them. Without a client every asset trades
-- by its template; one that a client selects is traded by the client until it leaves.

local function home(number, has)
  local name = "Home " .. number
  local children = { name = name }
  for _, load_name in ipairs(has.loads) do
    children[#children + 1] = load {
      name = load_name,
      shape = "household",
      annual_kWh = has.use,
      use_market_maker_rate = true,
    }
  end
  if has.pv then
    children[#children + 1] = pv {
      name = has.pv,
      model = "clear_sky",
      capacity_kW = has.kW,
      use_market_maker_rate = true,
      final_selling_rate = 13, -- what is left of the feed-in tariff behind the fees of both markets
    }
  end
  if has.battery then
    children[#children + 1] = storage {
      name = has.battery,
      battery_capacity_kWh = 14,
      max_abs_battery_power_kW = 5,
      initial_soc = 10,
      min_allowed_soc = 10,
    }
  end
  return area(children)
end

local homes = {
  { use = 3200, loads = { "Load 1 L13" }, pv = "PV 1 (4kW)", kW = 4 },
  { use = 2900, loads = { "Load 2 L21" } },
  { use = 4100, loads = { "Load 3 L17" }, pv = "PV 3 (5kW)", kW = 5, battery = "Tesla Powerwall 3" },
  { use = 2400, loads = { "Load 4" } },
  { use = 5200, loads = { "Load 5" }, pv = "PV 5", kW = 10, battery = "Battery 5" },
  { use = 1900, loads = { "Load 6" } },
  { use = 2100, loads = { "Load 7" } },
  { use = 1700, loads = { "Load 81", "Load 82", "Load 83", "Load 84" }, pv = "PV 8", kW = 12 },
}

local community = { name = "Community", grid_fee_constant = 4 }
for number, has in ipairs(homes) do
  community[number] = home(number, has)
end

return scenario {
  name = "gsy-community",
  description = "Homes that clients of the Grid Singularity exchange trade for, over Redis",
  seed = 11,
  start = "2024-06-03T00:00Z",
  days = 1,
  ticks_per_slot = 60, -- clients answer a tick in one that follows, so a slot needs more than the ten they hear of
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 22,
  feed_in_tariff = 21,
  latitude = 52.5,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Market Maker", energy_sell_rate = 22, energy_buy_rate = 21 },
    area(community),
  },
}
