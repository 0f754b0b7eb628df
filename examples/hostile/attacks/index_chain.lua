-- index_chain.lua — a chain of __index that is long, then a circle.
-- wall: INDEX

return {
  on_market_cycle = function(info)
    local t = {}
    for _ = 1, 500 do t = setmetatable({}, { __index = t }) end
    pcall(function() return t.x end)
    local circle = {}
    setmetatable(circle, { __index = circle })
    pcall(function() return circle.x end)
    local none
    return none.x
  end,
}
