local agent = {}
function agent.on_market_cycle(market)
  for _, a in ipairs(market.assets) do
    grid.batch:bid_energy_rate{ asset = a, energy = 1, rate = 20 }
  end
end
return agent
