-- flat.lua — the same fee at all hours: everybody knows what the network costs, and nobody has a reason to wait
--
-- Parameter: at_all_hours (3 ct/kWh, or % where the run's fees are percentages).

local fees = require "fees"
local fee = params.at_all_hours or 3

return {
  on_start = function(info) fees.check_fee(fee, "at_all_hours", info) end,
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do fees.set(market, fee, info) end
  end,
}
