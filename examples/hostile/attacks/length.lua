-- length.lua — a __len of 2^62 makes the loops of insert, remove, concat and unpack endless.
-- wall: TABLE_SIZE

return {
  on_market_cycle = function(info)
    local long = setmetatable({}, { __len = function() return 1 << 62 end })
    for _, f in ipairs({ table.insert, table.remove, table.concat, table.unpack }) do
      pcall(f, long, 1)
      pcall(f, long, 1, 2)
    end
    table.concat(long)
  end,
}
