-- error_text.lua — a message that is long, and that writes to the terminal.
-- wall: RAISED

return {
  on_market_cycle = function(info)
    error("\27[2J\27]0;title\7\r\nlunagrid: forged line\n" .. ("\xff\0"):rep(20000))
  end,
}
