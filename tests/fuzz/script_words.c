/* Bytes to a script. See script_words.h. */
#include "fuzz/script_words.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include "fuzz/input_bytes.h"
#include "script/args.h"

enum { CALLS_MAX = 24, DEPTH_MAX = 3, PIECES_MAX = 6, TEXT_MAX = 24 };

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof *(list)))

static const char *const functions[] = {
#define LG_METHOD(name, kind, form, keys, args, help)  "grid.batch:" #name,
#define LG_GRID(name, function, params, returns, help) "grid." name,
#define LG_GLOBAL(name, signature, help)               name,
#include "script/api.def"
    "grid.batch:execute", "grid.batch.bid_energy_rate", "grid.batch.execute", "string.byte",
    "string.char", "string.find", "string.format", "string.gmatch", "string.gsub", "string.len",
    "string.lower", "string.match", "string.pack", "string.packsize", "string.rep",
    "string.reverse", "string.sub", "string.unpack", "string.upper", "table.concat", "table.insert",
    "table.move", "table.pack", "table.remove", "table.sort", "table.unpack", "utf8.char",
    "utf8.codepoint", "utf8.len", "utf8.offset", "utf8.codes", "math.abs", "math.ceil", "math.exp",
    "math.floor", "math.fmod", "math.log", "math.max", "math.min", "math.modf", "math.random",
    "math.randomseed", "math.sqrt", "math.tointeger", "math.type", "math.ult", "coroutine.create",
    "coroutine.close", "coroutine.resume", "coroutine.running", "coroutine.status",
    "coroutine.wrap", "coroutine.yield", "assert", "error", "getmetatable", "ipairs", "next",
    "pcall", "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber",
    "tostring", "type", "xpcall",
    /* operators and fields, as functions */
    "index", "newindex", "call", "length", "join", "plus", "divide", "less", "walk"};

static const char *const numbers[] = {"0",     "-0.0",   "1",   "-1",     "0.5",
                                      "1e-9",  "0/0",    "1/0", "-1/0",   "1e308",
                                      "2^53",  "2^63",   "20",  "100000", "math.mininteger",
                                      "1e300", "1e9+.5", "255", "-128",   "math.maxinteger"};

static const char *const texts[] = {"all",
                                    "Load",
                                    "PV",
                                    "Home",
                                    "Grid",
                                    "load",
                                    "2024-06-03T00:00",
                                    "2024-06-03T00:15",
                                    "2024-06-02T23:45",
                                    "2024-06-03T00:07",
                                    "9999-12-31T23:45",
                                    "2024-06-03T24:15",
                                    "03000000-0000-0000-0000-000000000000",
                                    "current_market_fee",
                                    "next_market_fee",
                                    "last_market_fee",
                                    "asset",
                                    "energy",
                                    "%d %5.1f %s %q",
                                    "%-99s",
                                    "(%a+)=([^%s]*)",
                                    "%b()%f[%w]",
                                    ".-(.)%1",
                                    "[%a-z%]]*",
                                    "i4s2z",
                                    "!8d<j>B",
                                    "#",
                                    "_",
                                    "n",
                                    "name",
                                    "%"};

/* Keys of tables besides those of commands. */
static const char *const more_keys[] = {"trading_partners", "energy_type", "energy_kWh",
                                        "preferred",        "name",        "n",
                                        "__index",          "__lt",        "__call"};

static const char *const handles[] = {"m",
                                      "m.assets",
                                      "m.assets[1]",
                                      "m.assets[2]",
                                      "m.markets",
                                      "m.markets[1]",
                                      "m.grid_tree",
                                      "m.assets[1].params",
                                      "m.assets[1].bill",
                                      "grid",
                                      "grid.batch",
                                      "state",
                                      "string",
                                      "params"};

static const char *const closures[] = {
    "function(...) return ... end", "function() error({}) end", "function(a, b) return a < b end",
    "function(...) coroutine.yield(...) end", "function() grid.batch:execute() end", "print",
    /* steps of walks, which may be called with anything */
    "(pairs({x=1,y=2}))", "(pairs({1,2}))", "(ipairs({1,2}))", "(string.gmatch('a b', '%a'))",
    "(utf8.codes('ab'))", "coroutine.wrap(function(...) return ... end)", "next"};

