-- shared_library.lua — replaces functions that the host or others may call.
-- wall: READ_ONLY

return {
  on_market_cycle = function(info)
    pcall(function() string.format = function() return "REACHED" end end)
    pcall(function() getmetatable("").__index = { format = function() return "REACHED" end } end)
    pcall(rawset, string, "rep", nil)
    pcall(function() _G.pairs = nil end)
    if ("%d"):format(1) == "REACHED" then print("REACHED") end
    table.insert = nil
  end,
}
