/* A combined heat and power unit: it rests until it is told to give power, needs a while to start,
 * cannot work below a least power and follows within its ramp. */
#include "devices.h"

#include <math.h>

typedef struct chp_device {
    site_part part;
    double rated_W, least_W, ramp_W, start_s;
    double warm_s; /* since it was told to start */
    int64_t now_ms;
} chp_device;

int32_t chp_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    chp_device *c = host->host->alloc(host->host->ctx, sizeof *c);
    if (!c)
        return LG_MEMORY;
    part_init(&c->part, host, site, 0);
    c->rated_W = lg_value_at(site->device, CHP_POWER)->number * 1000;
    c->least_W = c->rated_W * lg_value_at(site->device, CHP_LEAST)->number / 100;
    c->start_s = lg_value_at(site->device, CHP_START)->number;
    c->ramp_W = c->rated_W * lg_value_at(site->device, CHP_RAMP)->number / 100;
    c->now_ms = site->device->start_ms;
    *device = c;
    return LG_OK;
}

int32_t chp_step(void *device, int64_t now_ms)
{
    chp_device *c = device;
    site_part *p = &c->part;
    part_sample sample;
    double seconds = (double)(now_ms - c->now_ms) / 1000;
    part_live(p, now_ms);
    double wanted = p->stage == PART_RUNNING && p->set_W < 0 ? -p->set_W : 0; /* NaN: 0 */
    wanted = wanted > c->rated_W ? c->rated_W : wanted < c->least_W ? 0 : wanted;
    c->now_ms = now_ms;
    c->warm_s = wanted > 0 ? c->warm_s + seconds : 0;
    bool starts = wanted > 0 && c->warm_s < c->start_s;
    double before = -p->power_W < c->least_W ? c->least_W : -p->power_W;
    double watts = wanted > 0 && !starts ? part_ramp(before, wanted, c->ramp_W * seconds) : 0;
    part_flows(p, -watts + 0.0, 0, seconds);
    part_begin(p, &sample, now_ms);
    part_value(&sample, LG_METRIC_AC_POWER_ACTIVE, p->power_W);
    if (p->stage == PART_RUNNING)
        part_range(&sample, -c->rated_W, -c->least_W);
    else
        part_range(&sample, 0, 0);
    part_value(&sample, LG_METRIC_AC_POWER_REACTIVE, 0);
    part_ac(p, &sample);
    part_stage_state(p, &sample,
                     starts      ? (uint32_t)LG_STATE_SWITCHING_ON
                     : watts > 0 ? (uint32_t)LG_STATE_DISCHARGING
                                 : (uint32_t)LG_STATE_READY);
    part_post(p, &sample);
    return LG_OK;
}

int32_t chp_command(void *device, const lg_device_command *command)
{
    chp_device *c = device;
    return part_command(&c->part, command);
}

int32_t chp_fault(void *device, const lg_device_fault *fault)
{
    chp_device *c = device;
    part_fault(&c->part, fault, c->now_ms);
    return LG_OK;
}

int32_t chp_forecast(void *device, const lg_device_span *span, lg_device_forecast *out)
{
    const chp_device *c = device;
    double whole_s = (double)(span->until_ms - span->from_ms) / 1000;
    double part = c->warm_s > 0 ? 1 : (whole_s - c->start_s) / whole_s;
    bool runs = c->part.stage == PART_RUNNING;
    out->power_W = 0;
    out->min_W = runs && part > 0 ? -c->rated_W * part : 0;
    out->max_W = 0;
    return LG_OK;
}
