return scenario { slots = 8, market = { kind = "none" },
  grid = area { name = "Grid", infinite_bus { name = "U" }, area { name = "Home", load { name = "L", avg_power_W = 9 } } },
  agents = { agent { name = "Home", script = "strategies/patient.lua" } },
  events = { disconnect { "Home", from = "00:30", to = "1:00" }, disable { "L", at = "2024-06-03T01:00Z" },
    change { "Home", at = "24:00", params = { final_buying_rate = 8, grid_fee_constant = 2 } },
    change { "Home", at = "1:00", script = "strategies/night_owl.lua", params = { margin = 3 } } } }
