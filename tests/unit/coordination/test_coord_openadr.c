/* Durations as calendars have them, labels as grants, and what hangs on what. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "coordination/openadr.h"
#include "support/failing_mem.h"
#include "village.h"

static int64_t after(const char *start, const char *duration)
{
    lg_oadr_span span;
    assert_true(lg_oadr_span_read(duration, &span));
    return lg_oadr_span_after(village_at(start), &span);
}

static void durations_follow_the_calendar(void **state)
{
    static const struct {
        const char *start, *duration, *end;
    } cases[] = {
        {"2026-03-11T01:00:00Z", "PT1H", "2026-03-11T02:00:00Z"},
        {"2026-03-11T01:00:00Z", "PT0S", "2026-03-11T01:00:00Z"},
        {"2026-03-11T01:00:00Z", "P0Y0M0DT1H0M0S", "2026-03-11T02:00:00Z"},
        {"2026-03-11T01:00:00Z", "P1DT12H", "2026-03-12T13:00:00Z"},
        {"2026-03-11T01:00:00Z", "P2W", "2026-03-25T01:00:00Z"},
        {"2026-03-11T01:00:00Z", "PT0.5S", "2026-03-11T01:00:00.500000Z"},
        {"2026-03-11T01:00:00Z", "P1M", "2026-04-11T01:00:00Z"},
        {"2026-01-31T01:00:00Z", "P1M", "2026-02-28T01:00:00Z"},
        {"2028-01-31T01:00:00Z", "P1M", "2028-02-29T01:00:00Z"},
        {"2026-11-11T01:00:00Z", "P1Y2M", "2028-01-11T01:00:00Z"},
        {"2026-03-11T01:00:00Z", "-PT1H", "2026-03-11T00:00:00Z"},
        {"2026-03-11T01:00:00Z", "-P3M", "2025-12-11T01:00:00Z"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(after(cases[i].start, cases[i].duration) == village_at(cases[i].end));
    assert_true(after("2026-03-11T01:00:00Z", "P9999Y") == INT64_MAX);
}

static void what_is_no_duration_err(void **state)
{
    static const char *const cases[] = {"",      "P",    "PT",    "1H",    "PT1",
                                        "P1H",   "PT1D", "P1D1Y", "P1D2D", "PT1.5H",
                                        "PT1.S", "P-1D", "PT1H ", "+PT1H", "P99999999999Y"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_oadr_span span;
        if (lg_oadr_span_read(cases[i], &span))
            fail_msg("%s", cases[i]);
    }
}

static lg_coord_result put(lg_coord *coord, lg_oadr_draft draft, lg_oadr **out)
{
    draft.priority = draft.ends_us = INT64_MAX;
    draft.body = "";
    lg_coord_begin(coord, coord->now_us);
    return lg_oadr_put(coord, NULL, &draft, out, NULL);
}

static int build(lg_mem *mem, void *ctx)
{
    static const char *const a[] = {"a"}, *const ab[] = {"a", "b"};
    const lg_oadr_wish wish = {1u << LG_OADR_EVENT, 1u << LG_OADR_CREATE, "https://x/", "t"};
    lg_coord_settings settings = lg_coord_defaults();
    lg_coord *coord = lg_coord_new(mem, &settings);
    lg_oadr *program, *event, *ven, *thing;
    bool *whole = ctx;
    if (!coord)
        return 1;
    lg_coord_result result = put(coord, (lg_oadr_draft){.name = "p"}, &program);
    if (result == LG_COORD_DONE)
        result = put(coord,
                     (lg_oadr_draft){.kind = LG_OADR_EVENT,
                                     .program = program->item.id,
                                     .targets = ab,
                                     .target_count = 2},
                     &event);
    if (result == LG_COORD_DONE)
        result = put(
            coord,
            (lg_oadr_draft){
                .kind = LG_OADR_VEN, .name = "v", .client = "c", .targets = a, .target_count = 1},
            &ven);
    if (result == LG_COORD_DONE)
        result =
            put(coord,
                (lg_oadr_draft){
                    .kind = LG_OADR_RESOURCE, .name = "r", .client = "c", .parent = ven->item.id},
                &thing);
    if (result == LG_COORD_DONE)
        result =
            put(coord,
                (lg_oadr_draft){
                    .kind = LG_OADR_REPORT, .name = "v", .client = "c", .parent = event->item.id},
                &thing);
    if (result == LG_COORD_DONE)
        result = put(coord,
                     (lg_oadr_draft){.kind = LG_OADR_SUBSCRIPTION,
                                     .name = "v",
                                     .client = "c",
                                     .wishes = &wish,
                                     .wish_count = 1},
                     &thing);
    if (result == LG_COORD_DONE)
        result = lg_oadr_note_to(coord, thing, thing->is.wishes, "{}");
    if (result == LG_COORD_DONE) {
        const lg_oadr_who c = {.client = "c"}, d = {.client = "d"},
                          bl = {.client = "bl", .all = true};
        *whole = lg_oadr_sees(&c, a, 1, event) && !lg_oadr_sees(&d, NULL, 0, event) &&
                 lg_oadr_sees(&bl, NULL, 0, event) && lg_oadr_sees(&d, NULL, 0, program) &&
                 lg_oadr_sees(&c, a, 1, ven) && !lg_oadr_sees(&d, a, 1, ven) &&
                 lg_oadr_next_note(coord, thing->item.id) != NULL;
        lg_oadr_drop(coord, thing); /* with its note */
        lg_oadr_drop(coord, program);
        lg_oadr_drop(coord, ven);
        for (int kind = 0; kind < 6; kind++)
            *whole &= coord->openadr[kind].count == 0;
        *whole &= coord->notes.count == 0;
    }
    lg_coord_free(coord);
    return result == LG_COORD_MEMORY ? 1 : result == LG_COORD_DONE ? 0 : 2;
}

