-- aggressor.lua — takes what others quote at the intraday market: now and then, either way, at the best price there is
--
-- Which period, which side and when come from the seed of the run. Parameters (in brackets what they are when absent):
--
--   chance (0.3)      of a trade in each tenth of a slot, 0 .. 1
--   quantity (0.02)   MW it takes at most
--   periods (8)       how many slots ahead, from the next but one on
--   highest, lowest   EUR/MWh: it buys at no more and sells at no less (200, 0)

local parameters = require "parameters"

local function take(slot)
  local book, side = trading.book { slot = slot, limit = 1 }, math.random(2) == 1 and "buy" or "sell"
  local best = (side == "buy" and book.sell or book.buy)[1]
  if not best then return end
  if side == "buy" and best.price > (params.highest or 200) then return end
  if side == "sell" and best.price < (params.lowest or 0) then return end
  trading.create { side = side, slot = slot, price = best.price, execution = "ioc",
                   quantity = math.min(params.quantity or 0.02, best.quantity) }
end

return {
  on_start = function()
    parameters.names(params, "", { "chance", "quantity", "periods", "highest", "lowest" })
  end,
  on_tick = function(info)
    if math.random() < (params.chance or 0.3) then take(info.slot + 1 + math.random(params.periods or 8)) end
  end,
}
