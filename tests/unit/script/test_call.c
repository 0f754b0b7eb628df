/* A failing callback costs that callback only: its batch is dropped, it is told, the script goes
 * on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include "stage.h"

static void test_fault(void **state)
{
    static const char source[] =
        "local function quote(asset)\n"
        "  grid.batch:bid_energy_rate(asset, 1, 20)\n"
        "  if asset.enrgy_to_buy > 0 then print('never') end\n"
        "end\n"
        "function on_market_cycle(info)\n"
        "  if info.slot == 0 then quote(info.assets[1]) end\n"
        "  print('slot', info.slot, info.assets[1].energy_active_in_bids)\n"
        "end\n"
        "function on_tick(info) if info.tick == 1 then print('tick', info.slot) end end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 2);
    stage_expect(s.faults, ".lua:3: asset \"Load 1\" (load) has no field \"enrgy_to_buy\"; did you "
                           "mean \"energy_to_buy\"?\n"
                           "    3 |   if asset.enrgy_to_buy > 0 then print('never') end\n"
                           "      |      ~~~~~~^^^^^^^^^^^^\n"
                           "  called from ");
    stage_expect(s.faults, ".lua:6\n  in on_market_cycle, slot 2024-06-03T00:00, tick 0 of 10\n"
                           "  lunagrid explain NO_FIELD");
    assert_string_equal(s.printed, "tick\t0\nslot\t1\t0.0\ntick\t1\n");
    assert_int_equal(lg_agent_faults(s.agent), 1);
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 0);
    stage_fini(&s);
}

/* The whole expression is underlined, brackets and all. */
static void test_fault_expression(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  local n = 1 + info.assets[1].asets + 1\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults, "\n      |                 ~~~~~~~~~~~~~~~^^^^^\n");
    stage_fini(&s);
}

/* After execute() the callback may fail as well; what was applied before stays. */
static void test_fault_after_execute(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
        "  local answers = grid.batch:execute()\n"
        "  grid.batch:delete_bid('Load 1')\n"
        "  local x = answers[1].bid.id + nil\n"
        "end\n"
        "function on_tick(info)\n"
        "  if info.tick == 1 then print(info.assets[1].energy_active_in_bids) end\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 3);
    stage_expect(s.faults, ".lua:5: attempt to perform arithmetic on a nil value");
    assert_string_equal(s.printed, "1.0\n1.0\n1.0\n");
    assert_int_equal(lg_agent_faults(s.agent), 3);
    stage_fini(&s);
}

/* What on_trade has put into the batch waits for the next turn; a callback that fails in between
 * takes only its own commands with it. */
static void test_fault_keeps_others(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  grid.batch:bid_energy_rate('Load 1', 0.5, 20)\n"
        "  grid.batch:offer_energy_rate('PV 1', 0.5, 10)\n"
        "end\n"
        "function on_trade(trade)\n"
        "  if trade.side == 'buy' then grid.batch:bid_energy_rate('Load 1', 0.25, 5) end\n"
        "end\n"
        "function on_tick(info)\n"
        "  if info.tick == 1 then\n"
        "    grid.batch:bid_energy_rate('Load 1', 0.125, 6)\n"
        "    error('no')\n"
        "  end\n"
        "  if info.tick == 2 then print(info.assets[1].energy_active_in_bids) end\n"
        "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 1);
    assert_int_equal(lg_agent_faults(s.agent), 1);
    assert_string_equal(s.printed, "0.25\n");
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 3);
    stage_fini(&s);
}

static void test_fault_in_trade(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
        "  grid.batch:offer_energy_rate('PV 1', 1, 10)\n"
        "end\n"
        "function on_trade(trade) local x = trade.asset.due_hours.low end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_start(&s);
    stage_run(&s, 2);
    stage_expect(s.faults, ".lua:5: attempt to index a nil value (field 'due_hours')\n"
                           "    5 | function on_trade(trade) local x = trade.asset.due_hours.low "
                           "end\n"
                           "      |                                    ~~~~~~~~~~~~^^^^^^^^^\n"
                           "  in on_trade, slot 2024-06-03T00:00, tick 0 of 10");
    assert_int_equal(lg_agent_faults(s.agent), 2);
    assert_int_equal(s.trades, 2);
    stage_fini(&s);
}

