/* The value to be written follows from target, ramp and time alone; a write that fails changes
 * nothing but that it is tried again, and after some failures the target becomes the safe value. */
#include "ladder/ladder.h"

#include <math.h>
#include <string.h>

static bool is_same(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) < 1e-9;
}

void ladder_init(ladder *l, ladder_rung rung, const ladder_limits *limits)
{
    memset(l, 0, sizeof *l);
    l->limits = *limits;
    l->rung = rung;
    l->target = limits->safe;
    l->applied = NAN;
    l->measured = NAN;
    l->number = 0;
    if (rung == LADDER_LIVE && limits->is_allowed)
        l->state = LADDER_RETURNING;
    else
        l->is_known = true;
}

static void go_back(ladder *l)
{
    l->state = LADDER_RETURNING;
    l->target = l->limits.safe;
    l->failures = 0;
    l->again_ms = 0;
}

ladder_verdict ladder_command(ladder *l, uint64_t number, double value, int64_t until_ms,
                              int64_t now_ms, uint64_t *replaced)
{
    *replaced = 0;
    if (!l->limits.is_allowed && l->rung == LADDER_LIVE)
        return LADDER_FORBIDDEN;
    if (!isnan(value) && !(value >= l->limits.lower && value <= l->limits.upper))
        return LADDER_OUTSIDE;
    if (until_ms <= now_ms)
        return LADDER_OVER;
    *replaced = l->number;
    l->number = number;
    if (isnan(value)) {
        go_back(l);
        return LADDER_TAKEN;
    }
    l->state = LADDER_COMMANDED;
    l->target = value;
    l->until_ms = until_ms;
    l->failures = 0;
    l->again_ms = 0;
    return LADDER_TAKEN;
}

void ladder_measured(ladder *l, double value)
{
    l->measured = value;
}

/* How far the ramp allows to go now. */
static double next_value(const ladder *l, int64_t now_ms)
{
    if (l->state != LADDER_COMMANDED || isinf(l->limits.ramp_per_s))
        return l->target;
    double from = l->is_known && !isnan(l->applied) ? l->applied : l->measured;
    if (isnan(from))
        from = 0;
    /* The ramp stands still while nothing is written: what was not used is not made up for. */
    int64_t since_ms = l->has_written ? now_ms - l->wrote_ms : l->limits.interval_ms;
    if (since_ms > 2 * (int64_t)l->limits.interval_ms)
        since_ms = l->limits.interval_ms;
    double way = l->limits.ramp_per_s * (double)since_ms / 1000;
    double value = l->target > from ? fmin(from + way, l->target) : fmax(from - way, l->target);
    return fmin(fmax(value, l->limits.lower), l->limits.upper);
}

/* When the next write may begin; -1: there is nothing to write. */
static int64_t write_at(const ladder *l)
{
    if (l->is_flying || l->state == LADDER_FREE)
        return -1;
    int64_t at = l->again_ms;
    if (!l->has_written)
        return at;
    bool is_there = l->is_known && is_same(l->applied, l->target);
    int64_t pause_ms = l->limits.interval_ms;
    if (l->state == LADDER_RETURNING)
        pause_ms = 0; /* safety does not wait */
    else if (is_there && (l->limits.refresh_ms == 0 || l->rung != LADDER_LIVE))
        return -1;
    else if (is_there)
        pause_ms = l->limits.refresh_ms;
    return at > l->wrote_ms + pause_ms ? at : l->wrote_ms + pause_ms;
}

bool ladder_step(ladder *l, int64_t now_ms, double *value)
{
    if (l->state == LADDER_COMMANDED && now_ms >= l->until_ms)
        go_back(l);
    int64_t at = write_at(l);
    if (at < 0 || now_ms < at)
        return false;
    *value = next_value(l, now_ms);
    l->flying = *value;
    l->is_flying = true;
    l->has_written = true;
    l->wrote_ms = now_ms;
    return true;
}

static ladder_news tell(ladder *l, bool is_done)
{
    ladder_news news = {.number = l->number, .is_done = is_done};
    l->number = 0;
    return news;
}

ladder_news ladder_wrote(ladder *l, bool is_confirmed, int64_t now_ms)
{
    const ladder_news nothing = {0};
    if (!l->is_flying)
        return nothing;
    l->is_flying = false;
    if (is_confirmed) {
        l->is_known = true;
        l->applied = l->flying;
        l->failures = 0;
        if (l->state == LADDER_RETURNING && is_same(l->applied, l->target))
            l->state = LADDER_FREE;
        return tell(l, true);
    }
    l->is_known = false;
    l->again_ms = now_ms + LADDER_AGAIN_MS;
    if (l->state != LADDER_COMMANDED || ++l->failures < LADDER_ATTEMPTS)
        return nothing; /* the safe value is tried for ever */
    go_back(l);
    l->again_ms = now_ms + LADDER_AGAIN_MS;
    return tell(l, false);
}

ladder_news ladder_fault(ladder *l, int64_t now_ms)
{
    l->is_flying = false;
    l->is_known = l->rung != LADDER_LIVE || !l->limits.is_allowed;
    go_back(l);
    if (l->is_known)
        l->state = LADDER_FREE;
    l->again_ms = now_ms;
    return tell(l, false);
}

int64_t ladder_due(const ladder *l, int64_t now_ms)
{
    int64_t at = write_at(l);
    if (l->state == LADDER_COMMANDED && (at < 0 || l->until_ms < at))
        at = l->until_ms;
    return at < 0 || at > now_ms ? at : now_ms;
}

bool ladder_is_safe(const ladder *l)
{
    return l->state == LADDER_FREE;
}
