-- naive.lua — takes the utility's rates for prices: bids what it asks and offers for what it pays, all at once
--
-- It is never worse off than with the utility, and never better: whoever trades with it keeps what there was to
-- share. Its battery only carries its own sun into its own evening.

local home = require "home"

return home.strategy {
  load = function(now) return now.dear end,
  panel = function(now) return now.cheap end,
  battery = function(now) return now.cheap, now.dear end,
}
