/* What `lunagrid check` says of a script: every problem at once, with its line; and nothing of
 * those that ship. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/diag.h"
#include "script/agent.h"
#include "stage.h"
#include "support/failing_mem.h"

static void write_file(const char *source)
{
    FILE *f = fopen("checked.lua", "w");
    assert_non_null(f);
    assert_true(fputs(source, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Checks source and compares what is reported, line by line. */
static void expect(const char *source, lg_status status, const char *reported)
{
    lg_diag diag;
    lg_text text;
    write_file(source);
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    lg_status got = lg_script_check(lg_mem_system(), "checked.lua", NULL, &diag);
    lg_diag_print(&diag, &text);
    assert_string_equal(lg_text_peek(&text), reported);
    assert_int_equal(got, status);
    lg_text_fini(&text);
    lg_diag_fini(&diag);
    unlink("checked.lua");
}

static void test_fine(void **state)
{
    (void)state;
    expect("-- a comment: grid.nothing\n"
           "local agent, total = {}, 0 --[[ prams ]]\n"
           "local text <const> = [==[ on_market_slot = 1 ]==] .. 'os.time'\n"
           "function agent.on_tick(info)\n"
           "  for _, a in ipairs(info.assets) do\n"
           "    local b, want = grid.batch, a.energy_requirement_kWh\n"
           "    if want and want > 0x1p-3 then b:bid_energy_rate{asset = a, energy = want, rate = "
           "1} end\n"
           "    total = total + (want or 0)\n"
           "  end\n"
           "  repeat local done = true until done\n"
           "  goto out\n"
           "  ::out::\n"
           "end\n"
           "local t = { rate = 1, on_trade = function(trade) return trade.asset.name end, text }\n"
           "function t:method(x) return self.x + x end\n"
           "agent.on_finish = function(f) print(f.slot, t, total) end\n"
           "return agent\n",
           LG_OK, "");
}

static void test_fields_of_records_err(void **state)
{
    (void)state;
    expect("local agent = {}\n"
           "function agent.on_market_cycle(info)\n"
           "  local stats = grid.market('Home').last_market_stats\n"
           "  print(stats.avg_trade_rate, stats.avg_rate)\n"
           "  local bill = info.grid_tree.last_market_bill.external_trades\n"
           "  print(bill.sold, bill.sould)\n"
           "  for _, asset in ipairs(info.assets) do print(asset.bill.boght) end\n"
           "end\n"
           "function agent.on_trade(trade) print(trade.rate, trade.traded_enrgy, trade.asset.nme) "
           "end\n"
           "function agent.on_event_or_response(m) print(m.code, m.cod) end\n"
           "return agent\n",
           LG_SCRIPT,
           "checked.lua:4: avg_rate: a record of statistics has no field of this name\n"
           "checked.lua:6: sould: a bill has no field of this name; did you mean \"sold\"?\n"
           "checked.lua:7: boght: a bill has no field of this name; did you mean \"bought\"?\n"
           "checked.lua:9: traded_enrgy: a trade has no field of this name; did you mean "
           "\"traded_energy\"?\n"
           "checked.lua:9: nme: an asset has no field of this name; did you mean \"name\"?\n"
           "checked.lua:10: cod: a message has no field of this name; did you mean \"code\"?\n");
}

static void test_methods_of_texts_err(void **state)
{
    (void)state;
    expect("local function f(x) return { uper = function() return x end } end\n"
           "print(('a'):upper(), f('a'):uper(), (f)('a'):uper(), ('a').rep)\n"
           "print(('a'):uper())\n"
           "return { on_tick = function() return ('b'):frmat() end }\n",
           LG_SCRIPT,
           "checked.lua:3: uper: string has no field of this name; did you mean \"upper\"?\n"
           "checked.lua:4: frmat: string has no field of this name; did you mean \"format\"?\n");
}

static void test_syntax_err(void **state)
{
    (void)state;
    expect("local a = 1\nif a then\n", LG_SCRIPT,
           "checked.lua:3: 'end' expected (to close 'if' at line 2) near <eof>\n");
}

static void test_nesting_err(void **state)
{
    char source[1024] = "local a = 1\nlocal b = ";
    size_t used = strlen(source);
    (void)state;
    memset(source + used, '(', 300);
    strcpy(source + used + 300, "\n");
    expect(source, LG_SCRIPT, "checked.lua:2: brackets or blocks are nested too deeply\n");
}

