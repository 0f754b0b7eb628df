-- load_ramp.lua — the template strategy of loads: bids for all that is needed and raises the rate until it is had
--
-- From initial_buying_rate (0) to final_buying_rate (35 ct/kWh); with use_market_maker_rate to the utility's rate
-- and the grid fees on the way to it. Runs any number of loads.

local outside = require "outside"
local ramp = require "ramp"
local start, move

local function rates(load, info)
  local p = load.params
  if p.use_market_maker_rate then
    return p.initial_buying_rate or 0, outside.buy_rate(load, info), true
  end
  return p.initial_buying_rate or 0, p.final_buying_rate or 35
end

return {
  every_tick = true,
  on_market_cycle = function(info)
    if not start then
      start, move = ramp.new(info, "bid", ramp.of_role(info.assets, "consumer"), rates)
    end
    start(info)
  end,
  on_tick = function(info) move(info) end,
}
