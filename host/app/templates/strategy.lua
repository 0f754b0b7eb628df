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
--   storage   asset.energy_to_buy, asset.energy_to_sell, asset.soc (0 empty .. 1 full)

local agent = {}

-- A scenario may set params of its own: agent { script = "@NAME@.lua", params = { patience = 2 } }
local patience = params.patience or 1.5 -- 1 gives way evenly, more waits longer

-- What the utility's energy costs at the door of `asset`: its rate and the fees of all markets between.
local function utility_rates(market, asset)
  local fees = grid.calculate_grid_fee(asset, grid.tree) or 0
  local buy = market.market_maker_rate + fees
  local sell = math.max(0, market.feed_in_tariff_rate - fees)
  return buy, sell
end

local function trade(market)
  local given_way = market.slot_completion ^ patience -- 0 when the slot opens, towards 1 at its end
  for _, asset in ipairs(market.assets) do
    local dear, cheap = utility_rates(market, asset)
    if asset.role == "consumer" and asset.energy_requirement_kWh > 0 then
      grid.batch:bid_energy_rate {
        asset = asset,
        energy = asset.energy_requirement_kWh,
        rate = cheap + (dear - cheap) * given_way,
        replace_existing = true, -- takes the place of the bid of the last tick
      }
    elseif asset.role == "producer" and asset.available_energy_kWh > 0 then
      grid.batch:offer_energy_rate {
        asset = asset,
        energy = asset.available_energy_kWh,
        rate = dear - (dear - cheap) * given_way,
        replace_existing = true,
      }
    elseif asset.role == "storage" then
      -- Never buys above, never sells below the middle, so that every cycle earns something.
      local middle = (dear + cheap) / 2
      local buy = asset.energy_to_buy + asset.energy_active_in_bids
      local sell = asset.energy_to_sell + asset.energy_active_in_offers
      if buy > 0 then
        grid.batch:bid_energy_rate {
          asset = asset, energy = buy, replace_existing = true,
          rate = cheap + (middle - 1 - cheap) * given_way,
        }
      end
      if sell > 0 then
        grid.batch:offer_energy_rate {
          asset = asset, energy = sell, replace_existing = true,
          rate = dear - (dear - middle - 1) * given_way,
        }
      end
    end
  end
  -- The batch goes out when the callback returns. To see the answers at once:
  --   for _, answer in ipairs(grid.batch:execute()) do print(answer.command, answer.status) end
end

agent.on_market_cycle = trade -- a slot has opened
agent.on_tick = trade         -- at 10 %, 20 % .. 90 % of it

-- Commands that were refused come here, with the reason and the numbers.
function agent.on_event_or_response(message)
  state.refused = (state.refused or 0) + 1 -- `state` lives as long as the agent does
end

return agent
