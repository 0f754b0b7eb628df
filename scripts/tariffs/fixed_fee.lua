-- fixed_fee.lua — a grid fee that stays: the same for all markets, or one a market
--
-- Parameters: fee (ct/kWh, or % where the run's fees are percentages), and fees = { ["Community"] = 2 } for markets
-- with their own. What is set now rules from the next slot on: the first one has the scenario's fee.

local fees = require "fees"
local parameters = require "parameters"

return {
  on_start = function(info)
    parameters.names(params, "", { "fee", "fees" })
    if params.fee == nil and params.fees == nil then error("fee: expected a number, or fees by market; got neither", 0) end
    fees.check_fee(params.fee, "fee", info)
    fees.check(params.fees, "fees", info)
    for name, fee in pairs(params.fees or {}) do fees.check_fee(fee, "fees." .. name, info) end
  end,
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do
      fees.set(market, params.fees and params.fees[market.name] or params.fee, info)
    end
  end,
}
