/* A guard is told what steer.c would write, in frames. */
#include "safety.h"

#include <math.h>
#include <stdio.h>

#include "lunagrid/host.h"

enum { GUARD_NUMBER = 0xFFFF };

plan_when safety_when(uint32_t kind)
{
    switch (kind) {
    case LG_DEVICE_POWER_ACTIVE:
        return PLAN_ACTIVE;
    case LG_DEVICE_POWER_REACTIVE:
        return PLAN_REACTIVE;
    case LG_DEVICE_START:
        return PLAN_START;
    case LG_DEVICE_STANDBY:
        return PLAN_STANDBY;
    case LG_DEVICE_STOP:
        return PLAN_STOP;
    case LG_DEVICE_ACKNOWLEDGE:
        return PLAN_ACKNOWLEDGE;
    default:
        return PLAN_WHENS;
    }
}

/* Where the owner has said nothing, the ratings of the device are the limits. */
static double limit(const modbus_device *d, double given, const plan_value *rating, double sign)
{
    double rated = d->bus ? plan_number(&d->plan, rating) : NAN;
    return isnan(given) ? sign * rated : given;
}

ladder_limits safety_limits(const modbus_device *d, uint32_t component, plan_when when)
{
    const lg_device_component *c = lg_device_component_at(&d->site, component);
    bool is_pv = c->category == LG_CATEGORY_INVERTER && c->type == LG_INVERTER_PV;
    double lower = limit(d, d->lower_W, &d->plan.lower_W, -1);
    double upper = limit(d, d->upper_W, &d->plan.upper_W, 1);
    if (is_pv && !(upper <= 0))
        upper = 0; /* it gives, and can be told to give less */
    if (when == PLAN_REACTIVE) {
        upper = fmax(fabs(lower), fabs(upper));
        lower = -upper;
    }
    bool is_known = lower <= upper;
    return (ladder_limits){
        .is_allowed = is_known && (d->allowed & (1U << when)) &&
                      (!d->bus || plan_can(&d->plan, component, when)),
        .lower = is_known || d->rung == LADDER_LIVE ? lower : -INFINITY,
        .upper = is_known || d->rung == LADDER_LIVE ? upper : INFINITY,
        .ramp_per_s = isnan(d->ramp_W_per_s) ? INFINITY : d->ramp_W_per_s,
        .interval_ms = d->interval_ms,
        .refresh_ms = d->plan.has_watchdog ? d->watchdog_s * 1000 / 3 : 0,
        .safe = when == PLAN_ACTIVE ? d->safe_W : NAN,
    };
}

/* ---- the guard ---- */

static bool tell_safe_value(modbus_device *d, uint32_t component, plan_when when)
{
    frame_request requests[JOB_REQUESTS_MAX];
    plan_when release = when == PLAN_ACTIVE ? PLAN_RELEASE : PLAN_REACTIVE_RELEASE;
    double safe = when == PLAN_ACTIVE ? d->safe_W : NAN;
    bool is_release = isnan(safe) && plan_can(&d->plan, component, release);
    int32_t count =
        plan_requests(&d->plan, d->unit, component, is_release ? release : when,
                      isnan(safe) ? 0 : safe, d->watchdog_s, requests, JOB_REQUESTS_MAX);
    for (int32_t i = 0; i < count; i++) {
        uint8_t bytes[FRAME_BYTES_MAX], echo[12];
        size_t size = frame_write(&requests[i], GUARD_NUMBER, bytes);
        for (size_t k = 0; k < sizeof echo; k++)
            echo[k] = bytes[k];
        echo[4] = 0; /* what comes back is the head of what was said, without its values */
        echo[5] = 6;
        if (!guard_send(d->guard, bytes, size, echo, sizeof echo))
            return false;
    }
    return count >= 0;
}

static bool tell_guard(modbus_device *d)
{
    char address[64];
    uint16_t port;
    if (!bus_where(d->bus, address, sizeof address, &port) || !guard_place(d->guard, address, port))
        return false;
    for (uint32_t i = 0; i < d->site.components.count; i++)
        for (int reactive = 0; reactive < 2; reactive++) {
            plan_when when = reactive ? PLAN_REACTIVE : PLAN_ACTIVE;
            if (safety_limits(d, i, when).is_allowed && !tell_safe_value(d, i, when))
                return false;
        }
    return guard_plan(d->guard);
}

static bool start_guard(modbus_device *d, char *why, size_t size)
{
    char address[64];
    uint16_t port;
    if (!bus_where(d->bus, address, sizeof address, &port)) {
        snprintf(why, size, "a serial line has no guard");
        return false;
    }
    if (!d->guard)
        d->guard = guard_start((const void *)&safety_when, why, size);
    if (d->guard && tell_guard(d))
        return true;
    guard_end(d->guard, false);
    d->guard = NULL;
    return false;
}

void safety_begin(modbus_device *d)
{
    char why[200] = "it does not listen";
    bool may_steer = false;
    for (uint32_t i = 0; i < d->site.components.count; i++)
        may_steer = may_steer || safety_limits(d, i, PLAN_ACTIVE).is_allowed ||
                    safety_limits(d, i, PLAN_REACTIVE).is_allowed;
    if (d->rung != LADDER_LIVE || !d->bus || !may_steer)
        return;
    d->beat_at_ms = d->host->steady_ms(d->host->ctx);
    if (start_guard(d, why, sizeof why))
        return;
    device_say(d, d->plan.has_watchdog ? LG_LOG_WARN : LG_LOG_ERROR, "there is no guard: %s; %s",
               why,
               d->plan.has_watchdog ? "the device's own watchdog has to do"
                                    : "nothing is written, as if mode were shadow");
    if (!d->plan.has_watchdog)
        d->rung = LADDER_SHADOW;
}

bool safety_beat(modbus_device *d, int64_t now_ms)
{
    if (!d->guard || now_ms < d->beat_at_ms)
        return true;
    d->beat_at_ms = now_ms + GUARD_BEAT_MS;
    const char *deed = guard_deed(d->guard);
    if (deed) {
        device_say(d, LG_LOG_WARN, "we were stuck; the guard went for the safe values and %s",
                   deed);
        return false;
    }
    if (guard_beat(d->guard))
        return true;
    device_say(d, LG_LOG_WARN, "the guard is gone; another one is started");
    guard_end(d->guard, true);
    d->guard = NULL;
    safety_begin(d);
    return d->guard || d->plan.has_watchdog;
}
