-- loop_numeric.lua — a loop with an end that is never reached.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    for i = 1, math.huge do end
  end,
}
