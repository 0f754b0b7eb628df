/* The words of `lunagrid ctl` become requests that a host reads, or a sentence about what was
 * expected. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/ctl_ask.h"

static lg_status ask(const char *const words[4], lg_text *out, lg_err *err)
{
    lg_control_kind kind;
    lg_args args = {0};
    for (int i = 0; i < 4 && words[i]; i++)
        args.operands[args.operand_count++] = words[i];
    return lg_ctl_ask(&args, out, &kind, err);
}

static void words_become_requests(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        const char *request;
    } cases[] = {
        {{"status"}, "{\"id\":1,\"command\":\"status\"}\n"},
        {{"step"}, "{\"id\":1,\"command\":\"step\",\"ticks\":1}\n"},
        {{"step", "5"}, "{\"id\":1,\"command\":\"step\",\"ticks\":5}\n"},
        {{"step", "slot"}, "{\"id\":1,\"command\":\"step\",\"slots\":1}\n"},
        {{"step", "2", "slots"}, "{\"id\":1,\"command\":\"step\",\"slots\":2}\n"},
        {{"stop"}, "{\"id\":1,\"command\":\"stop\"}\n"},
        {{"stop", "tick"}, "{\"id\":1,\"command\":\"stop\",\"after\":\"tick\"}\n"},
        {{"pace", "15m=10s"}, "{\"id\":1,\"command\":\"pace\",\"pace\":\"15m=10s\"}\n"},
        {{"set-fee", "Main \"St\"", "4.5"},
         "{\"id\":1,\"command\":\"set-fee\",\"market\":\"Main \\\"St\\\"\",\"fee\":4.5}\n"},
        {{"set-fee", "A", "4 ct/kWh"},
         "{\"id\":1,\"command\":\"set-fee\",\"market\":\"A\",\"fee\":4,\"unit\":\"ct/kWh\"}\n"},
        {{"set-fee", "A", "5%"},
         "{\"id\":1,\"command\":\"set-fee\",\"market\":\"A\",\"fee\":5,\"unit\":\"%\"}\n"},
        {{"eval", "1 + 1"}, "{\"id\":1,\"command\":\"eval\",\"expression\":\"1 + 1\"}\n"},
        {{"reload"}, "{\"id\":1,\"command\":\"reload\"}\n"},
        {{"reload", "Home 1"}, "{\"id\":1,\"command\":\"reload\",\"seat\":\"Home 1\"}\n"},
        {{"log"}, "{\"id\":1,\"command\":\"log\"}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_err err = {.text = ""};
        lg_text out;
        lg_request request;
        lg_request_fault fault;
        lg_text_init(&out, lg_mem_system());
        assert_int_equal(ask(cases[i].words, &out, &err), LG_OK);
        assert_string_equal(lg_text_peek(&out), cases[i].request);
        out.data[out.length - 1] = 0; /* its line end */
        assert_int_equal(
            lg_request_read(lg_mem_system(), out.data, out.length - 1, &request, &fault), LG_OK);
        assert_string_equal(lg_control_rows[request.kind].name, cases[i].words[0]);
        lg_request_fini(&request);
        lg_text_fini(&out);
    }
}

static void what_is_no_command_is_told_err(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        const char *sentence;
    } cases[] = {
        {{"statsu"}, "ctl knows no \"statsu\"; did you mean \"status\"?"},
        {{"status", "now"}, "ctl status takes no words: "},
        {{"step", "two"}, "ctl step takes [N ticks|slots]: "},
        {{"step", "2", "miles"}, "ctl step takes "},
        {{"step", "slots", "2"}, "ctl step takes "},
        {{"stop", "a", "b"}, "ctl stop takes "},
        {{"pace"}, "ctl pace takes PACE: "},
        {{"set-fee", "A"}, "ctl set-fee takes MARKET FEE: "},
        {{"set-fee", "A", "cheap"}, "ctl set-fee takes "},
        {{"set-fee", "A", "4 EUR"}, "ctl set-fee takes "},
        {{"set-fee", "A", "inf"}, "ctl set-fee takes "},
        {{"set-fee", "A", "nan"}, "ctl set-fee takes "},
        {{"set-fee", "A", "0x10"}, "ctl set-fee takes "},
        {{"eval"}, "ctl eval takes EXPRESSION: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_err err = {.text = ""};
        lg_text out;
        lg_text_init(&out, lg_mem_system());
        assert_int_equal(ask(cases[i].words, &out, &err), LG_INVALID);
        assert_ptr_equal(strstr(err.text, cases[i].sentence), err.text);
        lg_text_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_requests),
        cmocka_unit_test(what_is_no_command_is_told_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
