local homes = param("homes", 2, "how many homes")
local grid = { name = "Grid", grid_fee_constant = 4,
  infinite_bus { name = "Utility", energy_sell_rate = day { ["00:00"] = 20, ["06:30"] = 35 } } }
for i = 1, homes do
  grid[#grid + 1] = area { name = "Home " .. i, load { name = "Load " .. i, avg_power_W = 100 * i } }
end
return scenario { name = "street", days = 1, market = { kind = "one_sided" }, grid = area(grid) }