static void test_fault_no_text(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(
        stage_load(&s, "function on_market_cycle() error(setmetatable({}, {__tostring = function() "
                       "error('x') end})) end\n"),
        LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults, "the error is no text but a table");
    stage_fini(&s);
}

/* Seconds that the host of a worker leaves it beyond its own clock: to give back what it holds may
 * take long on a busy machine, and here it is the worker's own word that counts. */
enum { GRACE = 60 };

/* A callback that does not end is stopped, inside pcall too, and the script is given up. */
static void test_watchdog(void **state)
{
    static const char *const loops[] = {
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function(m) while true do end end)",
        "local t = {} for i = 1, 50000 do t[i] = string.rep('x', 60000) .. i end table.sort(t)",
        "coroutine.wrap(function() while true do end end)()",
        "local co = coroutine.create(function() while true do pcall(coroutine.wrap(function() "
        "while true do end end)) end end) coroutine.resume(co) while true do end",
    };
    char source[512];
    for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        stage s;
        (void)state;
        stage_init(&s);
        s.input.budget.seconds_per_call = 0.15;
        s.input.budget.seconds_grace = GRACE;
        s.input.budget.memory_bytes = UINT64_C(4) << 30;
        snprintf(source, sizeof source,
                 "function on_market_cycle(info)\n"
                 "  grid.batch:list_bids('Load 1')\n"
                 "  if info.slot == 1 then %s end\n"
                 "end\n"
                 "function on_tick(info) if info.tick == 1 then print('tick', info.slot) end end\n",
                 loops[i]);
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 3);
        stage_expect(s.faults, "on_market_cycle ran longer than 0.15 s (0.");
        assert_int_equal(lg_agent_stopped(s.agent)->why, LG_STOP_TIME);
        assert_int_equal(lg_agent_memory(s.agent), 0);
        stage_expect(
            s.faults,
            "\n  in on_market_cycle, slot 2024-06-03T00:15, tick 0 of 10\n"
            "  \"Home 1\" is not called again in this run: on_market_cycle ran longer than "
            "0.15 s");
        assert_string_equal(s.printed, "tick\t0\n");
        assert_int_equal(lg_agent_faults(s.agent), 1);
        assert_int_equal(lg_desk_counts_of(s.desk).commands, 1);
        stage_fini(&s);
    }
}

/* The orders of a script that is set aside stay until the slot ends. */
static void test_set_aside_orders(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.seconds_per_call = 0.15;
    s.input.budget.seconds_grace = GRACE;
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
                                    "end\n"
                                    "function on_tick(info) while true do end end\n"),
                     LG_OK);
    stage_load_other(&s,
                     "function on_tick(info)\n"
                     "  if info.tick == 5 then grid.batch:offer_energy_rate('Utility', 1, 9) end\n"
                     "end\n");
    stage_run(&s, 2);
    assert_int_equal(lg_agent_faults(s.agent), 1);
    assert_int_equal(s.trades, 1);
    stage_fini(&s);
}

/* The time of a callback goes on where it was when it waited, and it may not wait for ever. */
static void test_execute_limits(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  while true do\n"
                                    "    grid.batch:list_bids('Load 1')\n"
                                    "    grid.batch:execute()\n"
                                    "  end\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults, "grid.batch:execute(): a callback may wait at most 100 times");
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 100);
    stage_fini(&s);
    stage_init(&s);
    s.input.budget.seconds_per_call = 0.3;
    s.input.budget.seconds_grace = GRACE;
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  for i = 1, 90 do\n"
                                    "    for n = 1, 2000000 do local x = n end\n"
                                    "    grid.batch:list_bids('Load 1')\n"
                                    "    grid.batch:execute()\n"
                                    "  end\n"
                                    "  print('end')\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults,
                 "is not called again in this run: on_market_cycle ran longer than 0.3 s");
    assert_string_equal(s.printed, "");
    stage_fini(&s);
}

