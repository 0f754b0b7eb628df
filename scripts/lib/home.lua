-- home.lua — the strategy of a whole home as a few rules, each of which says at what rate one kind of asset trades
--
--   return home.strategy {
--     load = function(now) return now.cheap + (now.dear - now.cheap) * now.late end,
--     panel = function(now) return now.dear - (now.dear - now.cheap) * now.late end,
--     battery = function(now) return now.middle - 2, now.middle + 2 end,
--     car = function(now) return now.middle end,
--     open = function(now) ... end,
--   }
--
-- A rule is asked in every slot and at every tenth of it, and returns ct/kWh:
--
--   load      what loads bid for all they need
--   panel     what panels ask for what the home itself does not use
--   battery   what a battery bids and what it asks, and for how much it bids (kWh, all there is room for without);
--             nil: no new order. Without the rule batteries stand still
--   car       what a car, or a heat pump with a tank, bids for energy that could wait, and for how much of it; what
--             cannot wait is always bought. Without the rule it is `load`
--   open      nothing; called first when a slot opens, to learn and to plan
--   traded    nothing; called with each trade of the own assets, as on_trade is
--
-- Rules are given `now` and the asset. `now` holds what the utility's energy costs and pays at the home's door, grid fees
-- counted (lib/outside.lua): now.dear and now.cheap; now.middle between them; now.late, which grows from 0 to 1 until
-- 90 % of the slot are over, when the last callback comes; and now.info, what the callback was given.
--
-- What the home makes serves its own loads first (lib/own_use.lua), unless own_first = false.

local outside = require "outside"
local own_use = require "own_use"
local settlement = require "settlement"
local home = {}

local GRAIN = 1e-9 -- kWh, the least a market counts: a remainder of a calculation below it is nothing

local function look(asset, info)
  local cheap, dear = outside.sell_rate(asset, info), outside.buy_rate(asset, info)
  return {
    info = info, cheap = cheap, dear = dear, middle = (cheap + dear) / 2,
    late = math.min(1, info.slot_completion / 0.9),
  }
end

local function can_wait(asset) return asset.type == "ev_charger" or asset.type == "heat_pump" end

-- A car's room is what it needs before it leaves: nobody pays for what it takes along beyond that. What cannot wait is
-- bid for as a load would, and late in the slot that alone.
local function trade_flexible(rules, asset, now)
  local batch, need, room = grid.batch, asset.energy_need_kWh, asset.energy_requirement_kWh
  if asset.role == "storage" then
    room = math.min(asset.due_energy_kWh, asset.energy_to_buy + asset.energy_active_in_bids)
  end
  local rate, energy = (rules.car or rules.load)(now, asset)
  room = math.min(room, math.max(energy or room, need))
  if need > 0 then
    rate = math.max(rate, now.cheap + (now.dear - now.cheap) * now.late)
    if now.late > 0.7 then room = need end
  end
  if room >= GRAIN then
    batch:bid_energy_rate(asset, room, rate)
  elseif asset.energy_active_in_bids > 0 then
    batch:delete_bid(asset)
  end
end

local function trade_battery(rules, asset, now)
  if not rules.battery then return end
  local bid, ask, energy = rules.battery(now, asset)
  if ask then grid.batch:offer_energy_rate(asset, "all", ask) end
  if not bid then return end
  if energy then energy = math.min(energy, asset.energy_to_buy + asset.energy_active_in_bids) end
  if not energy or energy >= GRAIN then grid.batch:bid_energy_rate(asset, energy or "all", bid) end
end

local function trade(rules, asset, info)
  local role, now = asset.role, look(asset, info)
  if can_wait(asset) then return trade_flexible(rules, asset, now) end
  if role == "storage" then return trade_battery(rules, asset, now) end
  if role == "consumer" or role == "prosumer" then own_use.bid(asset, rules.load(now, asset)) end
  if role == "producer" or role == "prosumer" then own_use.offer(asset, rules.panel(now, asset)) end
end

--- The callbacks of a script for a home that trades by these rules.
function home.strategy(rules)
  local fixed, settle -- fixed: what cannot wait, and so is served by the home's own energy first

  local function quote(info)
    settle(info)
    for _, asset in ipairs(info.assets) do trade(rules, asset, info) end
  end

  local function start(info)
    fixed = {}
    for _, asset in ipairs(info.assets) do
      if not can_wait(asset) then fixed[#fixed + 1] = asset end
    end
    settle = settlement.new(info, fixed, function(asset, market)
      return outside.sell_rate(asset, market), outside.buy_rate(asset, market)
    end)
  end

  local function open(info)
    if not fixed then start(info) end
    if rules.open and info.assets[1] then rules.open(look(info.assets[1], info)) end
    if rules.own_first ~= false then own_use.plan(info, fixed) end
    quote(info)
  end

  return { on_market_cycle = open, on_tick = quote, on_trade = rules.traded }
end

--- A rate on its way from `first` to `last`; at `last` when the slot is late. `curve` above 1 holds out longer.
function home.ramp(now, first, last, curve)
  local late = now.late
  for _ = 2, curve or 1 do late = late * now.late end
  return first + (last - first) * late
end

return home
