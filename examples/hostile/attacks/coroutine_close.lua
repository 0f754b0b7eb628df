-- coroutine_close.lua — closing 30,000 nested coroutines overflows the C stack of 5.4.4.
-- wall: NO_FUNCTION

return {
  on_market_cycle = function(info)
    local function nest(n)
      local co = coroutine.create(function()
        if n > 0 then nest(n - 1) end
        coroutine.yield()
      end)
      coroutine.resume(co)
      return co
    end
    local co = nest(100)
    coroutine.close(co)
  end,
}
