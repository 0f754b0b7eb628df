/* A command climbs the ladder of its set point; what comes out at the top is written by the driver,
 * one value at a time. A guard holds the safe values for the case that we are gone. */
#include "ladder/steer.h"

#include <math.h>
#include <stdlib.h>

#include "ladder/site.h"
#include "ladder/steer_options.h"
#include "lunagrid/host.h"

static int64_t now_of(const steer *s)
{
    return s->host->steady_ms(s->host->ctx);
}

static uint32_t ladder_count(const steer *s)
{
    return s->ladders ? 2 * s->site->site.components.count : 0;
}

static const lg_device_component *component_of(const steer *s, uint32_t index)
{
    return lg_device_component_at(&s->site->site, index);
}

static void tell(const steer *s, ladder_news news, const char *why)
{
    if (news.number)
        s->host->done(s->host->ctx, news.number, news.is_done ? LG_OK : LG_PLUGIN,
                      news.is_done ? NULL : why);
}

/* ---- limits ---- */

static bool can(const steer *s, uint32_t component, steer_what what)
{
    return s->settings.rung == LADDER_SIMULATE || s->driver.can(s->driver.ctx, component, what);
}

/* Where the owner has said nothing, the ratings of the device are the limits. */
static ladder_limits limits_of(const steer *s, uint32_t component, steer_what what)
{
    const lg_device_component *c = component_of(s, component);
    const steer_settings *set = &s->settings;
    bool is_pv = c->category == LG_CATEGORY_INVERTER && c->type == LG_INVERTER_PV;
    bool is_live = set->rung == LADDER_LIVE;
    double lower = NAN, upper = NAN;
    if (set->rung != LADDER_SIMULATE)
        s->driver.rating(s->driver.ctx, component, &lower, &upper);
    lower = isnan(set->lower_W) ? lower : set->lower_W;
    upper = isnan(set->upper_W) ? upper : set->upper_W;
    if (is_pv && !(upper <= 0))
        upper = 0; /* it gives, and can be told to give less */
    if (what == STEER_REACTIVE) {
        upper = fmax(fabs(lower), fabs(upper));
        lower = -upper;
    }
    bool is_known = lower <= upper;
    return (ladder_limits){
        .is_allowed = is_known && (set->allowed & (1U << what)) && can(s, component, what),
        .lower = is_known || is_live ? lower : -INFINITY,
        .upper = is_known || is_live ? upper : INFINITY,
        .ramp_per_s = isnan(set->ramp_W_per_s) ? INFINITY : set->ramp_W_per_s,
        .interval_ms = set->interval_ms,
        .refresh_ms = set->refresh_ms,
        .safe = what == STEER_ACTIVE ? set->safe_W : NAN,
    };
}

/* ---- writing ---- */

static void show(const steer *s, uint32_t component, steer_what what, double value, bool is_allowed)
{
    char text[400] = "";
    s->driver.show(s->driver.ctx, component, what, value, text, sizeof text);
    site_say(s->site, s->host, LG_LOG_INFO, "shadow: \"%s\" would be written %s%s",
             component_of(s, component)->name, text,
             is_allowed ? "" : " (not allowed: live would refuse it)");
}

static void write_other(steer *s)
{
    s->other = s->pending;
    s->pending.number = 0;
    s->is_writing = true;
    s->writing = NULL;
    s->writing_component = s->other.component;
    s->driver.write(s->driver.ctx, s->other.component, steer_what_of(s->other.kind), NAN);
}

static void step(steer *s, uint32_t index, int64_t now_ms)
{
    ladder *l = &s->ladders[index];
    steer_what what = index % 2 ? STEER_REACTIVE : STEER_ACTIVE;
    double value;
    if (!ladder_step(l, now_ms, &value))
        return;
    if (l->rung == LADDER_LIVE) {
        s->is_writing = true;
        s->writing = l;
        s->writing_component = index / 2;
        s->driver.write(s->driver.ctx, index / 2, what, value);
        return;
    }
    if (l->rung == LADDER_SHADOW)
        show(s, index / 2, what, value, l->limits.is_allowed);
    tell(s, ladder_wrote(l, true, now_ms), NULL);
}

void steer_wrote(steer *s, bool is_done, const char *why)
{
    if (!s->is_writing)
        return;
    s->is_writing = false;
    if (!is_done)
        site_say(s->site, s->host, LG_LOG_WARN, "\"%s\" was not set: %s",
                 component_of(s, s->writing_component)->name, why);
    if (s->writing)
        tell(s, ladder_wrote(s->writing, is_done, now_of(s)), why);
    else
        tell(s, (ladder_news){s->other.number, is_done}, why);
    s->driver.wake(s->driver.ctx);
}

