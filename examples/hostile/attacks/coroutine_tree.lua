-- coroutine_tree.lua — each coroutine is shorter than the interval of the hook, and the hook counts for each
-- apart: it never fires.
-- wall: BUDGET_UNITS

return {
  on_market_cycle = function(info)
    local function tree(depth)
      if depth == 0 then return end
      for _ = 1, 9 do coroutine.wrap(tree)(depth - 1) end
    end
    tree(60)
  end,
}
