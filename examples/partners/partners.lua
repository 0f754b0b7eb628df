-- Trades with friends first: params.partners are names of assets or of areas (all below them), params.green asks for
-- energy from the sun. Late in a slot anybody else will do.

local outside = require "outside" -- the utility's rates, grid fees counted
local own_use = require "own_use" -- what the home makes serves its own load before any friend

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
      local energy, replace = own_use.first("bid", asset)
      if energy ~= 0 then
        grid.batch:bid_energy_rate {
          asset = asset,
          energy = energy,
          rate = cheap + give_way,
          replace_existing = replace,
          requirements = requirements(asset, market),
        }
      end
    elseif asset.role == "producer" then
      local energy, replace = own_use.first("offer", asset)
      if energy ~= 0 then
        grid.batch:offer_energy_rate {
          asset = asset,
          energy = energy,
          rate = dear - give_way,
          replace_existing = replace,
          requirements = params.partners and requirements(asset, market),
        }
      end
    end
  end
end

local function open(market)
  own_use.plan(market, market.assets)
  quote(market)
end

return { on_market_cycle = open, on_tick = quote }
