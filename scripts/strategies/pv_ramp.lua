-- pv_ramp.lua — the template strategy of producers: offers all there is and lowers the rate until it is sold
--
-- From initial_selling_rate (the utility's rate, or 30 ct/kWh) to final_selling_rate (0); with use_market_maker_rate
-- from what the utility's rate leaves after the grid fees on the way (lib/limits.lua). A producer with a rate of its own
-- (a diesel generator) asks that all the slot. Runs any number of producers.

local limits = require "limits"
local ramp = require "ramp"
local settlement = require "settlement"
local min = math.min
local start, move, settle

return {
  every_tick = true,
  on_market_cycle = function(info)
    if not start then
      local mine = ramp.of_role(info.assets, "producer")
      start, move = ramp.new(info, "offer", mine, limits.selling)
      settle = settlement.new(info, mine)
    end
    return "rest_until", min(start(info), settle(info))
  end,
  on_tick = function(info)
    return "rest_until", min(move(info), settle(info))
  end,
}
