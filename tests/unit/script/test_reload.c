/* Shows what a newer version of a script takes over from the one before, and what is refused with
 * its place named. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "script/reload.h"
#include "stage.h"
#include "support/failing_mem.h"

/* The source with a callback, which every script has; lines keep their numbers. */
static const char *called(const char *source)
{
    static char text[8192];
    int length = snprintf(text, sizeof text, "function on_finish() end %s", source);
    assert_in_range(length, 1, sizeof text - 1);
    return text;
}

/* The older version at work in its second slot; stage_fini() ends it. */
static void begin(stage *s, const char *older)
{
    stage_init(s);
    if (stage_load(s, called(older)) != LG_OK)
        fail_msg("%s", s->err.text);
    stage_start(s);
    stage_run(s, 1);
}

static lg_agent *newer_of(stage *s, const char *source)
{
    lg_agent *agent = NULL;
    source = called(source);
    stage_write(s, s->path, source, strlen(source));
    if (lg_agent_new(s->mem, &s->input, &s->err, &agent) != LG_OK)
        fail_msg("%s", s->err.text);
    return agent;
}

/* Hands the state over; s->printed and s->faults have what the newer version says. */
static lg_status hand_over(stage *s, lg_agent *newer)
{
    lg_text bytes;
    lg_text_init(&bytes, s->mem);
    s->printed[0] = s->faults[0] = 0;
    lg_status status = lg_agent_save(s->agent, &bytes, NULL, &s->err);
    if (status != LG_OK)
        fail_msg("%s", s->err.text);
    const lg_legacy legacy = {.from = lg_agent_figures_of(s->agent),
                              .version = 6,
                              .state = bytes.data,
                              .state_size = bytes.length};
    status = lg_agent_inherit(newer, &legacy);
    lg_text_fini(&bytes);
    return status;
}

/* The newer version's on_start stands for whatever it does next. */
static void look(lg_agent *agent)
{
    lg_participant participant;
    const lg_moment moment = {.slot = 1};
    lg_agent_participant(agent, &participant);
    participant.call(participant.self, LG_CALL_START, &moment);
}

static void entries_of_the_state_are_kept(void **state)
{
    (void)state;
    stage s;
    begin(&s, "state.soc = 0.5 state.seen = {[3] = 'x', [1] = true} state.n = 7 state.m = 7.0\n"
              "state['odd key'] = {deep = {deeper = -0.0}}");
    lg_agent *newer =
        newer_of(&s, "state = {soc = 0.1, fresh = 'new'}\n"
                     "local mine = state\n"
                     "function on_start() print(state.soc, state.fresh, state.seen[3], "
                     "state.seen[1], math.type(state.n), math.type(state.m), "
                     "1 / state['odd key'].deep.deeper, mine == state) end");
    assert_int_equal(hand_over(&s, newer), LG_OK);
    look(newer);
    assert_string_equal(s.printed, "0.5\tnew\tx\ttrue\tinteger\tfloat\t-inf\ttrue\n");
    lg_agent_free(newer);
    stage_fini(&s);
}

static void the_table_of_callbacks_may_hold_the_state(void **state)
{
    (void)state;
    stage s;
    begin(&s, "local agent = {state = {n = 1}}\n"
              "function agent.on_tick() agent.state.n = agent.state.n + 1 end\nreturn agent");
    lg_agent *newer = newer_of(
        &s, "local agent = {state = {}}\nfunction agent.on_start() print(agent.state.n) end\n"
            "return agent");
    assert_int_equal(hand_over(&s, newer), LG_OK);
    look(newer);
    assert_string_equal(s.printed, "10\n");
    lg_agent_free(newer);
    stage_fini(&s);
}

