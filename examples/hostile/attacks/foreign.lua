-- foreign.lua — commands what belongs to others, in bad amounts, at bad places.
-- wall: CANNOT_WAIT

return {
  on_market_cycle = function(info)
    for _, name in ipairs({ "Load 1", "PV 1", "Grid", "Street" }) do
      for _, energy in ipairs({ 1, -1, 0, 0 / 0, 1 / 0, 1e300, 2 ^ 62, "all", {}, "x" }) do
        pcall(function() grid.batch:bid_energy_rate(name, energy, 9000) end)
        pcall(function() grid.batch:offer_energy_rate(name, energy, 0 / 0) end)
        pcall(function() grid.batch:grid_fees(name, energy) end)
        pcall(function() grid.batch:delete_offer(name) end)
      end
    end
    local answers = grid.batch:execute()
    for _, answer in ipairs(answers) do
      if answer.code == "OK" then print("REACHED") end
    end
    coroutine.wrap(function()
      grid.batch:list_bids(info.assets[1])
      grid.batch:execute()
    end)()
  end,
}
