-- waits.lua — waits for answers without end.
-- wall: WAITS

return {
  on_market_cycle = function(info)
    while true do
      grid.batch:list_bids(info.assets[1])
      grid.batch:execute()
    end
  end,
}
