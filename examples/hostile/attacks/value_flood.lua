-- value_flood.lua — sends tables of energies that the host has to keep.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local values = {}
    for day = 1, 28 do
      for hour = 0, 23 do
        for quarter = 0, 3 do
          values[string.format("2099-02-%02dT%02d:%02d", day, hour, quarter * 15)] = 1
        end
      end
    end
    while true do
      pcall(grid.batch.set_energy_forecast, grid.batch, info.assets[1], values)
    end
  end,
}
