-- faults.lua — fails at every call, for ever.
-- wall: BUDGET_FAULTS

return {
  every_tick = true,
  on_tick = function() error("again") end,
}
