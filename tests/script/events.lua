-- Refusals of what was not executed explicitly reach on_event_or_response; executed ones do not.

local expect = require "expect"
local same, near = expect.same, expect.near
local messages = {}

return {
  on_market_cycle = function(info)
    if info.slot == 0 then
      grid.batch:bid_energy_rate("Load 1", 5, 20)
      grid.batch:execute()
      same(#messages, 0)
      grid.batch:bid_energy_rate("Load 1", 7, 20)
      grid.batch:bid_energy_rate("Load 1", 1, 20)
      grid.batch:delete_offer("PV 1", 99)
    elseif info.slot == 1 then
      same(#messages, 2)
      local m = messages[1]
      same(m.event, "refused")
      same(m.command, "bid_energy_rate")
      same(m.name, "Load 1")
      same(m.area_uuid, grid.asset("Load 1").uuid)
      same(m.code, "ENERGY")
      near(m.asked, 7)
      near(m.allowed, 1)
      same(messages[2].code, "GONE")
      same(messages[2].asked, nil)
      print("done")
    end
  end,
  on_event_or_response = function(message)
    messages[#messages + 1] = message
    local ok, why = pcall(function() grid.batch:execute() end)
    assert(not ok and string.find(why, "cannot wait here", 1, true))
  end,
}
