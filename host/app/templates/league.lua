-- @NAME@/league.lua: who is best? Every entrant sits in every seat, under several skies, and ranks say who is surely better
-- than whom.
--   lunagrid check @NAME@/league.lua
--   lunagrid league @NAME@/league.lua
-- leagues/@NAME@/index.html is the table to look at, from the disk. What has been played is not played again: enter one
-- more, or change a script, and only its games are new.

return league {
  name = "@NAME@",

  -- A case is a scenario with a seed; ranks need six of them at least. A family is summed up in a column of its own.
  scenarios = {
    { file = "scenario.lua", family = "small", settings = { homes = 4 } },
    { file = "scenario.lua", name = "more", family = "large", settings = { homes = 8 } },
  },
  days = 1, -- of each game; 7 when absent
  seeds = { 1, 2, 3 },
  -- Hidden ones: publish the hash of a salt first (printf %s "my salt" | sha256sum), reveal it with --salt "my salt".
  -- seeds = { count = 5, commitment = "..." },

  seats = { "Home 1", "Home 2" },

  -- "round_robin": so many games that all meet equally often. "blocks" with rounds: in each, everybody sits everywhere once.
  schedule = "blocks",
  rounds = 1,

  -- Scripts lie beside this file or among those that ship with lunagrid. The same source twice is one entrant.
  entrants = {
    entrant { name = "mine", script = "@NAME@.lua" },
    entrant { name = "patient", script = "strategies/patient.lua" },
    entrant { name = "home_ramp", script = "strategies/home_ramp.lua" },
  },

  measure = "score", -- 0: the template strategies, 100: what could have been; "saving": EUR a day

  -- As in a match (lunagrid new match): sees, against, budget, params of an entrant, seats of operators and exchanges.
}