/* What the operators are called through, and what is kept of each call. */
static const char head[] = "local r, m = {}, nil\n"
                           "local function index(t, k) return t[k] end\n"
                           "local function newindex(t, k, v) t[k] = v return t end\n"
                           "local function call(f, ...) return f(...) end\n"
                           "local function length(t) return #t end\n"
                           "local function join(a, b) return a .. b end\n"
                           "local function plus(a, b) return a + b end\n"
                           "local function divide(a, b) return a // b, a % b end\n"
                           "local function less(a, b) return a < b, a == b end\n"
                           "local function walk(t) for k, v in pairs(t) do print(k, v) end end\n"
                           "local function try(f)\n"
                           "  local t = table.pack(pcall(f))\n"
                           "  r[#r + 1] = t[2]\n"
                           "  print(table.unpack(t, 1, 4))\n"
                           "end\n"
                           "function on_market_cycle(info)\n"
                           "  m = info\n";

static const char half[] = "end\nfunction on_tick(info)\n  m = info\n";

static void put_value(input_bytes *from, lg_text *out, int depth);

static void put_raw_text(input_bytes *from, lg_text *out)
{
    lg_text_char(out, '"');
    for (uint32_t n = input_below(from, TEXT_MAX); n; n--) {
        uint32_t byte = input_take(from);
        if (isalnum((int)byte))
            lg_text_char(out, (char)byte);
        else
            lg_text_format(out, "\\%03u", byte);
    }
    lg_text_char(out, '"');
}

static uint64_t take_word(input_bytes *from)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word = word << 8 | input_take(from);
    return word;
}

static void put_double(input_bytes *from, lg_text *out)
{
    uint64_t bits = take_word(from);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        lg_text_format(out, "(%a)", value);
    else
        lg_text_str(out, isnan(value) ? "(0/0)" : "(1/0)");
}

static void put_list(input_bytes *from, lg_text *out, int depth, bool named)
{
    lg_text_char(out, '{');
    for (uint32_t n = input_below(from, PIECES_MAX); n; n--) {
        if (named && input_below(from, 8) == 0) {
            lg_text_char(out, '['); /* nil and NaN are no keys, which is for the call to find */
            put_value(from, out, depth + 1);
            lg_text_str(out, "]=");
        } else if (named) {
            uint32_t key = input_below(from, ARG_COUNT + COUNT(more_keys));
            lg_text_format(
                out, "%s=", key < ARG_COUNT ? lg__arg_names[key] : more_keys[key - ARG_COUNT]);
        }
        put_value(from, out, depth + 1);
        lg_text_char(out, ',');
    }
    lg_text_char(out, '}');
}

static void put_value(input_bytes *from, lg_text *out, int depth)
{
    switch (input_below(from, depth < DEPTH_MAX ? 16 : 11)) {
    case 0:
        lg_text_str(out, input_below(from, 4) ? "true" : "nil");
        return;
    case 1:
        lg_text_format(out, "(%d)", (int)(int8_t)input_take(from));
        return;
    case 2:
    case 3:
        lg_text_format(out, "(%s)", numbers[input_below(from, COUNT(numbers))]);
        return;
    case 4:
    case 5:
        lg_text_format(out, "(\"%s\")", texts[input_below(from, COUNT(texts))]);
        return;
    case 6:
        put_raw_text(from, out);
        return;
    case 7:
    case 8:
        lg_text_str(out, handles[input_below(from, COUNT(handles))]);
        return;
    case 9:
        lg_text_format(out, "r[#r - %u]", input_below(from, 8));
        return;
    case 10:
        put_double(from, out);
        return;
    case 11:
        put_list(from, out, depth, false);
        return;
    case 12:
    case 13:
        put_list(from, out, depth, true);
        return;
    case 14:
        lg_text_str(out, closures[input_below(from, COUNT(closures))]);
        return;
    default:
        lg_text_str(out, "setmetatable(");
        put_list(from, out, depth, true);
        lg_text_char(out, ',');
        put_list(from, out, depth, true);
        lg_text_char(out, ')');
    }
}

static void put_call(input_bytes *from, lg_text *out)
{
    lg_text_format(out, "  try(function() return %s(",
                   functions[input_below(from, COUNT(functions))]);
    for (uint32_t i = 0, n = input_below(from, 6); i < n; i++) {
        if (i)
            lg_text_char(out, ',');
        put_value(from, out, 0);
    }
    lg_text_str(out, ") end)\n");
}

void script_words(const uint8_t *bytes, size_t size, lg_text *out)
{
    input_bytes from = {.bytes = bytes, .size = size};
    uint32_t first = input_below(&from, CALLS_MAX / 2);
    lg_text_str(out, head);
    for (uint32_t i = 0; i < CALLS_MAX && from.at < from.size; i++) {
        if (i == first)
            lg_text_str(out, half);
        put_call(&from, out);
    }
    lg_text_str(out, "end\n");
}
