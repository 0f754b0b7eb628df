-- error_fuel.lua — errors within errors cost many times what instructions do.
-- wall: BUDGET_UNITS or BUDGET_MEMORY

return {
  on_market_cycle = function(info)
    local function burn(n)
      if n == 0 then error(("x"):rep(100)) end
      pcall(burn, n - 1)
      pcall(burn, n - 1)
    end
    while true do burn(150) end
  end,
}
