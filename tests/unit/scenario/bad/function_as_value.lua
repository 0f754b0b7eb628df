return scenario {
  name = "x",
  grid = area {
    name = "Grid",
    load { name = "Load 1",
      avg_power_W = function() return 1 end },
  },
}
