/* Sums are exact, in units of 0.25 * 10^-21 of a currency, and rounded at the end. */
#include "coordination/money.h"

#include <stdio.h>
#include <string.h>
#include "coordination/people.h"

/* 1 micro-cent (10^-8) in the units of a sum. */
static const __int128 one_uct = (__int128)4 * 10000000000000;

typedef struct sum {
    const lg_coord_location *location;
    lg_coord_currency currency;
    __int128 total;
    bool other_meter;
} sum;

typedef struct work {
    const lg_coord_tenant *tenant;
    const lg_coord_user *user;
    lg_coord_month month;
    const lg_coord_event **curves; /* of one resource, the last one first */
    uint32_t curve_count;
    sum *sums;
    uint32_t sum_count, sum_max;
} work;

/* The curves that name @p resource and were not published after the month was over. */
static void find_curves(work *w, const char *resource)
{
    w->curve_count = 0;
    for (uint32_t i = w->tenant->events.count; i-- > 0;) {
        const lg_coord_event *event = (const lg_coord_event *)w->tenant->events.items[i];
        const lg_coord_event_draft *body = &event->body;
        bool touches =
            body->kind == LG_COORD_EVENT_PriceCurve && body->points[0].start_us < w->month.to_us &&
            body->points[body->point_count - 1].start_us + body->resolution_s * LG_COORD_SECOND_US >
                w->month.from_us;
        if (touches && lg_coord_target_of(event, resource, NULL))
            w->curves[w->curve_count++] = event;
    }
}

/* What the ruling curve takes off a kWh at @p us, in 10^-12 of its currency. */
static int64_t taken_off(const work *w, int64_t us, lg_coord_currency *currency)
{
    for (uint32_t i = 0; i < w->curve_count; i++) {
        const lg_coord_event_draft *body = &w->curves[i]->body;
        const lg_coord_point *point =
            lg_coord_point_at(body->points, body->point_count, body->resolution_s, us);
        if (!point)
            continue;
        *currency = body->currency;
        if (point->value.nano >= 0)
            return 0;
        return body->unit == LG_COORD_ENERGY_kWh ? -point->value.nano * 1000 : -point->value.nano;
    }
    return 0;
}

static sum *sum_of(work *w, const lg_coord_location *location, lg_coord_currency currency)
{
    for (uint32_t i = 0; i < w->sum_count; i++)
        if (w->sums[i].location == location && w->sums[i].currency == currency)
            return &w->sums[i];
    LG_ASSERT(w->sum_count < w->sum_max);
    w->sums[w->sum_count] = (sum){.location = location, .currency = currency};
    return &w->sums[w->sum_count++];
}

static void add_usage(work *w, const lg_coord_usage *usage)
{
    find_curves(w, usage->item.id);
    for (uint32_t i = 0; i < usage->count && w->curve_count; i++) {
        const lg_coord_quarter *q = &usage->quarters[i];
        int64_t us = q->quarter * LG_COORD_QUARTER_US;
        lg_coord_currency currency = LG_COORD_CURRENCY_NOK;
        const char *id = usage->places[q->place].location, *meter = usage->places[q->place].meter;
        const lg_coord_location *location =
            id ? lg_coord_location_of(w->tenant, w->user->item.id, id) : NULL;
        if (us < w->month.from_us || us >= w->month.to_us || !location || q->energy <= 0)
            continue;
        int64_t off = taken_off(w, us, &currency);
        if (!off)
            continue;
        sum *s = sum_of(w, location, currency);
        s->total += (__int128)q->energy * off;
        s->other_meter |= meter && !lg_coord_location_has(location, meter);
    }
}

static int64_t round_uct(__int128 total)
{
    __int128 result = (total + one_uct / 2) / one_uct;
    return result > INT64_MAX ? INT64_MAX : (int64_t)result;
}

static bool finish(const work *w, lg_arena *arena, lg_coord_earnings *out)
{
    out->month = w->month;
    out->list = lg_arena_alloc(arena, (w->sum_count + 1) * sizeof *out->list);
    for (uint32_t l = 0; l < w->tenant->locations.count && out->list; l++)
        for (uint32_t i = 0; i < w->sum_count; i++) {
            const sum *s = &w->sums[i];
            if (&s->location->item != w->tenant->locations.items[l])
                continue;
            lg_coord_earning *e = &out->list[out->count++];
            e->location = s->location;
            e->currency = s->currency;
            e->lacks_meter = s->location->meter_count == 0;
            e->other_meter = s->other_meter;
            *(e->lacks_meter || e->other_meter ? &e->blocked_uct : &e->active_uct) =
                round_uct(s->total);
        }
    return out->list != NULL;
}

lg_coord_result lg_coord_earned(const lg_coord *coord, const lg_coord_tenant *tenant,
                                const lg_coord_user *user, int64_t at_us, lg_arena *arena,
                                lg_coord_earnings *out)
{
    work w = {
        .tenant = tenant,
        .user = user,
        .month = lg_coord_month_of(coord->settings.zone, at_us),
    };
    *out = (lg_coord_earnings){.count = 0};
    for (uint32_t i = 0; i < tenant->locations.count; i++)
        w.sum_max += ((lg_coord_location *)tenant->locations.items[i])->user == user;
    w.sum_max *= LG_COORD_CURRENCY_COUNT;
    w.sums = lg_arena_alloc(arena, (w.sum_max + 1) * sizeof *w.sums);
    w.curves = lg_arena_alloc(arena, (tenant->events.count + 1) * sizeof *w.curves);
    if (!w.sums || !w.curves)
        return LG_COORD_MEMORY;
    for (uint32_t i = 0; i < tenant->usages.count; i++) {
        const lg_coord_usage *usage = (const lg_coord_usage *)tenant->usages.items[i];
        if (strcmp(usage->user, user->item.id) == 0)
            add_usage(&w, usage);
    }
    return finish(&w, arena, out) ? LG_COORD_DONE : LG_COORD_MEMORY;
}
