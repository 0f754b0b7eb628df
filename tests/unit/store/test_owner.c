/* Folders with files that are not results stay as they are; those with results are replaced. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_market.h"

static void put(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_database(const char *folder, const char *sql)
{
    char path[128];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void expect_file(const char *folder, const char *name, const char *content)
{
    char text[64];
    int length = fake_folder_read(folder, name, text, sizeof text);
    assert_int_equal(length, content ? (int)strlen(content) : -1);
    if (content)
        assert_string_equal(text, content);
}

static void expect_refused(const char *folder, const char *name, const char *why)
{
    static const char *const made[] = {"run.sqlite.new", "run.sqlite-journal", "run.sqlite-wal",
                                       "run.sqlite-shm", "trades.csv.part"};
    char expected[256];
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_STORE);
    assert_null(store);
    snprintf(expected, sizeof expected, "%s/%s %s; choose another folder with --out", folder, name,
             why);
    assert_string_equal(err.text, expected);
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        expect_file(folder, made[i], NULL);
}

static void expect_replaced(const char *folder)
{
    char text[64];
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    fake_street_init(&street, folder);
    street.input.csv = false;
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    lg_store_close(store);
    fake_folder_ask(folder, "SELECT scenario FROM runs", text, sizeof text);
    assert_string_equal(text, "street");
    fake_folder_ask(folder, "PRAGMA application_id", text, sizeof text);
    assert_string_equal(text, "1280659009");
}

static void text_named_as_the_database_err(void **state)
{
    char folder[64];
    (void)state;
    fake_folder_make(folder);
    put(folder, "run.sqlite", "my notes");
    put(folder, "trades.csv", "mine");
    expect_refused(folder, "run.sqlite", "is not a result of lunagrid");
    expect_file(folder, "run.sqlite", "my notes");
    expect_file(folder, "trades.csv", "mine");
    put(folder, "run.sqlite", "");
    expect_refused(folder, "run.sqlite", "is not a result of lunagrid");
    expect_file(folder, "run.sqlite", "");
    fake_folder_remove(folder);
}

static void database_of_another_program_err(void **state)
{
    static const char *const schemas[] = {
        "CREATE TABLE runs (km INTEGER); INSERT INTO runs VALUES (42)",
        "CREATE TABLE shoes (km INTEGER)",
        "PRAGMA journal_mode = WAL; CREATE TABLE runs (km INTEGER)",
        "PRAGMA application_id = 7; CREATE TABLE runs (engine_version TEXT)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        char folder[64], before[32768], after[32768];
        fake_folder_make(folder);
        put_database(folder, schemas[i]);
        int length = fake_folder_read(folder, "run.sqlite", before, sizeof before);
        assert_true(length > 0 && length < (int)sizeof before - 1);
        expect_refused(folder, "run.sqlite", "is not a result of lunagrid");
        assert_int_equal(fake_folder_read(folder, "run.sqlite", after, sizeof after), length);
        assert_memory_equal(before, after, (size_t)length);
        fake_folder_remove(folder);
    }
}

static void files_without_a_database_err(void **state)
{
    static const char *const names[] = {"summary.json", "trades.csv", "market_slots.csv",
                                        "bills.csv"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char folder[64];
        fake_folder_make(folder);
        put(folder, names[i], "mine");
        expect_refused(folder, names[i], "lies there without a run.sqlite of lunagrid");
        expect_file(folder, names[i], "mine");
        expect_file(folder, "run.sqlite", NULL);
        fake_folder_remove(folder);
    }
}

/* Incomplete, then complete with all its files. */
static void own_results(void **state)
{
    char folder[64];
    fake_street street;
    lg_store *store;
    lg_err err = {0};
    (void)state;
    fake_folder_make(folder);
    expect_replaced(folder);
    expect_replaced(folder);
    fake_street_init(&street, folder);
    assert_int_equal(lg_store_open(lg_mem_system(), &street.input, &err, &store), LG_OK);
    assert_int_equal(lg_store_finish(store, (lg_digest){0}, NULL, 0, &err), LG_OK);
    lg_store_close(store);
    expect_replaced(folder);
    expect_file(folder, "summary.json", NULL);
    expect_file(folder, "bills.csv", NULL);
    fake_folder_remove(folder);
}

/* Made before there was a mark; also in a folder whose name a URI would take apart. */
static void older_results(void **state)
{
    char folder[64], odd[96];
    (void)state;
    fake_folder_make(folder);
    snprintf(odd, sizeof odd, "%s?a=%%41&b#c d", folder);
    assert_int_equal(rename(folder, odd), 0);
    put_database(odd, "CREATE TABLE runs (status TEXT, engine_version TEXT)");
    put(odd, "trades.csv", "of the earlier run");
    put(odd, "run.sqlite-journal", "of a killed run");
    expect_replaced(odd);
    expect_file(odd, "trades.csv", NULL);
    fake_folder_remove(odd);
}

static void leftovers_of_a_killed_run(void **state)
{
    char folder[64];
    (void)state;
    fake_folder_make(folder);
    put(folder, "run.sqlite.new", "half");
    put(folder, "trades.csv.part", "half");
    put(folder, "summary.json.part", "half");
    put(folder, "notes.txt", "mine");
    expect_replaced(folder);
    expect_file(folder, "run.sqlite.new", NULL);
    expect_file(folder, "trades.csv.part", NULL);
    expect_file(folder, "notes.txt", "mine");
    fake_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_named_as_the_database_err),
        cmocka_unit_test(database_of_another_program_err),
        cmocka_unit_test(files_without_a_database_err),
        cmocka_unit_test(own_results),
        cmocka_unit_test(older_results),
        cmocka_unit_test(leftovers_of_a_killed_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
