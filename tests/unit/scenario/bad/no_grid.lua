return scenario { name = "x", days = 1 }
