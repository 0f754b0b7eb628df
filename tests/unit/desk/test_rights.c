/* Rights that are held: commands are refused without blame, lists stay, and all of it comes back.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "desk/room.h"
#include "pair.h"
#include "support/failing_mem.h"

static void what_is_held_stays_listed_and_comes_back(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    uint32_t count;
    assert_int_equal(lg_desk_grant_asset(desk, 2), LG_OK);
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_desk_grant_market(desk, 0), LG_OK);
    assert_int_equal(lg_desk_hold_asset(desk, 2, true), LG_OK);
    assert_int_equal(lg_desk_hold_asset(desk, 2, true), LG_OK);
    assert_int_equal(lg_desk_holds(desk), 1);
    assert_int_equal(*lg_desk_held_assets(desk), 1);
    assert_false(lg_desk_commands_asset(desk, 2));
    assert_true(lg_desk_owns_asset(desk, 2));
    assert_true(lg_desk_commands_asset(desk, 0));
    const uint32_t *assets = lg_desk_assets(desk, &count);
    assert_int_equal(count, 2);
    assert_int_equal(assets[0], 2);
    assert_int_equal(lg_desk_hold_market(desk, 0, true), LG_OK);
    assert_false(lg_desk_commands_market(desk, 0));
    assert_true(lg_desk_owns_market(desk, 0));
    assert_int_equal(lg_desk_hold_asset(desk, 2, false), LG_OK);
    assert_int_equal(lg_desk_grant_market(desk, 0), LG_OK); /* granting gives back, too */
    assert_true(lg_desk_commands_asset(desk, 2));
    assert_true(lg_desk_commands_market(desk, 0));
    assert_int_equal(*lg_desk_held_assets(desk), 0);
    assert_int_equal(lg_desk_holds(desk), 4);
    lg_desk_free(desk);
    lg_market_free(market);
}

static void what_was_not_granted_cannot_be_held(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_desk_hold_asset(desk, 1, true), LG_OK);
    assert_int_equal(lg_desk_hold_asset(desk, 1, false), LG_OK);
    assert_int_equal(lg_desk_holds(desk), 0);
    assert_false(lg_desk_owns_asset(desk, 1));
    lg_desk_free(desk);
    lg_market_free(market);
}

static void a_command_to_what_is_held_is_nobodys_fault(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    const lg_command command = {.kind = LG_CMD_LIST_BIDS, .node = 0};
    lg_answer answer;
    lg__apply(desk, &command, &answer);
    assert_int_equal(answer.status, LG_FOREIGN);
    assert_false(lg_desk_is_held(desk, &command));
    assert_int_equal(lg_desk_counts_of(desk).refused, 1);
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_desk_hold_asset(desk, 0, true), LG_OK);
    lg__apply(desk, &command, &answer);
    assert_int_equal(answer.status, LG_FOREIGN);
    assert_true(lg_desk_is_held(desk, &command));
    assert_int_equal(lg_desk_counts_of(desk).refused, 1);
    lg_desk_free(desk);
    lg_market_free(market);
}

static int hold_one(lg_mem *mem, void *ctx)
{
    lg_desk *desk = lg_desk_new(mem, ctx, 0, "Ada");
    if (!desk)
        return 1;
    lg_status status = lg_desk_grant_asset(desk, 0);
    if (status == LG_OK) {
        status = lg_desk_hold_asset(desk, 0, true);
        assert_int_equal(lg_desk_commands_asset(desk, 0), status != LG_OK);
    }
    lg_desk_free(desk);
    return status == LG_MEMORY;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    assert_true(lg_sweep_allocations(hold_one, market) > 3);
    lg_market_free(market);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_stays_listed_and_comes_back),
        cmocka_unit_test(what_was_not_granted_cannot_be_held),
        cmocka_unit_test(a_command_to_what_is_held_is_nobodys_fault),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
