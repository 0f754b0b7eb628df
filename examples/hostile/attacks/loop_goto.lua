-- loop_goto.lua — the same without a loop statement.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    ::again::
    goto again
  end,
}
