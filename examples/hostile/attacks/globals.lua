-- globals.lua — which of many near names a message has must not depend on a hash.
-- wall: UNDEFINED_GLOBAL

for i = 1, 500 do _G["name_" .. i] = i end

return {
  on_market_cycle = function()
    return name_x
  end,
}
