-- plan.lua — when to use energy that can wait, under the signals of a grid operator
--
-- `hours` are slots in their order, as coord.hours gives them: each may have a delta (ct/kWh, added to the price) and a
-- limit_kW. What comes back is a list of energies (kWh), one a slot.

local plan = {}

local function hours_of(what, name)
  if type(what) ~= "table" or type(what.hours) ~= "table" then error(name .. ": hours is missing", 3) end
  return what.hours, (what.slot_minutes or 15) / 60
end

-- What a slot takes at most.
local function room(hour, max_kW, length) return math.min(max_kW, hour.limit_kW or max_kW) * length end

--- The cheapest slots for `need_kWh` with a device of `max_kW`, limits kept: of slots that cost the same the earlier one.
-- `price`: ct/kWh without signals, a number or a function of the hour (0). `last`: only so many slots. Also gives back
-- what does not fit.
function plan.cheapest(what)
  local hours, length = hours_of(what, "plan.cheapest")
  local price, count = what.price or 0, math.min(what.last or #hours, #hours)
  local order, energies, left = {}, {}, what.need_kWh
  for i = 1, count do
    local base = type(price) == "function" and price(hours[i]) or price
    order[i] = { index = i, cost = base + (hours[i].delta or 0) }
    energies[i] = 0
  end
  table.sort(order, function(a, b)
    if a.cost ~= b.cost then return a.cost < b.cost end
    return a.index < b.index
  end)
  for _, slot in ipairs(order) do
    local energy = math.min(left, room(hours[slot.index], what.max_kW, length))
    energies[slot.index] = energy
    left = left - energy
  end
  return energies, left
end

--- The energies of a plan cut to the limits, and how much was cut off.
function plan.under(what)
  local hours, length = hours_of(what, "plan.under")
  local kept, cut = {}, 0
  for i, energy in ipairs(what.energies) do
    kept[i] = hours[i] and math.min(energy, room(hours[i], math.huge, length)) or energy
    cut = cut + energy - kept[i]
  end
  return kept, cut
end

return plan
