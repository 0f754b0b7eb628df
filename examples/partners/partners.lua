-- Trades with friends first: params.partners are names of assets or of areas (all below them), params.green asks for
-- energy from the sun. Late in a slot anybody else will do.

local outside = require "outside" -- the utility's rates, grid fees counted

-- Any one of the list must hold, and all that one says.
local function requirements(asset, market)
  local list = {}
  if params.partners then
    list[#list + 1] = { trading_partners = params.partners }
  end
  if params.green and asset.role == "consumer" then
    list[#list + 1] = { energy_type = { "PV" } }
  end
  if market.slot_completion >= 0.7 then
    list[#list + 1] = { trading_partners = { grid.tree } } -- the topmost market: whoever there is
  end
  return list
end

local function quote(market)
  for _, asset in ipairs(market.assets) do
    local cheap, dear = outside.sell_rate(asset, market), outside.buy_rate(asset, market)
    local give_way = (dear - cheap) * market.slot_completion / 0.9
    if asset.role == "consumer" then
      grid.batch:bid_energy_rate {
        asset = asset,
        energy = "all",
        rate = cheap + give_way,
        requirements = requirements(asset, market),
      }
    elseif asset.role == "producer" then
      grid.batch:offer_energy_rate {
        asset = asset,
        energy = "all",
        rate = dear - give_way,
        requirements = params.partners and requirements(asset, market),
      }
    end
  end
end

return { on_market_cycle = quote, on_tick = quote }