static void on_reload_may_migrate(void **state)
{
    (void)state;
    static const char show[] =
        "function on_start() for k, v in pairs(state) do print(k, v) end end";
    static const struct {
        const char *migration, *printed;
    } cases[] = {
        /* a table that is returned is all there is */
        {"function on_reload(old, from) return {target = old.soc, from = from} end",
         "from\t6\ntarget\t0.5\n"},
        /* what was carried over can be changed where it is; the argument is a copy */
        {"function on_reload(old) state.soc = nil old.n = 99 end", "n\t1\n"},
        {"function on_reload(old) state = {n = old.n + 1} end", "n\t2\n"},
        {"function on_reload() return state end", "n\t1\nsoc\t0.5\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stage s;
        char source[512];
        begin(&s, "state.soc = 0.5 state.n = 1");
        snprintf(source, sizeof source, "%s\n%s", cases[i].migration, show);
        lg_agent *newer = newer_of(&s, source);
        assert_int_equal(hand_over(&s, newer), LG_OK);
        look(newer);
        assert_string_equal(s.printed, cases[i].printed);
        lg_agent_free(newer);
        stage_fini(&s);
    }
}

static void a_failed_migration_says_where_err(void **state)
{
    (void)state;
    static const struct {
        const char *source, *said;
    } cases[] = {
        {"function on_reload(old)\n  grid.batch:bid_energy_rate('Load 1', 0.1, 20)\n"
         "  return {x = old.soc.y}\nend",
         ":3: attempt to index a number value (field 'soc')"},
        {"function on_reload() return 5 end",
         "on_reload returns the new state, a table, or nothing, not a number"},
        {"function on_reload() return {f = print} end", "state.f is a function"},
        {"state = 5", "state is a number; expected a table"},
        {"function on_reload() grid.batch:execute() end", "execute"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stage s;
        begin(&s, "state.soc = 0.5");
        lg_agent *newer = newer_of(&s, cases[i].source);
        assert_int_equal(hand_over(&s, newer), LG_SCRIPT);
        stage_expect(s.faults, cases[i].said);
        stage_expect(s.faults, strstr(cases[i].source, "on_reload")
                                   ? "\n  in on_reload"
                                   : "\n  when its state was handed over");
        assert_int_equal(lg_desk_pending(s.desk), 0);
        lg_agent_free(newer);
        stage_fini(&s);
    }
}

/* So that a state which holds one such thing does not keep its version at work for good. */
static void what_is_not_plain_is_left_out(void **state)
{
    static const struct {
        const char *source, *left, *kept;
    } cases[] = {
        {"state.n = 1 state.f = print", "state.f is a function: not carried over", "n=1 "},
        {"state.n = 1 state.a = {7, print, 9}", "state.a[2] is a function: not carried over",
         "a=table n=1 "},
        {"state.m = setmetatable({}, {}) state.f = print",
         "state.f is a function, and 1 more like it: not carried over", ""},
        {"state.n = 2 state.t = {[{}] = 1, [1.5] = 1, [0.5] = 2}",
         "state.t[0.5] has a key that is no whole number: not carried over", "n=2 "},
        {"state.n = 2 state.t = {[{}] = 1, [print] = 1}",
         "state.t has a function as a key: not carried over", "n=2 "},
        {"state.n = 3 state.t = state", "state.t is state again: not carried over", "n=3 "},
        {"state.big = {} for i = 1, 9 do state.big[i] = string.rep('x', 8000) end",
         "state.big[9] does not fit: all of it together may have 64 KiB: nothing of it is carried "
         "over",
         ""},
        {"state = 5", "expected a table of what is to be kept: nothing of it is carried over", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stage s;
        lg_text bytes, left;
        begin(&s, cases[i].source);
        lg_text_init(&bytes, s.mem);
        lg_text_init(&left, s.mem);
        assert_int_equal(lg_agent_save(s.agent, &bytes, &left, &s.err), LG_OK);
        stage_expect(lg_text_peek(&left), cases[i].left);
        const lg_legacy legacy = {.version = 1, .state = bytes.data, .state_size = bytes.length};
        lg_agent *newer =
            newer_of(&s, "function on_start() local t = '' for k, v in pairs(state) do "
                         "t = t .. k .. '=' .. (type(v) == 'table' and 'table' or v) "
                         ".. ' ' end print(t) end");
        assert_int_equal(lg_agent_inherit(newer, &legacy), LG_OK);
        s.printed[0] = 0;
        look(newer);
        s.printed[strcspn(s.printed, "\n")] = 0;
        assert_string_equal(s.printed, cases[i].kept);
        lg_agent_free(newer);
        lg_text_fini(&left);
        lg_text_fini(&bytes);
        stage_fini(&s);
    }
}

static void what_is_not_plain_is_named_err(void **state)
{
    (void)state;
    static const struct {
        const char *source, *said;
    } cases[] = {
        {"state.seen = {1, 2, {f = print}}", "state.seen[3].f is a function; only numbers, texts"},
        {"state.a = {b = {}} state.a.b.c = state.a",
         "state.a.b.c is state.a again: a table cannot be inside of itself"},
        {"state.me = state", "state.me is state again"},
        {"state.list = setmetatable({}, {})", "state.list has a metatable; only plain tables"},
        {"state.p = params", "state.p has a metatable"},
        {"function on_tick(t) state.load = t.assets[1] end",
         "state.load is a part of the grid, not plain data; keep its name instead"},
        {"function on_tick(t) state[t.assets[1]] = 1 end",
         "state has a part of the grid as a key; keys are whole numbers and texts"},
        {"state[true] = 1", "state has a boolean as a key"},
        {"state.x = {[0.5] = 1}", "state.x[0.5] has a key that is no whole number"},
        {"local t = state for i = 1, 20 do t.t = {} t = t.t end", "is nested too deeply"},
        {"state['a b'] = {[-2] = print}", "state[\"a b\"][-2] is a function"},
        {"state.big = {} for i = 1, 9 do state.big[i] = string.rep('x', 8000) end",
         "state.big[9] does not fit: all of it together may have 64 KiB"},
        {"state = 'none'", "state is a string; expected a table"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stage s;
        lg_text bytes;
        begin(&s, cases[i].source);
        lg_text_init(&bytes, s.mem);
        assert_int_equal(lg_agent_save(s.agent, &bytes, NULL, &s.err), LG_SCRIPT);
        stage_expect(s.err.text, cases[i].said);
        lg_text_fini(&bytes);
        stage_run(&s, 1); /* and the script goes on */
        assert_string_equal(s.faults, "");
        stage_fini(&s);
    }
}

static void as_much_as_allowed_is_kept(void **state)
{
    (void)state;
    stage s;
    begin(&s, "local t = state for i = 1, 15 do t.t = {} t = t.t end\n"
              "state.big = {} for i = 1, 8 do state.big[i] = string.rep('x', 8000) end");
    lg_agent *newer = newer_of(&s, "function on_start() print(#state.big[8]) end");
    assert_int_equal(hand_over(&s, newer), LG_OK);
    look(newer);
    assert_string_equal(s.printed, "8000\n");
    lg_agent_free(newer);
    stage_fini(&s);
}

/* It has spent nearly all its units in its last callback; those were its own, keeping is not. */
static void keeping_costs_the_script_nothing(void **state)
{
    (void)state;
    stage s;
    lg_text bytes;
    uint64_t most, again, spent;
    stage_init(&s);
    s.input.budget.units_per_call = 100000;
    assert_int_equal(
        stage_load(&s, "function on_market_cycle() for i = 1, 2000 do state['k' .. i] = i end end\n"
                       "function on_tick() for i = 1, 95000 do end end"),
        LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    spent = lg_agent_units(s.agent, &most);
    assert_in_range(spent, 90000, 100000);
    lg_text_init(&bytes, s.mem);
    if (lg_agent_save(s.agent, &bytes, NULL, &s.err) != LG_OK)
        fail_msg("%s", s.err.text);
    assert_int_equal(lg_agent_units(s.agent, &again), spent);
    assert_int_equal(again, most);
    lg_text_fini(&bytes);
    stage_run(&s, 1);
    assert_string_equal(s.faults, "");
    assert_null(lg_agent_stopped(s.agent));
    stage_fini(&s);
}

static void equal_tables_are_equal_bytes(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "state.a = 1 state.b = 2 state[10] = 0/0 state[2] = {1, 2, 3}",
        "state[2] = {[3] = 3} state[2][1] = 1 state[2][2] = 2 for i = 1, 50 do state['k' .. i] = i "
        "end for i = 1, 50 do state['k' .. i] = nil end state.b = 2 state[10] = -(0/0) state.a = 1",
    };
    stage s;
    lg_text bytes[2], keys;
    for (int i = 0; i < 2; i++) {
        begin(&s, sources[i]);
        lg_text_init(&bytes[i], s.mem);
        assert_int_equal(lg_agent_save(s.agent, &bytes[i], NULL, &s.err), LG_OK);
        stage_fini(&s);
    }
    assert_int_equal(bytes[0].length, bytes[1].length);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].length);
    lg_text_init(&keys, lg_mem_system());
    lg_agent_state_keys(bytes[0].data, bytes[0].length, 3, &keys);
    assert_string_equal(lg_text_peek(&keys), "[2], [10], a, ...");
    for (int i = 0; i < 2; i++)
        lg_text_fini(&bytes[i]);
    lg_text_fini(&keys);
}

/* Bytes that a damaged record may hold push nothing that is not plain, and end no process. */
static void damaged_bytes_are_refused_err(void **state)
{
    (void)state;
    stage s;
    lg_text bytes;
    begin(&s, "state.a = {1, 'two', true, 0.5}");
    lg_text_init(&bytes, s.mem);
    assert_int_equal(lg_agent_save(s.agent, &bytes, NULL, &s.err), LG_OK);
    for (size_t i = 0; i < bytes.length * 2; i++) {
        bool cut = i >= bytes.length;
        size_t at = i % bytes.length;
        char kept = bytes.data[at];
        lg_agent *newer = newer_of(&s, "state.x = 1");
        bytes.data[at] = cut ? kept : (char)(kept ^ 0x21);
        const lg_legacy legacy = {.from = lg_agent_figures_of(s.agent),
                                  .state = bytes.data,
                                  .state_size = cut ? at : bytes.length};
        s.faults[0] = 0;
        if (lg_agent_inherit(newer, &legacy) != LG_OK)
            stage_expect(s.faults, "these bytes are no plain data");
        else
            assert_false(cut);
        bytes.data[at] = kept;
        lg_agent_free(newer);
    }
    lg_text_fini(&bytes);
    stage_fini(&s);
}

static const char bidder[] = "function on_tick(t)\n"
                             "  print(math.random())\n"
                             "  grid.batch:bid_energy_rate('Load 1', 0.1, 20)\n"
                             "  state.n = (state.n or 0) + 1\n"
                             "  grid.batch:execute()\n"
                             "  error('never reached in a rehearsal')\n"
                             "end";

static void a_rehearsal_leaves_no_trace(void **state)
{
    (void)state;
    stage s;
    begin(&s, "state.n = 1");
    lg_agent *newer = newer_of(&s, bidder);
    assert_int_equal(hand_over(&s, newer), LG_OK);
    lg_desk_mark before = lg_desk_mark_of(s.desk);
    assert_int_equal(lg_agent_rehearse(newer, LG_CALL_MARKET_CYCLE), LG_OK);
    assert_string_equal(s.faults, "");
    assert_int_equal(lg_desk_pending(s.desk), 1);
    lg_desk_rewind(s.desk, before);
    assert_int_equal(lg_desk_pending(s.desk), 0);
    lg_agent_free(newer);
    newer = newer_of(&s, "function on_market_cycle(m)\n  local x = m.assets[1].nme\nend");
    assert_int_equal(hand_over(&s, newer), LG_OK);
    assert_int_equal(lg_agent_rehearse(newer, LG_CALL_TICK), LG_SCRIPT);
    stage_expect(s.faults, ":2: ");
    stage_expect(s.faults, "did you mean \"name\"?");
    lg_agent_free(newer);
    newer = newer_of(&s, "function on_trade() end"); /* neither: nothing to rehearse */
    assert_int_equal(lg_agent_rehearse(newer, LG_CALL_TICK), LG_OK);
    lg_agent_free(newer);
    stage_fini(&s);
}

static void draws_go_on_where_they_stood(void **state)
{
    (void)state;
    static const char source[] = "function on_tick() print(math.random(1, 1000000)) end";
    stage s;
    char first[sizeof s.printed];
    begin(&s, source);
    s.printed[0] = 0;
    stage_run(&s, 1);
    memcpy(first, s.printed, sizeof first);
    stage_fini(&s);
    begin(&s, source);
    lg_agent *newer = newer_of(&s, "function on_reload() print(math.random()) end "
                                   "function on_tick() print(math.random(1, 1000000)) end");
    assert_int_equal(hand_over(&s, newer), LG_OK);
    lg_participant participant;
    lg_agent_participant(newer, &participant);
    lg_turn_reseat(s.turn, 0, &participant);
    s.printed[0] = 0;
    stage_run(&s, 1);
    assert_string_equal(s.printed, first);
    lg_agent_free(newer);
    stage_fini(&s);
}

static void lint_looks_at_what_is_new(void **state)
{
    (void)state;
    lg_diag diag;
    lg_mem *mem = lg_mem_system();
    lg_bundle *old = lg_bundle_new(mem), *new = lg_bundle_new(mem);
    static const char bad[] = "local function f()\n  made = 1\nend", good[] = "return 1";
    const lg_bundle_text texts[] = {{"", "a.lua", good, sizeof good - 1},
                                    {"m", "m.lua", bad, sizeof bad - 1}};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(lg_bundle_add(old, &texts[i], NULL, NULL), LG_OK);
        assert_int_equal(lg_bundle_add(new, &texts[i], NULL, NULL), LG_OK);
    }
    lg_diag_init(&diag, mem);
    assert_int_equal(lg_bundle_lint(mem, new, old, &diag), LG_OK);
    assert_int_equal(lg_bundle_lint(mem, new, NULL, &diag), LG_SCRIPT);
    assert_int_equal(diag.errors, 1);
    lg_diag_fini(&diag);
    lg_bundle_unref(old);
    lg_bundle_unref(new);
}

/* A newer version takes over with ever fewer allocations that succeed: what fails says so, and the
 * older one is what it was. */
static int take_over_once(lg_mem *mem, void *ctx)
{
    stage *s = ctx;
    lg_failing_mem *failing = (lg_failing_mem *)mem;
    lg_mem growth = lg_failing_growth(mem);
    lg_agent *older = NULL, *newer = NULL;
    lg_text state, again, keys;
    lg_agent_input input = s->input;
    lg_text_init(&state, mem);
    lg_text_init(&again, lg_mem_system());
    lg_text_init(&keys, mem);
    s->faults[0] = 0;
    input.script = "older.lua";
    lg_status status = lg_agent_new(&growth, &input, &s->err, &older);
    if (status == LG_OK)
        status = lg_agent_save(older, &state, NULL, &s->err);
    input.script = "newer.lua";
    if (status == LG_OK)
        status = lg_agent_new(&growth, &input, &s->err, &newer);
    lg_legacy legacy = {.state = state.data, .state_size = state.length};
    if (older)
        legacy.from = lg_agent_figures_of(older);
    if (status == LG_OK)
        status = lg_agent_inherit(newer, &legacy);
    if (status == LG_OK)
        status = lg_agent_catch_up(newer);
    if (status == LG_OK)
        lg_agent_state_keys(state.data, state.length, 8, &keys);
    if (status == LG_SCRIPT &&
        (strstr(s->faults, "not enough memory") || strstr(s->faults, "out of memory")))
        status = LG_MEMORY;
    uint64_t fail_at = failing->fail_at;
    failing->fail_at = 0;
    if (older && !state.failed && state.length) {
        assert_int_equal(lg_agent_save(older, &again, NULL, &s->err), LG_OK);
        if (newer) {
            assert_int_equal(again.length, state.length);
            assert_memory_equal(again.data, state.data, state.length);
        }
    }
    failing->fail_at = fail_at;
    bool failed = keys.failed;
    lg_text_fini(&state);
    lg_text_fini(&again);
    lg_text_fini(&keys);
    lg_agent_free(newer);
    lg_agent_free(older);
    assert_int_equal(lg_desk_pending(s->desk), 0);
    return status == LG_OK && !failed ? 0 : status == LG_MEMORY || failed ? 1 : 2;
}

static void memory_may_end_anywhere_err(void **state)
{
    static const char older[] = "state.a = {1, 'two', {true, 0.5}} state.b = {}\n"
                                "for i = 1, 20 do state.b['k' .. i] = ('x'):rep(i * 10) end\n"
                                "function on_tick() end";
    static const char newer[] = "state.c = {1}\n"
                                "function on_reload(old) old.d = {'made'} return old end\n"
                                "function on_market_cycle() state.a[1] = 2\n"
                                "  grid.batch:bid_energy_rate('Load 1', 0.1, 20) end\n"
                                "function on_tick() end";
    (void)state;
    stage s;
    stage_init(&s);
    stage_write(&s, "older.lua", older, sizeof older - 1);
    stage_write(&s, "newer.lua", newer, sizeof newer - 1);
    int tries = lg_sweep_allocations(take_over_once, &s);
    assert_in_range(tries, 20, 20000); /* in a worker most of it is made elsewhere */
    unlink("older.lua");
    unlink("newer.lua");
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_of_the_state_are_kept),
        cmocka_unit_test(the_table_of_callbacks_may_hold_the_state),
        cmocka_unit_test(on_reload_may_migrate),
        cmocka_unit_test(a_failed_migration_says_where_err),
        cmocka_unit_test(what_is_not_plain_is_left_out),
        cmocka_unit_test(what_is_not_plain_is_named_err),
        cmocka_unit_test(as_much_as_allowed_is_kept),
        cmocka_unit_test(keeping_costs_the_script_nothing),
        cmocka_unit_test(equal_tables_are_equal_bytes),
        cmocka_unit_test(damaged_bytes_are_refused_err),
        cmocka_unit_test(a_rehearsal_leaves_no_trace),
        cmocka_unit_test(draws_go_on_where_they_stood),
        cmocka_unit_test(lint_looks_at_what_is_new),
        cmocka_unit_test(memory_may_end_anywhere_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
