-- error_object.lua — an error object whose __tostring and __name run in the host, outside of pcall.
-- wall: NO_MESSAGE

return {
  on_market_cycle = function(info)
    error(setmetatable({}, {
      __name = ("x"):rep(60000),
      __tostring = function()
        print("REACHED")
        while true do end
      end,
    }))
  end,
}
