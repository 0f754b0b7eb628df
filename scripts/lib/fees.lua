-- fees.lua — what scripts of grid operators share: setting a fee, and looking at the names in their parameters

local fees = {}

--- Sets the grid fee of a market from the next slot on, unless it is that already or `fee` is nil: in ct/kWh, or in %
-- where the run's fees are percentages.
function fees.set(market, fee, info)
  if not fee or market.next_market_fee == fee then return end
  if info.fees == "percentage" then
    grid.batch:change_grid_fees_percent(market, fee)
  else
    grid.batch:grid_fees(market, fee)
  end
end

--- An error when a key of `list` (a parameter called `name`; nil is fine) is no market of this operator.
function fees.check(list, name, info)
  local own = {}
  for _, market in ipairs(info.markets) do own[#own + 1] = market.name end
  for key in pairs(list or {}) do
    local found = false
    for _, market in ipairs(own) do found = found or market == key end
    if not found then
      error(("%s: \"%s\" is no market of this operator; those are: %s"):format(name, key, table.concat(own, ", ")), 0)
    end
  end
end

return fees
