-- weak_metatable.lua — a metatable that is weak itself is freed twice in an emergency collection of 5.4.4:
-- heap corruption.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    local meta = {}
    local t = setmetatable({}, meta)
    meta.__mode = "kv" -- without effect: what is installed is a copy
    setmetatable(meta, { __mode = "k" })
  end,
}
