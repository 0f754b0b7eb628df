-- expect.lua — what the topics in this folder check with

local expect = {}

--- a and b are the same value.
function expect.same(a, b, what)
  if a ~= b then
    error(string.format("%s: expected %s, got %s", what or "value", tostring(b), tostring(a)), 2)
  end
end

--- a is b to nine digits.
function expect.near(a, b, what)
  if math.abs(a - b) > 1e-9 * math.max(1, math.abs(b)) then
    error(string.format("%s: expected %s, got %s", what or "number", tostring(b), tostring(a)), 2)
  end
end

--- f fails, and its message contains every one of the texts.
function expect.fails(f, ...)
  local ok, message = pcall(f)
  if ok then error("this should have failed: " .. tostring((...)), 2) end
  for _, part in ipairs({ ... }) do
    if not string.find(message, part, 1, true) then
      error(string.format("expected %q in %q", part, message), 2)
    end
  end
end

return expect
