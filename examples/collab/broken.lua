-- What happens to a script with a slip of the pen: it is refused, and the version before trades on.
return {
  on_tick = function(market)
    for _, asset in ipairs(market.assets) do
      if asset.energy_requirment_kWh > 0 then grid.batch:bid_energy_rate(asset, "all", 25) end
    end
  end,
}
