-- finish.lua — strikes when the run ends.
-- wall: BUDGET_UNITS

return {
  on_finish = function()
    while true do end
  end,
}
