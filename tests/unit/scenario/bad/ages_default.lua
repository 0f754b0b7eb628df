-- No update_interval: a minute is one tick here, and the ages are 2. The market maker and what names its script stay out.
return scenario {
  tick_seconds = 60, slot_minutes = 60,
  market = { keep_age = false },
  grid = area { name = "Grid",
    area { name = "Home",
      load { name = "Load", avg_power_W = 100 },
      load { name = "Slow load", avg_power_W = 100, update_interval = 5 },
      pv { name = "PV", capacity_kW = 5 },
    },
    market_maker { name = "Utility", energy_rate = 30 },
    area { name = "Empty" },
  },
  nonsense = 1,
}
