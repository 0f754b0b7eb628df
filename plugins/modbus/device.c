/* A device does something when its bus goes up or down, when an answer comes and when its one alarm
 * rings, which device_wake() sets to the next thing that is due. */
#include "device.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/host.h"

void device_say(const modbus_device *d, uint32_t level, const char *format, ...)
{
    char text[500];
    int length = snprintf(text, sizeof text, "%s: ", d->name);
    va_list list;
    va_start(list, format);
    if (length > 0 && (size_t)length < sizeof text)
        vsnprintf(text + length, sizeof text - (size_t)length, format, list);
    va_end(list);
    d->host->host->log(d->host->host->ctx, level, text);
}

/* ---- what happens ---- */

void device_wake(modbus_device *d)
{
    int64_t now = d->host->steady_ms(d->host->ctx), next = steer_due(d, now);
    bool polls = !d->bus || bus_is_up(d->bus);
    if (polls && (next < 0 || d->poll_at_ms < next))
        next = d->poll_at_ms;
    if (next >= 0)
        d->host->set_alarm(d->host->ctx, d->alarm, next > now ? (uint32_t)(next - now) : 0);
}

static void due(void *self)
{
    modbus_device *d = self;
    int64_t now = d->host->steady_ms(d->host->ctx);
    steer_tick(d, now);
    watch_poll(d, now);
    device_wake(d);
}

static void up(void *self)
{
    modbus_device *d = self;
    watch_begin(d);
}

static void down(void *self, const char *why)
{
    modbus_device *d = self;
    if (d->stage == DEVICE_KNOWN || !d->is_told)
        device_say(d, LG_LOG_WARN, "it is lost: %s; it is tried again", why);
    d->is_told = true;
    d->stage = DEVICE_AWAY;
    steer_fault(d, d->host->steady_ms(d->host->ctx));
    device_wake(d);
}

/* ---- options ---- */

static const lg_value *option(const lg_device_site *site, uint32_t index)
{
    return lg_value_at(site->device, index);
}

static bool read_allowed(modbus_device *d, const char *text, char *why, size_t size)
{
    static const struct {
        const char *word;
        uint32_t bits;
    } words[] = {
        {"active", 1U << PLAN_ACTIVE},   {"reactive", 1U << PLAN_REACTIVE},
        {"start", 1U << PLAN_START},     {"stop", 1U << PLAN_STOP},
        {"standby", 1U << PLAN_STANDBY}, {"acknowledge", 1U << PLAN_ACKNOWLEDGE},
    };
    while (text && *text) {
        size_t length = strcspn(text, " ,"), i = 0, count = sizeof words / sizeof *words;
        while (i < count &&
               (strlen(words[i].word) != length || memcmp(words[i].word, text, length) != 0))
            i++;
        if (length > 0 && i == count) {
            snprintf(why, size,
                     "allow: \"%.*s\" is none of active, reactive, start, stop, standby, "
                     "acknowledge",
                     (int)length, text);
            return false;
        }
        d->allowed |= length > 0 ? words[i].bits : 0;
        text += length + (text[length] != 0);
    }
    return true;
}

