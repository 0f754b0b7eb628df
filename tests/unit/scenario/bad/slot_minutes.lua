return scenario {
  slot_minutes = 7,
  grid = area { name = "Grid",
    load { name = "Load 1", avg_power_W = 100 },
  },
}
