-- ramp.lua — rates that move step by step from a first to a last one within a slot, for many assets
--
--   n        = max(int(slot / update_interval) - 1, 1)
--   step     = (initial - final) / n, or the given step per update with fit_to_limit = false
--   rate(k)  = initial - step * k, bids never above final, offers never below
--   update k = 0, 1, 2 ... is due when seconds_into_slot >= update_interval * k
--
-- In one-sided markets a bid is the limit up to which its owner buys, and the reference exchange raises k before the
-- purchase reads it: there the limit from update k on is rate(k + 1).
--
-- Everything is kept in plain lists by number, so that a tick makes nothing new: one bid or offer for all that is
-- left of each asset, which takes the place of the one before.

local own_use = require "own_use"
local random = math.random
local ramp = {}

local function given(value, default)
  if value == nil then return default end
  return value
end

-- Seconds between updates: at least a minute and at least a tick, unless the scenario names minutes. What has a rate
-- of its own keeps it for the slot.
local function interval_of(asset, info)
  if asset.sell_rate then return info.slot_minutes * 60 end
  local minutes = asset.params.update_interval
  return minutes and minutes * 60 or math.max(60, info.tick_seconds)
end

-- Assets in the order of their intervals: those with the same interval share one counter k.
local function by_interval(assets, info)
  local lists, intervals = {}, {}
  for _, asset in ipairs(assets) do
    local seconds = interval_of(asset, info)
    local key = string.format("%012.3f", seconds)
    if not lists[key] then
      lists[key] = { seconds = seconds }
      intervals[#intervals + 1] = key
    end
    lists[key][#lists[key] + 1] = asset
  end
  table.sort(intervals)
  local groups, ordered = {}, {}
  for _, key in ipairs(intervals) do
    local list = lists[key]
    groups[#groups + 1] =
      { seconds = list.seconds, k = 0, first = #ordered + 1, last = #ordered + #list }
    for _, asset in ipairs(list) do ordered[#ordered + 1] = asset end
  end
  return groups, ordered
end

--- One side of some assets.
-- side: "bid" or "offer"
-- rates(asset, info): first rate, last rate, and when to ask again: false (never, unless a rate in the asset's
-- params varies), true (in each slot), "slot" (likewise, and the order then stays as it is for the slot, so that
-- it loses neither its place nor its age) or "update" (whenever time has come for an update)
-- Returns two functions: start(info) for on_market_cycle, move(info[, seconds into the slot]) for on_tick. Both return
-- the second of the slot in which the next update comes: return "rest_until" and that, and the host asks no earlier.
function ramp.new(info, side, assets, rates)
  local batch = grid.batch
  local place = own_use.placing(side)
  local up = side == "bid"
  local ahead = up and info.market_kind == "one_sided" and 1 or 0
  local groups, list, initial, final, step, steps
  local again, often -- which of them are asked again in each slot, and at each update
  local stays -- stays[i]: placed when the slot starts and then left alone
  local done -- done[i]: nothing more to place in this slot
  local changes = 0 -- scheduled ones that were there when the params were read
  local due = 0 -- seconds into the slot when the next update of any asset comes

  -- Asks for the rates of asset i; steps[i] is in how many steps they fit, or false when the step is given.
  local function ask(i, now)
    local asset = list[i]
    local first, last, varies = rates(asset, now)
    initial[i], final[i] = first, last
    if steps[i] then
      step[i] = (first - last) / steps[i]
    elseif up then
      step[i] = -given(asset.params.energy_rate_increase_per_update, 1)
    else
      step[i] = given(asset.params.energy_rate_decrease_per_update, 1)
    end
    return varies or asset.rates_vary
  end

  -- Reads the params of all assets: at first, and after a scheduled change.
  local function read(now)
    groups, list = by_interval(assets, now)
    initial, final, step, steps, again, often, stays, done = {}, {}, {}, {}, {}, {}, {}, {}
    changes = now.changes
    for _, group in ipairs(groups) do
      local n = math.max(now.slot_minutes * 60 // group.seconds - 1, 1)
      for i = group.first, group.last do
        steps[i] = given(list[i].params.fit_to_limit, true) and n
        local varies = ask(i, now)
        if varies then again[#again + 1] = i end
        if varies == "update" then often[#often + 1] = i end
        stays[i] = varies == "slot"
      end
    end
  end

  read(info)

  -- Every asset passes here in every tick, hence the locals. Within a slot what is left of an asset only falls: one of
  -- which nothing is left is not asked again.
  local function place_some(from, to, k, opening)
    local place, batch, list, initial, step, final = place, batch, list, initial, step, final
    local done = done
    for i = from, to do
      if opening or not done[i] then
        local rate, last = initial[i] - step[i] * k, final[i]
        if up then
          if rate > last then rate = last end
        elseif rate < last then
          rate = last
        end
        local sent = place(batch, list[i], "all", rate)
        if opening or not sent then done[i] = stays[i] or sent == false end
      end
    end
  end

  -- The assets belong to many owners, and at equal rates time decides: whose order comes first is drawn.
  local function update(seconds)
    due = math.huge
    for g = 1, #groups do
      local group = groups[g]
      local k = group.k
      if seconds >= group.seconds * k then
        group.k = k + 1
        local from = random(group.first, group.last)
        place_some(from, group.last, k + ahead, k == 0)
        place_some(group.first, from - 1, k + ahead, k == 0)
      end
      local following = group.seconds * group.k
      if following < due then due = following end
    end
  end

  local function start(now)
    if now.changes ~= changes then
      read(now)
    else
      for a = 1, #again do ask(again[a], now) end
    end
    for g = 1, #groups do groups[g].k = 0 end
    update(now.seconds_into_slot)
    return due
  end

  -- Most ticks bring no update. Who has read the seconds for another side hands them in.
  local function move(now, seconds)
    seconds = seconds or now.seconds_into_slot
    if seconds < due then return due end
    for a = 1, #often do ask(often[a], now) end
    update(seconds)
    return due
  end

  return start, move
end

--- Those of the assets that have the role.
function ramp.of_role(assets, role)
  local list = {}
  for _, asset in ipairs(assets) do
    if asset.role == role then list[#list + 1] = asset end
  end
  return list
end

ramp.given = given
return ramp