/* Running out of stack costs much time before it fails: the third time in a row is the last. */
static void test_exhausted(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.seconds_per_call = 30;
    assert_int_equal(stage_load(&s, "local function deep(n) return 1 + deep(n + 1) end\n"
                                    "function on_tick(info)\n"
                                    "  print(info.tick)\n"
                                    "  if info.tick ~= 3 then deep(1) end\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.printed, "1\n2\n3\n4\n5\n6\n");
    stage_expect(s.faults, "is not called again in this run: on_tick made 3 errors in a row that "
                           "filled the stack");
    assert_int_equal(lg_agent_faults(s.agent), 5);
    stage_fini(&s);
}

/* A text of the script's own that speaks of a stack, and a text too long, cost nothing to fail. */
static void test_not_exhausted(void **state)
{
    static const char *const codes[] = {"error('stack overflow of my todo list')",
                                        "error('stack overflow')",
                                        "local s = 'x' while true do s = s .. s end"};
    char source[256];
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        stage s;
        stage_init(&s);
        snprintf(source, sizeof source, "function on_tick(info) %s end", codes[i]);
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 1);
        assert_int_equal(lg_agent_faults(s.agent), 9);
        if (i == 2)
            stage_expect(s.faults, ".lua:1: a text may have at most 65536 bytes");
        stage_fini(&s);
    }
}

/* What cannot be interrupted has limits of its own. */
static void test_bounded_work(void **state)
{
    static const struct {
        const char *code, *error;
    } rows[] = {
        {"string.rep('a', 30000):find('.-.-.-.-.-.-.-.-b')", "more than 1000000 steps"},
        {"string.rep('a', 3000):match('(.*)(.*)(.*)(.*)b')", "more than 1000000 steps"},
        {"for _ in string.rep('a', 3000):gmatch('.-.-.-.-b') do end", "more than 1000000 steps"},
        {"string.rep('a', 3000):gsub('.-.-.-.-b', '')", "more than 1000000 steps"},
        {"string.rep('a', 3000):gsub('a', string.rep('b', 1000))", "at most 65536 bytes"},
        {"table.concat({string.rep('a', 1 << 16), 'b'})", "at most 65536 bytes"},
        {"string.format('%s%s', string.rep('a', 1 << 16), 'b')", "at most 65536 bytes"},
        {"string.format('%q', string.rep('\\200', 20000))", "at most 65536 bytes"},
        {"string.format(string.rep('%d', 65), table.unpack({}, 1, 65))", "at most 64 values"},
        {"string.pack('c70000', 'x')", "a text may have at most 65536 bytes"},
        {"string.pack('c1000000000', 'x')", "may have at most"},
        {"local t = {} for i = 1, 70000 do t[i] = i end", "at most 65560 elements in its list"},
        {"local t = {} for i = 1, 70000 do t['k' .. i] = i end", "32780 other keys"},
        {"table.concat(setmetatable({}, {__len = function() return 1 << 60 end}))",
         "at most 1000000 elements"},
        {"table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 2)",
         "at most 1000000 elements"},
        {"table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)",
         "at most 1000000 elements"},
        {"table.move({}, 1, 1 << 60, 2)", "at most 1000000 elements"},
        {"table.unpack({}, 1, 300)", "at most 250 values"},
        {"string.rep('ab', 1 << 40)", "at most 65536 bytes"},
        {"string.rep('a', 3000):find('\\0?a-a-a-a-a-b')", "more than 1000000 steps"},
        {"local n = 0; table.insert(setmetatable({}, {__len = function() n = n + 1; "
         "return n == 1 and 1 or 1 << 60 end}), 1, 2); error('once')",
         "once"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char source[256];
        stage s;
        (void)state;
        stage_init(&s);
        assert_int_equal(stage_load(&s, rows[i].code), LG_SCRIPT);
        stage_expect(s.err.text, rows[i].error);
        stage_fini(&s);
        stage_init(&s);
        snprintf(source, sizeof source, "function on_market_cycle() %s end", rows[i].code);
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 1);
        stage_expect(s.faults, rows[i].error);
        stage_fini(&s);
    }
}

