/* What the scan accepts is plain JSON; each of cJSON's liberties is refused with a sentence. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/json_scan.h"
#include "support/failing_mem.h"

static lg_status scan(const char *text, lg_json_lines *lines)
{
    return lg_json_scan(lg_mem_system(), text, strlen(text), lines);
}

static void plain_json_passes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0",
        "-0",
        "10.5e-3",
        "\"\"",
        "[]",
        "{}",
        "true",
        "false",
        "null",
        " [1, 2] \n",
        "{\"a\": {\"b\": [[], {}]}}",
        "\"\\ud83d\\ude00 \xc3\xa9 \xf0\x9f\x98\x80 \\\\ \\/ \\n\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lg_json_lines lines;
        assert_int_equal(scan(texts[i], &lines), LG_OK);
        lg_json_lines_fini(&lines);
    }
}

static void every_value_has_its_line(void **state)
{
    (void)state;
    lg_json_lines lines;
    assert_int_equal(scan("{\n\"a\": 1,\n\"b\": [\n2,\n3]\n, \"c\":\n\"x\"}", &lines), LG_OK);
    static const uint32_t expected[] = {1, 2, 3, 4, 5, 7};
    assert_int_equal(lines.count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(lines.lines[i], expected[i]);
    lg_json_lines_fini(&lines);
}

static void what_is_not_json_err(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
        int line, column; /* 0: not looked at */
    } cases[] = {
        {"", "expected a value, but the text ends", 1, 0},
        {"\xef\xbb\xbf{}", "the text starts with a byte order mark", 1, 0},
        {"01", "a number has a leading zero", 1, 0},
        {"1.", "a number is not written as JSON has it (digits are missing)", 1, 0},
        {"[-]", "a number is not written as JSON has it (digits are missing)", 1, 0},
        {"1e", "a number is not written as JSON has it (digits are missing)", 1, 0},
        {"+1", "expected a value", 1, 0},
        {"NaN", "expected a value", 1, 0},
        {"nul", "expected a value", 1, 0},
        {"{\n'a': 1}", "expected a key in double quotes", 2, 1},
        {"{\n  \"a\": 1,\n  \"äöü\": 2,, \"b\": 3}", "expected a key in double quotes", 3, 12},
        {"{\"a\" 1}", "expected : behind a key", 1, 0},
        {"[1,]", "expected a value", 1, 4},
        {"[1 2]", "expected , or ] in a list", 1, 4},
        {"{\"a\":1 \"b\":2}", "expected , or } in a table", 1, 0},
        {"[1", "] is missing at the end", 1, 0},
        {"{\"a\":1", "} is missing at the end", 1, 0},
        {"[1]]", "something follows behind the end of the JSON value", 1, 0},
        {"\"a", "a text is not closed", 1, 0},
        {"\"a\nb\"", "a text is not closed on its line, or holds a control character", 1, 0},
        {"\"\\x\"", "a text has an escape that JSON does not know", 1, 0},
        {"\"\\u12\"", "a text has \\u without four hexadecimal digits", 1, 0},
        {"\"\\u0000\"", "a text holds \\u0000", 1, 0},
        {"\"\\ud800\"", "a text holds half of a surrogate pair", 1, 0},
        {"\"\\udc00\"", "a text holds half of a surrogate pair", 1, 0},
        {"\"\xff\"", "a text is not valid UTF-8", 1, 0},
        {"\"\xc0\x80\"", "a text is not valid UTF-8", 1, 0},
        {"\"\xed\xa0\x80\"", "a text is not valid UTF-8", 1, 0},
        {"\"\xe2\x82\"", "a text is not valid UTF-8", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_json_lines lines;
        assert_int_equal(scan(cases[i].text, &lines), LG_INVALID);
        assert_string_equal(lines.problem, cases[i].problem);
        assert_int_equal(lines.problem_line, cases[i].line);
        if (cases[i].column)
            assert_int_equal(lines.problem_column, cases[i].column);
        lg_json_lines_fini(&lines);
    }
}

static void depth_has_a_limit_err(void **state)
{
    (void)state;
    char text[2 * LG_JSON_DEPTH_MAX + 3];
    for (int depth = LG_JSON_DEPTH_MAX; depth <= LG_JSON_DEPTH_MAX + 1; depth++) {
        lg_json_lines lines;
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = 0;
        assert_int_equal(scan(text, &lines), depth == LG_JSON_DEPTH_MAX ? LG_OK : LG_INVALID);
        lg_json_lines_fini(&lines);
    }
}

static int scan_again(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_json_lines lines;
    const char *text = "[1, 2, 3, 4, 5, 6, 7, 8, 9]";
    lg_status status = lg_json_scan(mem, text, strlen(text), &lines);
    lg_json_lines_fini(&lines);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(scan_again, NULL) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_json_passes),    cmocka_unit_test(every_value_has_its_line),
        cmocka_unit_test(what_is_not_json_err), cmocka_unit_test(depth_has_a_limit_err),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
