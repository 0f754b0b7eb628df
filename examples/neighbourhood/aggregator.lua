-- Charges the cars of all homes that agree to it: in the cheapest slots before they leave, as far as anybody has said
-- what those will cost, and within the limits that it has accepted. It knows nothing of the operator but its signals.

local outside = require "outside"
local plan = require "plan"

local wishes = {} -- by car: kWh that it takes in this slot, at any price
local answered = {} -- events that are over and reported, by id

-- What a slot costs before signals. Fees are known for now only: of later slots the lowest that was seen is hoped for.
local function price_of(now, current)
  state.lowest = math.min(state.lowest or current, current)
  return function(hour) return hour.slot == now and current or state.lowest end
end

local function wish(car, info)
  if car.due_energy_kWh == 0 then return 0 end
  local energies = plan.cheapest {
    need_kWh = car.due_energy_kWh,
    max_kW = car.params.maximum_power_rating_kW,
    hours = coord.hours { resource = car },
    last = math.floor(car.due_hours * 60 / info.slot_minutes),
    price = price_of(info.slot, outside.buy_rate(car, info)),
    slot_minutes = info.slot_minutes,
  }
  return energies[1] or 0
end

-- Reports events whose last slot is over.
local function report(info)
  for _, event in ipairs(coord.events {}) do
    local last = event.points[#event.points].slot
    if last < info.slot and not answered[event.id] then
      answered[event.id] = true
      coord.report { event = event }
    end
  end
end

local function quote(info)
  local hurry = math.min(1, info.slot_completion / 0.7)
  for _, car in ipairs(info.assets) do
    local left = math.min((wishes[car.name] or 0) - car.energy_traded, car.energy_to_buy + car.energy_active_in_bids)
    if left > 1e-6 then
      local cheap, dear = outside.sell_rate(car, info), outside.buy_rate(car, info)
      grid.batch:bid_energy_rate(car, left, cheap + (dear - cheap) * hurry)
    end
  end
end

return {
  on_event = function(event)
    if event.kind == "eligibility" then coord.enrol {} end
    if event.kind == "limit" then coord.acknowledge { event = event } end
  end,
  on_market_cycle = function(info)
    for _, car in ipairs(info.assets) do wishes[car.name] = wish(car, info) end
    quote(info)
    report(info)
  end,
  on_tick = quote,
}
