-- settlement.lua — orders for what was measured and not planned, on a ramp of their own
--
-- When a slot is over, an asset that needed more than planned bids for the difference, one that has energy over
-- offers it, in the settlement market of that slot:
--
--   bids   lowest -> highest rate, offers highest -> lowest (0 and 50 ct/kWh), an update every 5 minutes
--   n      = max(int(slot / 5 min) - 1, 1) updates from the first rate to the last, which then stays
--
-- With use_market_maker_rate they lie between what the utility pays and asks, fees counted (not with compat = "gsy-e",
-- where it is as there). The last rate is reached within one slot length after the market has opened; it stays open
-- for as long as the scenario says.

local outside = require "outside"
local settlement = {}

local INTERVAL = 300 -- seconds between two updates
local LOWEST, HIGHEST = 0, 50

local function limits_of(asset, info)
  if info.compat == "gsy-e" or not asset.params.use_market_maker_rate then return LOWEST, HIGHEST end
  return outside.sell_rate(asset, info), outside.buy_rate(asset, info)
end

--- Settles the deviations of some assets.
-- limits(asset, info): lowest and highest rate (ct/kWh); without it those above.
-- Returns a function for on_market_cycle and every on_tick; where there are no settlement markets, one that does
-- nothing. It returns the second of the slot in which it has something to do again.
function settlement.new(info, assets, limits)
  if not info.settlement_slots then return function() return math.huge end end
  limits = limits or limits_of
  local batch = grid.batch
  local markets = {} -- by slot: when it was first seen, and the number of its next update

  local function place(asset, slot, part, now)
    local left = asset.unsettled_deviation_kWh[slot]
    if not left or math.abs(left) <= (now.compat == "gsy-e" and 2e-5 or 0) then return end
    local low, high = limits(asset, now)
    if left > 0 then
      batch:bid_energy_rate(asset, "all", low + (high - low) * part, true, slot)
    else
      batch:offer_energy_rate(asset, "all", high - (high - low) * part, true, slot)
    end
  end

  local length = info.slot_minutes * 60
  local n = math.max(length // INTERVAL - 1, 1)

  return function(now)
    local seconds = now.slot * length + now.seconds_into_slot
    local open, due = {}, math.huge
    for _, slot in ipairs(now.settlement_slots) do
      local market = markets[slot] or { opened = seconds, k = 0 }
      open[slot] = market
      if seconds - market.opened >= INTERVAL * market.k then
        for _, asset in ipairs(assets) do place(asset, slot, math.min(market.k / n, 1), now) end
        market.k = market.k + 1
      end
      due = math.min(due, market.opened + INTERVAL * market.k)
    end
    markets = open
    return due - now.slot * length
  end
end

return settlement
