/* What a callback may spend: the same units in every run, and nothing that a script does gets
 * around them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "stage.h"

enum { ALLOWED = 200000 };

static lg_stopped told;
static uint32_t told_count;

static void hear(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    (void)ctx;
    assert_ptr_equal(lg_agent_stopped(agent), how);
    assert_int_equal(lg_agent_memory(agent), 0);
    told = *how;
    told_count++;
}

/* Runs @p body in on_market_cycle with ALLOWED units for two slots. */
static void run_body(stage *s, const char *body)
{
    char source[2048];
    stage_init(s);
    s->input.budget.units_per_call = ALLOWED;
    s->input.budget.seconds_per_call = 60;
    s->input.stopped = hear;
    told = (lg_stopped){.why = LG_STOP_NONE};
    told_count = 0;
    snprintf(source, sizeof source,
             "function on_market_cycle(info)\n"
             "  %s\n"
             "  print('end')\n"
             "end\n"
             "function on_tick() print('tick') end\n",
             body);
    if (stage_load(s, source) != LG_OK)
        fail_msg("%s", s->err.text);
    stage_run(s, 2);
}

/* What looks like one instruction, and is charged for what it does. */
static void test_long_numbers(void **state)
{
    static const char *const bodies[] = {
        "local s = ('1'):rep(65000) for i = 1, 100 do tonumber(s, 10) end",
        "local s = ('1'):rep(65000) for i = 1, 100 do tonumber(s) end",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        stage s;
        run_body(&s, bodies[i]);
        assert_int_equal(told.why, LG_STOP_UNITS);
        assert_string_equal(s.printed, "");
        stage_fini(&s);
    }
}

/* Loops of Lua and of C, whatever catches or hides them. */
static const char *const endless[] = {
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "xpcall(function() while true do end end, function(m) while true do end end)",
    /* coroutines: shorter than an interval of the hook, a tree of them, made before, caught */
    "while true do coroutine.wrap(function() end)() end",
    "local function f() coroutine.wrap(f)() end while true do pcall(f) end",
    "local function t(d) if d > 0 then for i = 1, 9 do coroutine.wrap(t)(d - 1) end end end t(60)",
    "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do "
    "co() end",
    "local co = coroutine.create(function() while true do end end) while true do "
    "coroutine.resume(co) end",
    /* callbacks of C */
    "table.sort({1, 2, 3}, function() while true do end end)",
    "('x'):gsub('x', function() while true do end end)",
    "local t = setmetatable({}, {__index = function() while true do end end}) local x = t.x",
    "local t = setmetatable({}, {__lt = function() while true do end end}) local x = t < t",
    "for k in pairs(setmetatable({}, {__pairs = function() return function() return 1 end end})) "
    "do end",
    "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
    "print(setmetatable({}, {__tostring = function() while true do end end}))",
    /* work in C is charged */
    "local s = ('a'):rep(30000) while true do s:find('b', 1, true) end",
    "local s = ('a'):rep(300) while true do pcall(s.find, s, '.-.-.-.-b') end",
    "while true do local s = ('a'):rep(60000) end",
    "local s = ('a'):rep(60000) while true do local t = s .. 'b' end",
    "local s = ('a'):rep(60000) while true do s:upper() end",
    "local s = ('a'):rep(16000) while true do string.format('%q', s) end",
    "local t = {} for i = 1, 1000 do t[i] = -i end while true do table.sort(t) end",
    "local t = {} for i = 1, 1000 do t['k' .. i] = i end while true do pairs(t) end",
    "local t = {} for i = 1, 1000 do t['k' .. i] = i end while true do next(t) end",
    "local t = {} for i = 1, 1000 do t[i] = 'k' end while true do table.concat(t) end",
    "local t = {} for i = 1, 9000 do t[i] = 0 end while true do table.insert(t, 1, 0) "
    "table.remove(t, 1) end",
    "while true do table.move({}, 1, 100000, 2) end",
    "while true do pcall(error) end",
    "while true do pcall(function() return undefined_name end) end",
    "while true do pcall(require, 'nothing') end",
    "while true do grid.batch:list_bids('Load 1') end",
    "while true do grid.batch:list_bids('Load 1') pcall(grid.batch.execute, grid.batch) end",
    "while true do setmetatable({}, {__index = {}}) end",
    "local t = {table.unpack({}, 1, 250)} while true do select('#', table.unpack({}, 1, 250)) end",
};

