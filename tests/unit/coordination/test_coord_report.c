/* Signals reach who takes part; answers are taken whole or refused with what is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "support/failing_mem.h"
#include "village.h"

static lg_coord_event *limit(lg_coord *coord, lg_coord_tenant *tenant, const char *hour,
                             lg_coord_result expected)
{
    const lg_coord_point points[] = {village_point(hour, "0")};
    const lg_coord_target target = {.resource = "charger-1",
                                    .location = "home-1",
                                    .meter = "7070001",
                                    .resolution_s = 3600,
                                    .points = points,
                                    .point_count = 1};
    const lg_coord_event_draft draft = {
        .kind = LG_COORD_EVENT_ResourceLPC, .targets = &target, .target_count = 1};
    lg_coord_event *event;
    assert_int_equal(lg_coord_publish(coord, tenant, &draft, &event, NULL), expected);
    return event;
}

static void signals_reach_who_takes_part(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    (void)state;
    limit(coord, tenant, "2026-03-11T15:30:00Z", LG_COORD_INVALID); /* no whole hour */
    assert_non_null(limit(coord, tenant, "2026-03-11T15:00:00Z", LG_COORD_DONE));
    assert_int_equal(lg_coord_leave(coord, tenant, "ann"), LG_COORD_DONE);
    assert_null(limit(coord, tenant, "2026-03-11T15:00:00Z", LG_COORD_INVALID));
    assert_int_equal(tenant->events.count, 1);
    lg_coord_free(coord);
}

static void answer(lg_coord *coord, lg_coord_tenant *tenant, const lg_coord_event *event,
                   const char *when, bool accepts)
{
    const lg_coord_named who = {"charger-1", "home-1", "7070001"};
    lg_coord_payload payload = {.kind = LG_COORD_PAYLOAD_RESOURCE_ANSWER,
                                .accepted = &who,
                                .declined = &who,
                                .accepted_count = accepts,
                                .declined_count = !accepts};
    const lg_coord_report *out;
    lg_coord_begin(coord, village_at(when));
    assert_int_equal(
        lg_coord_take_report(coord, tenant, event->item.id, &payload, 1, "{}", &out, NULL),
        LG_COORD_DONE);
}

/* Until 15:00 the latest answer counts; who is silent for a quarter of an hour has declined. */
static void a_limit_is_answered_until_it_begins(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    (void)state;
    lg_coord_begin(coord, village_at("2026-03-11T14:00:00Z"));
    lg_coord_event *event = limit(coord, tenant, "2026-03-11T15:00:00Z", LG_COORD_DONE);
    const lg_coord_target *target = lg_coord_target_of(event, "charger-1", NULL);
    assert_int_equal(lg_coord_answer_of(coord, event, target, coord->now_us), LG_COORD_SILENT);
    assert_int_equal(lg_coord_answer_of(coord, event, target, village_at("2026-03-11T14:15:00Z")),
                     LG_COORD_EXPIRED);
    answer(coord, tenant, event, "2026-03-11T14:20:00Z", true);
    assert_int_equal(target->answer, LG_COORD_ACCEPTED);
    answer(coord, tenant, event, "2026-03-11T14:40:00Z", false);
    assert_int_equal(target->answer, LG_COORD_DECLINED);
    answer(coord, tenant, event, "2026-03-11T15:00:00Z", true);
    assert_int_equal(target->answer, LG_COORD_DECLINED); /* it has begun */
    lg_coord_free(coord);
}

static void what_is_wrong_is_named_err(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_coord_event *event = limit(coord, tenant, "2026-03-11T15:00:00Z", LG_COORD_DONE);
    lg_coord_point hour[] = {village_point("2026-03-11T15:00:00Z", "1")},
                   odd[] = {village_point("2026-03-11T15:10:00Z", "1")},
                   below[] = {village_point("2026-03-11T15:00:00Z", "-1")},
                   twice[] = {village_point("2026-03-11T15:00:00Z", "1"),
                              village_point("2026-03-11T15:00:00Z", "2")};
    const struct {
        const char *event;
        lg_coord_payload payload;
        const char *path;
    } cases[] = {
        {"no-event", {.resource = "charger-1", .resolution_s = 3600}, "eventId"},
        {NULL, {.resource = "nothing", .resolution_s = 3600}, "payloads[0].resourceId"},
        {event->item.id,
         {.resource = "panel-2", .resolution_s = 3600, .points = hour, .point_count = 1},
         "payloads[0].resourceId"},
        {NULL,
         {.resource = "charger-1", .resolution_s = 3600, .points = odd, .point_count = 1},
         "payloads[0].points"},
        {NULL,
         {.resource = "charger-1", .resolution_s = 3600, .points = below, .point_count = 1},
         "payloads[0].points"},
        {NULL,
         {.resource = "charger-1", .resolution_s = 3600, .points = twice, .point_count = 2},
         "payloads[0].points"},
        {NULL,
         {.kind = LG_COORD_PAYLOAD_LOCATION_USAGE,
          .location = "home-1",
          .meter = "999",
          .resolution_s = 3600},
         "payloads[0].meterPointId"},
        {NULL, {.kind = LG_COORD_PAYLOAD_RESOURCE_ANSWER}, "payloads[0].payloadType"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_coord_payload payload = cases[i].payload;
        const lg_coord_report *out;
        lg_coord_why why;
        assert_int_equal(
            lg_coord_take_report(coord, tenant, cases[i].event, &payload, 1, "{}", &out, &why),
            LG_COORD_INVALID);
        assert_string_equal(why.path, cases[i].path);
        assert_null(out);
    }
    assert_int_equal(tenant->reports.count, 0);
    lg_coord_free(coord);
}

/* Of one report about both: two payloads of the same resource need room together. */
static int report_much(lg_mem *mem, void *ctx)
{
    lg_coord_tenant *tenant;
    lg_coord_point first[24], second[24];
    lg_coord *coord = village_new(mem, &tenant);
    const lg_coord_report *out;
    (void)ctx;
    if (!coord)
        return 1;
    for (int i = 0; i < 24; i++) {
        first[i] = (lg_coord_point){i * LG_COORD_HOUR_US, {LG_COORD_NANO, "1"}};
        second[i] = (lg_coord_point){(24 + i) * LG_COORD_HOUR_US, {LG_COORD_NANO, "1"}};
    }
    lg_coord_payload payloads[] = {
        {.resource = "car-1", .resolution_s = 3600, .points = second, .point_count = 24},
        {.resource = "car-1", .resolution_s = 3600, .points = first, .point_count = 24},
    };
    lg_coord_result result =
        lg_coord_take_report(coord, tenant, NULL, payloads, 2, "{}", &out, NULL);
    const lg_coord_usage *usage = lg_coord_table_find(&tenant->usages, "car-1");
    bool whole = result == LG_COORD_DONE && usage->count == 192 && usage->quarters[0].quarter == 0;
    lg_coord_free(coord);
    return result == LG_COORD_MEMORY ? 1 : whole ? 0 : 2;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(report_much, NULL) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_reach_who_takes_part),
        cmocka_unit_test(a_limit_is_answered_until_it_begins),
        cmocka_unit_test(what_is_wrong_is_named_err),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
