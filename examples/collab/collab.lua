-- One community, four owners: lunagrid host examples/collab/collab.lua
return collab {
  name = "street-of-four",
  scenario = "scenario.lua",
  seats = {
    seat { owner = "Ada", name = "Home 1", script = "ada.lua" },
    seat { owner = "Bea", name = "Home 2", script = "strategies/patient.lua" },
    seat { owner = "Cem", name = "Home 3" }, -- the template strategies, until Cem uploads a script
    seat { owner = "Dora", name = "Grid operator", markets = { "Street" }, script = "tariffs/fixed_fee.lua", params = { fee = 1 } },
  },
  limits = { uploads_per_minute = 6, upload_kB = 64, budget = { units_per_call = 2000000 } },
  board = { posts = 4 },
  pace = "15m=2s",
}
