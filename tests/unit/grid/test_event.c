/* Every kind of event has its word. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "grid/event.h"

static void words(void **state)
{
    (void)state;
    assert_string_equal(lg_event_word(LG_EVENT_DISABLE), "disable");
    assert_string_equal(lg_event_word(LG_EVENT_CONNECT), "connect");
    assert_string_equal(lg_event_word(LG_EVENT_CHANGE), "change");
    assert_string_equal(lg_event_word(LG_EVENT_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
