/* The runner: one device an asset, from open to close.
 *
 *   (none) --open_device--> open --set_aside--> aside
 *                             \________________/ \--close_device--> (none)
 *
 * 1. A device is called only while it is open and not aside; every call happens between enter and
 * leave of the services, so whatever it takes is booked on it.
 * 2. A device that is aside has a cleared plan and no caps, is asked nothing more and still gets
 * closed.
 * 3. After a call the floating-point mode is as it was before; a device that changes it is set
 * aside.
 * 4. An asset costs two words, its plan and a flag; parameters and profiles are shared and
 * borrowed. */
#include "driver/fleet.h"

#include "base/clock.h"
#include "base/rng.h"
#include "driver/credible.h"
#include "driver/fpmode.h"
#include "driver/guard.h"
#include "driver/services.h"
#include "grid/unit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { OPEN = 1, ASIDE = 2 };

struct lg_fleet {
    lg_mem *mem;
    lg_fleet_input input;
    lg__services services;
    lg__device *devices;
    lg_plan *plans;
    uint8_t *flags;
    uint32_t count;
    uint32_t aside_count, aside_first; /* devices set aside, and the first of them in time */
    int64_t slot_ms;                   /* start of the running slot */
};

static const char changes_mode[] = "it changes the floating-point mode";

static const lg_driver *driver_of(const lg_fleet *fleet, uint32_t asset)
{
    return fleet->input.drivers[fleet->input.site->assets[asset].driver];
}

/* Every call of a plugin stands between these two. @return of leave: whether the plugin left the
 * floating-point mode alone; it is as before in any case. */
static lg__fpmode enter(lg_fleet *fleet, uint32_t asset, const char *function)
{
    lg__services_enter(&fleet->services, asset);
    lg__guard_enter(driver_of(fleet, asset)->name, function, fleet->input.site->assets[asset].name);
    return lg__fpmode_get();
}

static bool leave(lg_fleet *fleet, lg__fpmode before)
{
    lg__guard_leave();
    lg__services_leave(&fleet->services);
    return lg__fpmode_keep(before);
}

/* Draws of a device depend on its identity alone, not on who else is there. */
static uint64_t device_seed(uint64_t seed, const lg_uuid *uuid)
{
    uint64_t half[2] = {0, 0};
    for (int i = 0; i < 16; i++)
        half[i / 8] = half[i / 8] << 8 | uuid->bytes[i];
    return lg_rng(seed, half[0], half[1], 0);
}