static void test_names_err(void **state)
{
    (void)state;
    expect(
        "local batch = grid.batch\n"
        "function on_market_slot(m) end\n"
        "function on_tick(info)\n"
        "  count = 1\n"
        "  prnt(info.slot_completon)\n"
        "  for _, a in ipairs(info.assets) do\n"
        "    grid.batch:bid_enrgy_rate(a, a.enrgy_to_buy, 3)\n"
        "    batch.offer_energy(a, 1, 2)\n"
        "    print(a.area.nam, grid.calculate_grid_fees(a))\n"
        "  end\n"
        "  for _, m in pairs(info.markets) do print(m.fee) end\n"
        "end\n"
        "return { on_trad = print }\n",
        LG_SCRIPT,
        "checked.lua:2: on_market_slot: unknown callback: it is called \"on_market_cycle\" here\n"
        "checked.lua:4: count: a global is assigned inside a function: write `local`, or keep it "
        "in the table `state`\n"
        "checked.lua:5: prnt: this global is not defined; did you mean \"print\"?\n"
        "checked.lua:5: slot_completon: market_info has no field of this name; did you mean "
        "\"slot_completion\"?\n"
        "checked.lua:7: bid_enrgy_rate: grid.batch has no field of this name; did you mean "
        "\"bid_energy_rate\"?\n"
        "checked.lua:7: enrgy_to_buy: an asset has no field of this name; did you mean "
        "\"energy_to_buy\"?\n"
        "checked.lua:8: offer_energy: call it with a colon: grid.batch:name(...)\n"
        "checked.lua:9: nam: a market has no field of this name; did you mean \"name\"?\n"
        "checked.lua:9: calculate_grid_fees: grid has no field of this name; did you mean "
        "\"calculate_grid_fee\"?\n"
        "checked.lua:11: fee: a market has no field of this name\n"
        "checked.lua:13: on_trad: unknown callback; did you mean \"on_trade\"?\n");
}

/* What a library does not have is an error; all that it has is known, and nothing else is there. */
static void test_libraries(void **state)
{
    (void)state;
    expect(
        "local f = string.fromat\n"
        "local floor = math.flor\n"
        "local s = string\n"
        "return { on_tick = function() table.insrt({}, s.sub('a', 1)); print(s.uper('a')) end }\n",
        LG_SCRIPT,
        "checked.lua:1: fromat: string has no field of this name; did you mean \"format\"?\n"
        "checked.lua:2: flor: math has no field of this name; did you mean \"floor\"?\n"
        "checked.lua:4: insrt: table has no field of this name; did you mean \"insert\"?\n"
        "checked.lua:4: uper: string has no field of this name; did you mean \"upper\"?\n");
    expect(
        "local all = {\n"
        "  string = { string.byte, string.char, string.find, string.format, string.gmatch,\n"
        "    string.gsub, string.len, string.lower, string.match, string.pack,\n"
        "    string.packsize, string.rep, string.reverse, string.sub, string.unpack,\n"
        "    string.upper },\n"
        "  table = { table.concat, table.insert, table.move, table.pack, table.remove,\n"
        "    table.sort, table.unpack },\n"
        "  math = { math.abs, math.acos, math.asin, math.atan, math.atan2, math.ceil, math.cos,\n"
        "    math.deg, math.exp, math.floor, math.fmod, math.frexp, math.huge, math.ldexp,\n"
        "    math.log, math.max, math.maxinteger, math.min, math.mininteger, math.modf,\n"
        "    math.pi, math.pow, math.rad, math.random, math.randomseed, math.sin, math.sqrt,\n"
        "    math.tan, math.tointeger, math.type, math.ult },\n"
        "  coroutine = { coroutine.create, coroutine.isyieldable, coroutine.resume,\n"
        "    coroutine.running, coroutine.status, coroutine.wrap, coroutine.yield },\n"
        "}\n"
        "local libraries = { string = string, table = table, math = math,\n"
        "  coroutine = coroutine }\n"
        "for name, members in pairs(all) do\n"
        "  local count = 0\n"
        "  for _ in pairs(libraries[name]) do count = count + 1 end\n"
        "  assert(count == #members, name)\n"
        "end\n"
        "return { on_tick = print }\n",
        LG_OK, "");
}

static void test_given_elsewhere_err(void **state)
{
    (void)state;
    expect("local agent = {}\n"
           "local function quote(m) print(m.market_maker) end\n"
           "function agent:on_tick(t) end\n"
           "agent.on_tik = quote\n"
           "local home = grid.asset('Home')\n"
           "print(home.socc)\n"
           "return { on_market_cycle = quote }\n",
           LG_SCRIPT,
           "checked.lua:2: market_maker: market_info has no field of this name; did you mean "
           "\"market_maker_rate\"?\n"
           "checked.lua:3: on_tick: define a callback with a dot, not a colon: it gets no self\n"
           "checked.lua:4: on_tik: unknown callback; did you mean \"on_tick\"?\n"
           "checked.lua:6: socc: an asset has no field of this name; did you mean \"soc\"?\n");
}

