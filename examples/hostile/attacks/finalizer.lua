-- finalizer.lua — finalizers run with hooks off and the collector stopped, also at lua_close: a loop in one
-- hangs stock Lua.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    local late = { __gc = true } -- only its presence counts when it is set
    pcall(setmetatable, {}, late)
    late.__gc = function()
      print("REACHED")
      while true do end
    end
    for _ = 1, 1000 do local t = {} end
    setmetatable({}, late)
  end,
}
