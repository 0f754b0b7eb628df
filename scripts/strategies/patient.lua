-- patient.lua — start greedy, give way as the slot runs out, and never do worse than the utility
--
-- The utility sells at the market maker rate and buys at the feed-in tariff, and the grid fees on the way to it
-- count as well (lib/outside.lua). So `dear` is the most a neighbour's energy can be worth to us, `cheap` the least our own; between the two
-- there is something to share. The last rate is reached at 70 % of the slot, in time to travel.

local outside = require "outside"
local own_use = require "own_use"
local settlement = require "settlement"

-- What was measured and not planned is settled within the same limits.
local function limits(asset, market)
  return outside.sell_rate(asset, market), outside.buy_rate(asset, market)
end

local settle

local function quote(market)
  local batch = grid.batch
  local hurry = math.min(1, market.slot_completion / 0.7)
  settle = settle or settlement.new(market, market.assets, limits)
  settle(market)
  for _, asset in ipairs(market.assets) do
    local dear, cheap = outside.buy_rate(asset, market), outside.sell_rate(asset, market)
    local middle = (dear + cheap) / 2

    local role = asset.role
    if role == "consumer" or role == "prosumer" then
      own_use.bid(asset, cheap + (dear - cheap) * hurry)
    end
    if role == "producer" or role == "prosumer" then
      own_use.offer(asset, dear - (dear - cheap) * hurry)
    end
    if role == "storage" then -- buys below the middle, sells above it
      batch:bid_energy_rate(asset, "all", cheap + (middle - 1 - cheap) * hurry)
      batch:offer_energy_rate(asset, "all", dear - (dear - middle - 1) * hurry)
    end
  end
end

local function open(market)
  own_use.plan(market, market.assets)
  quote(market)
end

return { on_market_cycle = open, on_tick = quote }
