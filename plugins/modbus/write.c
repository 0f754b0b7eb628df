/* What steer.h wants to have written, register by register, and then read back. */
#include "device.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GUARD_NUMBER = 0xFFFF };

/* ---- what a value means in registers ---- */

static plan_when when_of(steer_what what)
{
    static const plan_when whens[] = {PLAN_ACTIVE,  PLAN_REACTIVE, PLAN_START,
                                      PLAN_STANDBY, PLAN_STOP,     PLAN_ACKNOWLEDGE};
    return whens[what];
}

static int32_t requests_of(const modbus_device *d, uint32_t component, steer_what what,
                           double value, frame_request *out)
{
    plan_when when = when_of(what);
    plan_when release = what == STEER_REACTIVE ? PLAN_REACTIVE_RELEASE : PLAN_RELEASE;
    bool is_set_point = what == STEER_ACTIVE || what == STEER_REACTIVE;
    if (is_set_point && isnan(value) && plan_can(&d->plan, component, release))
        when = release;
    return plan_requests(&d->plan, d->unit, component, when, isnan(value) ? 0 : value,
                         d->watchdog_s, out, JOB_REQUESTS_MAX);
}

static bool can(void *ctx, uint32_t component, steer_what what)
{
    const modbus_device *d = ctx;
    return plan_can(&d->plan, component, when_of(what));
}

/* "40123 = 17, 40130 = 1" */
static void show(void *ctx, uint32_t component, steer_what what, double value, char *out,
                 size_t size)
{
    const modbus_device *d = ctx;
    frame_request requests[JOB_REQUESTS_MAX];
    int32_t count = requests_of(d, component, what, value, requests);
    size_t at = 0;
    if (count <= 0)
        snprintf(out, size, "nothing: the device cannot hold that value");
    for (int32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < requests[i].count && at < size; k++) {
            int part = snprintf(out + at, size - at, "%s%u = %u", at ? ", " : "",
                                requests[i].address + k, requests[i].values[k]);
            at += part > 0 ? (size_t)part : 0;
        }
}

static void rating(void *ctx, uint32_t component, double *lower, double *upper)
{
    const modbus_device *d = ctx;
    (void)component;
    *lower = -plan_number(&d->plan, &d->plan.lower_W);
    *upper = plan_number(&d->plan, &d->plan.upper_W);
}

/* ---- a job ---- */

static void write_on(modbus_device *d);

static void heard(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    modbus_device *d = ask->ctx;
    write_job *job = &d->job;
    const frame_request *r = &job->requests[job->at];
    (void)now_ms;
    if (answer->outcome != FRAME_DONE) {
        steer_wrote(&d->steer, false, frame_say(answer));
        return;
    }
    if (job->is_checking && memcmp(answer->values, r->values, r->count * sizeof *r->values) != 0) {
        steer_wrote(&d->steer, false, "it says that it has taken the value, and holds another one");
        return;
    }
    job->at++;
    write_on(d);
}

static void write_on(modbus_device *d)
{
    write_job *job = &d->job;
    if (job->at == job->count && !job->is_checking && job->is_checked) {
        job->is_checking = true;
        job->at = 0;
    }
    if (job->at == job->count) {
        steer_wrote(&d->steer, true, NULL);
        return;
    }
    d->write_ask.request = job->requests[job->at];
    if (job->is_checking)
        d->write_ask.request.function = FRAME_READ_HOLDING;
    bus_ask(d->bus, &d->write_ask);
}

/* What is no set point may be a button, which holds no value. */
static void begin_write(void *ctx, uint32_t component, steer_what what, double value)
{
    modbus_device *d = ctx;
    int32_t count = requests_of(d, component, what, value, d->job.requests);
    d->job.is_checking = false;
    d->job.is_checked = d->verifies && (what == STEER_ACTIVE || what == STEER_REACTIVE);
    d->job.at = 0;
    d->job.count = count > 0 ? (uint32_t)count : 0;
    if (count <= 0)
        steer_wrote(&d->steer, false, "the device cannot hold that value");
    else
        write_on(d);
}

static void stop(void *ctx)
{
    modbus_device *d = ctx;
    if (d->bus)
        bus_forget(d->bus, &d->write_ask);
}

/* ---- the guard ---- */

static bool place(void *ctx, guard *g)
{
    const modbus_device *d = ctx;
    char address[64];
    uint16_t port;
    return bus_where(d->bus, address, sizeof address, &port) && guard_place(g, address, port);
}

static bool tell_guard(void *ctx, guard *g, uint32_t component, steer_what what, double value)
{
    const modbus_device *d = ctx;
    frame_request requests[JOB_REQUESTS_MAX];
    int32_t count = requests_of(d, component, what, value, requests);
    for (int32_t i = 0; i < count; i++) {
        uint8_t bytes[FRAME_BYTES_MAX], echo[12];
        size_t size = frame_write(&requests[i], GUARD_NUMBER, bytes);
        memcpy(echo, bytes, sizeof echo);
        echo[4] = 0; /* what comes back is the head of what was said, without its values */
        echo[5] = 6;
        if (!guard_send(g, bytes, size, echo, sizeof echo))
            return false;
    }
    return count >= 0;
}

static void wake(void *ctx)
{
    device_wake(ctx);
}

bool write_init(modbus_device *d, const steer_settings *settings)
{
    const steer_driver driver = {.ctx = d,
                                 .can = can,
                                 .write = begin_write,
                                 .stop = stop,
                                 .show = show,
                                 .rating = rating,
                                 .place = place,
                                 .guard = tell_guard,
                                 .wake = wake};
    d->write_ask.done = heard;
    d->write_ask.ctx = d;
    return steer_init(&d->steer, d->host, &d->copy, &driver, settings);
}
