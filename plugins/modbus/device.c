/* A device does something when its bus goes up or down, when an answer comes and when its one alarm
 * rings, which device_wake() sets to the next thing that is due. */
#include "device.h"

#include <stdlib.h>
#include <string.h>

#include "lunagrid/host.h"
#include "options.h"

/* ---- what happens ---- */

void device_wake(modbus_device *d)
{
    int64_t now = d->host->steady_ms(d->host->ctx), next = steer_due(&d->steer);
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
    steer_tick(&d->steer);
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
        site_say(&d->copy, d->host, LG_LOG_WARN, "it is lost: %s; it is tried again", why);
    d->is_told = true;
    d->stage = DEVICE_AWAY;
    steer_fault(&d->steer);
    device_wake(d);
}

/* ---- options ---- */

static const lg_value *option(const lg_device_site *site, uint32_t index)
{
    return lg_value_at(site->device, index);
}

static bool read_options(modbus_device *d, const lg_device_site *site, char *why, size_t size)
{
    const char *registers = option(site, OPTION_REGISTERS)->text;
    d->table = !registers || strcmp(registers, "sunspec") == 0 ? NULL : registers;
    d->unit = (uint8_t)option(site, OPTION_UNIT)->number;
    d->poll_ms = (uint32_t)option(site, OPTION_POLL)->number;
    d->watchdog_s = (uint32_t)option(site, OPTION_WATCHDOG)->number;
    d->verifies = option(site, OPTION_VERIFY)->number != 0;
    d->signs.meter = strcmp(option(site, OPTION_METER_SIGN)->text, "export") == 0 ? -1 : 1;
    d->signs.battery = strcmp(option(site, OPTION_BATTERY_SIGN)->text, "charge") == 0 ? 1 : -1;
    return !d->table || plan_of_table(&d->plan, d->table, &d->copy.site, why, size);
}

/* ---- life ---- */

static void free_device(modbus_device *d)
{
    steer_end(&d->steer);
    site_free(&d->copy);
    free(d);
}

static int32_t begin(modbus_device *d, const lg_device_site *site, char *why, size_t size)
{
    steer_settings settings;
    if (!site_take(&d->copy, site))
        return LG_MEMORY;
    if (!steer_read_options(site->device, &settings, why, size) ||
        !read_options(d, site, why, size))
        return LG_INVALID;
    watch_init(d);
    d->alarm = d->host->alarm(d->host->ctx, due, d);
    if (!d->alarm || !write_init(d, &settings))
        return LG_MEMORY;
    if (settings.rung == LADDER_SIMULATE) {
        steer_begin(&d->steer, 0);
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

int32_t modbus_device_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    char why[400] = "out of memory";
    modbus_device *d = calloc(1, sizeof *d);
    if (!d)
        return LG_MEMORY;
    d->host = host;
    int32_t status = begin(d, site, why, sizeof why);
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

void modbus_device_close(void *device)
{
    modbus_device *d = device;
    if (d->bus) {
        bus_forget(d->bus, &d->ask);
        bus_forget(d->bus, &d->write_ask);
        bus_leave(d->bus, &d->member);
    }
    d->bus = NULL;
    d->host->drop_alarm(d->host->ctx, d->alarm);
    free_device(d); /* after our connection has gone: some devices take one only */
}

int32_t modbus_device_command(void *device, const lg_device_command *command)
{
    modbus_device *d = device;
    return steer_command(&d->steer, command);
}
