/* Children are heard of when they end, how they ended, and none outlives its parent's interest. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "loop/children.h"

typedef struct heard {
    pid_t pids[4];
    lg_child_end ends[4];
    int count;
} heard;

static void ended(void *ctx, pid_t pid, lg_child_end how)
{
    heard *h = ctx;
    h->pids[h->count] = pid;
    h->ends[h->count++] = how;
}

static pid_t start(lg_loop *loop, const char *words, const char *log, heard *h)
{
    pid_t pid = 0;
    lg_err err;
    const char *const argv[] = {"/bin/sh", "-c", words, NULL};
    const lg_child_input input = {.argv = argv, .log = log, .ended = ended, .ctx = h};
    assert_int_equal(lg_child_start(lg_mem_system(), loop, &input, &pid, &err), LG_OK);
    assert_true(pid > 0);
    return pid;
}

static void wait_for(lg_loop *loop, const heard *h, int count)
{
    while (h->count < count)
        lg_loop_wait(loop, lg_loop_now_ns() + INT64_C(5000000000));
}

static void test_codes_and_signals(void **state)
{
    (void)state;
    heard h = {.count = 0};
    lg_loop *loop = lg_loop_new(lg_mem_system());
    pid_t first = start(loop, "exit 7", NULL, &h);
    wait_for(loop, &h, 1);
    assert_int_equal(h.pids[0], first);
    assert_int_equal(h.ends[0].code, 7);
    assert_int_equal(h.ends[0].signal, 0);
    start(loop, "kill -KILL $$", NULL, &h);
    wait_for(loop, &h, 2);
    assert_int_equal(h.ends[1].code, -1);
    assert_int_equal(h.ends[1].signal, SIGKILL);
    lg_loop_free(loop);
}

static void test_what_it_prints(void **state)
{
    (void)state;
    char path[] = "/tmp/lunagrid-child-XXXXXX", text[64] = "";
    heard h = {.count = 0};
    lg_loop *loop = lg_loop_new(lg_mem_system());
    int fd = mkstemp(path);
    close(fd);
    start(loop, "echo out; echo err >&2; cat", path, &h);
    wait_for(loop, &h, 1);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unlink(path);
    assert_string_equal(text, "out\nerr\n");
    lg_loop_free(loop);
}

static void test_none_is_left(void **state)
{
    (void)state;
    heard h = {.count = 0};
    lg_loop *loop = lg_loop_new(lg_mem_system());
    pid_t pid = start(loop, "exec sleep 1000", NULL, &h);
    lg_children_end(loop);
    assert_int_equal(h.count, 0);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    lg_loop_free(loop);
}

static void test_no_program_err(void **state)
{
    (void)state;
    heard h = {.count = 0};
    lg_err err;
    pid_t pid;
    lg_loop *loop = lg_loop_new(lg_mem_system());
    const char *const argv[] = {"/no/such/program", NULL};
    lg_child_input input = {.argv = argv, .ended = ended, .ctx = &h};
    assert_int_equal(lg_child_start(lg_mem_system(), loop, &input, &pid, &err), LG_OK);
    wait_for(loop, &h, 1);
    assert_int_equal(h.ends[0].code, 127);
    input.log = "/no/such/folder/log";
    assert_int_equal(lg_child_start(lg_mem_system(), loop, &input, &pid, &err), LG_IO);
    assert_non_null(strstr(err.text, "/no/such/folder/log"));
    lg_loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_and_signals),
        cmocka_unit_test(test_what_it_prints),
        cmocka_unit_test(test_none_is_left),
        cmocka_unit_test(test_no_program_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
