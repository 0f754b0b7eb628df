-- market_maker.lua — quotes both sides of the next delivery periods at the intraday market, so that others find a price
--
-- Around a reference (EUR/MWh: a number, or a list with one for every slot) it asks half a spread more and bids half a
-- spread less. What it has bought makes it lean down, what it has sold up, so that its position comes back by itself.
-- It quotes anew when a slot opens. Parameters (in brackets what they are when absent):
--
--   reference (80)    EUR/MWh
--   spread (4)        EUR/MWh between its bid and its offer
--   quantity (0.05)   MW on each side
--   periods (12)      how many slots ahead it quotes, from the next but one on
--   lean (20)         EUR/MWh for each MW of its position

local parameters = require "parameters"

local function reference_of(slot)
  local reference = params.reference or 80
  if type(reference) == "table" then return reference[math.min(slot + 1, #reference)] end
  return reference
end

local function cents(price) return math.floor(price * 100 + 0.5) / 100 end

local function quote(slot, slot_minutes)
  local position = trading.position { slot = slot }
  local middle = reference_of(slot) + (params.lean or 20) * position.net_sold_kWh / 1000 * 60 / slot_minutes
  local half, quantity = (params.spread or 4) / 2, params.quantity or 0.05
  trading.create { side = "sell", slot = slot, price = cents(middle + half), quantity = quantity }
  trading.create { side = "buy", slot = slot, price = cents(middle - half), quantity = quantity }
end

return {
  on_start = function()
    parameters.names(params, "", { "reference", "spread", "quantity", "periods", "lean" })
  end,
  on_market_cycle = function(info)
    trading.cancel_all {}
    for slot = info.slot + 2, info.slot + 1 + (params.periods or 12) do quote(slot, info.slot_minutes) end
  end,
}
