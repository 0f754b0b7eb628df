/* Loading a script: what is refused and how it is said, where callbacks are found, what an agent
 * tells of itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/hash.h"
#include "stage.h"
#include "support/failing_mem.h"

/* Loads source and expects status and every one of the texts in the message. */
static void expect_refusal(const char *source, const char *const *parts)
{
    stage s;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_SCRIPT);
    assert_null(s.agent);
    assert_int_equal(s.err.status, LG_SCRIPT);
    for (; *parts; parts++)
        stage_expect(s.err.text, *parts);
    stage_fini(&s);
}

#define REFUSAL(source, ...) expect_refusal(source, (const char *const[]){__VA_ARGS__, NULL})

static void test_load_err(void **state)
{
    (void)state;
    REFUSAL("local x = \n", ".lua:2: unexpected symbol near <eof>");
    REFUSAL("\n\nerror('no')", ".lua:3: no", "3 | error('no')");
    REFUSAL("error({})", "the error is no text but a table");
    REFUSAL("return 5", "a script returns a table of callbacks or nothing, not number");
    REFUSAL("function on_market_slot(m) end",
            "unknown callback \"on_market_slot\": it is called \"on_market_cycle\" here");
    REFUSAL("return {on_tik = print}", "unknown callback \"on_tik\"; did you mean \"on_tick\"?");
    REFUSAL("return {on_tick = 5}", "callback \"on_tick\" must be a function, not number");
    REFUSAL("return {on_zzzzzz = print}", "unknown callback \"on_zzzzzz\"");
    REFUSAL("prin('x')", "global \"prin\" is not defined; did you mean \"print\"?", "^^^^");
    REFUSAL("grid.batch:bid_energy_rate('Lod 1', 1, 1)",
            "bid_energy_rate: there is no asset \"Lod 1\"; did you mean \"Load 1\"?");
    REFUSAL("grid.batch:execute()", "cannot wait here");
    REFUSAL("require 'absent'",
            "module \"absent\" is neither beside the script nor in scripts/lib");
    REFUSAL("local t = {} for i = 1, 1e9 do t = {t} end", "not enough memory");
}

static void test_source_err(void **state)
{
    static char big[LG_ERR_TEXT_MAX + 65 * 1024];
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load_file(&s, "absent.lua"), LG_IO);
    stage_expect(s.err.text, "script \"absent.lua\" cannot be opened");
    memset(big, '-', sizeof big);
    stage_write(&s, "source.lua", big, sizeof big);
    assert_int_equal(stage_load_file(&s, "source.lua"), LG_SCRIPT);
    stage_expect(s.err.text, "source.lua: a script may have at most 64 KiB of text");
    stage_write(&s, "source.lua", "\x1bLua", 4);
    assert_int_equal(stage_load_file(&s, "source.lua"), LG_SCRIPT);
    stage_expect(s.err.text, "only source text is run");
    stage_write(&s, "source.lua", "local a = '\0'", 13);
    assert_int_equal(stage_load_file(&s, "source.lua"), LG_SCRIPT);
    stage_expect(s.err.text, "byte 12 is zero");
    unlink("source.lua");
    stage_fini(&s);
}

static void test_module_err(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    stage_write(&s, "broken_module.lua", "local x =\n", 10);
    assert_int_equal(stage_load(&s, "require 'broken_module'"), LG_SCRIPT);
    stage_expect(s.err.text, "broken_module.lua:2: unexpected symbol");
    stage_write(&s, "broken_module.lua", "\n\nerror 'bad'", 13);
    assert_int_equal(stage_load(&s, "pcall(require, 'broken_module') require 'broken_module'"),
                     LG_SCRIPT);
    stage_expect(s.err.text, "broken_module.lua:3: bad");
    stage_expect(s.err.text, "3 | error 'bad'");
    unlink("broken_module.lua");
    stage_fini(&s);
}

