return scenario { seed = math.random(10) }
