return scenario {
  grid = area { name = "Grid", heatpump { name = "Pump" } },
}
