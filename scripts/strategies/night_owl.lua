-- night_owl.lua — like patient.lua, but the battery waits for the dear hours
--
-- It learns what each hour of the day costs (lib/prices.lua). Stored energy is worth what it saves in the dearest
-- hours; so the battery buys up to that less a margin when the hour is cheap, and sells only when the hour is dear or
-- somebody pays the full price. Parameters: margin (2 ct/kWh between buying and selling), hours (6 dearest hours).

local outside = require "outside"
local own_use = require "own_use"
local prices = require "prices"
local settlement = require "settlement"
local settle

local low_hours, high_hours, now -- what the cheapest and dearest hours and this one cost; set once a slot

-- What the battery pays at most and asks at least in this hour.
local function storage_limits(cheap, dear)
  local margin = params.margin or 2
  local worth = math.max(high_hours, low_hours + margin)
  if now >= high_hours - margin then -- the hour it was kept for
    return cheap, math.max(worth - margin, (low_hours + high_hours) / 2)
  end
  return math.min(worth - margin, now + margin), dear
end

-- What was measured and not planned is settled within what the utility asks and pays.
local function limits(asset, market)
  return outside.sell_rate(asset, market), outside.buy_rate(asset, market)
end

local function quote(market)
  local batch = grid.batch
  local hurry = math.min(1, market.slot_completion / 0.7)
  settle = settle or settlement.new(market, market.assets, limits)
  settle(market)
  for _, asset in ipairs(market.assets) do
    local cheap, dear = outside.sell_rate(asset, market), outside.buy_rate(asset, market)
    local role = asset.role
    if role == "consumer" or role == "prosumer" then
      own_use.bid(asset, cheap + (dear - cheap) * hurry)
    end
    if role == "producer" or role == "prosumer" then
      own_use.offer(asset, dear - (dear - cheap) * hurry)
    end
    if role == "storage" then
      local most, least = storage_limits(cheap, dear)
      batch:bid_energy_rate(asset, "all", cheap + (math.max(most, cheap) - cheap) * hurry)
      batch:offer_energy_rate(asset, "all", dear - (dear - math.min(least, dear)) * hurry)
    end
  end
end

local function open(market)
  state.prices = prices.follow(state.prices, market)
  low_hours, high_hours = prices.extremes(state.prices, params.hours or 6)
  now = prices.at(state.prices, market.hour)
  own_use.plan(market, market.assets)
  quote(market)
end

return { on_market_cycle = open, on_tick = quote }
