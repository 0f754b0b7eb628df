-- fee_aware.lua — looks at what a kWh costs at its own door, fees of all markets on the way included, and lets
-- everything that can wait for the hours in which that is low
--
-- It remembers the cost at the door by the hour; a fee that is high now, or was yesterday at this hour, keeps its car
-- and its battery from buying and lets the battery sell.

local home = require "home"
local hours = require "hours"
local low, mean, high -- of the cost at the door over the day

return home.strategy {
  open = function(now)
    state.door = state.door or hours.new(function() return now.dear end)
    hours.learn(state.door, now.info.hour, now.dear, 0.5)
    low, mean, high = hours.range(state.door)
  end,
  load = function(now) return home.ramp(now, now.cheap, now.dear, 2) end,
  panel = function(now) return home.ramp(now, now.dear, now.cheap, 2) end,
  car = function(now, car) -- bargains at any time; at the cheap hours' price a share of what is due, not all at once
    if now.dear > low + 1 or now.late < 0.8 then return home.ramp(now, now.cheap, low - 4) end
    local slots = math.max(1, (car.due_hours or 6) * 60 / now.info.slot_minutes)
    return now.dear, 2 * (car.due_energy_kWh or car.energy_requirement_kWh) / slots
  end,
  battery = function(now, battery)
    local pays = high > low + 14 -- what is lost on the way through the battery, and something to gain
    local fill = math.max(0, 0.6 * battery.capacity_kWh - battery.used_storage) -- the rest is for the sun
    local ask = now.dear > mean + 1 and mean or high
    if pays and now.dear < low + 1 and fill > 0 then return home.ramp(now, now.cheap, now.dear, 2), high, fill end
    return home.ramp(now, now.cheap, math.min(low, now.middle), 2), home.ramp(now, math.max(now.dear, ask), ask)
  end,
}
