-- load_ramp.lua — the template strategy of loads: bids for all that is needed and raises the rate until it is had
--
-- From initial_buying_rate (0) to final_buying_rate (35 ct/kWh); with use_market_maker_rate to the utility's rate
-- and the grid fees on the way to it (lib/limits.lua). Runs any number of loads.

local limits = require "limits"
local ramp = require "ramp"
local settlement = require "settlement"
local min = math.min
local start, move, settle

local function rates(load, info) return limits.buying(load, info, 35) end

return {
  every_tick = true,
  on_market_cycle = function(info)
    if not start then
      local mine = ramp.of_role(info.assets, "consumer")
      start, move = ramp.new(info, "bid", mine, rates)
      settle = settlement.new(info, mine)
    end
    return "rest_until", min(start(info), settle(info))
  end,
  on_tick = function(info)
    return "rest_until", min(move(info), settle(info))
  end,
}
