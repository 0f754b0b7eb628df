/* The coordination of a run: two aggregators, three homes, slots of a quarter of an hour. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "coordination/scene.h"
#include "village.h"

enum { SLOT_US = 900 * 1000000, EAST = 0, WEST = 1 };

static const char *const aggregators[] = {"east", "west"};

static lg_scene *open_scene(void)
{
    static const lg_scene_resource resources[] = {
        {.id = "car-1", .home = "home-1", .aggregator = EAST, .asset = 3},
        {.id = "panel-1", .home = "home-1", .aggregator = EAST, .asset = 4, .feeds_in = true},
        {.id = "car-2", .home = "home-2", .aggregator = EAST, .asset = 5},
        {.id = "car-3", .home = "home-3", .aggregator = WEST, .asset = 6},
    };
    lg_scene_rules rules = {
        .settings = lg_coord_defaults(),
        .currency = LG_COORD_CURRENCY_EUR,
        .start_us = village_at("2026-03-11T00:00:00Z"),
        .slot_s = 900,
        .aggregators = aggregators,
        .aggregator_count = 2,
    };
    lg_scene *scene = lg_scene_new(lg_mem_system(), &rules);
    assert_non_null(scene);
    for (int i = 0; i < 4; i++)
        assert_int_equal(lg_scene_add(scene, &resources[i], NULL), LG_COORD_DONE);
    assert_int_equal(lg_scene_advance(scene, rules.start_us), LG_OK);
    return scene;
}

static lg_scene_done act(lg_scene *scene, uint32_t part, lg_scene_act what)
{
    what.part = part;
    return lg_scene_do(scene, &what);
}

static lg_scene *open_enrolled(void)
{
    lg_scene *scene = open_scene();
    assert_int_equal(act(scene, EAST, (lg_scene_act){.kind = LG_ACT_ENROL}).number, 2);
    assert_int_equal(act(scene, WEST, (lg_scene_act){.kind = LG_ACT_ENROL}).number, 1);
    act(scene, LG_SCENE_OPERATOR, (lg_scene_act){.kind = LG_ACT_PROGRAM, .name = "curves"});
    act(scene, LG_SCENE_OPERATOR,
        (lg_scene_act){.kind = LG_ACT_PROGRAM, .name = "limits", .limits = true});
    return scene;
}

/* Publishes one point at @p slot to @p resource, or to all for LG_SCENE_NOBODY. */
static lg_scene_done publish(lg_scene *scene, const char *program, uint32_t slot, int64_t value,
                             uint32_t resource)
{
    const lg_scene_point point = {slot, value};
    return act(scene, LG_SCENE_OPERATOR,
               (lg_scene_act){.kind = LG_ACT_EVENT,
                              .name = program,
                              .points = &point,
                              .point_count = 1,
                              .resources = &resource,
                              .resource_count = resource != LG_SCENE_NOBODY});
}

static void parts_do_their_own_only(void **state)
{
    (void)state;
    lg_scene *scene = open_enrolled();
    assert_int_equal(act(scene, EAST, (lg_scene_act){.kind = LG_ACT_PROGRAM, .name = "x"}).result,
                     LG_COORD_CONFLICT);
    assert_int_equal(act(scene, LG_SCENE_OPERATOR, (lg_scene_act){.kind = LG_ACT_ENROL}).result,
                     LG_COORD_CONFLICT);
    const uint32_t others = 3;
    assert_int_equal(
        act(scene, EAST,
            (lg_scene_act){.kind = LG_ACT_REPORT, .resources = &others, .resource_count = 1})
            .result,
        LG_COORD_INVALID);
    lg_scene_free(scene);
}

