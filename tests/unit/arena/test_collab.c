/* Shows COLLAB files: what they say, as agents, and every problem of one at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena/collab.h"

static char path[64];

static lg_status read_text(const char *text, lg_diag *diag, lg_collab *collab)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    lg_diag_init(diag, lg_mem_system());
    return lg_collab_read(lg_mem_system(), path, diag, collab);
}

static void what_it_says(void **state)
{
    (void)state;
    lg_diag diag;
    lg_collab collab;
    lg_text text;
    lg_status status = read_text(
        "return collab {\n"
        "  name = \"street\", scenario = \"s.lua\", days = 2, seed = 7, pace = \"60x\",\n"
        "  seats = {\n"
        "    seat { owner = \"Ada\", name = \"Home 1\", params = { x = 1 } },\n"
        "    seat { owner = \"Dora\", name = \"Op\", markets = \"Grid\", script = \"t.lua\" },\n"
        "  },\n"
        "  limits = { upload_kB = 2, restarts = 1, budget = { units_per_call = 5000 } },\n"
        "  board = { posts = 0 }, settings = { x = 2 },\n"
        "}\n",
        &diag, &collab);
    assert_int_equal(diag.count, 0);
    assert_int_equal(status, LG_OK);
    assert_string_equal(collab.scenario, "/tmp/s.lua");
    assert_true(collab.days == 2 && collab.slots == -1 && collab.has_seed && collab.seed == 7);
    assert_int_equal(collab.upload_bytes, 2048);
    assert_int_equal(collab.uploads_per_minute, 6);
    assert_int_equal(collab.board_posts, 0);
    lg_text_init(&text, lg_mem_system());
    lg_collab_agents(&collab, &text);
    assert_string_equal(
        lg_text_peek(&text),
        "[{\"name\":\"Home 1\",\"owner\":\"Ada\",\"script\":\"baseline\",\"params\":{\"x\":1},"
        "\"budget\":{\"units_per_call\":5000},\"restarts\":1,\"sees\":\"own\"},\n"
        " {\"name\":\"Op\",\"owner\":\"Dora\",\"script\":\"t.lua\",\"markets\":[\"Grid\"],"
        "\"budget\":{\"units_per_call\":5000},\"restarts\":1,\"sees\":\"own\"}]\n");
    lg_text_fini(&text);
    lg_collab_fini(&collab);
    lg_diag_fini(&diag);
}

static bool tells(const lg_diag *diag, int line, const char *words)
{
    for (uint32_t i = 0; i < diag->count; i++)
        if (diag->problems[i].line == line && strstr(diag->problems[i].text, words))
            return true;
    return false;
}

static void every_problem_at_once_err(void **state)
{
    (void)state;
    lg_diag diag;
    lg_collab collab;
    lg_status status = read_text("return collab {\n"
                                 "  scenario = \"s.lua\", days = 1, slots = 5,\n"
                                 "  seats = {\n"
                                 "    seat { owner = \"Ada\", nmae = \"x\" },\n"
                                 "    seat { owner = \"organiser\", name = \"a\" },\n"
                                 "    seat { owner = \"Bea\", name = \"a\" },\n"
                                 "    \"Home 3\",\n"
                                 "  },\n"
                                 "  limits = { upload_kB = 0,\n"
                                 "    budget = { units_per_cal = 1 } },\n"
                                 "  board = { posts = 65 },\n"
                                 "}\n",
                                 &diag, &collab);
    assert_int_equal(status, LG_SCENARIO);
    assert_true(tells(&diag, 2, "says the same as slots"));
    assert_true(tells(&diag, 4, "did you mean \"name\"?"));
    assert_true(tells(&diag, 5, "an owner needs another name"));
    assert_true(tells(&diag, 6, "two seats have this name"));
    assert_true(tells(&diag, 10, "did you mean \"units_per_call\"?"));
    assert_true(tells(&diag, 11, "64"));
    assert_true(diag.errors >= 8);
    lg_collab_fini(&collab);
    lg_diag_fini(&diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says),
        cmocka_unit_test(every_problem_at_once_err),
    };
    snprintf(path, sizeof path, "/tmp/lg-collab-%d.lua", (int)getpid());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
