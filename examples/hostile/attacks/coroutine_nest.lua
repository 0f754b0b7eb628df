-- coroutine_nest.lua — coroutines within coroutines, until the C stack is full.
-- wall: COROUTINE

return {
  on_market_cycle = function(info)
    local function nest() return coroutine.wrap(nest)() end
    pcall(nest)
    local co = coroutine.wrap(function() end)
    co()
    co()
  end,
}
