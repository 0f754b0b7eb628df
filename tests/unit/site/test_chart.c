/* A drawing has its lines where they belong, gaps where nothing is known, and the figures as data.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>
#include "site/chart.h"
#include "support/failing_mem.h"

static const int64_t at_ms[] = {0, 900000, 1800000, 2700000, 3600000};
static const double values[] = {0, 10, NAN, 10, 5};

static void draw(lg_text *out, const double *line, bool step)
{
    const lg_chart_line lines[] = {{"a <b>", line}};
    const lg_chart chart = {.title = "Prices",
                            .unit = "ct/kWh",
                            .about = "",
                            .at_ms = at_ms,
                            .count = 5,
                            .lines = lines,
                            .line_count = 1,
                            .step = step};
    lg_text_init(out, lg_mem_system());
    lg_chart_draw(out, &chart);
    assert_false(out->failed);
}

static void lines_and_gaps(void **state)
{
    (void)state;
    lg_text out;
    draw(&out, values, false);
    const char *text = lg_text_peek(&out);
    /* 52..708 wide, 18..230 high, from 0 to 10 */
    assert_non_null(strstr(text, "points=\"52.0,230.0 216.0,18.0 \""));
    assert_non_null(strstr(text, "points=\"544.0,18.0 708.0,124.0 \""));
    assert_non_null(strstr(text, "\"y\": [0,10,null,10,5]"));
    assert_non_null(strstr(text, "\"x\": [0,900,1800,2700,3600]"));
    assert_non_null(strstr(text, "a &lt;b&gt;"));
    assert_null(strstr(text, "<b>\""));
    lg_text_fini(&out);
}

static void steps(void **state)
{
    (void)state;
    lg_text out;
    draw(&out, values, true);
    assert_non_null(
        strstr(lg_text_peek(&out), "points=\"52.0,230.0 216.0,230.0 216.0,18.0 380.0,18.0 \""));
    lg_text_fini(&out);
}

static void nothing_to_draw(void **state)
{
    static const double none[] = {NAN, NAN, NAN, NAN, NAN};
    (void)state;
    lg_text out;
    draw(&out, none, false);
    assert_int_equal(out.length, 0);
    lg_text_fini(&out);
}

static void one_value_alone(void **state)
{
    static const double flat[] = {3, 3, 3, 3, 3};
    (void)state;
    lg_text out;
    draw(&out, flat, false);
    assert_non_null(strstr(lg_text_peek(&out), "52.0,124.0 216.0,124.0"));
    assert_null(strstr(lg_text_peek(&out), "nan"));
    lg_text_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_gaps),
        cmocka_unit_test(steps),
        cmocka_unit_test(nothing_to_draw),
        cmocka_unit_test(one_value_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
