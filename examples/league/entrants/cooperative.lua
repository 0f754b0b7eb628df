-- cooperative.lua — splits what there is to share fairly: neighbours get and give energy at the middle of the utility's
-- rates, at once
--
-- Only what no neighbour has taken by the end of the slot goes to the utility. Its battery leaves the sun to those who
-- need it: it fills up only while the market says that energy is left over, and empties while it is short.

local home = require "home"
local short -- whether the market paid more than the middle in the slot before

local function until_late(now, fair, last) return now.late < 0.8 and fair or last end

return home.strategy {
  open = function(now)
    local own = now.info.assets[1].area
    local rate = (own.parent or own).last_market_stats.avg_trade_rate
    short = rate and rate > now.middle
  end,
  load = function(now) return until_late(now, now.middle, now.dear) end,
  panel = function(now) return until_late(now, now.middle, now.cheap) end,
  car = function(now) return now.middle end,
  battery = function(now)
    if short then return nil, now.middle end
    return until_late(now, now.cheap, now.middle - 2), now.dear
  end,
}
