-- random.lua — seeds the random numbers from time and addresses.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    math.randomseed()
  end,
}
