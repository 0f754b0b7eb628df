-- fixed_rate.lua — whoever trades at a given rate: market maker, infinite bus, commercial producer
--
-- One offer a slot of all there is at the rate the scenario gives it, or the utility's rate; a bus also bids at its
-- buying rate, or the feed-in tariff. In one-sided markets the bid is its limit: it buys every offer up to that rate.

local function post(info)
  local batch = grid.batch
  for _, asset in ipairs(info.assets) do
    local sell = asset.sell_rate or info.market_maker_rate
    if sell and asset.available_energy_kWh then batch:offer_energy_rate(asset, "all", sell) end
    if asset.role == "bus" then
      local buy = asset.buy_rate or info.feed_in_tariff_rate
      if buy then batch:bid_energy_rate(asset, "all", buy) end
    end
  end
end

return { on_market_cycle = post }
