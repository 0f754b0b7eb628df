-- ephemerons.lua — a chain through a weak table takes the collector a time of its square, outside of any
-- hook.
-- wall: METATABLES

return {
  on_market_cycle = function(info)
    local first = {}
    local meta = first
    for _ = 1, 1e5 do
      local next_one = {}
      meta.__index = next_one
      setmetatable({}, meta)
      meta.__index = nil
      meta = next_one
    end
    state.first = first
  end,
}
