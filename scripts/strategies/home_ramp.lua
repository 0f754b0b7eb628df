-- home_ramp.lua — for whole homes: the template strategies, and what the home makes serves its own loads first
--
-- The templates trade each asset by itself, whoever owns it. So a neighbour may take the energy of a home's panels
-- cheaply while its own load has to buy dearly later in the slot. Here loads, panels and meters of one home trade with
-- each other when the slot opens (lib/own_use.lua); what is left, batteries, chargers and heat pumps trade by
-- load_ramp, pv_ramp, meter_ramp, ev_ramp (which trades batteries as storage_ramp does) and heat_pump_ramp. Runs any
-- number of homes.

local own_use = require "own_use"

local kinds = { "consumer", "producer", "prosumer", "storage", "heat_pump" }
local template_of = {
  consumer = require "load_ramp",
  producer = require "pv_ramp",
  prosumer = require "meter_ramp",
  storage = require "ev_ramp",
  heat_pump = require "heat_pump_ramp",
}

local now -- what the running callback was given
local seats -- templates and what each of them sees: the same with fewer assets
local fixed = {} -- all but heat pumps, which can wait

local function seat(template, assets)
  local seen = setmetatable({ assets = assets }, { __index = function(_, key) return now[key] end })
  seats[#seats + 1] = { template = template, seen = seen }
end

local function take_seats(info)
  local lists = {}
  for _, kind in ipairs(kinds) do lists[kind] = {} end
  for _, asset in ipairs(info.assets) do
    local list = lists[asset.type] or lists[asset.role]
    if list then list[#list + 1] = asset end
    if list ~= lists.heat_pump then fixed[#fixed + 1] = asset end
  end
  seats = {}
  for _, kind in ipairs(kinds) do
    if #lists[kind] > 0 then seat(template_of[kind], lists[kind]) end
  end
end

-- The next call is due when the first of the templates has something to do.
local function run(callback)
  local due = math.huge
  for _, s in ipairs(seats) do
    local _, at = s.template[callback](s.seen)
    due = math.min(due, at)
  end
  return "rest_until", due
end

return {
  every_tick = true,
  on_market_cycle = function(info)
    now = info
    if not seats then take_seats(info) end
    own_use.plan(info, fixed)
    return run("on_market_cycle")
  end,
  on_tick = function(info)
    now = info
    return run("on_tick")
  end,
}
