-- format.lua — %q of a long text is slow, and is one instruction.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local s = ("\0"):rep(16000)
    while true do string.format("%q", s) end
  end,
}
