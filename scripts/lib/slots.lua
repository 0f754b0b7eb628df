-- slots.lua — the names of slots: "2024-06-03T00:15" and the slots before and after it
--
-- market_slot, settlement_slots and the tables of set_energy_forecast and set_energy_measurement name slots by the
-- time they begin at (UTC).

local slots = {}

-- Days from 1970-01-01 to a date, and back, by the 400-year cycle of the calendar; years begin in March.
local function days_of(year, month, day)
  if month <= 2 then year = year - 1 end
  local cycle = year // 400
  local y = year - cycle * 400
  local m = (month + 9) % 12
  return cycle * 146097 + y * 365 + y // 4 - y // 100 + (153 * m + 2) // 5 + day - 1 - 719468
end

local function date_of(days)
  days = days + 719468
  local cycle = days // 146097
  local d = days - cycle * 146097
  local y = (d - d // 1460 + d // 36524 - d // 146096) // 365
  d = d - (365 * y + y // 4 - y // 100)
  local m = (5 * d + 2) // 153
  local month = m < 10 and m + 3 or m - 9
  local year = cycle * 400 + y
  if month <= 2 then year = year + 1 end
  return year, month, d - (153 * m + 2) // 5 + 1
end

--- The slot that begins `minutes` after (or, negative, before) the one named `slot`.
function slots.shift(slot, minutes)
  local year, month, day, hour, minute = string.match(slot, "^(%d+)%-(%d%d)%-(%d%d)T(%d%d):(%d%d)")
  if not year then error("a slot is named like \"2024-06-03T00:15\", not " .. tostring(slot), 2) end
  local days = days_of(tonumber(year), tonumber(month), tonumber(day))
  local total = math.floor((days * 24 + tonumber(hour)) * 60 + tonumber(minute) + minutes)
  year, month, day = date_of(total // 1440)
  local rest = total % 1440
  return string.format("%04d-%02d-%02dT%02d:%02d", year, month, day, rest // 60, rest % 60)
end

return slots
