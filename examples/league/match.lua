-- match.lua — four entrants and a village: each sits in each seat, under two skies
--
-- A seat is compared with the same game in which the template strategies ("baseline") sit there instead. Put your own
-- script among the entrants: script = "mine.lua", beside this file.

return match {
  name = "village green",
  scenario = "village.lua",
  days = 2,
  seats = { "Seat A", "Seat B", "Seat C", "Seat D" },
  entrants = {
    entrant { name = "arbitrage", script = "entrants/arbitrage.lua" },
    entrant { name = "aggressive", script = "entrants/aggressive.lua" },
    entrant { name = "patient", script = "entrants/patient.lua" },
    entrant { name = "spendthrift", script = "entrants/spendthrift.lua" },
  },
  seeds = { 1, 2 },
}
