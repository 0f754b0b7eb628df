-- order.lua — the order of a walk over tables and functions as keys is that of their addresses.
-- wall: PAIRS_KEY

return {
  on_market_cycle = function(info)
    local t = {}
    for i = 1, 100 do t[{}] = i end
    local first
    for _, i in pairs(t) do
      first = i
      break
    end
    print("REACHED " .. first)
  end,
}
