-- What the language is inside the sandbox: what is missing says why, nothing shows an address or a random order.

local expect = require "expect"
local same, fails = expect.same, expect.fails

local function globals()
  fails(function() return valu end, 'language.lua:', 'global "valu" is not defined')
  fails(function() return prams end, 'did you mean "params"?')
  fails(function() fresh = 1 end, 'global "fresh" is assigned inside a function', '`local`')
  fails(function() load("x = 1") end, '"load" is not available to scripts', "require")
  fails(function() return os.time() end, '"os" is not available to scripts', "`now`")
  fails(function() return io.open("x") end, '"io" is not available')
  fails(function() collectgarbage() end, '"collectgarbage" is not available')
  fails(function() debug.sethook() end, '"debug" is not available')
  fails(function() return math.flor(1) end, 'math has no function "flor"', 'did you mean "floor"?')
  fails(function() return ("x"):uper() end, 'string has no function "uper"', 'did you mean "upper"?')
  fails(function() _G[1] = 2 end, 'global "?"')
  fails(function() return _G[{}] end, "globals have names")
end

local function texts()
  same(tostring({}), "table")
  same(tostring(print), "function")
  same(tostring(1.5), "1.5")
  same(tostring(nil), "nil")
  same(string.format("%s|%5.2f|%d|%%", {}, 1.005, 3), "table| 1.00|3|%")
  same(("%s"):format(true), "true")
  same(string.format("%-6s|", "ab"), "ab    |")
  same(string.format("%q", "a\n"), '"a\\\n"')
  fails(function() string.format("%p", {}) end, "%p shows an address")
  fails(function() string.format("%s") end, "bad argument")
  same(string.rep("ab", 3, "-"), "ab-ab-ab")
  same(string.rep("", 2 ^ 40 // 1), "")
  same(string.rep("x", 0), "")
  fails(function() string.rep("x", 1 << 40) end, "at most")
  local named = setmetatable({}, { __tostring = function() return "me" end })
  same(tostring(named), "me")
  same(string.format("%s", named), "me")
  fails(function() tostring(setmetatable({}, { __tostring = function() return 1 end })) end, "__tostring")
  same(getmetatable(""), nil)
end

local function order()
  local keys = {}
  for k in pairs({ b = 1, a = 2, [3] = 3, [1] = 4, [-5] = 5, ["10"] = 6, ["9"] = 7, aa = 8 }) do
    keys[#keys + 1] = tostring(k)
  end
  same(table.concat(keys, " "), "-5 1 3 10 9 a aa b")
  local list, seen = { 10, 20, 30, nil, 50 }, {}
  for i, v in pairs(list) do seen[#seen + 1] = i .. "=" .. v end
  same(table.concat(seen, " "), "1=10 2=20 3=30 5=50")
  local t = { a = 1, b = 2, c = 3 }
  local visited = ""
  for k in pairs(t) do
    visited = visited .. k
    t[k] = nil
    t.b = nil
  end
  same(visited, "ac")
  same(next({}), nil)
  same(next({ z = 1, y = 2 }), "y")
  same(next({ z = 1, y = 2 }, "y"), "z")
  same(next({ z = 1, y = 2 }, "z"), nil)
  same(next({ 1, b = 2 }, "a"), "b", "a key that is not there has its place")
  for _ in pairs({}) do error("empty") end
  for _, t in ipairs { { 1, 2 }, { x = 1, y = 2 } } do -- what pairs() returns can be called with anything
    local step = pairs(t)
    for _, wrong in ipairs { "abc", 5, true, print, 0.5 } do
      fails(function() step(wrong) end, "table expected")
      fails(function() step(wrong, 1) end, "table expected")
    end
    fails(step, "table expected")
    fails(function() string.gsub("abc", ".", step) end, "table expected")
    same(step({}, math.mininteger), nil)
    same(step({}, math.maxinteger), nil)
  end
  local step = ipairs {}
  same(step({}, math.maxinteger), nil)
  fails(function() pairs({ [1.5] = 1 }) end, "not a whole number")
  fails(function() pairs({ [{}] = 1, a = 2 }) end, "a table as key")
  fails(function() pairs({ [true] = 1, a = 1 }) end, "a boolean as key")
  for _ = 1, 64 do -- tables and functions stand where their addresses put them
    local odd = { [{}] = 1, [{}] = 2, [-0.5] = 3, [0.25] = 4, [print] = 5, a = 6, [true] = 7 }
    fails(function() pairs(odd) end, "the key -0.5 is not a whole number")
    fails(function() next(odd) end, "the key -0.5 is not a whole number")
    odd[-0.5], odd[0.25], odd[true] = nil, nil, nil
    fails(function() pairs(odd) end, "a table as key")
    fails(function() next(odd) end, "a table as key")
    fails(function() next(odd, {}) end, "a table as key")
  end
  fails(function() pairs(nil) end, "table expected")
  local own = setmetatable({}, { __pairs = function() return function(_, i) if not i then return 1, "x" end end end })
  for k, v in pairs(own) do same(k .. v, "1x") end
end

local function walking()
  local t, other = {}, { 10, 20, 30 }
  for i = 40, 1, -1 do t["k" .. i // 10 .. i % 10] = i end
  local seen, place = {}, nil
  for k, v in next, t do
    seen[#seen + 1] = k
    if v == 2 then t.k03 = nil end
    place = next(other, place) -- another walk beside it, and many more
    for i = 1, 9 do next({ 1, 2 }, 1) end
  end
  same(#seen, 39)
  same(seen[2] .. " " .. seen[3] .. " " .. seen[39], "k02 k04 k40")
  same(place, 3, "once around, and ten times more")
  same(next(t), "k01")
  t.k00 = 0 -- a walk that begins meets it
  same(next(t), "k00")
  same(next(t, "k00"), "k01")
  t.k005 = 0
  same(next(t), "k00")
  same(next(t, "k00"), "k005", "also where one was broken off there")
  same(next(t, "k33"), "k34", "from anywhere")
  same(next(t, "k10"), "k11")
  same(next(t, "k40"), nil)
  same(next(t, "k40"), nil)
end

local function sorting()
  local people = {}
  for i = 1, 100 do people[i] = { age = i % 3, at = i } end
  table.sort(people, function(a, b) return a.age < b.age end)
  for i = 2, 100 do
    local a, b = people[i - 1], people[i]
    assert(a.age < b.age or (a.age == b.age and a.at < b.at), "stable")
  end
  local numbers = { 3, 1, 2, 5, 4 }
  table.sort(numbers)
  same(table.concat(numbers), "12345")
  fails(function() table.sort({ 1, "x" }) end, "compare")
  fails(function() table.sort({ 2, 1 }, 5) end, "function expected")
  same(select("#", table.unpack({ 1, 2, 3 })), 3)
  fails(function() return table.unpack({}, 1, 1e6 // 1) end, "at most 250")
end

local function metatables()
  local class = { __index = { hello = "hi" } }
  local object = setmetatable({}, class)
  same(object.hello, "hi")
  assert(getmetatable(object) == class, "the original")
  class.__add = function() return 7 end
  setmetatable({}, class) -- brings the copy up to date
  same(object + 1, 7)
  class.__mode = "k"
  fails(function() setmetatable({}, class) end, '"__mode" is not available')
  fails(function() setmetatable({}, { __gc = print }) end, '"__gc" is not available')
  fails(function() setmetatable({}, { __close = print }) end, '"__close" is not available')
  local locked = setmetatable({}, { __metatable = "no" })
  same(getmetatable(locked), "no")
  fails(function() setmetatable(locked, {}) end, "protected metatable")
  fails(function() setmetatable(1, {}) end, "table expected")
  fails(function() setmetatable({}, 1) end, "nil or table")
  same(getmetatable(setmetatable({}, nil)), nil)
  same(getmetatable(_G), false)
end

local function catching()
  local ok, a, b = pcall(function(x, y) return x + y, "b" end, 1, 2)
  assert(ok and a == 3 and b == "b")
  ok, a = pcall(error, { code = 5 })
  assert(not ok and a.code == 5)
  ok, a = xpcall(function() error("x", 0) end, function(m) return m .. "!" end)
  assert(not ok and a == "x!")
  ok, a, b = xpcall(function(...) return ... end, print, 4, 5)
  assert(ok and a == 4 and b == 5)
  fails(function() xpcall(print) end, "function expected")
  same(select(2, "a", "b"), "b")
  same(select(-1, "a", "b"), "b")
  fails(function() select(0) end, "out of range")
end

local function coroutines()
  local co = coroutine.create(function(a, b)
    local c = coroutine.yield(a + b)
    local d, e = coroutine.yield(c * 2)
    return d, e
  end)
  same(coroutine.status(co), "suspended")
  local ok, a, b = coroutine.resume(co, 1, 2)
  assert(ok and a == 3 and b == nil)
  ok, a = coroutine.resume(co, 21)
  assert(ok and a == 42)
  ok, a, b = coroutine.resume(co, "x", "y")
  assert(ok and a == "x" and b == "y")
  same(coroutine.status(co), "dead")
  ok, a = coroutine.resume(co)
  assert(not ok and a == "cannot resume dead coroutine")
  local squares = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
  same(squares() + squares() + squares(), 14)
  same(squares(), nil)
  fails(squares, "cannot resume dead coroutine")
  fails(coroutine.wrap(function() error("inside") end), "language.lua:", "inside")
  co = coroutine.create(function()
    local me, main = coroutine.running()
    assert(me == co and main == false and coroutine.isyieldable())
    same(coroutine.status(co), "running")
    fails(coroutine.wrap(function() assert(coroutine.resume(co)) end), "cannot resume non-suspended")
    local inner = coroutine.wrap(function() same(coroutine.status(co), "normal") end)
    inner()
    error({ code = 7 })
  end)
  ok, a = coroutine.resume(co)
  assert(not ok and a.code == 7)
  same(coroutine.status(co), "dead")
  -- yields go through pcall, as in stock Lua
  local caught = coroutine.wrap(function() return pcall(function() coroutine.yield(1) error("late", 0) end) end)
  same(caught(), 1)
  ok, a = caught()
  assert(ok == false and a == "late")
  -- the callback itself is none of ours
  local me, main = coroutine.running()
  assert(me == nil and main and not coroutine.isyieldable())
  fails(coroutine.yield, "no coroutine of yours", "execute")
  fails(coroutine.wrap(function()
    grid.batch:list_bids("Load 1")
    grid.batch:execute()
  end), "cannot wait here")
  same(tostring(co), "thread")
  fails(function() return coroutine.close end, 'coroutine has no function "close"')
  fails(function() coroutine.resume(1) end, "coroutine expected")
end

local function numbers()
  expect.near(math.exp(1), 2.718281828459045)
  expect.near(math.log(10), 2.302585092994046)
  expect.near(math.log(8, 2), 3)
  expect.near(math.log(1e-300), -690.7755278982137)
  expect.near(math.sin(1), 0.8414709848078965)
  expect.near(math.cos(1), 0.5403023058681398)
  expect.near(math.tan(1), 1.557407724654902)
  expect.near(math.atan(1), 0.7853981633974483)
  expect.near(math.atan(0.2), 0.1973955598498808)
  expect.near(math.atan(-3, -2), -2.158798930342464)
  expect.near(math.atan(1, 0), 1.5707963267948966)
  expect.near(math.asin(0.5), 0.5235987755982989)
  expect.near(math.acos(0.5), 1.0471975511965979)
  expect.near(math.pow(2, 0.5), 1.4142135623730951)
  expect.near(math.pow(10, -2.5), 0.0031622776601683795)
  same(math.pow(3, 5), 243.0)
  same(math.pow(-2, 3), -8.0)
  same(math.pow(2, -2), 0.25)
  same(math.pow(0, 1.5), 0.0)
  same(math.pow(0, -0.5), math.huge)
  assert(math.pow(-1, 0.5) ~= math.pow(-1, 0.5), "not a number")
  fails(function() return math.tanh(1) end, 'math has no function "tanh"')
  same(math.log(0), -math.huge)
  assert(math.log(-1) ~= math.log(-1), "not a number")
  for _ = 1, 200 do
    local r, n, m = math.random(), math.random(6), math.random(-2, 2)
    assert(r >= 0 and r < 1 and n >= 1 and n <= 6 and m >= -2 and m <= 2)
  end
  assert(math.type(math.random(0, -1 >> 1)) == "integer")
  fails(function() math.random(0) end, "interval is empty")
  fails(function() math.random(1, 2, 3) end, "at most two")
  fails(function() math.randomseed(1) end, "--seed")
end

local function modules()
  assert(require("expect") == expect, "run once")
  fails(function() require("nothing") end, 'module "nothing" is neither')
  fails(function() require("../expect") end, "one word")
  fails(function() require("loops") end, "requires itself")
  assert(require("prices").new, "of the library")
end

-- What we hand out can be read in every way, and changed in none.
local function read_only(info)
  fails(function() grid.batch = nil end, 'grid cannot be changed: "batch"')
  fails(function() grid.fresh = 1 end, "grid cannot be changed")
  fails(function() grid.batch.execute = nil end, 'grid.batch cannot be changed: "execute"')
  fails(function() params.x = 1 end, 'params cannot be changed: "x"', "`state`")
  fails(function() string.rep = nil end, 'string cannot be changed: "rep"')
  fails(function() math[1] = 1 end, "math cannot be changed")
  fails(function() rawset(table, "sort", nil) end, "read only")
  fails(function() table.insert(table, 1) end, "table.insert: this table is read only")
  fails(function() table.insert(info.assets, 1) end, "table.insert: the list assets is read only")
  fails(function() table.sort(info.markets) end, "table.sort: the list markets is read only")
  fails(function() info.assets[1] = nil end, "the list assets is read only")
  same(rawget(math, "pi"), math.pi)
  same(rawlen(params), 0)
  same(#params, 0)
  same(params.nothing, nil)
  same(next(params), nil)
  local found
  for name, value in pairs(math) do found = found or (name == "pi" and value) end
  same(found, math.pi)
  local own = rawset({}, "x", 5)
  same(rawget(own, "x"), 5)
  same(rawlen({ 1, 2 }), 2)
end

local function lists()
  local t = { 1, 2 }
  table.insert(t, 4)
  table.insert(t, 3, 3)
  same(table.concat(t, ","), "1,2,3,4")
  same(table.remove(t), 4)
  same(table.remove(t, 1), 1)
  same(table.concat(t, ",", 1, 2), "2,3")
  same(table.concat({}), "")
  same(table.concat({ 1.5, "a" }), "1.5a")
  same(table.concat(table.move({ 1, 2, 3 }, 2, 3, 1)), "233")
  same(table.concat(table.move({ 1, 2 }, 1, 2, 2, { 9 })), "912")
  fails(function() table.concat({ 1, {} }) end, "invalid value (table) at index 2 in table for 'concat'")
  fails(function() table.insert({}, 5, 1) end, "position out of bounds")
end

return {
  on_market_cycle = function(info)
    if info.slot > 0 then return end
    texts()
    order()
    walking()
    sorting()
    metatables()
    catching()
    coroutines()
    numbers()
    modules()
    globals()
    read_only(info)
    lists()
    print("done")
  end,
}
