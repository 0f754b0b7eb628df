/* Faults lie between what a component measures and what is heard of it: the physics go on behind a
 * silent, stuck or late device, and the counters with it. Only a trip changes what flows. */
#include "part.h"

#include "lunagrid/draw.h"

#include <math.h>

enum { DRAW_VOLTAGE = 101, DRAW_FREQUENCY = 105, DRAW_FORECAST };

void part_init(site_part *p, const lg_device_host *host, const lg_device_site *site,
               uint32_t component)
{
    *p = (site_part){
        .host = host,
        .seed = site->device->seed,
        .site_seed = site->device->site_seed,
        .voltage_V = site->voltage_V,
        .frequency_Hz = site->frequency_Hz,
        .component = component,
        .set_W = (double)NAN,
        .set_VAr = (double)NAN,
    };
}

/* ---- commands and faults ---- */

int32_t part_command(site_part *p, const lg_device_command *command)
{
    if (p->fault == LG_DEVICE_FAULT_SILENT)
        return LG_DEVICE_LATER; /* and nobody answers */
    if (p->fault == LG_DEVICE_FAULT_REFUSING) {
        p->host->host->refuse(p->host->host->ctx, "it takes no commands now");
        return LG_INVALID;
    }
    switch (command->kind) {
    case LG_DEVICE_POWER_ACTIVE:
        p->set_W = command->power;
        p->until_W_ms = command->until_ms;
        return LG_OK;
    case LG_DEVICE_POWER_REACTIVE:
        p->set_VAr = command->power;
        p->until_VAr_ms = command->until_ms;
        return LG_OK;
    case LG_DEVICE_START:
        p->stage = PART_RUNNING;
        return LG_OK;
    case LG_DEVICE_STANDBY:
        p->stage = PART_STANDBY;
        return LG_OK;
    case LG_DEVICE_STOP:
    case LG_DEVICE_ACKNOWLEDGE:
        p->stage = PART_STOPPED;
        return LG_OK;
    default:
        return LG_UNSUPPORTED;
    }
}

void part_live(site_part *p, int64_t now_ms)
{
    if (now_ms >= p->until_W_ms)
        p->set_W = (double)NAN;
    if (now_ms >= p->until_VAr_ms)
        p->set_VAr = (double)NAN;
}

void part_fault(site_part *p, const lg_device_fault *fault, int64_t now_ms)
{
    if (fault->kind == LG_DEVICE_FAULT_TRIP) {
        p->stage = PART_TRIPPED;
        return;
    }
    p->fault = fault->kind;
    p->fault_from_ms = now_ms;
    p->fault_until_ms = fault->until_ms;
    p->frozen.value_count = 0;
    p->late_count = 0;
}

/* ---- what flows ---- */

void part_flows(site_part *p, double watts, double vars, double seconds)
{
    double energy_Wh = watts * seconds / 3600;
    p->power_W = watts;
    p->power_VAr = vars;
    if (energy_Wh > 0)
        p->consumed_Wh += energy_Wh;
    else
        p->delivered_Wh -= energy_Wh;
    p->host->flow(p->host->ctx, p->component, watts, vars);
}

/* ---- what is said ---- */

void part_begin(const site_part *p, part_sample *sample, int64_t now_ms)
{
    sample->time_ms = now_ms;
    sample->value_count = sample->range_count = sample->state_count = 0;
    sample->error = p->stage == PART_TRIPPED ? LG_DIAGNOSTIC_PROTECTIVE_SHUTDOWN : 0;
}

void part_value(part_sample *sample, uint32_t metric, double value)
{
    uint32_t i = sample->value_count;
    if (i == PART_VALUES)
        return;
    sample->values[i] = (lg_microgrid_value){.metric = metric, .value = value};
    sample->first_range[i] = (uint8_t)sample->range_count;
    sample->value_count++;
}

void part_range(part_sample *sample, double lower, double upper)
{
    if (sample->range_count == PART_RANGES || !sample->value_count)
        return;
    sample->ranges[sample->range_count++] = (lg_microgrid_range){lower + 0.0, upper + 0.0};
    sample->values[sample->value_count - 1].range_count++;
}

void part_state(part_sample *sample, uint32_t state)
{
    if (sample->state_count < PART_STATES)
        sample->states[sample->state_count++] = state;
}

