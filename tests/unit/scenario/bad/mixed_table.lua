return scenario {
  grid = area { name = "Grid",
    load { "Load 1", avg_power_W = 100 } },
}
