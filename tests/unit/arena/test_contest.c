/* A MATCH file: what it says, what it leaves unsaid, and every problem at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena/contest.h"
#include "base/text.h"
#include "grid/site.h"
#include "support/failing_mem.h"

static lg_status read_text(lg_mem *mem, const char *text, lg_diag *diag, lg_contest *contest)
{
    char path[] = "/tmp/lunagrid-match-XXXXXX.lua";
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    lg_status status = lg_contest_read(mem, path, diag, contest);
    unlink(path);
    return status;
}

static const char plain[] =
    "return match {\n"
    "  scenario = \"town/scenario.lua\", settings = { fee = 2, dear = true },\n"
    "  seats = { \"Home 1\", seat { name = \"Grid\", role = \"operator\" } },\n"
    "  entrants = { \"bots/cheap.lua\",\n"
    "    entrant { script = \"baseline\", role = \"operator\" } },\n"
    "}\n";

static void test_what_is_left_unsaid(void **state)
{
    (void)state;
    lg_contest c;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(read_text(lg_mem_system(), plain, &diag, &c), LG_OK);
    assert_int_equal(c.scenario_count, 1);
    assert_string_equal(c.scenarios[0].name, "town");
    assert_true(c.scenarios[0].days == 7);
    assert_int_equal(c.scenarios[0].slots, 0);
    assert_int_equal(c.seed_count, 1);
    assert_int_equal(c.seeds[0], 1);
    assert_int_equal(c.turns, LG_TURNS_ROTATE);
    assert_int_equal(c.against, LG_AGAINST_SEAT);
    assert_string_equal(c.entrants[0].name, "cheap");
    assert_string_equal(c.entrants[1].name, "baseline");
    assert_int_equal(c.entrants[1].role, LG_SEAT_OPERATOR);
    assert_int_equal(c.seats[1].entrant, LG_NONE);
    lg_contest_fini(&c);
    lg_diag_fini(&diag);
}

static void test_scenarios_share_settings(void **state)
{
    (void)state;
    lg_contest c;
    lg_diag diag;
    lg_text text;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    assert_int_equal(
        read_text(
            lg_mem_system(),
            "return match { settings = { fee = 2, pv = 5 }, slots = 96,\n"
            "  scenarios = { \"a\", { file = \"b.lua\", settings = { fee = 3 }, days = 2 } },\n"
            "  seats = { \"Home\" }, entrants = { \"x.lua\" } }",
            &diag, &c),
        LG_OK);
    assert_int_equal(c.scenario_count, 2);
    assert_int_equal(c.scenarios[0].slots, 96);
    assert_true(c.scenarios[1].days == 2 && c.scenarios[1].slots == 0);
    lg_conf_canonical(c.scenarios[0].settings, &text);
    lg_conf_canonical(c.scenarios[1].settings, &text);
    assert_string_equal(lg_text_peek(&text), "{\"fee\":2,\"pv\":5}{\"fee\":3,\"pv\":5}");
    lg_text_fini(&text);
    lg_contest_fini(&c);
    lg_diag_fini(&diag);
}

/* SHA-256 of "pepper", and the first 53 bits of those of "pepper:0" and "pepper:1". */
static void test_hidden_seeds(void **state)
{
    (void)state;
    lg_contest c;
    lg_diag diag;
    lg_err err;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(
        read_text(
            lg_mem_system(),
            "return match { scenario = \"a\", seats = { \"Home\" }, entrants = { \"x.lua\" },\n"
            "  seeds = { count = 2, commitment =\n"
            "    \"8cbbcf29d9cef89675c5f5c1dcfe827d0570416a5aaba30dd0de159661ad905b\" } }",
            &diag, &c),
        LG_OK);
    assert_int_equal(lg_contest_reveal(&c, "salt", &err), LG_INVALID);
    assert_null(c.salt);
    assert_int_equal(lg_contest_reveal(&c, "pepper", &err), LG_OK);
    assert_string_equal(c.salt, "pepper");
    assert_true(c.seeds[0] == UINT64_C(3399273056755681));
    assert_true(c.seeds[1] == UINT64_C(1992137991024682));
    lg_contest_fini(&c);
    lg_diag_fini(&diag);
}

static void test_all_problems_at_once_err(void **state)
{
    (void)state;
    lg_contest c;
    lg_diag diag;
    lg_text text;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    assert_int_equal(
        read_text(lg_mem_system(),
                  "return match {\n"
                  "  scenario = \"a\", scenarios = { \"b\" },\n"
                  "  seats = { seat { name = \"Home\", rol = \"trader\" },\n"
                  "    seat { name = \"X\", role = \"exchange\", assets = { \"PV\" } } },\n"
                  "  entrants = { entrant { name = \"a\", rule = \"pay_as_bid\" } },\n"
                  "  seeds = \"many\",\n"
                  "}\n",
                  &diag, &c),
        LG_SCENARIO);
    lg_diag_print(&diag, &text);
    static const char *const said[] = {
        ":2: scenarios: scenario and scenarios exclude each other",
        ":3: seats[1].rol: unknown key; did you mean \"role\"?",
        ":4: seats[2].assets: a exchange commands none",
        ":5: entrants[1].rule: only an exchange has one; its role is \"trader\"",
        ":6: seeds: expected a list of numbers, or count and commitment",
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (!strstr(lg_text_peek(&text), said[i]))
            fail_msg("expected \"%s\" in\n%s", said[i], lg_text_peek(&text));
    lg_text_fini(&text);
    lg_contest_fini(&c);
    lg_diag_fini(&diag);
}

static void test_no_match_err(void **state)
{
    static const struct {
        const char *text, *said;
    } bad[] = {
        {"local x = 1\n", "the file returns nothing; expected return match { ... }"},
        {"return scenario { }\n", "unknown name \"scenario\""},
        {"return match { seats = { \"a\" } }\n", "entrants: is missing"},
        {"return match {\n", "near <eof>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lg_contest c;
        lg_diag diag;
        lg_text text;
        lg_diag_init(&diag, lg_mem_system());
        lg_text_init(&text, lg_mem_system());
        assert_int_equal(read_text(lg_mem_system(), bad[i].text, &diag, &c), LG_SCENARIO);
        lg_diag_print(&diag, &text);
        if (!strstr(lg_text_peek(&text), bad[i].said))
            fail_msg("expected \"%s\" in\n%s", bad[i].said, lg_text_peek(&text));
        lg_text_fini(&text);
        lg_contest_fini(&c);
        lg_diag_fini(&diag);
    }
}

static int read_plain(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_contest c;
    lg_diag diag;
    lg_diag_init(&diag, mem);
    lg_status status = read_text(mem, plain, &diag, &c);
    lg_contest_fini(&c);
    lg_diag_fini(&diag);
    assert_true(status == LG_OK || status == LG_MEMORY);
    return status == LG_MEMORY;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(read_plain, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left_unsaid),
        cmocka_unit_test(test_scenarios_share_settings),
        cmocka_unit_test(test_hidden_seeds),
        cmocka_unit_test(test_all_problems_at_once_err),
        cmocka_unit_test(test_no_match_err),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
