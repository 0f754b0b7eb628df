-- pattern.lua — backtracking takes a time exponential in the number of quantifiers, in C.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local s = ("a"):rep(30000)
    while true do
      pcall(s.find, s, ".-.-.-.-.-.-.-.-b")
      pcall(s.gsub, s, "(.*)(.*)(.*)(.*)b", "%1")
    end
  end,
}
