-- fixed_fee.lua — a grid fee that stays: the same for all markets, or one a market
--
-- Parameters: fee (ct/kWh), and fees = { ["Community"] = 2 } for markets with their own.

local function fee_of(market)
  return (params.fees and params.fees[market.name]) or params.fee
end

return {
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do
      local fee = fee_of(market)
      if fee and market.next_market_fee ~= fee then grid.batch:grid_fees(market, fee) end
    end
  end,
}