/* ---- life ---- */

bool steer_init(steer *s, const lg_device_host *host, const struct site_copy *site,
                const steer_driver *driver, const steer_settings *settings)
{
    *s = (steer){.host = host, .site = site, .driver = *driver, .settings = *settings};
    s->ladders = calloc(2 * (size_t)site->site.components.count + 1, sizeof *s->ladders);
    return s->ladders != NULL;
}

/* Live becomes shadow where nothing would end a set point if we were gone. */
static void begin_guard(steer *s)
{
    char why[200] = "it does not listen";
    bool may_steer = false;
    for (uint32_t i = 0; i < ladder_count(s); i++)
        may_steer = may_steer || limits_of(s, i / 2, i % 2).is_allowed;
    if (s->settings.rung != LADDER_LIVE || !may_steer)
        return;
    s->beat_at_ms = now_of(s);
    if (!s->guard)
        s->guard = guard_start((const void *)&begin_guard, why, sizeof why);
    bool is_told = s->guard && s->driver.place(s->driver.ctx, s->guard);
    for (uint32_t i = 0; i < ladder_count(s) && is_told; i++) {
        const ladder_limits limits = limits_of(s, i / 2, i % 2);
        is_told = !limits.is_allowed ||
                  s->driver.guard(s->driver.ctx, s->guard, i / 2, i % 2, limits.safe);
    }
    if (is_told && guard_plan(s->guard))
        return;
    guard_end(s->guard, true);
    s->guard = NULL;
    bool has_watchdog = s->settings.refresh_ms > 0 || s->settings.has_will;
    site_say(s->site, s->host, has_watchdog ? LG_LOG_WARN : LG_LOG_ERROR,
             "there is no guard: %s; %s", why,
             has_watchdog ? "the device's own watchdog, or the broker's last will, has to do"
                          : "nothing is written, as if mode were shadow");
    if (!has_watchdog)
        s->settings.rung = LADDER_SHADOW;
}

void steer_begin(steer *s, uint32_t refresh_ms)
{
    s->settings.refresh_ms = refresh_ms;
    s->is_reached = true;
    begin_guard(s);
    for (uint32_t i = 0; i < ladder_count(s); i++) {
        const ladder_limits limits = limits_of(s, i / 2, i % 2);
        if (!s->has_begun || s->ladders[i].rung != s->settings.rung)
            ladder_init(&s->ladders[i], s->settings.rung, &limits);
        else
            s->ladders[i].limits = limits;
    }
    s->has_begun = true;
    s->driver.wake(s->driver.ctx);
}

void steer_fault(steer *s)
{
    static const char why[] = "the device is out of reach";
    if (!s->has_begun)
        return;
    s->driver.stop(s->driver.ctx);
    s->is_reached = false;
    if (s->is_writing && !s->writing)
        tell(s, (ladder_news){s->other.number, false}, why);
    s->is_writing = false;
    tell(s, (ladder_news){s->pending.number, false}, why);
    s->pending.number = 0;
    for (uint32_t i = 0; i < ladder_count(s); i++)
        tell(s, ladder_fault(&s->ladders[i], now_of(s)), why);
}

static void beat(steer *s, int64_t now_ms)
{
    if (!s->guard || now_ms < s->beat_at_ms)
        return;
    s->beat_at_ms = now_ms + GUARD_BEAT_MS;
    const char *deed = guard_deed(s->guard);
    if (deed) {
        bool was_reached = s->is_reached;
        site_say(s->site, s->host, LG_LOG_WARN,
                 "we were stuck; the guard went for the safe values and %s", deed);
        steer_fault(s);
        s->is_reached = was_reached;
    }
    if (guard_beat(s->guard))
        return;
    site_say(s->site, s->host, LG_LOG_WARN, "the guard is gone; another one is started");
    guard_end(s->guard, true);
    s->guard = NULL;
    begin_guard(s);
    if (s->settings.rung != LADDER_LIVE) {
        bool was_reached = s->is_reached;
        steer_fault(s);
        s->is_reached = was_reached;
    }
}

static bool may_step(const steer *s)
{
    return s->has_begun && s->is_reached && !s->is_writing;
}

void steer_tick(steer *s)
{
    int64_t now_ms = now_of(s);
    beat(s, now_ms);
    if (may_step(s) && s->pending.number)
        write_other(s);
    for (uint32_t i = 0; i < ladder_count(s) && may_step(s); i++)
        step(s, i, now_ms);
}