static void test_globals(void **state)
{
    (void)state;
    expect("helper = 5\n"
           "function work() helper = helper + 1 end\n"
           "every_tick = true\n"
           "function on_tick() work() end\n",
           LG_OK,
           "checked.lua:1: warning: helper: this is a global; write `local`\n"
           "checked.lua:2: warning: work: this is a global; write `local`\n");
}

/* Squares and exact whole numbers are the same everywhere, other powers are not. */
static void test_powers(void **state)
{
    (void)state;
    expect("local x = 3\n"
           "print(x ^ 2, 10 ^ 6, 2 ^ 53, (x + 1) ^ 2, math.pow(x, 1.5))\n"
           "print(x ^ 3)\n"
           "print(10 ^ 17, '^')\n"
           "print(2 ^ x, x ^ 0.5, x ^ -2)\n"
           "function on_tick() end\n",
           LG_OK,
           "checked.lua:3: warning: ^: the last bit of this power depends on the machine; write x "
           "* x * x, or math.pow(x, y)\n"
           "checked.lua:4: warning: ^: the last bit of this power depends on the machine; write x "
           "* x * x, or math.pow(x, y)\n"
           "checked.lua:5: warning: ^: the last bit of this power depends on the machine; write x "
           "* x * x, or math.pow(x, y)\n"
           "checked.lua:5: warning: ^: the last bit of this power depends on the machine; write x "
           "* x * x, or math.pow(x, y)\n"
           "checked.lua:5: warning: ^: the last bit of this power depends on the machine; write x "
           "* x * x, or math.pow(x, y)\n");
}

/* What `run` would refuse at once. */
static void test_refused_err(void **state)
{
    static const struct {
        const char *source, *problem;
    } rows[] = {
        {"return 5", "checked.lua: a script returns a table of callbacks or nothing, not number"},
        {"on_tick = 5", "checked.lua: callback \"on_tick\" must be a function, not number"},
        {"\nerror('top')", "checked.lua:2: top"},
        {"local t = nil\nprint(t.x)", "checked.lua:2: attempt to index a nil value (local 't')"},
        {"return {name = 'x'}", "checked.lua: this is neither a scenario nor a strategy: it calls "
                                "no scenario{...} and has "
                                "no callback (on_market_cycle, on_tick, ...)"},
        {"",
         "checked.lua: this is neither a scenario nor a strategy: it calls no scenario{...} and "
         "has no callback (on_market_cycle, on_tick, ...)"},
        {"local agent = {}\nfunction agent.on_tick(m) end",
         "checked.lua: no callback: a table agent has on_tick (line 2), but nothing is returned: "
         "let "
         "the script end with `return agent`"},
        {"local mine = {a = {},\n  on_tick = print}\nreturn {}",
         "checked.lua: no callback: a table mine has on_tick (line 2), but that is not what is "
         "returned: let the script end with `return mine`"},
        {"local function on_tick() end",
         "checked.lua: no callback: on_tick (line 1) is a local function, and nothing is returned: "
         "let the script end with `return { on_tick = on_tick }`"},
        {"return {every_tik = true, on_tick = print}",
         "checked.lua: unknown switch \"every_tik\"; did you mean \"every_tick\"?"},
        {"return {every_tick = 1, on_tick = print}",
         "checked.lua: \"every_tick\" must be true or false, not number"},
        {"require('nonex')\nfunction on_tick() end",
         "checked.lua:1: module \"nonex\" is neither beside the script nor in scripts/lib"},
        {"function on_tick() os.execute('id') end", "checked.lua:1: os: \"os\" is not available to "
                                                    "scripts: time is `now`, `hour` and `slot` of "
                                                    "the market"},
        {"function on_tick() local f = io.open('x') end",
         "checked.lua:1: io: \"io\" is not available to scripts: use print() and the result files"},
        {"function on_tick() local n = utf8.len('x') end",
         "checked.lua:1: utf8: \"utf8\" is not available to scripts: texts are bytes here"},
        {"local s = 'x'\nwhile true do s = s .. s end",
         "checked.lua:2: a text may have at most 65536 bytes"},
        {"local t = {}\n\nfor i = 1, 1e9 do t = {t} end", "checked.lua:3: not enough memory ("},
        {"local function deep(n)\nreturn 1 + deep(n)\nend\ndeep(1)",
         "checked.lua:2: stack overflow"},
        {"local s = ''\nlocal function deep() return s:gsub('', deep) end\ndeep()",
         "C stack overflow"},
        {"function on_tick() setmetatable({}, {__gc = print}) end",
         "checked.lua:1: __gc: this metamethod is not available to scripts"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_diag diag;
        lg_text text;
        write_file(rows[i].source);
        lg_diag_init(&diag, lg_mem_system());
        lg_text_init(&text, lg_mem_system());
        lg_status status = lg_script_check(lg_mem_system(), "checked.lua", STAGE_SCRIPTS, &diag);
        lg_diag_print(&diag, &text);
        stage_expect(lg_text_peek(&text), rows[i].problem);
        assert_int_equal(diag.errors, 1);
        assert_int_equal(status, LG_SCRIPT);
        lg_text_fini(&text);
        lg_diag_fini(&diag);
    }
    unlink("checked.lua");
}

/* What only a scenario can tell is no problem, nor is a module. */
static void test_unknowable(void **state)
{
    (void)state;
    expect("local peak = params.peak + 1\nfunction on_tick() print(peak) end", LG_OK, "");
    expect("local home = grid.asset('Home 1')\nfunction on_tick() print(home) end", LG_OK, "");
    expect("local ramp = require 'ramp'\nfunction on_tick() ramp.new() end", LG_OK, "");
    expect("if os then print(1) end\nreturn {add = function(a, b) return a + b end}", LG_OK, "");
}

static void test_file_err(void **state)
{
    lg_diag diag;
    (void)state;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg_script_check(lg_mem_system(), "absent.lua", NULL, &diag), LG_IO);
    assert_int_equal(diag.errors, 1);
    write_file("\x1bLua");
    assert_int_equal(lg_script_check(lg_mem_system(), "checked.lua", NULL, &diag), LG_SCRIPT);
    assert_string_equal(diag.problems[1].text, "this is compiled Lua; only source text is run");
    unlink("checked.lua");
    lg_diag_fini(&diag);
}

