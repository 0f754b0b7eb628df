-- peak_threshold.lua — a grid fee that follows the load of the connection to the grid above ("Aziiz")
--
-- Looks at the mean of import or export, whichever is more, of the last four slots, and takes the fee of the highest
-- threshold that it reaches. What is set now rules from the next slot on, so the fee answers to a peak two slots after
-- it began. Parameters (fees in ct/kWh, or % where the run's fees are percentages):
--
--   base (1)       the fee below all thresholds
--   thresholds     rising, energy of one slot: { { kWh = 2, fee = 2 }, { kWh = 5, fee = 4 }, { kWh = 10, fee = 8 } }
--   window (4)     slots that the mean is over
--   markets        for markets of their own: { ["Community"] = { base = 2, thresholds = { ... } } }

local fees = require "fees"
local parameters = require "parameters"

local default = { { kWh = 2, fee = 2 }, { kWh = 5, fee = 4 }, { kWh = 10, fee = 8 } }

-- The parameter of a market: its own, that of all, or what is usual.
local function setting(market, name, usual)
  local own = params.markets and params.markets[market.name]
  if own and own[name] ~= nil then return own[name] end
  if params[name] ~= nil then return params[name] end
  return usual
end

local function fee_for(market, peak)
  local fee = setting(market, "base", 1)
  for _, step in ipairs(setting(market, "thresholds", default)) do
    if peak >= step.kWh then fee = step.fee end
  end
  return fee
end

-- Looks at base, thresholds and window of all markets, or of the one that `where` ("markets.Community.") begins with.
local function check(own, where, info)
  fees.check_fee(own.base, where .. "base", info)
  parameters.whole(own.window, where .. "window", 1, 100000)
  local before = 0
  parameters.list(own.thresholds, where .. "thresholds", "{ kWh = ..., fee = ... }")
  for i, step in ipairs(own.thresholds or {}) do
    local here = ("%sthresholds[%d]"):format(where, i)
    parameters.names(step, here, { "kWh", "fee" })
    for _, key in ipairs { "kWh", "fee" } do
      if step[key] == nil then error(("%s: %s is missing"):format(here, key), 0) end
    end
    parameters.number(step.kWh, here .. ".kWh", 0, 1e9, " kWh")
    fees.check_fee(step.fee, here .. ".fee", info)
    if i > 1 and step.kWh <= before then
      error(("%s.kWh: thresholds rise, but %g kWh come after %g kWh"):format(here, step.kWh, before), 0)
    end
    before = step.kWh
  end
end

local function mean(list)
  local sum = 0
  for _, value in ipairs(list) do sum = sum + value end
  return #list > 0 and sum / #list or 0
end

local function remember(list, value, window)
  table.insert(list, value)
  if #list > window then table.remove(list, 1) end
end

return {
  on_start = function(info)
    parameters.names(params, "", { "base", "markets", "thresholds", "window" })
    check(params, "", info)
    fees.check(params.markets, "markets", info)
    for name, own in pairs(params.markets or {}) do
      parameters.names(own, "markets." .. name, { "base", "thresholds", "window" })
      check(own, "markets." .. name .. ".", info)
    end
  end,
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do grid.batch:dso_market_stats(market) end
    for i, answer in ipairs(grid.batch:execute()) do
      local market = info.markets[i]
      local through = answer.market_stats and answer.market_stats.area_throughput
      if through then
        state[market.name] = state[market.name] or { imports = {}, exports = {} }
        local seen = state[market.name]
        local window = setting(market, "window", 4)
        remember(seen.imports, through.import, window)
        remember(seen.exports, through.export, window)
        fees.set(market, fee_for(market, math.max(mean(seen.imports), mean(seen.exports))), info)
      end
    end
  end,
}
