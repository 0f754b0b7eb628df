-- Many things wrong at once: all of them are told in one go.
local homes = {}
for i = 1, 2 do
  homes[i] = area { name = "Home " .. i,
    load { name = "Home " .. i .. " load", avg_powr_W = 400 },
    pv { name = "Home " .. i .. " PV",
         capacity_kW = "five" },
  }
end
return scenario {
  name = "many", sede = 7,
  days = 0,
  market = { kind = "two_sidde", matching = "pay_as_clear" },
  results = { trades = "yes" },
  grid = area { name = "Grid",
    grid_fee_constant = -4,
    area { name = "Street", homes[1], homes[2] },
    lod = 3,
  },
}
