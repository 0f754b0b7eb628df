-- sunfield.lua — one aggregator, two markets, one clock
--
-- Sunfield sells tomorrow's sun at the intraday market two hours before it shines, corrects itself three quarters of an
-- hour before, and sells what is left in the street when it shines. Its cold store is served by its own panels, its
-- battery or the street, whichever is cheapest, so a battery that feeds the cold store lets the sun go out as promised.
--
--   hedge      "none": sells nothing ahead; "early": sells the forecast and hopes; "both": corrects it, too
--   early, late   kWh of every slot as forecast two hours, and three quarters of an hour before
--   own_use       kWh a slot that stay: for the cold store, and for the battery

local EARLY, LATE = 8, 3 -- slots

local function kw(kwh, info) return math.floor(kwh * 60 / info.slot_minutes + 0.5) / 1000 end -- MW, whole kW

-- Sells a quantity for a period, or buys it where it is below 0, at what the book has; the rest waits at that price.
local function trade(slot, quantity, why)
  if quantity == 0 then return end
  local book = trading.book { slot = slot, limit = 1 }
  local side, best = "sell", book.buy[1]
  if quantity < 0 then side, best = "buy", book.sell[1] end
  if not best then return end
  local order, sentence = trading.create { side = side, slot = slot, quantity = math.abs(quantity),
                                           price = best.price - (side == "sell" and 3 or -3), tag = why }
  if not order then print("slot " .. slot .. ": " .. sentence) end
end

-- What a forecast leaves to sell once cold store and battery have had their part; nil behind the end of the run.
local function to_sell(forecast, slot)
  local kwh = forecast[slot + 1]
  return kwh and math.max(0, kwh - params.own_use)
end

local function sell_ahead(info)
  local soon, later = info.slot + LATE, info.slot + EARLY
  if params.hedge == "none" then return end
  if to_sell(params.early, later) then trade(later, kw(to_sell(params.early, later), info), "early") end
  if params.hedge ~= "both" or not to_sell(params.late, soon) then return end
  for _, order in ipairs(trading.orders { slot = soon, state = "active" }) do trading.cancel { order = order } end
  trade(soon, kw(to_sell(params.late, soon) - trading.position { slot = soon }.net_sold_kWh, info), "late")
end

-- What the sun gives beyond what was promised goes to the street, the cold store included.
local function sell_locally(info)
  local promised = trading.position { slot = info.slot }.net_sold_kWh
  for _, asset in ipairs(info.assets) do
    if asset.role == "producer" then
      local surplus = asset.available_energy_kWh - math.max(0, promised)
      if surplus > 0.001 then grid.batch:offer_energy_rate(asset, surplus, 9) end
    elseif asset.role == "storage" then
      if asset.soc < 0.95 then grid.batch:bid_energy_rate(asset, "all", 12) end
      if asset.soc > 0.15 then grid.batch:offer_energy_rate(asset, "all", 16) end
    else
      grid.batch:bid_energy_rate(asset, "all", 36)
    end
  end
end

return {
  on_market_cycle = sell_locally,
  on_tick = function(info) -- in the middle of a slot, when those who quote have quoted
    if info.tick * 2 == info.ticks_per_slot then sell_ahead(info) end
  end,
}