static void test_watchdog_load_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.seconds_per_call = 0.15;
    s.input.budget.seconds_grace = GRACE;
    assert_int_equal(stage_load(&s, "\nwhile true do end\n"), LG_SCRIPT);
    stage_expect(s.err.text, ".lua:2: the top level ran longer than 0.15 s (0.");
    stage_fini(&s);
}

/* What Lua says of the line of a division by zero is not so: the operator is looked for. */
static void test_fault_division(void **state)
{
    static const struct {
        const char *body, *told;
    } rows[] = {
        {"  for i = 1, 2 do\n    local x = d.a\n    local y = slot % zero\n    local q = d.b\n  "
         "end",
         "meet.lua:8: attempt to perform 'n%0'\n    8 |     local y = slot % zero\n"},
        {"  local x = d.a // 3\n  local y =\n\n    slot // zero",
         "meet.lua: in or near line 5, perhaps in line 6 or 9: attempt to divide by zero\n  "
         "in"},
        {"  local f = function() return 1 % 3 end\n  local x = d.a\n  local y = x % zero",
         "meet.lua: in or near line 6, perhaps in line 6 or 8: attempt"},
        {"  local f = function()\n    return d.a\n      % zero\n  end\n  local x = f() % 3",
         "meet.lua: in or near line 6, perhaps in line 8 or 10: attempt to perform"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char source[512];
        stage s;
        stage_init(&s);
        int length = snprintf(source, sizeof source,
                              "local d = { a = 10, b = 3 }\n\nlocal zero = 0\n"
                              "function on_start() local x = 7 %% 3 end\n"
                              "function on_market_cycle(m) local slot = m.slot\n%s\nend\n",
                              rows[i].body);
        stage_write(&s, "meet.lua", source, (size_t)length);
        assert_int_equal(stage_load_file(&s, "meet.lua"), LG_OK);
        stage_run(&s, 1);
        stage_expect(s.faults, rows[i].told);
        stage_fini(&s);
    }
}

/* At the memory cap a script is given up, also when it would catch that, and what it held is given
 * back. */
static void test_memory_err(void **state)
{
    static const char *const callbacks[] = {
        "local t for i = 1, 1e8 do t = {t} end",
        "while true do pcall(function() local t while true do t = {t} end end) end",
        "while true do coroutine.resume(coroutine.create(function() local t while true do t = {t} "
        "end end)) end",
        /* catching that something was too large costs a walk over the heap each time */
        "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
        "local function f() pcall(f) return f() end f()",
    };
    for (size_t i = 0; i < sizeof callbacks / sizeof callbacks[0]; i++) {
        char source[512];
        stage s;
        (void)state;
        stage_init(&s);
        s.input.budget.memory_bytes = 4 << 20;
        s.input.budget.seconds_per_call = 60;
        snprintf(source, sizeof source,
                 "function on_market_cycle(info)\n"
                 "  %s\n"
                 "end\n"
                 "function on_tick(info) print('tick') end\n",
                 callbacks[i]);
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 2);
        stage_expect(s.faults, ".lua:2: ");
        stage_expect(s.faults,
                     i < 3 ? "of 4194304 bytes"
                           : " of 16 texts, tables or stacks that were too large and was stopped");
        assert_int_equal(lg_agent_stopped(s.agent)->why, LG_STOP_MEMORY);
        assert_string_equal(s.printed, "");
        assert_int_equal(lg_agent_faults(s.agent), 1);
        assert_int_equal(lg_agent_memory(s.agent), 0);
        stage_fini(&s);
    }
}

