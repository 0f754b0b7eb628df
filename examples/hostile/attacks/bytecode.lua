-- bytecode.lua — bytecode is not verified: crafted bytes crash the process.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    print(pcall(function() return string.dump(print) end))
    load("\27Lua\x54\0\x19\x93\r\n\x1a\n", "=crash", "b")()
  end,
}