static void test_no_way_around(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        stage s;
        run_body(&s, endless[i]);
        if (told.why != LG_STOP_UNITS)
            fail_msg("%s: %s%s", endless[i], s.printed, s.faults);
        assert_string_equal(s.printed, "");
        assert_string_equal(told.code, "BUDGET_UNITS");
        assert_string_equal(told.callback, "on_market_cycle");
        assert_true(told.allowed == ALLOWED);
        assert_in_range(told.spent, ALLOWED + 1, 6 * ALLOWED); /* one call of C at most too far */
        assert_int_equal(told_count, 1);
        assert_int_equal(lg_agent_faults(s.agent), 1);
        stage_expect(s.faults, "on_market_cycle spent ");
        stage_expect(s.faults, " of 200000 units and was stopped");
        stage_expect(s.faults,
                     "\"Home 1\" is not called again in this run: on_market_cycle spent ");
        stage_fini(&s);
    }
}

/* A step of a walk costs what it is, but for the first ones, which look at all keys. */
static void test_walks(void **state)
{
    static const char *const bodies[] = {
        "local t, n = {}, 0 for i = 1, 3000 do t['k' .. i] = i end "
        "for k in next, t do n = n + 1 end assert(n == 3000)",
        "local t, k, n = {}, nil, 0 for i = 1, 3000 do t[i] = i end "
        "repeat k = next(t, k) n = n + 1 until not k assert(n == 3001)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        stage s;
        run_body(&s, bodies[i]);
        if (told.why != LG_STOP_NONE)
            fail_msg("%s: %s", bodies[i], s.faults);
        stage_expect(s.printed, "end");
        stage_fini(&s);
    }
}

/* The same script spends the same, again and again, and stops at the same place. */
static void test_same_units(void **state)
{
    static const char body[] = "local t, n = {}, 0 "
                               "for i = 1, 200 do t['k' .. i] = ('x'):rep(i) end "
                               "for k, v in pairs(t) do n = n + #v:gsub('x', 'y') end "
                               "for i = 1, 20 do coroutine.wrap(function() pcall(error) end)() end "
                               "state.n = (state.n or 0) + 1 "
                               "if state.n == 2 then while true do n = n + 1 print(n) end end";
    uint64_t units[3], most[3];
    char printed[8192] = "";
    (void)state;
    for (int i = 0; i < 3; i++) {
        stage s;
        run_body(&s, body);
        units[i] = lg_agent_units(s.agent, &most[i]);
        assert_int_equal(told.why, LG_STOP_UNITS);
        assert_true(told.spent == (double)most[i]);
        if (i > 0)
            assert_string_equal(s.printed, printed);
        memcpy(printed, s.printed, sizeof printed);
        stage_fini(&s);
    }
    assert_true(units[0] == units[1] && units[1] == units[2]);
    assert_true(most[0] == most[1] && most[1] == most[2]);
}

static lg_digest digest_of(uint64_t units, uint64_t *spent)
{
    stage s;
    stage_init(&s);
    s.input.budget.units_per_call = units;
    assert_int_equal(stage_load(&s, "local co = coroutine.wrap(function() while true do\n"
                                    "  coroutine.yield(math.random(5, 30)) end end)\n"
                                    "function on_market_cycle(info)\n"
                                    "  for i = 1, 300 do local x = i end\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, co())\n"
                                    "  local answers = grid.batch:execute()\n"
                                    "  grid.batch:offer_energy_rate('PV 1', 0.5, #answers + co())\n"
                                    "end\n"),
                     LG_OK);
    stage_load_other(&s, "function on_tick(info)\n"
                         "  grid.batch:offer_energy_rate('Utility', 1, 30 - 2 * info.tick)\n"
                         "end\n");
    stage_run(&s, 4);
    assert_string_equal(s.faults, "");
    lg_agent_units(s.agent, spent);
    lg_digest digest = lg_turn_digest(s.turn);
    stage_fini(&s);
    return digest;
}

/* Counting changes nothing but the time it takes. */
static void test_same_run(void **state)
{
    uint64_t counted, uncounted;
    (void)state;
    lg_digest with = digest_of(1000000, &counted), without = digest_of(0, &uncounted);
    assert_memory_equal(&with, &without, sizeof with);
    assert_in_range(counted, 100, 100000);
    assert_in_range(uncounted, 1, counted - 1); /* what libraries charge */
}

