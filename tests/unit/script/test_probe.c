/* Expressions are worth what scripts see, change nothing, and end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "script/probe.h"
#include "stage.h"
#include "support/failing_mem.h"

/* The stage's street, looked at from a desk that may see everything. */
typedef struct looker {
    stage s;
    lg_desk *desk;
    lg_moment moment;
} looker;

static void look_init(looker *l)
{
    stage_init(&l->s);
    l->desk = lg_desk_new(l->s.mem, lg_turn_market(l->s.turn), 9, "eval");
    assert_non_null(l->desk);
    for (uint32_t i = 0; i < STAGE_ASSETS; i++)
        assert_int_equal(lg_desk_grant_asset(l->desk, i), LG_OK);
    for (uint32_t i = 0; i < STAGE_AREAS; i++)
        assert_int_equal(lg_desk_grant_market(l->desk, i), LG_OK);
    lg_turn_show(l->s.turn, l->desk);
    l->moment = (lg_moment){.slot = 3, .tick = 2, .market_maker_rate_ct = 30};
}

static void look_fini(looker *l)
{
    lg_desk_free(l->desk);
    stage_fini(&l->s);
}

static lg_status look(looker *l, lg_mem *mem, const char *expression, lg_text *out, lg_err *err)
{
    lg_agent_input input = {.desk = l->desk, .script = "eval", .devices = l->s.input.devices};
    return lg_probe(mem, &input, &l->moment, expression, out, err);
}

static void values_are_json(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *value;
    } cases[] = {
        {"1 + 1", "2"},
        {"7 // 2.0", "3"},
        {"0.1", "0.1"},
        {"nil", "null"},
        {"not nil", "true"},
        {"1/0", "\"inf\""},
        {"-1/0", "\"-inf\""},
        {"'a\"b\\n'", "\"a\\\"b\\n\""},
        {"{}", "{}"},
        {"{1, {2}, x}", NULL},
        {"{'a', {b = 2, a = true}}", "[\"a\",{\"a\":true,\"b\":2}]"},
        {"{[2] = 1}", "{\"2\":1}"},
        {"1, 2", "1"},
        {"local a = 2 return a * a", "4"},
        {"total = 3 return total", "3"},
        {"return 5", "5"},
        {"grid.market('Community')", "{\"market\":\"Community\"}"},
        {"grid.asset('Load 2').name", "\"Load 2\""},
        {"{ grid.asset('Load 1') }", "[{\"asset\":\"Load 1\"}]"},
        {"#market_info.assets", "6"},
        {"market_info.slot", "3"},
        {"print", "\"function\""},
    };
    looker l;
    look_init(&l);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_err err = {.text = ""};
        lg_text out;
        lg_text_init(&out, lg_mem_system());
        lg_status status = look(&l, lg_mem_system(), cases[i].expression, &out, &err);
        if (cases[i].value) {
            assert_string_equal(err.text, "");
            assert_int_equal(status, LG_OK);
            assert_string_equal(lg_text_peek(&out), cases[i].value);
        } else {
            assert_int_equal(status, LG_SCRIPT);
            assert_int_equal(out.length, 0);
        }
        lg_text_fini(&out);
    }
    look_fini(&l);
}

static void what_cannot_be_is_told_err(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *words;
    } cases[] = {
        {"x x", "eval:1: syntax error near 'x'"},
        {"grid.market('Comunity')", "did you mean \"Community\"?"},
        {"grid.batch:bid_energy_rate(grid.asset('Load 1'), 1, 1)", "an expression can only read"},
        {"grid.batch:grid_fees('Community', 3)", "an expression can only read"},
        {"grid.batch:execute()", "an expression can only read"},
        {"market_info.slot_start", "has no field"},
        {"(function() market_info.slot = 1 end)()", "read only"},
        {"while true do end", "and was stopped"},
        {"pcall(function() while true do end end)", "and was stopped"},
        {"(function() local t = {} for i = 1, 1e9 do t[i] = i end end)()", ""},
        {"(function() local t = {} t[1] = t return t end)()", "nested too deeply"},
        {"(function() local t = {} for i = 1, 20000 do t[i] = i end return t end)()", "too large"},
        {"setmetatable({}, {__pairs = function() return function() return 1, 1 end end})",
         "too large"},
        {"io.open('/etc/passwd')", "not available"},
        {"load('return 1')()", "not available"},
        {"\x1bLua", ""},
        {"error({})", ""},
    };
    looker l;
    look_init(&l);
    lg_digest before = lg_turn_digest(l.s.turn);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_err err = {.text = ""};
        lg_text out;
        lg_text_init(&out, lg_mem_system());
        lg_text_str(&out, "kept");
        assert_int_equal(look(&l, lg_mem_system(), cases[i].expression, &out, &err), LG_SCRIPT);
        if (!strstr(err.text, cases[i].words))
            fail_msg("%s: %s", cases[i].expression, err.text);
        assert_string_equal(lg_text_peek(&out), "kept");
        assert_int_equal(lg_desk_pending(l.desk), 0);
        lg_text_fini(&out);
    }
    lg_digest after = lg_turn_digest(l.s.turn);
    assert_memory_equal(&before, &after, sizeof before);
    look_fini(&l);
}

static int look_again(lg_mem *mem, void *ctx)
{
    looker *l = ctx;
    lg_err err;
    lg_text out;
    lg_mem growing = lg_failing_growth(mem);
    lg_text_init(&out, mem);
    lg_status status =
        look(l, &growing, "{ market_info.slot, 'x', { a = grid.tree } }", &out, &err);
    lg_text_fini(&out);
    return status == LG_OK ? (out.failed ? 1 : 0) : status == LG_MEMORY ? 1 : 2;
}

static void memory_err(void **state)
{
    (void)state;
    looker l;
    look_init(&l);
    lg_sweep_allocations(look_again, &l);
    look_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_json),
        cmocka_unit_test(what_cannot_be_is_told_err),
        cmocka_unit_test(memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
