/* First everything is looked at, then room is made, then nothing can fail any more. */
#include "coordination/report.h"

#include <stdio.h>
#include <string.h>
#include "base/sort.h"
#include "coordination/people.h"

/* ---- looking ---- */

typedef struct look {
    const lg_coord_tenant *tenant;
    const lg_coord_event *event; /* NULL: none */
    char path[64];               /* "payloads[0]." */
    lg_coord_why *why;
} look;

/* @p word, which may be NULL, stands behind the sentence in quotes. */
static lg_coord_result refuse(look *l, const char *field, const char *sentence, const char *word)
{
    char path[96];
    snprintf(path, sizeof path, "%s%s", l->path, field);
    if (word)
        return lg_coord_refuse(l->why, LG_COORD_INVALID, path, "%s \"%.100s\"", sentence, word);
    return lg_coord_refuse(l->why, LG_COORD_INVALID, path, "%s", sentence);
}

static int by_start(const void *a, const void *b)
{
    const lg_coord_point *one = a, *other = b;
    return (one->start_us > other->start_us) - (one->start_us < other->start_us);
}

static lg_coord_result look_at_points(look *l, const char *field, lg_coord_point *points,
                                      uint32_t count, uint32_t resolution_s, bool feeds_in)
{
    if (count > LG_COORD_POINTS_MAX)
        return refuse(l, field, "there are more than 2000 points", NULL);
    lg_sort(points, count, sizeof *points, by_start);
    for (uint32_t i = 0; i < count; i++) {
        if (points[i].start_us % (resolution_s * LG_COORD_SECOND_US) != 0)
            return refuse(l, field, "points begin on whole multiples of the resolution", NULL);
        if (points[i].start_us < 0 || points[i].start_us / LG_COORD_QUARTER_US > UINT32_MAX)
            return refuse(l, field, "points lie after 1970", NULL);
        if (i && points[i].start_us == points[i - 1].start_us)
            return refuse(l, field, "two points begin at one time", NULL);
        if (points[i].value.nano > LG_COORD_ENERGY_MAX ||
            points[i].value.nano < -LG_COORD_ENERGY_MAX)
            return refuse(l, field, "energy is up to 100000 kWh", NULL);
        if (points[i].value.nano < 0 && !feeds_in)
            return refuse(l, field, "what takes energy only has not used less than 0 kWh", NULL);
    }
    return LG_COORD_DONE;
}

/* Whether anything behind the meter of a location gives energy back. */
static bool location_feeds_in(const lg_coord_tenant *tenant, const lg_coord_location *location)
{
    for (uint32_t i = 0; i < tenant->resources.count; i++) {
        const lg_coord_resource *r = (const lg_coord_resource *)tenant->resources.items[i];
        bool there = r->user == location->user &&
                     (!r->location || strcmp(r->location, location->item.id) == 0);
        if (there && r->feeds_in)
            return true;
    }
    return false;
}

static lg_coord_result look_at_usage(look *l, lg_coord_payload *p)
{
    const lg_coord_resource *resource = lg_coord_table_find(&l->tenant->resources, p->resource);
    if (!resource)
        return refuse(l, "resourceId", "there is no resource", p->resource);
    if (p->location && !lg_coord_location_of(l->tenant, resource->user->item.id, p->location))
        return refuse(l, "locationId", "its user has no location", p->location);
    if (l->event && !lg_coord_target_of(l->event, p->resource, NULL))
        return refuse(l, "resourceId", "the event is not for", p->resource);
    return look_at_points(l, "points", p->points, p->point_count, p->resolution_s,
                          resource->feeds_in);
}

static lg_coord_result look_at_location(look *l, lg_coord_payload *p)
{
    const lg_coord_location *location = lg_coord_table_find(&l->tenant->locations, p->location);
    bool plan = p->kind == LG_COORD_PAYLOAD_PLAN;
    if (!location)
        return refuse(l, "locationId", "there is no location", p->location);
    if (!lg_coord_location_has(location, p->meter))
        return refuse(l, "meterPointId", "the location has no meter point", p->meter);
    if (l->event && !lg_coord_target_of(l->event, NULL, p->location))
        return refuse(l, "locationId", "the event is not for", p->location);
    bool feeds_in = location_feeds_in(l->tenant, location);
    lg_coord_result result = look_at_points(l, plan ? "baseline" : "points", p->points,
                                            p->point_count, p->resolution_s, feeds_in);
    if (result == LG_COORD_DONE && plan)
        result = look_at_points(l, "flexibility", p->flexibility, p->flexibility_count,
                                p->resolution_s, feeds_in);
    return result;
}

static lg_coord_result look_at_named(look *l, const char *field, const lg_coord_named *list,
                                     uint32_t count, lg_coord_event_kind kind)
{
    char where[64];
    for (uint32_t i = 0; i < count; i++) {
        const char *word = list[i].resource ? list[i].resource : list[i].location;
        snprintf(where, sizeof where, "%s[%u]", field, i);
        const lg_coord_target *target =
            l->event->body.kind == kind
                ? lg_coord_target_of(l->event, list[i].resource, list[i].location)
                : NULL;
        if (!target)
            return refuse(l, where, "the event sets no limit for", word);
        if (strcmp(target->location, list[i].location) != 0 || !target->meter ||
            strcmp(target->meter, list[i].meter) != 0)
            return refuse(l, where, "the event names another location or meter point for", word);
    }
    return LG_COORD_DONE;
}

