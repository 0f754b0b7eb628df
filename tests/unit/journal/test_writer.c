/* Shows that only whole records reach the file, that an earlier journal stays until the new one
 * takes its place, and that a full disk leaves no half record. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
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

static off_t size_of(const char *folder, const char *name)
{
    struct stat info;
    return stat(made_path(folder, name), &info) == 0 ? info.st_size : -1;
}

static void an_earlier_one_stays_until_it_is_replaced(void **state)
{
    (void)state;
    const char *folder = made_folder();
    lg_journal *journal;
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    off_t before = size_of(folder, "run.journal");
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, NULL, &journal), LG_OK);
    assert_int_equal(size_of(folder, "run.journal"), before);
    lg_journal_close(journal); /* never placed: gone */
    assert_int_equal(size_of(folder, "run.journal"), before);
    assert_int_equal(size_of(folder, "run.journal.part"), -1);
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, NULL, &journal), LG_OK);
    assert_int_equal(lg_journal_place(journal, NULL), LG_OK);
    assert_int_equal(size_of(folder, "run.journal"), LG_JOURNAL_TOP);
    assert_int_equal(lg_journal_add(journal, LG_JOURNAL_ACT, "x", 1, NULL), LG_OK);
    assert_int_equal(size_of(folder, "run.journal"), LG_JOURNAL_TOP);
    assert_int_equal(lg_journal_flush(journal, NULL), LG_OK);
    assert_int_equal(size_of(folder, "run.journal"), LG_JOURNAL_TOP + 12 + 1 + 8);
    assert_int_equal(lg_journal_add(journal, LG_JOURNAL_ACT, "y", 1, NULL), LG_OK);
    assert_int_equal(lg_journal_to_disk(journal, NULL), LG_OK);
    assert_int_equal(size_of(folder, "run.journal"), LG_JOURNAL_TOP + 2 * (12 + 1 + 8));
    lg_journal_close(journal);
    made_remove(folder);
}

static void other_peoples_files_stay_err(void **state)
{
    (void)state;
    const char *folder = made_folder();
    lg_journal *journal;
    lg_err err = {.status = LG_OK};
    made_write(made_path(folder, "run.journal"), "my diary", 8);
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, &err, &journal), LG_STORE);
    assert_null(journal);
    assert_non_null(strstr(err.text, "run.journal is not a journal of lunagrid"));
    assert_int_equal(size_of(folder, "run.journal"), 8);
    made_write(made_path(folder, "run.journal"), "", 0); /* nothing to lose */
    assert_int_equal(lg_journal_create(lg_mem_system(), folder, &err, &journal), LG_OK);
    lg_journal_close(journal);
    made_remove(folder);
}

static void a_full_disk_leaves_no_half_record_err(void **state)
{
    (void)state;
    const char *folder = made_folder();
    const struct rlimit small = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
    struct rlimit before;
    char bytes[300] = {0};
    lg_journal *journal;
    lg_journal_past past;
    lg_err err = {.status = LG_OK};
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_int_equal(
        lg_journal_go_on(lg_mem_system(), folder, past.size, past.seal, NULL, &journal), LG_OK);
    lg_journal_past_fini(&past);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int written = 0;
    lg_status status = LG_OK;
    for (; status == LG_OK && written < 10; written += status == LG_OK) {
        status = lg_journal_add(journal, (lg_journal_kind)99, bytes, sizeof bytes, &err);
        if (status == LG_OK)
            status = lg_journal_flush(journal, &err);
    }
    assert_int_equal(status, LG_STORE);
    assert_non_null(strstr(err.text, "run.journal: File too large"));
    assert_int_equal(lg_journal_add(journal, LG_JOURNAL_ACT, bytes, 1, &err), LG_STORE);
    setrlimit(RLIMIT_FSIZE, &before);
    lg_journal_close(journal);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_true(past.torn == 0);
    assert_true(past.size == (uint64_t)size_of(folder, "run.journal"));
    lg_journal_past_fini(&past);
    made_remove(folder);
}

static void going_on_cuts_what_was_not_finished(void **state)
{
    (void)state;
    const char *folder = made_folder();
    size_t size;
    lg_journal *journal;
    lg_journal_past past;
    assert_int_equal(made_journal(lg_mem_system(), folder), 0);
    unsigned char *bytes = made_read(made_path(folder, "run.journal"), &size);
    made_write(made_path(folder, "run.journal"), bytes, size - 3);
    free(bytes);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_true(past.torn > 0 && !past.ended);
    assert_int_equal(
        lg_journal_go_on(lg_mem_system(), folder, past.size, past.seal, NULL, &journal), LG_OK);
    lg_journal_past_fini(&past);
    assert_int_equal(lg_journal_add(journal, LG_JOURNAL_RESUMED, NULL, 0, NULL), LG_OK);
    assert_int_equal(lg_journal_flush(journal, NULL), LG_OK);
    lg_journal_close(journal);
    assert_int_equal(lg_journal_past_read(lg_mem_system(), folder, &past, NULL), LG_OK);
    assert_true(past.torn == 0);
    assert_int_equal(past.resumed, 1);
    assert_int_equal(past.slot_count, 2);
    lg_journal_past_fini(&past);
    made_remove(folder);
}

static int make(lg_mem *mem, void *ctx)
{
    return made_journal(mem, ctx);
}

static void exhausted_memory_is_said(void **state)
{
    (void)state;
    char folder[64];
    strcpy(folder, made_folder());
    assert_true(lg_sweep_allocations(make, folder) > 5);
    made_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_earlier_one_stays_until_it_is_replaced),
        cmocka_unit_test(other_peoples_files_stay_err),
        cmocka_unit_test(a_full_disk_leaves_no_half_record_err),
        cmocka_unit_test(going_on_cuts_what_was_not_finished),
        cmocka_unit_test(exhausted_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
