/* A body becomes a tree that keeps the spelling of numbers; what can be read in two ways does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/json.h"
#include "support/failing_mem.h"

static const lg_json_limits limits = LG_JSON_BODY_LIMITS;

static lg_status read_text(lg_arena *arena, const char *text, lg_err *err, const lg_json **out)
{
    return lg_json_read(arena, text, strlen(text), &limits, err, out);
}

static void numbers_keep_their_spelling(void **state)
{
    lg_arena arena;
    lg_err err;
    const lg_json *body;
    (void)state;
    lg_arena_init(&arena, lg_mem_system(), 1024);
    assert_int_equal(
        read_text(&arena, " {\"a\" : [0.170, 1.0 ,-5e3], \"b\":{\"c\":null}} ", &err, &body),
        LG_OK);
    const lg_json *list = lg_json_at(body, "a");
    assert_int_equal(list->count, 3);
    assert_string_equal(list->first->text, "0.170");
    assert_string_equal(list->first->next->text, "1.0");
    assert_string_equal(list->first->next->next->text, "-5e3");
    assert_int_equal(lg_json_at(lg_json_at(body, "b"), "c")->kind, LG_JSON_NULL);
    assert_memory_equal(lg_json_at(body, "b")->raw, "{\"c\":null}", 10);
    assert_int_equal(lg_json_at(body, "b")->raw_size, 10);
    assert_null(lg_json_at(body, "B"));
    assert_null(lg_json_at(list, "a"));
    lg_arena_drop(&arena);
}

static void strings_lose_their_escapes(void **state)
{
    lg_arena arena;
    lg_err err;
    const lg_json *body;
    (void)state;
    lg_arena_init(&arena, lg_mem_system(), 1024);
    assert_int_equal(
        read_text(&arena, "\"a\\\"\\\\\\/\\n\\u00e9\\u20ac\\ud83d\\ude00\"", &err, &body), LG_OK);
    assert_string_equal(body->text, "a\"\\/\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    lg_arena_drop(&arena);
}

static void what_is_refused_err(void **state)
{
    static const char *const cases[][2] = {
        {"", "the text ends"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "\"a\" is there twice"},
        {"{\"a\":1,\"\\u0061\":3}", "\"a\" is there twice"},
        {"{\"a\":01}", "leading zero"},
        {"[1] 2", "something follows"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "nested deeper"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_arena arena;
        lg_err err;
        const lg_json *body;
        lg_arena_init(&arena, lg_mem_system(), 1024);
        assert_int_equal(read_text(&arena, cases[i][0], &err, &body), LG_INVALID);
        assert_non_null(strstr(err.text, cases[i][1]));
        assert_null(body);
        lg_arena_drop(&arena);
    }
}

static void limits_hold_err(void **state)
{
    const lg_json_limits small = {.depth = 2, .values = 3, .string_bytes = 4, .key_bytes = 2};
    static const char *const cases[] = {"[1,2,3]", "[\"12345\"]", "{\"abc\":1}", "[[[]]]"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_arena arena;
        lg_err err;
        const lg_json *body;
        lg_arena_init(&arena, lg_mem_system(), 1024);
        assert_int_equal(lg_json_read(&arena, cases[i], strlen(cases[i]), &small, &err, &body),
                         LG_INVALID);
        lg_arena_drop(&arena);
    }
}

static int read_once(lg_mem *mem, void *ctx)
{
    static const char text[] = "{\"a\":[1,2,{\"b\":\"c\"}],\"d\":\"e\"}";
    lg_arena arena;
    lg_err err;
    const lg_json *body;
    (void)ctx;
    lg_arena_init(&arena, mem, 64);
    lg_status status = lg_json_read(&arena, text, sizeof text - 1, &limits, &err, &body);
    lg_arena_drop(&arena);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(read_once, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_their_spelling), cmocka_unit_test(strings_lose_their_escapes),
        cmocka_unit_test(what_is_refused_err),         cmocka_unit_test(limits_hold_err),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
