/* Answers are one line of JSON each, with commas where they belong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "control/reply.h"

static void fields_are_joined(void **state)
{
    (void)state;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    lg_reply_begin(&out, "7");
    lg_reply_int(&out, "slot", 12);
    lg_reply_key(&out, "agents");
    lg_text_str(&out, "[{");
    lg_reply_str(&out, "name", "Home \"1\"\n");
    lg_reply_double(&out, "rate", 0.1);
    lg_text_char(&out, '}');
    lg_text_char(&out, ']');
    lg_reply_bool(&out, "paused", false);
    lg_reply_end(&out);
    assert_string_equal(
        lg_text_peek(&out),
        "{\"id\":7,\"ok\":true,\"slot\":12,\"agents\":[{\"name\":\"Home \\\"1\\\"\\n\","
        "\"rate\":0.1}],\"paused\":false}");
    lg_text_clear(&out);
    lg_reply_event(&out, "\"f\"", "log");
    lg_reply_end(&out);
    assert_string_equal(lg_text_peek(&out), "{\"id\":\"f\",\"event\":\"log\"}");
    lg_text_fini(&out);
}

static void refusals_have_code_and_sentence(void **state)
{
    (void)state;
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    lg_reply_error(&out, "null", LG_CONTROL_NOT_FOUND, "there is no market \"X\"");
    assert_string_equal(lg_text_peek(&out),
                        "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":"
                        "\"there is no market \\\"X\\\"\"}}");
    lg_text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_joined),
        cmocka_unit_test(refusals_have_code_and_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
