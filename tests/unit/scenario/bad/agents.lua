return scenario {
  grid = area { name = "Grid",
    area { name = "Home 1",
      load { name = "Load 1", avg_power_W = 100 },
      pv { name = "PV 1" } },
    area { name = "Home 2",
      load { name = "Load 2", avg_power_W = 100, strategy = "strategies/load_rampe.lua" } },
  },
  agents = {
    agent { name = "A", script = "strategies/patient.lua", assets = { "Home 1" } },
    agent { name = "B", script = "strategies/patent.lua", assets = { "PV 1", "Laod 1" } },
    agent { name = "C", script = "tariffs/fixed_fee.lua", markets = { "Grid" } },
    agent { name = "D", script = "tariffs/fixed_fee.lua", markets = { "Grid", "Home3", "PV 1" } },
    agent { name = "Home 3", script = "strategies/patient.lua" },
    agent { script = "strategies/patient.lua" },
    agent { name = "A", script = "strategies/patient.lua", assets = {} },
  },
}
