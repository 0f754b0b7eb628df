-- The operator of the street's connection, with one of four answers to too much sun and too many cars (params.signals):
--
--   none     looks on
--   fees     a grid fee that follows what flows through the connection: it rules the next slot, and nobody knows it
--            before
--   curves   price curves for the whole day, published at six in the morning: cheap when the sun is high, dear when the
--            cars come home. Cars are split into four groups whose cheapest hours follow one another, so that they do
--            not all start at the same minute.
--   limits   when the connection takes more than it should, a limit for every car, for two hours at a time until the
--            evening is over

local fees = require "fees"

local HIGH_kW = 25 -- through the connection: more is too much
local GROUPS = 4
local seen = { import = 0, export = 0 } -- of the last slot, kW

-- Asks the market what went through the connection in the slot that is over.
local function look(info)
  grid.batch:dso_market_stats(info.markets[1])
  local stats = grid.batch:execute()[1].market_stats
  local through = stats and stats.area_throughput
  if through then
    seen.import = through.import * 60 / info.slot_minutes
    seen.export = through.export * 60 / info.slot_minutes
  end
end

local function by_fee(info)
  local fee = 4
  if seen.export > HIGH_kW then fee = 0 end
  if seen.import > HIGH_kW then fee = 12 end
  fees.set(info.markets[1], fee, info)
end

-- The cars of group number `group`, of 1 to GROUPS.
local function members(group)
  local list = {}
  for i, resource in ipairs(coord.resources {}) do
    if resource.enrolled and (i - 1) // 2 % GROUPS + 1 == group then list[#list + 1] = resource end
  end
  return list
end

local function by_curve(info)
  if info.hour ~= 6 then return end
  coord.program { name = "Sunday", kind = "price" }
  for group = 1, GROUPS do
    local noon, night = info.slot + 10 + 4 * group, info.slot + 60 + 8 * group
    coord.event {
      program = "Sunday",
      resources = members(group),
      points = {
        { slot = noon, slots = 8, delta = -12 }, -- two hours, from half past nine, half past ten, ...
        { slot = info.slot + 42, slots = 22, delta = 15 }, -- half past four to ten
        { slot = night, slots = 8, delta = -3 }, -- two hours, from eleven, one, three, five
      },
    }
  end
end

local function by_limit(info)
  local busy = seen.import > HIGH_kW or (state.limited_until and seen.import > HIGH_kW / 2)
  if not busy or info.slot < (state.limited_until or 0) then return end
  state.limited_until = info.slot + 8
  coord.program { name = "Evening", kind = "limit" }
  coord.event { program = "Evening", points = { { slot = info.slot + 1, slots = 8, limit_kW = 2.3 } } }
end

local answers = { none = function() end, fees = by_fee, curves = by_curve, limits = by_limit }
local answer = answers[params.signals]
if not answer then error("signals must be none, fees, curves or limits, not " .. tostring(params.signals), 0) end

return {
  on_market_cycle = function(info)
    look(info)
    answer(info)
  end,
  on_acknowledge = function(reply)
    if not reply.accepted then print(("%s does not keep limit %d"):format(reply.resource, reply.event)) end
  end,
}
