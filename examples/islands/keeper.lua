-- keeper.lua — a home whose battery keeps a part of its charge for the hours in which the street is an island
--
-- Loads and panels trade as with strategies/patient.lua: the home's own use first, then from the utility's one rate to
-- the other over the slot.
-- The battery sells what it has above params.keep; once a market on the way to the utility is cut off it sells all.

local outside = require "outside"
local own_use = require "own_use"

-- Whether the way from the asset's market up to the root is cut anywhere.
local function on_an_island(asset)
  local area = asset.area
  while area do
    if not area.connected then return true end
    area = area.parent
  end
  return false
end

local function quote(market)
  local batch = grid.batch
  local hurry = math.min(1, market.slot_completion / 0.7)
  for _, asset in ipairs(market.assets) do
    local dear, cheap = outside.buy_rate(asset, market), outside.sell_rate(asset, market)
    if asset.role == "consumer" then
      own_use.bid(asset, cheap + (dear - cheap) * hurry)
    elseif asset.role == "producer" then
      own_use.offer(asset, dear - (dear - cheap) * hurry)
    elseif asset.role == "storage" then
      local middle = (dear + cheap) / 2
      local spare = asset.used_storage - (params.keep or 0.5) * asset.capacity_kWh
      batch:bid_energy_rate(asset, "all", cheap + (middle - 1 - cheap) * hurry)
      if on_an_island(asset) then
        batch:offer_energy_rate(asset, "all", dear - (dear - middle) * hurry)
      elseif spare > 0 and asset.energy_to_sell + asset.energy_active_in_offers > 0 then
        local energy = math.min(spare, asset.energy_to_sell + asset.energy_active_in_offers)
        batch:offer_energy_rate { asset = asset, energy = energy, rate = dear - (dear - middle) * hurry,
          replace_existing = true }
      end
    end
  end
end

local function open(market)
  own_use.plan(market, market.assets)
  quote(market)
end

-- What has happened is told, too: here it only goes into the log.
local function tell(message)
  if message.event == "disconnect" or message.event == "connect" then
    state.told = (state.told or 0) + 1
  end
end

return { on_market_cycle = open, on_tick = quote, on_event_or_response = tell }
