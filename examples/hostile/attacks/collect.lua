-- collect.lua — every full collection is one call; "count" tells apart runs.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    while true do collectgarbage() end
  end,
}
