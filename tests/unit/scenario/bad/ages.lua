return scenario {
  market = { keep_age = false, bid_age = 3, fees = "percentage" },
  grid = area { name = "Grid", grid_fee_constant = 4,
    load { name = "Load", avg_power_W = 100, update_interval = 4.5 },
    load { name = "Slow load", avg_power_W = 100, update_interval = 6 },
    pv { name = "PV",
      update_interval = 1,
      capacity_kw = 5 },
    area { name = "Empty" },
  },
}
