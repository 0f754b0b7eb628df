-- Six homes that never use quite what they planned, and the markets that settle the difference.

local std = param("std", 15, "how far measurements scatter around the forecast, in percent")
local community = { name = "Street", grid_fee_constant = 1 }
local agents = { agent { name = "Home 1", script = "meter.lua" } }

for i = 1, 6 do
  local home = "Home " .. i
  community[i] = area { name = home,
    load { name = home .. " load", shape = "household", annual_kWh = 2500 + 300 * i,
           use_market_maker_rate = true, forecast_stream_enabled = i == 1 },
    i % 2 == 0 and pv { name = home .. " PV", model = "clear_sky", capacity_kW = 4,
           use_market_maker_rate = true, final_selling_rate = 3 } }
  if i % 2 == 0 then agents[#agents + 1] = agent { name = home, script = "strategies/home_ramp.lua" } end
end

return scenario {
  name = "settlement", description = "what was measured against what was planned",
  seed = 7, start = "2024-06-03T00:00Z", days = 1, ticks_per_slot = 30,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  settlement = { max_age_hours = 1, relative_std_percent = std },
  grid = area { name = "Grid", grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(community) },
  agents = agents,
}
