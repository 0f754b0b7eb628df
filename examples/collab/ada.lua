-- Ada has panels and a battery, and tells the street in every slot what she has left over.

local quotes = require "quotes"

local function surplus(market)
  local left = 0
  for _, asset in ipairs(market.assets) do
    left = left + (asset.available_energy_kWh or 0) - (asset.energy_requirement_kWh or 0)
  end
  return left
end

return {
  on_market_cycle = function(market)
    grid.board:post { topic = "surplus", numbers = { surplus(market) } }
    quotes.send(market, 0.1)
  end,
  on_tick = function(market) quotes.send(market, 0.1) end,
}
