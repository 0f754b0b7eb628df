return scenario {
  slots = 2,
  grid = area { name = "Grid",
    load { name = "Load 1", daily_load_profile = csv { file = "csv_kilo.csv" } },
  },
}
