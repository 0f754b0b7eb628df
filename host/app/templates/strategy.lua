-- @NAME@.lua: a trading strategy for lunagrid.
--
-- The idea: in every slot start with a price that is good for you and give way until, at the end of the
-- slot, you would do no worse with the utility. Change `patience` or rewrite all of it; then
--   lunagrid check @NAME@.lua
--   lunagrid run examples/street --agent "Home 1=@NAME@.lua"
-- and look at the column "saved".
--
-- Energy is in kWh, rates are in ct/kWh. A script commands some assets; each has a role:
--   consumer  asset.energy_requirement_kWh   what it still has to buy in this slot
--   producer  asset.available_energy_kWh     what it still has to sell
--   prosumer  one or the other, slot by slot: the one it is not is 0
--   storage   asset.energy_to_buy, asset.energy_to_sell, asset.soc (0 empty .. 1 full)

local outside = require "outside" -- what the utility's energy costs here, and what energy sold to it brings: with all
-- the grid fees on the way, which grid.calculate_grid_fee(asset, grid.tree, "running_market_fee") tells
local own_use = require "own_use" -- what the home makes serves its own loads before it is traded

local agent = {}

-- A scenario may set params of its own: agent { script = "@NAME@.lua", params = { patience = 2 } }
local patience = params.patience or 1.5 -- 1 gives way evenly, more waits longer

local function trade(market)
  -- 0 when the slot opens, 1 at its last call: then the order meets the utility's rate.
  local given_way = math.pow(math.min(1, market.slot_completion / 0.9), patience)
  for _, asset in ipairs(market.assets) do
    local dear, cheap = outside.buy_rate(asset, market), outside.sell_rate(asset, market)
    local role, bid, offer = asset.role, nil, nil
    if role == "consumer" or role == "prosumer" then bid = cheap + (dear - cheap) * given_way end
    if role == "producer" or role == "prosumer" then offer = dear - (dear - cheap) * given_way end
    if role == "storage" then
      -- Never buys above, never sells below the middle, so that every cycle earns something.
      local middle = (dear + cheap) / 2
      bid = cheap + (middle - 1 - cheap) * given_way
      offer = dear - (dear - middle - 1) * given_way
    end
    -- own_use.bid and own_use.offer place what the home can use itself, once a slot, and then the same as
    --   grid.batch:bid_energy_rate { asset = asset, energy = "all", rate = bid, replace_existing = true }
    -- energy is a number of kWh, or "all" that is left; the order takes the place of the last tick's.
    if bid then own_use.bid(asset, bid) end
    if offer then own_use.offer(asset, offer) end
  end
  -- The batch goes out when the callback returns. To see the answers at once:
  --   for _, answer in ipairs(grid.batch:execute()) do print(answer.command, answer.status) end
end

function agent.on_market_cycle(market) -- a slot has opened
  own_use.plan(market, market.assets)
  trade(market)
end

agent.on_tick = trade -- at 10 %, 20 % .. 90 % of it

-- Commands that were refused come here, with the reason and the numbers, and events of the scenario.
function agent.on_event_or_response(message)
  if message.event == "refused" then
    state.refused = (state.refused or 0) + 1 -- `state` lives as long as the agent does
  end
end

return agent
