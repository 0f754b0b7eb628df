-- parameters.lua — what a script looks at before it relies on its parameters: names that are none, values that cannot be
--
-- Every function ends the script with a sentence that begins with where the value stands. Call them in on_start.

local parameters = {}

local function fail(where, format, ...) error(where .. ": " .. string.format(format, ...), 0) end

local function shown(value)
  if type(value) == "string" then return '"' .. value .. '"' end
  if type(value) == "table" then return "a table" end
  return tostring(value)
end

--- An error when `list` (nil is fine) is no table, or has a key that is not in `names`. `where` is what it is called, ""
-- for `params` itself.
function parameters.names(list, where, names)
  if list == nil then return end
  if type(list) ~= "table" then fail(where, "expected a table, got %s", shown(list)) end
  for key in pairs(list) do
    local known = false
    for _, name in ipairs(names) do known = known or name == key end
    if not known then
      fail(where == "" and tostring(key) or where .. "." .. tostring(key), "there is no such parameter; those are: %s",
        table.concat(names, ", "))
    end
  end
end

--- An error when `list` (nil is fine) is no list; `what` is said of its items.
function parameters.list(list, where, what)
  if list == nil then return end
  if type(list) ~= "table" then fail(where, "expected a list of %s, got %s", what, shown(list)) end
  for key in pairs(list) do
    if math.type(key) == nil then fail(where, "expected a list of %s, got the key %s", what, shown(key)) end
  end
end

--- An error when `value` (nil is fine) is no number of `least` to `most`; `unit` is said behind them.
function parameters.number(value, where, least, most, unit)
  if value == nil then return end
  if math.type(value) == nil or not (value >= least and value <= most) then
    fail(where, "expected a number of %g to %g%s, got %s", least, most, unit or "", shown(value))
  end
end

--- The same for a whole number.
function parameters.whole(value, where, least, most)
  if value == nil then return end
  if math.type(value) == nil or value % 1 ~= 0 or value < least or value > most then
    fail(where, "expected a whole number of %d to %d, got %s", least, most, shown(value))
  end
end

return parameters
