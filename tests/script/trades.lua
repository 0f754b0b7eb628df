-- What on_trade is told: both sides of a trade within the home, and the other party of one outside it.

local expect = require "expect"
local same, near, fails = expect.same, expect.near, expect.fails
local seen = {}

local function check_inside()
  local buy, sell = seen[1], seen[2]
  same(#seen, 2, "an owner of both sides is told twice")
  same(buy.event, "trade")
  same(buy.side, "buy")
  same(sell.side, "sell")
  same(buy.trade_id, 1)
  same(buy.market_type, "Spot Market")
  same(buy.time_slot, "2024-06-03T00:00")
  same(buy.asset.name, "Load 1")
  same(sell.asset.name, "PV 1")
  same(buy.asset_id, grid.asset("Load 1").uuid)
  same(buy.buyer .. buy.seller, "Load 1PV 1")
  same(buy.buyer_origin .. buy.seller_origin, "Load 1PV 1")
  near(buy.traded_energy, 0.5)
  near(buy.rate, 20)
  near(buy.trade_price, 10)
  same(buy.total_fee, 0.0)
  same(buy.local_market_fee, 0.0)
  assert(buy.bid_id and buy.offer_id)
  same(buy.residual_bid_id, nil, "all of the bid is gone")
  same(sell.residual_offer_id, sell.offer_id, "half of the offer stays")
  same(string.sub(buy.time, 1, 13), "2024-06-03T00")
end

local function check_outside()
  local sell = seen[1]
  same(#seen, 1)
  same(sell.side, "sell")
  same(sell.buyer, "anonymous")
  same(sell.buyer_origin, "Load 2")
  same(sell.seller, "PV 1")
  near(sell.traded_energy, 0.5)
  near(sell.total_fee, 0.5) -- the Community's fee of 1 ct/kWh
  same(sell.local_market_fee, 0.0)
end

return {
  on_market_cycle = function(info)
    seen = {}
    local load, pv = info.assets[1], info.assets[2]
    if info.slot == 0 then
      grid.batch:bid_energy_rate(load, 0.5, 20)
      grid.batch:offer_energy_rate(pv, 1, 10)
    elseif info.slot == 1 then
      grid.batch:offer_energy_rate(pv, 0.5, 10) -- the other script of the test bids from Home 2
    end
  end,
  on_trade = function(trade)
    seen[#seen + 1] = trade
    if #seen == 1 then
      fails(function() return trade.energy end, 'a trade has no field "energy"')
      fails(function() return trade.traded_enrgy end, 'did you mean "traded_energy"?')
      fails(function() grid.batch:execute() end, "cannot wait here", "goes out by itself")
      grid.batch:list_bids(trade.asset) -- goes out with the next callback
    end
  end,
  on_tick = function(info)
    if info.tick == 9 and info.slot == 0 then check_inside() end
    if info.tick == 9 and info.slot == 1 then
      check_outside()
      print("done")
    end
  end,
}
