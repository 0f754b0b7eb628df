/* A pace is read as people write it, and nothing else is taken for one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "app/pace.h"

static void paces_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t simulated_ms, real_ms;
        const char *shown;
    } cases[] = {
        {"15m=10s", 900000, 10000, "15m=10s"},
        {"1h=500ms", 3600000, 500, "1h=500ms"},
        {"1.5h=1s", 5400000, 1000, "90m=1s"},
        {"1d=0.001s", 86400000, 1, "1d=1ms"},
        {"1s=1s", 1000, 1000, "real"},
        {"real", 1000, 1000, "real"},
        {"1x", 1000, 1000, "real"},
        {"60x", 60000, 1000, "1m=1s"},
        {"0.5x", 500, 1000, "500ms=1s"},
        {"full", 0, 0, "full"},
        {"36600d=36600d", 36600 * INT64_C(86400000), 36600 * INT64_C(86400000), "real"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_pace pace = {7, 7};
        lg_err err = {.text = ""};
        lg_text text;
        assert_int_equal(lg_pace_read(cases[i].text, &pace, &err), LG_OK);
        assert_true(pace.simulated_ms == cases[i].simulated_ms);
        assert_true(pace.real_ms == cases[i].real_ms);
        lg_text_init(&text, lg_mem_system());
        lg_pace_text(&text, pace);
        assert_string_equal(lg_text_peek(&text), cases[i].shown);
        lg_text_fini(&text);
    }
}

static void nonsense_is_refused_with_what_was_expected_err(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "fast",
        "10s",
        "15m=",
        "=10s",
        "15m=10",
        "15=10s",
        "x",
        "-1x",
        "0x",
        "0.0001x",
        "15m=0s",
        "0m=10s",
        "-15m=10s",
        "15m=-1s",
        "15M=10s",
        "15m = 10s",
        "15m=10s ",
        "15m==1s",
        "15m=10s=2s",
        "1e3x",
        "infx",
        "nanx",
        "15m=0.1ms",
        "36601d=1s",
        "1s=36601d",
        "9999999999999999s=1s",
        "1.x",
        ".5x",
        "1,5x",
        "15min=10sec",
        "realtime",
        "60X",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_pace pace = {7, 7};
        lg_err err = {.text = ""};
        assert_int_equal(lg_pace_read(cases[i], &pace, &err), LG_INVALID);
        assert_non_null(strstr(err.text, "a pace is 15m=10s"));
        assert_true(pace.simulated_ms == 7 && pace.real_ms == 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paces_are_read_and_written),
        cmocka_unit_test(nonsense_is_refused_with_what_was_expected_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
