/* A command climbs the ladder of its set point; what comes out at the top is written by a job, one
 * at a time, register by register, and read back. The equipment's own watchdog is set with each
 * write where it has one, and a guard holds the safe values for the case that we are gone. */
#include "device.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lunagrid/host.h"
#include "safety.h"

static int64_t now_of(const modbus_device *d)
{
    return d->host->steady_ms(d->host->ctx);
}

static uint32_t count_of(const modbus_device *d)
{
    return d->site.components.count;
}

/* The set point at place @p index: active and reactive power of each component in turn. */
static ladder *ladder_at(const modbus_device *d, uint32_t index)
{
    component_state *state = &d->states[index / 2];
    return index % 2 ? &state->reactive : &state->active;
}

static const char *name_of(const modbus_device *d, uint32_t component)
{
    return lg_device_component_at(&d->site, component)->name;
}

/* ---- telling ---- */

static void tell(modbus_device *d, ladder_news news, const char *why)
{
    if (news.number)
        d->host->done(d->host->ctx, news.number, news.is_done ? LG_OK : LG_PLUGIN,
                      news.is_done ? NULL : why);
}

/* "40123 = 17, 40130 = 1" */
static void list(const frame_request *requests, uint32_t count, char *out, size_t size)
{
    size_t at = 0;
    *out = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < requests[i].count && at < size; k++) {
            int part = snprintf(out + at, size - at, "%s%u = %u", at ? ", " : "",
                                requests[i].address + k, requests[i].values[k]);
            at += part > 0 ? (size_t)part : 0;
        }
}

/* ---- a job ---- */

static void write_on(modbus_device *d);

static void end_job(modbus_device *d, bool is_done, const char *why)
{
    write_job *job = &d->job;
    job->is_running = false;
    if (!is_done)
        device_say(d, LG_LOG_WARN, "register %u was not set: %s",
                   job->requests[job->at < job->count ? job->at : 0].address, why);
    if (job->ladder)
        tell(d, ladder_wrote(job->ladder, is_done, now_of(d)), why);
    else
        tell(d, (ladder_news){job->number, is_done}, why);
    device_wake(d);
}

static void wrote(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    modbus_device *d = ask->ctx;
    write_job *job = &d->job;
    const frame_request *r = &job->requests[job->at];
    (void)now_ms;
    if (answer->outcome != FRAME_DONE) {
        end_job(d, false, frame_say(answer));
        return;
    }
    if (job->is_checking && memcmp(answer->values, r->values, r->count * sizeof *r->values) != 0) {
        end_job(d, false, "it says that it has taken the value, and holds another one");
        return;
    }
    job->at++;
    write_on(d);
}

static void write_on(modbus_device *d)
{
    write_job *job = &d->job;
    if (job->at == job->count && !job->is_checking && job->ladder && d->verifies) {
        job->is_checking = true;
        job->at = 0;
    }
    if (job->at == job->count) {
        end_job(d, true, NULL);
        return;
    }
    d->write_ask.request = job->requests[job->at];
    if (job->is_checking)
        d->write_ask.request.function = FRAME_READ_HOLDING;
    bus_ask(d->bus, &d->write_ask);
}

static void start_job(modbus_device *d, ladder *l, uint64_t number, int32_t count)
{
    d->job.is_running = true;
    d->job.is_checking = false;
    d->job.ladder = l;
    d->job.number = number;
    d->job.at = 0;
    d->job.count = count > 0 ? (uint32_t)count : 0;
    if (count <= 0)
        end_job(d, false, "the device cannot hold that value");
    else
        write_on(d);
}

/* ---- set points ---- */

/* What a step of the ladder at @p index means in registers. */
static int32_t requests_of(const modbus_device *d, uint32_t index, double value, frame_request *out)
{
    uint32_t component = index / 2;
    plan_when set = index % 2 ? PLAN_REACTIVE : PLAN_ACTIVE;
    plan_when release = index % 2 ? PLAN_REACTIVE_RELEASE : PLAN_RELEASE;
    if (isnan(value) && plan_can(&d->plan, component, release))
        return plan_requests(&d->plan, d->unit, component, release, 0, d->watchdog_s, out,
                             JOB_REQUESTS_MAX);
    return plan_requests(&d->plan, d->unit, component, set, isnan(value) ? 0 : value, d->watchdog_s,
                         out, JOB_REQUESTS_MAX);
}

