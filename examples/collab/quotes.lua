-- quotes.lua — what an owner asks and pays: between the utility's two rates, giving way as the slot runs out

local outside = require "outside"

local quotes = {}

-- `eager` (0 .. 1) is how far it gives way in the first tick already.
function quotes.send(market, eager)
  local batch = grid.batch
  local hurry = math.min(1, eager + (1 - eager) * market.slot_completion / 0.7)
  for _, asset in ipairs(market.assets) do
    local dear, cheap = outside.buy_rate(asset, market), outside.sell_rate(asset, market)
    local middle = (dear + cheap) / 2
    if asset.role == "consumer" then
      batch:bid_energy_rate(asset, "all", cheap + (dear - cheap) * hurry)
    elseif asset.role == "producer" then
      batch:offer_energy_rate(asset, "all", dear - (dear - cheap) * hurry)
    elseif asset.role == "storage" then
      batch:bid_energy_rate(asset, "all", cheap + (middle - 1 - cheap) * hurry)
      batch:offer_energy_rate(asset, "all", dear - (dear - middle - 1) * hurry)
    end
  end
end

return quotes
