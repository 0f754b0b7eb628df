-- meter.lua — a home with a meter: it says what it will use, afterwards what it has used, and settles the rest
--
-- The forecast is the simplest there is: the next slot is like the last one. Forecast and measurement count from the
-- next change of slot on, so a measurement sent now can be settled in the slot after this one.

local outside = require "outside"
local settlement = require "settlement"
local slots = require "slots"

local settle

-- What the meter shows for the slot that begins at this hour of the day, kWh: a dinner, and some noise.
local function meter(hour)
  local dinner = hour >= 17 and hour < 20 and 0.3 or 0
  return 0.08 + dinner + 0.04 * math.random()
end

-- Bids in settlement markets up to what the utility asks, and offers down to what it pays.
local function limits(asset, info) return outside.sell_rate(asset, info), outside.buy_rate(asset, info) end

local function trade(info)
  local hurry = math.min(1, info.slot_completion / 0.7)
  for _, load in ipairs(info.assets) do
    local low, high = limits(load, info)
    grid.batch:bid_energy_rate(load, "all", low + (high - low) * hurry)
  end
  settle = settle or settlement.new(info, info.assets, limits)
  settle(info)
end

return {
  on_market_cycle = function(info)
    local load, length = info.assets[1], info.slot_minutes
    if info.slot > 0 then
      local used = meter((info.hour - length / 60) % 24)
      if info.settlement_slots then -- somebody asks
        grid.batch:set_energy_measurement { asset = load,
          energy_measurement = { [slots.shift(info.market_slot, -length)] = used } }
      end
      grid.batch:set_energy_forecast { asset = load,
        energy_forecast = { [slots.shift(info.market_slot, length)] = used } }
    end
    trade(info)
  end,
  on_tick = trade,
}
