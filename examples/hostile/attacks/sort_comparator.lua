-- sort_comparator.lua — a comparison that never ends, or never agrees with itself, called from C.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local t = {}
    for i = 1, 1000 do t[i] = i end
    pcall(table.sort, t, function() return math.random() < 0.5 end)
    pcall(table.sort, t, function() return true end)
    table.sort(t, function()
      while true do end
    end)
  end,
}
