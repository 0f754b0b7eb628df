-- tape.lua — replays a recorded tape: what somebody once bid and asked, slot by slot
--
-- The tape is a CSV file with a row for every slot, whose columns the scenario hands over as parameters; 0 MW is no
-- order. The row of a slot is for the period that starts `ahead` slots later (4), and its orders rest until the gate
-- of the period closes.
--
--   agent { name = "Tape", script = "traders/tape.lua", assets = {},
--           params = { buy_price = csv { file = "tape.csv", column = "buy_price" },   -- EUR/MWh
--                      buy_MW = csv { file = "tape.csv", column = "buy_MW" },
--                      sell_price = csv { file = "tape.csv", column = "sell_price" },
--                      sell_MW = csv { file = "tape.csv", column = "sell_MW" } } }

local parameters = require "parameters"

local function play(side, slot, ahead)
  local price, quantity = params[side .. "_price"], params[side .. "_MW"]
  if not (price and quantity) or not quantity[slot + 1] or quantity[slot + 1] <= 0 then return end
  local order, sentence = trading.create { side = side, slot = slot + ahead, price = price[slot + 1],
                                           quantity = quantity[slot + 1], tag = "tape" }
  if not order then print("the tape's order to " .. side .. " is refused: " .. sentence) end
end

return {
  on_start = function()
    parameters.names(params, "", { "buy_price", "buy_MW", "sell_price", "sell_MW", "ahead" })
  end,
  on_market_cycle = function(info)
    play("buy", info.slot, params.ahead or 4)
    play("sell", info.slot, params.ahead or 4)
  end,
}