static void test_callbacks(void **state)
{
    static const char source[] =
        "every_tick = true\n"
        "local n = 0\n"
        "function on_start(c) print('start', c.name) end\n"
        "function on_tick(t) n = n + 1 end\n"
        "function on_finish(f) print('ticks', n) end\n"
        "return {on_market_cycle = function(m) print('slot', m.slot) end}\n";
    stage s;
    lg_participant participant;
    char hash[65];
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, source), LG_OK);
    lg_agent_participant(s.agent, &participant);
    assert_true(participant.every_tick);
    assert_null(participant.trade);
    assert_ptr_equal(participant.desk, s.desk);
    stage_start(&s);
    stage_run(&s, 2);
    stage_finish(&s);
    assert_string_equal(s.printed, "start\tHome 1\nslot\t0\nslot\t1\nticks\t18\n");
    assert_string_equal(s.faults, "");
    assert_string_equal(lg_agent_name(s.agent), "Home 1");
    assert_string_equal(lg_agent_script(s.agent), s.path);
    lg_sha256(source, strlen(source), hash);
    assert_string_equal(lg_agent_hash(s.agent), hash);
    assert_string_equal(lg_agent_source(s.agent), source);
    assert_int_equal(lg_agent_faults(s.agent), 0);
    assert_in_range(lg_agent_memory(s.agent), 10000, 200000);
    stage_fini(&s);
}

static void test_params(void **state)
{
    static const lg_script_param list[] = {{.type = LG_PARAM_NUMBER, .number = 3},
                                           {.type = LG_PARAM_NUMBER, .number = 0.5}};
    static const lg_script_param items[] = {
        {.type = LG_PARAM_NUMBER, .key = "peak", .number = 6},
        {.type = LG_PARAM_BOOL, .key = "loud", .number = 1},
        {.type = LG_PARAM_TEXT, .key = "who", .text = "me"},
        {.type = LG_PARAM_LIST, .key = "list", .items = list, .count = 2},
    };
    static const lg_script_param params = {.type = LG_PARAM_TABLE, .items = items, .count = 4};
    stage s;
    (void)state;
    stage_init(&s);
    s.input.params = &params;
    assert_int_equal(stage_load(&s, "print(params.peak, params.loud, params.who, params.list[1], "
                                    "params.list[2], params.absent)\n"
                                    "function on_start() end"),
                     LG_OK);
    assert_string_equal(s.printed, "6\ttrue\tme\t3\t0.5\tnil\n");
    stage_fini(&s);
}

static void test_print_limits(void **state)
{
    stage s;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "print('a\\nb\\27[31m', {}, nil)\n"
                                    "print(string.rep('x', 600))\n"
                                    "for i = 1, 1000 do print(string.rep('y', 100)) end\n"
                                    "function on_start() end\n"),
                     LG_OK);
    stage_expect(s.printed, "a b [31m\ttable\tnil\n");
    stage_expect(s.printed, "xxx...\n");
    stage_fini(&s);
    stage_init(&s);
    assert_int_equal(stage_load(&s, "for i = 1, 1000000 do print(i) end function on_start() end\n"),
                     LG_OK);
    stage_expect(s.printed,
                 "\n199\n200\n... more output of this callback is dropped (200 of 200 lines; "
                 "BUDGET_OUTPUT)\n");
    assert_null(strstr(s.printed, "201"));
    stage_fini(&s);
}

/* Lua relies on shrinking never failing, so only growth is made to fail. */
typedef struct sweep {
    lg_mem mem;
    lg_failing_mem *failing;
    stage *s;
} sweep;

static void *sweep_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    sweep *w = ctx;
    uint64_t fail_at = w->failing->fail_at;
    if (ptr && new_size <= old_size)
        w->failing->fail_at = 0;
    void *moved = w->failing->mem.resize(w->failing, ptr, old_size, new_size);
    w->failing->fail_at = fail_at;
    return moved;
}

static int load_once(lg_mem *mem, void *ctx)
{
    stage *s = ctx;
    sweep w = {
        .mem = {.resize = sweep_resize, .ctx = &w}, .failing = (lg_failing_mem *)mem, .s = s};
    lg_agent *agent = NULL;
    lg_status status = lg_agent_new(&w.mem, &s->input, &s->err, &agent);
    lg_agent_free(agent);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_memory_err(void **state)
{
    static const char source[] = "local t = {}\n"
                                 "for i = 1, 3 do t[i] = 'a' .. i end\n"
                                 "return {on_tick = function() end}\n";
    stage s;
    (void)state;
    if (stage_remote) /* most is allocated there */
        skip();
    stage_init(&s);
    stage_write(&s, "sweep.lua", source, strlen(source));
    s.input.script = "sweep.lua";
    assert_in_range(lg_sweep_allocations(load_once, &s), 100, 5000);
    unlink("sweep.lua");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load_err),   cmocka_unit_test(test_source_err),
        cmocka_unit_test(test_module_err), cmocka_unit_test(test_callbacks),
        cmocka_unit_test(test_params),     cmocka_unit_test(test_print_limits),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
