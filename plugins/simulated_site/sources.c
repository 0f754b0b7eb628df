/* What the weather gives: panels behind an inverter, and a wind turbine. Both give all there is
 * unless they are told to give less, and both follow within their ramp. The weather is that of the
 * market's panels and turbines of the same run. */
#include "devices.h"

#include <math.h>

#include "../pv/sky.h"
#include "../wind_turbine/wind.h"
#include "lunagrid/calendar.h"

typedef struct source_device {
    site_part part;
    const lg_profile *profile;
    double (*possible_W)(const struct source_device *s, int64_t now_ms);
    double latitude_deg;
    double peak_W, rated_W, ramp_W, error; /* ramp: a second */
    pv_vector normal;
    int64_t now_ms;
} source_device;

static double panels_W(const source_device *s, int64_t now_ms)
{
    const lg_slot moment = {.size = sizeof moment,
                            .start_ms = now_ms - 1500,
                            .hours = 3.0 / 3600}; /* its middle is looked at */
    const pv_light *light = pv_sky(s->part.site_seed, s->latitude_deg, &moment);
    return s->peak_W * pv_light_on(&light[PV_SKY_SAMPLES / 2], &s->normal) / 1000;
}

static double profile_W(const source_device *s, int64_t now_ms)
{
    const lg_host *host = s->part.host->host;
    double watts = host->profile_at(host->ctx, s->profile, now_ms);
    return isnan(watts) ? 0 : watts;
}

static double wind_W(const source_device *s, int64_t now_ms)
{
    return s->rated_W * wind_share(wind_speed(s->part.site_seed, s->latitude_deg < 0, now_ms));
}

static source_device *open_source(const lg_device_host *host, const lg_device_site *site)
{
    source_device *s = host->host->alloc(host->host->ctx, sizeof *s);
    if (!s)
        return NULL;
    part_init(&s->part, host, site, 0);
    s->latitude_deg = site->device->latitude_deg;
    s->now_ms = site->device->start_ms;
    return s;
}

int32_t panels_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    source_device *s = open_source(host, site);
    if (!s)
        return LG_MEMORY;
    const lg_value *rated = lg_value_at(site->device, PANELS_INVERTER);
    double tilt = lg_value_at(site->device, PANELS_TILT)->number * LG_PI / 180;
    double azimuth = lg_value_at(site->device, PANELS_AZIMUTH)->number * LG_PI / 180;
    double ratio = lg_value_at(site->device, PANELS_RATIO)->number;
    double peak_W = lg_value_at(site->device, PANELS_PEAK)->number * 1000;
    s->profile = lg_value_at(site->device, PANELS_PROFILE)->profile;
    s->possible_W = s->profile ? profile_W : panels_W;
    s->peak_W = peak_W * ratio;
    s->rated_W = rated->given ? rated->number * 1000 : peak_W;
    s->ramp_W = s->rated_W * lg_value_at(site->device, PANELS_RAMP)->number / 100;
    s->error = lg_value_at(site->device, PANELS_ERROR)->number / 100;
    s->normal = (pv_vector){
        .east = lg_det_sin(tilt) * lg_det_sin(azimuth),
        .north = lg_det_sin(tilt) * lg_det_cos(azimuth),
        .up = lg_det_cos(tilt),
    };
    *device = s;
    return LG_OK;
}

int32_t turbine_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    source_device *s = open_source(host, site);
    if (!s)
        return LG_MEMORY;
    s->profile = lg_value_at(site->device, TURBINE_PROFILE)->profile;
    s->possible_W = s->profile ? profile_W : wind_W;
    s->rated_W = s->peak_W = lg_value_at(site->device, TURBINE_POWER)->number * 1000;
    s->ramp_W = s->rated_W * lg_value_at(site->device, TURBINE_RAMP)->number / 100;
    s->error = lg_value_at(site->device, TURBINE_ERROR)->number / 100;
    *device = s;
    return LG_OK;
}

static double available(const source_device *s, int64_t now_ms)
{
    double watts = s->possible_W(s, now_ms);
    return watts < 0 ? 0 : watts > s->rated_W ? s->rated_W : watts;
}

int32_t source_step(void *device, int64_t now_ms)
{
    source_device *s = device;
    site_part *p = &s->part;
    part_sample sample;
    double seconds = (double)(now_ms - s->now_ms) / 1000;
    part_live(p, now_ms);
    bool runs = p->stage == PART_RUNNING;
    double there = runs ? available(s, now_ms) : 0;
    double allowed = isnan(p->set_W) ? s->rated_W : p->set_W < 0 ? -p->set_W : 0;
    double given = part_ramp(-p->power_W, there < allowed ? there : allowed, s->ramp_W * seconds);
    given = given < there ? given : there; /* no ramp gives what the weather does not */
    s->now_ms = now_ms;
    part_flows(p, -given + 0.0, runs && !isnan(p->set_VAr) ? p->set_VAr : 0, seconds);
    part_begin(p, &sample, now_ms);
    part_value(&sample, LG_METRIC_AC_POWER_ACTIVE, p->power_W);
    part_range(&sample, runs ? -s->rated_W : 0, 0);
    double room = s->rated_W * s->rated_W - p->power_W * p->power_W;
    double vars = room > 0 ? sqrt(room) : 0;
    part_value(&sample, LG_METRIC_AC_POWER_REACTIVE, p->power_VAr);
    part_range(&sample, -vars, vars);
    part_ac(p, &sample);
    part_stage_state(p, &sample,
                     p->power_W < 0 ? (uint32_t)LG_STATE_DISCHARGING : (uint32_t)LG_STATE_READY);
    part_post(p, &sample);
    return LG_OK;
}

int32_t source_command(void *device, const lg_device_command *command)
{
    source_device *s = device;
    return part_command(&s->part, command);
}

int32_t source_fault(void *device, const lg_device_fault *fault)
{
    source_device *s = device;
    part_fault(&s->part, fault, s->now_ms);
    return LG_OK;
}

int32_t source_forecast(void *device, const lg_device_span *span, lg_device_forecast *out)
{
    enum { LOOKS = 5 };
    const source_device *s = device;
    double sum = 0;
    int64_t part_ms = (span->until_ms - span->from_ms) / LOOKS;
    for (int i = 0; i < LOOKS; i++)
        sum += available(s, span->from_ms + i * part_ms + part_ms / 2);
    int64_t middle_ms = span->from_ms + (span->until_ms - span->from_ms) / 2;
    double watts = sum / LOOKS * part_forecast_factor(s->part.seed, s->error, middle_ms);
    out->power_W = s->part.stage == PART_RUNNING ? -watts + 0.0 : 0;
    out->min_W = out->power_W;
    out->max_W = 0;
    return LG_OK;
}