static void fault(lg_fleet *fleet, uint32_t asset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(lg_fleet *fleet, uint32_t asset, const char *format, ...)
{
    char sentence[LG_ERR_TEXT_MAX];
    va_list args;
    if (!fleet->input.fault)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    fleet->input.fault(fleet->input.ctx, asset, sentence);
}

/* The reason of the call that just failed: the plugin's own sentence, or what the status means. */
static const char *reason(const lg_fleet *fleet, int32_t status)
{
    if (fleet->services.refusal[0])
        return fleet->services.refusal;
    return status > LG_OK && status < LG_STATUS_COUNT ? lg_status_text((lg_status)status)
                                                      : "it gave no reason";
}

/* Asks for the safe value of every point that can be written; each that is not confirmed is told.
 */
static void make_safe(lg_fleet *fleet, uint32_t asset)
{
    const lg_driver *driver = driver_of(fleet, asset);
    const lg_point *points = driver->points.items;
    for (uint32_t i = 0; i < driver->points.count && driver->write; i++) {
        if (!(points[i].access & LG_WRITE))
            continue;
        lg__fpmode before = enter(fleet, asset, "write");
        int32_t status = driver->write(fleet->devices[asset].state, i, points[i].safe);
        bool kept = leave(fleet, before);
        if (!kept || status != LG_OK)
            fault(fleet, asset, "%s (%s): point \"%s\" did not take its safe value %g: %s",
                  fleet->input.site->assets[asset].name, driver->name, points[i].name,
                  points[i].safe, kept ? reason(fleet, status) : changes_mode);
    }
}

static void set_aside(lg_fleet *fleet, uint32_t asset, const char *why)
{
    char when[32];
    if (fleet->aside_count++ == 0)
        fleet->aside_first = asset;
    fleet->flags[asset] |= ASIDE;
    lg__plan_clear(&fleet->plans[asset]);
    lg_clock_format_slot(fleet->slot_ms, when);
    fault(fleet, asset, "%s (%s) is set aside from slot %s: %s",
          fleet->input.site->assets[asset].name, driver_of(fleet, asset)->name, when, why);
    make_safe(fleet, asset);
}

/* What the device of @p asset is told of itself, with the values of @p params. */
static lg_device_info info_of(const lg_fleet *fleet, uint32_t asset, const lg_params *params)
{
    const lg_site *site = fleet->input.site;
    const lg_asset *a = &site->assets[asset];
    const lg_driver *driver = driver_of(fleet, asset);
    LG_ASSERT((params ? params->driver_count : 0) == driver->options.count);
    return (lg_device_info){
        .size = sizeof(lg_device_info),
        .slot_s = fleet->input.slot_s,
        .name = a->name,
        .seed = device_seed(site->seed, &a->uuid),
        .start_ms = fleet->input.start_ms,
        /* The values lie inside the parameters: the stride skips what is not for plugins. */
        .values = {params ? &params->items[0].value : NULL, driver->options.count,
                   sizeof(lg_param)},
        .latitude_deg = fleet->input.latitude_deg,
        .site_seed = site->seed,
    };
}

/* What a device says to its options is a matter of the scenario, so it is told where that stands.
 */
static void refused(const lg_fleet *fleet, uint32_t asset, lg_diag *diag, const char *why)
{
    const lg_site *site = fleet->input.site;
    const lg_asset *a = &site->assets[asset];
    const char *driver = driver_of(fleet, asset)->name;
    if (site->file && a->line > 0)
        lg_diag_error(diag, site->file, a->line, a->name, "%s: %s", driver, why);
    else
        lg_diag_error(diag, a->name, 0, "", "%s: %s", driver, why);
}

static lg_status open_device(lg_fleet *fleet, uint32_t asset, lg_diag *diag)
{
    const lg_asset *a = &fleet->input.site->assets[asset];
    const lg_driver *driver = driver_of(fleet, asset);
    lg_device_info info = info_of(fleet, asset, a->params);
    lg__fpmode before = enter(fleet, asset, "open");
    int32_t status = driver->open(&fleet->services.host, &info, &fleet->devices[asset].state);
    if (status == LG_OK)
        fleet->flags[asset] |= OPEN;
    bool kept = leave(fleet, before);
    if (status == LG_OK && kept)
        return LG_OK;
    if (status == LG_OK) /* it is open, so it is closed with the others */
        refused(fleet, asset, diag, "opening it changes the floating-point mode");
    else if (fleet->services.exhausted)
        return LG_MEMORY;
    else
        refused(fleet, asset, diag,
                fleet->services.refusal[0] ? fleet->services.refusal
                                           : "open() failed without a reason");
    return LG_PLUGIN;
}

static void close_device(lg_fleet *fleet, uint32_t asset)
{
    const lg_driver *driver = driver_of(fleet, asset);
    if (fleet->flags[asset] & OPEN) {
        if (!(fleet->flags[asset] & ASIDE))
            make_safe(fleet, asset);
        if (driver->close) {
            lg__fpmode before = enter(fleet, asset, "close");
            driver->close(fleet->devices[asset].state);
            if (!leave(fleet, before))
                fault(fleet, asset, "%s (%s): closing it changes the floating-point mode",
                      fleet->input.site->assets[asset].name, driver->name);
        }
    }
    fleet->flags[asset] = 0;
    lg__services_take_back(&fleet->services, asset);
}

lg_status lg_fleet_open(lg_mem *mem, const lg_fleet_input *input, lg_diag *diag, lg_fleet **out)
{
    *out = NULL;
    lg_fleet *fleet = lg_mem_zalloc(mem, 1, sizeof *fleet);
    if (!fleet)
        return LG_MEMORY;
    fleet->mem = mem;
    fleet->input = *input;
    fleet->count = input->site->asset_count;
    fleet->slot_ms = input->start_ms;
    fleet->aside_first = LG_NONE;
    fleet->devices = lg_mem_zalloc(mem, fleet->count, sizeof *fleet->devices);
    fleet->plans = lg_mem_zalloc(mem, fleet->count, sizeof *fleet->plans);
    fleet->flags = lg_mem_zalloc(mem, fleet->count, sizeof *fleet->flags);
    lg__services_init(&fleet->services, mem, &fleet->input, fleet->devices);
    lg_status status = LG_OK;
    if (!fleet->devices || !fleet->plans || !fleet->flags) {
        status = LG_MEMORY;
        goto out;
    }
    for (uint32_t i = 0; i < fleet->count && status != LG_MEMORY; i++) {
        lg__plan_clear(&fleet->plans[i]);
        lg_status opened = open_device(fleet, i, diag);
        if (opened != LG_OK)
            status = opened;
    }
out:
    if (status != LG_OK) {
        lg_fleet_close(fleet);
        return status;
    }
    *out = fleet;
    return LG_OK;
}

void lg_fleet_close(lg_fleet *fleet)
{
    if (!fleet)
        return;
    lg_mem *mem = fleet->mem;
    for (uint32_t i = 0; i < fleet->count && fleet->devices && fleet->flags; i++)
        close_device(fleet, i);
    lg__services_fini(&fleet->services);
    lg_mem_free(mem, fleet->flags, fleet->count * sizeof *fleet->flags);
    lg_mem_free(mem, fleet->plans, fleet->count * sizeof *fleet->plans);
    lg_mem_free(mem, fleet->devices, fleet->count * sizeof *fleet->devices);
    lg_mem_free(mem, fleet, sizeof *fleet);
}

/* Asks one device; false when it must be set aside for the reason in @p err. */
static bool plan_device(lg_fleet *fleet, uint32_t asset, const lg_slot *slot, lg_caps *caps,
                        lg_err *err)
{
    const lg_driver *driver = driver_of(fleet, asset);
    lg_plan *plan = &fleet->plans[asset];
    lg__plan_clear(plan);
    lg__fpmode before = enter(fleet, asset, "plan");
    int32_t status = driver->plan(fleet->devices[asset].state, slot, plan);
    if (!leave(fleet, before))
        (void)lg_fail(err, LG_PLUGIN, "its plan changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(err, LG_PLUGIN, "its plan fails: %s", reason(fleet, status));
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
        if (fleet->flags[i] & ASIDE)
            caps[i] = (lg_caps){0};
        else if (!plan_device(fleet, i, slot, &caps[i], &err))
            set_aside(fleet, i, err.text);
    }
}

lg_status lg_fleet_try(lg_fleet *fleet, uint32_t asset, const lg_params *params, lg_err *err)
{
    const lg_driver *driver = driver_of(fleet, asset);
    const char *name = fleet->input.site->assets[asset].name;
    lg_device_info info = info_of(fleet, asset, params);
    void *device = NULL;
    lg__fpmode before = enter(fleet, asset, "open");
    int32_t status = driver->open(&fleet->services.host, &info, &device);
    bool exhausted = status != LG_OK && fleet->services.exhausted;
    if (status == LG_OK && driver->close)
        driver->close(device);
    if (!leave(fleet, before))
        return lg_fail(err, LG_PLUGIN, "%s (%s): opening it changes the floating-point mode", name,
                       driver->name);
    if (status == LG_OK)
        return LG_OK;
    return lg_fail(err, exhausted ? LG_MEMORY : LG_PLUGIN, "%s (%s): %s", name, driver->name,
                   reason(fleet, status));
}

void lg_fleet_change(lg_fleet *fleet, uint32_t asset)
{
    const lg_driver *driver = driver_of(fleet, asset);
    lg_device_info info = info_of(fleet, asset, fleet->input.site->assets[asset].params);
    lg_err err;
    LG_ASSERT(driver->change);
    if (fleet->flags[asset] & ASIDE)
        return;
    lg__fpmode before = enter(fleet, asset, "change");
    int32_t status = driver->change(fleet->devices[asset].state, &info);
    if (!leave(fleet, before))
        (void)lg_fail(&err, LG_PLUGIN, "a change of its options changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(&err, LG_PLUGIN, "it does not take its new options: %s",
                      reason(fleet, status));
    else
        return;
    set_aside(fleet, asset, err.text);
}

static void settle_device(lg_fleet *fleet, uint32_t asset, const lg_slot *slot,
                          const lg_position *position)
{
    lg_settlement done = {
        .size = sizeof done,
        .bought_kWh = lg_kwh_from_uwh(position->bought_uwh),
        .sold_kWh = lg_kwh_from_uwh(position->sold_uwh),
    };
    lg__fpmode before = enter(fleet, asset, "settle");
    int32_t status = driver_of(fleet, asset)->settle(fleet->devices[asset].state, slot, &done);
    lg_err err;
    if (!leave(fleet, before))
        (void)lg_fail(&err, LG_PLUGIN, "its settling changes the floating-point mode");
    else if (status != LG_OK)
        (void)lg_fail(&err, LG_PLUGIN, "its settling fails: %s", reason(fleet, status));
    else
        return;
    set_aside(fleet, asset, err.text);
}

void lg_fleet_settle(lg_fleet *fleet, const lg_slot *slot, const lg_market *market)
{
    for (uint32_t i = 0; i < fleet->count; i++)
        if (!(fleet->flags[i] & ASIDE) && driver_of(fleet, i)->settle)
            settle_device(fleet, i, slot, lg_market_position(market, i));
}

const lg_plan *lg_fleet_plan_of(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return &fleet->plans[asset];
}

const char *lg_fleet_type_of(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return driver_of(fleet, asset)->name;
}

bool lg_fleet_is_aside(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return fleet->flags[asset] & ASIDE;
}

void lg_fleet_poll(lg_fleet *fleet, int64_t now_ms)
{
    for (uint32_t i = 0; i < fleet->count; i++) {
        const lg_driver *driver = driver_of(fleet, i);
        if (!driver->poll || (fleet->flags[i] & ASIDE))
            continue;
        lg__fpmode before = enter(fleet, i, "poll");
        int32_t status = driver->poll(fleet->devices[i].state, now_ms);
        if (!leave(fleet, before))
            set_aside(fleet, i, "reading it changes the floating-point mode");
        else if (status != LG_OK)
            fault(fleet, i, "%s (%s) cannot be read: %s", fleet->input.site->assets[i].name,
                  driver->name, reason(fleet, status));
    }
}

lg_reading lg_fleet_reading(const lg_fleet *fleet, uint32_t asset, uint32_t point)
{
    LG_ASSERT(asset < fleet->count);
    lg_reading **rows = fleet->services.readings;
    if (!rows || !rows[asset] || point >= driver_of(fleet, asset)->points.count)
        return (lg_reading){.value = (double)NAN};
    return rows[asset][point];
}

uint32_t lg_fleet_aside(const lg_fleet *fleet, uint32_t *first)
{
    *first = fleet->aside_first;
    return fleet->aside_count;
}

uint64_t lg_fleet_bad_readings(const lg_fleet *fleet)
{
    return fleet->services.bad_readings;
}

lg_status lg_fleet_write(lg_fleet *fleet, uint32_t asset, uint32_t point, double value, lg_err *err)
{
    LG_ASSERT(asset < fleet->count);
    const lg_driver *driver = driver_of(fleet, asset);
    const lg_point *points = driver->points.items;
    const char *name = fleet->input.site->assets[asset].name;
    if (fleet->flags[asset] & ASIDE)
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
    lg__fpmode before = enter(fleet, asset, "write");
    int32_t status = driver->write(fleet->devices[asset].state, point, value);
    bool kept = leave(fleet, before);
    if (kept && status == LG_OK)
        return LG_OK;
    (void)lg_fail(err, LG_PLUGIN, "%s (%s) does not take \"%s\" = %g: %s", name, driver->name,
                  points[point].name, value, kept ? reason(fleet, status) : changes_mode);
    if (!kept)
        set_aside(fleet, asset, "a set point changes the floating-point mode");
    return LG_PLUGIN;
}
