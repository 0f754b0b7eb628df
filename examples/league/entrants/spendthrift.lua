-- spendthrift.lua — the bad one, so that a league has a floor: buys dearly at once and gives its own energy away
--
-- Its battery fills up when the evening is dear and is offered for nothing at all other times. All of it is allowed:
-- nobody has to be clever.

local home = require "home"

return home.strategy {
  own_first = false,
  load = function(now) return now.dear + 10 end,
  panel = function() return 0 end,
  battery = function(now)
    if now.info.hour >= 16 and now.info.hour < 22 then return now.dear + 10, nil end
    return nil, 0
  end,
}
