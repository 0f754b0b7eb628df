-- start.lua — strikes before the first slot.
-- wall: BUDGET_UNITS

return {
  on_start = function()
    while true do pcall(error) end
  end,
}
