-- patient.lua — gives way as late as it can: most of what there is to share is gained by who can wait
--
-- Its rates move with the cube of the time, so for half of the slot they hardly move at all; what has found nobody by
-- then goes to or comes from the utility. The battery trades with neighbours around the middle of the utility's rates.

local home = require "home"
local margin = params.margin or 3 -- ct/kWh between the battery's rates and the middle

return home.strategy {
  load = function(now) return home.ramp(now, now.cheap, now.dear, 3) end,
  panel = function(now) return home.ramp(now, now.dear, now.cheap, 3) end,
  car = function(now) return home.ramp(now, now.cheap, now.middle, 3) end,
  battery = function(now)
    return home.ramp(now, now.cheap, now.middle - margin, 3), home.ramp(now, now.dear, now.middle + margin, 3)
  end,
}
