-- @NAME@/collab.lua: one community, many owners. Each gets a token, and with it an own script, log and view.
--   lunagrid check @NAME@/collab.lua
--   lunagrid host @NAME@/collab.lua --tokens tokens.json
-- and then, as an owner: LUNAGRID_TOKEN=... lunagrid ctl --control runs/@NAME@/control.sock upload mine.lua

return collab {
  name = "@NAME@", -- results go to runs/@NAME@
  scenario = "scenario.lua",
  settings = { homes = 4 }, -- as --set has them

  -- A seat is an agent, area or asset of the scenario of that name, or what assets and markets say. One without a script
  -- is traded by the template strategies until its owner uploads one. No asset or market may be in two seats.
  seats = {
    seat { owner = "Ada", name = "Home 1", script = "@NAME@.lua" },
    seat { owner = "Bea", name = "Home 2", script = "strategies/patient.lua" },
    seat { owner = "Cem", name = "Home 3" },
    seat { owner = "Dora", name = "Grid operator", markets = { "Community" }, script = "tariffs/fixed_fee.lua", params = { fee = 1 } },
  },

  limits = {
    uploads_per_minute = 6,
    upload_kB = 256, -- of a script with all it requires
    restarts = 1,    -- of a script that was given up, before the templates take over
    budget = { units_per_call = 1000000, bank = 50000000, memory_MB = 64 },
  },
  board = { posts = 8 }, -- of each seat stay on grid.board
  pace = "15m=10s",      -- a slot of 15 minutes takes 10 s; "real", "60x", "full"
  -- control = "/run/lunagrid/@NAME@.sock", group = "energy", -- who may connect, beside you
}
