-- loop.lua — a loop that never ends.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    while true do end
  end,
}
