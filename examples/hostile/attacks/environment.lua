-- environment.lua — looks for a way out: files, processes, clock, native code, the registry.
-- wall: NOT_AVAILABLE

return {
  on_market_cycle = function(info)
    for _, name in ipairs({ "io", "os", "debug", "package", "load", "loadstring", "loadfile", "dofile", "collectgarbage" }) do
      local ok = pcall(function() return _G[name].x end)
      if ok or pcall(function() return _G[name]() end) then print("REACHED " .. name) end
    end
    for _, name in ipairs({ "../../scenario", "/etc/passwd", "..", "attacks/idle" }) do
      if pcall(require, name) then print("REACHED " .. name) end
    end
    os.exit(0)
  end,
}