static void everybody_may_until_a_neighbourhood_is_named(void **state)
{
    static const char *const homes[] = {"home-2"}, *const unknown[] = {"home-9"};
    (void)state;
    lg_scene *scene = open_enrolled();
    assert_true(lg_scene_user_of(scene, 0)->eligible);
    const lg_scene_news *news = lg_scene_news_at(scene, 0);
    assert_int_equal(news->kind, LG_NEWS_ELIGIBLE);
    assert_int_equal(news->eligible->body.added_count, 2);
    assert_int_equal(
        act(scene, LG_SCENE_OPERATOR,
            (lg_scene_act){
                .kind = LG_ACT_NEIGHBOURHOOD, .name = "south", .homes = unknown, .home_count = 1})
            .result,
        LG_COORD_INVALID);
    assert_true(lg_scene_user_of(scene, 0)->eligible);
    act(scene, LG_SCENE_OPERATOR,
        (lg_scene_act){
            .kind = LG_ACT_NEIGHBOURHOOD, .name = "south", .homes = homes, .home_count = 1});
    assert_false(lg_scene_user_of(scene, 0)->eligible);
    assert_true(lg_scene_user_of(scene, 2)->eligible);
    assert_int_equal(publish(scene, "curves", 4, -10000000, LG_SCENE_NOBODY).number, 1);
    assert_int_equal(lg_scene_event_of(scene, 1)->part_count, 1);
    assert_int_equal(publish(scene, "curves", 4, -10000000, 0).result, LG_COORD_INVALID);
    uint64_t before = lg_scene_news_count(scene);
    assert_int_equal(lg_scene_advance(scene, lg_scene_now(scene) + 11 * LG_COORD_MINUTE_US), LG_OK);
    assert_int_equal(lg_scene_news_count(scene), before + 2); /* each has lost one */
    lg_scene_free(scene);
}

static void the_last_event_rules_and_declined_limits_do_not(void **state)
{
    lg_scene_ruling r;
    (void)state;
    lg_scene *scene = open_enrolled();
    publish(scene, "curves", 4, -10000000, LG_SCENE_NOBODY);
    publish(scene, "curves", 4, 5000000, 0);
    publish(scene, "limits", 4, 3700000, 0);
    lg_scene_rule(scene, 0, 4, &r);
    assert_int_equal(r.delta_uct, 5000000);
    assert_int_equal(r.limit_mw, 3700000);
    lg_scene_rule(scene, 2, 4, &r);
    assert_int_equal(r.delta_uct, -10000000);
    assert_int_equal(r.limit, 0);
    lg_scene_rule(scene, 0, 5, &r);
    assert_int_equal(r.curve, 0);
    assert_int_equal(act(scene, EAST, (lg_scene_act){.kind = LG_ACT_ANSWER, .event = 3}).number, 1);
    lg_scene_rule(scene, 0, 4, &r);
    assert_int_equal(r.limit, 0); /* accept is not said: declined */
    assert_int_equal(
        act(scene, EAST, (lg_scene_act){.kind = LG_ACT_ANSWER, .event = 3, .accept = true}).number,
        1);
    lg_scene_rule(scene, 0, 4, &r);
    assert_int_equal(r.limit, 3);
    assert_int_equal(
        act(scene, WEST, (lg_scene_act){.kind = LG_ACT_ANSWER, .event = 3, .accept = true}).result,
        LG_COORD_UNKNOWN);
    lg_scene_free(scene);
}

static void who_is_silent_has_declined_and_is_told_once(void **state)
{
    lg_scene_ruling r;
    (void)state;
    lg_scene *scene = open_enrolled();
    publish(scene, "limits", 4, 0, 0);
    uint64_t before = lg_scene_news_count(scene);
    for (int slot = 1; slot < 4; slot++)
        assert_int_equal(
            lg_scene_advance(scene, lg_scene_slot_us(scene, 0) + slot * (int64_t)SLOT_US), LG_OK);
    assert_int_equal(lg_scene_news_count(scene), before + 1);
    assert_int_equal(lg_scene_news_at(scene, before)->answer, LG_COORD_EXPIRED);
    lg_scene_rule(scene, 0, 4, &r);
    assert_int_equal(r.limit, 0);
    lg_scene_free(scene);
}

