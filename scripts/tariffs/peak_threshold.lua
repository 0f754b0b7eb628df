-- peak_threshold.lua — a grid fee that follows the load of the connection to the grid above
--
-- Looks at the mean of import or export, whichever is more, of the last four slots, and takes the fee of the highest
-- threshold that it passes. Parameters: base (ct/kWh below all thresholds, 1) and
-- thresholds = { { kWh = 2, fee = 2 }, { kWh = 5, fee = 4 } }, per slot, rising.

local WINDOW = 4
local thresholds = params.thresholds or { { kWh = 2, fee = 2 }, { kWh = 5, fee = 4 }, { kWh = 10, fee = 8 } }

local function fee_for(peak)
  local fee = params.base or 1
  for _, step in ipairs(thresholds) do
    if peak >= step.kWh then fee = step.fee end
  end
  return fee
end

local function mean(list)
  local sum = 0
  for _, value in ipairs(list) do sum = sum + value end
  return #list > 0 and sum / #list or 0
end

local function remember(list, value)
  table.insert(list, value)
  if #list > WINDOW then table.remove(list, 1) end
end

return {
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do grid.batch:dso_market_stats(market) end
    for i, answer in ipairs(grid.batch:execute()) do
      local market = info.markets[i]
      local through = answer.market_stats and answer.market_stats.area_throughput
      if through then
        state[market.name] = state[market.name] or { imports = {}, exports = {} }
        local seen = state[market.name]
        remember(seen.imports, through.import)
        remember(seen.exports, through.export)
        local fee = fee_for(math.max(mean(seen.imports), mean(seen.exports)))
        if market.next_market_fee ~= fee then grid.batch:grid_fees(market, fee) end
      end
    end
  end,
}
