-- meter_ramp.lua — the template strategy of smart meters: buys what the slot needs, or sells what it leaves
--
-- What is needed is bid for from initial_buying_rate (0) to final_buying_rate (the utility's rate); what is left is
-- offered from initial_selling_rate (the utility's rate) to final_selling_rate (0); with use_market_maker_rate grid
-- fees count as lib/limits.lua says. In a slot a meter has only one of both. Runs any number of meters.

local limits = require "limits"
local ramp = require "ramp"
local settlement = require "settlement"
local min = math.min
local settle
local start_bids, move_bids, start_offers, move_offers

return {
  every_tick = true,
  on_market_cycle = function(info)
    if not start_bids then
      local meters = ramp.of_role(info.assets, "prosumer")
      start_bids, move_bids = ramp.new(info, "bid", meters, limits.buying)
      start_offers, move_offers = ramp.new(info, "offer", meters, limits.selling)
      settle = settlement.new(info, meters)
    end
    return "rest_until", min(start_bids(info), start_offers(info), settle(info))
  end,
  on_tick = function(info)
    return "rest_until", min(move_bids(info), move_offers(info), settle(info))
  end,
}
