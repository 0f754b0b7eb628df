/* Shows that only regular files are opened, and that nothing waits for a pipe. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/input.h"

static void what_is_no_regular_file_is_refused_err(void **state)
{
    (void)state;
    char folder[] = "/tmp/lunagrid-file-XXXXXX";
    char path[sizeof folder + 8];
    const char *why = NULL;
    assert_non_null(mkdtemp(folder));
    assert_null(lg_input_open(folder, &why));
    assert_string_equal(why, "is a folder");
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(lg_input_open(path, &why));
    assert_string_equal(why, "is no regular file");
    assert_int_equal(unlink(path), 0);
    assert_null(lg_input_open(path, &why));
    assert_string_equal(why, "No such file or directory");
    assert_int_equal(rmdir(folder), 0);
}

static void a_file_is_read(void **state)
{
    (void)state;
    char path[] = "/tmp/lunagrid-file-XXXXXX", text[8] = {0};
    const char *why = NULL;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "moon", 4), 4);
    close(fd);
    FILE *file = lg_input_open(path, &why);
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text - 1, file), 4);
    assert_string_equal(text, "moon");
    fclose(file);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_regular_file_is_refused_err),
        cmocka_unit_test(a_file_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
