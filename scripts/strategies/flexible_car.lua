-- flexible_car.lua — a car that charges when it comes home, and waits while energy is dear
--
-- For storages that are cars: it buys and never sells. It knows what the utility's energy costs at its door now, grid
-- fees included, and what it cost in the last 24 hours. As long as now is at most `patience` above the cheapest of them, it
-- charges at full power; else it waits, and looks again after a time it draws, so that not all cars of a street come
-- back at the same moment. When the time left is only just enough to be ready, it waits no longer. Neighbours' energy
-- that is cheaper is taken at any time. Parameters:
--
--   arrives (17.5), leaves (7)   hours of the day (UTC) between which it is plugged in
--   target (0.8)                 how full it wants to be when it leaves, 0..1
--   patience (1)                 ct/kWh above the cheapest it has seen that are still worth it
--   pause (2)                    hours: it looks again after up to so long

local outside = require "outside"

local function hours_until(hour, from) return (hour - from) % 24 end

local function plugged_in(hour)
  local stay = hours_until(params.leaves or 7, params.arrives or 17.5)
  return hours_until(hour, params.arrives or 17.5) < stay
end

-- The cheapest price at the car's door in the last 24 hours, this slot's included.
local function cheapest(price, info)
  state.seen = state.seen or {}
  table.insert(state.seen, price)
  if #state.seen > 24 * 60 / info.slot_minutes then table.remove(state.seen, 1) end
  local low = price
  for _, seen in ipairs(state.seen) do low = math.min(low, seen) end
  return low
end

-- kWh that are still to be charged.
local function missing(car)
  return math.max(0, car.capacity_kWh * ((params.target or 0.8) - car.soc))
end

-- Whether it must go on without a break to be ready in time, with a slot to spare.
local function in_a_hurry(car, info)
  local slots = math.ceil(missing(car) / math.max(car.energy_to_buy, 1e-9)) + 1
  return hours_until(params.leaves or 7, info.hour) * 60 <= slots * info.slot_minutes
end

-- Decides once a slot whether the car takes the utility's energy in it.
local function wants(car, price, low, info)
  if in_a_hurry(car, info) then return true end
  if price > low + (params.patience or 1) then
    local longest = math.max(1, (params.pause or 2) * 60 // info.slot_minutes)
    state.resume = info.slot + math.random(1, longest)
    return false
  end
  return info.slot >= (state.resume or 0)
end

local ceiling -- what it pays at most in this slot; nil: it is not there, or full

-- While it waits, what a neighbour's surplus may cost: halfway between what that is worth to the utility and the
-- cheapest the car has seen.
local function surplus_price(car, low, info) return (outside.sell_rate(car, info) + low) / 2 end

local function quote(info)
  if not ceiling then return end
  local hurry = math.min(1, info.slot_completion / 0.7)
  for _, car in ipairs(info.assets) do
    local energy = math.min(missing(car), car.energy_to_buy + car.energy_active_in_bids)
    local cheap = math.min(ceiling, outside.sell_rate(car, info))
    if energy > 1e-6 then grid.batch:bid_energy_rate(car, energy, cheap + (ceiling - cheap) * hurry) end
  end
end

return {
  on_market_cycle = function(info)
    local car = info.assets[1]
    local price = outside.buy_rate(car, info)
    local low = cheapest(price, info)
    ceiling = nil
    if plugged_in(info.hour) and missing(car) > 1e-6 then
      ceiling = wants(car, price, low, info) and price or surplus_price(car, low, info)
    end
    quote(info)
  end,
  on_tick = quote,
}
