-- limits.lua — the first and last rates of the template ramps: what the scenario says, the utility's where it says so
--
-- With use_market_maker_rate the dear end is the utility's rate with the grid fees on the way from the asset's market
-- to the root: a buyer's last rate has them on top, a seller's first rate has them taken off, so that all in all it
-- is the utility's. The fees are those that rule the running slot, since its trades pay these; so a fee that changes
-- in a slot moves the limits when it begins to rule, in the next one. With compat = "gsy-e" it is as there: constant
-- fees only, as they are set at the moment, so a changed fee moves the limits at once.
--
-- Each function returns first rate, last rate and when to ask again, as ramp.new wants it.

local outside = require "outside"
local limits = {}

local function utility(info) return info.market_maker_rate or 30 end

-- The constant fees from the asset's market to the root as they are set, with percentages none.
local function fees_set(asset, info)
  if info.fees ~= "constant" then return 0 end
  return grid.calculate_grid_fee(asset, grid.tree, "next_market_fee")
end

--- A buyer: initial_buying_rate (0) to final_buying_rate, else `final`, else the utility's rate.
function limits.buying(asset, info, final)
  local p = asset.params
  local first = p.initial_buying_rate or 0
  if not p.use_market_maker_rate then
    local last = p.final_buying_rate or final
    return first, last or utility(info), last == nil
  end
  if info.compat == "gsy-e" then return first, utility(info) + fees_set(asset, info), "update" end
  return first, outside.with_fees(utility(info), asset, info), true
end

--- A seller: initial_selling_rate (the utility's rate) to final_selling_rate (0); a device that has a rate of its own,
-- like a diesel generator, asks that.
function limits.selling(asset, info)
  local own = asset.sell_rate
  if own then return own, own, true end
  local p = asset.params
  local last = p.final_selling_rate or 0
  if not p.use_market_maker_rate then
    local first = p.initial_selling_rate
    return first or utility(info), last, first == nil
  end
  if info.compat == "gsy-e" then
    return math.max(utility(info) - fees_set(asset, info), last), last, "update"
  end
  return math.max(outside.without_fees(utility(info), asset, info), last), last, true
end

return limits
