return scenario {
  grid = area { name = "Grid",
    area { name = "Home {i}", clones = 10, uuid = "0d7c3c9e-1c7e-4c0b-9c1a-0123456789ab",
      load { name = "Load", avg_power_W = 100 } },
    pv { name = "PV {i}" },
    storage { name = "Battery {i}", clones = 2.5 },
  },
}
