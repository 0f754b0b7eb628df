-- Names of slots: lib/slots.lua over hours, days, months, leap years and years.

local expect = require "expect"
local slots = require "slots"
local same, fails = expect.same, expect.fails

local function check()
  same(slots.shift("2024-06-03T00:15", 15), "2024-06-03T00:30")
  same(slots.shift("2024-06-03T00:15", -15), "2024-06-03T00:00")
  same(slots.shift("2024-06-03T00:00", -15), "2024-06-02T23:45")
  same(slots.shift("2024-02-28T23:45", 15), "2024-02-29T00:00")
  same(slots.shift("2023-02-28T23:45", 15), "2023-03-01T00:00")
  same(slots.shift("2024-12-31T23:45", 15), "2025-01-01T00:00")
  same(slots.shift("2000-03-01T00:00", -15), "2000-02-29T23:45")
  same(slots.shift("2100-03-01T00:00", -15), "2100-02-28T23:45")
  same(slots.shift("1970-01-01T00:00", 60 * 24 * 365), "1971-01-01T00:00")
  same(slots.shift("2024-06-03T00:15", 60 * 24 * 366), "2025-06-04T00:15")
  same(slots.shift("2024-06-03T00:15", 15.0), "2024-06-03T00:30")
  fails(function() slots.shift("noon", 15) end, 'a slot is named like "2024-06-03T00:15", not noon')
  fails(function() slots.shift(nil, 15) end)
end

return {
  on_market_cycle = function(info)
    if info.slot > 0 then return end
    check()
    same(slots.shift(info.market_slot, info.slot_minutes), "2024-06-03T00:15")
    print("done")
  end,
}
