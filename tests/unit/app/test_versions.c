/* Shows on a whole world, driven tick by tick, what a reload does to a run: everything its acts say
 * and nothing else, and the same again when they are done again. All of it is shown of scripts in
 * this process, then of scripts in workers, which come to the same digests. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "versions_stage.h"
#include "worker/workers.h"

static void a_reload_keeps_state_and_says_so(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    assert_int_equal(versions_save(f, versions_dearer, &result), LG_OK);
    versions_expect(result.said,
                    "mine.lua v1 -> v2 at 14:15 tick 3: changed trade(); kept state {calls}; ");
    versions_expect(result.said, " ms");
    assert_int_equal(versions_seat(f).version, 2);
    assert_true(versions_seat(f).on_probation);
    assert_int_equal(versions_save(f, versions_dearer, &result), LG_OK); /* again: nothing */
    assert_false(result.changed);
    assert_string_equal(result.said, "mine.lua v2: nothing has changed");
    assert_int_equal(f->act_count, 1);
    versions_run_to(f, 2, 2);
    assert_true(versions_seat(f).on_probation);
    versions_run_to(f, 2, 3);
    assert_false(versions_seat(f).on_probation);
    versions_end(f);
    /* on_start once for each agent, on_finish with the calls of both versions */
    const char *started = strstr(f->said, "started");
    assert_non_null(started = strstr(started + 1, "started"));
    assert_null(strstr(started + 1, "started"));
    versions_expect(f->said, "print: calls\t80\n");
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

