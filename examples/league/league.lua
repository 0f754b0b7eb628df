-- league.lua — all nine entrants in three families of scenarios, two skies each: six cases
--
-- In every case each entrant sits once in each seat (schedule "blocks", one round): 9 games, each with four games more in
-- which the templates ("baseline") sit in one of the seats instead. That is 270 games of a day.

return league {
  name = "first league",
  scenarios = {
    { file = "village.lua", family = "village in winter" },
    { file = "suburb.lua", family = "suburb in summer" },
    { file = "feeder.lua", family = "congested feeder" },
  },
  days = 1,
  seeds = { 1, 2 },
  seats = { "Seat A", "Seat B", "Seat C", "Seat D" },
  schedule = "blocks",
  entrants = {
    "entrants/aggressive.lua",
    "entrants/arbitrage.lua",
    "entrants/cooperative.lua",
    "entrants/dealer.lua",
    "entrants/fee_aware.lua",
    "entrants/learner.lua",
    "entrants/naive.lua",
    "entrants/patient.lua",
    "entrants/spendthrift.lua",
  },
}
