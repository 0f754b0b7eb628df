/* What a request is, and the sentence for everything that is none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include "control/request.h"
#include "support/failing_mem.h"

static lg_status read_text(const char *text, lg_request *request, lg_request_fault *fault)
{
    return lg_request_read(lg_mem_system(), text, strlen(text), request, fault);
}

static void requests_are_read(void **state)
{
    (void)state;
    lg_request r;
    lg_request_fault fault;
    assert_int_equal(read_text("{\"command\":\"status\"}", &r, &fault), LG_OK);
    assert_int_equal(r.kind, LG_CONTROL_STATUS);
    assert_string_equal(r.id, "null");
    lg_request_fini(&r);

    assert_int_equal(read_text(" {\"slots\": 3, \"id\": 17, \"command\": \"step\"} ", &r, &fault),
                     LG_OK);
    assert_int_equal(r.kind, LG_CONTROL_STEP);
    assert_string_equal(r.id, "17");
    assert_true(r.values[LG_CONTROL_STEP_SLOTS].given);
    assert_false(r.values[LG_CONTROL_STEP_TICKS].given);
    assert_true(r.values[LG_CONTROL_STEP_SLOTS].number == 3);
    lg_request_fini(&r);

    assert_int_equal(
        read_text("{\"command\":\"set-fee\",\"market\":\"Stra\\u00dfe\",\"fee\":-1.5e0,"
                  "\"unit\":\"%\",\"id\":\"a\\\"b\\u0001\"}",
                  &r, &fault),
        LG_OK);
    assert_string_equal(r.values[LG_CONTROL_SET_FEE_MARKET].text, "Straße");
    assert_true(r.values[LG_CONTROL_SET_FEE_FEE].number == -1.5);
    assert_string_equal(r.id, "\"a\\\"b\\u0001\"");
    lg_request_fini(&r);

    assert_int_equal(read_text("{\"command\":\"log\",\"follow\":true,\"id\":-0}", &r, &fault),
                     LG_OK);
    assert_true(r.values[LG_CONTROL_LOG_FOLLOW].on);
    assert_string_equal(r.id, "0");
    lg_request_fini(&r);
}

static void tokens_and_scripts_are_read(void **state)
{
    (void)state;
    lg_request r;
    lg_request_fault fault;
    const char *name, *text;
    assert_int_equal(read_text("{\"command\":\"upload\",\"token\":\"t0\",\"text\":\"return {}\","
                               "\"modules\":{\"a\":\"A\",\"b\":\"\"}}",
                               &r, &fault),
                     LG_OK);
    assert_string_equal(r.token, "t0");
    assert_string_equal(r.values[LG_CONTROL_UPLOAD_TEXT].text, "return {}");
    const lg_control_value *modules = &r.values[LG_CONTROL_UPLOAD_MODULES];
    assert_true(lg_control_source(modules, 1, &name, &text));
    assert_string_equal(name, "b");
    assert_string_equal(text, "");
    assert_false(lg_control_source(modules, 2, &name, &text));
    assert_false(lg_control_source(&r.values[LG_CONTROL_UPLOAD_TEXT], 0, &name, &text));
    lg_request_fini(&r);
    static const char *const wrong[] = {
        "{\"command\":\"upload\",\"text\":\"x\",\"modules\":[]}",
        "{\"command\":\"upload\",\"text\":\"x\",\"modules\":{\"a\":1}}",
        "{\"command\":\"upload\",\"text\":\"x\",\"modules\":{\"a\":\"1\",\"a\":\"2\"}}",
        "{\"command\":\"status\",\"token\":5}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_text(wrong[i], &r, &fault), LG_INVALID);
        assert_int_equal(fault.code, LG_CONTROL_BAD_REQUEST);
        lg_request_fini(&r);
    }
    assert_int_equal(lg_control_rows[LG_CONTROL_STATUS].right, LG_CONTROL_OWNER);
    assert_int_equal(lg_control_rows[LG_CONTROL_STOP].right, LG_CONTROL_ORGANISER);
}

static void what_is_no_request_is_told_err(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        lg_control_code code;
        const char *message, *id;
    } cases[] = {
        {"", LG_CONTROL_BAD_JSON, "expected a value, but the text ends", "null"},
        {"hello", LG_CONTROL_BAD_JSON, "expected a value", "null"},
        {"\xff\xfe", LG_CONTROL_BAD_JSON, "expected a value", "null"},
        {"{\"command\":\"\xc0\x80\"}", LG_CONTROL_BAD_JSON, "a text is not valid UTF-8", "null"},
        {"{\"command\":\"status\"} x", LG_CONTROL_BAD_JSON,
         "something follows behind the end of the JSON value", "null"},
        {"{\"command\":\"stat\\u0000us\"}", LG_CONTROL_BAD_JSON, "a text holds \\u0000", "null"},
        {"{\"command\":\"step\",\"ticks\":01}", LG_CONTROL_BAD_JSON, "a number has a leading zero",
         "null"},
        {"{\"command\":\"step\"", LG_CONTROL_BAD_JSON, "} is missing at the end", "null"},
        {"[]", LG_CONTROL_BAD_REQUEST,
         "a request is an object, like {\"id\": 1, \"command\": \"status\"}", "null"},
        {"null", LG_CONTROL_BAD_REQUEST,
         "a request is an object, like {\"id\": 1, \"command\": \"status\"}", "null"},
        {"{}", LG_CONTROL_BAD_REQUEST, "\"command\" is missing", "null"},
        {"{\"id\":5}", LG_CONTROL_BAD_REQUEST, "\"command\" is missing", "5"},
        {"{\"id\":5,\"command\":7}", LG_CONTROL_BAD_REQUEST, "\"command\" must be a text", "5"},
        {"{\"Command\":\"status\"}", LG_CONTROL_BAD_REQUEST, "\"command\" is missing", "null"},
        {"{\"id\":5,\"command\":\"statsu\"}", LG_CONTROL_UNKNOWN_COMMAND,
         "there is no command \"statsu\"; did you mean \"status\"?", "5"},
        {"{\"command\":\"run a very long thing that nobody has ever heard of before, not even once"
         "\"}",
         LG_CONTROL_UNKNOWN_COMMAND,
         "there is no command \"run a very long thing that nobody has ever heard of before, \"",
         "null"},
        {"{\"command\":\"x\\n\\u001b[31m\"}", LG_CONTROL_UNKNOWN_COMMAND,
         "there is no command \"x  [31m\"", "null"},
        {"{\"id\":{},\"command\":\"status\"}", LG_CONTROL_BAD_REQUEST,
         "\"id\" is a text of at most 60 bytes or a whole number up to 2^53", "null"},
        {"{\"id\":1.5,\"command\":\"status\"}", LG_CONTROL_BAD_REQUEST,
         "\"id\" is a text of at most 60 bytes or a whole number up to 2^53", "null"},
        {"{\"id\":1e999,\"command\":\"status\"}", LG_CONTROL_BAD_REQUEST,
         "\"id\" is a text of at most 60 bytes or a whole number up to 2^53", "null"},
        {"{\"id\":9007199254740993000,\"command\":\"status\"}", LG_CONTROL_BAD_REQUEST,
         "\"id\" is a text of at most 60 bytes or a whole number up to 2^53", "null"},
        {"{\"id\":1,\"command\":\"status\",\"id\":2}", LG_CONTROL_BAD_REQUEST,
         "the key \"id\" stands there twice", "null"},
        {"{\"id\":1,\"command\":\"status\",\"ticks\":2}", LG_CONTROL_BAD_REQUEST,
         "status takes no \"ticks\"", "1"},
        {"{\"id\":1,\"command\":\"step\",\"tick\":2}", LG_CONTROL_BAD_REQUEST,
         "step takes no \"tick\"; did you mean \"ticks\"?", "1"},
        {"{\"command\":\"log\",\"lines\":1001}", LG_CONTROL_BAD_REQUEST,
         "\"lines\" of log is a whole number from 1 to 1000", "null"},
        {"{\"command\":\"step\",\"ticks\":0}", LG_CONTROL_BAD_REQUEST,
         "\"ticks\" of step is a whole number from 1 to 10000000", "null"},
        {"{\"command\":\"step\",\"ticks\":10000001}", LG_CONTROL_BAD_REQUEST,
         "\"ticks\" of step is a whole number from 1 to 10000000", "null"},
        {"{\"command\":\"step\",\"ticks\":\"2\"}", LG_CONTROL_BAD_REQUEST,
         "\"ticks\" of step is a whole number from 1 to 10000000", "null"},
        {"{\"command\":\"step\",\"ticks\":1e999}", LG_CONTROL_BAD_REQUEST,
         "\"ticks\" of step is a whole number from 1 to 10000000", "null"},
        {"{\"command\":\"set-fee\",\"market\":\"a\",\"fee\":1e999}", LG_CONTROL_BAD_REQUEST,
         "\"fee\" of set-fee is a number", "null"},
        {"{\"command\":\"set-fee\",\"market\":\"\",\"fee\":1}", LG_CONTROL_BAD_REQUEST,
         "\"market\" of set-fee is a text that is not empty, of at most 16384 bytes", "null"},
        {"{\"command\":\"set-fee\",\"market\":[[[]]],\"fee\":1}", LG_CONTROL_BAD_REQUEST,
         "\"market\" of set-fee is a text that is not empty, of at most 16384 bytes", "null"},
        {"{\"command\":\"set-fee\",\"market\":\"a\"}", LG_CONTROL_BAD_REQUEST,
         "set-fee needs \"fee\": a number", "null"},
        {"{\"command\":\"log\",\"follow\":1}", LG_CONTROL_BAD_REQUEST,
         "\"follow\" of log is true or false", "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_request r;
        lg_request_fault fault;
        assert_int_equal(read_text(cases[i].text, &r, &fault), LG_INVALID);
        assert_string_equal(fault.message, cases[i].message);
        assert_string_equal(lg_control_codes[fault.code], lg_control_codes[cases[i].code]);
        assert_string_equal(r.id, cases[i].id);
        lg_request_fini(&r);
    }
}

static void deep_wide_and_cut_err(void **state)
{
    (void)state;
    lg_request r;
    lg_request_fault fault;
    char *deep = malloc(65536);
    memset(deep, '[', 65535);
    deep[65535] = 0;
    assert_int_equal(read_text(deep, &r, &fault), LG_INVALID);
    assert_string_equal(fault.message, "values are nested too deep");
    lg_request_fini(&r);
    free(deep);
    assert_int_equal(
        read_text("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
                  "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1}",
                  &r, &fault),
        LG_INVALID);
    assert_string_equal(fault.message, "a request has at most 16 keys");
    lg_request_fini(&r);
    /* a NUL in the middle of the line */
    assert_int_equal(lg_request_read(lg_mem_system(), "{\"command\":\0\"status\"}", 21, &r, &fault),
                     LG_INVALID);
    assert_int_equal(fault.code, LG_CONTROL_BAD_JSON);
    lg_request_fini(&r);
}

static int read_again(lg_mem *mem, void *ctx)
{
    lg_request r;
    lg_request_fault fault;
    const char *text = "{\"id\":\"some text\",\"command\":\"log\",\"lines\":5,\"follow\":false}";
    (void)ctx;
    lg_status status = lg_request_read(mem, text, strlen(text), &r, &fault);
    lg_request_fini(&r);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void memory_err(void **state)
{
    (void)state;
    lg_sweep_allocations(read_again, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_read),
        cmocka_unit_test(tokens_and_scripts_are_read),
        cmocka_unit_test(what_is_no_request_is_told_err),
        cmocka_unit_test(deep_wide_and_cut_err),
        cmocka_unit_test(memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