/* Appends the orders of the run, a line each. */
static void read_orders(lg_text *out)
{
    sqlite3 *db;
    sqlite3_stmt *rows;
    assert_int_equal(sqlite3_open_v2("run/run.sqlite", &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT slot, tick, asset, rate_uct, status FROM orders",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0; i < 5; i++)
            lg_text_format(out, "%s%c", (const char *)sqlite3_column_text(rows, i),
                           i < 4 ? ' ' : '\n');
    sqlite3_finalize(rows);
    sqlite3_close(db);
}

/* The new version does what the old one did: then nothing but its being there differs, not even
 * its draws. */
static void a_reload_that_changes_nothing_changes_no_order(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    lg_text orders[2];
    for (int reloads = 0; reloads < 2; reloads++) {
        versions_begin(f, versions_trader);
        versions_run_to(f, 2, 5);
        if (reloads)
            assert_int_equal(versions_save(f, versions_dearer, &result), LG_OK);
        versions_end(f);
        versions_drop_acts(f->acts, f->act_count);
        lg_text_init(&orders[reloads], lg_mem_system());
        read_orders(&orders[reloads]);
    }
    assert_true(orders[0].length > 1000);
    assert_string_equal(lg_text_peek(&orders[0]), lg_text_peek(&orders[1]));
    for (int i = 0; i < 2; i++)
        lg_text_fini(&orders[i]);
}

static void what_fails_on_trial_reaches_nothing_err(void **state)
{
    static const struct {
        const char *script, *said;
    } cases[] = {
        {"local x =\n", "mine.lua:2: unexpected symbol"},
        {"error('at load')", "mine.lua:1: at load"},
        {"return { on_tik = function() end }", "unknown callback \"on_tik\"; did you mean"},
        {"return { on_tick = function() made = 1 end }", "mine.lua:1: "},
        {"return { on_tick = function(m) return m.asets end }", "did you mean \"assets\"?"},
        {"return { on_tick = function(m) grid.batch:bid_energy_rate('Load 1', 1, 30)\n"
         "  print('leak', math.random()) error('after a bid') end }",
         "mine.lua:2: after a bid"},
        {"return { on_tick = function() end, on_reload = function(old) return old.x.y end }",
         "in on_reload"},
        {"local t = { on_tick = function() end }",
         "no callback: a table t has on_tick (line 1), but"},
        {"local x = 1", "mine.lua: no callback: the script returns no table"},
        {"state.f = print return { on_tick = function() end }",
         "mine.lua: state.f is a function; only numbers"},
        {"return require('nowhere')", "module \"nowhere\" is neither beside the script"},
    };
    fixture *f = *state;
    lg_digest digests[2];
    char said[2][sizeof f->said];
    for (int tries = 0; tries < 2; tries++) {
        versions_begin(f, versions_trader);
        versions_run_to(f, 1, 3);
        for (size_t i = 0; tries && i < sizeof cases / sizeof cases[0]; i++) {
            lg_reload_result result;
            assert_int_equal(versions_save(f, cases[i].script, &result), LG_SCRIPT);
            versions_expect(f->err.text, cases[i].said);
        }
        assert_int_equal(versions_seat(f).version, 1);
        assert_int_equal(f->act_count, 0);
        digests[tries] = versions_end(f);
        memcpy(said[tries], f->said, sizeof f->said);
    }
    assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
    assert_string_equal(said[0], said[1]);
}

static void a_failure_on_probation_brings_the_one_before_back(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    assert_int_equal(
        versions_save(f, TRADE("  if state.calls == 16 then error('too late') end\n"), &result),
        LG_OK);
    versions_run_to(f, 1, 6);
    assert_int_equal(versions_seat(f).version, 1);
    assert_false(versions_seat(f).on_probation);
    versions_expect(f->said, "fault: mine.lua:3: too late");
    versions_expect(f->said,
                    "version: mine.lua v2 -> v1 at 14:15 tick 6: v2 failed within 10 ticks; v1 is "
                    "back with the state it had then");
    /* the next save is version 3; one after the probation does not come back */
    assert_int_equal(
        versions_save(f, TRADE("  if state.calls == 30 then error('later') end\n"), &result),
        LG_OK);
    versions_expect(result.said, "mine.lua v1 -> v3 at 14:15 tick 6");
    versions_run_to(f, 5, 0);
    assert_int_equal(versions_seat(f).version, 3);
    assert_int_equal(versions_seat(f).faults, 1);
    versions_end(f);
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

/* It is not over for the seat, and nothing says so. */
static void what_spends_its_budget_on_probation_is_not_given_up(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    assert_int_equal(versions_save(f,
                                   TRADE("  if state.calls == 16 then local t = {} while true do "
                                         "t = {t} end end\n"),
                                   &result),
                     LG_OK);
    versions_run_to(f, 1, 6);
    assert_int_equal(versions_seat(f).version, 1);
    versions_expect(f->said,
                    "\"Home 1\" goes back to the version before this one: on_tick needed ");
    versions_expect(f->said, "v1 is back with the state it had then");
    assert_null(strstr(f->said, "not called again"));
    versions_end(f);
    assert_null(strstr(f->said, "takeover"));
    versions_drop_acts(f->acts, f->act_count);
}

static void the_one_before_comes_back(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    /* v2 and v3 would be fine for a while, v4 is not: v3 is back, fails too, and v1 was proven */
    assert_int_equal(versions_save(f, versions_dearer, &result), LG_OK);
    assert_int_equal(
        versions_save(f,
                      TRADE("  if state.calls == 20 and market.tick < 15 then error('late') end\n"),
                      &result),
        LG_OK);
    versions_run_to(f, 1, 5);
    assert_int_equal(
        versions_save(f, TRADE("  if state.calls == 17 then error('no') end\n"), &result), LG_OK);
    versions_expect(result.said, "v3 -> v4");
    versions_run_to(f, 1, 7);
    assert_int_equal(versions_seat(f).version, 3);
    assert_true(versions_seat(f).on_probation);
    versions_run_to(f, 2, 2);
    assert_int_equal(versions_seat(f).version, 1);
    assert_false(versions_seat(f).on_probation);
    versions_run_to(f, 2, 5);
    /* v2 when it is asked for, under its number */
    assert_int_equal(lg_reload_to(f->world, 0, 2, &result, &f->err), LG_OK);
    versions_expect(result.said,
                    "mine.lua v1 -> v2 at 14:30 tick 5: changed trade(); kept state {calls}");
    assert_int_equal(lg_reload_to(f->world, 0, 2, &result, &f->err), LG_OK);
    assert_string_equal(result.said, "mine.lua v2 is at work already");
    assert_int_equal(lg_reload_to(f->world, 0, 9, &result, &f->err), LG_UNKNOWN);
    assert_string_equal(f->err.text, "\"Home 1\" has no version v9; it has v1 to v4");
    assert_int_equal(lg_reload_to(f->world, 7, 1, &result, &f->err), LG_UNKNOWN);
    assert_int_equal(lg_reload_now(f->world, 7, &result, &f->err), LG_UNKNOWN);
    versions_end(f);
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

/* Ten reloads: before the first tick, in a slot, two at one place, both seats, one that rolls back,
 * one back to an older version. Done again from the record, files or not, the run is the same. */
static void the_same_acts_make_the_same_run(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    char text[2048], said[sizeof f->said];
    act acts[16];
    versions_begin(f, versions_trader);
    for (uint32_t i = 0; i < 8; i++) {
        versions_run_to(f, i * 3 / 4, i * 3 % 10);
        snprintf(text, sizeof text,
                 i == 4 ? TRADE("  if state.calls == 34 then error('%u') end\n")
                        : TRADE("  local version = %u\n"),
                 i);
        assert_int_equal(versions_save(f, text, &result), LG_OK);
        if (i == 3)
            assert_int_equal(lg_reload_to(f->world, 0, 2, &result, &f->err), LG_OK);
    }
    versions_write_file("other.lua", versions_dearer);
    assert_int_equal(lg_reload_now(f->world, 1, &result, &f->err), LG_OK);
    uint32_t count = f->act_count;
    assert_int_equal(count, 10);
    memcpy(acts, f->acts, count * sizeof *acts);
    lg_digest first = versions_end(f);
    memcpy(said, f->said, sizeof said);
    versions_expect(said, "v6 failed within 10 ticks; v2 is back");
    /* again, with the files as they were at first and gone afterwards */
    versions_begin(f, versions_trader);
    unlink("mine.lua");
    unlink("other.lua");
    for (uint32_t i = 0; i < count; i++) {
        lg_text bytes;
        lg_bundle *read;
        lg_text_init(&bytes, &f->mem.mem);
        lg_bundle_write(acts[i].script, &bytes); /* as a journal keeps it */
        assert_int_equal(lg_bundle_read(&f->mem.mem, bytes.data, bytes.length, &f->err, &read),
                         LG_OK);
        versions_run_to(f, acts[i].slot, acts[i].tick);
        const lg_outside again = {.kind = LG_OUTSIDE_SCRIPT,
                                  .node = acts[i].seat,
                                  .number = acts[i].back,
                                  .script = read};
        assert_int_equal(lg_world_act(f->world, &again, &f->err), LG_OK);
        lg_bundle_unref(read);
        lg_text_fini(&bytes);
    }
    versions_drop_acts(f->acts, f->act_count);
    lg_digest second = versions_end(f);
    assert_memory_equal(&first, &second, sizeof first);
    assert_string_equal(f->said, said);
    versions_drop_acts(acts, count);
}

static void an_act_that_is_refused_is_refused_again_err(void **state)
{
    fixture *f = *state;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 1);
    lg_bundle *bundle = lg_bundle_new(lg_mem_system());
    const lg_bundle_text text = {"", "mine.lua", "local x =", 9};
    assert_int_equal(lg_bundle_add(bundle, &text, NULL, &f->err), LG_OK);
    lg_outside bad = {.kind = LG_OUTSIDE_SCRIPT, .node = 0, .script = bundle};
    assert_int_equal(lg_world_act(f->world, &bad, &f->err), LG_SCRIPT);
    bad.number = 3;
    assert_int_equal(lg_world_act(f->world, &bad, &f->err), LG_UNKNOWN);
    bad.node = 5;
    assert_int_equal(lg_world_act(f->world, &bad, &f->err), LG_UNKNOWN);
    bad.script = NULL;
    assert_int_equal(lg_world_act(f->world, &bad, &f->err), LG_INVALID);
    assert_int_equal(versions_seat(f).version, 1);
    lg_bundle_unref(bundle);
    versions_end(f);
    versions_drop_acts(f->acts, f->act_count);
}

/* Three errors in a row and the templates trade from the next slot on; a mended script takes the
 * seat back. On probation it is the version before that comes back, whatever the limit. */
static void a_mended_script_takes_its_seat_back(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, TRADE("  if state.calls > 12 then error('broken') end\n"));
    versions_run_to(f, 2, 5);
    versions_expect(f->said, "takeover: its assets trade by ");
    assert_int_equal(versions_save(f, TRADE("  local mended = 1\n"), &result), LG_OK);
    versions_expect(result.said, "mine.lua v1 -> v2 at 14:30 tick 5: changed trade(); no state; ");
    assert_false(versions_seat(f).on_probation); /* there is nothing to come back */
    versions_run_to(f, 4, 0);
    assert_int_equal(
        versions_save(f, TRADE("  if state.calls > 17 then error('again') end\n"), &result), LG_OK);
    versions_run_to(f, 6, 0);
    assert_int_equal(versions_seat(f).version, 2);
    versions_end(f);
    assert_null(strstr(strstr(f->said, "takeover: ") + 1, "takeover: "));
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

static void a_thousand_reloads_leak_nothing(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    size_t held = 0;
    int count = versions_isolation ? 20 : 1000;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    for (int i = 0; i < count; i++) {
        assert_int_equal(versions_save(f, i % 2 ? versions_trader : versions_dearer, &result),
                         LG_OK);
        assert_true(result.changed);
        versions_drop_acts(f->acts, f->act_count);
        f->act_count = 0;
        if (i == count / 10 - 1)
            held = f->mem.live_bytes;
        if (i % 20 == 0)
            assert_int_equal(lg_world_tick(f->world), LG_OK);
    }
    assert_in_range(f->mem.live_bytes, 1, held + 64 * 1024);
    versions_end_alone(f);
    assert_int_equal(f->mem.live_bytes, 0);
}

/* What on_market_cycle prepares is there for on_tick; what it did in state is done once. */
static void in_a_slot_the_newcomer_prepares_itself(void **state)
{
    static const char prepares[] =
        "local plan\n"
        "local function open(market)\n"
        "  state.opened = (state.opened or 0) + 1\n"
        "  state.list = state.list or {}\n"
        "  state.list[#state.list + 1] = market.slot\n"
        "  plan = { list = state.list, rate = 30 }\n"
        "  grid.batch:bid_energy_rate('Load 1', 'all', plan.rate)\n"
        "end\n"
        "local function quote()\n"
        "  plan.list.ticks = (plan.list.ticks or 0) + plan.rate / 30\n"
        "end\n"
        "return { on_market_cycle = open, on_tick = quote, on_finish = function()\n"
        "  print('opened', state.opened, #state.list, state.list.ticks) end }\n";
    fixture *f = *state;
    lg_reload_result result;
    char text[2048];
    versions_begin(f, prepares);
    for (uint32_t tick = 1; tick < 10; tick++) {
        versions_run_to(f, 2, tick);
        snprintf(text, sizeof text, "%s-- %u\n", prepares, tick);
        if (versions_save(f, text, &result) != LG_OK)
            fail_msg("tick %u: %s", tick, f->err.text);
    }
    versions_end(f);
    versions_expect(f->said, "opened\t8\t8\t72.0\n");
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

static size_t read_file(const char *path, char *text, size_t room)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, room - 1, file);
    fclose(file);
    text[size] = 0;
    return size;
}

static void every_strategy_that_ships_reloads_in_any_tick(void **state)
{
    static char text[70000];
    fixture *f = *state;
    uint32_t ticks = versions_isolation ? 3 : 20; /* processes take their time */
    lg_reload_result result;
    char pattern[4096];
    size_t tried = 0;
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/strategies/*.lua", getenv("LUNAGRID_SCRIPTS"));
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_in_range(found.gl_pathc, 10, 100);
    for (size_t i = 0; i < found.gl_pathc; i++) { /* one requires others */
        read_file(found.gl_pathv[i], text, sizeof text);
        versions_write_file(strrchr(found.gl_pathv[i], '/') + 1, text);
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t size = read_file(found.gl_pathv[i], text, sizeof text - 64);
        versions_begin(f, text);
        versions_run_to(f, 2, 0);
        if (strstr(f->said, "fault: ")) { /* it is for other assets than the home has */
            versions_end_alone(f);
            continue;
        }
        tried++;
        for (uint32_t tick = 0; tick < ticks; tick++) {
            versions_run_to(f, 2 + tick / 10, tick % 10);
            snprintf(text + size, sizeof text - size, "\n-- %u\n", tick);
            if (versions_save(f, text, &result) != LG_OK)
                fail_msg("%s, tick %u: %s", found.gl_pathv[i], tick, f->err.text);
        }
        assert_int_equal(f->act_count, ticks);
        versions_end_alone(f);
        assert_null(strstr(f->said, "fault: "));
        versions_drop_acts(f->acts, f->act_count);
    }
    assert_in_range(tried, found.gl_pathc - 4, found.gl_pathc);
    globfree(&found);
}

static void unchanged_texts_are_not_tried(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    static const char script[] = "return { on_tick = function() state.f = print end }\n";
    versions_begin(f, script);
    versions_run_to(f, 1, 3);
    assert_int_equal(versions_save(f, script, &result), LG_OK);
    assert_false(result.changed);
    assert_string_equal(result.said, "mine.lua v1: nothing has changed");
    versions_end(f);
}

/* What the older version has put there is no error of the newer one. */
static void what_the_state_cannot_keep_is_left_out(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, "return { on_tick = function() state.f = print state.n = 1 end }\n");
    versions_run_to(f, 1, 3);
    assert_int_equal(versions_save(f, versions_trader, &result), LG_OK);
    versions_expect(result.said, "kept state {n}; state.f is a function: not carried over");
    versions_end(f);
    versions_drop_acts(f->acts, f->act_count);
}

