-- storage.lua — the template strategies of storages: a bid on a rising rate and an offer, both open at once
--
-- Bids go from initial_buying_rate (0) to final_buying_rate (24.9); offers from initial_selling_rate (30) to
-- final_selling_rate (25 ct/kWh), or stay for the slot at a rate that follows the state of charge:
-- initial - (initial - final) * soc. The highest bid is kept at or below the lowest offer, so that a storage
-- never trades with itself at a loss.

local ramp = require "ramp"
local min = math.min
local storage = {}

local function selling(asset)
  local p = asset.params
  return p.initial_selling_rate or 30, p.final_selling_rate or 25
end

local function buying_rates(asset)
  local p = asset.params
  local _, lowest_offer = selling(asset)
  return p.initial_buying_rate or 0, math.min(p.final_buying_rate or 24.9, lowest_offer)
end

--- The first and the last rate of its bids.
storage.buying_rates = buying_rates

--- The callbacks. by_charge(asset): whether its offers follow the state of charge.
-- bids(asset, info): first and last rate of its bids and whether they must be asked for again each slot;
-- storage.buying_rates when not given.
function storage.callbacks(by_charge, bids)
  local start_bids, move_bids, start_offers, move_offers

  local function selling_rates(asset)
    local initial, final = selling(asset)
    if by_charge(asset) then
      local rate = initial - (initial - final) * asset.soc
      return rate, rate, "slot"
    end
    return initial, final
  end

  return {
    every_tick = true,
    on_market_cycle = function(info)
      if not start_bids then
        local storages = ramp.of_role(info.assets, "storage")
        start_bids, move_bids = ramp.new(info, "bid", storages, bids or buying_rates)
        start_offers, move_offers = ramp.new(info, "offer", storages, selling_rates)
      end
      return "rest_until", min(start_offers(info), start_bids(info))
    end,
    on_tick = function(info)
      local seconds = info.seconds_into_slot
      return "rest_until", min(move_offers(info, seconds), move_bids(info, seconds))
    end,
  }
end

return storage
