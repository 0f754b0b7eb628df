-- Attackers among honest homes: every way to hurt a host or its guests that is known here, one script each.
--
--   lunagrid run examples/hostile                                   all of them sit there and do nothing
--   lunagrid run examples/hostile --set armed=true                  all of them strike
--   lunagrid run examples/hostile --set armed=true --set attack=pattern     one of them, attacks/pattern.lua

local corpus = {
  "addresses", "bytecode", "close_variable", "collect", "command_flood", "coroutine_before", "coroutine_close",
  "coroutine_nest", "coroutine_tree", "environment", "ephemerons", "error_fuel", "error_object", "error_text",
  "faults", "finalizer", "finish", "foreign", "format", "globals", "gmatch_depth", "host_objects", "index_chain",
  "length", "long_names", "long_texts", "loop", "loop_goto", "loop_numeric", "memory", "memory_caught", "move",
  "next_emptied", "order", "pairs_step", "pattern", "pcall_loop", "plain_find", "print_flood", "random",
  "recursion", "recursion_c", "rep_empty", "rep_long", "shared_library", "sort_comparator", "start",
  "texts_caught", "trade_handler", "value_flood", "varargs", "waits", "weak_metatable", "xpcall_handler",
}

local attack = param("attack", "all", "which of attacks/ sits in the street")
local armed = param("armed", false, "whether it does what it is for")
local seconds = param("seconds", 0.3, "processor time that an attacker's callback may take")
local patience = param("patience", 10, "times that, by the clock, that an answer of an attacker's worker may take")

local street = { name = "Street", grid_fee_constant = 1 }
for i = 1, 4 do
  street[i] = area { name = "Home " .. i,
    load { name = "Load " .. i, avg_power_W = 300 + 200 * i },
    pv { name = "PV " .. i, capacity_kW = 2 * i, model = "clear_sky" },
    storage { name = "Battery " .. i, battery_capacity_kWh = 2 * i } }
end

local agents = {}
for i = 1, 4 do agents[i] = agent { name = "Home " .. i, script = "strategies/home_ramp.lua" } end

-- An attacker may not trade, whatever becomes of it: so its home needs nothing, and idles as its template too.
for _, name in ipairs(corpus) do
  if attack == "all" or attack == name then
    street[#street + 1] = area { name = "Attacker " .. name,
      load { name = name, avg_power_W = 0, strategy = "attacks/idle.lua", forecast_stream_enabled = true } }
    agents[#agents + 1] = agent { name = "Attacker " .. name,
      script = armed and "attacks/" .. name .. ".lua" or "attacks/idle.lua",
      budget = { units_per_call = 200000, seconds_per_call = seconds, patience = patience, memory_MB = 8,
        output_bytes = 4096, faults_in_a_row = 10 } }
  end
end

return scenario {
  name = "hostile", seed = 7, start = "2024-06-03T08:00Z", slots = 8,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30, feed_in_tariff = 8,
  grid = area { name = "Grid", grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street) },
  agents = agents,
}