/* 2 kWh at 10 ct less, 1 kWh at 5 ct more: 20 ct. */
static void reports_are_what_was_measured_and_earn_what_the_curve_took_off(void **state)
{
    lg_arena arena;
    lg_coord_earnings earned;
    (void)state;
    lg_scene *scene = open_enrolled();
    const lg_scene_point points[] = {{0, -10000000}, {1, 5000000}};
    act(scene, LG_SCENE_OPERATOR,
        (lg_scene_act){.kind = LG_ACT_EVENT, .name = "curves", .points = points, .point_count = 2});
    assert_int_equal(act(scene, EAST, (lg_scene_act){.kind = LG_ACT_REPORT, .event = 1}).result,
                     LG_COORD_INVALID); /* nothing is over */
    const int64_t first[] = {2000000000, -500000000, 0, 7}, second[] = {1000000000, 0, 0, 0};
    assert_int_equal(lg_scene_measure(scene, 0, first), LG_OK);
    assert_int_equal(lg_scene_measure(scene, 1, second), LG_OK);
    assert_int_equal(lg_scene_measure(scene, 2, second), LG_OK);
    lg_scene_done done = act(scene, EAST, (lg_scene_act){.kind = LG_ACT_REPORT, .event = 1});
    assert_int_equal(done.number, 3); /* one a resource */
    const lg_scene_report *report = lg_scene_report_of(scene, 1);
    assert_int_equal(report->count, 2); /* the third slot is not the event's */
    assert_int_equal(report->points[0].reported_uwh, 2000000000);
    lg_arena_init(&arena, lg_mem_system(), 1024);
    const lg_coord *store = lg_scene_store(scene);
    assert_int_equal(lg_coord_earned(store, lg_coord_tenant_of(store, "east"),
                                     lg_scene_user_of(scene, 0), lg_scene_now(scene), &arena,
                                     &earned),
                     LG_COORD_DONE);
    assert_int_equal(earned.count, 1);
    assert_int_equal(earned.list[0].active_uct, 20000000);
    lg_arena_drop(&arena);
    assert_false(lg_scene_own_rule(scene));
    act(scene, LG_SCENE_OPERATOR,
        (lg_scene_act){.kind = LG_ACT_PAY, .report = 1, .amount_uct = 42});
    assert_true(lg_scene_own_rule(scene));
    assert_int_equal(report->paid_uct, 42);
    lg_scene_free(scene);
}

static void what_is_reported_may_differ_from_what_was_measured(void **state)
{
    const uint32_t car = 0;
    const lg_scene_point point = {0, 3000000000};
    const int64_t used[] = {2000000000, 0, 0, 0};
    (void)state;
    lg_scene *scene = open_enrolled();
    assert_int_equal(lg_scene_measure(scene, 0, used), LG_OK);
    act(scene, EAST,
        (lg_scene_act){.kind = LG_ACT_REPORT,
                       .resources = &car,
                       .resource_count = 1,
                       .points = &point,
                       .point_count = 1});
    const lg_scene_report *report = lg_scene_report_of(scene, 1);
    assert_int_equal(report->points[0].reported_uwh, 3000000000);
    assert_int_equal(report->points[0].measured_uwh, 2000000000);
    lg_scene_free(scene);
}

/* A refused act leaves the scene as it was. */
static void what_is_refused_changes_nothing(void **state)
{
    (void)state;
    lg_scene *scene = open_enrolled();
    uint64_t news = lg_scene_news_count(scene);
    const lg_scene_point twice[] = {{4, 1}, {4, 2}};
    assert_int_equal(
        act(scene, LG_SCENE_OPERATOR,
            (lg_scene_act){
                .kind = LG_ACT_EVENT, .name = "curves", .points = twice, .point_count = 2})
            .result,
        LG_COORD_INVALID);
    assert_int_equal(publish(scene, "limits", 4, -1, LG_SCENE_NOBODY).result, LG_COORD_INVALID);
    assert_int_equal(publish(scene, "nothing", 4, 1, LG_SCENE_NOBODY).result, LG_COORD_UNKNOWN);
    assert_int_equal(act(scene, LG_SCENE_OPERATOR,
                         (lg_scene_act){.kind = LG_ACT_PROGRAM, .name = "curves", .limits = true})
                         .result,
                     LG_COORD_CONFLICT);
    assert_int_equal(lg_scene_news_count(scene), news);
    assert_int_equal(lg_scene_event_count(scene), 0);
    lg_scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_do_their_own_only),
        cmocka_unit_test(everybody_may_until_a_neighbourhood_is_named),
        cmocka_unit_test(the_last_event_rules_and_declined_limits_do_not),
        cmocka_unit_test(who_is_silent_has_declined_and_is_told_once),
        cmocka_unit_test(reports_are_what_was_measured_and_earn_what_the_curve_took_off),
        cmocka_unit_test(what_is_reported_may_differ_from_what_was_measured),
        cmocka_unit_test(what_is_refused_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
