/* What a process that is not trusted may ask of the intraday market: of its own gridpools, and the
 * books that everybody sees. */
#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the three above first */
#include <cmocka.h>

#include "base/clock.h"
#include "script/intraday_look.h"

enum { OWN = 1, ANOTHERS = 0 };

typedef struct floor {
    stage s;
    lg_trading_area area;
    lg_trading_gridpool pools[2];
    lg_trading_rules rules;
    lg_trading *market;
    int64_t start_ms;
} floor;

static void open_floor(floor *f)
{
    stage_init(&f->s);
    f->area = (lg_trading_area){.size = sizeof f->area,
                                .code = "NORTH",
                                .currency = 3,
                                .minutes = 2,
                                .price_step = 10,
                                .quantity_step = 1,
                                .horizon_ms = 24 * LG_HOUR_MS};
    for (uint32_t i = 0; i < 2; i++)
        f->pools[i] = (lg_trading_gridpool){
            .size = sizeof f->pools[i], .index = i, .id = 7 + i, .name = "P", .agent = ""};
    f->rules = (lg_trading_rules){.areas = &f->area,
                                  .gridpools = f->pools,
                                  .area_count = 1,
                                  .gridpool_count = 2,
                                  .orders_max = 10,
                                  .orders_kept = 10,
                                  .log_max = 16};
    f->start_ms = 4 * LG_HOUR_MS;
    f->market = lg_trading_new(lg_mem_system(), &f->rules, 0);
    assert_non_null(f->market);
    lg_turn_set_trading(f->s.turn, f->market);
    lg_turn_show(f->s.turn, f->s.desk);
    assert_int_equal(lg_desk_grant_gridpool(f->s.desk, OWN), LG_OK);
    for (uint32_t pool = 0; pool < 2; pool++) {
        uint64_t id;
        const lg_trading_terms terms = {.start_ms = f->start_ms,
                                        .minutes = 15,
                                        .type = LG_TRADING_LIMIT,
                                        .side = pool == OWN ? LG_TRADING_SELL : LG_TRADING_BUY,
                                        .price = pool == OWN ? 50000 : 40000,
                                        .quantity = 10,
                                        .stop_price = LG_TRADING_NO_PRICE,
                                        .peak_delta = LG_TRADING_NO_PRICE,
                                        .tag = "mine"};
        assert_int_equal(lg_trading_create(f->market, pool, &terms, &id), LG_TRADING_OK_WHY);
    }
}

static void close_floor(floor *f)
{
    stage_fini(&f->s);
    lg_trading_free(f->market);
}

static void test_own_orders_and_public_books(void **state)
{
    floor f;
    lg_look_row row;
    (void)state;
    open_floor(&f);
    const lg_look own = {.kind = LG_LOOK_ORDERS,
                         .gridpool = OWN,
                         .area = UINT32_MAX,
                         .max = LG_LOOK_ROWS_MAX,
                         .start_ms = INT64_MIN,
                         .until_ms = INT64_MAX};
    assert_true(lg_look_is_fit(f.s.desk, &own));
    lg_look_walk walk = lg_look_begin(f.s.desk, NULL, &own);
    assert_true(lg_look_next(&walk, &row));
    assert_int_equal(row.order.gridpool, 8);
    assert_string_equal(row.order.terms.tag, "mine");
    assert_false(lg_look_next(&walk, &row));
    lg_trading_public_order rows[2];
    const lg_look book = {.kind = LG_LOOK_BOOK,
                          .side = LG_TRADING_BUY,
                          .minutes = 15,
                          .max = 2,
                          .start_ms = f.start_ms};
    assert_true(lg_look_is_fit(f.s.desk, &book));
    assert_int_equal(lg_look_book(f.s.desk, NULL, &book, rows), 1);
    assert_int_equal(rows[0].price, 40000);
    close_floor(&f);
}

static void test_no_more_than_that(void **state)
{
    floor f;
    (void)state;
    open_floor(&f);
    const lg_look fit = {.kind = LG_LOOK_POSITION, .gridpool = OWN, .max = 1};
    assert_true(lg_look_is_fit(f.s.desk, &fit));
    lg_look look = fit;
    look.gridpool = ANOTHERS;
    assert_false(lg_look_is_fit(f.s.desk, &look));
    look = fit;
    look.area = 1;
    assert_false(lg_look_is_fit(f.s.desk, &look));
    look.area = UINT32_MAX; /* all of them have no position in common */
    assert_false(lg_look_is_fit(f.s.desk, &look));
    look = fit;
    look.max = LG_LOOK_ROWS_MAX + 1;
    assert_false(lg_look_is_fit(f.s.desk, &look));
    look = fit;
    look.start_ms = INT64_MAX;
    assert_false(lg_look_is_fit(f.s.desk, &look));
    look = fit;
    look.kind = LG_LOOK_KINDS;
    assert_false(lg_look_is_fit(f.s.desk, &look));
    close_floor(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_orders_and_public_books),
        cmocka_unit_test(test_no_more_than_that),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
