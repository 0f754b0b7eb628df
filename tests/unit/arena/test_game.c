/* A job has one JSON form, whatever the order it was made in, and a name that every part of it
 * changes; what is wrong with one is told with its key. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena/game.h"
#include "base/text.h"
#include "support/failing_mem.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char whole[] =
    "{\"engine\":\"0.1.0\",\"figures\":2,\"files\":{\"@scripts/lib/ramp.lua\":\"" SUM
    "\",\"a/b.lua\":\"" SUM "\",\"a/s.lua\":\"" SUM
    "\"},\"plugins\":{\"load\":\"1\",\"pv\":\"2\"},\"scenario\":\"a/s.lua\","
    "\"seats\":[{\"assets\":[\"Load "
    "1\"],\"budget\":{\"units_per_call\":5000},\"entrant\":\"a/b.lua\","
    "\"name\":\"Home "
    "1\",\"params\":{\"x\":[1,true]},\"role\":\"trader\"},{\"entrant\":\"baseline\","
    "\"markets\":[\"Grid\"],\"name\":\"DSO\",\"role\":\"operator\",\"sees\":\"own\"},{\"entrant\":"
    "\"pay_as_clear\","
    "\"name\":\"Exchange\",\"role\":\"exchange\"}],\"seed\":7,\"settings\":{\"fee\":\"2\"},"
    "\"slots\":96}\n";

static lg_status read_text(lg_mem *mem, const char *text, lg_diag *diag, lg_game *game)
{
    char path[] = "/tmp/lunagrid-job-XXXXXX.json";
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    lg_status status = lg_game_read(mem, path, diag, game);
    unlink(path);
    return status;
}

static void test_reads_back_as_the_same_bytes(void **state)
{
    (void)state;
    lg_game game;
    lg_diag diag;
    lg_text text;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    assert_int_equal(read_text(lg_mem_system(), whole, &diag, &game), LG_OK);
    assert_int_equal(game.seat_count, 3);
    assert_int_equal(game.seats[1].role, LG_SEAT_OPERATOR);
    assert_string_equal(game.seats[1].markets.items[0], "Grid");
    assert_int_equal(game.slots, 96);
    lg_game_print(&game, &text);
    assert_string_equal(lg_text_peek(&text), whole);
    lg_text_fini(&text);
    lg_game_fini(&game);
    lg_diag_fini(&diag);
}

static void name_of(const char *text, char name[LG_GAME_NAME_SIZE])
{
    lg_game game;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(read_text(lg_mem_system(), text, &diag, &game), LG_OK);
    assert_true(lg_game_name(&game, name));
    lg_game_fini(&game);
    lg_diag_fini(&diag);
}

/* @p text with the first @p from as @p to. */
static char *changed(const char *text, const char *from, const char *to)
{
    static char out[4096];
    const char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return out;
}

static void test_every_part_is_in_the_name(void **state)
{
    static const char *const parts[][2] = {
        {"0.1.0", "0.1.1"},
        {"\"figures\":2", "\"figures\":3"},
        {"\"pv\":\"2\"", "\"pv\":\"3\""},
        {"\"seed\":7", "\"seed\":8"},
        {"a/b.lua\":\"0", "a/b.lua\":\"1"},
        {"5000", "5001"},
        {"\"x\":[1", "\"x\":[2"},
        {"\"fee\":\"2\"", "\"fee\":\"4\""},
        {"96", "95"},
        {"pay_as_clear", "pay_as_bid"},
        {"\"baseline\"", "\"a/b.lua\""},
        {"Load 1", "Load 2"},
    };
    (void)state;
    char first[LG_GAME_NAME_SIZE], other[LG_GAME_NAME_SIZE];
    name_of(whole, first);
    assert_int_equal(strlen(first), 32);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        name_of(changed(whole, parts[i][0], parts[i][1]), other);
        assert_string_not_equal(first, other);
    }
}

static void test_order_and_blanks_are_not_in_the_name(void **state)
{
    (void)state;
    char first[LG_GAME_NAME_SIZE], other[LG_GAME_NAME_SIZE];
    name_of(whole, first);
    name_of(changed(whole, "\"load\":\"1\",\"pv\":\"2\"", "\"pv\": \"2\",\n \"load\":\"1\""),
            other);
    assert_string_equal(first, other);
}

