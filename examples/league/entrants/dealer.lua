-- dealer.lua — always quotes a price to buy and one to sell, around what the market paid lately, and moves both by how
-- full its battery is
--
-- A full battery sells cheaply and pays little, an empty one the other way round: so it never sits on one side for
-- long. Loads and panels trade at the same reference, and reach the utility's rate only at the end of the slot.

local home = require "home"
local SPREAD, LEAN = 8, 10 -- ct/kWh between its prices; how far they move from empty to full
local reference

local function within(now, rate) return math.max(now.cheap, math.min(now.dear, rate)) end

return home.strategy {
  open = function(now)
    local own = now.info.assets[1].area
    local paid = (own.parent or own).last_market_stats.avg_trade_rate
    state.reference = state.reference or now.middle
    if paid then state.reference = state.reference + (paid - state.reference) / 8 end
    reference = state.reference
  end,
  load = function(now) return home.ramp(now, within(now, reference - SPREAD / 2), now.dear, 2) end,
  panel = function(now) return home.ramp(now, within(now, reference + SPREAD / 2), now.cheap, 2) end,
  car = function(now) return within(now, reference) end,
  battery = function(now, battery)
    local price = reference + LEAN * (0.5 - battery.soc)
    return home.ramp(now, now.cheap, within(now, price - SPREAD / 2)), within(now, price + SPREAD / 2)
  end,
}
