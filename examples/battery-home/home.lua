-- home.lua — one script for one home: it trades in the market by the slot. What it has traded becomes set points of the
-- devices behind its assets, which the host follows by the second.
--
-- It says at the beginning of the slot what it wants, since a device can only do in the rest of a slot what was traded
-- before. The family and the car pay what the utility asks; sun and battery are cheaper and so come first. The battery
-- buys what the sun leaves over, for a little more than the utility pays, and sells from params.from on.

local function open(market)
  local dear, cheap = market.market_maker_rate, market.feed_in_tariff_rate
  local hour = market.slot % 96 / 4
  local evening = hour >= (params.from or 17) or hour < 6
  for _, asset in ipairs(market.assets) do
    if asset.role == "consumer" then
      grid.batch:bid_energy_rate(asset, "all", dear)
    elseif asset.role == "producer" then
      grid.batch:offer_energy_rate(asset, "all", cheap)
    elseif evening then
      grid.batch:offer_energy_rate(asset, "all", (dear + cheap) / 2)
    else
      grid.batch:bid_energy_rate(asset, "all", cheap + 3)
    end
  end
end

return { on_market_cycle = open }
