-- hours.lua — a memory of one number for each hour of the day, learned as the days go by
--
-- What the panels make, what the loads take, what energy costs: tomorrow at this hour is expected to be as today. Plain
-- data, so it can live in `state`. Hours are UTC, 0 .. 24, as info.hour has them; they may go on past midnight.

local hours = {}

--- A new memory. guess(hour) is believed of an hour until it has been seen; 0 without it.
function hours.new(guess)
  local memory = { seen = {} }
  for hour = 0, 23 do
    memory[hour] = guess and guess(hour) or 0
    memory.seen[hour] = false
  end
  return memory
end

--- Takes in what was seen at an hour: the first time as it is, later a `part` of the way (0.25) towards it.
function hours.learn(memory, hour, value, part)
  local h = math.floor(hour) % 24
  memory[h] = memory.seen[h] and memory[h] + (value - memory[h]) * (part or 0.25) or value
  memory.seen[h] = true
end

--- What is expected at an hour.
function hours.at(memory, hour) return memory[math.floor(hour) % 24] end

--- Smallest, mean and largest of the day.
function hours.range(memory)
  local low, sum, high = memory[0], 0, memory[0]
  for hour = 0, 23 do
    local value = memory[hour]
    low, sum, high = math.min(low, value), sum + value, math.max(high, value)
  end
  return low, sum / 24, high
end

return hours
