return scenario {
  grid = area { name = "Grid", geyser { name = "Pump" } },
}