static void a_trial_does_not_speak_of_the_rest_of_the_run_err(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    assert_int_equal(
        versions_save(f,
                      "return { on_tick = function() local t = {} while true do t = {t} end end }",
                      &result),
        LG_SCRIPT);
    versions_expect(f->err.text, "BUDGET_MEMORY");
    assert_null(strstr(f->err.text, "not called again"));
    assert_int_equal(
        versions_save(f, "state.f = print return { on_tick = function() end }", &result),
        LG_SCRIPT);
    versions_expect(f->err.text, "when its state was handed over");
    assert_null(strstr(f->err.text, "on_reload"));
    assert_null(strstr(f->err.text, "RAISED"));
    versions_end(f);
}

/* A save of which the n-th allocation and all behind it fail. */
static lg_status save_short_of_memory(fixture *f, uint64_t n)
{
    lg_reload_result result;
    versions_write_file("mine.lua", versions_dearer);
    f->err.text[0] = 0;
    f->mem.fail_at = f->mem.calls + n;
    lg_status status = lg_reload_now(f->world, 0, &result, &f->err);
    f->mem.fail_at = 0;
    assert_true(status == LG_OK || f->err.text[0]);
    assert_int_equal(versions_seat(f).version, status == LG_OK ? 2 : 1);
    return status;
}

