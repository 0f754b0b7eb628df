-- time_of_use.lua — a higher grid fee in the hours when all want energy at once
--
-- Parameters: peak and off_peak (ct/kWh, 6 and 2), peak_from and peak_to (hours of the day, 17 and 21). What is set
-- now rules from the next slot on, so the hour that counts is that of the next slot.

local function is_peak(hour)
  local from, to = params.peak_from or 17, params.peak_to or 21
  if from <= to then return hour >= from and hour < to end
  return hour >= from or hour < to -- over midnight
end

return {
  on_market_cycle = function(info)
    local next_hour = (info.hour + info.slot_minutes / 60) % 24
    local fee = is_peak(next_hour) and (params.peak or 6) or (params.off_peak or 2)
    for _, market in ipairs(info.markets) do
      if market.next_market_fee ~= fee then grid.batch:grid_fees(market, fee) end
    end
  end,
}
