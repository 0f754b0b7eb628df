/* The last lines are kept, the oldest go first, and none of them can break the JSON around it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/recent.h"
#include "base/json_scan.h"

static const char *add(lg_recent *recent, const char *message)
{
    const lg_note note = {"print", "Home 1", message, 3, 2};
    return lg_recent_add(recent, &note);
}

static void a_line_is_json(void **state)
{
    (void)state;
    lg_recent recent = {.mem = lg_mem_system()};
    lg_text list;
    lg_text_init(&list, lg_mem_system());
    assert_string_equal(add(&recent, "one \"word\"\nand another\n"),
                        "{\"number\":0,\"slot\":3,\"tick\":2,\"kind\":\"print\",\"who\":\"Home 1\","
                        "\"message\":\"one \\\"word\\\"\\nand another\"}");
    add(&recent, "two");
    lg_recent_list(&recent, 1, NULL, NULL, &list);
    assert_string_equal(
        lg_text_peek(&list),
        "[{\"number\":1,\"slot\":3,\"tick\":2,\"kind\":\"print\",\"who\":\"Home 1\","
        "\"message\":\"two\"}]");
    lg_text_fini(&list);
    lg_recent_fini(&recent);
}

static void the_oldest_go_first(void **state)
{
    (void)state;
    lg_recent recent = {.mem = lg_mem_system()};
    char message[64];
    for (int i = 0; i < 2500; i++) {
        snprintf(message, sizeof message, "line %d", i);
        assert_non_null(add(&recent, message));
    }
    assert_int_equal(recent.end, 2500);
    assert_int_equal(recent.end - recent.first, LG_RECENT_LINES);
    char *large = calloc(1, 100000);
    memset(large, '\x01', 99999); /* each byte becomes six */
    for (int i = 0; i < 50; i++)
        add(&recent, large);
    assert_true(recent.bytes <= LG_RECENT_BYTES + 30000);
    lg_text list;
    lg_json_lines lines;
    lg_text_init(&list, lg_mem_system());
    lg_recent_list(&recent, 1000, NULL, NULL, &list);
    assert_int_equal(lg_json_scan(lg_mem_system(), list.data, list.length, &lines), LG_OK);
    lg_json_lines_fini(&lines);
    lg_text_fini(&list);
    free(large);
    lg_recent_fini(&recent);
    assert_int_equal(recent.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_json),
        cmocka_unit_test(the_oldest_go_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
