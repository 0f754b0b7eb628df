/* Text of other people, printed without what could steer a terminal. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include "app/plain.h"

static void test_controls_are_shown(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    lg_plain_put("a\tb\n\033[2J\r\177é", stream);
    fclose(stream);
    assert_string_equal(text, "a\tb\n?[2J??é");
    free(text);
    stream = open_memstream(&text, &size);
    lg_plain_put("\xc2\x9b"
                 "31m \xc2\xa0 \xe2\x80\xae \xe2\x81\xa6 \xd8\x9c \xe2\x80\xa6",
                 stream);
    fclose(stream);
    assert_string_equal(text, "?31m \xc2\xa0 ? ? ? \xe2\x80\xa6");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_controls_are_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
