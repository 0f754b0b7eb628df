-- outside.lua — what energy from the utility costs at an asset, and what energy sold to the utility earns there
--
-- Both ways all markets from the asset's own up to the utility's take their fee, and both kinds of fees count
-- from what the seller gets:
--
--   constant     the buyer pays the seller's rate + the sum of the fees
--   percentage   the buyer pays the seller's rate * (1 + the sum of the percentages)
--
-- So an order at one of these rates trades with the utility, and a better one than the utility beats it.

local outside = {}

-- Of all markets up to `target`; of the asset's own alone without one.
local function fees(asset, target) return grid.calculate_grid_fee(asset, target, "running_market_fee") end

-- Rounded down to what the market counts in, so that with the fees on top it is no more than `rate`.
local function less(rate, fee, info)
  if info.fees == "percentage" then return math.floor(rate / (1 + fee / 100) * 1e6) / 1e6 end
  return math.max(0, rate - fee)
end

--- What a buyer at the asset's market pays for energy that is sold at `rate` (ct/kWh) outside.
function outside.with_fees(rate, asset, info)
  if info.fees == "percentage" then return rate * (1 + fees(asset, grid.tree) / 100) end
  return rate + fees(asset, grid.tree)
end

--- What a seller at the asset's market gets when a buyer outside pays `rate` (ct/kWh); never below 0.
function outside.without_fees(rate, asset, info) return less(rate, fees(asset, grid.tree), info) end

--- What a seller gets when a buyer in the asset's own market pays `rate` (ct/kWh); never below 0.
function outside.without_own_fee(rate, asset, info) return less(rate, fees(asset), info) end

--- What energy from the utility costs (ct/kWh); where it has no rate, 30 is taken for it.
function outside.buy_rate(asset, info)
  return outside.with_fees(info.market_maker_rate or 30, asset, info)
end

--- What energy sold to the utility earns (ct/kWh); where it has no tariff, 0 is taken for it.
function outside.sell_rate(asset, info)
  return outside.without_fees(info.feed_in_tariff_rate or 0, asset, info)
end

return outside
