-- rep_long.lua — one call that asks for all memory.
-- wall: TEXT_SIZE

return {
  on_market_cycle = function(info)
    local s = ("x"):rep(1 << 40)
  end,
}