static lg_coord_result look_at_answer(look *l, const lg_coord_payload *p)
{
    lg_coord_event_kind kind = p->kind == LG_COORD_PAYLOAD_RESOURCE_ANSWER
                                   ? LG_COORD_EVENT_ResourceLPC
                                   : LG_COORD_EVENT_LocationLPC;
    if (!l->event)
        return refuse(l, "payloadType", "an acknowledgement names the event it answers", NULL);
    lg_coord_result result =
        look_at_named(l, "acknowledgedTargets", p->accepted, p->accepted_count, kind);
    return result == LG_COORD_DONE
               ? look_at_named(l, "declinedTargets", p->declined, p->declined_count, kind)
               : result;
}

static lg_coord_result look_at(look *l, lg_coord_payload *p)
{
    switch (p->kind) {
    case LG_COORD_PAYLOAD_USAGE:
        return look_at_usage(l, p);
    case LG_COORD_PAYLOAD_LOCATION_USAGE:
    case LG_COORD_PAYLOAD_PLAN:
        return look_at_location(l, p);
    default:
        return look_at_answer(l, p);
    }
}

/* ---- making room ---- */

static lg_coord_usage *usage_of(lg_coord *coord, lg_coord_tenant *tenant, const char *id)
{
    bool failed = false;
    const lg_coord_resource *resource = lg_coord_table_find(&tenant->resources, id);
    lg_coord_usage *usage = lg_coord_table_find(&tenant->usages, id);
    if (usage)
        return usage;
    usage = lg_coord_item_new(coord->mem, sizeof *usage, id);
    if (!usage)
        return NULL;
    usage->user = lg_coord_item_text(&usage->item, resource->user->item.id, &failed);
    usage->item.created_us = coord->now_us;
    if (!failed && lg_coord_table_add(&tenant->usages, &usage->item))
        return usage;
    lg_coord_item_free(&usage->item);
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The number of a place; the first one stands in for more than there is room for. -1: exhausted */
static int place_of(lg_coord_usage *usage, const char *location, const char *meter)
{
    bool failed = false;
    for (uint32_t i = 0; i < usage->place_count; i++)
        if (same(usage->places[i].location, location) && same(usage->places[i].meter, meter))
            return (int)i;
    if (usage->place_count == sizeof usage->places / sizeof *usage->places)
        return 0;
    usage->places[usage->place_count].location =
        lg_coord_item_text(&usage->item, location, &failed);
    usage->places[usage->place_count].meter = lg_coord_item_text(&usage->item, meter, &failed);
    return failed ? -1 : (int)usage->place_count++;
}

/* Where a resource used its energy: said, or that of its meter point, its own, the event's. */
static const char *where(const lg_coord_tenant *tenant, const lg_coord_event *event,
                         const lg_coord_payload *p)
{
    const lg_coord_resource *resource = lg_coord_table_find(&tenant->resources, p->resource);
    if (p->location)
        return p->location;
    for (uint32_t i = 0; i < tenant->locations.count && p->meter; i++) {
        const lg_coord_location *at = (const lg_coord_location *)tenant->locations.items[i];
        if (at->user == resource->user && lg_coord_location_has(at, p->meter))
            return at->item.id;
    }
    if (resource->location)
        return resource->location;
    return event ? lg_coord_target_of(event, p->resource, NULL)->location : NULL;
}

/* @p quarters: of the whole report. */
static bool make_room(lg_coord *coord, lg_coord_tenant *tenant, const lg_coord_event *event,
                      const lg_coord_payload *p, uint32_t quarters)
{
    if (p->kind != LG_COORD_PAYLOAD_USAGE)
        return true;
    lg_coord_usage *usage = usage_of(coord, tenant, p->resource);
    return usage && place_of(usage, where(tenant, event, p), p->meter) >= 0 &&
           LG_GROW(coord->mem, usage->quarters, usage->capacity, usage->count + quarters);
}

/* ---- taking ---- */

/* Where @p quarter stands or would stand. */
static uint32_t find_quarter(const lg_coord_usage *usage, uint32_t quarter)
{
    uint32_t low = 0, high = usage->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (usage->quarters[middle].quarter < quarter)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void set_quarter(lg_coord_usage *usage, lg_coord_quarter value)
{
    uint32_t at = find_quarter(usage, value.quarter);
    bool there = at < usage->count && usage->quarters[at].quarter == value.quarter;
    if (!there) {
        memmove(&usage->quarters[at + 1], &usage->quarters[at],
                (usage->count - at) * sizeof *usage->quarters);
        usage->count++;
    }
    usage->quarters[at] = value;
}

/* Whether an event says something to @p target, NULL for any event, about a moment. */
static bool event_says(const lg_coord_event *event, const lg_coord_target *target, int64_t us)
{
    if (!event)
        return true;
    bool own = target->point_count > 0;
    return lg_coord_point_at(own ? target->points : event->body.points,
                             own ? target->point_count : event->body.point_count,
                             own ? target->resolution_s : event->body.resolution_s, us) != NULL;
}

/* An hour's energy is that of its four quarters in equal parts. */
static void take_usage(lg_coord_tenant *tenant, const lg_coord_event *event,
                       const lg_coord_payload *p)
{
    lg_coord_usage *usage = lg_coord_table_find(&tenant->usages, p->resource);
    uint16_t place = (uint16_t)place_of(usage, where(tenant, event, p), p->meter);
    const lg_coord_target *target = event ? lg_coord_target_of(event, p->resource, NULL) : NULL;
    uint32_t parts = p->resolution_s / 900;
    for (uint32_t i = 0; i < p->point_count; i++)
        for (uint32_t k = 0; k < parts; k++) {
            int64_t us = p->points[i].start_us + k * LG_COORD_QUARTER_US;
            if (event_says(event, target, us))
                set_quarter(usage, (lg_coord_quarter){
                                       .energy = p->points[i].value.nano * (4 / (int64_t)parts),
                                       .quarter = (uint32_t)(us / LG_COORD_QUARTER_US),
                                       .place = place,
                                   });
        }
    if (usage->count > LG_COORD_QUARTERS_MAX) {
        uint32_t old = usage->count - LG_COORD_QUARTERS_MAX;
        memmove(usage->quarters, usage->quarters + old,
                LG_COORD_QUARTERS_MAX * sizeof *usage->quarters);
        usage->count = LG_COORD_QUARTERS_MAX;
    }
}

static void take_answers(const lg_coord *coord, const lg_coord_event *event,
                         const lg_coord_named *list, uint32_t count, lg_coord_answer answer)
{
    for (uint32_t i = 0; i < count; i++) {
        lg_coord_target *target = lg_coord_target_of(event, list[i].resource, list[i].location);
        bool settled =
            target->answer != LG_COORD_SILENT && coord->now_us >= lg_coord_first_us(event, target);
        if (settled)
            continue; /* what was agreed is being done */
        target->answer = answer;
        target->answered_us = coord->now_us;
    }
}

static void take(lg_coord *coord, lg_coord_tenant *tenant, const lg_coord_event *event,
                 const lg_coord_payload *p)
{
    if (p->kind == LG_COORD_PAYLOAD_USAGE)
        take_usage(tenant, event, p);
    if (event) {
        take_answers(coord, event, p->accepted, p->accepted_count, LG_COORD_ACCEPTED);
        take_answers(coord, event, p->declined, p->declined_count, LG_COORD_DECLINED);
    }
}

static lg_coord_report *make_report(lg_coord *coord, lg_coord_tenant *tenant, const char *event,
                                    const char *body)
{
    char id[37];
    bool failed = false;
    lg_coord_new_id(coord, id);
    lg_coord_report *report = lg_coord_item_new(coord->mem, sizeof *report, id);
    if (!report)
        return NULL;
    report->event = lg_coord_item_text(&report->item, event, &failed);
    report->body = lg_coord_item_text(&report->item, body, &failed);
    report->item.created_us = report->item.modified_us = coord->now_us;
    if (!failed && lg_coord_table_add(&tenant->reports, &report->item)) {
        if (tenant->reports.count > LG_COORD_REPORTS_KEPT)
            lg_coord_table_drop(&tenant->reports, tenant->reports.items[0]);
        return report;
    }
    lg_coord_item_free(&report->item);
    return NULL;
}

lg_coord_result lg_coord_take_report(lg_coord *coord, lg_coord_tenant *tenant, const char *event,
                                     lg_coord_payload *payloads, uint32_t count, const char *body,
                                     const lg_coord_report **out, lg_coord_why *why)
{
    look l = {.tenant = tenant, .why = why};
    uint32_t quarters = 0;
    *out = NULL;
    if (event && !(l.event = lg_coord_table_find(&tenant->events, event)))
        return lg_coord_refuse(why, LG_COORD_INVALID, "eventId", "there is no event \"%.128s\"",
                               event);
    for (uint32_t i = 0; i < count; i++) {
        snprintf(l.path, sizeof l.path, "payloads[%u].", i);
        lg_coord_result result = look_at(&l, &payloads[i]);
        if (result != LG_COORD_DONE)
            return result;
    }
    for (uint32_t i = 0; i < count; i++)
        quarters += payloads[i].point_count * (payloads[i].resolution_s / 900);
    for (uint32_t i = 0; i < count; i++)
        if (!make_room(coord, tenant, l.event, &payloads[i], quarters))
            return LG_COORD_MEMORY;
    *out = make_report(coord, tenant, event, body);
    if (!*out)
        return LG_COORD_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        take(coord, tenant, l.event, &payloads[i]);
    return LG_COORD_DONE;
}
