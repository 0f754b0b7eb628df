-- command_flood.lua — fills the batch of its desk, again and again.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local mine = info.assets[1]
    while true do
      pcall(grid.batch.list_offers, grid.batch, mine)
      pcall(function() grid.batch:offer_energy_rate{ asset = mine, energy = 0.0001, rate = 9999, replace_existing = false } end)
    end
  end,
}
