/* What the file is worth when things go wrong: kill -9, a disk that is full, a folder that cannot
 * be written, readers and other writers at the same time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_market.h"
#include "store/schema.h"

static void expect(const char *folder, const char *sql, const char *answer)
{
    char text[512];
    fake_folder_ask(folder, sql, text, sizeof text);
    assert_string_equal(text, answer);
}

/* Opens the street's store; the caller closes it. */
static lg_store *opened(fake_street *street, const char *folder, lg_listener *listener)
{
    lg_store *store;
    lg_err err;
    fake_street_init(street, folder);
    street->input.csv = false;
    assert_int_equal(lg_store_open(lg_mem_system(), &street->input, &err, &store), LG_OK);
    lg_store_listener(store, listener);
    return store;
}

/* 40 slots of 1,000 trades, then one slot so large that its pages are written early, killed within.
 */
static void run_until_killed(const char *folder)
{
    fake_street street;
    lg_listener listener;
    uint64_t id = 0;
    opened(&street, folder, &listener);
    for (uint32_t slot = 0; slot < 40; slot++) {
        for (int i = 0; i < 1000; i++)
            if (fake_street_trade(&listener, ++id, slot) != LG_OK)
                _exit(1);
        if (fake_street_close_slot(&street, &listener, slot) != LG_OK)
            _exit(1);
    }
    for (int i = 0; i < 200000; i++)
        if (fake_street_trade(&listener, ++id, 40) != LG_OK)
            _exit(1);
    raise(SIGKILL);
    _exit(1);
}

static void killed_run_keeps_whole_slots(void **state)
{
    char folder[64];
    int how;
    (void)state;
    fake_folder_make(folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_until_killed(folder);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    expect(folder, "PRAGMA integrity_check", "ok");
    expect(folder, "SELECT status FROM runs", "incomplete");
    expect(folder, "SELECT count(*) >= 32 FROM slots", "1");
    expect(folder, "SELECT count(*) = 0 FROM trades WHERE slot NOT IN (SELECT slot FROM slots)",
           "1");
    expect(folder, "SELECT (SELECT sum(trade_count) FROM slots) = (SELECT count(*) FROM trades)",
           "1");
    fake_folder_remove(folder);
}

/* The folder of a killed run takes a new one, and the old journal does not spoil it. */
static void follows_a_killed_run(void **state)
{
    char folder[64];
    fake_street street;
    lg_listener listener;
    int how;
    (void)state;
    fake_folder_make(folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_until_killed(folder);
    assert_int_equal(waitpid(child, &how, 0), child);
    lg_store *store = opened(&street, folder, &listener);
    assert_int_equal(fake_street_trade(&listener, 1, 0), LG_OK);
    assert_int_equal(fake_street_close_slot(&street, &listener, 0), LG_OK);
    lg_store_close(store);
    expect(folder, "PRAGMA integrity_check", "ok");
    expect(folder, "SELECT count(*) FROM trades", "1");
    fake_folder_remove(folder);
}

/* Trades until the store says no, within at most @p slots slots. */
static lg_status fill(fake_street *street, const lg_listener *listener, uint32_t slots)
{
    lg_status status = LG_OK;
    uint64_t id = 0;
    for (uint32_t slot = 0; slot < slots && status == LG_OK; slot++) {
        for (int i = 0; i < 2000 && status == LG_OK; i++)
            status = fake_street_trade(listener, ++id, slot);
        if (status == LG_OK)
            status = fake_street_close_slot(street, listener, slot);
    }
    return status;
}

/* A limit on the size of files stands for the full disk: the kernel refuses the write in both
 * cases. */
static void full_disk_err(void **state)
{
    char folder[64], expected[128];
    fake_street street;
    lg_listener listener;
    struct rlimit before, limit;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    lg_store *store = opened(&street, folder, &listener);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 2000000;
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(fill(&street, &listener, 100), LG_STORE);
    snprintf(expected, sizeof expected, "cannot write %s/run.sqlite: File too large", folder);
    assert_string_equal(lg_store_error(store), expected);
    assert_int_equal(lg_store_log(store, 0, 0, "x", 0, "y"), LG_STORE);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_STORE);
    assert_string_equal(err.text, expected);
    lg_store_close(store);
    setrlimit(RLIMIT_FSIZE, &before);
    expect(folder, "PRAGMA integrity_check", "ok");
    expect(folder, "SELECT status FROM runs", "incomplete");
    expect(folder, "SELECT (SELECT sum(trade_count) FROM slots) = (SELECT count(*) FROM trades)",
           "1");
    fake_folder_remove(folder);
}

static void unwritable_folder_err(void **state)
{
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    (void)state;
    fake_street_init(&street, "/dev/null/results/x");
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_STORE);
    assert_null(store);
    assert_string_equal(err.text, "cannot create folder /dev/null: Not a directory");
}

/* Whoever may write anything becomes nobody for the attempt. */
static void read_only_folder_err(void **state)
{
    char folder[64], expected[128];
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    (void)state;
    fake_folder_make(folder);
    assert_int_equal(chmod(folder, 0555), 0);
    bool root = geteuid() == 0;
    if (root)
        assert_int_equal(seteuid(65534), 0);
    fake_street_init(&street, folder);
    lg_status status = lg_store_open(lg_mem_system(), &street.input, &err, &store);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(status, LG_STORE);
    snprintf(expected, sizeof expected, "cannot write %s/run.sqlite: Permission denied", folder);
    assert_string_equal(err.text, expected);
    assert_int_equal(chmod(folder, 0755), 0);
    fake_folder_remove(folder);
}

