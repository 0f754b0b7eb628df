/* Compensation in cases worked out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "coordination/money.h"
#include "village.h"

typedef struct fixture {
    lg_coord *coord;
    lg_coord_tenant *tenant;
    lg_arena arena;
    lg_coord_earnings earned;
} fixture;

static void open_village(fixture *f)
{
    f->coord = village_new(lg_mem_system(), &f->tenant);
    lg_coord_begin(f->coord, village_at("2026-03-10T11:58:00Z"));
    lg_arena_init(&f->arena, lg_mem_system(), 1024);
}

static void close_village(fixture *f)
{
    lg_arena_drop(&f->arena);
    lg_coord_free(f->coord);
}

/* Two hours of 11 March: 0.40 NOK less at 01:00, 0.75 more at 16:00. */
static const char *publish(fixture *f, const char *resource, const char *location,
                           const char *first, uint32_t resolution_s, lg_coord_energy_unit unit)
{
    const lg_coord_target target = {.resource = resource, .location = location};
    const lg_coord_point points[] = {village_point("2026-03-11T16:00:00Z", "0.75"),
                                     village_point("2026-03-11T01:00:00Z", first)};
    const lg_coord_event_draft draft = {
        .kind = LG_COORD_EVENT_PriceCurve,
        .targets = &target,
        .target_count = 1,
        .area = LG_COORD_AREA_NO4,
        .unit = unit,
        .resolution_s = resolution_s,
        .points = points,
        .point_count = 2,
    };
    lg_coord_event *event;
    lg_coord_begin(f->coord, f->coord->now_us);
    assert_int_equal(lg_coord_publish(f->coord, f->tenant, &draft, &event, NULL), LG_COORD_DONE);
    return event->item.id;
}

static void report(fixture *f, const char *event, lg_coord_payload payload)
{
    const lg_coord_report *out;
    lg_coord_why why = {.text = ""};
    lg_coord_begin(f->coord, f->coord->now_us);
    assert_int_equal(
        lg_coord_take_report(f->coord, f->tenant, event, &payload, 1, "{}", &out, &why),
        LG_COORD_DONE);
}

static void earn(fixture *f, const char *user, const char *when)
{
    lg_arena_drop(&f->arena);
    assert_int_equal(lg_coord_earned(f->coord, f->tenant,
                                     lg_coord_table_find(&f->tenant->users, user), village_at(when),
                                     &f->arena, &f->earned),
                     LG_COORD_DONE);
}

/* 6.9 kWh at 0.40 less are 2.76 NOK; 3 kWh at 0.75 more cost nothing; 5 kWh at an hour the curve
 * does not name earn nothing. */
static void a_curve_pays_where_it_lowers_the_price(void **state)
{
    fixture f;
    (void)state;
    open_village(&f);
    const char *event = publish(&f, "charger-1", "home-1", "-0.40", 3600, LG_COORD_ENERGY_kWh);
    lg_coord_point points[] = {village_point("2026-03-11T01:00:00Z", "6.9"),
                               village_point("2026-03-11T02:00:00Z", "5"),
                               village_point("2026-03-11T16:00:00Z", "3")};
    report(&f, event,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 3600, .points = points, .point_count = 3});
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.count, 1);
    assert_string_equal(f.earned.list[0].location->item.id, "home-1");
    assert_int_equal(f.earned.list[0].active_uct, 276000000);
    assert_int_equal(f.earned.list[0].blocked_uct, 0);
    earn(&f, "ann", "2026-04-01T00:00:00Z"); /* the next month */
    assert_int_equal(f.earned.count, 0);
    close_village(&f);
}

/* The same hour again: 2 kWh count, 0.80 NOK. A quarter of it again, 1 kWh in the place of 0.5:
 * 2.5 kWh, 1.00 NOK. */
static void the_latest_report_counts(void **state)
{
    fixture f;
    (void)state;
    open_village(&f);
    const char *event = publish(&f, "charger-1", "home-1", "-0.40", 3600, LG_COORD_ENERGY_kWh);
    lg_coord_point first[] = {village_point("2026-03-11T01:00:00Z", "6.9")},
                   second[] = {village_point("2026-03-11T01:00:00Z", "2")},
                   third[] = {village_point("2026-03-11T01:15:00Z", "1")};
    report(&f, event,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 3600, .points = first, .point_count = 1});
    report(&f, event,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 3600, .points = second, .point_count = 1});
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, 80000000);
    report(&f, NULL,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 900, .points = third, .point_count = 1});
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, 100000000);
    close_village(&f);
}

/* A curve of quarters says something about 01:00 to 01:15 only: of 4 kWh in the hour 1 kWh counts,
 * 0.40 NOK. */
static void an_hour_is_four_equal_quarters(void **state)
{
    fixture f;
    (void)state;
    open_village(&f);
    publish(&f, "charger-1", "home-1", "-0.40", 900, LG_COORD_ENERGY_kWh);
    lg_coord_point points[] = {village_point("2026-03-11T01:00:00Z", "4")};
    report(&f, NULL,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 3600, .points = points, .point_count = 1});
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, 40000000);
    close_village(&f);
}

