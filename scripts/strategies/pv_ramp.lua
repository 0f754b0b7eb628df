-- pv_ramp.lua — the template strategy of producers: offers all there is and lowers the rate until it is sold
--
-- From initial_selling_rate (the utility's rate, or 30 ct/kWh) to final_selling_rate (0); with use_market_maker_rate
-- from what the utility's rate leaves after the grid fees on the way. Runs any number of producers.

local outside = require "outside"
local ramp = require "ramp"
local start, move

local function rates(pv, info)
  local p = pv.params
  local utility = info.market_maker_rate or 30
  local final = p.final_selling_rate or 0
  if p.use_market_maker_rate then
    return math.max(outside.without_fees(utility, pv, info), final), final, true
  end
  return p.initial_selling_rate or utility, final, p.initial_selling_rate == nil
end

return {
  every_tick = true,
  on_market_cycle = function(info)
    if not start then
      start, move = ramp.new(info, "offer", ramp.of_role(info.assets, "producer"), rates)
    end
    start(info)
  end,
  on_tick = function(info) move(info) end,
}
