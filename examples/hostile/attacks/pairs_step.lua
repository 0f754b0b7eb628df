-- pairs_step.lua — what pairs() returns, called with a text for a table, or told to begin far below zero.
-- wall: BAD_ARGUMENT

return {
  on_market_cycle = function(info)
    local sorted, list = pairs { x = 1, y = 2 }, pairs { 1, 2 }
    list({}, math.mininteger) -- in C, where no clock ends it
    for _, wrong in ipairs { "text", 5, true, print } do
      if pcall(sorted, wrong) or pcall(list, wrong) then print("REACHED " .. tostring(wrong)) end
    end
    sorted("text")
  end,
}
