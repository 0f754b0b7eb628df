/* Whatever a name holds is text in a page: in elements, in attributes, in data inside a script. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>
#include "site/markup.h"
#include "support/failing_mem.h"

static void expect(void (*write)(lg_text *, const char *), const char *str, const char *shown)
{
    lg_text out;
    lg_text_init(&out, lg_mem_system());
    write(&out, str);
    assert_string_equal(lg_text_peek(&out), shown);
    lg_text_fini(&out);
}

static void text_is_never_markup(void **state)
{
    (void)state;
    expect(lg_markup_text, "<script>a & 'b' \"c\"</script>",
           "&lt;script&gt;a &amp; &#39;b&#39; &quot;c&quot;&lt;/script&gt;");
    expect(lg_markup_text,
           "W\xc3\xa4hringer Stra\xc3\x9f"
           "e",
           "W\xc3\xa4hringer Stra\xc3\x9f"
           "e");
    expect(lg_markup_text, "a\nb\tc", "a\nb c");
    /* bytes that are no UTF-8; an escape; a right-to-left override */
    expect(lg_markup_text, "x\xffy\xc3", "x\xef\xbf\xbdy\xef\xbf\xbd");
    expect(lg_markup_text, "x\x1b[1m", "x\xef\xbf\xbd[1m");
    expect(lg_markup_text, "x\xe2\x80\xaey", "x\xef\xbf\xbdy");
}

static void data_never_ends_its_script(void **state)
{
    (void)state;
    expect(lg_markup_json, "</script><!-- &", "\"\\u003c/script\\u003e\\u003c!-- \\u0026\"");
    expect(lg_markup_json, "a\"b\\", "\"a\\\"b\\\\\"");
}

static void numbers_have_no_negative_nothing(void **state)
{
    static const struct {
        double value;
        int decimals;
        bool sign;
        const char *cell;
    } rows[] = {
        {-0.004, 2, true, "<td class=\"n\">+0.00</td>"},
        {1.25, 1, false, "<td class=\"n\">1.3</td>"},
        {-1.2, 1, true, "<td class=\"n down\">-1.2</td>"},
        {3, 0, true, "<td class=\"n up\">+3</td>"},
        {NAN, 1, true, "<td class=\"n\">&#8211;</td>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lg_text out;
        lg_text_init(&out, lg_mem_system());
        lg_markup_number(&out, "n", rows[i].value, rows[i].decimals, rows[i].sign);
        assert_string_equal(lg_text_peek(&out), rows[i].cell);
        lg_text_fini(&out);
    }
}

static int page(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_text out;
    lg_text_init(&out, mem);
    lg_markup_begin(&out, "<a>", "../", NULL);
    lg_markup_table(&out, "t");
    lg_markup_head(&out, "w", "x", "EUR");
    lg_markup_json(&out, "</script>");
    lg_markup_table_end(&out);
    lg_markup_end(&out, "../", true);
    int result = out.failed ? 1 : strstr(lg_text_peek(&out), "<a>") ? 2 : 0;
    lg_text_fini(&out);
    return result;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(page, NULL) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_never_markup),
        cmocka_unit_test(data_never_ends_its_script),
        cmocka_unit_test(numbers_have_no_negative_nothing),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
