-- gmatch_depth.lua — after "too complex" the iterator of gmatch keeps a broken depth counter: the next call
-- overflows the C stack.
-- wall: BAD_PATTERN

return {
  on_market_cycle = function(info)
    local next_match = (("x"):rep(300000 // 5)):gmatch(("x?"):rep(250))
    for _ = 1, 1000 do pcall(next_match) end
    local s = ("["):match("[")
  end,
}
