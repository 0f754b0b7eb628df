/* Every entrant sits in every seat of its role, whoever has a seat for good stays in it, and roles
 * do not mix. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include "arena/contest.h"
#include "grid/site.h"
#include "support/failing_mem.h"

static lg_contest_entrant entrants[] = {
    {.name = "a"},
    {.name = "b"},
    {.name = "c"},
    {.name = "dso", .role = LG_SEAT_OPERATOR},
    {.name = "flat", .role = LG_SEAT_OPERATOR},
};
static lg_contest_seat seats[] = {
    {.name = "1", .entrant = LG_NONE},
    {.name = "op", .role = LG_SEAT_OPERATOR, .entrant = LG_NONE},
    {.name = "2", .entrant = LG_NONE},
};

static lg_contest contest(uint32_t seat_count, uint32_t entrant_count, lg_turns turns)
{
    return (lg_contest){.seats = seats,
                        .seat_count = seat_count,
                        .entrants = entrants,
                        .entrant_count = entrant_count,
                        .turns = turns};
}

static void expect(lg_turns turns, const uint32_t (*lineup)[3], uint32_t count)
{
    lg_lineups got;
    lg_err err;
    const lg_contest c = contest(3, 4, turns);
    assert_int_equal(lg_lineups_make(lg_mem_system(), &c, &got, &err), LG_OK);
    assert_int_equal(got.count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_memory_equal(&got.items[i * 3], lineup[i], sizeof lineup[i]);
    lg_lineups_fini(&got);
}

static void test_rotation(void **state)
{
    static const uint32_t lineup[][3] = {{0, 3, 1}, {1, 3, 2}, {2, 3, 0}};
    (void)state;
    expect(LG_TURNS_ROTATE, lineup, 3);
}

static void test_all_orders(void **state)
{
    static const uint32_t lineup[][3] = {{0, 3, 1}, {1, 3, 0}, {2, 3, 0},
                                         {0, 3, 2}, {1, 3, 2}, {2, 3, 1}};
    (void)state;
    expect(LG_TURNS_ALL, lineup, 6);
}

static void test_one_game(void **state)
{
    static const uint32_t lineup[][3] = {{0, 3, 1}};
    (void)state;
    expect(LG_TURNS_NONE, lineup, 1);
}

static void test_roles_multiply(void **state)
{
    (void)state;
    lg_lineups got;
    lg_err err;
    const lg_contest c = contest(3, 5, LG_TURNS_ROTATE);
    assert_int_equal(lg_lineups_make(lg_mem_system(), &c, &got, &err), LG_OK);
    assert_int_equal(got.count, 6);
    uint32_t together[5][5] = {{0}};
    for (uint32_t i = 0; i < got.count; i++)
        together[got.items[i * 3]][got.items[i * 3 + 1]]++;
    for (uint32_t trader = 0; trader < 3; trader++)
        for (uint32_t dso = 3; dso < 5; dso++)
            assert_int_equal(together[trader][dso], 1);
    lg_lineups_fini(&got);
}

static void test_a_seat_for_good(void **state)
{
    (void)state;
    lg_lineups got;
    lg_err err;
    seats[0].entrant = 2;
    const lg_contest c = contest(3, 4, LG_TURNS_ROTATE);
    assert_int_equal(lg_lineups_make(lg_mem_system(), &c, &got, &err), LG_OK);
    assert_int_equal(got.count, 2); /* a and b take turns in the other one */
    for (uint32_t i = 0; i < got.count; i++) {
        assert_int_equal(got.items[i * 3], 2);
        assert_int_equal(got.items[i * 3 + 2], i);
    }
    lg_lineups_fini(&got);
    seats[0].entrant = LG_NONE;
}

static void test_fewer_entrants_than_seats(void **state)
{
    (void)state;
    lg_lineups got;
    lg_err err;
    lg_contest_entrant one = {.name = "a"};
    lg_contest c = contest(1, 1, LG_TURNS_ROTATE);
    lg_contest_seat two[] = {seats[0], seats[2]};
    c.entrants = &one;
    c.seats = two;
    c.seat_count = 2;
    assert_int_equal(lg_lineups_make(lg_mem_system(), &c, &got, &err), LG_OK);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.items[1], 0);
    lg_lineups_fini(&got);
}

static void test_too_many_err(void **state)
{
    enum { MANY = 12 };
    (void)state;
    lg_lineups got;
    lg_err err;
    lg_contest_entrant many[MANY] = {{.name = "x"}};
    lg_contest_seat places[MANY];
    for (int i = 0; i < MANY; i++)
        places[i] = seats[0];
    const lg_contest c = {.seats = places,
                          .seat_count = MANY,
                          .entrants = many,
                          .entrant_count = MANY,
                          .turns = LG_TURNS_ALL};
    assert_int_equal(lg_lineups_make(lg_mem_system(), &c, &got, &err), LG_LIMIT);
    assert_non_null(strstr(err.text, "rotate"));
    lg_lineups_fini(&got);
}

static int make(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_lineups got;
    lg_err err;
    const lg_contest c = contest(3, 5, LG_TURNS_ALL);
    lg_status status = lg_lineups_make(mem, &c, &got, &err);
    lg_lineups_fini(&got);
    assert_true(status == LG_OK || status == LG_MEMORY);
    return status == LG_MEMORY;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(make, NULL) > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation),        cmocka_unit_test(test_all_orders),
        cmocka_unit_test(test_one_game),        cmocka_unit_test(test_roles_multiply),
        cmocka_unit_test(test_a_seat_for_good), cmocka_unit_test(test_fewer_entrants_than_seats),
        cmocka_unit_test(test_too_many_err),    cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
