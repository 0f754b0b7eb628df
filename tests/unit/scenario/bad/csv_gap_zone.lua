return scenario {
  start = "2024-06-03", days = 1,
  grid = area { name = "Grid",
    load { name = "Load",
      daily_load_profile = csv { file = "csv_gap_zone.csv", unit = "kW" } } },
}
