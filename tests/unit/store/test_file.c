/* The buffered file: numbers to the digit, quoting, and what a full disk says. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_market.h"
#include "store/file.h"

static void writes_numbers_and_fields(void **state)
{
    char folder[64], text[512];
    lg__file file;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    assert_int_equal(lg__file_create(&file, lg_mem_system(), folder, "x.csv", &err), LG_OK);
    static const struct {
        int64_t value;
        int decimals;
    } numbers[] = {{0, 6},         {1, 6},        {1500000, 6},   {-5, 1},
                   {100, 0},       {-1000000, 6}, {123456789, 8}, {INT64_MIN, 9},
                   {INT64_MAX, 0}, {20000000, 6}, {1, 18}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        lg__file_fixed(&file, numbers[i].value, numbers[i].decimals);
        lg__file_char(&file, ' ');
    }
    lg__file_csv(&file, "plain name");
    lg__file_char(&file, ',');
    lg__file_csv(&file, "a \"b\", c");
    assert_int_equal(lg__file_end(&file, &err), LG_OK);
    assert_int_equal(fake_folder_read(folder, "x.csv", text, sizeof text), -1);
    assert_int_equal(lg__file_place(&file, &err), LG_OK);
    lg__file_close(&file);
    fake_folder_read(folder, "x.csv", text, sizeof text);
    assert_string_equal(text, "0 0.000001 1.5 -0.5 100 -1 1.23456789 -9223372036.854775808 "
                              "9223372036854775807 20 0.000000000000000001 "
                              "plain name,\"a \"\"b\"\", c\"");
    fake_folder_remove(folder);
}

/* Pieces around and past the size of the buffer arrive whole. */
static void passes_the_buffer(void **state)
{
    static char piece[300001], back[1000000];
    char folder[64];
    lg__file file;
    lg_err err;
    (void)state;
    fake_folder_make(folder);
    for (size_t i = 0; i < sizeof piece - 1; i++)
        piece[i] = (char)('a' + i % 26);
    assert_int_equal(lg__file_create(&file, lg_mem_system(), folder, "x", &err), LG_OK);
    lg__file_str(&file, "begin");
    lg__file_str(&file, piece);
    lg__file_fixed(&file, 7, 0);
    lg__file_str(&file, piece);
    assert_int_equal(lg__file_end(&file, &err), LG_OK);
    lg__file_close(&file);
    assert_int_equal(fake_folder_read(folder, "x.part", back, sizeof back), 600006);
    assert_memory_equal(back, "begin", 5);
    assert_memory_equal(back + 5, piece, 300000);
    assert_int_equal(back[300005], '7');
    assert_memory_equal(back + 300006, piece, 300000);
    fake_folder_remove(folder);
}

static void full_disk_err(void **state)
{
    char folder[64], expected[160];
    lg__file file;
    lg_err err = {0};
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    fake_folder_make(folder);
    assert_int_equal(lg__file_create(&file, lg_mem_system(), folder, "x.csv", &err), LG_OK);
    assert_int_equal(dup2(full, file.fd), file.fd);
    close(full);
    lg__file_str(&file, "something");
    assert_int_equal(lg__file_check(&file, &err), LG_OK);
    assert_int_equal(lg__file_end(&file, &err), LG_STORE);
    snprintf(expected, sizeof expected, "cannot write %s/x.csv: No space left on device", folder);
    assert_string_equal(err.text, expected);
    lg__file_close(&file);
    fake_folder_remove(folder);
}

/* What a killed run or somebody else left under the name is not written to. */
static void part_is_a_new_file(void **state)
{
    char folder[64], part[128], target[128], text[64];
    lg__file file;
    lg_err err = {0};
    (void)state;
    fake_folder_make(folder);
    snprintf(part, sizeof part, "%s/x.csv.part", folder);
    snprintf(target, sizeof target, "%s/mine", folder);
    for (int way = 0; way < 2; way++) {
        FILE *mine = fopen(target, "wb");
        assert_non_null(mine);
        fputs("mine", mine);
        fclose(mine);
        assert_int_equal(way == 0 ? symlink("mine", part) : mkfifo(part, 0666), 0);
        assert_int_equal(lg__file_create(&file, lg_mem_system(), folder, "x.csv", &err), LG_OK);
        lg__file_str(&file, "ours");
        assert_int_equal(lg__file_end(&file, &err), LG_OK);
        assert_int_equal(lg__file_place(&file, &err), LG_OK);
        lg__file_close(&file);
        assert_int_equal(fake_folder_read(folder, "mine", text, sizeof text), 4);
        assert_memory_equal(text, "mine", 4);
        assert_int_equal(fake_folder_read(folder, "x.csv", text, sizeof text), 4);
        assert_memory_equal(text, "ours", 4);
    }
    unlink(target);
    fake_folder_remove(folder);
}

static void no_folder_err(void **state)
{
    lg__file file;
    lg_err err = {0};
    (void)state;
    assert_int_equal(lg__file_create(&file, lg_mem_system(), "/dev/null", "x.csv", &err), LG_STORE);
    assert_string_equal(err.text, "cannot write /dev/null/x.csv: Not a directory");
    lg__file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_numbers_and_fields),
        cmocka_unit_test(passes_the_buffer),
        cmocka_unit_test(full_disk_err),
        cmocka_unit_test(part_is_a_new_file),
        cmocka_unit_test(no_folder_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
