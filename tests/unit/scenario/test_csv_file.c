/* host/scenario/csv.c (test_csv is the name of the store's): files are read whole and strictly;
 * forms of time, separators, quotes and numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "fixture.h"
#include "scenario/csv.h"
#include "support/failing_mem.h"

static lg__csv *read_csv(const char *text)
{
    lg_diag diag;
    lg__csv *csv;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg__csv_read(lg_mem_system(), fixture_write("x.csv", text), &diag, &csv),
                     LG_OK);
    assert_int_equal(diag.errors, 0);
    lg_diag_fini(&diag);
    return csv;
}

static double value_of(const lg__csv *csv, uint32_t row, uint32_t column)
{
    const char *why;
    double value = -1;
    assert_true(lg__csv_value(csv, row, column, &value, &why));
    return value;
}

static void iso_times_and_units(void **state)
{
    (void)state;
    lg__csv *csv = read_csv("\xef\xbb\xbftime,home 1 [kW],\"home, 2 (W)\",c\r\n"
                            "2024-06-03T00:00Z,1.5,20,x\r\n2024-06-03T00:30Z,-2,3e1,y\r\n\r\n");
    assert_int_equal(csv->column_count, 3);
    assert_string_equal(csv->columns[0].name, "home 1");
    assert_string_equal(csv->columns[0].unit, "kW");
    assert_string_equal(csv->columns[1].name, "home, 2");
    assert_string_equal(csv->columns[1].unit, "W");
    assert_string_equal(csv->columns[2].unit, "");
    assert_int_equal(csv->row_count, 2);
    assert_int_equal(csv->start_ms, INT64_C(1717372800000));
    assert_int_equal(csv->step_ms, 1800000);
    assert_int_equal(csv->period_ms, 0);
    assert_true(value_of(csv, 0, 0) == 1.5);
    assert_true(value_of(csv, 1, 0) == -2);
    assert_true(value_of(csv, 1, 1) == 30);
    assert_int_equal(lg__csv_find(csv, "home 1"), 0);
    assert_int_equal(lg__csv_find(csv, "home 1 [kW]"), 0);
    assert_int_equal(lg__csv_find(csv, "home, 2 (W)"), 1);
    assert_int_equal(lg__csv_find(csv, "home 3"), UINT32_MAX);
    lg__csv_free(csv);
}

static void epoch_seconds(void **state)
{
    (void)state;
    lg__csv *csv = read_csv("t;a\n1717372800;1\n1717373700;2\n");
    assert_int_equal(csv->start_ms, INT64_C(1717372800000));
    assert_int_equal(csv->step_ms, 900000);
    lg__csv_free(csv);
}

/* Where commas do not separate the cells, one may stand for the decimal point; a point beside it is
 * a number nobody meant. */
static void a_decimal_comma(void **state)
{
    (void)state;
    double value;
    const char *why = "";
    lg__csv *csv = read_csv("t;a;b\n00:00;0,5;1.25\n12:00;-1,25;1.000,5\n");
    assert_true(value_of(csv, 0, 0) == 0.5);
    assert_true(value_of(csv, 0, 1) == 1.25);
    assert_true(value_of(csv, 1, 0) == -1.25);
    assert_false(lg__csv_value(csv, 1, 1, &value, &why));
    assert_string_equal(why, "is not a number");
    lg__csv_free(csv);
    csv = read_csv("t,a\n00:00,\"0,5\"\n12:00,1\n");
    assert_false(lg__csv_value(csv, 0, 0, &value, &why));
    assert_string_equal(why, "has a decimal comma; write a decimal point");
    lg__csv_free(csv);
}

static void a_day_repeats(void **state)
{
    (void)state;
    lg__csv *csv = read_csv("t\ta\n00:00\t1\n08:00\t2\n16:00:00\t3");
    assert_int_equal(csv->row_count, 3);
    assert_int_equal(csv->step_ms, 28800000);
    assert_int_equal(csv->period_ms, 86400000);
    lg__csv_free(csv);
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0},
        {"-1.25", -1.25},
        {"+.5", 0.5},
        {"5.", 5},
        {" 7 ", 7},
        {"0.1", 0.1},
        {"1e-3", 1e-3},
        {"123456789012345678", 123456789012345678.0},
        {"0.3333333333333333", 0.3333333333333333},
    };
    static const char *const bad[] = {"",     " ",   "-",   ".",  "1,5", "1 2",
                                      "0x10", "inf", "nan", "1e", "a"};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(lg__number_parse(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(lg__number_parse(bad[i], &value));
}

static void times(void **state)
{
    (void)state;
    int64_t ms;
    assert_int_equal(lg__csv_time("7:05", &ms), LG__TIME_DAY);
    assert_int_equal(ms, 25500000);
    assert_int_equal(lg__csv_time("2024-06-03 00:00:00", &ms), LG__TIME_ISO);
    assert_int_equal(lg__csv_time("86400", &ms), LG__TIME_EPOCH);
    assert_int_equal(ms, 86400000);
    static const char *const bad[] = {"",        "12",         "24:00",  "12:60",
                                      "1:2:3:4", "2024-13-01", "-86400", "1e9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(lg__csv_time(bad[i], &ms), LG__TIME_NONE);
}

static void refused(const char *text, size_t size, int row, const char *why)
{
    lg_diag diag;
    lg__csv *csv;
    const char *path = fixture_write("x.csv", "");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg__csv_read(lg_mem_system(), path, &diag, &csv), LG_SCENARIO);
    assert_int_equal(diag.problems[0].line, row);
    assert_string_equal(diag.problems[0].file, path);
    assert_string_equal(diag.problems[0].text, why);
    lg_diag_fini(&diag);
}

/* What stands behind a NUL would not be read, and a quote that stays open swallows separators. */
static void cells_that_are_not_whole_err(void **state)
{
    (void)state;
    static const char nul[] = "t,a\n00:00,1\n12:00,1\0"
                              "7\n";
    static const char nul_in_header[] = "t,a\0b\n00:00,1\n12:00,1\n";
    static const char open[] = "t,a\n00:00,\"1\n12:00,1\n";
    static const char open_header[] = "time,\"a\n00:00,1\n12:00,1\n";
    refused(nul, sizeof nul - 1, 3, "a cell holds a NUL byte; expected text");
    refused(nul_in_header, sizeof nul_in_header - 1, 1, "a cell holds a NUL byte; expected text");
    refused(open, sizeof open - 1, 2, "a quote is not closed in its row; expected a second \"");
    refused(open_header, sizeof open_header - 1, 1,
            "a quote is not closed in its row; expected a second \"");
}

static int read_again(lg_mem *mem, void *ctx)
{
    lg_diag diag;
    lg__csv *csv;
    lg_diag_init(&diag, lg_mem_system());
    lg_status status = lg__csv_read(mem, ctx, &diag, &csv);
    lg__csv_free(csv);
    lg_diag_fini(&diag);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    const char *path = fixture_write("x.csv", "t,a,b\n00:00,1,2\n12:00,1,2\n");
    assert_true(lg_sweep_allocations(read_again, (void *)path) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_times_and_units),
        cmocka_unit_test(epoch_seconds),
        cmocka_unit_test(a_decimal_comma),
        cmocka_unit_test(a_day_repeats),
        cmocka_unit_test(numbers),
        cmocka_unit_test(times),
        cmocka_unit_test(cells_that_are_not_whole_err),
        cmocka_unit_test(memory_may_run_out),
    };
    fixture_open();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_close();
    return failed;
}
