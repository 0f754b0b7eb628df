-- cheap_hours.lua — for homes with a car or a heat pump: what can wait is bought in the cheap hours
--
-- It remembers what the utility asked at each hour of the day and learns what the market paid (lib/prices.lua).
--
-- A car that must leave with some energy (due_energy_kWh within due_hours) charges in the cheapest of the slots that
-- are left, as many as it takes; among those that cost about the same it draws, so that not all cars of a street start
-- at once. In other slots it only takes what is cheaper than the slots it waits for. A heat pump fills its tank in
-- hours in which the utility is clearly cheaper than on average, takes bargains at any time, and else keeps warm.
-- What cannot wait (energy_need_kWh) is always bought, at the utility's rate and fees if need be. Loads, panels and
-- batteries are traded as in patient.lua.
--
-- Parameters: extra (ct/kWh): what energy beyond the car's need is worth, default what the utility pays;
-- margin (2 ct/kWh): rates closer than that count as the same.

local outside = require "outside"
local own_use = require "own_use"
local prices = require "prices"

local limits = {} -- by car: the most it pays in this slot
local slot_hour -- hour of the day at the start of the slot
local mean -- of the utility's rates seen so far, fees included
local bargain -- a rate that is worth taking at any hour
local fixed -- all but the heat pumps, which can wait

local function margin() return params.margin or 2 end

-- What a kWh is expected to cost at an hour: what the market pays, and never more than the utility asked then.
local function expected(hour)
  local market, utility = prices.at(state.prices, hour), state.utility[math.floor(hour) % 24]
  return utility and math.min(market, utility) or market
end

-- Whether now is one of the `needed` cheapest of the next `slots`, and what the dearest of those costs.
local function is_chosen(slots, needed, hours)
  local now, rates, below, same = expected(slot_hour), {}, 0, 0
  for i = 1, slots do
    rates[i] = expected(slot_hour + (i - 1) * hours)
    if rates[i] < now - margin() then
      below = below + 1
    elseif rates[i] <= now + margin() then
      same = same + 1
    end
  end
  table.sort(rates)
  return math.random() * same < needed - below, rates[math.min(needed, slots)]
end

local function limit_of(car, market, cheap, dear)
  if car.energy_need_kWh > 0 then return dear end
  if car.due_energy_kWh == 0 or car.energy_to_buy == 0 then return cheap end
  local slots = math.max(1, math.floor(car.due_hours * 60 / market.slot_minutes + 0.5))
  local needed = math.ceil(car.due_energy_kWh / car.energy_to_buy)
  local chosen, marginal = is_chosen(slots, needed, market.slot_minutes / 60)
  return chosen and dear or math.min(marginal, dear)
end

local function trade_car(car, cheap, dear, hurry)
  local batch = grid.batch
  local room = car.energy_to_buy + car.energy_active_in_bids
  local energy, limit = math.min(car.due_energy_kWh, room), limits[car.name]
  if car.due_energy_kWh == 0 then -- it has what it needs, perhaps since a moment ago
    energy, limit = room, params.extra or cheap
  end
  if energy > 0 then batch:bid_energy_rate(car, energy, cheap + math.max(0, limit - cheap) * hurry) end
  if car.energy_to_sell > 0 then -- bidirectional: what lies above the minimum
    local least = math.max(limit + 1, (cheap + dear) / 2)
    batch:offer_energy_rate(car, "all", dear - (dear - math.min(least, dear)) * hurry)
  end
end

-- A consumer that can wait: first for a bargain, then only for what cannot.
local function trade_tank(pump, cheap, dear, hurry)
  local batch, most = grid.batch, math.max(cheap, math.min(bargain, dear))
  if dear < mean - margin() then
    batch:bid_energy_rate(pump, "all", cheap + (dear - cheap) * hurry)
  elseif hurry <= 0.7 then
    batch:bid_energy_rate(pump, "all", cheap + (most - cheap) * hurry / 0.7)
  elseif pump.energy_need_kWh > 0 then
    batch:bid_energy_rate(pump, pump.energy_need_kWh, most + (dear - most) * (hurry - 0.7) / 0.3)
  end
end

local function trade_battery(battery, cheap, dear, hurry)
  local middle = (cheap + dear) / 2
  grid.batch:bid_energy_rate(battery, "all", cheap + (middle - 1 - cheap) * hurry)
  grid.batch:offer_energy_rate(battery, "all", dear - (dear - middle - 1) * hurry)
end

local function quote(market)
  local hurry = math.min(1, market.slot_completion / 0.7)
  for _, asset in ipairs(market.assets) do
    local cheap, dear = outside.sell_rate(asset, market), outside.buy_rate(asset, market)
    if limits[asset.name] then
      trade_car(asset, cheap, dear, hurry)
    elseif asset.type == "heat_pump" then
      trade_tank(asset, cheap, dear, hurry)
    elseif asset.role == "consumer" then
      own_use.bid(asset, cheap + (dear - cheap) * hurry)
    elseif asset.role == "producer" then
      own_use.offer(asset, dear - (dear - cheap) * hurry)
    elseif asset.role == "storage" then
      trade_battery(asset, cheap, dear, hurry)
    end
  end
end

-- Remembers what the utility asks in this hour. Once it has seen a day, a bargain is what the utility never asked;
-- before that it is what the market is expected to pay in its cheapest hours.
local function remember(dear)
  local low, sum, seen = dear, 0, 0
  state.utility = state.utility or {}
  state.utility[math.floor(slot_hour) % 24] = dear
  for hour = 0, 23 do
    local rate = state.utility[hour]
    if rate then
      low, sum, seen = math.min(low, rate), sum + rate, seen + 1
    end
  end
  mean = sum / seen
  bargain = seen == 24 and low - 1 or prices.extremes(state.prices, 6)
end

local function open(market)
  slot_hour = market.hour
  state.prices = prices.follow(state.prices, market)
  if market.assets[1] then remember(outside.buy_rate(market.assets[1], market)) end
  for _, asset in ipairs(market.assets) do
    if asset.type == "ev_charger" then
      local cheap, dear = outside.sell_rate(asset, market), outside.buy_rate(asset, market)
      limits[asset.name] = limit_of(asset, market, cheap, dear)
    end
  end
  if not fixed then
    fixed = {}
    for _, asset in ipairs(market.assets) do
      if asset.type ~= "heat_pump" then fixed[#fixed + 1] = asset end
    end
  end
  own_use.plan(market, fixed)
  quote(market)
end

return { on_market_cycle = open, on_tick = quote }
