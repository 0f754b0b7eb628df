/* Lines of keys are found through texts, comments and nested tables. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "scenario/source_lines.h"

static const char source_text[] = "local x = { name = 1 }\n"             /* 1 */
                                  "return scenario {\n"                  /* 2 */
                                  "  -- days = 3 { }\n"                  /* 3 */
                                  "  name = \"} seed = 1\", --[[ seed\n" /* 4 */
                                  "  = 2 ]] days = 1,\n"                 /* 5 */
                                  "  grid = area { name = [==[\n"        /* 6 */
                                  "]] seed = 4 ]==],\n"                  /* 7 */
                                  "    load { name = 'a',\n"             /* 8 */
                                  "      power = (function()\n"          /* 9 */
                                  "        local seed = {}\n"            /* 10 */
                                  "      end)() },\n"                    /* 11 */
                                  "  },\n"                               /* 12 */
                                  "  [\"seed\"] = 7,\n"                  /* 13 */
                                  "  market\n"                           /* 14 */
                                  "    = { kind = 1,\n"                  /* 15 */
                                  "        fees = 2 },\n"                /* 16 */
                                  "}\n";

static void keys_have_lines(void **state)
{
    (void)state;
    lg_arena arena;
    static lg__source source;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    assert_true(lg__source_init(&source, &arena, source_text, sizeof source_text - 1));
    assert_int_equal(source.line_count, 18);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "name"), 4);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "days"), 5);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "grid"), 6);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "seed"), 13);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "market"), 14);
    assert_int_equal(lg__source_key_line(&source, 14, "market", "fees"), 16);
    assert_int_equal(lg__source_key_line(&source, 6, "area", "name"), 6);
    assert_int_equal(lg__source_key_line(&source, 8, "load", "power"), 9);
    assert_int_equal(lg__source_key_line(&source, 2, "scenario", "not there"), 2);
    assert_int_equal(lg__source_key_line(&source, 99, "scenario", "name"), 99);
    lg_arena_drop(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_have_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