/* The later curve rules: 0.10 less in the place of 0.40, and its neutral hour takes all away. 400
 * NOK less a MWh are 0.40 a kWh. */
static void the_curve_published_last_rules(void **state)
{
    fixture f;
    lg_coord_point points[] = {village_point("2026-03-11T01:00:00Z", "6.9")};
    (void)state;
    open_village(&f);
    report(&f, NULL,
           (lg_coord_payload){
               .resource = "charger-1", .resolution_s = 3600, .points = points, .point_count = 1});
    publish(&f, "charger-1", "home-1", "-400", 3600, LG_COORD_ENERGY_MWh);
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, 276000000);
    publish(&f, "charger-1", "home-1", "-0.10", 3600, LG_COORD_ENERGY_kWh);
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, 69000000);
    publish(&f, "charger-1", "home-1", "0", 3600, LG_COORD_ENERGY_kWh);
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.count, 0);
    close_village(&f);
}

/* A car that charged at a meter point which is not the location's, and a home without any: earned,
 * and not paid. What is fed in earns nothing. */
static void problems_block(void **state)
{
    fixture f;
    lg_coord_point points[] = {village_point("2026-03-11T01:00:00Z", "1.25")},
                   fed[] = {village_point("2026-03-11T01:00:00Z", "-3")};
    (void)state;
    open_village(&f);
    publish(&f, "car-1", "home-1", "-0.40", 3600, LG_COORD_ENERGY_kWh);
    publish(&f, "panel-2", "home-2", "-0.40", 3600, LG_COORD_ENERGY_kWh);
    report(&f, NULL,
           (lg_coord_payload){.resource = "car-1",
                              .location = "home-1",
                              .meter = "999",
                              .resolution_s = 3600,
                              .points = points,
                              .point_count = 1});
    earn(&f, "ann", "2026-03-20T00:00:00Z");
    assert_true(f.earned.list[0].other_meter && !f.earned.list[0].lacks_meter);
    assert_int_equal(f.earned.list[0].active_uct, 0);
    assert_int_equal(f.earned.list[0].blocked_uct, 50000000);
    report(&f, NULL,
           (lg_coord_payload){
               .resource = "panel-2", .resolution_s = 3600, .points = fed, .point_count = 1});
    earn(&f, "bob", "2026-03-20T00:00:00Z");
    assert_int_equal(f.earned.count, 0);
    report(&f, NULL,
           (lg_coord_payload){
               .resource = "panel-2", .resolution_s = 3600, .points = points, .point_count = 1});
    earn(&f, "bob", "2026-03-20T00:00:00Z");
    assert_true(f.earned.list[0].lacks_meter);
    assert_int_equal(f.earned.list[0].blocked_uct, 50000000);
    close_village(&f);
}

/* 29 March in Norway has 23 hours. One kWh in each at 1 NOK less: 23 NOK. */
static void the_short_day_has_23_hours(void **state)
{
    fixture f;
    lg_coord_point prices[23], energy[23];
    const lg_coord_zone *oslo = lg_coord_zone_find("Europe/Oslo");
    int64_t from = lg_coord_zone_midnight(oslo, 2026, 3, 29),
            to = lg_coord_zone_midnight(oslo, 2026, 3, 30);
    uint32_t hours = 0;
    (void)state;
    open_village(&f);
    for (int64_t at = from; at < to; at += LG_COORD_HOUR_US, hours++) {
        prices[hours] = (lg_coord_point){at, {-LG_COORD_NANO, "-1"}};
        energy[hours] = (lg_coord_point){at, {LG_COORD_NANO, "1"}};
    }
    assert_int_equal(hours, 23);
    const lg_coord_target target = {.resource = "charger-1", .location = "home-1"};
    const lg_coord_event_draft draft = {.kind = LG_COORD_EVENT_PriceCurve,
                                        .targets = &target,
                                        .target_count = 1,
                                        .resolution_s = 3600,
                                        .points = prices,
                                        .point_count = hours};
    lg_coord_event *event;
    assert_int_equal(lg_coord_publish(f.coord, f.tenant, &draft, &event, NULL), LG_COORD_DONE);
    report(
        &f, event->item.id,
        (lg_coord_payload){
            .resource = "charger-1", .resolution_s = 3600, .points = energy, .point_count = hours});
    earn(&f, "ann", "2026-03-31T12:00:00Z");
    assert_int_equal(f.earned.list[0].active_uct, INT64_C(2300000000));
    close_village(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curve_pays_where_it_lowers_the_price),
        cmocka_unit_test(the_latest_report_counts),
        cmocka_unit_test(an_hour_is_four_equal_quarters),
        cmocka_unit_test(the_curve_published_last_rules),
        cmocka_unit_test(problems_block),
        cmocka_unit_test(the_short_day_has_23_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
