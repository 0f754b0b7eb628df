-- aggressive.lua — wants the trade before anybody else: a little more than the last price for what it buys, a little
-- less for what it sells, from the first tick on
--
-- A third into the slot it has given way altogether. Its battery trades whenever a few cents seem to be in it, and its
-- car charges the moment it comes home.

local home = require "home"
local step = params.step or 1.5 -- ct/kWh by which it beats the last price
local last -- what the market paid in the slot before

local function within(now, rate) return math.max(now.cheap, math.min(now.dear, rate)) end
local function hurry(now) return math.min(1, now.late * 2) end

return home.strategy {
  open = function(now)
    local market = now.info.assets[1].area.parent or now.info.assets[1].area
    last = market.last_market_stats.avg_trade_rate or now.middle
  end,
  load = function(now)
    local first = within(now, last + step)
    return first + (now.dear - first) * hurry(now)
  end,
  panel = function(now)
    local first = within(now, last - step)
    return first + (now.cheap - first) * hurry(now)
  end,
  car = function(now) return now.dear end,
  battery = function(now) return within(now, now.middle - step), within(now, now.middle + step) end,
}
