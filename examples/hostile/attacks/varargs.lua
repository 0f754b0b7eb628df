-- varargs.lua — passing very many arguments is one instruction.
-- wall: BUDGET_TIME or BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local function pass(n, ...)
      if n == 0 then return ... end
      return pass(n - 1, n, ...)
    end
    while true do pcall(pass, 30000) end
  end,
}
