-- memory_caught.lua — fills the memory, and catches that it is full: every allocation at the cap is a full
-- collection.
-- wall: BUDGET_MEMORY

return {
  on_market_cycle = function(info)
    local t, text = {}, ("x"):rep(60000)
    while true do
      pcall(function()
        while true do t[#t + 1] = text .. #t end
      end)
    end
  end,
}
