-- Every command of grid.batch, in both forms, with what it answers and how it is refused.

local expect = require "expect"
local same, near, fails = expect.same, expect.near, expect.fails
local batch = grid.batch

local function one(sent, ...)
  same(sent, true, "sent")
  local answers = batch:execute()
  same(#answers, 1)
  return answers[1]
end

local function refused(answer, code, asked, allowed)
  same(answer.status, "error")
  same(answer.code, code)
  same(answer.bid, nil)
  if asked then
    near(answer.asked, asked)
    near(answer.allowed, allowed)
  end
  return answer.error_message
end

local function bids(load)
  local answer = one(batch:bid_energy_rate { asset = load, energy = 0.5, rate = 20 })
  same(answer.command, "bid_energy_rate")
  same(answer.status, "ready")
  same(answer.name, "Load 1")
  same(answer.area_uuid, load.uuid)
  near(answer.bid.energy, 0.5)
  near(answer.bid.rate, 20)
  near(answer.bid.price, 10)
  local first = answer.bid.id
  answer = one(batch:bid_energy("Load 1", 0.25, 5, false))
  near(answer.bid.rate, 20)
  assert(answer.bid.id > first)
  local list = one(batch:list_bids(load)).bid_list
  same(#list, 2)
  same(list[1].id, first)
  near(list[2].energy, 0.25)
  same(one(batch:list_bids { area_uuid = load.uuid }).bid_list[1].id, first)
  same(one(batch:delete_bid { asset = load, bid_id = first }).deleted, 1)
  same(refused(one(batch:delete_bid(load, first)), "GONE"),
    'delete_bid on "Load 1" refused: there is no open bid with id ' .. first .. ' of "Load 1"')
  answer = one(batch:update_bid_energy_rate(load, 0.75, 21))
  near(answer.bid.energy, 0.75)
  answer = one(batch:update_bid_energy { asset_uuid = load.uuid, energy = 0.5, price = 11 })
  near(answer.bid.rate, 22)
  same(#one(batch:list_bids(load)).bid_list, 1)
  same(one(batch:delete_bid(load)).deleted, 1)
  same(refused(one(batch:update_bid_energy_rate(load, 0.5, 20)), "GONE"),
    'update_bid_energy_rate on "Load 1" refused: "Load 1" has no open bid')
  answer = one(batch:bid_energy_rate(load, "all", 1))
  near(answer.bid.energy, 1)
  same(batch:bid_energy_rate(load, "all", 1, false), false, "nothing is left beside the open bid")
  local why = refused(one(batch:bid_energy_rate(load, 1.5, 20)), "ENERGY", 1.5, 1)
  same(why, 'bid_energy_rate on "Load 1" refused: more energy than the asset needs or has '
    .. "(asked 1.5 kWh, allowed 1)")
  for _, energy in ipairs { 0, 1e-12, -0.5 } do
    answer = one(batch:bid_energy_rate(load, energy, 20))
    same(refused(answer, "INVALID"), string.format(
      'bid_energy_rate on "Load 1" refused: energy must be above 0 kWh (asked %s kWh)', energy < 0 and "-0.5" or "0"))
    near(answer.asked, energy < 0 and -0.5 or 0)
  end
  same(refused(one(batch:bid_energy_rate(load, 0.1, -1)), "RATE", -1, 10000),
    'bid_energy_rate on "Load 1" refused: a rate must be 0 to 10000 ct/kWh (asked -1)')
  batch:delete_bid(load)
  batch:execute()
  for _ = 1, 129 do batch:bid_energy_rate(load, 0.001, 1, false) end
  local answers = batch:execute()
  same(answers[128].status, "ready")
  same(refused(answers[129], "LIMIT"),
    'bid_energy_rate on "Load 1" refused: an asset may have at most 128 open bids')
  same(answers[129].allowed, 128)
  same(one(batch:delete_bid(load)).deleted, 128)
  refused(one(batch:offer_energy_rate(load, 0.1, 20)), "UNSUPPORTED")
end

local function offers(pv, battery)
  local answer = one(batch:offer_energy_rate(pv, 1.5, 12))
  same(answer.command, "offer_energy_rate")
  near(answer.offer.energy, 1.5)
  same(answer.bid, nil)
  local id = answer.offer.id
  same(one(batch:list_offers(pv)).offer_list[1].id, id)
  near(one(batch:update_offer_energy_rate(pv, 1, 11)).offer.rate, 11)
  near(one(batch:update_offer_energy(pv, 1, 10)).offer.rate, 10)
  near(one(batch:offer_energy { asset = pv, energy = 2, price = 20 }).offer.rate, 10)
  same(one(batch:delete_offer { asset = pv }).deleted, 1)
  refused(one(batch:bid_energy_rate(pv, 1, 10)), "UNSUPPORTED")
  refused(one(batch:offer_energy_rate(pv, 3, 10)), "ENERGY", 3, 2)
  near(one(batch:offer_energy_rate(battery, "all", 40)).offer.energy, 0.25)
end

local function questions(load, community)
  local info = one(batch:device_info(load)).device_info
  near(info.energy_requirement_kWh, 1)
  same(info.available_energy_kWh, nil)
  near(one(batch:asset_info { asset = "Battery 1" }).device_info.used_storage, 0.6)
  same(one(batch:dso_market_stats(community)).market_stats.area_throughput, nil, "before the first slot closed")
  same(one(batch:last_market_dso_stats { market = community }).command, "dso_market_stats")
  same(one(batch:market_stats { area_uuid = community.uuid }).status, "ready")
  local sent, why, code = batch:dso_market_stats("Grid")
  same(sent, nil)
  same(code, "FOREIGN")
  same(why, 'dso_market_stats on "Grid" refused: this asset or market is not yours to command')
  refused(batch:execute()[1], "FOREIGN")
end

local function fees(community)
  near(one(batch:grid_fees(community, 2.5)).market_fee_const, 2.5)
  near(community.next_market_fee, 2.5)
  near(community.running_market_fee, 1)
  near(one(batch:grid_fees { market = "Community", fee_const = 2 }).market_fee_const, 2)
  near(one(batch:grid_fees { market = "Community", fee_cents_kwh = 3 }).market_fee_const, 3)
  same(refused(one(batch:grid_fees { market = community, fee_percent = 5 }), "UNSUPPORTED"),
    'grid_fees on "Community" refused: the grid fees of this run are constant: ct/kWh, not %')
  refused(one(batch:grid_fees { market = community, fee_const = 10000.5 }), "RATE", 10000.5, 10000)
  refused(one(batch:change_grid_fees_percent(community, 5)), "UNSUPPORTED")
  refused(one(batch:grid_fees(community, -1)), "RATE")
end

local function misuse(load, community)
  local function bad(command, ...)
    fails(command, "commands.lua:", ...)
  end
  bad(function() batch.bid_energy_rate(load, 1, 20) end, "call it with a colon")
  bad(function() batch:bid_energy_rat(load, 1, 20) end, 'grid.batch has no field "bid_energy_rat"',
    'did you mean "bid_energy_rate"?')
  bad(function() batch:bid_energy_rate { asset = load, energy = 1, rat = 20 } end,
    'does not take "rat"', 'did you mean "rate"?')
  bad(function() batch:bid_energy_rate { asset = load, energy = 1, price = 20 } end, 'does not take "price"')
  bad(function() batch:bid_energy_rate { asset = load, energy = 1, rate = 2, time_slot = "x" } end,
    '"time_slot" is "x", not the start of a slot like "2024-06-03T00:15"')
  bad(function() batch:bid_energy_rate(load, 1, 2, true, 15) end, '"time_slot" must be the start of a slot', "not number")
  bad(function() batch:list_bids(load, "2024-06-03T00:07") end, 'no slot of 15 min begins at "2024-06-03T00:07"')
  bad(function() batch:set_energy_forecast { asset = load } end, '"energy_forecast" is missing')
  bad(function() batch:set_energy_forecast(load, 3) end, '"energy_forecast" must be a table of kWh by slot, not number')
  bad(function() batch:set_energy_forecast(load, { 3 }) end, '"energy_forecast" must be the start of a slot', "not number")
  bad(function() batch:set_energy_forecast(load, { ["2024-06-03T00:15"] = "1" }) end,
    '"energy_forecast" of 2024-06-03T00:15 must be a number of kWh, not string')
  bad(function() batch:set_energy_measurement(load, { ["2024-06-03T00:15"] = -0.1 }) end,
    '"energy_measurement" of 2024-06-03T00:15 is -0.1, not an amount of kWh of at least 0')
  bad(function() batch:set_energy_forecast(load, { ["2024-06-03T00:15"] = 1, ["2024-06-03 00:15"] = 1 }) end,
    '"energy_forecast" names the slot 2024-06-03T00:15 twice')
  bad(function() batch:set_energy_forecast(load, { ["2024-06-02T00:15"] = 1 }) end, "lies before the run")
  bad(function() batch:bid_energy_rate { load, 1, 20 } end, "keys have names")
  for _ = 1, 64 do -- what stands first in such a table depends on addresses, what is told does not
    local odd = { [{}] = 1, [{}] = 2, [0.5] = 3, [print] = 4, asset = "no such", wrong = 5, replace_existing = 6 }
    bad(function() batch:bid_energy_rate(odd) end, "keys have names, not number")
    bad(function()
      batch:bid_energy_rate { asset = load, energy = 1, rate = 20, requirements = { odd } }
    end, "keys of a requirement of a bid have names, not number")
  end
  bad(function() batch:bid_energy_rate({ asset = load, energy = 1, rate = 2 }, 3) end, "not both")
  bad(function() batch:bid_energy_rate { energy = 1, rate = 2 } end, '"asset" is missing')
  bad(function() batch:bid_energy_rate { asset = load, rate = 2 } end, '"energy" is missing')
  bad(function() batch:bid_energy_rate { asset = load, energy = 2 } end, '"rate" is missing')
  bad(function() batch:bid_energy { asset = load, energy = 2 } end, '"price" is missing')
  bad(function() batch:bid_energy_rate(load, nil, 20) end, '"energy" must be a number of kWh or "all", not nil')
  bad(function() batch:bid_energy_rate(load, "1", 20) end, '"energy" must be')
  bad(function() batch:bid_energy_rate(load, 1) end, '"rate" must be a number of ct/kWh, not no value')
  bad(function() batch:bid_energy(load, 1, {}) end, '"price" must be a number of ct, not table')
  bad(function() batch:bid_energy_rate { asset = load, energy = 1, rate = "2" } end, '"rate" must be a number')
  bad(function() batch:bid_energy_rate(load, 0 / 0, 20) end, '"energy" is', "not an amount of kWh")
  bad(function() batch:bid_energy_rate(load, 1e9, 20) end, '"energy" is', "not an amount of kWh up to 10000000")
  bad(function() batch:bid_energy_rate(load, 1, 1 / 0) end, '"rate" is inf, not an amount of ct/kWh')
  bad(function() batch:bid_energy(load, 1, 0 / 0) end, '"price" is')
  bad(function() batch:bid_energy_rate(load, 1, 20, "yes") end, '"replace_existing" must be true or false')
  bad(function() batch:bid_energy_rate("Lod 1", 1, 20) end, 'there is no asset "Lod 1"', 'did you mean "Load 1"?')
  bad(function() batch:bid_energy_rate(nil, 1, 20) end, "asset must be an object", "not nil")
  bad(function() batch:bid_energy_rate(community, 1, 20) end, "not another kind of object")
  bad(function() batch:grid_fees(load, 1) end, "market must be an object")
  bad(function() batch:grid_fees(community) end, '"fee_cents_kwh" must be a number')
  bad(function() batch:grid_fees(community, 0 / 0) end, "not a fee")
  bad(function() batch:grid_fees { market = community } end, "must be given")
  bad(function() batch:grid_fees { market = community, fee_const = 1, fee_percent = 1 } end, "must be given")
  bad(function() batch:grid_fees { fee_const = 1 } end, '"market" is missing')
  bad(function() batch:delete_bid(load, "7") end, '"bid_id" must be the id of an order')
  bad(function() batch:delete_bid { asset = load, offer_id = 7 } end, 'does not take "offer_id"')
  bad(function() batch:device_info(load, nil); batch.device_info() end, "call it with a colon")
  bad(function() batch.foo = 1 end, "cannot be changed")
  bad(function() table.sort({ 1, 2 }, function() batch:execute() end) end, "cannot wait here")
  batch:execute() -- the device_info above
  same(#batch:execute(), 0, "nothing to wait for")
end

local function others()
  local sent, _, code = batch:bid_energy_rate("Load 2", 0.1, 20)
  same(sent, nil)
  same(code, "FOREIGN")
  sent = batch:bid_energy_rate("Load 1", 0.1, 20)
  same(sent, true)
  local answers = batch:execute()
  same(#answers, 2, "a foreign command has its answer in place")
  same(answers[1].code, "FOREIGN")
  same(answers[2].status, "ready")
end

-- What another's asset has left must not show: not by what is said, and not by the price that is too much.
local function others_have_left()
  for _, name in ipairs({ "Load 2", "Meter 2" }) do
    for _, price in ipairs({ 0, 1, 0.7e12, 1e12 }) do
      local sent, why, code = batch:bid_energy(name, "all", price)
      same(sent, nil)
      same(code, "FOREIGN")
      same(why, ('bid_energy on "%s" refused: this asset or market is not yours to command'):format(name))
    end
  end
  for _, name in ipairs { "update_offer_energy", "asset_info" } do -- each by the name that was called
    local _, why = batch[name](batch, "Load 2", 0.1, 20)
    same(why:match("^%S+"), name)
  end
  for _, answer in ipairs(batch:execute()) do
    refused(answer, "FOREIGN")
    same(answer.asked, nil)
    same(answer.allowed, nil)
  end
end

local function limit(load)
  local sent, why, code
  for _ = 1, 1000 do
    sent, why, code = batch:list_bids(load)
    if not sent then break end
  end
  same(code, "LIMIT")
  same(why, 'list_bids refused: a batch takes at most 256 commands; execute() sends it')
  same(#batch:execute(), 256)
end

return {
  on_start = function(config)
    same(config.name, "Home 1")
    batch:bid_energy_rate("Load 1", 1, 20)
    same(batch:execute()[1].code, "CLOSED")
  end,
  on_market_cycle = function(info)
    local load, pv, battery = info.assets[1], info.assets[2], info.assets[3]
    local community = info.markets[1]
    if info.slot == 0 then
      misuse(load, community)
      bids(load)
      offers(pv, battery)
      questions(load, community)
      fees(community)
      others()
      others_have_left()
      limit(load)
    elseif info.slot == 1 then
      near(community.running_market_fee, 3)
      local stats = one(batch:dso_market_stats(community)).market_stats
      same(stats.area_throughput.import, 0.0)
      same(stats.market_fee_revenue, 0.0)
      same(stats.self_sufficiency, 0)
      near(stats.market_bill.accumulated_trades.bought, 0)
      print("done")
    end
  end,
}
