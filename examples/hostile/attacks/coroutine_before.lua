-- coroutine_before.lua — a coroutine made before the hook is set never gets one.
-- wall: BUDGET_UNITS

local co = coroutine.create(function()
  while true do pcall(coroutine.yield) end
end)
local endless = coroutine.create(function()
  while true do end
end)

return {
  on_market_cycle = function()
    coroutine.resume(co)
    pcall(coroutine.resume, endless)
    coroutine.resume(endless)
  end,
}
