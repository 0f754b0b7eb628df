-- Patterns: what the reference manual of Lua 5.4 says of them, as cases with their results written out.

local expect = require "expect"
local same, fails = expect.same, expect.fails

-- All results of a call as one text.
local function shown(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  return table.concat(parts, " ")
end

local found = {
  { "hello", "l", "3 3" },
  { "hello", "", "1 0" },
  { "hello", "l+", "3 4" },
  { "hello", "^l", "nil" },
  { "hello", "^h", "1 1" },
  { "hello", "lo$", "4 5" },
  { "hello", "h$", "nil" },
  { "a$b", "$b", "2 3" },
  { "a.b", "%.", "2 2" },
  { "abc", ".", "1 1" },
  { "key = 12", "(%w+)%s*=%s*(%d+)", "1 8 key 12" },
  { "abc", "()b()", "2 2 2 3" },
  { "", "", "1 0" },
  { "", ".", "nil" },
  { "", "^$", "1 0" },
  { "a\0b", "\0", "2 2" },
  { "a\0b", "[\0]", "2 2" },
  { "a)\0b", ")\0", "2 3" },
  { "a\0b", "%z", "2 2" },
}

local matched = {
  { "ab12 x", "%a+", "ab" },
  { "ab12 x", "%A+", "12 " },
  { "ab12 x", "%d+", "12" },
  { "ab12 x", "%D+", "ab" },
  { "ABcd", "%l+", "cd" },
  { "ABcd", "%L+", "AB" },
  { "abCD", "%u+", "CD" },
  { "abCD", "%U+", "ab" },
  { "a, b", "%p", "," },
  { ".,a", "%P", "a" },
  { "a \t\nb", "%s+", " \t\n" },
  { "  a", "%S", "a" },
  { "-a_1-", "%w+", "a" },
  { "a1-+b", "%W+", "-+" },
  { "xyfA0g", "%x+", "fA0" },
  { "fxg", "%X+", "xg" },
  { "a\1\2b", "%c+", "\1\2" },
  { "\1ab", "%C+", "ab" },
  { " ab ", "%g+", "ab" },
  { "ab  ", "%G+", "  " },
  { "x[y", "%[", "[" },
  { "100%", "%%", "%" },
  { "abc", "[bc]+", "bc" },
  { "abc", "[^bc]+", "a" },
  { "a-c", "[a-c]+", "a" },
  { "a-c", "[a%-c]+", "a-c" },
  { "a-c", "[ac-]+", "a-c" },
  { "a-z", "[%a-z]+", "a-z" },
  { "x]y", "[]]", "]" },
  { "x]y", "[^]]+", "x" },
  { "a^b", "[b^]+", "^b" },
  { "f_1+", "[%w_]+", "f_1" },
  { "12a", "[^%d]", "a" },
  { "]-", "[]-]+", "]-" },
  { "aaab", "a*", "aaa" },
  { "baaa", "a*", "" },
  { "baaa", "a+", "aaa" },
  { "baaa", "ba-", "b" },
  { "<a><b>", "<.->", "<a>" },
  { "<a><b>", "<.*>", "<a><b>" },
  { "color", "colou?r", "color" },
  { "colour", "colou?r", "colour" },
  { "aab", "a?a?a?b", "aab" },
  { "x(a(b)c)y", "%b()", "(a(b)c)" },
  { "x((a)", "%b()", "(a)" },
  { "x(a", "%b()", "nil" },
  { "aba", "%baa", "aba" },
  { "THE (quick) fox", "%f[%a]%a+%f[%A]", "THE" },
  { "aTHE THE", "%f[%w]THE", "THE" },
  { "end", "d%f[%z]", "d" },
  { "end", "d%f[\0]", "d" },
  { [['a "b" c']], [[(["'])(.-)%1]], [[' a "b" c]] },
  { "abab", "(ab)%1", "ab" },
  { "abac", "(ab)%1", "nil" },
  { "abcd", "((a)(b))", "ab a b" },
  { "abc", "(a(b)(c))", "abc b c" },
  { "abc", "()", "1" },
  { "  trim  ", "^%s*(.-)%s*$", "trim" },
  { "2024-06-03", "^(%d+)-(%d+)-(%d+)$", "2024 06 03" },
  { "a*b", "a%*b", "a*b" },
  { "a*", "^*", "nil" },
}

local wrong = {
  { "%", "malformed pattern (ends with '%')" },
  { "[a", "malformed pattern (missing ']')" },
  { "[]", "malformed pattern (missing ']')" },
  { "[^", "malformed pattern (missing ']')" },
  { "[%", "malformed pattern (missing ']')" },
  { "[a%]", "malformed pattern (missing ']')" },
  { "%b", "malformed pattern (missing arguments to '%b')" },
  { "%bx", "malformed pattern (missing arguments to '%b')" },
  { "%f", "missing '[' after '%f' in pattern" },
  { "(a", "unfinished capture" },
  { "a)", "invalid pattern capture" },
  { "%1", "invalid capture index" },
  { "(%1)", "invalid capture index" },
  { string.rep("()", 33), "too many captures" },
  { string.rep("a?", 210), "nested more than 200 deep" },
}

local replaced = {
  { "hello world", "o", "0", nil, "hell0 w0rld 2" },
  { "hello world", "o", "0", 1, "hell0 world 1" },
  { "hello", "", "-", nil, "-h-e-l-l-o- 6" },
  { "hello", "l*", "x", nil, "xhxexox 4" },
  { "abc", "%w", "%0%0", nil, "aabbcc 3" },
  { "abc", "%w", "%%%1", nil, "%a%b%c 3" },
  { "one two", "(%w+) (%w+)", "%2 %1", nil, "two one 1" },
  { "abc", "^a", "x", nil, "xbc 1" },
  { "aaa", "^a", "x", nil, "xaa 1" },
  { "abc", "b", "", nil, "ac 1" },
  { "abc", "x", "y", nil, "abc 0" },
  { "abc", "()b", "%1", nil, "a2c 1" },
  { "abc", "b", 5, nil, "a5c 1" },
  { "$a $b $c", "%$(%w)", { a = 1, b = "two", c = false }, nil, "1 two $c 3" },
  { "abc", ".", function(c) return c ~= "b" and c:upper() end, nil, "AbC 3" },
  { "abc", "b", "x", 0, "abc 0" },
}

local function collected(text, pattern, init)
  local parts = {}
  for a, b in string.gmatch(text, pattern, init) do parts[#parts + 1] = tostring(a) .. (b and "=" .. tostring(b) or "") end
  return table.concat(parts, ",")
end

local function run()
  for _, row in ipairs(found) do same(shown(row[1]:find(row[2])), row[3], "find " .. row[2]) end
  for _, row in ipairs(matched) do same(shown(row[1]:match(row[2])), row[3], "match " .. row[2]) end
  for _, row in ipairs(wrong) do fails(function() string.rep("a", 250):match(row[1]) end, row[2]) end
  for _, row in ipairs(replaced) do same(shown(row[1]:gsub(row[2], row[3], row[4])), row[5], "gsub " .. row[2]) end
  same(shown(("a.b.c"):find(".", 3, true)), "4 4")
  same(shown(("a.b"):find("x", 1, true)), "nil")
  same(shown(("abc"):find("b", -1)), "nil")
  same(shown(("abc"):find("b", -2)), "2 2")
  same(shown(("abc"):find("", 4)), "4 3")
  same(shown(("abc"):find("", 5)), "nil")
  same(shown(("abc"):find("a", -10)), "1 1")
  same(shown(("abc"):match("^b", 2)), "b")
  same(collected("one two  three", "%a+"), "one,two,three")
  same(collected("a=1, b=2", "(%w+)=(%w+)"), "a=1,b=2")
  same(collected("abc", ""), ",,,")
  same(collected("abc", "()"), "1,2,3,4")
  same(collected("abab", "a*"), "a,a,")
  same(collected("one two", "%a+", 3), "e,two")
  same(collected("ab", "%a", -1), "b")
  same(collected("ab", "%a", 9), "")
  fails(function() ("a"):gsub("a", "%2") end, "invalid capture index")
  fails(function() ("a"):gsub("a", "%x") end, "invalid use of '%' in replacement string")
  fails(function() ("a"):gsub("a", "%") end, "invalid use of '%' in replacement string")
  fails(function() ("a"):gsub("a", function() return {} end) end, "invalid replacement value (a table)")
  fails(function() ("a"):gsub("a") end, "string/function/table expected")
  fails(function() string.rep("a", 3000):find(".-.-.-.-b") end, "pattern too complex: more than 1000000 steps")
  same(#string.rep("ab", 20000):gsub("b", "c"), 40000)
end

return { on_market_cycle = function(info) if info.slot == 0 then run() print("done") end end }
