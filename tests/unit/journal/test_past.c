/* Shows that a journal reads back whole, and that sealed records in an order no run makes are
 * refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "journal/past.h"
#include "journal/writer.h"
#include "made.h"
#include "support/failing_mem.h"

static void a_journal_reads_back(void **state)
{
    (void)state;
    const char *folder = made_folder();
    lg_journal_past past;
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_string_equal(lg_journal_word_of(&past.header, "word"), "--slots=2");
    assert_null(lg_journal_word_of(&past.header, "seed"));
    assert_int_equal(past.plugin_count, 1);
    assert_string_equal(lg_journal_word_of(&past.plugins[0], "name"), "pv");
    assert_int_equal(past.input_count, 2);
    assert_memory_equal(past.inputs[0].content, "a\0b\nc", 5);
    assert_null(past.inputs[1].content);
    assert_int_equal(past.act_count, 1);
    assert_int_equal(past.acts[0].tick, 1);
    assert_memory_equal(past.acts[0].bytes, "fee", 3);
    assert_int_equal(past.slot_count, 2);
    assert_true(past.slots[1].digest.low == 1);
    assert_int_equal(past.slots[1].marks[1], 12);
    assert_true(past.ended && past.end.finished && past.end.digest.low == 9);
    assert_int_equal(past.resumed, 0);
    lg_journal_past_fini(&past);
    made_remove(folder);
}

/* Adds a record behind a whole journal, and says what reading comes to then. */
static lg_status with(lg_journal_kind kind, const void *payload, size_t size, lg_err *err)
{
    const char *folder = made_folder();
    lg_journal *journal;
    lg_journal_past past;
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_int_equal(
        lg_journal_go_on(lg_mem_system(), folder, past.size, past.seal, NULL, &journal), LG_OK);
    lg_journal_past_fini(&past);
    assert_int_equal(lg_journal_add(journal, kind, payload, size, NULL), LG_OK);
    assert_int_equal(lg_journal_flush(journal, NULL), LG_OK);
    lg_journal_close(journal);
    lg_status status = lg_journal_past_read(lg_mem_system(), folder, &past, err);
    lg_journal_past_fini(&past);
    made_remove(folder);
    return status;
}

static void what_no_run_writes_is_refused_err(void **state)
{
    (void)state;
    lg_err err = {.status = LG_OK};
    lg_text payload;
    lg_journal_act late = {.slot = 1, .tick = 0}, early = {.slot = 3, .tick = 0};
    lg_journal_slot gap = {.slot = 3};
    lg_journal_end short_end = {.slots = 1};
    lg_text_init(&payload, lg_mem_system());
    assert_int_equal(with((lg_journal_kind)99, "new", 3, &err), LG_OK); /* of a later version */
    assert_int_equal(with(LG_JOURNAL_ACT, "x", 1, &err), LG_STORE);
    assert_non_null(strstr(err.text, "does not fit where it stands"));
    lg_journal_pack_act(&payload, &late);
    assert_int_equal(with(LG_JOURNAL_ACT, payload.data, payload.length, &err), LG_STORE);
    lg_text_clear(&payload);
    lg_journal_pack_act(&payload, &early);
    assert_int_equal(with(LG_JOURNAL_ACT, payload.data, payload.length, &err), LG_STORE);
    lg_text_clear(&payload);
    lg_journal_pack_slot(&payload, &gap);
    assert_int_equal(with(LG_JOURNAL_SLOT, payload.data, payload.length, &err), LG_STORE);
    lg_text_clear(&payload);
    lg_journal_pack_end(&payload, &short_end);
    assert_int_equal(with(LG_JOURNAL_END, payload.data, payload.length, &err), LG_STORE);
    lg_text_clear(&payload);
    lg_journal_pack_word(&payload, "engine", "2");
    assert_int_equal(with(LG_JOURNAL_HEADER, payload.data, payload.length, &err), LG_STORE);
    lg_text_clear(&payload);
    lg_journal_pack_fork(&payload, &(lg_journal_fork){.slot = 2, .run = "r"});
    assert_int_equal(with(LG_JOURNAL_FORK, payload.data, payload.length, &err), LG_STORE);
    assert_int_equal(with(LG_JOURNAL_PARTED, NULL, 0, &err), LG_STORE);
    lg_text_fini(&payload);
}

static void where_there_is_none_it_is_said_err(void **state)
{
    (void)state;
    const char *folder = made_folder();
    lg_journal_past past;
    lg_journal *journal;
    lg_err err = {.status = LG_OK};
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, &err), LG_STORE);
    assert_non_null(strstr(err.text, "there is no journal of the run: "));
    lg_journal_past_fini(&past);
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, NULL, &journal), LG_OK);
    assert_int_equal(lg_journal_place(journal, NULL), LG_OK);
    lg_journal_close(journal);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, &err), LG_STORE);
    assert_non_null(strstr(err.text, "ends before the run began; run it again"));
    lg_journal_past_fini(&past);
    made_remove(folder);
}

static int read_all(lg_mem *mem, void *ctx)
{
    lg_journal_past past;
    lg_status status = lg_journal_past_read(mem, ctx, &past, NULL);
    lg_journal_past_fini(&past);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void exhausted_memory_is_said(void **state)
{
    (void)state;
    char folder[64];
    strcpy(folder, made_folder());
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    assert_true(lg_sweep_allocations(read_all, folder) > 5);
    made_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_reads_back),
        cmocka_unit_test(what_no_run_writes_is_refused_err),
        cmocka_unit_test(where_there_is_none_it_is_said_err),
        cmocka_unit_test(exhausted_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
