return scenario {
  grid = area { name = "Gr\nid\27",
    load { name = "Load 1", avg_power_W = 100 },
  },
}
