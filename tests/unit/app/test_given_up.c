/* A script that was given up and may start afresh: when it does, and what ends it again. */
#include "versions_stage.h"

#include <stdio.h>
#include <string.h>
#include "worker/workers.h"

/* Given up twice it starts afresh one slot later, then two; the third time the templates take over.
 * What it draws at random goes on, its state does not. */
static void a_script_that_was_given_up_starts_afresh(void **state)
{
    fixture *f = *state;
    char text[2048], script[2048];
    snprintf(text, sizeof text, "%s", versions_scenario);
    char *at = strstr(text, "budget = {");
    assert_non_null(at);
    memmove(at + 14, at, strlen(at) + 1);
    memcpy(at, "restarts = 2, ", 14);
    versions_write_file("scenario.lua", text);
    snprintf(script, sizeof script, "%s",
             TRADE("  if market.slot > 0 and market.tick == 4 then error('no') end\n"
                   "  if state.calls > 16 then error('full') end\n"));
    versions_write_file("mine.lua", script);
    versions_write_file("other.lua", versions_trader);
    versions_open_world(f);
    versions_run_to(f, 2, 0); /* in the first two slots it has been called 20 times */
    versions_expect(f->said,
                    "\"Home 1\" starts afresh in a later slot: on_tick made 3 errors in a row");
    assert_null(strstr(f->said, "restart: "));
    versions_run_to(f, 2, 1); /* which opens the slot */
    versions_expect(f->said,
                    "restart: mine.lua v1 starts afresh, 1 of 2 times: BUDGET_FAULTS: on_tick made "
                    "3 errors in a row\nprint: started\n");
    assert_int_equal(versions_seat(f).version, 1);
    versions_run_to(f, 5, 0); /* given up in slot 3, it waits one slot more */
    assert_null(strstr(f->said, "2 of 2 times"));
    versions_run_to(f, 5, 1);
    versions_expect(f->said, "2 of 2 times: BUDGET_FAULTS");
    versions_run_to(f, 7, 0);
    assert_null(strstr(f->said, "takeover: "));
    versions_expect(f->said, "\"Home 1\" is not called again in this run");
    versions_end(f);
    versions_expect(f->said, "takeover: its assets trade by ");
    versions_drop_acts(f->acts, f->act_count);
    assert_int_equal(f->mem.live_bytes, 0);
}

/* A host that was killed has kept where a script ended in the tick that was not done. When it is
 * done again another clock ends the script sooner: what was kept is over with that, and does not
 * end the one that starts afresh when that has made as many calls. */
static void an_end_that_was_kept_is_of_its_tick(void **state)
{
    fixture *f = *state;
    char text[2048];
    lg_text bytes;
    const lg_stopped how = {.why = LG_STOP_TIME,
                            .code = "BUDGET_TIME",
                            .callback = "on_tick",
                            .unit = "s",
                            .spent = 1,
                            .allowed = 1,
                            .call = 40};
    snprintf(text, sizeof text, "%s", versions_scenario);
    static const char before[] = "faults_in_a_row = 3 } }";
    char *at = strstr(text, before);
    assert_non_null(at);
    snprintf(at, sizeof text - (size_t)(at - text), "seconds_per_call = 0.2 }, restarts = 2 }%s",
             strstr(versions_scenario, before) + strlen(before));
    versions_write_file("scenario.lua", text);
    versions_write_file(
        "mine.lua", TRADE("  while market.slot == 1 and market.tick == 9 do end\n")); /* call 21 */
    versions_write_file("other.lua", versions_trader);
    versions_open_world(f);
    versions_run_to(f, 1, 9);
    lg_text_init(&bytes, lg_mem_system());
    lg_outside_pack_stop(&how, "later", &bytes);
    const lg_outside stop = {.kind = LG_OUTSIDE_STOP, .bytes = bytes.data, .size = bytes.length};
    assert_int_equal(lg_world_act(f->world, &stop, &f->err), LG_OK);
    versions_run_to(f, 4, 0); /* call 43 */
    versions_end_alone(f);
    versions_expect(f->said, "1 of 2 times: BUDGET_TIME");
    assert_null(strstr(f->said, "2 of 2 times"));
    assert_int_equal(f->act_count, 2); /* what was kept before, and what happened */
    versions_drop_acts(f->acts, f->act_count);
    lg_text_fini(&bytes);
    assert_int_equal(f->mem.live_bytes, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], LG_WORKER_COMMAND) == 0)
        return lg_worker_main(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_that_was_given_up_starts_afresh),
        cmocka_unit_test(an_end_that_was_kept_is_of_its_tick),
    };
    int failed =
        cmocka_run_group_tests_name("in this process", tests, versions_enter, versions_leave);
    versions_again("worker");
    return failed +
           cmocka_run_group_tests_name("in workers", tests, versions_enter, versions_leave);
}