static void show(modbus_device *d, uint32_t component, int32_t count, bool is_allowed)
{
    char text[300] = "nothing: the device cannot hold that value";
    if (count > 0)
        list(d->job.requests, (uint32_t)count, text, sizeof text);
    device_say(d, LG_LOG_INFO, "shadow: \"%s\" would be written %s%s", name_of(d, component), text,
               is_allowed ? "" : " (not allowed: live would refuse it)");
}

static void step(modbus_device *d, uint32_t index, int64_t now_ms)
{
    ladder *l = ladder_at(d, index);
    double value;
    if (d->job.is_running || !ladder_step(l, now_ms, &value))
        return;
    int32_t count = d->bus ? requests_of(d, index, value, d->job.requests) : 0;
    if (l->rung == LADDER_LIVE) {
        start_job(d, l, 0, count);
        return;
    }
    if (l->rung == LADDER_SHADOW)
        show(d, index / 2, count, l->limits.is_allowed);
    tell(d, ladder_wrote(l, true, now_ms), NULL);
}

/* ---- life ---- */

void steer_init(modbus_device *d)
{
    d->write_ask.done = wrote;
    d->write_ask.ctx = d;
}

void steer_begin(modbus_device *d)
{
    safety_begin(d);
    for (uint32_t i = 0; i < 2 * count_of(d); i++) {
        ladder *l = ladder_at(d, i);
        const ladder_limits limits = safety_limits(d, i / 2, i % 2 ? PLAN_REACTIVE : PLAN_ACTIVE);
        if (!d->has_begun || l->rung != d->rung)
            ladder_init(l, d->rung, &limits);
        else
            l->limits = limits;
    }
    d->has_begun = true;
    device_wake(d);
}

static bool may_step(const modbus_device *d)
{
    return d->has_begun && !d->job.is_running && (!d->bus || d->stage == DEVICE_KNOWN);
}

static void start_pending(modbus_device *d)
{
    const lg_device_command c = d->pending;
    d->pending.number = 0;
    start_job(d, NULL, c.number,
              plan_requests(&d->plan, d->unit, c.component, safety_when(c.kind), 0, d->watchdog_s,
                            d->job.requests, JOB_REQUESTS_MAX));
}

void steer_tick(modbus_device *d, int64_t now_ms)
{
    if (!safety_beat(d, now_ms))
        steer_fault(d, now_ms);
    if (may_step(d) && d->pending.number)
        start_pending(d);
    for (uint32_t i = 0; i < 2 * count_of(d) && may_step(d); i++)
        step(d, i, now_ms);
}

int64_t steer_due(const modbus_device *d, int64_t now_ms)
{
    int64_t due = d->guard ? d->beat_at_ms : -1;
    if (!may_step(d))
        return due;
    if (d->pending.number)
        return now_ms;
    for (uint32_t i = 0; i < 2 * count_of(d); i++) {
        int64_t at = ladder_due(ladder_at(d, i), now_ms);
        if (at >= 0 && (due < 0 || at < due))
            due = at;
    }
    return due;
}

void steer_fault(modbus_device *d, int64_t now_ms)
{
    static const char why[] = "the device is out of reach";
    if (!d->has_begun)
        return;
    if (d->bus)
        bus_forget(d->bus, &d->write_ask);
    if (d->job.is_running && !d->job.ladder)
        tell(d, (ladder_news){d->job.number, false}, why);
    d->job.is_running = false;
    tell(d, (ladder_news){d->pending.number, false}, why);
    d->pending.number = 0;
    for (uint32_t i = 0; i < 2 * count_of(d); i++)
        tell(d, ladder_fault(ladder_at(d, i), now_ms), why);
}

void steer_measured(modbus_device *d, uint32_t component, double watts)
{
    ladder_measured(&d->states[component].active, watts);
}

