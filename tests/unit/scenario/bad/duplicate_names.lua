return scenario {
  grid = area { name = "Grid",
    area { name = "Home 1",
      load { name = "Load", avg_power_W = 100 } },
    area { name = "Home 2",
      load { name = "Load", avg_power_W = 100 } },
    area { name = "Home 1",
      pv { name = "PV *" } },
  },
}
