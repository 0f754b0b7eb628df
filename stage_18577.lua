local c = coroutine.wrap(function() while true do
  coroutine.yield() for i = 1, 100 do end end end)
function on_market_cycle() c() while true do end end
function on_tick(info)
  c() print(info.tick)
  if info.tick % 3 > 0 then return end
  grid.batch:bid_energy_rate{ asset = 'Load 1', energy = 1, rate = 1 }
  pcall(function() while true do end end)
  print('caught')
end
