local s = scenario { name = "x" }
