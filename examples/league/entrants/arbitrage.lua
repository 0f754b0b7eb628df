-- arbitrage.lua — a storage trader with a forecast: what a stored kWh is worth is what it will save in the dearest hour
-- that is not yet provided for
--
-- It expects of each hour what it was like before: how much the home lacks or has over, what the utility's energy
-- costs at the door, what neighbours pay. Room that the sun will fill is not filled from the grid before.

local home = require "home"
local hours = require "hours"
local AHEAD = 18 -- hours it looks ahead
local to_come, sun -- the hours ahead, the dearest first; what the sun will leave over in them, kWh

-- What the home lacks in this slot, kWh; below 0 it has energy over.
local function lack(assets)
  local sum = 0
  for _, asset in ipairs(assets) do
    if asset.role == "consumer" then sum = sum + asset.energy_requirement_kWh end
    if asset.role == "producer" then sum = sum - asset.available_energy_kWh end
  end
  return sum
end

-- The rate of the hour in which the last of `stored` kWh will be used; what is beyond them all is for neighbours.
local function worth(stored)
  for _, hour in ipairs(to_come) do
    stored = stored - math.max(0, hour.lack)
    if stored < 0 then return hour.rate end
  end
  local _, _, best = hours.range(state.paid)
  return 0.8 * best
end

local function open(now)
  local info, own = now.info, now.info.assets[1].area
  state.door = state.door or hours.new(function(h) return (h >= 17 and h < 21) and now.dear + 6 or now.dear end)
  state.lack = state.lack or hours.new(function() return 0.4 end)
  state.paid = state.paid or hours.new(function() return now.middle end)
  hours.learn(state.door, info.hour, now.dear, 1)
  hours.learn(state.lack, info.hour, lack(info.assets) * 60 / info.slot_minutes)
  local paid = (own.parent or own).last_market_stats.avg_trade_rate
  if paid then hours.learn(state.paid, info.hour - info.slot_minutes / 60, paid) end
  to_come, sun = {}, 0
  for h = info.hour + 1, info.hour + AHEAD do
    to_come[#to_come + 1] = { lack = hours.at(state.lack, h), rate = hours.at(state.door, h) }
    sun = sun + math.max(0, -hours.at(state.lack, h))
  end
  table.sort(to_come, function(a, b) return a.rate > b.rate end)
end

return home.strategy {
  open = open,
  load = function(now) return home.ramp(now, now.cheap, now.dear, 2) end,
  panel = function(now) return home.ramp(now, now.dear, now.cheap, 2) end,
  car = function(now) return home.ramp(now, now.cheap, math.min(now.dear, hours.range(state.door) - 1), 2) end,
  battery = function(now, battery)
    local value, room = worth(battery.used_storage - battery.reserve_kWh), battery.free_storage - sun
    local ask = home.ramp(now, math.max(now.dear, value + 1), value + 1, 2)
    if room <= 0 then return home.ramp(now, now.cheap, now.cheap + 4, 2), ask end
    return home.ramp(now, now.cheap, math.max(now.cheap, math.min(0.92 * value - 1, now.dear)), 2), ask, room
  end,
}