static bool read_options(modbus_device *d, const lg_device_site *site, char *why, size_t size)
{
    const char *registers = option(site, OPTION_REGISTERS)->text;
    const char *mode = option(site, OPTION_MODE)->text;
    d->table = !registers || strcmp(registers, "sunspec") == 0 ? NULL : registers;
    d->rung = strcmp(mode, "live") == 0       ? LADDER_LIVE
              : strcmp(mode, "simulate") == 0 ? LADDER_SIMULATE
                                              : LADDER_SHADOW;
    d->unit = (uint8_t)option(site, OPTION_UNIT)->number;
    d->poll_ms = (uint32_t)option(site, OPTION_POLL)->number;
    d->watchdog_s = (uint32_t)option(site, OPTION_WATCHDOG)->number;
    d->interval_ms = (uint32_t)option(site, OPTION_INTERVAL)->number;
    d->lower_W = option(site, OPTION_LOWER)->number;
    d->upper_W = option(site, OPTION_UPPER)->number;
    d->ramp_W_per_s = option(site, OPTION_RAMP)->number;
    d->safe_W = option(site, OPTION_SAFE)->number;
    d->verifies = option(site, OPTION_VERIFY)->number != 0;
    d->signs.meter = strcmp(option(site, OPTION_METER_SIGN)->text, "export") == 0 ? -1 : 1;
    d->signs.battery = strcmp(option(site, OPTION_BATTERY_SIGN)->text, "charge") == 0 ? 1 : -1;
    if (d->lower_W > d->upper_W) {
        snprintf(why, size, "lower_W is above upper_W");
        return false;
    }
    if (d->safe_W < d->lower_W || d->safe_W > d->upper_W) {
        snprintf(why, size, "safe_W is outside of lower_W and upper_W");
        return false;
    }
    if (!read_allowed(d, option(site, OPTION_ALLOW)->text, why, size))
        return false;
    if (d->rung == LADDER_LIVE && !d->allowed) {
        snprintf(why, size, "mode live needs allow: what may be written, like \"active\"");
        return false;
    }
    return !d->table || plan_of_table(&d->plan, d->table, &d->site, why, size);
}

/* ---- life ---- */

static bool copy_site(modbus_device *d, const lg_device_site *site)
{
    uint32_t count = site->components.count;
    lg_device_component *copies = calloc(count ? count : 1, sizeof *copies);
    d->site = *site;
    d->site.device = NULL;
    d->site.components = (lg_array){copies, copies ? count : 0, sizeof *copies};
    d->name = strdup(site->device->name);
    d->states = calloc(count ? count : 1, sizeof *d->states);
    bool is_fine = copies && d->name && d->states;
    for (uint32_t i = 0; copies && i < count; i++) {
        copies[i] = *lg_device_component_at(site, i);
        copies[i].name = strdup(copies[i].name);
        is_fine = is_fine && copies[i].name;
    }
    return is_fine;
}

static void free_device(modbus_device *d)
{
    for (uint32_t i = 0; i < d->site.components.count; i++)
        free((char *)(uintptr_t)lg_device_component_at(&d->site, i)->name);
    free((void *)(uintptr_t)d->site.components.items);
    free(d->states);
    free(d->name);
    free(d);
}

static int32_t begin(modbus_device *d, const lg_device_site *site, char *why, size_t size)
{
    if (!read_options(d, site, why, size))
        return LG_INVALID;
    watch_init(d);
    steer_init(d);
    d->alarm = d->host->alarm(d->host->ctx, due, d);
    if (!d->alarm)
        return LG_MEMORY;
    if (d->rung == LADDER_SIMULATE) {
        steer_begin(d);
        device_wake(d);
        return LG_OK;
    }
    d->member = (bus_member){.host = d->host, .up = up, .down = down, .self = d};
    d->bus = bus_join(option(site, OPTION_ADDRESS)->text,
                      (uint32_t)option(site, OPTION_TIMEOUT)->number, &d->member, why, size);
    if (!d->bus)
        return LG_INVALID;
    if (bus_is_up(d->bus))
        watch_begin(d);
    return LG_OK;
}

int32_t modbus_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    char why[400] = "out of memory";
    modbus_device *d = calloc(1, sizeof *d);
    if (!d)
        return LG_MEMORY;
    d->host = host;
    int32_t status = copy_site(d, site) ? begin(d, site, why, sizeof why) : LG_MEMORY;
    if (status == LG_OK) {
        *device = d;
        return LG_OK;
    }
    host->host->refuse(host->host->ctx, why);
    if (d->alarm)
        host->drop_alarm(host->ctx, d->alarm);
    free_device(d);
    return status;
}

void modbus_close(void *device)
{
    modbus_device *d = device;
    if (d->bus) {
        bus_forget(d->bus, &d->ask);
        bus_forget(d->bus, &d->write_ask);
        bus_leave(d->bus, &d->member);
    }
    steer_end(d); /* after our connection has gone: some devices take one only */
    d->host->drop_alarm(d->host->ctx, d->alarm);
    free_device(d);
}
