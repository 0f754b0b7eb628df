/* What devices ask of the host, booked on the device whose call is running. A pointer given back
 * that the device does not hold is never freed, and the user hears of it. */
#include "driver/services.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/num.h"
#include "base/text.h"

static const lg_driver *driver_of(const lg__services *services, uint32_t asset)
{
    return services->input->drivers[services->input->site->assets[asset].driver];
}

/* "Home 1 load (load): <sentence>" into @p out, on one line whatever the plugin said. */
static void with_name(const lg__services *services, char *out, size_t size, const char *sentence)
{
    snprintf(out, size, "%s (%s): %s", services->input->site->assets[services->current].name,
             driver_of(services, services->current)->name, sentence);
    lg_text_clean(out);
}

static void complain(lg__services *services, const char *sentence)
{
    char text[LG_ERR_TEXT_MAX];
    if (!services->input->fault)
        return;
    with_name(services, text, sizeof text, sentence);
    services->input->fault(services->input->ctx, services->current, text);
}

static void host_refuse(void *ctx, const char *sentence)
{
    lg__services *services = ctx;
    if (services->current == LG_NONE || !sentence)
        return;
    snprintf(services->refusal, sizeof services->refusal, "%s", sentence);
    lg_text_clean(services->refusal);
}

static void host_log(void *ctx, uint32_t level, const char *sentence)
{
    lg__services *services = ctx;
    char text[LG_ERR_TEXT_MAX];
    if (services->current == LG_NONE || !services->input->log || !sentence)
        return;
    with_name(services, text, sizeof text, sentence);
    services->input->log(services->input->ctx, level > LG_LOG_ERROR ? LG_LOG_ERROR : level, text);
}

static void *host_alloc(void *ctx, uint64_t size)
{
    lg__services *services = ctx;
    if (services->current == LG_NONE)
        return NULL;
    return lg__blocks_lend(services->mem, &services->devices[services->current].held, size,
                           &services->exhausted);
}

static void host_free(void *ctx, void *ptr)
{
    lg__services *services = ctx;
    if (!ptr || services->current == LG_NONE)
        return;
    if (!lg__blocks_return(services->mem, &services->devices[services->current].held, ptr))
        complain(services, "gives back memory that it does not hold");
}

static double host_profile_at(void *ctx, const lg_profile *profile, int64_t time_ms)
{
    (void)ctx;
    return profile ? lg_profile_at(profile, time_ms) : (double)NAN;
}

static double host_profile_mean(void *ctx, const lg_profile *profile, int64_t from_ms,
                                int64_t to_ms)
{
    (void)ctx;
    return profile ? lg_profile_mean(profile, from_ms, to_ms) : (double)NAN;
}

/* Counts a bad reading; the first of each device is told. Without memory to remember it by it is
 * told again. */
static void bad_reading(lg__services *services, const char *sentence)
{
    services->bad_readings++;
    if (!services->complained)
        services->complained = lg_mem_zalloc(services->mem, services->input->site->asset_count, 1);
    if (!services->complained || !services->complained[services->current])
        complain(services, sentence);
    if (services->complained)
        services->complained[services->current] = 1;
}

/* Room for the readings of the device whose call is running; NULL when exhausted. */
static lg_reading *readings_of(lg__services *services, uint32_t count)
{
    uint32_t asset = services->current;
    if (!services->readings)
        services->readings = lg_mem_zalloc(services->mem, services->input->site->asset_count,
                                           sizeof *services->readings);
    if (!services->readings)
        return NULL;
    if (!services->readings[asset]) {
        lg_reading *row = lg_mem_zalloc(services->mem, count, sizeof *row);
        for (uint32_t i = 0; row && i < count; i++)
            row[i].value = (double)NAN;
        services->readings[asset] = row;
    }
    return services->readings[asset];
}

static void host_post(void *ctx, uint32_t point, double value, int64_t time_ms)
{
    lg__services *services = ctx;
    char text[200];
    if (services->current == LG_NONE)
        return;
    const lg_array *points = &driver_of(services, services->current)->points;
    value = lg_shown(value);
    if (point >= points->count) {
        snprintf(text, sizeof text, "posts %g as a reading of point %u, but has only %u points",
                 value, point, points->count);
        bad_reading(services, text);
        return;
    }
    const lg_point *p = (const lg_point *)points->items + point;
    if (!(p->access & LG_READ)) {
        snprintf(text, sizeof text, "posts %g as a reading of \"%s\", which can only be written",
                 value, p->name);
        bad_reading(services, text);
    } else if (!(value >= p->min && value <= p->max)) {
        snprintf(text, sizeof text, "reads %g as \"%s\", expected %g to %g", value, p->name, p->min,
                 p->max);
        bad_reading(services, text);
    } else {
        lg_reading *row = readings_of(services, points->count);
        if (row)
            row[point] = (lg_reading){.value = value, .time_ms = time_ms};
    }
}

void lg__services_init(lg__services *services, lg_mem *mem, const lg_fleet_input *input,
                       lg__device *devices)
{
    *services = (lg__services){
        .host =
            {
                .size = sizeof(lg_host),
                .abi_minor = LG_ABI_MINOR,
                .ctx = services,
                .refuse = host_refuse,
                .log = host_log,
                .alloc = host_alloc,
                .free = host_free,
                .profile_at = host_profile_at,
                .profile_mean = host_profile_mean,
                .post = host_post,
            },
        .mem = mem,
        .input = input,
        .devices = devices,
        .current = LG_NONE,
    };
}

void lg__services_fini(lg__services *services)
{
    uint32_t count = services->input->site->asset_count;
    if (services->complained)
        lg_mem_free(services->mem, services->complained, count);
    services->complained = NULL;
    if (!services->readings)
        return;
    for (uint32_t i = 0; i < count; i++)
        if (services->readings[i])
            lg_mem_free(services->mem, services->readings[i],
                        driver_of(services, i)->points.count * sizeof(lg_reading));
    lg_mem_free(services->mem, services->readings, count * sizeof *services->readings);
    services->readings = NULL;
}

void lg__services_take_back(lg__services *services, uint32_t asset)
{
    lg__blocks_take_back(services->mem, &services->devices[asset].held);
}
