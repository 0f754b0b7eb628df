-- plain_find.lua — a plain search compares text and part in C.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local s, part = ("a"):rep(60000), ("a"):rep(30000) .. "b"
    while true do s:find(part, 1, true) end
  end,
}