/* As long as no act is kept, what fails has not been tried; once it is kept, the run cannot go on
 * without it. */
static void memory_may_end_anywhere_in_a_reload_err(void **state)
{
    enum { STRIDE = 7 };
    fixture *f = *state;
    uint64_t n = 0;
    if (versions_isolation) /* of a worker's own memory the host's allocator says nothing */
        return;
    versions_begin(f, versions_trader);
    lg_digest untouched = versions_end(f);
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    do
        assert_int_not_equal(save_short_of_memory(f, ++n), LG_OK);
    while (f->act_count == 0);
    lg_world_close(f->world);
    lg_setup_close(&f->setup);
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
    assert_in_range(n, 500, 100000);
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    for (uint64_t i = 1; i < n; i += STRIDE)
        assert_int_not_equal(save_short_of_memory(f, i), LG_OK);
    lg_digest digest = versions_end(f);
    assert_memory_equal(&digest, &untouched, sizeof digest);
    for (lg_status status = LG_MEMORY; status != LG_OK; n += STRIDE) {
        versions_begin(f, versions_trader);
        versions_run_to(f, 1, 3);
        status = save_short_of_memory(f, n);
        assert_true(status == LG_OK || f->act_count == 0 || lg_reload_is_fatal(status));
        lg_world_close(f->world);
        lg_setup_close(&f->setup);
        versions_drop_acts(f->acts, f->act_count);
        assert_int_equal(f->mem.live_bytes, 0);
    }
}

