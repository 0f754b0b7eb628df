-- Settlement markets as a script sees them: Load 1 plans 1 kWh a slot, says what it has used and settles it against
-- PV 1, which nobody measures and which is as planned. Markets are open for two slots.

local expect = require "expect"
local same, near = expect.same, expect.near
local batch = grid.batch
local first, second, third = "2024-06-03T00:00", "2024-06-03T00:15", "2024-06-03T00:30"

-- The answers to one command.
local function one(sent)
  same(sent, true)
  local answers = batch:execute()
  same(#answers, 1)
  return answers[1]
end

local function refused(sent, code, ...)
  same(sent, true)
  local answer = batch:execute()[1]
  same(answer.status, "error")
  same(answer.code, code)
  for _, part in ipairs { ... } do
    if not string.find(answer.error_message, part, 1, true) then
      error(string.format("expected %q in %q", part, answer.error_message), 2)
    end
  end
  return answer
end

local function running_slot(info, load)
  same(#info.settlement_slots, 0)
  same(next(load.unsettled_deviation_kWh), nil)
  refused(batch:bid_energy_rate { asset = load, energy = 1, rate = 20, time_slot = second }, "CLOSED",
    "there is no market of 2024-06-03T00:15 now", "the spot market of 2024-06-03T00:00", "nothing is to settle yet")
  refused(batch:bid_energy_rate { asset = load, energy = 1, rate = 20, time_slot = "2024-06-02T00:15" }, "CLOSED",
    "outside of the run")
  local answer = one(batch:bid_energy_rate { asset = load, energy = 0.5, rate = 20, time_slot = first })
  same(answer.market_type, "Spot Market")
  same(answer.time_slot, first)
  one(batch:delete_bid(load))
  refused(batch:set_energy_measurement(load, { [second] = 1 }), "CLOSED",
    "2024-06-03T00:15 is not the running slot, 2024-06-03T00:00")
  refused(batch:set_energy_forecast(load, { [first] = 1 }), "CLOSED",
    "2024-06-03T00:00 is not a slot after the running one, 2024-06-03T00:00")
  refused(batch:set_energy_forecast("PV 1", { [second] = 1 }), "UNSUPPORTED",
    '"PV 1" is no load or producer with forecast_stream_enabled = true')
  answer = one(batch:set_energy_measurement(load, { [first] = 1.25 }))
  same(answer.command, "set_energy_measurement")
  near(answer.set_energy_measurement[first], 1.25)
  answer = one(batch:set_energy_forecast { asset = load, energy_forecast = { [second] = 0.8, [third] = 0.7 } })
  near(answer.set_energy_forecast[second], 0.8)
  near(answer.set_energy_forecast[third], 0.7)
end

local function next_slot(info, load, pv, community)
  same(#info.settlement_slots, 1)
  same(info.settlement_slots[1], first)
  near(load.energy_requirement_kWh, 0.8) -- as forecast
  near(load.unsettled_deviation_kWh[first], 0.25)
  near(pv.unsettled_deviation_kWh[first], 0)
  near(one(batch:device_info(load)).device_info.unsettled_deviation_kWh[first], 0.25)
  local deviance = one(batch:dso_market_stats(community)).market_stats.market_energy_deviance
  near(deviance[grid.market("Home 1").uuid], 0.25)
  near(deviance[grid.market("Home 2").uuid], 0)
  local answer = refused(batch:bid_energy_rate(load, 0.26, 20, true, first), "ENERGY", "asked 0.26 kWh, allowed 0.25")
  near(answer.allowed, 0.25)
  refused(batch:offer_energy_rate(load, 0.1, 20, true, first), "ENERGY", "allowed 0)")
  refused(batch:bid_energy_rate(pv, 0.1, 20, true, first), "ENERGY", "allowed 0)")
  answer = one(batch:bid_energy_rate(load, "all", 20, true, first))
  same(answer.market_type, "Settlement Market")
  near(answer.bid.energy, 0.25)
  local list = one(batch:list_bids(load, first)).bid_list
  same(#list, 1)
  near(list[1].rate, 20)
  same(#one(batch:list_bids(load)).bid_list, 0) -- of the spot market
  near(one(batch:update_bid_energy_rate(load, "all", 21, first)).bid.rate, 21)
  same(one(batch:delete_bid { asset = load, time_slot = first }).deleted, 1)
  one(batch:set_energy_measurement { asset = load, energy_measurement = { [first] = 0.75, [second] = 1 } })
end

local function third_slot(info, load)
  same(table.concat(info.settlement_slots, " "), first .. " " .. second)
  near(load.unsettled_deviation_kWh[first], -0.25) -- measured anew
  near(load.unsettled_deviation_kWh[second], 0.2)  -- against the forecast
  same(batch:bid_energy_rate(load, "all", 20, true, first), false) -- there is nothing to bid for
  one(batch:offer_energy { asset = load, energy = 0.2, price = 2, time_slot = first })
  one(batch:bid_energy { asset = load, energy = 0.2, price = 4, time_slot = second })
  same(load.settlement_bill.bought, 0.0)
  print("done")
end

return {
  on_market_cycle = function(info)
    local load, pv, community = info.assets[1], info.assets[2], info.markets[1]
    if info.slot == 0 then running_slot(info, load) end
    if info.slot == 1 then next_slot(info, load, pv, community) end
    if info.slot == 2 then third_slot(info, load) end
  end,
}
