/* Meters: one that stands for all that a household uses, and one that sums what hangs from it, as
 * a meter at the connection point does. Neither takes commands, and neither loses anything. */
#include "devices.h"

#include <math.h>

#include "../load/device.h"
#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_SECONDS = 131, DRAW_METER };

typedef struct meter_device {
    site_part part;
    bool sums;
    const lg_profile *profile; /* W */
    load_device house;         /* whose habits these are */
    double vars_part;          /* reactive power as a part of the active one */
    double error;              /* of a forecast, or of the meter */
    int64_t now_ms;
} meter_device;

static meter_device *open_meter(const lg_device_host *host, const lg_device_site *site)
{
    meter_device *m = host->host->alloc(host->host->ctx, sizeof *m);
    if (!m)
        return NULL;
    part_init(&m->part, host, site, 0);
    m->now_ms = site->device->start_ms;
    return m;
}

int32_t house_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    if (lg_device_component_at(site, 0)->after)
        return site_refuse(host, "a household's meter has nothing that hangs from it: what does "
                                 "would be counted twice; grid_meter sums it");
    meter_device *m = open_meter(host, site);
    if (!m)
        return LG_MEMORY;
    double cos_phi = lg_value_at(site->device, HOUSE_COS_PHI)->number;
    m->profile = lg_value_at(site->device, HOUSE_PROFILE)->profile;
    m->house = (load_device){
        .seed = site->device->seed,
        .mean_W = lg_value_at(site->device, HOUSE_ANNUAL)->number * 1000 / 8760,
        .south = site->device->latitude_deg < 0,
    };
    m->vars_part = sqrt(1 - cos_phi * cos_phi) / cos_phi;
    m->error = lg_value_at(site->device, HOUSE_ERROR)->number / 100;
    *device = m;
    return LG_OK;
}

int32_t grid_meter_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    meter_device *m = open_meter(host, site);
    if (!m)
        return LG_MEMORY;
    m->sums = true;
    m->error = lg_value_at(site->device, GRID_METER_ERROR)->number / 100;
    *device = m;
    return LG_OK;
}

/* Without what switches on and off within the minute. */
static double usual_W(const meter_device *m, int64_t now_ms)
{
    const lg_host *host = m->part.host->host;
    double watts = m->profile ? host->profile_at(host->ctx, m->profile, now_ms)
                              : load_household_W(&m->house, now_ms);
    return isnan(watts) || watts < 0 ? 0 : watts;
}

/* Appliances switch: up to a fifth about the mean, by seconds. */
static double now_W(const meter_device *m, int64_t now_ms)
{
    if (m->profile)
        return usual_W(m, now_ms);
    double twentieths = (double)now_ms / 20000;
    return usual_W(m, now_ms) *
           (0.8 + 0.4 * lg_draw_smooth(m->part.seed, DRAW_SECONDS, twentieths));
}

int32_t meter_step(void *device, int64_t now_ms)
{
    meter_device *m = device;
    site_part *p = &m->part;
    part_sample sample;
    double seconds = (double)(now_ms - m->now_ms) / 1000;
    double watts, vars;
    m->now_ms = now_ms;
    if (m->sums) {
        p->host->flow_below(p->host->ctx, p->component, &watts, &vars);
    } else {
        watts = now_W(m, now_ms);
        vars = watts * m->vars_part;
    }
    part_flows(p, watts, vars, seconds);
    site_part said = *p; /* its error is in what it says, not in what flows */
    if (m->sums && m->error > 0)
        said.power_W *= 1 + m->error * 2 * (lg_draw_unit(p->seed, DRAW_METER, now_ms / 1000) - 0.5);
    part_begin(p, &sample, now_ms);
    part_value(&sample, LG_METRIC_AC_POWER_ACTIVE, said.power_W);
    part_value(&sample, LG_METRIC_AC_POWER_REACTIVE, said.power_VAr);
    part_ac(&said, &sample);
    part_stage_state(p, &sample, LG_STATE_READY);
    part_post(p, &sample);
    return LG_OK;
}

int32_t meter_fault(void *device, const lg_device_fault *fault)
{
    meter_device *m = device;
    part_fault(&m->part, fault, m->now_ms);
    return LG_OK;
}

int32_t meter_forecast(void *device, const lg_device_span *span, lg_device_forecast *out)
{
    enum { LOOKS = 5 };
    const meter_device *m = device;
    if (m->sums)
        return LG_UNSUPPORTED;
    double sum = 0;
    int64_t part_ms = (span->until_ms - span->from_ms) / LOOKS;
    for (int i = 0; i < LOOKS; i++)
        sum += usual_W(m, span->from_ms + i * part_ms + part_ms / 2);
    int64_t middle_ms = span->from_ms + (span->until_ms - span->from_ms) / 2;
    out->power_W = sum / LOOKS * part_forecast_factor(m->part.seed, m->error, middle_ms);
    out->min_W = out->max_W = out->power_W;
    return LG_OK;
}
