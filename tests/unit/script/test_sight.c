/* What a process that is not trusted is told of the market: the same as the market says, and no
 * more than its desk may know. */
#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "script/sight.h"

static lg_sight sight_of(stage *s, lg_desk *desk)
{
    return (lg_sight){
        .site = &s->site,
        .rules = &s->rules,
        .desk = desk,
        .market = lg_turn_market(s->turn),
        .devices = s->input.devices,
    };
}

static lg_status ask(const lg_sight *sight, lg_sight_row row, uint32_t a, uint32_t b, void *out,
                     uint32_t *size)
{
    const lg_sight_key key = {.row = row, .a = a, .b = b};
    *size = 0;
    return lg_sight_answer(sight, &key, out, size);
}

static void test_answers_as_the_market(void **state)
{
    stage s;
    lg_sight_orders room;
    lg_position position;
    uint32_t size;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "function on_market_cycle(m)\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 0.25, 9)\nend\n"),
                     LG_OK);
    stage_start(&s);
    stage_run(&s, 1);
    const lg_sight sight = sight_of(&s, s.desk);
    assert_int_equal(ask(&sight, LG_SIGHT_position, STAGE_LOAD1, 0, &room, &size), LG_OK);
    assert_int_equal(size, sizeof position);
    assert_memory_equal(&room, lg_market_position(sight.market, STAGE_LOAD1), sizeof position);
    assert_int_equal(ask(&sight, LG_SIGHT_fee_next, STAGE_COMMUNITY, 0, &room, &size), LG_OK);
    assert_int_equal(*(int64_t *)&room, 1000000);
    assert_int_equal(ask(&sight, LG_SIGHT_market_type, 77, 0, &room, &size), LG_OK);
    assert_int_equal(*(int32_t *)&room, -1);
    assert_int_equal(ask(&sight, LG_SIGHT_position_in, STAGE_LOAD1, 77, &room, &size), LG_OK);
    assert_int_equal(size, 0);
    stage_fini(&s);
}

static void test_tells_no_more_than_a_desk_may_know(void **state)
{
    stage s;
    lg_sight_orders room;
    uint32_t size;
    (void)state;
    stage_init(&s);
    const lg_sight sight = sight_of(&s, s.desk);
    static const lg_sight_row of_assets[] = {
        LG_SIGHT_position,  LG_SIGHT_position_in,    LG_SIGHT_plan,    LG_SIGHT_bill,
        LG_SIGHT_origins,   LG_SIGHT_orders,         LG_SIGHT_profile, LG_SIGHT_rates_vary,
        LG_SIGHT_unsettled, LG_SIGHT_settlement_bill};
    for (size_t i = 0; i < sizeof of_assets / sizeof *of_assets; i++) {
        assert_int_equal(ask(&sight, of_assets[i], STAGE_LOAD2, 0, &room, &size), LG_FOREIGN);
        assert_int_equal(ask(&sight, of_assets[i], STAGE_ASSETS, 0, &room, &size), LG_UNKNOWN);
        assert_int_equal(ask(&sight, of_assets[i], STAGE_LOAD1, 0, &room, &size), LG_OK);
    }
    assert_int_equal(ask(&sight, LG_SIGHT_peak, STAGE_GRID, 0, &room, &size), LG_FOREIGN);
    assert_int_equal(ask(&sight, LG_SIGHT_peak, STAGE_COMMUNITY, 0, &room, &size), LG_OK);
    assert_int_equal(ask(&sight, LG_SIGHT_kpi, STAGE_AREAS, 0, &room, &size), LG_UNKNOWN);
    assert_int_equal(ask(&sight, LG_SIGHT_enabled, STAGE_GRID, 0, &room, &size), LG_OK);
    assert_int_equal(ask(&sight, LG_SIGHT_enabled, UINT32_MAX, 0, &room, &size), LG_UNKNOWN);
    assert_int_equal(ask(&sight, LG_SIGHT_area_deviation, STAGE_HOME2, 0, &room, &size), LG_OK);
    assert_int_equal(ask(&sight, LG_SIGHT_area_deviation, STAGE_GRID, 0, &room, &size), LG_FOREIGN);
    assert_int_equal(ask(&sight, LG_SIGHT_COUNT, 0, 0, &room, &size), LG_UNKNOWN);
    stage_fini(&s);
}

/* Revenue and exchange of a market are its operator's business. */
static void test_hides_figures_of_the_operator(void **state)
{
    stage s;
    lg_sight_orders room;
    const lg_market_stats *seen = (const void *)&room;
    uint32_t size;
    (void)state;
    stage_init(&s);
    assert_int_equal(stage_load(&s, "function on_market_cycle(m)\n"
                                    "  grid.batch:bid_energy_rate('Load 1', 0.25, 40)\nend\n"),
                     LG_OK);
    stage_load_other(&s, "function on_market_cycle(m)\n"
                         "  grid.batch:offer_energy_rate('Utility', 1, 30)\nend\n");
    stage_start(&s);
    stage_run(&s, 1);
    lg_sight sight = sight_of(&s, s.desk);
    const lg_market_stats *all = lg_market_last_stats(sight.market, STAGE_COMMUNITY);
    assert_true(all->trade_count > 0 && all->fee_revenue_uct > 0 && all->import_uwh > 0);
    assert_int_equal(ask(&sight, LG_SIGHT_last_stats, STAGE_COMMUNITY, 0, &room, &size), LG_OK);
    assert_int_equal(seen->fee_revenue_uct, all->fee_revenue_uct);
    sight.desk = s.other;
    assert_int_equal(ask(&sight, LG_SIGHT_last_stats, STAGE_COMMUNITY, 0, &room, &size), LG_OK);
    assert_int_equal(seen->avg_rate_uct, all->avg_rate_uct);
    assert_int_equal(seen->fee_revenue_uct, 0);
    assert_int_equal(seen->import_uwh, 0);
    stage_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_as_the_market),
        cmocka_unit_test(test_tells_no_more_than_a_desk_may_know),
        cmocka_unit_test(test_hides_figures_of_the_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
