-- addresses.lua — addresses tell runs apart, and where the host keeps its things.
-- wall: ADDRESS

return {
  on_market_cycle = function(info)
    local co = coroutine.create(print)
    for _, value in ipairs({ {}, print, co, info, info.assets, params, grid, string.format }) do
      local text = tostring(value) .. string.format("%s", value)
      if text:find("0x") then print("REACHED " .. text) end
    end
    string.format("%p", {})
  end,
}
