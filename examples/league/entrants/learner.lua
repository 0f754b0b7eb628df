-- learner.lua — learns for each hour of the day how far it must give way: after a slot in which it got all it wanted
-- from neighbours it asks for a little more, after one in which the utility had to help for a little less
--
-- Its one number an hour is a share of the way from its best rate to the utility's. The battery buys below the mean of
-- the prices it has seen and sells above it.

local home = require "home"
local hours = require "hours"
local prices = require "prices"
local STEP, half = 0.04, function() return 0.5 end
local low, high -- what the cheap and the dear hours of the day cost

-- A trade at (nearly) the utility's rate says that the slot before was too greedy.
local function learn(memory, at_limit, traded, hour)
  if traded == 0 then return end
  local share = hours.at(memory, hour) + (at_limit and STEP or -STEP)
  hours.learn(memory, hour, math.max(0.05, math.min(0.9, share)), 1)
end

local function open(now)
  local info, hour = now.info, now.info.hour - now.info.slot_minutes / 60
  state.buy, state.sell = state.buy or hours.new(half), state.sell or hours.new(half)
  state.prices = prices.follow(state.prices, info)
  low, high = prices.extremes(state.prices, 8)
  local last = state.last
  if last then
    learn(state.buy, last.bought_dear > last.bought / 4, last.bought, hour)
    learn(state.sell, last.sold_cheap > last.sold / 4, last.sold, hour)
  end
  state.last = { bought = 0, sold = 0, bought_dear = 0, sold_cheap = 0, dear = now.dear, cheap = now.cheap }
end

-- First the learned share of the way, and only at the end of the slot the rest.
local function way(now, memory)
  return now.late < 1 and hours.at(memory, now.info.hour) * (0.5 + now.late / 2) or 1
end

local function count(trade)
  local last = state.last
  if trade.buyer ~= "anonymous" and trade.seller ~= "anonymous" then return end -- within the home
  if trade.asset.role == "consumer" and trade.side == "buy" then
    last.bought = last.bought + trade.traded_energy
    if trade.rate > last.dear - 1 then last.bought_dear = last.bought_dear + trade.traded_energy end
  elseif trade.asset.role == "producer" then
    last.sold = last.sold + trade.traded_energy
    if trade.rate < last.cheap + 1 then last.sold_cheap = last.sold_cheap + trade.traded_energy end
  end
end

return home.strategy {
  open = open,
  traded = count,
  load = function(now) return now.cheap + (now.dear - now.cheap) * way(now, state.buy) end,
  panel = function(now) return now.dear - (now.dear - now.cheap) * way(now, state.sell) end,
  car = function(now) return home.ramp(now, now.cheap, math.min(now.dear, low + 1)) end,
  battery = function(now)
    local bid, ask = (low + high) / 2 - 2, (low + high) / 2 + 2
    return home.ramp(now, now.cheap, math.min(now.dear, bid)), home.ramp(now, math.max(now.dear, ask), ask)
  end,
}
