-- ev_ramp.lua — the template strategy of chargers: a storage's bid and offer, and more for what cannot wait
--
-- Bids and offers are those of storage_ramp (lib/storage.lua): 0 to 24.9, 30 to 25 ct/kWh. In slots in which a car has
-- to charge to be ready when it leaves (energy_need_kWh), its bids go on to the utility's rate with the grid fees on
-- the way, unless the scenario names a final_buying_rate, or has compat = "gsy-e": there such bids end at 24.9 too. With
-- use_market_maker_rate they go on from the moment the car is plugged in. Runs any number of chargers, and of other
-- stores whose owners take energy out (electrolyzers).

local outside = require "outside"
local storage = require "storage"

local function rates(charger, info)
  local p = charger.params
  local first, last = storage.buying_rates(charger)
  -- Who has something to sell keeps the bid below the offer.
  if charger.energy_to_sell > 0 then return first, last, true end
  local must = charger.energy_need_kWh > 0 and p.final_buying_rate == nil and info.compat ~= "gsy-e"
  if must or p.use_market_maker_rate then return first, outside.buy_rate(charger, info), true end
  return first, p.final_buying_rate or last, true
end

return storage.callbacks(function(charger) return charger.params.cap_price_strategy == true end, rates)
