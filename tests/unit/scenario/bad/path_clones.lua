return scenario {
  grid = area { name = "Grid",
    area { name = "Street {i}", clones = 3,
      area { name = "Home {i}", clones = 2,
        load { name = "Load {path}", avg_power_W = 100 } } },
  },
}
