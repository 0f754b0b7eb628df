-- time_of_use.lua — a grid fee that follows the clock: from a table, or higher in the hours when all want energy at once
--
-- What is set now rules from the next slot on, so what counts is what the table says of the next slot; the first slot
-- of a run has the scenario's fee. Parameters (ct/kWh, or % where the run's fees are percentages), one of
--
--   fees = { ["Community"] = day { ["00:00"] = 1, ["17:00"] = 6, ["21:00"] = 1 },   -- a table of slots and markets:
--            ["Grid"] = csv { file = "fees.csv", column = "Grid" },                 -- profiles, a fee for every slot,
--            ["Street"] = 2 }                                                      -- or a number
--   peak, off_peak (6 and 2), peak_from and peak_to (hours of the day, 17 and 21)  -- the same for all its markets
--
-- A market that `fees` does not name keeps its fee. All columns of a file, in a scenario:
--
--   local fees, markets = {}, csv_columns("fees.csv")                   -- time;Community;Grid
--   for _, name in ipairs(markets) do fees[name] = csv { file = "fees.csv", column = name } end
--   agent { name = "Operator", script = "tariffs/time_of_use.lua", markets = markets, params = { fees = fees } }

local fees = require "fees"
local parameters = require "parameters"

local function is_peak(hour)
  local from, to = params.peak_from or 17, params.peak_to or 21
  if from <= to then return hour >= from and hour < to end
  return hour >= from or hour < to -- over midnight
end

-- A profile among the parameters is a list with a value for every slot; lists count from 1 and slots from 0.
local function fee_of(market, info)
  if params.fees then
    local fee = params.fees[market.name]
    if type(fee) == "table" then return fee[info.slot + 2] end
    return fee
  end
  local next_hour = (info.hour + info.slot_minutes / 60) % 24
  return is_peak(next_hour) and (params.peak or 6) or (params.off_peak or 2)
end

return {
  on_start = function(info)
    parameters.names(params, "", params.fees and { "fees" } or { "fees", "peak", "off_peak", "peak_from", "peak_to" })
    fees.check(params.fees, "fees", info)
    for name, fee in pairs(params.fees or {}) do fees.check_fees(fee, "fees." .. name, info) end
    fees.check_fee(params.peak, "peak", info)
    fees.check_fee(params.off_peak, "off_peak", info)
    parameters.number(params.peak_from, "peak_from", 0, 24, " h")
    parameters.number(params.peak_to, "peak_to", 0, 24, " h")
  end,
  on_market_cycle = function(info)
    for _, market in ipairs(info.markets) do fees.set(market, fee_of(market, info), info) end
  end,
}
