-- xpcall_handler.lua — the handler of an error raised in a hook runs with hooks switched off: stock Lua hangs
-- in it.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    xpcall(function()
      while true do end
    end, function()
      while true do end
    end)
  end,
}