static int check_once(lg_mem *mem, void *ctx)
{
    lg_diag diag;
    lg_mem growing = lg_failing_growth(mem);
    (void)ctx;
    lg_diag_init(&diag, lg_mem_system());
    lg_status status = lg_script_check(&growing, "checked.lua", NULL, &diag);
    lg_diag_fini(&diag);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_memory_err(void **state)
{
    (void)state;
    write_file("helper = { 1, 2 }\nfunction on_tick(t) for i = 1, 2 do print(t.slot) end end\n");
    assert_in_range(lg_sweep_allocations(check_once, NULL), 10, 8000);
    unlink("checked.lua");
}

/* What ships is an example: no problems, not even warnings. */
static void test_shipped(void **state)
{
    glob_t files;
    (void)state;
    assert_int_equal(glob(STAGE_SCRIPTS "/*/*.lua", 0, NULL, &files), 0);
    assert_in_range(files.gl_pathc, 12, 100);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        lg_diag diag;
        lg_text text;
        if (strstr(files.gl_pathv[i], "/meta/"))
            continue;
        lg_diag_init(&diag, lg_mem_system());
        lg_text_init(&text, lg_mem_system());
        lg_status status = lg_script_check(lg_mem_system(), files.gl_pathv[i], NULL, &diag);
        lg_diag_print(&diag, &text);
        assert_string_equal(lg_text_peek(&text), "");
        assert_int_equal(status, LG_OK);
        lg_text_fini(&text);
        lg_diag_fini(&diag);
    }
    globfree(&files);
}

/* The globals that the checker knows are those that a script finds. */
static void test_environment(void **state)
{
    stage s;
    char used[8192] = "local function use() end\n";
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "for name in pairs(_G) do print(name) end\n"
                                    "function on_start() end"),
                     LG_OK);
    for (char *name = strtok(s.printed, "\n"); name; name = strtok(NULL, "\n"))
        snprintf(used + strlen(used), sizeof used - strlen(used), "use(%s)\n", name);
    stage_expect(used, "use(grid)\n");
    strcat(used, "function on_tick() end\n");
    expect(used, LG_OK, "");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fine),
        cmocka_unit_test(test_fields_of_records_err),
        cmocka_unit_test(test_methods_of_texts_err),
        cmocka_unit_test(test_syntax_err),
        cmocka_unit_test(test_names_err),
        cmocka_unit_test(test_libraries),
        cmocka_unit_test(test_nesting_err),
        cmocka_unit_test(test_given_elsewhere_err),
        cmocka_unit_test(test_globals),
        cmocka_unit_test(test_file_err),
        cmocka_unit_test(test_memory_err),
        cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_refused_err),
        cmocka_unit_test(test_unknowable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
