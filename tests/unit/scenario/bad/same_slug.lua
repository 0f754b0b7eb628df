return scenario {
  grid = area { name = "Grid",
    area { name = "Home 1", load { name = "Load 1", avg_power_W = 100 } },
    area { name = "home-1", load { name = "Load 2", avg_power_W = 100 } },
    area { name = "__", load { name = "Load 3", avg_power_W = 100 } },
    area { name = "Home 2",
      area { name = "HOME 1", load { name = "Load 4", avg_power_W = 100 } } },
  },
}
