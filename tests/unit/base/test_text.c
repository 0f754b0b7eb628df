/* Text under construction: numbers in their shortest exact form, JSON and CSV escapes, near misses.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/failing_mem.h"

static lg_text text;

static int setup(void **state)
{
    (void)state;
    lg_text_init(&text, lg_mem_system());
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    lg_text_fini(&text);
    return 0;
}

/* Compares what has been written and starts anew. */
static void expect(const char *expected)
{
    assert_false(text.failed);
    assert_string_equal(lg_text_peek(&text), expected);
    assert_int_equal(text.length, strlen(expected));
    lg_text_clear(&text);
}

static void pieces(void **state)
{
    (void)state;
    expect("");
    lg_text_str(&text, "slot ");
    lg_text_int(&text, 42);
    lg_text_char(&text, ':');
    lg_text_format(&text, " %s, %d %%", "done", 100);
    lg_text_bytes(&text, "!?", 1);
    expect("slot 42: done, 100 %!");
    expect("");
    for (int i = 0; i < 1000; i++)
        lg_text_str(&text, "0123456789");
    assert_int_equal(text.length, 10000);
    assert_int_equal(lg_text_peek(&text)[9999], '9');
    lg_text_format(&text, "%05000d", 7);
    assert_int_equal(text.length, 15000);
}

static void integers(void **state)
{
    (void)state;
    lg_text_int(&text, 0);
    expect("0");
    lg_text_int(&text, -1);
    expect("-1");
    lg_text_int(&text, INT64_MAX);
    expect("9223372036854775807");
    lg_text_int(&text, INT64_MIN);
    expect("-9223372036854775808");
}

static void fixed_point(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        int decimals;
        const char *text;
    } rows[] = {
        {1500000, 6, "1.5"},
        {-5, 1, "-0.5"},
        {0, 6, "0"},
        {0, 0, "0"},
        {1000000, 6, "1"},
        {1, 6, "0.000001"},
        {-1, 9, "-0.000000001"},
        {120, 1, "12"},
        {1234567890, 9, "1.23456789"},
        {100, 0, "100"},
        {-30000000, 6, "-30"},
        {INT64_MIN, 9, "-9223372036.854775808"},
        {INT64_MAX, 18, "9.223372036854775807"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_text_fixed(&text, rows[i].value, rows[i].decimals);
        expect(rows[i].text);
    }
}

static void doubles(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"},
        {1.0, "1"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3.0, "0.3333333333333333"},
        {1e21, "1e+21"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_text_double(&text, rows[i].value);
        assert_true(strtod(lg_text_peek(&text), NULL) == rows[i].value);
        expect(rows[i].text);
    }
    lg_text_double(&text, (double)NAN);
    expect("null");
    lg_text_double(&text, -(double)INFINITY);
    expect("null");
}

static void json(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *text;
    } rows[] = {
        {"", "\"\""},
        {"Home 1", "\"Home 1\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"line\nnext\ttab\x01", "\"line\\nnext\\u0009tab\\u0001\""},
        {"M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x8b",
         "\"M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x8b\""},
        {"\xff", "\"\xef\xbf\xbd\""},                                 /* no lead byte */
        {"\xc3", "\"\xef\xbf\xbd\""},                                 /* cut short */
        {"\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* overlong */
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* half a surrogate pair */
        {"\xf4\x90\x80\x80x",
         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\""}, /* past U+10FFFF */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_text_json(&text, rows[i].raw);
        expect(rows[i].text);
    }
}

static void csv(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *text;
    } rows[] = {
        {"", ""},
        {"Home 1", "Home 1"},
        {"a,b", "\"a,b\""},
        {"a;b", "\"a;b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\nlines\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lg_text_csv(&text, rows[i].raw);
        expect(rows[i].text);
    }
}

static void near_misses(void **state)
{
    (void)state;
    static const char *const words[] = {"capacity_kWh", "battery_size", "load",
                                        "pv",           "storage",      "slots"};
    static const struct {
        const char *word;
        int index;
    } rows[] = {
        {"capacity_kwh", 0}, {"capacity", 0},     {"batery_size", 1}, {"laod", 2},
        {"lod", 2},          {"pf", 3},           {"storrage", 4},    {"slot", 5},
        {"load", 2},         {"temperature", -1}, {"x", -1},          {"", -1},
        {"abcd", -1},        {"dey", -1},         {"load_kWh", 2},    {"slots_", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(lg_text_nearest(rows[i].word, words, 6), rows[i].index);
    assert_int_equal(lg_text_nearest("load", words, 0), -1);
}

static void near_miss_takes_the_first_of_equals(void **state)
{
    (void)state;
    static const char *const words[] = {"rate_b", "rate_c"};
    assert_int_equal(lg_text_nearest("rate_a", words, 2), 0);
}

static void near_miss_of_a_very_long_word(void **state)
{
    (void)state;
    char word[500];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = 0;
    const char *words[] = {word, "b"};
    assert_int_equal(lg_text_nearest(word, words, 2), 0);
}

static int build(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_text built;
    lg_text_init(&built, mem);
    for (int i = 0; i < 50; i++) {
        lg_text_json(&built, "a name");
        lg_text_format(&built, ", %d ", i);
        lg_text_double(&built, i / 7.0);
        lg_text_csv(&built, "a,b");
    }
    int failed = built.failed;
    lg_text_clear(&built);
    assert_false(built.failed);
    lg_text_fini(&built);
    return failed;
}

static void sweep(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(build, NULL) > 3);
}

static const char *slug_of(const char *name)
{
    static char slug[64];
    size_t used = 0;
    int c;
    for (; (c = lg_text_slug_next(&name, used > 0)) && used + 1 < sizeof slug;)
        slug[used++] = (char)c;
    slug[used] = 0;
    return slug;
}

static void test_slug(void **state)
{
    (void)state;
    assert_string_equal(slug_of("Home 1"), "home-1");
    assert_string_equal(slug_of("home-1"), "home-1");
    assert_string_equal(slug_of(" (Home)  - 12.3! "), "home-12-3");
    assert_string_equal(slug_of("Zürich"), "zürich");
    assert_string_equal(slug_of("__"), "");
    assert_string_equal(slug_of(""), "");
}

static void clean_keeps_lines(void **state)
{
    char mixed[] = "a\xff\tb\r\n\xe2\x80\xae\xf0\x9f\x98";
    (void)state;
    lg_text_clean_lines(mixed);
    assert_string_equal(mixed, "a?\tb \n   ???");
}

static void clean_makes_one_line(void **state)
{
    (void)state;
    char mixed[] = "a\nb\t\x1b[2J\x7f \xc3\xa9 \xff\xc3 \xe2\x82\xac \xed\xa0\x80";
    lg_text_clean(mixed);
    assert_string_equal(mixed, "a b  [2J  \xc3\xa9 ?? \xe2\x82\xac ???");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slug),
        cmocka_unit_test(clean_makes_one_line),
        cmocka_unit_test(clean_keeps_lines),
        cmocka_unit_test_setup_teardown(pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(integers, setup, teardown),
        cmocka_unit_test_setup_teardown(fixed_point, setup, teardown),
        cmocka_unit_test_setup_teardown(doubles, setup, teardown),
        cmocka_unit_test_setup_teardown(json, setup, teardown),
        cmocka_unit_test_setup_teardown(csv, setup, teardown),
        cmocka_unit_test(near_misses),
        cmocka_unit_test(near_miss_takes_the_first_of_equals),
        cmocka_unit_test(near_miss_of_a_very_long_word),
        cmocka_unit_test(sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
