-- A name far beyond the limit: told, and nothing behind relies on it.
return scenario {
  name = "long", slots = 2,
  grid = area { name = "G",
    area { name = "H", load { name = ("x"):rep(16000), avg_power_W = 100 } } },
}