/* What the acts of a run say that are kept with it. */
static lg_text stops[4];
static uint32_t stop_count;
static bool kills;

static char state_of(long pid)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    return strrchr(line, ')')[2];
}

/* The first that lives: one of an earlier test may be there still, dead. */
static void kill_first_worker(void)
{
    char path[64];
    long pid = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    do
        assert_int_equal(fscanf(file, "%ld", &pid), 1);
    while (state_of(pid) == 'Z');
    fclose(file);
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    while (state_of(pid) != 'Z')
        ;
}

static void note_act(const lg_outside *outside)
{
    if (outside->kind == LG_OUTSIDE_STOP) {
        lg_text_init(&stops[stop_count], lg_mem_system());
        lg_text_bytes(&stops[stop_count++], outside->bytes, outside->size);
    }
    if (outside->kind == LG_OUTSIDE_SCRIPT && kills)
        kill_first_worker();
}

static lg_status stop_again(fixture *f, uint32_t index)
{
    const lg_outside stop = {
        .kind = LG_OUTSIDE_STOP, .bytes = stops[index].data, .size = stops[index].length};
    return lg_world_act(f->world, &stop, &f->err);
}

/* The version at work dies when the newer one has been tried out already and its act is kept: the
 * act is refused, and so it is again where nobody dies. */
