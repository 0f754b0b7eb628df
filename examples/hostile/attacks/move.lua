-- move.lua — table.move walks 2^62 elements in C.
-- wall: TABLE_SIZE

return {
  on_market_cycle = function(info)
    table.move({}, 1, 1 << 62, 2)
  end,
}
