-- print_flood.lua — fills terminal and log.
-- wall: BUDGET_OUTPUT

return {
  on_tick = function()
    for _ = 1, 1000 do print(("flood "):rep(100)) end
  end,
}