bool steer_range(const modbus_device *d, uint32_t component, lg_microgrid_range *out)
{
    const ladder_limits *limits = &d->states[component].active.limits;
    if (!d->has_begun || !(limits->lower <= limits->upper) || isinf(limits->lower) ||
        isinf(limits->upper))
        return false;
    *out = (lg_microgrid_range){limits->lower, limits->upper};
    return d->rung == LADDER_SIMULATE || plan_can(&d->plan, component, PLAN_ACTIVE);
}

void steer_end(modbus_device *d)
{
    bool is_safe = true;
    for (uint32_t i = 0; d->has_begun && i < 2 * count_of(d); i++)
        is_safe = is_safe && ladder_is_safe(ladder_at(d, i));
    guard_end(d->guard, is_safe && !d->job.is_running);
}

/* ---- commands ---- */

static int32_t refuse(const modbus_device *d, int32_t status, const char *sentence)
{
    d->host->host->refuse(d->host->host->ctx, sentence);
    return status;
}

static int32_t command_power(modbus_device *d, const lg_device_command *c)
{
    ladder *l = ladder_at(d, 2 * c->component + (c->kind == LG_DEVICE_POWER_REACTIVE ? 1 : 0));
    int64_t now = now_of(d), until_ms = INT64_MAX;
    uint64_t replaced, number = d->rung == LADDER_LIVE ? c->number : 0;
    if (c->until_ms != INT64_MAX)
        until_ms = now + (c->until_ms - d->host->now_ms(d->host->ctx));
    switch (ladder_command(l, number, c->power, until_ms, now, &replaced)) {
    case LADDER_FORBIDDEN:
        return refuse(d, LG_FOREIGN, "this is not among what allow names, or has no limits");
    case LADDER_OUTSIDE:
        return refuse(d, LG_LIMIT, "that is outside of lower_W and upper_W");
    case LADDER_OVER:
        return refuse(d, LG_INVALID, "its time is over already");
    case LADDER_TAKEN:
        break;
    }
    if (replaced)
        d->host->done(d->host->ctx, replaced, LG_GONE, "another command took its place");
    device_wake(d);
    return d->rung == LADDER_LIVE ? LG_DEVICE_LATER : LG_OK;
}

static int32_t command_other(modbus_device *d, const lg_device_command *c, plan_when when)
{
    bool is_allowed = d->allowed & (1U << when);
    if (d->rung == LADDER_SIMULATE)
        return LG_OK;
    if (d->rung == LADDER_SHADOW) {
        frame_request requests[JOB_REQUESTS_MAX];
        char text[300];
        int32_t count = plan_requests(&d->plan, d->unit, c->component, when, 0, d->watchdog_s,
                                      requests, JOB_REQUESTS_MAX);
        list(requests, count > 0 ? (uint32_t)count : 0, text, sizeof text);
        device_say(d, LG_LOG_INFO, "shadow: \"%s\" would be written %s%s", name_of(d, c->component),
                   text, is_allowed ? "" : " (not allowed: live would refuse it)");
        return LG_OK;
    }
    if (!is_allowed)
        return refuse(d, LG_FOREIGN, "this is not among what allow names");
    if (d->pending.number)
        return refuse(d, LG_LIMIT, "the command before is still on its way");
    d->pending = *c;
    device_wake(d);
    return LG_DEVICE_LATER;
}

int32_t modbus_command(void *device, const lg_device_command *command)
{
    modbus_device *d = device;
    plan_when when = safety_when(command->kind);
    if (when == PLAN_WHENS || command->component >= count_of(d))
        return LG_UNSUPPORTED;
    if (d->bus && d->stage != DEVICE_KNOWN)
        return refuse(d, LG_GONE, "the device is out of reach");
    if (d->bus && !plan_can(&d->plan, command->component, when))
        return refuse(d, LG_UNSUPPORTED, "the device has no registers for that");
    if (when == PLAN_ACTIVE || when == PLAN_REACTIVE)
        return command_power(d, command);
    return command_other(d, command, when);
}