static void test_problems_err(void **state)
{
    static const struct {
        const char *from, *to, *said;
    } bad[] = {
        {"\"seed\":7", "\"sede\":7", "sede: unknown key; did you mean \"seed\"?"},
        {"\"seed\":7", "\"sede\":7", "seed: is missing"},
        {"\"seed\":7", "\"seed\":7.5", "seed: expected a whole number, got 7.5"},
        {"\"seed\":7", "\"seed\":-1", "seed: expected a whole number from 0"},
        {"\"a/b.lua\":\"", "\"../b.lua\":\"", "files.../b.lua: a path is relative"},
        {"\"a/b.lua\":\"", "\"/b.lua\":\"", "files./b.lua: a path is relative"},
        {"\"a/b.lua\":\"0", "\"a/b.lua\":\"Z", "files.a/b.lua: expected a SHA-256"},
        {"\"entrant\":\"a/b.lua\"", "\"entrant\":\"c.lua\"",
         "Home 1.entrant: \"c.lua\" is not among the files"},
        {"\"scenario\":\"a/s.lua\"", "\"scenario\":\"s.lua\"", "\"s.lua\" is not among the files"},
        {"\"role\":\"operator\"", "\"role\":\"operater\"",
         "expected \"trader\", \"operator\" or \"exchange\", got \"operater\"; did you mean "
         "\"operator\"?"},
        {"\"fee\":\"2\"", "\"fee\":2", "settings.fee: expected a text"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lg_game game;
        lg_diag diag;
        lg_text text;
        lg_diag_init(&diag, lg_mem_system());
        lg_text_init(&text, lg_mem_system());
        assert_int_equal(
            read_text(lg_mem_system(), changed(whole, bad[i].from, bad[i].to), &diag, &game),
            LG_SCENARIO);
        lg_diag_print(&diag, &text);
        if (!strstr(lg_text_peek(&text), bad[i].said))
            fail_msg("expected \"%s\" in\n%s", bad[i].said, lg_text_peek(&text));
        lg_text_fini(&text);
        lg_game_fini(&game);
        lg_diag_fini(&diag);
    }
}

static void test_scripts_are_named_from_the_scenario(void **state)
{
    static const struct {
        const char *scenario, *path, *seen;
    } cases[] = {
        {"s.lua", "b.lua", "b.lua"},
        {"a/s.lua", "a/b.lua", "b.lua"},
        {"a/s.lua", "a/c/b.lua", "c/b.lua"},
        {"a/d/s.lua", "b.lua", "../../b.lua"},
        {"a/s.lua", "ab/b.lua", "../ab/b.lua"},
        {"a/s.lua", "@scripts/strategies/x.lua", "strategies/x.lua"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lg_game game = {.mem = lg_mem_system(), .scenario = cases[i].scenario};
        lg_text text;
        lg_text_init(&text, lg_mem_system());
        lg_game_seen_from(&game, cases[i].path, &text);
        assert_string_equal(lg_text_peek(&text), cases[i].seen);
        if (cases[i].path[0] != '@') { /* and back */
            lg_text_clear(&text);
            assert_true(lg_game_path_of(&game, "/base", "/ships", cases[i].seen, &text));
            assert_string_equal(lg_text_peek(&text), cases[i].path);
        }
        lg_text_fini(&text);
    }
}

static void test_paths_of_what_was_opened(void **state)
{
    static const struct {
        const char *opened, *path; /* NULL: it is outside */
    } cases[] = {
        {"/ships/lib/x.lua", "@scripts/lib/x.lua"},
        {"/base/z/x.lua", "z/x.lua"},
        {"/baser/x.lua", NULL},
        {"../../x.lua", NULL},
        {"./x.lua", "a/x.lua"},
        {"../x.lua", "x.lua"},
    };
    (void)state;
    const lg_game game = {.mem = lg_mem_system(), .scenario = "a/s.lua"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text text;
        lg_text_init(&text, lg_mem_system());
        bool inside = lg_game_path_of(&game, "/base", "/ships", cases[i].opened, &text);
        assert_int_equal(inside, cases[i].path != NULL);
        if (cases[i].path)
            assert_string_equal(lg_text_peek(&text), cases[i].path);
        lg_text_fini(&text);
    }
}

static void test_the_root_may_be_that_of_all_files(void **state)
{
    static const struct {
        const char *root, *path, *place;
    } cases[] = {
        {"/", "a/x.lua", "/a/x.lua"},
        {"/", "@scripts/lib/x.lua", "/ships/lib/x.lua"},
        {"/base", "a/x.lua", "/base/a/x.lua"},
    };
    (void)state;
    const lg_game game = {.mem = lg_mem_system(), .scenario = "a/s.lua"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_text place, back;
        lg_text_init(&place, lg_mem_system());
        lg_text_init(&back, lg_mem_system());
        lg_game_place_of(cases[i].root, "/ships", cases[i].path, &place);
        assert_string_equal(lg_text_peek(&place), cases[i].place);
        assert_true(lg_game_path_of(&game, cases[i].root, "/ships", lg_text_peek(&place), &back));
        assert_string_equal(lg_text_peek(&back), cases[i].path);
        lg_text_clear(&place);
        lg_game_folder(&game, cases[i].root, &place);
        assert_string_equal(lg_text_peek(&place), cases[i].root[1] ? "/base/a" : "/a");
        lg_text_fini(&place);
        lg_text_fini(&back);
    }
}

static int read_whole(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_game game;
    lg_diag diag;
    char name[LG_GAME_NAME_SIZE];
    lg_diag_init(&diag, mem);
    lg_status status = read_text(mem, whole, &diag, &game);
    int failed = status == LG_MEMORY || (status == LG_OK && !lg_game_name(&game, name));
    assert_true(status == LG_OK || status == LG_MEMORY);
    lg_game_fini(&game);
    lg_diag_fini(&diag);
    return failed;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(read_whole, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_back_as_the_same_bytes),
        cmocka_unit_test(test_every_part_is_in_the_name),
        cmocka_unit_test(test_order_and_blanks_are_not_in_the_name),
        cmocka_unit_test(test_problems_err),
        cmocka_unit_test(test_scripts_are_named_from_the_scenario),
        cmocka_unit_test(test_paths_of_what_was_opened),
        cmocka_unit_test(test_the_root_may_be_that_of_all_files),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