/* Garbage is collected between slots: memory does not grow with the days. */
static void test_collection(void **state)
{
    static const char source[] = "function on_tick(info)\n"
                                 "  local t = {}\n"
                                 "  for i = 1, 200 do t[i] = { i } end\n"
                                 "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 200);
    assert_true(lg_agent_memory(s.agent) < 1 << 20);
    stage_fini(&s);
}

/* Metatables made for one callback go with it: a hundred a tick, over five days. */
static void test_metatables_collected(void **state)
{
    static const char source[] =
        "function on_tick(info)\n"
        "  for i = 1, 100 do\n"
        "    local mt = { __index = function(t, k) return i end }\n"
        "    local t = setmetatable({}, mt)\n"
        "    assert(t.x == i and getmetatable(t) == mt)\n"
        "    mt.__index = mt\n"
        "    mt.y = 'own'\n"
        "    assert(setmetatable(t, mt).y == 'own')\n"
        "  end\n"
        "end\n"
        "local kept = {}\n"
        "function on_market_cycle(info)\n"
        "  if info.slot == 0 then setmetatable(kept, { __index = { a = 7 } }) end\n"
        "  assert(kept.a == 7 and getmetatable(kept).__index.a == 7)\n"
        "end\n";
    uint64_t after_a_day;
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 96);
    after_a_day = lg_agent_memory(s.agent);
    assert_true(after_a_day < 512 << 10);
    stage_run(&s, 4 * 96);
    assert_true(lg_agent_memory(s.agent) < after_a_day + (128 << 10));
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

/* A small agent that makes a little garbage at every tick stays small. */
static void test_small_agent(void **state)
{
    static const char source[] = "function on_tick(info)\n"
                                 "  for _, a in ipairs(info.assets) do\n"
                                 "    grid.batch:list_bids{ asset = a }\n"
                                 "  end\n"
                                 "  grid.batch:execute()\n"
                                 "end\n";
    uint64_t most = 0;
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    uint64_t loaded = lg_agent_memory(s.agent);
    for (int slot = 0; slot < 200; slot++) {
        stage_run(&s, 1);
        if (lg_agent_memory(s.agent) > most)
            most = lg_agent_memory(s.agent);
    }
    print_message("loaded %llu, at most %llu\n", (unsigned long long)loaded,
                  (unsigned long long)most);
    assert_true(most < loaded + (96 << 10));
    stage_fini(&s);
}

/* In another thread, because each has its own timer; there is none left to be had. */
static void *load_without_timer(void *arg)
{
    stage *s = arg;
    assert_int_equal(stage_load(s, "function on_tick(info) end\n"), LG_OK);
    return NULL;
}

static void test_watchdog_missing(void **state)
{
    struct rlimit before, none;
    pthread_t thread;
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(getrlimit(RLIMIT_SIGPENDING, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &none), 0);
    int failed = pthread_create(&thread, NULL, load_without_timer, &s);
    if (!failed)
        failed = pthread_join(thread, NULL);
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &before), 0);
    assert_int_equal(failed, 0);
    assert_string_equal(s.printed, "no time limit: a script that does not end is not stopped "
                                   "(Resource temporarily unavailable)\n");
    stage_fini(&s);
}

/* Without on_event_or_response the first refusal of each kind is a line of the log. */
static void test_refusals_explained(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  grid.batch:bid_energy_rate('Load 1', 5, 20)\n"
                                 "  grid.batch:bid_energy_rate('Load 1', 6, 20)\n"
                                 "  grid.batch:delete_offer('PV 1', 9)\n"
                                 "end\n";
    stage s;
    (void)state;
    stage_init(&s);
    stage_write(&s, "meet.lua", source, strlen(source));
    assert_int_equal(stage_load_file(&s, "meet.lua"), LG_OK);
    stage_run(&s, 2);
    assert_string_equal(
        s.printed,
        "bid_energy_rate on \"Load 1\" refused: more energy than the asset needs or "
        "has (asked 5 kWh, allowed 1) (slot 2024-06-03T00:00, tick 0 of 10; sent at meet.lua:2 or "
        "meet.lua:3; lunagrid explain ENERGY)\n"
        "delete_offer on \"PV 1\" refused: there is no open offer with id 9 of \"PV 1\" (slot "
        "2024-06-03T00:00, tick 0 of 10; sent at meet.lua:4; lunagrid explain GONE)\n");
    assert_int_equal(lg_desk_counts_of(s.desk).refused, 6);
    stage_fini(&s);
}

