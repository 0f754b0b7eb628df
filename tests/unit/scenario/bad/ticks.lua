return scenario {
  slot_minutes = 15, ticks_per_slot = 15,
  start = "2024-06-31",
  days = 1, slots = 96,
  market_maker_rate = { 1, 2, 3 },
  feed_in_tariff = day { ["8:00"] = 8, ["25:00"] = 9 },
  grid = area { name = "Grid", load { name = "Load", hrs_of_day = { 8, 24 } } },
}
