-- recursion.lua — recurses until the stack is full.
-- wall: STACK

return {
  on_market_cycle = function(info)
    local function deep(n) return 1 + deep(n + 1) end
    deep(1)
  end,
}