/* Random numbers depend on seed, participant and callback, not on what ran before. */
static void test_random(void **state)
{
    static const char source[] = "function on_market_cycle(info)\n"
                                 "  print(math.random(1000000), math.random(1000000))\n"
                                 "end\n";
    char first[256];
    (void)state;
    for (int run = 0; run < 3; run++) {
        stage s;
        stage_init(&s);
        s.input.seed = run == 2 ? 43 : 42;
        assert_int_equal(stage_load(&s, source), LG_OK);
        stage_run(&s, 1);
        if (run == 0)
            strcpy(first, s.printed);
        else if (run == 1)
            assert_string_equal(s.printed, first);
        else
            assert_string_not_equal(s.printed, first);
        stage_fini(&s);
    }
}

/* Where fees are percentages, scripts see and set percent. */
static void test_percentage_fees(void **state)
{
    static const char source[] =
        "function on_market_cycle(info)\n"
        "  local m = info.markets[1]\n"
        "  print(info.fees, m.running_market_fee, grid.calculate_grid_fee('Load 1', 'Utility'))\n"
        "  grid.batch:change_grid_fees_percent(m, 7.5)\n"
        "  grid.batch:grid_fees{ market = m, fee_percent = 2.5 }\n"
        "  grid.batch:grid_fees(m, 3)\n"
        "  grid.batch:grid_fees{ market = m, fee_percent = 1500 }\n"
        "  for _, a in ipairs(grid.batch:execute()) do print(a.status, a.market_fee_percent, "
        "a.code, a.asked, a.allowed, a.error_message) end\n"
        "end\n";
    static const lg_rules rules = {.match = LG_PAY_AS_BID,
                                   .fee_kind = LG_FEE_PERCENTAGE,
                                   .slot_ms = 900000,
                                   .tick_ms = 90000,
                                   .ticks_per_slot = 10};
    stage s;
    (void)state;
    stage_init_fees(&s, &rules, (const double[]){0, 5, 0, 0});
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    assert_string_equal(
        s.printed,
        "percentage\t5.0\t5.0\n"
        "ready\t2.5\tnil\tnil\tnil\tnil\n"
        "ready\t2.5\tnil\tnil\tnil\tnil\n"
        "error\tnil\tUNSUPPORTED\tnil\tnil\tgrid_fees on \"Community\" refused: the grid fees of "
        "this run are percentages: %, not ct/kWh\n"
        "error\tnil\tRATE\t1500.0\t1000.0\tgrid_fees on \"Community\" refused: a fee must be "
        "0 to 1000 % (asked 1500)\n");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_fault_expression),
        cmocka_unit_test(test_fault_division),
        cmocka_unit_test(test_fault_after_execute),
        cmocka_unit_test(test_fault_keeps_others),
        cmocka_unit_test(test_fault_in_trade),
        cmocka_unit_test(test_fault_no_text),
        cmocka_unit_test(test_watchdog),
        cmocka_unit_test(test_set_aside_orders),
        cmocka_unit_test(test_execute_limits),
        cmocka_unit_test(test_exhausted),
        cmocka_unit_test(test_bounded_work),
        cmocka_unit_test(test_watchdog_load_err),
        cmocka_unit_test(test_memory_err),
        cmocka_unit_test(test_not_exhausted),
        cmocka_unit_test(test_collection),
        cmocka_unit_test(test_metatables_collected),
        cmocka_unit_test(test_small_agent),
        cmocka_unit_test(test_watchdog_missing),
        cmocka_unit_test(test_refusals_explained),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_percentage_fees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