int64_t steer_due(const steer *s)
{
    int64_t due = s->guard ? s->beat_at_ms : -1, now_ms = now_of(s);
    if (!may_step(s))
        return due;
    if (s->pending.number)
        return now_ms;
    for (uint32_t i = 0; i < ladder_count(s); i++) {
        int64_t at = ladder_due(&s->ladders[i], now_ms);
        if (at >= 0 && (due < 0 || at < due))
            due = at;
    }
    return due;
}

bool steer_is_safe(const steer *s)
{
    bool is_safe = !s->is_writing;
    for (uint32_t i = 0; s->has_begun && i < ladder_count(s); i++)
        is_safe = is_safe && ladder_is_safe(&s->ladders[i]);
    return is_safe;
}

void steer_end(steer *s)
{
    guard_end(s->guard, steer_is_safe(s));
    free(s->ladders);
    s->ladders = NULL;
    s->guard = NULL;
}

/* ---- what is known ---- */

void steer_measured(steer *s, uint32_t component, double watts)
{
    ladder_measured(&s->ladders[2 * component], watts);
}

bool steer_range(const steer *s, uint32_t component, lg_microgrid_range *out)
{
    const ladder_limits *limits = &s->ladders[2 * component].limits;
    if (!s->has_begun || !(limits->lower <= limits->upper) || isinf(limits->lower) ||
        isinf(limits->upper))
        return false;
    *out = (lg_microgrid_range){limits->lower, limits->upper};
    return can(s, component, STEER_ACTIVE);
}

double steer_pretended(const steer *s, uint32_t component)
{
    double watts = s->ladders[2 * component].applied;
    return isnan(watts) ? 0 : watts;
}

/* ---- commands ---- */

static int32_t refuse(const steer *s, int32_t status, const char *sentence)
{
    s->host->host->refuse(s->host->host->ctx, sentence);
    return status;
}

static int32_t command_power(steer *s, const lg_device_command *c)
{
    ladder *l = &s->ladders[2 * c->component + (c->kind == LG_DEVICE_POWER_REACTIVE ? 1 : 0)];
    int64_t now = now_of(s), until_ms = INT64_MAX;
    uint64_t replaced, number = l->rung == LADDER_LIVE ? c->number : 0;
    if (c->until_ms != INT64_MAX)
        until_ms = now + (c->until_ms - s->host->now_ms(s->host->ctx));
    switch (ladder_command(l, number, c->power, until_ms, now, &replaced)) {
    case LADDER_FORBIDDEN:
        return refuse(s, LG_FOREIGN, "this is not among what allow names, or has no limits");
    case LADDER_OUTSIDE:
        return refuse(s, LG_LIMIT, "that is outside of lower_W and upper_W");
    case LADDER_OVER:
        return refuse(s, LG_INVALID, "its time is over already");
    case LADDER_TAKEN:
        break;
    }
    if (replaced)
        s->host->done(s->host->ctx, replaced, LG_GONE, "another command took its place");
    s->driver.wake(s->driver.ctx);
    return l->rung == LADDER_LIVE ? LG_DEVICE_LATER : LG_OK;
}

static int32_t command_other(steer *s, const lg_device_command *c, steer_what what)
{
    bool is_allowed = s->settings.allowed & (1U << what);
    if (s->settings.rung == LADDER_SIMULATE)
        return LG_OK;
    if (s->settings.rung == LADDER_SHADOW) {
        show(s, c->component, what, NAN, is_allowed);
        return LG_OK;
    }
    if (!is_allowed)
        return refuse(s, LG_FOREIGN, "this is not among what allow names");
    if (s->pending.number)
        return refuse(s, LG_LIMIT, "the command before is still on its way");
    s->pending = *c;
    s->driver.wake(s->driver.ctx);
    return LG_DEVICE_LATER;
}

int32_t steer_command(steer *s, const lg_device_command *command)
{
    steer_what what = steer_what_of(command->kind);
    if (what == STEER_WHATS || command->component >= s->site->site.components.count)
        return LG_UNSUPPORTED;
    if (!s->is_reached)
        return refuse(s, LG_GONE, "the device is out of reach");
    if (!can(s, command->component, what))
        return refuse(s, LG_UNSUPPORTED, "the device has nothing to be set for that");
    if (what == STEER_ACTIVE || what == STEER_REACTIVE)
        return command_power(s, command);
    return command_other(s, command, what);
}
