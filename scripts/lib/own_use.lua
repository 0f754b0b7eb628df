-- own_use.lua — what a home makes serves its own loads first, as behind a meter; only what is left is traded
--
-- Rates that give way over a slot meet whoever gives way faster: without this a home's energy may go to a neighbour
-- for 20 ct/kWh while its own load still bids less, and has to buy the same amount for 35 when the slot ends. So
-- when a slot opens, loads and panels of one market place beforehand what they can trade with each other, all at the
-- same rate: half-way between what the utility pays and asks. An order waits in its own market before others see it
-- (offer_age, bid_age), so this part is gone before a neighbour could take it; with ages of 0 one that bids high at
-- once may be first. What is left of the bid or the offer is an order beside it.
--
-- Inside of a home a rate only moves money from one pocket to the other, so first and last rates of assets do not
-- count for this part. Call plan() once in on_market_cycle, then bid and offer with the functions below.

local outside = require "outside"
local own_use = {}

local homes -- by market: its buyers and sellers
local planned -- by side and asset: what it trades with its own home, micro-Wh; gone once it is placed
local left, rate = {}, {} -- by asset: what is left for others, micro-Wh; the rate inside of the home, ct/kWh

-- A device with a rate of its own, like a diesel generator, keeps that.
local function find_homes(assets)
  local found, by_area = {}, {}
  for _, asset in ipairs(assets) do
    local role = asset.role
    local buys = role == "consumer" or role == "prosumer"
    local sells = role == "prosumer" or role == "producer" and not asset.sell_rate
    if buys or sells then
      local home = by_area[asset.area] or { bid = {}, offer = {} }
      if not by_area[asset.area] then found[#found + 1] = home end
      by_area[asset.area] = home
      if buys then home.bid[#home.bid + 1] = asset end
      if sells then home.offer[#home.offer + 1] = asset end
    end
  end
  return found
end

-- Whole micro-Wh, as the market counts: sums and differences are exact.
local function counted(kWh) return math.floor(kWh * 1e9 + 0.5) end
local function bid_total(asset) return asset.enabled and counted(asset.energy_requirement_kWh) or 0 end
local function offer_total(asset) return asset.enabled and counted(asset.available_energy_kWh) or 0 end

local function sum(assets, total)
  local all = 0
  for _, asset in ipairs(assets) do all = all + total(asset) end
  return all
end

local function bid_rate(asset, market)
  return (outside.sell_rate(asset, market) + outside.buy_rate(asset, market)) / 2
end
local function offer_rate(asset, market)
  return outside.without_own_fee(bid_rate(asset, market), asset, market)
end

-- Shares `energy` out among the assets of one side, the first ones first.
local function share(side, assets, energy, total, rate_of, market)
  for _, asset in ipairs(assets) do
    local own = math.min(total(asset), energy)
    energy = energy - own
    planned[side][asset] = own > 0 and own or nil
    left[asset], rate[asset] = total(asset) - own, rate_of(asset, market)
  end
end

--- For on_market_cycle: finds out what the assets' homes can use themselves in this slot.
function own_use.plan(market, assets)
  homes, planned = homes or find_homes(assets), { bid = {}, offer = {} }
  for _, home in ipairs(homes) do
    local energy = math.min(sum(home.bid, bid_total), sum(home.offer, offer_total))
    if energy > 0 then
      share("bid", home.bid, energy, bid_total, bid_rate, market)
      share("offer", home.offer, energy, offer_total, offer_rate, market)
    end
  end
end

local function send(side, ...)
  local batch = grid.batch
  if side == "bid" then return batch:bid_energy_rate(...) end
  return batch:offer_energy_rate(...)
end

--- Places what the asset trades with its own home, if that is still to be done in this slot.
-- side: "bid" or "offer"
-- Returns the energy (kWh, maybe 0, or "all") of its order for everybody else, and that order's replace_existing.
function own_use.first(side, asset)
  local own = planned and planned[side][asset]
  if not own then return "all", true end
  planned[side][asset] = nil
  send(side, asset, own / 1e9, rate[asset])
  return left[asset] / 1e9, false
end

local function place(side, asset, at)
  local energy, replace = own_use.first(side, asset)
  if energy ~= 0 then return send(side, asset, energy, at, replace) end
end

--- Bids for all that is needed, what the home has itself first. Returns what the batch said of the order for others;
-- nothing when there is none to place at first.
function own_use.bid(asset, at) return place("bid", asset, at) end

--- Offers all there is, what the home needs itself first. Returns the same.
function own_use.offer(asset, at) return place("offer", asset, at) end

--- What places an order, called as (grid.batch, asset, "all", rate): the batch's own function in a script that
-- plans nothing, else one that trades with the home first.
function own_use.placing(side)
  local batch = grid.batch
  if not planned then return side == "bid" and batch.bid_energy_rate or batch.offer_energy_rate end
  return function(_, asset, _, at) return place(side, asset, at) end
end

return own_use
