-- next_emptied.lua — next() on a table that was emptied walks all its places, at the price of one.
-- wall: BUDGET_TIME or BUDGET_UNITS

-- Little by little, so that not the units but the time runs out.
return {
  on_market_cycle = function(info)
    local t = {}
    for i = 1, 30000 do t["k" .. i] = i end
    for i = 1, 30000 do t["k" .. i] = nil end
    while true do
      for _ = 1, 1000 do next(t) end
    end
  end,
}
