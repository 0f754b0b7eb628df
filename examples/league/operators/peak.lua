-- peak.lua — reacts to what flows: the nearer the import of the last slots comes to the highest it has seen, the dearer
-- is the next one
--
-- Nobody is asked for more while there is room, and no clock has to be known; but it answers two slots late, and who
-- waits for a low fee may come back all at once. Parameters: base and top (1.5 and 10 ct/kWh), from (0.5: the part
-- of the highest import up to which the fee is the base), limit (kWh of a slot: taken for the highest instead).

local fees = require "fees"

-- The mean of the last two imports of a market as a part of what it can take, 0 .. 1.
local function strain(seen, import, highest)
  local mean = (import + (seen.import or import)) / 2
  seen.import = import
  highest = params.limit or highest
  return highest > 0 and math.min(1, mean / highest) or 0
end

return {
  on_market_cycle = function(info)
    local base, top, from = params.base or 1.5, params.top or 10, params.from or 0.5
    for _, market in ipairs(info.markets) do grid.batch:dso_market_stats(market) end
    for i, answer in ipairs(grid.batch:execute()) do
      local market, stats = info.markets[i], answer.market_stats
      if stats and stats.area_throughput then
        state[market.name] = state[market.name] or {}
        local part = strain(state[market.name], stats.area_throughput.import, stats.peak_import_kWh)
        fees.set(market, base + (top - base) * math.max(0, part - from) / (1 - from), info)
      end
    end
  end,
}
