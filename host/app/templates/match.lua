-- @NAME@/match.lua: strategies meet. Each entrant sits in each seat, and every game is played once more with
-- "baseline", the template strategies, in the entrant's place: what the seat cost less is the entrant's saving.
--   lunagrid check @NAME@/match.lua
--   lunagrid match @NAME@/match.lua
-- Games are named by the hash of all that they are made of: change a script, and only its games are played again.

return match {
  name = "@NAME@", -- results go to matches/@NAME@
  scenario = "scenario.lua", -- or scenarios = { "a.lua", { file = "b.lua", settings = { homes = 20 }, days = 3 } }
  days = 1, -- of each game; 7 when absent

  -- What there is to sit in. A trader commands the assets of the agent, area or asset of that name (or assets = {...}),
  -- an operator sets the fees of markets, an exchange is the rule by which orders meet.
  seats = {
    seat { name = "Home 1" },
    seat { name = "Home 2" },
    -- seat { name = "Operator", role = "operator", markets = { "Community" } },
    -- seat { name = "Exchange", role = "exchange" },
  },

  -- Who meets. Scripts lie beside this file or among those that ship with lunagrid.
  entrants = {
    entrant { name = "mine", script = "@NAME@.lua" },
    entrant { name = "patient", script = "strategies/patient.lua" },
    -- entrant { name = "flat", role = "operator", script = "tariffs/fixed_fee.lua", params = { fee = 2 } },
    -- entrant { name = "uniform", role = "exchange", rule = "pay_as_clear" },
  },
  turns = "rotate", -- "all": every order of them; "none": the first in the first seat, and so on

  seeds = { 1, 2 },
  -- Hidden ones: publish the hash of a salt first (printf %s "my salt" | sha256sum), reveal it with --salt "my salt".
  -- seeds = { count = 5, commitment = "..." },

  sees = "all", -- "own": scripts see statistics and bills of their own home and the markets above it, no neighbour's

  against = "seat", -- "all": compare with "baseline" in all seats, not in the entrant's alone

  -- What a callback may use up: instructions, the same on every machine, and memory. What it leaves over is saved in a
  -- bank (50 times units_per_call when absent) for one that needs more; scripts read grid.budget. A callback that
  -- goes beyond it, or fails, costs what it commanded; whoever does so again and again, on one day or in a row, is
  -- followed by "baseline", and the result says so.
  budget = { units_per_call = 1000000, bank = 50000000, memory_MB = 64, breaches_a_day = 5, faults_in_a_row = 10 },
}
