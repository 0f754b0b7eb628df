-- prices.lua — what energy costs at each hour of the day, learned from the trades seen so far
--
-- Starts from a guess (cheap at noon and at night, dear in the evening) between the feed-in tariff and the
-- utility's rate, and moves a fifth of the way towards every price it sees.

local prices = {}

-- The guess as shares of the way from the feed-in tariff to the utility's rate, by hour (UTC).
local shape = {
  [0] = 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.4, 0.2, 0.1,
  0.1, 0.1, 0.2, 0.4, 0.7, 0.9, 1.0, 1.0, 0.9, 0.8, 0.7, 0.6,
}

--- A new memory of prices; plain data, so it can live in `state`.
function prices.new(low, high)
  local memory = {}
  for hour = 0, 23 do memory[hour] = low + (high - low) * shape[hour] end
  return memory
end

--- Remembers what the market paid in the slot that has just closed.
function prices.learn(memory, market, hour)
  local rate = market.last_market_stats.avg_trade_rate
  if rate then
    local h = math.floor(hour) % 24
    memory[h] = memory[h] + (rate - memory[h]) / 5
  end
end

--- For on_market_cycle: a new memory when `memory` is nil, else what it has learned from the slot that has just
-- closed in the community the first asset's home trades in.
function prices.follow(memory, market)
  if not memory then return prices.new(market.feed_in_tariff_rate or 0, market.market_maker_rate or 30) end
  local first = market.assets[1]
  if first then
    prices.learn(memory, first.area.parent or first.area, market.hour - market.slot_minutes / 60)
  end
  return memory
end

--- The expected rate at an hour.
function prices.at(memory, hour) return memory[math.floor(hour) % 24] end

--- Mean of the `count` cheapest and of the `count` dearest hours.
function prices.extremes(memory, count)
  local sorted = {}
  for hour = 0, 23 do sorted[hour + 1] = memory[hour] end
  table.sort(sorted)
  local cheap, dear = 0, 0
  for i = 1, count do
    cheap = cheap + sorted[i] / count
    dear = dear + sorted[25 - i] / count
  end
  return cheap, dear
end

return prices
