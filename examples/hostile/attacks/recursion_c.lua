-- recursion_c.lua — recurses through C: sort, gsub, metamethods.
-- wall: STACK

return {
  on_market_cycle = function(info)
    local s = "x"
    local function deep() return s:gsub("x", deep) end
    pcall(deep)
    local t
    t = setmetatable({}, { __index = function(_, k) return t[k] end })
    return t.x
  end,
}