static void what_hangs_on_what_goes_with_it(void **state)
{
    bool whole = false;
    (void)state;
    assert_true(lg_sweep_allocations(build, &whole) > 10);
    assert_true(whole);
}

static void names_are_unique_err(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_oadr *out, *one;
    (void)state;
    assert_int_equal(put(coord, (lg_oadr_draft){.name = "p"}, &one), LG_COORD_DONE);
    assert_int_equal(put(coord, (lg_oadr_draft){.name = "p"}, &out), LG_COORD_CONFLICT);
    assert_int_equal(put(coord, (lg_oadr_draft){.kind = LG_OADR_EVENT, .program = "none"}, &out),
                     LG_COORD_CONFLICT);
    assert_int_equal(
        put(coord, (lg_oadr_draft){.kind = LG_OADR_VEN, .name = "v", .client = "c"}, &out),
        LG_COORD_DONE);
    assert_int_equal(
        put(coord, (lg_oadr_draft){.kind = LG_OADR_VEN, .name = "w", .client = "c"}, &out),
        LG_COORD_CONFLICT);
    assert_int_equal(
        put(coord, (lg_oadr_draft){.kind = LG_OADR_RESOURCE, .name = "r", .parent = "none"}, &out),
        LG_COORD_CONFLICT);
    lg_coord_free(coord);
}

/* Who takes part has the labels of what is his, without anybody granting them. */
static void labels_of_resources_follow_their_users(void **state)
{
    lg_coord_tenant *tenant;
    (void)state;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_oadr_who who = {.client = "north-client", .tenant = tenant};
    assert_true(lg_oadr_has_label(&who, NULL, 0, "res-car-1"));
    assert_true(lg_oadr_has_label(&who, NULL, 0, "loc-home-2"));
    assert_false(lg_oadr_has_label(&who, NULL, 0, "res-home-2"));
    assert_false(lg_oadr_has_label(&who, NULL, 0, "car-1"));
    lg_coord_begin(coord, coord->now_us);
    assert_int_equal(lg_coord_leave(coord, tenant, "ann"), LG_COORD_DONE);
    assert_false(lg_oadr_has_label(&who, NULL, 0, "res-car-1"));
    assert_true(lg_oadr_has_label(&who, NULL, 0, "loc-home-2"));
    assert_int_equal(lg_coord_put_client(coord, "n", "nobody"), LG_COORD_UNKNOWN);
    assert_int_equal(lg_coord_put_client(coord, "n", "north"), LG_COORD_DONE);
    assert_int_equal(lg_coord_put_client(coord, "n", "north"), LG_COORD_DONE);
    assert_ptr_equal(lg_coord_tenant_by(coord, "n"), tenant);
    assert_null(lg_coord_tenant_by(coord, "m"));
    lg_coord_free(coord);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_of_resources_follow_their_users),
        cmocka_unit_test(durations_follow_the_calendar),
        cmocka_unit_test(what_is_no_duration_err),
        cmocka_unit_test(what_hangs_on_what_goes_with_it),
        cmocka_unit_test(names_are_unique_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