/* A link of the name that the database has while it is made leads nowhere. */
static void link_is_not_followed(void **state)
{
    char folder[64], target[128], path[128], text[64];
    fake_street street;
    lg_listener listener;
    (void)state;
    fake_folder_make(folder);
    snprintf(target, sizeof target, "%s/mine", folder);
    snprintf(path, sizeof path, "%s/run.sqlite.new", folder);
    FILE *mine = fopen(target, "wb");
    assert_non_null(mine);
    fclose(mine);
    assert_int_equal(symlink("mine", path), 0);
    lg_store_close(opened(&street, folder, &listener));
    assert_int_equal(fake_folder_read(folder, "mine", text, sizeof text), 0);
    expect(folder, "SELECT status FROM runs", "incomplete");
    unlink(target);
    fake_folder_remove(folder);
}

/* A folder of that name in the way of the file. */
static void blocked_name_err(void **state)
{
    char folder[64], path[128], expected[256], text[64];
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    (void)state;
    fake_folder_make(folder);
    snprintf(path, sizeof path, "mkdir %s/run.sqlite", folder);
    assert_int_equal(system(path), 0);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_STORE);
    assert_null(store);
    snprintf(expected, sizeof expected, "cannot write %s/run.sqlite: Is a directory", folder);
    assert_string_equal(err.text, expected);
    assert_int_equal(fake_folder_read(folder, "run.sqlite.new", text, sizeof text), -1);
    assert_int_equal(fake_folder_read(folder, "trades.csv.part", text, sizeof text), -1);
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    rmdir(path);
    fake_folder_remove(folder);
}

static void second_writer_err(void **state)
{
    char folder[64], expected[160];
    fake_street street, other;
    lg_listener listener;
    lg_store *second;
    lg_err err = {0};
    (void)state;
    fake_folder_make(folder);
    lg_store *store = opened(&street, folder, &listener);
    fake_street_init(&other, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &other.input, &err, &second), LG_STORE);
    snprintf(expected, sizeof expected, "cannot write %s/run.sqlite: another run is writing it",
             folder);
    assert_string_equal(err.text, expected);
    assert_int_equal(fill(&street, &listener, 20), LG_OK);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT count(*) FROM trades", "40000");
    fake_folder_remove(folder);
}

/* Someone reads while commits are due, for longer than the cache can hold: the run goes on, and
 * what it could not commit comes later. */
static void reader_in_the_way(void **state)
{
    char folder[64], path[128];
    fake_street street;
    lg_listener listener;
    sqlite3 *db;
    sqlite3_stmt *ask;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    lg_store *store = opened(&street, folder, &listener);
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM areas", -1, &ask, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(ask), SQLITE_ROW);
    assert_int_equal(fill(&street, &listener, 100), LG_OK);
    assert_int_equal(sqlite3_step(ask), SQLITE_ROW);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_OK);
    lg_store_close(store);
    expect(folder, "SELECT status || (SELECT count(*) FROM trades) FROM runs", "complete200000");
    fake_folder_remove(folder);
}

/* All that the schema says, a line for an item, in one text. */
static char *schema_of(sqlite3 *db)
{
    sqlite3_stmt *ask = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT group_concat(line, char(10)) FROM (SELECT type || "
                                        "' ' || name || ' ' || tbl_name || ' ' || (rootpage > 0) "
                                        "|| coalesce(sql, '') AS line FROM sqlite_master ORDER BY "
                                        "name)",
                                        -1, &ask, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(ask), SQLITE_ROW);
    char *text = strdup((const char *)sqlite3_column_text(ask, 0));
    sqlite3_finalize(ask);
    return text;
}

/* The rows of views are written without CREATE VIEW, and are what that would write; every view can
 * be read. */
static void views_are_as_sql_makes_them(void **state)
{
    char folder[64], path[96], view[128];
    fake_street street;
    lg_err err;
    sqlite3 *run = NULL, *plain = NULL;
    sqlite3_stmt *names = NULL;
    int count = 0;
    (void)state;
    fake_folder_make(folder);
    assert_int_equal(fake_street_run(lg_mem_system(), &street, folder, &err), LG_OK);
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    assert_int_equal(sqlite3_open(path, &run), SQLITE_OK);
    assert_int_equal(sqlite3_open(":memory:", &plain), SQLITE_OK);
    assert_int_equal(sqlite3_exec(plain, lg__schema_sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(plain, lg__views_sql, NULL, NULL, NULL), SQLITE_OK);
    char *ours = schema_of(run), *theirs = schema_of(plain);
    assert_string_equal(ours, theirs);
    assert_int_equal(sqlite3_prepare_v2(run, "SELECT name FROM sqlite_master WHERE type = 'view'",
                                        -1, &names, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(names) == SQLITE_ROW; count++) {
        snprintf(view, sizeof view, "SELECT * FROM %s", sqlite3_column_text(names, 0));
        assert_int_equal(sqlite3_exec(run, view, NULL, NULL, NULL), SQLITE_OK);
    }
    assert_int_equal(count, 46);
    sqlite3_finalize(names);
    free(ours);
    free(theirs);
    sqlite3_close(plain);
    sqlite3_close(run);
    expect(folder, "PRAGMA integrity_check", "ok");
    fake_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_run_keeps_whole_slots),
        cmocka_unit_test(follows_a_killed_run),
        cmocka_unit_test(full_disk_err),
        cmocka_unit_test(unwritable_folder_err),
        cmocka_unit_test(read_only_folder_err),
        cmocka_unit_test(link_is_not_followed),
        cmocka_unit_test(blocked_name_err),
        cmocka_unit_test(second_writer_err),
        cmocka_unit_test(reader_in_the_way),
        cmocka_unit_test(views_are_as_sql_makes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
