-- heat_pump_ramp.lua — the template strategy of heat pumps: fills the tank while energy is cheap, else keeps it warm
--
-- In the first half of the slot it bids for all that fits into the tank, from initial_buying_rate (0) up to
-- preferred_buying_rate (30 ct/kWh). In the second half only for what keeps the tank above its minimum
-- (energy_need_kWh), up to final_buying_rate: what the utility and the fees cost, when the scenario names none, and
-- never less than the preferred rate. A step every update_interval (1 min, and at least a tick). Runs any number.

local outside = require "outside"
local ramp = require "ramp"
local pumps = {}

local function start(info)
  for _, asset in ipairs(ramp.of_role(info.assets, "consumer")) do
    local p = asset.params
    local seconds = p.update_interval and p.update_interval * 60 or math.max(60, info.tick_seconds)
    local steps = math.max(info.slot_minutes * 60 // seconds - 1, 1)
    pumps[#pumps + 1] = { asset = asset, seconds = seconds, steps = steps, k = 0 }
  end
end

-- What the pump bids at step k, and whether that is for all that fits.
local function rate_at(pump, info, k)
  local p = pump.asset.params
  local first, preferred = p.initial_buying_rate or 0, p.preferred_buying_rate or 30
  local half = pump.steps / 2
  if k <= half then return first + (preferred - first) * k / half, true end
  local last = math.max(preferred, p.final_buying_rate or outside.buy_rate(pump.asset, info))
  return preferred + (last - preferred) * math.min(1, (k - half) / (pump.steps - half)), false
end

local function bid(pump, info, k)
  local rate, all = rate_at(pump, info, k)
  local energy = all and "all" or pump.asset.energy_need_kWh
  if energy == 0 then
    if pump.asset.energy_active_in_bids > 0 then grid.batch:delete_bid(pump.asset) end
  else
    grid.batch:bid_energy_rate(pump.asset, energy, rate)
  end
end

local function move(info)
  local ahead = info.market_kind == "one_sided" and 1 or 0 -- see lib/ramp.lua
  local due = math.huge
  for _, pump in ipairs(pumps) do
    if info.seconds_into_slot >= pump.seconds * pump.k then
      bid(pump, info, pump.k + ahead)
      pump.k = pump.k + 1
    end
    due = math.min(due, pump.seconds * pump.k)
  end
  return "rest_until", due
end

return {
  every_tick = true,
  on_market_cycle = function(info)
    if #pumps == 0 then start(info) end
    for _, pump in ipairs(pumps) do pump.k = 0 end
    return move(info)
  end,
  on_tick = move,
}