/* A callback that waits goes on where it was; the next one begins at nothing. */
static void test_waiting(void **state)
{
    stage s;
    (void)state;
    run_body(&s, "for i = 1, 90 do for n = 1, 4000 do local x = n end "
                 "grid.batch:list_bids('Load 1') grid.batch:execute() end");
    assert_int_equal(told.why, LG_STOP_UNITS);
    assert_in_range(lg_desk_counts_of(s.desk).commands, 10, 60);
    stage_fini(&s);
    run_body(&s, "for n = 1, 40000 do local x = n end"); /* each time most of what is allowed */
    assert_int_equal(told.why, LG_STOP_NONE);
    stage_expect(s.printed, "end\n");
    stage_fini(&s);
}

static void test_load_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.units_per_call = 1000;
    s.input.budget.units_at_load = 5000;
    assert_int_equal(stage_load(&s, "\nwhile true do pcall(error) end\n"), LG_SCRIPT);
    stage_expect(s.err.text, ".lua:2: the top level spent 5");
    stage_expect(s.err.text, " of 5000 units and was stopped");
    stage_fini(&s);
    stage_init(&s); /* what is counted at the top level only, is not counted later */
    s.input.budget.units_at_load = 5000;
    assert_int_equal(
        stage_load(&s, "function on_tick() for i = 1, 100000 do local x = i end end\n"), LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

/* What callbacks leave over is there for later ones, up to the size of the bank. */
static void test_bank(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.units_per_call = 10000;
    s.input.budget.bank = 25000;
    assert_int_equal(
        stage_load(
            &s,
            "local function show(name)\n"
            "  local b = grid.budget\n"
            "  print(name, b.units_left > 9500 + b.bank, b.units_per_call, b.bank, b.bank_max)\n"
            "end\n"
            "function on_start() show('start') end\n"
            "function on_tick(m)\n"
            "  if m.tick > 4 and m.slot == 0 then return end\n"
            "  show(m.tick)\n"
            "  if m.tick == 4 then\n"
            "    for i = 1, 12000 do local x = i end\n"
            "    local b = grid.budget\n"
            "    print(b.bank < 15000 and b.bank == b.units_left)\n"
            "  end\n"
            "  if m.slot == 1 and m.tick == 2 then for i = 1, 60000 do local x = i end end\n"
            "end\n"),
        LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    /* on_start draws on the start; each tick takes less than 500 units */
    stage_expect(s.printed,
                 "start\ttrue\t10000\t0\t25000\n1\ttrue\t10000\t0\t25000\n2\ttrue\t10000\t9");
    stage_expect(s.printed, "\n3\ttrue\t10000\t19");
    stage_expect(s.printed, "\n4\ttrue\t10000\t25000\t25000\ntrue\n");
    stage_run(&s, 1);
    stage_expect(s.faults, " of 35000 units"); /* of the bank all, not more */
    stage_fini(&s);
}

static void test_what_is_left_cannot_be_set(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.units_per_call = 10000;
    assert_int_equal(stage_load(&s, "function on_start()\n"
                                    "  print(pcall(function() grid.budget.units_left = 1e9 end))\n"
                                    "  print(pcall(function() return grid.budget.unit_left end))\n"
                                    "  for k in pairs(grid.budget) do print(k) end\n"
                                    "end\n"),
                     LG_OK);
    stage_start(&s);
    stage_expect(s.printed, "grid.budget cannot be changed: \"units_left\" is not assigned");
    stage_expect(s.printed, "did you mean \"units_left\"");
    stage_expect(s.printed, "\nunits_per_call\n");
    stage_fini(&s);
}

/* The top level and on_start share the start. */
static void test_start(void **state)
{
    stage s;
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage_init(&s);
        s.input.budget.units_per_call = 1000;
        s.input.budget.units_at_load = 50000;
        assert_int_equal(stage_load(&s, i ? "for i = 1, 15000 do local x = i end\n"
                                            "function on_start() for i = 1, 20000 do local x = i "
                                            "end end\n"
                                          : "function on_start() for i = 1, 20000 do local x = i "
                                            "end end\n"),
                         LG_OK);
        stage_start(&s);
        if (i)
            stage_expect(s.faults, "on_start spent ");
        else
            assert_string_equal(s.faults, "");
        stage_fini(&s);
    }
}

/* So many on a day are the end; those before cost what the callback did, whatever it ran in, and
 * the next one is counted as ever. */
static void test_breaches(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.units_per_call = ALLOWED;
    s.input.budget.breaches_a_day = 3;
    s.input.stopped = hear;
    told_count = 0;
    assert_int_equal(
        stage_load(&s, "local c = coroutine.wrap(function() while true do\n"
                       "  coroutine.yield() for i = 1, 100 do end end end)\n"
                       "function on_market_cycle() c() while true do end end\n"
                       "function on_tick(info)\n"
                       "  c() print(info.tick)\n"
                       "  if info.tick % 3 > 0 then return end\n"
                       "  grid.batch:bid_energy_rate{ asset = 'Load 1', energy = 1, rate = 1 }\n"
                       "  pcall(function() while true do end end)\n"
                       "  print('caught')\n"
                       "end\n"),
        LG_OK);
    stage_run(&s, 2);
    assert_string_equal(s.printed, "1\n2\n3\n4\n5\n6\n");
    assert_int_equal(told_count, 1);
    assert_int_equal(told.why, LG_STOP_UNITS);
    assert_int_equal(lg_agent_figures_of(s.agent).breaches, 3);
    assert_int_equal(lg_agent_faults(s.agent), 3);
    stage_expect(s.faults, "loses what the callback commanded: breach 1 of 3 a day");
    stage_expect(s.faults, "breach 2 of 3 a day\n  lunagrid explain BUDGET_UNITS");
    stage_expect(s.faults, "not called again in this run: on_tick spent ");
    stage_fini(&s);
}

/* Errors in a row are the end, single ones are not. */
static void test_faults_in_a_row(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.faults_in_a_row = 4;
    s.input.stopped = hear;
    told_count = 0;
    assert_int_equal(stage_load(&s, "function on_tick(info)\n"
                                    "  if info.tick == 3 then return end\n"
                                    "  print(info.tick)\n"
                                    "  error('no')\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 2);
    assert_string_equal(s.printed, "1\n2\n4\n5\n6\n7\n");
    assert_int_equal(told_count, 1);
    assert_int_equal(told.why, LG_STOP_FAULTS);
    assert_string_equal(told.code, "BUDGET_FAULTS");
    stage_expect(s.faults, "not called again in this run: on_tick made 4 errors in a row");
    stage_fini(&s);
}

/* A chain that only the copies of metatables hold is not walked a thousand times. */
static void test_metatables_err(void **state)
{
    static const char body[] = "local first = {} local m = first "
                               "for i = 1, 5000 do local n = {} m.__index = n "
                               "setmetatable({}, m) m.__index = nil m = n end state.first = first";
    stage s;
    (void)state;
    stage_init(&s);
    char source[512];
    snprintf(source, sizeof source, "function on_market_cycle()\n %s\nend\n", body);
    assert_int_equal(stage_load(&s, source), LG_OK);
    stage_run(&s, 1);
    stage_expect(s.faults, "setmetatable: more than 1024 metatables at a time");
    stage_fini(&s);
    stage_init(&s); /* as many as one likes one after the other */
    assert_int_equal(stage_load(&s, "function on_market_cycle()\n"
                                    "  for i = 1, 10000 do setmetatable({}, {}) end\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    stage_fini(&s);
}

static void test_output(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.output_bytes = 20;
    assert_int_equal(stage_load(&s, "function on_market_cycle()\n"
                                    "  for i = 1, 100 do print('123456789') end\n"
                                    "end\n"),
                     LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.printed, "123456789\n123456789\n... more output of this callback is "
                                   "dropped (20 of 20 bytes; BUDGET_OUTPUT)\n");
    stage_fini(&s);
}

/* A script in its memory up to the brim can still be told of its trades. */
static void test_reserve(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    s.input.budget.memory_bytes = 1 << 20;
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  state.kept = nil\n"
                                    "  local list = {}\n"
                                    "  for i = 1, 700 do list[i] = ('x'):rep(1000) .. i end\n"
                                    "  state.kept = list\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, 30)\n"
                                    "end\n"
                                    "function on_trade(trade) print('trade') end\n"),
                     LG_OK);
    stage_load_other(&s, "function on_tick(info)\n"
                         "  grid.batch:offer_energy_rate('Utility', 1, 9)\n"
                         "end\n");
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    stage_expect(s.printed, "trade");
    stage_fini(&s);
}

/* Bids in each slot; loops for ever in the second one, after it has waited once. */
static lg_digest run_late(const lg_stopped *kept, lg_stopped *how)
{
    stage s;
    stage_init(&s);
    s.input.budget.seconds_per_call = kept ? 600 : 0.15;
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
                                    "  grid.batch:execute()\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, 25)\n"
                                    "  while info.slot == 1 do end\n"
                                    "end\n"
                                    "function on_event_or_response(m) end\n"),
                     LG_OK);
    if (kept)
        lg_agent_stop_at(s.agent, kept);
    stage_run(&s, 3);
    assert_int_equal(lg_agent_faults(s.agent), 1);
    assert_int_equal(lg_agent_memory(s.agent), 0);
    assert_int_equal(lg_desk_counts_of(s.desk).commands, 3);
    *how = *lg_agent_stopped(s.agent);
    how->code = how->callback = how->unit = ""; /* of that agent */
    lg_digest digest = lg_turn_digest(s.turn);
    stage_fini(&s);
    return digest;
}

/* What a clock has decided can be repeated without it. */
static void test_stop_again(void **state)
{
    lg_stopped first, again;
    (void)state;
    lg_digest by_clock = run_late(NULL, &first);
    assert_int_equal(first.why, LG_STOP_TIME);
    assert_int_equal(first.part, 1);
    first.callback = "on_market_cycle";
    first.code = "BUDGET_TIME";
    first.unit = "s";
    lg_digest by_record = run_late(&first, &again);
    assert_memory_equal(&by_clock, &by_record, sizeof by_clock);
    assert_int_equal(again.why, LG_STOP_TIME);
    assert_true(again.call == first.call && again.part == first.part);
}

/* While a run is done again the clock that counts is that of the record, up to a limit. */
static void test_no_clock_while_a_record_is_followed(void **state)
{
    static const double seconds[] = {1, 60}; /* ten times what the loops take */
    (void)state;
    for (int i = 0; i < 2; i++) {
        stage s;
        lg_follow follow = {.on = true, .seconds = seconds[i]};
        stage_init(&s);
        s.input.budget.seconds_per_call = 0.01;
        s.input.follow = &follow;
        assert_int_equal(stage_load(&s, "for i = 1, 2e7 do end\n"
                                        "function on_market_cycle(info)\n"
                                        "  if info.slot == 0 then for i = 1, 2e7 do end end\n"
                                        "  while info.slot == 1 do end\n"
                                        "end\n"),
                         LG_OK);
        stage_run(&s, 1);
        assert_string_equal(s.faults, "");
        assert_null(lg_agent_stopped(s.agent));
        follow.on = i == 0; /* where the record ends */
        stage_run(&s, 1);
        stage_expect(s.faults, i ? "ran longer than 0.01 s (" : "ran longer than 1 s (");
        stage_fini(&s);
    }
}

/* A script can be shown some of the desk's assets as its own. */
static void test_own_assets(void **state)
{
    static const uint32_t own[] = {STAGE_PV1};
    stage s;
    (void)state;
    stage_init(&s);
    s.input.assets = own;
    s.input.asset_count = 1;
    assert_int_equal(stage_load(&s, "function on_market_cycle(info)\n"
                                    "  print(#info.assets, info.assets[1].name)\n"
                                    "  grid.batch:offer_energy_rate('PV 1', 1, 9)\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 1, 20)\n"
                                    "end\n"
                                    "function on_trade(t) print(t.seller) end\n"),
                     LG_OK);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    assert_string_equal(s.printed, "1\tPV 1\nPV 1\n"); /* and not as the buyer */
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_numbers),
        cmocka_unit_test(test_no_way_around),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_same_units),
        cmocka_unit_test(test_same_run),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_load_err),
        cmocka_unit_test(test_breaches),
        cmocka_unit_test(test_faults_in_a_row),
        cmocka_unit_test(test_metatables_err),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_bank),
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_what_is_left_cannot_be_set),
        cmocka_unit_test(test_stop_again),
        cmocka_unit_test(test_no_clock_while_a_record_is_followed),
        cmocka_unit_test(test_own_assets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
