-- fees.lua — what scripts of grid operators share: setting a fee, and looking at their parameters

local parameters = require "parameters"
local slots = require "slots"
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
  if list ~= nil and type(list) ~= "table" then error(name .. ": expected a table with a key for each market", 0) end
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

--- An error when `fee` (nil is fine), which `where` names, is no fee: a number the host would take.
function fees.check_fee(fee, where, info)
  if info.fees == "percentage" then parameters.number(fee, where, 0, 1000, " %") end
  if info.fees ~= "percentage" then parameters.number(fee, where, 0, 10000, " ct/kWh") end
end

--- The same for a number, or a list with one for every slot of the run: the slot is named by its time.
function fees.check_fees(fee, where, info)
  if type(fee) ~= "table" then return fees.check_fee(fee, where, info) end
  for i, value in ipairs(fee) do
    fees.check_fee(value, where .. " of " .. slots.shift(info.market_slot, (i - 1) * info.slot_minutes), info)
  end
end

return fees
