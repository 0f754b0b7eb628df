-- host_objects.lua — reaches for the metatables of objects of the host, and writes to them.
-- wall: READ_ONLY

return {
  on_market_cycle = function(info)
    local asset = info.assets[1]
    for _, object in ipairs({ info, info.assets, asset, asset.params, grid, grid.batch, params }) do
      if getmetatable(object) then print("REACHED") end
      if pcall(setmetatable, object, {}) then print("REACHED") end
      if pcall(rawset, object, "x", 1) then print("REACHED") end
      pcall(rawget, object, "x")
      pcall(next, object)
    end
    if pcall(function() getmetatable(asset).__gc(asset) end) then print("REACHED") end
    info.slot = 5
  end,
}
