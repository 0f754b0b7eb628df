-- evening.lua — a fee by the clock: dear when all come home and cook, cheap when all are asleep
--
-- It moves what can wait out of the evening, and whoever knows the clock can plan for it; but it asks as much on an
-- evening on which nothing is the matter. Parameters: evening, night, day (8, 1 and 2.5), from and to (17 and 21 h).

local fees = require "fees"

local function fee_at(hour)
  if hour >= (params.from or 17) and hour < (params.to or 21) then return params.evening or 8 end
  if hour < 6 or hour >= 22 then return params.night or 1 end
  return params.day or 2.5
end

return {
  on_market_cycle = function(info)
    local next_hour = (info.hour + info.slot_minutes / 60) % 24 -- what is set now rules the next slot
    for _, market in ipairs(info.markets) do fees.set(market, fee_at(next_hour), info) end
  end,
}
