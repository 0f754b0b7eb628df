-- long_texts.lua — builds, compares and hashes long texts: one instruction each.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local a, b = ("x"):rep(60000), ("x"):rep(60000)
    local t = {}
    while true do
      local c = a .. "y"
      t[c] = a < b and a == b
      t[c] = nil
    end
  end,
}
