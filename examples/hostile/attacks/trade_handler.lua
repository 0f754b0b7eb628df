-- trade_handler.lua — strikes in a callback that answers a refusal, while another one waits.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function()
    grid.batch:bid_energy_rate("Load 1", 1, 1) -- somebody else's
    grid.batch:execute()
    grid.batch:bid_energy_rate("Load 1", 1, 1)
  end,
  on_event_or_response = function()
    while true do end
  end,
}
