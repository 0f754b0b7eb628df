/* Shows what a desk holds: rights, a bounded batch, and the answers to the batch applied last. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "desk/room.h"
#include "pair.h"
#include "support/failing_mem.h"

static void rights_are_granted_once_and_in_order(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 3, "Ada");
    assert_int_equal(lg_desk_grant_asset(desk, 2), LG_OK);
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_desk_grant_asset(desk, 2), LG_OK);
    uint32_t count;
    const uint32_t *assets = lg_desk_assets(desk, &count);
    assert_int_equal(count, 2);
    assert_int_equal(assets[0], 2);
    assert_int_equal(assets[1], 0);
    assert_true(lg_desk_commands_asset(desk, 0));
    assert_false(lg_desk_commands_asset(desk, 1));
    assert_false(lg_desk_commands_market(desk, 0));
    assert_int_equal(lg_desk_grant_market(desk, 0), LG_OK);
    assert_true(lg_desk_commands_market(desk, 0));
    assert_string_equal(lg_desk_name(desk), "Ada");
    assert_int_equal(lg_desk_index(desk), 3);
    lg_desk_free(desk);
    lg_market_free(market);
}

static void rights_reach_as_far_as_they_must(void **state)
{
    (void)state;
    static lg_asset many[1000];
    pair p;
    pair_init(&p);
    p.site.assets = many;
    p.site.asset_count = 1000;
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    const uint32_t granted[] = {500, 900, 3, 64, 999, 0};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(lg_desk_grant_asset(desk, granted[i]), LG_OK);
    uint32_t count = 0;
    for (uint32_t i = 0; i < 1000; i++)
        count += lg_desk_commands_asset(desk, i);
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(lg_desk_commands_asset(desk, granted[i]));
    lg_desk_free(desk);
    lg_market_free(market);
}

static void a_full_batch_is_refused_err(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    lg_command command = {.kind = LG_CMD_LIST_BIDS};
    for (int i = 0; i < LG_DESK_COMMANDS_MIN; i++)
        assert_int_equal(lg_desk_send(desk, &command), LG_OK);
    assert_int_equal(lg_desk_send(desk, &command), LG_LIMIT);
    assert_int_equal(lg_desk_pending(desk), LG_DESK_COMMANDS_MIN);
    lg_desk_truncate(desk, (lg_desk_mark){.commands = LG_DESK_COMMANDS_MIN + 1});
    assert_int_equal(lg_desk_pending(desk), LG_DESK_COMMANDS_MIN);
    lg_desk_truncate(desk, (lg_desk_mark){.commands = 3});
    assert_int_equal(lg_desk_pending(desk), 3);
    lg_desk_truncate(desk, (lg_desk_mark){0});
    assert_int_equal(lg_desk_pending(desk), 0);
    assert_int_equal(lg_desk_send(desk, &command), LG_OK);
    lg_desk_free(desk);
    lg_market_free(market);
}

/* Applies one command for a desk that may command everything but the PV. */
static lg_answer apply(lg_desk *desk, lg_command command)
{
    lg_answer answer;
    lg__apply(desk, &command, &answer);
    return answer;
}

static void every_refusal_has_its_reason_err(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    lg_market *market = lg_market_new(lg_mem_system(), &p.site, &p.rules, NULL);
    lg_desk *desk = lg_desk_new(lg_mem_system(), market, 0, "Ada");
    assert_int_equal(lg_desk_grant_asset(desk, 0), LG_OK);
    assert_int_equal(lg_desk_grant_asset(desk, 2), LG_OK);
    lg_command bid = {
        .kind = LG_CMD_BID, .flags = LG_CMD_REPLACE, .energy_uwh = KWH(1), .amount = CT(20)};
    assert_int_equal(apply(desk, bid).status, LG_CLOSED);
    assert_int_equal(lg_market_open_slot(market, 0, 0, p.caps), LG_OK);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_BID, .node = 3}).status, LG_UNKNOWN);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_OFFER, .node = 1}).status, LG_FOREIGN);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_GRID_FEES, .node = 0}).status,
                     LG_FOREIGN);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_COUNT}).status, LG_INVALID);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_OFFER, .energy_uwh = 1}).status,
                     LG_UNSUPPORTED);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_UPDATE_BID, .energy_uwh = 1}).status,
                     LG_GONE);
    assert_int_equal(apply(desk, (lg_command){.kind = LG_CMD_DELETE_BID, .order_id = 99}).status,
                     LG_GONE);
    bid.energy_uwh = KWH(1) + 1;
    lg_answer more = apply(desk, bid);
    assert_int_equal(more.status, LG_ENERGY);
    assert_int_equal(more.asked, KWH(1) + 1);
    assert_int_equal(more.allowed, KWH(1));
    bid.energy_uwh = KWH(1);
    bid.amount = -1;
    lg_answer negative = apply(desk, bid);
    assert_int_equal(negative.status, LG_RATE);
    assert_int_equal(negative.asked, -1);
    bid.amount = CT(20);
    lg_answer good = apply(desk, bid);
    assert_int_equal(good.status, LG_OK);
    assert_true(good.order_id > 0);
    lg_answer gone = apply(desk, (lg_command){.kind = LG_CMD_DELETE_BID});
    assert_int_equal(gone.status, LG_OK);
    assert_int_equal(gone.count, 1);
    assert_int_equal(lg_desk_counts_of(desk).refused, 10);
    uint32_t kept;
    const lg_desk_refusal *refusals = lg_desk_refusals(desk, &kept);
    assert_int_equal(kept, 10);
    assert_int_equal(refusals[9].status, LG_RATE);
    assert_int_equal(refusals[9].kind, LG_CMD_BID);
    assert_int_equal(refusals[9].energy_uwh, KWH(1));
    assert_int_equal(refusals[9].amount, -1);
    assert_int_equal(refusals[8].allowed, KWH(1));
    assert_false(refusals[9].of_market);
    bid.amount = -1;
    for (int i = 10; i < LG_DESK_REFUSALS_MAX + 5; i++)
        assert_int_equal(apply(desk, bid).status, LG_RATE);
    lg_desk_refusals(desk, &kept);
    assert_int_equal(kept, LG_DESK_REFUSALS_MAX);
    assert_int_equal(lg_desk_counts_of(desk).refused, LG_DESK_REFUSALS_MAX + 5);
    lg_desk_free(desk);
    lg_market_free(market);
}

static int build(lg_mem *mem, void *ctx)
{
    pair *p = ctx;
    int result = 1;
    lg_market *market = lg_market_new(mem, &p->site, &p->rules, NULL);
    lg_desk *desk = market ? lg_desk_new(mem, market, 0, "Ada") : NULL;
    lg_command command = {.kind = LG_CMD_LIST_BIDS};
    if (desk && lg_desk_grant_asset(desk, 0) == LG_OK && lg_desk_grant_market(desk, 0) == LG_OK &&
        lg_desk_send(desk, &command) == LG_OK && lg__desk_flip(desk) == LG_OK)
        result = 0;
    lg_desk_free(desk);
    lg_market_free(market);
    return result;
}

static void no_allocation_failure_leaks(void **state)
{
    (void)state;
    pair p;
    pair_init(&p);
    assert_true(lg_sweep_allocations(build, &p) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_granted_once_and_in_order),
        cmocka_unit_test(rights_reach_as_far_as_they_must),
        cmocka_unit_test(a_full_batch_is_refused_err),
        cmocka_unit_test(every_refusal_has_its_reason_err),
        cmocka_unit_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
