-- memory.lua — fills the memory.
-- wall: BUDGET_MEMORY

return {
  on_market_cycle = function(info)
    local t, text = {}, ("x"):rep(60000)
    while true do t[#t + 1] = text .. #t end
  end,
}
