-- flexible_car.lua — cars that charge when they come home, and wait while energy is dear
--
-- For storages that are cars: they buy and never sell. Each knows what the utility's energy costs at its door now, grid
-- fees included, and what it cost in the last 24 hours. As long as now is at most `patience` above the cheapest of them,
-- it charges at full power; else it waits, and looks again after a time it draws, so that not all cars of a street come
-- back at the same moment. When the time left is only just enough to be ready, it waits no longer. A neighbour's surplus
-- that is cheap is taken at any time. Parameters, the same for all cars of an agent:
--
--   arrives (17.5), leaves (7)   hours of the day (UTC) between which they are plugged in
--   target (0.8)                 how full they want to be when they leave, 0..1
--   patience (1)                 ct/kWh above the cheapest seen that are still worth it
--   pause (2)                    hours: a car looks again after up to so long

local outside = require "outside"
local ramp = require "ramp"

local function hours_until(hour, from) return (hour - from) % 24 end

local function plugged_in(hour)
  local stay = hours_until(params.leaves or 7, params.arrives or 17.5)
  return hours_until(hour, params.arrives or 17.5) < stay
end

-- The cheapest price at the car's door in the last 24 hours, this slot's included.
local function cheapest(seen, price, info)
  table.insert(seen, price)
  if #seen > 24 * 60 / info.slot_minutes then table.remove(seen, 1) end
  local low = price
  for _, rate in ipairs(seen) do low = math.min(low, rate) end
  return low
end

-- kWh that are still to be charged.
local function missing(car) return math.max(0, car.capacity_kWh * ((params.target or 0.8) - car.soc)) end

-- Whether it must go on without a break to be ready in time, with a slot to spare.
local function in_a_hurry(car, info)
  local slots = math.ceil(missing(car) / math.max(car.energy_to_buy, 1e-9)) + 1
  return hours_until(params.leaves or 7, info.hour) * 60 <= slots * info.slot_minutes
end

-- Whether the car takes the utility's energy in this slot.
local function wants(car, memory, price, low, info)
  if in_a_hurry(car, info) then return true end
  if price > low + (params.patience or 1) then
    local longest = math.max(1, (params.pause or 2) * 60 // info.slot_minutes)
    memory.resume = info.slot + math.random(1, longest)
    return false
  end
  return info.slot >= memory.resume
end

-- While it waits, what a neighbour's surplus may cost: halfway between what that is worth to the utility and the
-- cheapest the car has seen.
local function surplus_price(car, low, info) return (outside.sell_rate(car, info) + low) / 2 end

local cars -- list of { asset, ceiling }: what each pays at most in this slot; nil: it is not there, or full

local function decide(car, info)
  local name = car.asset.name
  local memory = state[name] or { seen = {}, resume = 0 }
  state[name] = memory
  local price = outside.buy_rate(car.asset, info)
  local low = cheapest(memory.seen, price, info)
  car.ceiling = nil
  if plugged_in(info.hour) and missing(car.asset) > 1e-6 then
    car.ceiling = wants(car.asset, memory, price, low, info) and price or surplus_price(car.asset, low, info)
  end
end

local function quote(info)
  local hurry = math.min(1, info.slot_completion / 0.7)
  for _, car in ipairs(cars) do
    local asset, ceiling = car.asset, car.ceiling
    local energy = math.min(missing(asset), asset.energy_to_buy + asset.energy_active_in_bids)
    if ceiling and energy > 1e-6 then
      local cheap = math.min(ceiling, outside.sell_rate(asset, info))
      grid.batch:bid_energy_rate(asset, energy, cheap + (ceiling - cheap) * hurry)
    end
  end
end

return {
  on_market_cycle = function(info)
    if not cars then
      cars = {}
      for _, asset in ipairs(ramp.of_role(info.assets, "storage")) do cars[#cars + 1] = { asset = asset } end
    end
    for _, car in ipairs(cars) do decide(car, info) end
    quote(info)
  end,
  on_tick = quote,
}
