-- close_variable.lua — a to-be-closed variable of a coroutine killed by the hook is closed with hooks off:
-- stock Lua hangs.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    local meta = {}
    local x = setmetatable({}, meta)
    meta.__close = function()
      while true do end
    end
    setmetatable(x, meta)
  end,
}
