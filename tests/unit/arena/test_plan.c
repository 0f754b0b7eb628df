/* In a league everybody plays every seat equally often, one source is one entrant, and neither the
 * order of the file nor names decide who meets whom. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "arena/contest.h"
#include "grid/site.h"
#include "support/failing_mem.h"

static const char *const hashes[] = {"d", "a", "c", "a", "b", "y", "x"};
static const lg_contest_entrant entrants[] = {
    {.name = "0"},
    {.name = "1"},
    {.name = "2"},
    {.name = "same as 1"},
    {.name = "4"},
    {.name = "flat", .role = LG_SEAT_OPERATOR},
    {.name = "dear", .role = LG_SEAT_OPERATOR},
};
static const lg_contest_seat seats[] = {
    {.name = "A", .entrant = LG_NONE},
    {.name = "op", .role = LG_SEAT_OPERATOR, .entrant = LG_NONE},
    {.name = "B", .entrant = LG_NONE},
};

static lg_contest league(uint32_t rounds)
{
    return (lg_contest){
        .kind = LG_CONTEST_LEAGUE,
        .seats = (lg_contest_seat *)seats,
        .seat_count = 3,
        .entrants = (lg_contest_entrant *)entrants,
        .entrant_count = 7,
        .blocks = rounds > 0,
        .rounds = rounds,
    };
}

static void everybody_sits_everywhere(void **state)
{
    (void)state;
    for (uint32_t rounds = 0; rounds < 3; rounds++) {
        lg_lineups got;
        lg_err err;
        uint32_t sat[7][3] = {{0}}, beside[7][7] = {{0}};
        const lg_contest c = league(rounds);
        assert_int_equal(lg_lineups_plan(lg_mem_system(), &c, hashes, &got, &err), LG_OK);
        assert_true(got.count > 0 && got.count % 4 == 0);
        for (uint32_t i = 0; i < got.count; i++)
            for (uint32_t k = 0; k < 3; k++) {
                sat[got.items[i * 3 + k]][k]++;
                beside[got.items[i * 3]][got.items[i * 3 + k]]++;
            }
        for (uint32_t e = 0; e < 5; e++)
            for (uint32_t k = 0; k < 3; k += 2)
                assert_int_equal(sat[e][k], e == 3 ? 0 : got.count / 4);
        assert_int_equal(sat[5][1], got.count / 2);
        assert_int_equal(sat[6][1], got.count / 2);
        for (uint32_t e = 0; e < 5 && rounds == 0; e++) /* all meet equally often */
            for (uint32_t k = 0; k < 5; k++)
                if (e != k && e != 3 && k != 3)
                    assert_int_equal(beside[e][k] + beside[k][e], got.count / 6);
        lg_lineups_fini(&got);
    }
}

static void who_meets_whom_is_decided_by_sources(void **state)
{
    (void)state;
    lg_lineups got, turned;
    lg_err err;
    lg_contest_entrant others[7];
    const char *theirs[7];
    const lg_contest c = league(1);
    lg_contest back = c;
    for (int i = 0; i < 7; i++) {
        others[i] = entrants[6 - i];
        theirs[i] = hashes[6 - i];
    }
    back.entrants = others;
    assert_int_equal(lg_lineups_plan(lg_mem_system(), &c, hashes, &got, &err), LG_OK);
    assert_int_equal(lg_lineups_plan(lg_mem_system(), &back, theirs, &turned, &err), LG_OK);
    assert_int_equal(got.count, turned.count);
    for (uint32_t i = 0; i < got.count * 3; i++)
        assert_string_equal(hashes[got.items[i]], theirs[turned.items[i]]);
    lg_lineups_fini(&got);
    lg_lineups_fini(&turned);
}

static void a_seat_that_nobody_is_left_for_err(void **state)
{
    (void)state;
    lg_lineups got;
    lg_err err;
    lg_contest_seat own[3];
    memcpy(own, seats, sizeof own);
    lg_contest c = league(1);
    own[0].entrant = 0;
    c.seats = own;
    c.entrant_count = 1;
    assert_int_equal(lg_lineups_plan(lg_mem_system(), &c, hashes, &got, &err), LG_INVALID);
    assert_non_null(strstr(err.text, "has a seat for good"));
    lg_lineups_fini(&got);
}

static int plan(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_lineups got;
    lg_err err;
    const lg_contest c = league(2);
    lg_status status = lg_lineups_plan(mem, &c, hashes, &got, &err);
    lg_lineups_fini(&got);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(plan, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sits_everywhere),
        cmocka_unit_test(who_meets_whom_is_decided_by_sources),
        cmocka_unit_test(a_seat_that_nobody_is_left_for_err),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
