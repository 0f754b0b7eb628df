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

static void bytes_are_a_file_with_zeros_and_an_end(void **state)
{
    (void)state;
    char text[8] = {0};
    FILE *file = lg_input_of_bytes("a\0b\nc", 5);
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_int_equal(ftell(file), 5);
    assert_int_equal(fseek(file, 1, SEEK_SET), 0);
    assert_int_equal(fread(text, 1, sizeof text, file), 4);
    assert_memory_equal(text, "\0b\nc", 4);
    assert_int_not_equal(fseek(file, 6, SEEK_SET), 0);
    fclose(file);
    file = lg_input_of_bytes(NULL, 0);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
}

static FILE *answer_open(void *ctx, const char *path, const char **why)
{
    *why = "it is night";
    return strcmp(path, "moon") == 0 ? lg_input_of_bytes(ctx, strlen(ctx)) : NULL;
}

static bool answer_is_file(void *ctx, const char *path)
{
    (void)ctx;
    return strcmp(path, "moon") == 0;
}

static void somebody_else_may_answer(void **state)
{
    (void)state;
    char light[] = "light", text[8] = {0};
    const char *why = NULL;
    const lg_input_source source = {light, answer_open, answer_is_file};
    assert_null(lg_input_use(&source));
    assert_true(lg_input_is_file("moon"));
    assert_false(lg_input_is_file("/proc/self/exe"));
    FILE *file = lg_input_open("moon", &why);
    assert_int_equal(fread(text, 1, sizeof text, file), 5);
    assert_string_equal(text, "light");
    fclose(file);
    assert_null(lg_input_open("sun", &why));
    assert_string_equal(why, "it is night");
    assert_ptr_equal(lg_input_use(NULL), &source);
    assert_false(lg_input_is_file("moon"));
    assert_false(lg_input_is_file("/tmp"));
    assert_true(lg_input_is_file("/proc/self/exe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_regular_file_is_refused_err),
        cmocka_unit_test(a_file_is_read),
        cmocka_unit_test(bytes_are_a_file_with_zeros_and_an_end),
        cmocka_unit_test(somebody_else_may_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
