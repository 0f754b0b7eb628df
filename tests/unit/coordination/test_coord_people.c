/* Who is there, who may take part, and who is told so: batches are all or nothing, polygons and
 * meter points decide, and what changes back within ten minutes is no news. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "support/failing_mem.h"
#include "village.h"

static lg_coord_user *user_of(lg_coord_tenant *tenant, const char *id)
{
    return lg_coord_table_find(&tenant->users, id);
}

static void a_batch_is_all_or_nothing_err(void **state)
{
    static const char *const ids[] = {"cid", "dan", "ann"}, *const word[] = {"batch"};
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_coord_why why;
    (void)state;
    assert_int_equal(lg_coord_add_users(coord, tenant, ids, 3, &why), LG_COORD_CONFLICT);
    assert_string_equal(why.path, "users[2].userId");
    assert_int_equal(tenant->users.count, 2);
    assert_int_equal(lg_coord_add_users(coord, tenant, word, 1, &why), LG_COORD_INVALID);
    const lg_coord_location_draft none = {.id = "home-3", .user = "ann"};
    assert_int_equal(lg_coord_add_locations(coord, tenant, &none, 1, &why), LG_COORD_INVALID);
    assert_string_equal(why.text, "give meter points or coordinates");
    static const char *const taken[] = {"7070001"};
    const lg_coord_location_draft second = {
        .id = "home-3", .user = "bob", .meters = taken, .meter_count = 1};
    assert_int_equal(lg_coord_add_locations(coord, tenant, &second, 1, &why), LG_COORD_CONFLICT);
    lg_coord_free(coord);
}

static void polygons_and_meters_decide(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    (void)state;
    assert_true(user_of(tenant, "ann")->eligible && user_of(tenant, "bob")->eligible);
    assert_true(lg_coord_meter_is_eligible(coord, "7070001"));
    assert_false(lg_coord_meter_is_eligible(coord, "7070002"));
    const lg_coord_location_draft away = {
        .id = "home-2", .user = "bob", .placed = true, .place = {{0, "0"}, {0, "0"}}};
    assert_int_equal(lg_coord_put_location(coord, tenant, &away, NULL), LG_COORD_DONE);
    assert_false(user_of(tenant, "bob")->eligible);
    assert_int_equal(lg_coord_drop_neighbourhood(coord, "hill"), LG_COORD_DONE);
    assert_false(user_of(tenant, "ann")->eligible);
    assert_int_equal(lg_coord_drop_location(coord, tenant, "bob", "home-1"), LG_COORD_UNKNOWN);
    assert_int_equal(lg_coord_drop_location(coord, tenant, "ann", "home-1"), LG_COORD_DONE);
    assert_null(lg_coord_table_find(&tenant->resources, "charger-1")); /* was bound to it */
    assert_non_null(lg_coord_table_find(&tenant->resources, "car-1"));
    assert_int_equal(lg_coord_drop_user(coord, tenant, "ann"), LG_COORD_DONE);
    assert_null(lg_coord_table_find(&tenant->resources, "car-1"));
    lg_coord_free(coord);
}

static lg_coord_event *last_event(const lg_coord_tenant *tenant)
{
    return (lg_coord_event *)tenant->events.items[tenant->events.count - 1];
}

static void changes_are_told_every_ten_minutes(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    int64_t start = coord->now_us, minute = LG_COORD_MINUTE_US;
    const lg_coord_location_draft away = {
        .id = "home-2", .user = "bob", .placed = true, .place = {{0, "0"}, {0, "0"}}};
    (void)state;
    assert_true(lg_coord_eligibility_due(coord) == start);
    lg_coord_begin(coord, start + 1);
    assert_int_equal(lg_coord_tell_eligible(coord), LG_COORD_DONE);
    assert_int_equal(tenant->events.count, 1);
    assert_int_equal(last_event(tenant)->body.added_count, 2);
    assert_true(lg_coord_eligibility_due(coord) == INT64_MAX);
    lg_coord_begin(coord, start + minute);
    assert_int_equal(lg_coord_put_location(coord, tenant, &away, NULL), LG_COORD_DONE);
    assert_true(lg_coord_eligibility_due(coord) == start + 1 + 10 * minute);
    lg_coord_begin(coord, start + 2 * minute);
    assert_int_equal(lg_coord_tell_eligible(coord), LG_COORD_DONE);
    assert_int_equal(tenant->events.count, 1); /* not yet */
    lg_coord_begin(coord, start + 11 * minute);
    assert_int_equal(lg_coord_tell_eligible(coord), LG_COORD_DONE);
    assert_int_equal(tenant->events.count, 2);
    assert_int_equal(last_event(tenant)->body.removed_count, 1);
    assert_string_equal(last_event(tenant)->body.removed[0], "bob");
    lg_coord_free(coord);
}

static void enrolment_is_kept(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    char first[37];
    (void)state;
    memcpy(first, user_of(tenant, "ann")->enrolment, sizeof first);
    assert_int_equal(strlen(first), 36);
    assert_int_equal(lg_coord_enrol(coord, tenant, "ann", NULL), LG_COORD_DONE);
    assert_string_equal(user_of(tenant, "ann")->enrolment, first);
    assert_int_equal(lg_coord_leave(coord, tenant, "ann"), LG_COORD_DONE);
    assert_int_equal(lg_coord_leave(coord, tenant, "ann"), LG_COORD_UNKNOWN);
    assert_int_equal(lg_coord_enrol(coord, tenant, "ann", NULL), LG_COORD_DONE);
    assert_string_not_equal(user_of(tenant, "ann")->enrolment, first);
    coord->settings.must_be_eligible = true;
    static const char *const cid[] = {"cid"};
    assert_int_equal(lg_coord_add_users(coord, tenant, cid, 1, NULL), LG_COORD_DONE);
    assert_int_equal(lg_coord_enrol(coord, tenant, "cid", NULL), LG_COORD_CONFLICT);
    lg_coord_free(coord);
}

static void times_grow_strictly(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    int64_t now = coord->now_us;
    (void)state;
    assert_true(lg_coord_begin(coord, now) == now + 1);
    assert_true(lg_coord_begin(coord, now - LG_COORD_HOUR_US) == now + 2);
    assert_true(lg_coord_begin(coord, now + 10) == now + 10);
    lg_coord_free(coord);
}

static int build(lg_mem *mem, void *ctx)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(mem, &tenant);
    (void)ctx;
    lg_coord_free(coord);
    return coord ? 0 : 1;
}

static void memory_runs_out_err(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(build, NULL) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_is_all_or_nothing_err),
        cmocka_unit_test(polygons_and_meters_decide),
        cmocka_unit_test(changes_are_told_every_ten_minutes),
        cmocka_unit_test(enrolment_is_kept),
        cmocka_unit_test(times_grow_strictly),
        cmocka_unit_test(memory_runs_out_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
