/* A file is whole or as it was; links and pipes of its name do not matter. */
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/output.h"

static char folder[] = "output_XXXXXX";

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *expected)
{
    char text[64];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    assert_string_equal(text, expected);
}

static void test_replace(void **state)
{
    (void)state;
    assert_int_equal(lg_output_replace(lg_mem_system(), "a", "one", 3), 0);
    assert_holds("a", "one");
    assert_int_equal(lg_output_replace(lg_mem_system(), "a", "second", 6), 0);
    assert_holds("a", "second");
    assert_int_equal(access("a.part", F_OK), -1);
    assert_int_equal(lg_output_replace(lg_mem_system(), "no/a", "x", 1), ENOENT);
    assert_int_equal(unlink("a"), 0);
}

/* Neither the file nor its name on the way leads anywhere else. */
static void test_links_and_pipes(void **state)
{
    (void)state;
    write_text("mine", "mine");
    assert_int_equal(symlink("mine", "b"), 0);
    assert_int_equal(symlink("mine", "b.part"), 0);
    assert_int_equal(lg_output_replace(lg_mem_system(), "b", "ours", 4), 0);
    assert_holds("mine", "mine");
    assert_holds("b", "ours");
    assert_int_equal(mkfifo("b.part", 0666), 0);
    assert_int_equal(lg_output_replace(lg_mem_system(), "b", "again", 5), 0);
    assert_holds("b", "again");
    assert_int_equal(symlink("mine", "c"), 0);
    assert_int_equal(lg_output_create("c"), -1);
    assert_int_equal(errno, EEXIST);
    int fd = lg_output_create_fresh("c");
    assert_true(fd >= 0);
    assert_int_equal(lg_output_write(fd, "new", 3), 0);
    assert_int_equal(close(fd), 0);
    assert_holds("mine", "mine");
    assert_holds("c", "new");
    unlink("b");
    unlink("c");
    unlink("mine");
}

/* A limit on the size of files stands for the full disk. */
static void test_full_disk_err(void **state)
{
    static char large[8192];
    struct rlimit before, small;
    (void)state;
    write_text("a", "good");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int cause = lg_output_replace(lg_mem_system(), "a", large, sizeof large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(cause, EFBIG);
    assert_holds("a", "good");
    assert_int_equal(access("a.part", F_OK), -1);
    unlink("a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_links_and_pipes),
        cmocka_unit_test(test_full_disk_err),
    };
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return EXIT_FAILURE;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (chdir("..") != 0 || rmdir(folder) != 0)
        return EXIT_FAILURE;
    return failed;
}
