/* Notifications are tried four times, the oldest first, and never after somebody took them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "coordination/notify.h"
#include "village.h"

static lg_coord_webhook *hook(lg_coord *coord, lg_coord_tenant *tenant, uint32_t types)
{
    const lg_coord_webhook_draft draft = {
        .url = "https://example.org/notify", .has_types = true, .types = types};
    lg_coord_webhook *out;
    assert_int_equal(lg_coord_add_webhook(coord, tenant, &draft, &out, NULL), LG_COORD_DONE);
    return out;
}

static void publish(lg_coord *coord, lg_coord_tenant *tenant)
{
    const char *ids[] = {"ann"};
    const lg_coord_event_draft draft = {
        .kind = LG_COORD_EVENT_UserEligibility, .added = ids, .added_count = 1};
    lg_coord_event *event;
    lg_coord_begin(coord, coord->now_us);
    assert_int_equal(lg_coord_publish(coord, tenant, &draft, &event, NULL), LG_COORD_DONE);
}

static lg_coord_result attempt(lg_coord *coord, lg_coord_tenant *tenant, const char *id, int code)
{
    const lg_coord_outcome outcome = {.url = "https://example.org/notify",
                                      .sent_us = coord->now_us,
                                      .code = code,
                                      .timed_out = code == 0};
    lg_coord_begin(coord, coord->now_us);
    return lg_coord_tried(coord, tenant, id, &outcome);
}

static void four_tries_with_growing_pauses(void **state)
{
    static const int64_t least[] = {800000, 3200000, 12800000},
                         most[] = {1200000, 4800000, 19200000};
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_coord_webhook *w = hook(coord, tenant, 0);
    (void)state;
    publish(coord, tenant);
    publish(coord, tenant);
    const lg_coord_delivery *first = lg_coord_next_delivery(tenant, w->item.id);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(attempt(coord, tenant, first->item.id, i ? 503 : 0), LG_COORD_DONE);
        int64_t pause = first->due_us - coord->now_us;
        assert_true(pause >= least[i] && pause <= most[i]);
        assert_int_equal(w->health, i ? LG_COORD_HEALTH_Unhealthy : LG_COORD_HEALTH_TimeOut);
        assert_ptr_equal(lg_coord_next_delivery(tenant, w->item.id), first);
    }
    assert_int_equal(attempt(coord, tenant, first->item.id, 500), LG_COORD_DONE);
    assert_int_equal(first->state, LG_COORD_GIVEN_UP);
    assert_int_equal(attempt(coord, tenant, first->item.id, 200), LG_COORD_UNKNOWN);
    const lg_coord_delivery *second = lg_coord_next_delivery(tenant, w->item.id);
    assert_ptr_not_equal(second, first);
    assert_int_equal(attempt(coord, tenant, second->item.id, 204), LG_COORD_DONE);
    assert_int_equal(second->state, LG_COORD_DELIVERED);
    assert_int_equal(w->health, LG_COORD_HEALTH_Healthy);
    assert_null(lg_coord_next_delivery(tenant, w->item.id));
    assert_int_equal(tenant->tries.count, 5);
    lg_coord_free(coord);
}

static void only_who_wants_it_is_told(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_coord_webhook *prices = hook(coord, tenant, 1u << LG_COORD_NOTIFY_PriceCurveCreated),
                     *all = hook(coord, tenant, 0);
    const lg_coord_webhook_draft off = {.has_enabled = true, .enabled = false};
    (void)state;
    publish(coord, tenant);
    assert_null(lg_coord_next_delivery(tenant, prices->item.id));
    assert_non_null(lg_coord_next_delivery(tenant, all->item.id));
    char id[37];
    memcpy(id, all->item.id, sizeof id);
    assert_int_equal(lg_coord_change_webhook(coord, tenant, id, &off), LG_COORD_DONE);
    assert_null(lg_coord_next_delivery(tenant, id));
    publish(coord, tenant);
    assert_null(lg_coord_next_delivery(tenant, id));
    for (int i = 2; i < LG_COORD_WEBHOOKS_MAX; i++)
        hook(coord, tenant, 0);
    lg_coord_webhook *out;
    const lg_coord_webhook_draft more = {.url = "https://example.org"};
    assert_int_equal(lg_coord_add_webhook(coord, tenant, &more, &out, NULL), LG_COORD_CONFLICT);
    lg_coord_free(coord);
}

static void the_log_forgets_after_30_days(void **state)
{
    lg_coord_tenant *tenant;
    lg_coord *coord = village_new(lg_mem_system(), &tenant);
    lg_coord_webhook *w = hook(coord, tenant, 0);
    (void)state;
    publish(coord, tenant);
    const char *id = lg_coord_next_delivery(tenant, w->item.id)->item.id;
    assert_int_equal(attempt(coord, tenant, id, 200), LG_COORD_DONE);
    lg_coord_begin(coord, coord->now_us + LG_COORD_LOG_US + 10);
    publish(coord, tenant);
    id = lg_coord_next_delivery(tenant, w->item.id)->item.id;
    assert_int_equal(attempt(coord, tenant, id, 200), LG_COORD_DONE);
    assert_int_equal(tenant->tries.count, 1);
    publish(coord, tenant);
    assert_int_equal(tenant->deliveries.count, 2); /* the one of a month ago is forgotten */
    lg_coord_free(coord);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_tries_with_growing_pauses),
        cmocka_unit_test(only_who_wants_it_is_told),
        cmocka_unit_test(the_log_forgets_after_30_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
