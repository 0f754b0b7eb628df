/* What an open device is asked in the course of a run: its plan, what it makes of a slot's end, its
 * readings, new options, a value to be written. One that fails is set aside (fleet.c). */
#include "driver/fleet_parts.h"

#include "driver/credible.h"
#include "grid/unit.h"

/* Asks one device; false when it must be set aside for the reason in @p err. */
static bool plan_device(lg_fleet *fleet, uint32_t asset, const lg_slot *slot, lg_caps *caps,
                        lg_err *err)
{
    const lg_driver *driver = lg__driver_of(fleet, asset);
    lg_plan *plan = &fleet->plans[asset];
    lg__plan_clear(plan);
    *caps = (lg_caps){0};
    if (!driver->plan) /* components of a microgrid stand behind it */
        return true;
    lg__fpmode before = lg__fleet_enter(fleet, asset, "plan");
    int32_t status = driver->plan(fleet->devices[asset].state, slot, plan);
    if (!lg__fleet_leave(fleet, before))
        (void)lg_fail(err, LG_PLUGIN, "its plan changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(err, LG_PLUGIN, "its plan fails: %s", lg__fleet_reason(fleet, status));
    else if (lg__plan_caps(driver->role, plan, caps, err) == LG_OK)
        return true;
    *caps = (lg_caps){0};
    return false;
}

void lg_fleet_plan(lg_fleet *fleet, const lg_slot *slot, lg_caps *caps)
{
    lg_err err;
    fleet->slot_ms = slot->start_ms;
    for (uint32_t i = 0; i < fleet->count; i++) {
        if (fleet->flags[i] & LG__ASIDE)
            caps[i] = (lg_caps){0};
        else if (!plan_device(fleet, i, slot, &caps[i], &err))
            lg__fleet_set_aside(fleet, i, err.text);
    }
}

lg_plan lg_fleet_no_plan(void)
{
    lg_plan plan;
    lg__plan_clear(&plan);
    return plan;
}

void lg_fleet_take_plan(lg_fleet *fleet, uint32_t asset, const lg_plan *plan, lg_caps *caps)
{
    lg_err err;
    fleet->plans[asset] = *plan;
    if (lg__plan_caps(lg__driver_of(fleet, asset)->role, plan, caps, &err) == LG_OK)
        return;
    lg__plan_clear(&fleet->plans[asset]);
    *caps = (lg_caps){0};
    lg__fleet_fault(fleet, asset, "%s: its microgrid plans what cannot be: %s",
                    fleet->input.site->assets[asset].name, err.text);
}

void lg_fleet_change(lg_fleet *fleet, uint32_t asset)
{
    const lg_driver *driver = lg__driver_of(fleet, asset);
    lg_device_info info = lg__fleet_info(fleet, asset, fleet->input.site->assets[asset].params);
    lg_err err;
    LG_ASSERT(driver->change);
    if (fleet->flags[asset] & LG__ASIDE)
        return;
    lg__fpmode before = lg__fleet_enter(fleet, asset, "change");
    int32_t status = driver->change(fleet->devices[asset].state, &info);
    if (!lg__fleet_leave(fleet, before))
        (void)lg_fail(&err, LG_PLUGIN, "a change of its options changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(&err, LG_PLUGIN, "it does not take its new options: %s",
                      lg__fleet_reason(fleet, status));
    else
        return;
    lg__fleet_set_aside(fleet, asset, err.text);
}

static void settle_device(lg_fleet *fleet, uint32_t asset, const lg_slot *slot,
                          const lg_position *position)
{
    lg_settlement done = {
        .size = sizeof done,
        .bought_kWh = lg_kwh_from_uwh(position->bought_uwh),
        .sold_kWh = lg_kwh_from_uwh(position->sold_uwh),
    };
    lg__fpmode before = lg__fleet_enter(fleet, asset, "settle");
    int32_t status = lg__driver_of(fleet, asset)->settle(fleet->devices[asset].state, slot, &done);
    lg_err err;
    if (!lg__fleet_leave(fleet, before))
        (void)lg_fail(&err, LG_PLUGIN, "its settling changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(&err, LG_PLUGIN, "its settling fails: %s", lg__fleet_reason(fleet, status));
    else
        return;
    lg__fleet_set_aside(fleet, asset, err.text);
}

void lg_fleet_settle(lg_fleet *fleet, const lg_slot *slot, const lg_market *market)
{
    for (uint32_t i = 0; i < fleet->count; i++)
        if (!(fleet->flags[i] & LG__ASIDE) && lg__driver_of(fleet, i)->settle)
            settle_device(fleet, i, slot, lg_market_position(market, i));
}

void lg_fleet_poll(lg_fleet *fleet, int64_t now_ms)
{
    for (uint32_t i = 0; i < fleet->count; i++) {
        const lg_driver *driver = lg__driver_of(fleet, i);
        if (!driver->poll || (fleet->flags[i] & LG__ASIDE))
            continue;
        lg__fpmode before = lg__fleet_enter(fleet, i, "poll");
        int32_t status = driver->poll(fleet->devices[i].state, now_ms);
        if (!lg__fleet_leave(fleet, before))
            lg__fleet_set_aside(fleet, i, "reading it changes the floating-point mode");
        else if (status != LG_OK)
            lg__fleet_fault(fleet, i, "%s (%s) cannot be read: %s",
                            fleet->input.site->assets[i].name, driver->name,
                            lg__fleet_reason(fleet, status));
    }
}

lg_status lg_fleet_write(lg_fleet *fleet, uint32_t asset, uint32_t point, double value, lg_err *err)
{
    LG_ASSERT(asset < fleet->count);
    const lg_driver *driver = lg__driver_of(fleet, asset);
    const lg_point *points = driver->points.items;
    const char *name = fleet->input.site->assets[asset].name;
    if (fleet->flags[asset] & LG__ASIDE)
        return lg_fail(err, LG_GONE, "%s is set aside", name);
    if (point >= driver->points.count)
        return lg_fail(err, LG_UNKNOWN, "%s has no point %u, only %u", name, point,
                       driver->points.count);
    if (!(points[point].access & LG_WRITE))
        return lg_fail(err, LG_UNSUPPORTED, "%s: \"%s\" can only be read", name,
                       points[point].name);
    if (!(value >= points[point].min && value <= points[point].max))
        return lg_fail(err, LG_INVALID, "%s: \"%s\" = %g, expected %g to %g", name,
                       points[point].name, value, points[point].min, points[point].max);
    lg__fpmode before = lg__fleet_enter(fleet, asset, "write");
    int32_t status = driver->write(fleet->devices[asset].state, point, value);
    bool kept = lg__fleet_leave(fleet, before);
    if (kept && status == LG_OK)
        return LG_OK;
    (void)lg_fail(err, LG_PLUGIN, "%s (%s) does not take \"%s\" = %g: %s", name, driver->name,
                  points[point].name, value,
                  kept ? lg__fleet_reason(fleet, status) : LG__CHANGES_MODE);
    if (!kept)
        lg__fleet_set_aside(fleet, asset, "a set point changes the floating-point mode");
    return LG_PLUGIN;
}
