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
#include "driver/fleet_parts.h"

#include "base/clock.h"
#include "base/rng.h"
#include "driver/credible.h"
#include "driver/guard.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

lg__fpmode lg__fleet_enter(lg_fleet *fleet, uint32_t asset, const char *function)
{
    lg__services_enter(&fleet->services, asset);
    lg__guard_enter(lg__driver_of(fleet, asset)->name, function,
                    fleet->input.site->assets[asset].name);
    return lg__fpmode_get();
}

bool lg__fleet_leave(lg_fleet *fleet, lg__fpmode before)
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

void lg__fleet_fault(lg_fleet *fleet, uint32_t asset, const char *format, ...)
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
const char *lg__fleet_reason(const lg_fleet *fleet, int32_t status)
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
    const lg_driver *driver = lg__driver_of(fleet, asset);
    const lg_point *points = driver->points.items;
    for (uint32_t i = 0; i < driver->points.count && driver->write; i++) {
        if (!(points[i].access & LG_WRITE))
            continue;
        lg__fpmode before = lg__fleet_enter(fleet, asset, "write");
        int32_t status = driver->write(fleet->devices[asset].state, i, points[i].safe);
        bool kept = lg__fleet_leave(fleet, before);
        if (!kept || status != LG_OK)
            lg__fleet_fault(
                fleet, asset, "%s (%s): point \"%s\" did not take its safe value %g: %s",
                fleet->input.site->assets[asset].name, driver->name, points[i].name, points[i].safe,
                kept ? lg__fleet_reason(fleet, status) : LG__CHANGES_MODE);
    }
}

void lg__fleet_set_aside(lg_fleet *fleet, uint32_t asset, const char *why)
{
    char when[32];
    if (fleet->aside_count++ == 0)
        fleet->aside_first = asset;
    fleet->flags[asset] |= LG__ASIDE;
    lg__plan_clear(&fleet->plans[asset]);
    lg_clock_format_slot(fleet->slot_ms, when);
    lg__fleet_fault(fleet, asset, "%s (%s) is set aside from slot %s: %s",
                    fleet->input.site->assets[asset].name, lg__driver_of(fleet, asset)->name, when,
                    why);
    make_safe(fleet, asset);
}

/* What the device of @p asset is told of itself, with the values of @p params. */
lg_device_info lg__fleet_info(const lg_fleet *fleet, uint32_t asset, const lg_params *params)
{
    const lg_site *site = fleet->input.site;
    const lg_asset *a = &site->assets[asset];
    const lg_driver *driver = lg__driver_of(fleet, asset);
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
    const char *driver = lg__driver_of(fleet, asset)->name;
    if (site->file && a->line > 0)
        lg_diag_error(diag, site->file, a->line, a->name, "%s: %s", driver, why);
    else
        lg_diag_error(diag, a->name, 0, "", "%s: %s", driver, why);
}

static lg_status open_device(lg_fleet *fleet, uint32_t asset, lg_diag *diag)
{
    const lg_asset *a = &fleet->input.site->assets[asset];
    const lg_driver *driver = lg__driver_of(fleet, asset);
    lg_device_info info = lg__fleet_info(fleet, asset, a->params);
    lg__fpmode before = lg__fleet_enter(fleet, asset, "open");
    int32_t status = driver->open(&fleet->services.host, &info, &fleet->devices[asset].state);
    if (status == LG_OK)
        fleet->flags[asset] |= LG__OPEN;
    bool kept = lg__fleet_leave(fleet, before);
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
    const lg_driver *driver = lg__driver_of(fleet, asset);
    if (fleet->flags[asset] & LG__OPEN) {
        if (!(fleet->flags[asset] & LG__ASIDE))
            make_safe(fleet, asset);
        if (driver->close) {
            lg__fpmode before = lg__fleet_enter(fleet, asset, "close");
            driver->close(fleet->devices[asset].state);
            if (!lg__fleet_leave(fleet, before))
                lg__fleet_fault(fleet, asset, "%s (%s): closing it changes the floating-point mode",
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

lg_status lg_fleet_try(lg_fleet *fleet, uint32_t asset, const lg_params *params, lg_err *err)
{
    const lg_driver *driver = lg__driver_of(fleet, asset);
    const char *name = fleet->input.site->assets[asset].name;
    lg_device_info info = lg__fleet_info(fleet, asset, params);
    void *device = NULL;
    lg__fpmode before = lg__fleet_enter(fleet, asset, "open");
    int32_t status = driver->open(&fleet->services.host, &info, &device);
    bool exhausted = status != LG_OK && fleet->services.exhausted;
    if (status == LG_OK && driver->close)
        driver->close(device);
    if (!lg__fleet_leave(fleet, before))
        return lg_fail(err, LG_PLUGIN, "%s (%s): opening it changes the floating-point mode", name,
                       driver->name);
    if (status == LG_OK)
        return LG_OK;
    return lg_fail(err, exhausted ? LG_MEMORY : LG_PLUGIN, "%s (%s): %s", name, driver->name,
                   lg__fleet_reason(fleet, status));
}

const lg_plan *lg_fleet_plan_of(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return &fleet->plans[asset];
}

const char *lg_fleet_type_of(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return lg__driver_of(fleet, asset)->name;
}

bool lg_fleet_is_aside(const lg_fleet *fleet, uint32_t asset)
{
    LG_ASSERT(asset < fleet->count);
    return fleet->flags[asset] & LG__ASIDE;
}

lg_reading lg_fleet_reading(const lg_fleet *fleet, uint32_t asset, uint32_t point)
{
    LG_ASSERT(asset < fleet->count);
    lg_reading **rows = fleet->services.readings;
    if (!rows || !rows[asset] || point >= lg__driver_of(fleet, asset)->points.count)
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
