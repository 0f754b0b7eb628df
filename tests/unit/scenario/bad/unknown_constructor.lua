return scenario {
  grid = area { name = "Grid",
    laod { name = "Load 1", avg_power_W = 100 },
  },
}
