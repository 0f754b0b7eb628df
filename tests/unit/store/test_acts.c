/* Acts come back in their order, also after a writer that was killed; files of others are left. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "store/acts.h"

static char folder[64], path[96];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/lunagrid-acts-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/acts.sqlite", folder);
    return 0;
}

static int drop_folder(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[128];
    (void)state;
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static lg_act act_number(int number, char body[32])
{
    snprintf(body, 32, "{\"n\":%d}", number);
    return (lg_act){
        .at_us = 1000 + number, .who = "north", .what = "postUser", .words = {"ann"}, .body = body};
}

static lg_status count_up(void *ctx, const lg_act *act, lg_err *err)
{
    int *number = ctx;
    char body[32];
    lg_act expected = act_number(*number, body);
    assert_true(act->at_us == expected.at_us);
    assert_string_equal(act->who, "north");
    assert_string_equal(act->what, "postUser");
    assert_string_equal(act->words[0], "ann");
    assert_string_equal(act->words[2], "");
    assert_string_equal(act->body, expected.body);
    ++*number;
    return *number == 3 ? lg_fail(err, LG_LIMIT, "enough") : LG_OK;
}

static void acts_come_back_in_order(void **state)
{
    lg_acts *acts;
    lg_err err;
    char body[32];
    int seen = 0;
    (void)state;
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &acts), LG_OK);
    struct stat seen_by;
    assert_int_equal(stat(path, &seen_by), 0);
    assert_int_equal(seen_by.st_mode & 077, 0); /* nobody else's to read */
    for (int i = 0; i < 2; i++) {
        lg_act act = act_number(i, body);
        assert_int_equal(lg_acts_add(acts, &act, &err), LG_OK);
    }
    lg_acts_close(acts);
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &acts), LG_OK);
    assert_int_equal(lg_acts_count(acts), 2);
    assert_int_equal(lg_acts_each(acts, count_up, &seen, &err), LG_OK);
    assert_int_equal(seen, 2);
    lg_acts *second;
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &second), LG_STORE);
    assert_non_null(strstr(err.text, "another server"));
    assert_null(second);
    lg_acts_close(acts);
}

/* A writer says of each act when it is done, and is killed in between: none of those is lost. */
static void what_was_said_to_be_done_is_there(void **state)
{
    int says[2];
    char one;
    int told = 0;
    (void)state;
    assert_int_equal(pipe(says), 0);
    pid_t child = fork();
    if (child == 0) {
        lg_acts *acts;
        char body[32];
        if (lg_acts_open(lg_mem_system(), path, NULL, &acts) != LG_OK)
            _exit(1);
        for (int i = 0;; i++) {
            lg_act act = act_number(i, body);
            if (lg_acts_add(acts, &act, NULL) != LG_OK || write(says[1], "x", 1) != 1)
                _exit(1);
        }
    }
    close(says[1]);
    while (told < 50 && read(says[0], &one, 1) == 1)
        told++;
    kill(child, SIGKILL);
    while (read(says[0], &one, 1) == 1)
        told++;
    close(says[0]);
    waitpid(child, NULL, 0);
    lg_acts *acts;
    lg_err err;
    assert_true(told >= 50);
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &acts), LG_OK);
    assert_in_range(lg_acts_count(acts), told, told + 1);
    int seen = 0;
    assert_int_equal(lg_acts_each(acts, count_up, &seen, &err), LG_LIMIT);
    lg_acts_close(acts);
}

static void run_sql(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void files_of_others_are_left_err(void **state)
{
    lg_acts *acts;
    lg_err err;
    (void)state;
    run_sql("CREATE TABLE theirs (a)");
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &acts), LG_STORE);
    assert_non_null(strstr(err.text, "no journal of a coordination server"));
    assert_null(acts);
    run_sql("INSERT INTO theirs VALUES (1); DROP TABLE theirs; CREATE TABLE x (a);"
            "PRAGMA application_id = 1280659011; PRAGMA user_version = 999");
    assert_int_equal(lg_acts_open(lg_mem_system(), path, &err, &acts), LG_STORE);
    assert_non_null(strstr(err.text, "later version"));
}

static void without_a_file_it_is_kept_until_the_end(void **state)
{
    lg_acts *acts;
    lg_err err;
    char body[32];
    int seen = 0;
    (void)state;
    assert_int_equal(lg_acts_open(lg_mem_system(), NULL, &err, &acts), LG_OK);
    lg_act act = act_number(0, body);
    assert_int_equal(lg_acts_add(acts, &act, &err), LG_OK);
    assert_int_equal(lg_acts_each(acts, count_up, &seen, &err), LG_OK);
    assert_int_equal(seen, 1);
    lg_acts_close(acts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(acts_come_back_in_order, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(what_was_said_to_be_done_is_there, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(files_of_others_are_left_err, make_folder, drop_folder),
        cmocka_unit_test(without_a_file_it_is_kept_until_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
