return scenario {
  grid = area { name = "Grid",
    load { name = "Load 1", daily_load_profile = csv { file = "csv_no_header.csv", unit = "kWh" } },
  },
}
