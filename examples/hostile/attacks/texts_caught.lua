-- texts_caught.lua — asks for what is too large over and over: each refusal is a full collection.
-- wall: BUDGET_MEMORY

return {
  on_market_cycle = function(info)
    state.heap = {}
    for i = 1, 5000 do state.heap[i] = { i } end
    while true do
      pcall(function()
        local s = "x"
        while true do s = s .. s end
      end)
    end
  end,
}
