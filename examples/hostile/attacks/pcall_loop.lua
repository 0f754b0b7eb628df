-- pcall_loop.lua — catches whatever is raised to stop it, and goes on.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    while true do
      pcall(function()
        while true do end
      end)
    end
  end,
}
