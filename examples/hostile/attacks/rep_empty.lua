-- rep_empty.lua — string.rep("", 2^62) loops in C though its result is empty.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    while true do
      local s = ("").rep("", 2 ^ 62 // 1 | 0)
    end
  end,
}