void part_stage_state(const site_part *p, part_sample *sample, uint32_t running)
{
    part_state(sample, p->stage == PART_RUNNING   ? running
                       : p->stage == PART_STANDBY ? (uint32_t)LG_STATE_STANDBY
                       : p->stage == PART_STOPPED ? (uint32_t)LG_STATE_OFF
                                                  : (uint32_t)LG_STATE_ERROR);
}

/* The grid is the same for the whole site: half a percent about what it should be, by minutes. */
static double voltage(const site_part *p, uint32_t phase, int64_t time_ms)
{
    double minutes = (double)time_ms / 60000;
    return p->voltage_V *
           (0.995 + 0.01 * lg_draw_smooth(p->site_seed, DRAW_VOLTAGE + phase, minutes));
}

static double frequency(const site_part *p, int64_t time_ms)
{
    double steps = (double)time_ms / 10000;
    return p->frequency_Hz *
           (0.9996 + 0.0008 * lg_draw_smooth(p->site_seed, DRAW_FREQUENCY, steps));
}

void part_ac(const site_part *p, part_sample *sample)
{
    double third_W = p->power_W / 3, third_VAr = p->power_VAr / 3;
    double third_VA = sqrt(third_W * third_W + third_VAr * third_VAr);
    part_value(sample, LG_METRIC_AC_FREQUENCY, frequency(p, sample->time_ms));
    for (uint32_t phase = 0; phase < 3; phase++) {
        double volts = voltage(p, phase, sample->time_ms);
        part_value(sample, LG_METRIC_AC_POWER_ACTIVE_PHASE_1 + phase, third_W);
        part_value(sample, LG_METRIC_AC_POWER_REACTIVE_PHASE_1 + phase, third_VAr);
        part_value(sample, LG_METRIC_AC_VOLTAGE_PHASE_1_N + phase, volts);
        part_value(sample, LG_METRIC_AC_CURRENT_PHASE_1 + phase, third_VA / volts);
    }
    part_value(sample, LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED, p->consumed_Wh);
    part_value(sample, LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED, p->delivered_Wh);
}

/* ---- posting ---- */

static void hand_over(const site_part *p, const part_sample *sample, int64_t time_ms)
{
    lg_microgrid_value values[PART_VALUES];
    const lg_microgrid_diagnostic error = {
        .code = sample->error,
        .vendor_code = "S1",
        .message = "switched off by its protection",
    };
    for (uint32_t i = 0; i < sample->value_count; i++) {
        values[i] = sample->values[i];
        values[i].ranges = sample->ranges + sample->first_range[i];
    }
    const lg_device_sample out = {
        .size = sizeof out,
        .component = p->component,
        .time_ms = time_ms,
        .values = values,
        .value_count = sample->value_count,
        .states = sample->states,
        .state_count = sample->state_count,
        .errors = &error,
        .error_count = sample->error != 0,
    };
    p->host->post(p->host->ctx, &out);
}

static void post_late(site_part *p, const part_sample *sample)
{
    if (p->late_count == PART_LATE_BY) {
        hand_over(p, &p->late[0], p->late[0].time_ms);
        p->late_count--;
        for (uint32_t i = 0; i < p->late_count; i++)
            p->late[i] = p->late[i + 1];
    }
    p->late[p->late_count++] = *sample;
}

void part_post(site_part *p, const part_sample *sample)
{
    if (p->fault && sample->time_ms >= p->fault_until_ms)
        p->fault = LG_DEVICE_FAULT_NONE;
    switch (p->fault) {
    case LG_DEVICE_FAULT_SILENT:
        return;
    case LG_DEVICE_FAULT_STUCK:
        if (!p->frozen.value_count)
            p->frozen = *sample;
        hand_over(p, &p->frozen, sample->time_ms);
        return;
    case LG_DEVICE_FAULT_LATE:
        post_late(p, sample);
        return;
    case LG_DEVICE_FAULT_REPEATED:
        hand_over(p, sample, sample->time_ms);
        break;
    case LG_DEVICE_FAULT_BACKWARDS:
        hand_over(p, sample, 2 * p->fault_from_ms - sample->time_ms);
        return;
    default:
        break;
    }
    hand_over(p, sample, sample->time_ms);
}

double part_ramp(double from, double to, double most)
{
    return to > from + most ? from + most : to < from - most ? from - most : to;
}

double part_forecast_factor(uint64_t seed, double error, int64_t middle_ms)
{
    double hours = (double)middle_ms / 3600000;
    return 1 + error * 2 * (lg_draw_smooth(seed, DRAW_FORECAST, hours / 3) - 0.5);
}
