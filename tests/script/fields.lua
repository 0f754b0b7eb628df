-- What market_info, assets and markets show, on the street of tests/unit/script/stage.h.

local expect = require "expect"
local same, near, fails = expect.same, expect.near, expect.fails

local function info_fields(info)
  same(#info.assets, 3)
  same(#info.markets, 1)
  same(info.assets[1].name, "Load 1")
  same(info.assets[4], nil)
  same(info.markets[1].name, "Community")
  same(info.feed_in_tariff_rate, 8.0)
  same(info.market_maker_rate, 30.0)
  same(info.slot_completion, 0.0)
  same(info.market_slot, "2024-06-03T00:00")
  same(info.now, "2024-06-03T00:00:00+00:00")
  same(info.slot, 0)
  same(info.tick, 0)
  same(info.ticks_per_slot, 10)
  same(info.num_ticks, 10)
  same(info.hour, 0.0)
  same(info.seconds_into_slot, 0.0)
  same(info.slot_minutes, 15.0)
  same(info.tick_seconds, 90.0)
  same(info.matching, "pay_as_bid")
  same(info.market_kind, "two_sided")
  same(info.compat, "none")
  same(info.fees, "constant")
  same(info.name, "Home 1")
  same(info.grid_tree.name, "Grid")
  same(tostring(info), "market_info")
  fails(function() return info.market_maker_rat end, 'market_info has no field "market_maker_rat"',
    'did you mean "market_maker_rate"?')
  fails(function() return info[1] end, "named fields")
  fails(function() info.slot = 3 end, '"slot" cannot be assigned: market_info is read only')
  fails(function() pairs(info) end, "cannot be walked")
  fails(function() return info.assets["Load 1"] end, "read by number", "grid.find")
  fails(function() info.assets[1] = nil end, "read only")
  same(getmetatable(info), false)
  local names = ""
  for i, asset in ipairs(info.assets) do names = names .. i .. asset.name .. ";" end
  for i, asset in pairs(info.assets) do names = names .. i .. asset.name .. ";" end
  same(names, "1Load 1;2PV 1;3Battery 1;1Load 1;2PV 1;3Battery 1;")
end

local function asset_fields(load, pv, battery)
  assert(grid.asset("Load 1") == load, "one object an asset")
  assert(grid.find(load.uuid) == load, "found by its UUID")
  same(#load.uuid, 36)
  same(load.type, "load")
  same(load.role, "consumer")
  same(load.area.name, "Home 1")
  same(tostring(load), "Load 1")
  near(load.energy_requirement_kWh, 1)
  near(load.energy_need_kWh, 1, "a load cannot wait")
  same(load.due_energy_kWh, nil)
  same(load.energy_active_in_bids, 0.0)
  same(load.available_energy_kWh, nil)
  same(load.energy_to_buy, nil)
  same(load.sell_rate, nil)
  same(load.energy_traded, 0.0)
  same(load.total_cost, 0.0)
  near(pv.available_energy_kWh, 2)
  same(pv.energy_requirement_kWh, nil)
  same(pv.energy_need_kWh, nil)
  same(pv.sell_rate, nil)
  same(battery.role, "storage")
  near(battery.energy_to_sell, 0.25)
  near(battery.energy_to_buy, 0.25)
  near(battery.free_storage, 0.6)
  near(battery.used_storage, 0.6)
  near(battery.used_storage_by_origin.UNKNOWN, 0.6)
  near(battery.used_storage_by_origin.LOCAL, 0)
  near(battery.energy_need_kWh, 0)
  near(battery.due_energy_kWh, 0)
  same(battery.due_hours, nil)
  near(battery.soc, 0.5)
  near(battery.capacity_kWh, 1.2)
  near(battery.reserve_kWh, 0.12)
  same(battery.buy_rate, nil)
  local bill = load.bill
  same(bill.bought, 0.0)
  same(bill.total_cost, 0.0)
  fails(function() return load.enrgy_to_buy end, 'asset "Load 1" (load) has no field "enrgy_to_buy"',
    'did you mean "energy_to_buy"?')
  fails(function() load.name = "x" end, "an asset is read only")
  local other = grid.asset("Utility")
  same(other.name .. other.type, "Utilityinfinite_bus")
  fails(function() return other.energy_traded end, 'asset "Utility" is not yours')
  fails(function() return grid.asset("Lod 1") end, 'there is no asset "Lod 1"', 'did you mean "Load 1"?')
  fails(function() return grid.asset(7) end, "a name or a UUID, not number")
  fails(function() return grid.asset("Community") end, 'there is no asset "Community"')
  local by_asset = { [pv] = "b", [load] = "a" }
  local order = ""
  for _, v in pairs(by_asset) do order = order .. v end
  same(order, "ab", "assets as keys in the order of the site")
end

local function params_fields(load, pv)
  local p = load.params
  same(p.avg_power_W, 500.0)
  same(math.type(p.panels), "integer")
  same(p.quiet, true)
  same(p.label, "north")
  same(p.hours[2], 2.5)
  same(#p.visits, 2)
  same(p.visits[1].from, 18.5, "a time of day in hours")
  same(p.visits[1].kWh, 3.5)
  same(p.visits[2].from, 1717416000000.0, "a date in milliseconds")
  same(p.visits[2].kWh, nil)
  same(p.daily, 7.5)
  same(p.price, 7.5)
  same(p.unset, nil)
  same(p.final_buying_rate, nil)
  same(p.initial_buying_rate, nil, "known to all assets")
  same(pv.params.strategy, nil)
  fails(function() return p.avg_power end, 'asset "Load 1" has no parameter "avg_power"')
  fails(function() p.quiet = false end, "params of an asset is read only")
end

local function market_fields(community)
  local home = grid.market("Home 1")
  same(home.parent.name, "Community")
  same(grid.tree.parent, nil)
  same(#community.markets, 2)
  same(#community.assets, 0)
  same(home.assets[2].name, "PV 1")
  same(#community.uuid, 36)
  near(community.running_market_fee, 1)
  near(community.next_market_fee, 1)
  near(community.current_market_fee, 1)
  fails(function() return community.fee end, 'market "Community" has no field "fee"')
  fails(function() return grid.market("Comunity") end, 'did you mean "Community"?')
  fails(function() return grid.marke end, 'grid has no field "marke"')
  fails(function() grid.x = 1 end, "cannot be changed")
  near(grid.calculate_grid_fee("Load 1", "Utility"), 5)
  near(grid.calculate_grid_fee("Load 1", "Community"), 1)
  near(grid.calculate_grid_fee("Load 1", "PV 1"), 0)
  near(grid.calculate_grid_fee("Load 1", "Load 2"), 1)
  near(grid.calculate_grid_fee(grid.tree), 4)
  near(grid.calculate_grid_fee("Load 1", "Utility", "running_market_fee"), 5)
  near(grid.calculate_grid_fee("Load 1", "Utility", "next_market_fee"), 5)
  fails(function() grid.calculate_grid_fee("nobody") end, 'no asset or market "nobody"')
  fails(function() grid.calculate_grid_fee() end, "argument #1", "not nil")
  fails(function() grid.calculate_grid_fee("Load 1", "Utility", "last_fee") end, "fee_type \"last_fee\" is none of current_market_fee")
end

local function first_slot(info)
  local load, pv, battery = info.assets[1], info.assets[2], info.assets[3]
  info_fields(info)
  asset_fields(load, pv, battery)
  params_fields(load, pv)
  local community = info.markets[1]
  same(community.last_market_fee, nil)
  same(community.last_market_stats.avg_trade_rate, nil)
  same(community.last_market_stats.total_traded_energy_kWh, 0)
  market_fields(community)
  grid.batch:bid_energy_rate(load, 1, 20)
  grid.batch:offer_energy_rate(pv, 0.4, 10)
  local answers = grid.batch:execute()
  same(answers[1].error_message, nil)
  fails(function() return answers[1].erorr_message end, 'an answer has no field "erorr_message"',
    'did you mean "error_message"?')
  fails(function() return answers[1].bid.rat end, 'an order has no field "rat"', 'did you mean "rate"?')
  local stats, bill = community.last_market_stats, community.last_market_bill
  fails(function() return stats.max_trade_rat end, 'a record of statistics has no field "max_trade_rat"',
    'did you mean "max_trade_rate"?')
  fails(function() return stats[1] end, "named fields")
  fails(function() return bill.external_trade end, 'a market\'s bill has no field "external_trade"',
    'did you mean "external_trades"?')
  fails(function() return bill.external_trades.sould end, 'a bill has no field "sould"', 'did you mean "sold"?')
  fails(function() stats.mine = 1 end, 'a record of statistics has no field "mine"')
  same(getmetatable(stats), false)
  stats.avg_trade_rate = 5
  same(stats.avg_trade_rate, 5, "a table of the script's own")
  same(community.last_market_stats.avg_trade_rate, nil)
  local keys = ""
  for key in pairs(stats) do keys = keys .. key .. ";" end
  same(keys, "avg_trade_rate;total_traded_energy_kWh;")
  near(load.energy_active_in_bids, 1)
  near(load.energy_requirement_kWh, 1, "open bids included")
  near(pv.energy_active_in_offers, 0.4)
  grid.batch:offer_energy_rate(battery, 0.1, 50)
  grid.batch:execute()
  near(battery.energy_to_sell, 0.15, "open offers not included")
end

local function second_slot(info)
  local load = info.assets[1]
  near(load.bill.bought, 0.4)
  near(load.bill.total_cost, 0.4 * 20 / 100)
  near(load.bill.total_energy, 0.4)
  same(load.energy_traded, 0.0, "of the running slot")
  local stats = grid.market("Home 1").last_market_stats
  near(stats.avg_trade_rate, 20)
  near(stats.min_trade_rate, 20)
  near(stats.max_trade_rate, 20)
  near(stats.median_trade_rate, 20)
  near(stats.total_traded_energy_kWh, 0.4)
  same(info.markets[1].last_market_fee, 1.0)
  near(grid.market("Home 1").last_market_bill.accumulated_trades.sold, 0.4)
  same(grid.market("Home 1").last_market_bill.external_trades.sold, 0.0)
  near(grid.calculate_grid_fee("Load 1", "Utility", "last_market_fee"), 5)
  same(info.market_slot, "2024-06-03T00:15")
  same(info.hour, 0.25)
  print("done")
end

return {
  on_market_cycle = function(info)
    if info.slot == 0 then first_slot(info) end
    if info.slot == 1 then second_slot(info) end
  end,
  on_tick = function(info)
    if info.slot == 0 and info.tick == 3 then
      near(info.assets[1].energy_traded, 0.4)
      near(info.assets[1].total_cost, 8)
      near(info.seconds_into_slot, 270)
      near(info.slot_completion, 0.3)
    end
  end,
}