static void a_worker_that_dies_between_trial_and_act(void **state)
{
    fixture *f = *state;
    lg_reload_result result;
    if (!versions_isolation)
        return;
    stop_count = 0;
    kills = true;
    versions_kept = note_act;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    assert_int_equal(versions_save(f, versions_dearer, &result), LG_SCRIPT);
    versions_expect(f->err.text, "its worker process was lost");
    assert_int_equal(versions_seat(f).version, 1);
    kills = false;
    lg_digest digest = versions_end_alone(f);
    versions_kept = NULL;
    assert_int_equal(f->act_count, 3); /* the script, that it failed, that v1 is lost */
    assert_int_equal(stop_count, 2);
    const act script = f->acts[0];
    lg_err said = f->err;
    versions_begin(f, versions_trader);
    versions_run_to(f, 1, 3);
    const lg_outside reload = {.kind = LG_OUTSIDE_SCRIPT, .script = script.script};
    assert_int_equal(stop_again(f, 0), LG_OK);
    assert_int_equal(lg_world_act(f->world, &reload, &f->err), LG_SCRIPT);
    assert_string_equal(f->err.text, said.text);
    assert_int_equal(stop_again(f, 1), LG_OK);
    lg_digest again = versions_end_alone(f);
    assert_memory_equal(&again, &digest, sizeof digest);
    versions_drop_acts(f->acts, f->act_count);
    lg_bundle_unref(script.script);
    for (uint32_t i = 0; i < stop_count; i++)
        lg_text_fini(&stops[i]);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], LG_WORKER_COMMAND) == 0)
        return lg_worker_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reload_keeps_state_and_says_so),
        cmocka_unit_test(a_reload_that_changes_nothing_changes_no_order),
        cmocka_unit_test(what_fails_on_trial_reaches_nothing_err),
        cmocka_unit_test(a_failure_on_probation_brings_the_one_before_back),
        cmocka_unit_test(what_spends_its_budget_on_probation_is_not_given_up),
        cmocka_unit_test(the_one_before_comes_back),
        cmocka_unit_test(the_same_acts_make_the_same_run),
        cmocka_unit_test(an_act_that_is_refused_is_refused_again_err),
        cmocka_unit_test(a_mended_script_takes_its_seat_back),
        cmocka_unit_test(in_a_slot_the_newcomer_prepares_itself),
        cmocka_unit_test(every_strategy_that_ships_reloads_in_any_tick),
        cmocka_unit_test(unchanged_texts_are_not_tried),
        cmocka_unit_test(what_the_state_cannot_keep_is_left_out),
        cmocka_unit_test(a_trial_does_not_speak_of_the_rest_of_the_run_err),
        cmocka_unit_test(a_worker_that_dies_between_trial_and_act),
        cmocka_unit_test(memory_may_end_anywhere_in_a_reload_err),
        cmocka_unit_test(a_thousand_reloads_leak_nothing),
    };
    int failed =
        cmocka_run_group_tests_name("in this process", tests, versions_enter, versions_leave);
    versions_again("worker");
    return failed +
           cmocka_run_group_tests_name("in workers", tests, versions_enter, versions_leave);
}
