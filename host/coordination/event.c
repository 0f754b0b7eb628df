/* A draft is copied into the event's own arena first; what is wrong with it is found there, where
 * points and targets are sorted. */
#include "coordination/event.h"

#include <stdio.h>
#include <string.h>
#include "base/sort.h"
#include "coordination/notify.h"
#include "coordination/people.h"

/* ---- copies ---- */

static const lg_coord_point *copy_points(lg_coord_event *event, const lg_coord_point *points,
                                         uint32_t count, bool *failed)
{
    lg_coord_point *copy = lg_arena_alloc(&event->item.arena, count * sizeof *copy);
    *failed |= !copy;
    for (uint32_t i = 0; i < count && copy; i++) {
        copy[i] = points[i];
        copy[i].value.text = lg_coord_item_text(&event->item, points[i].value.text, failed);
    }
    return copy;
}

static void copy_targets(lg_coord_event *event, const lg_coord_event_draft *draft, bool *failed)
{
    uint32_t count = draft->target_count;
    lg_coord_target *copy = lg_arena_alloc(&event->item.arena, count * sizeof *copy);
    *failed |= !copy;
    for (uint32_t i = 0; i < count && !*failed; i++) {
        const lg_coord_target *from = &draft->targets[i];
        copy[i] = (lg_coord_target){
            .resource = lg_coord_item_text(&event->item, from->resource, failed),
            .location = lg_coord_item_text(&event->item, from->location, failed),
            .meter = lg_coord_item_text(&event->item, from->meter, failed),
            .resolution_s = from->resolution_s,
            .points = copy_points(event, from->points, from->point_count, failed),
            .point_count = from->point_count,
        };
    }
    event->targets = copy;
    event->body.targets = copy;
}

static lg_coord_event *copy_draft(lg_coord *coord, const lg_coord_event_draft *draft)
{
    char id[37];
    bool failed = false;
    lg_coord_new_id(coord, id);
    lg_coord_event *event = lg_coord_item_new(coord->mem, sizeof *event, id);
    if (!event)
        return NULL;
    event->item.created_us = event->item.modified_us = coord->now_us;
    event->body = *draft;
    copy_targets(event, draft, &failed);
    event->body.points = copy_points(event, draft->points, draft->point_count, &failed);
    event->body.added = lg_coord_copy_texts(&event->item, draft->added, draft->added_count);
    event->body.removed = lg_coord_copy_texts(&event->item, draft->removed, draft->removed_count);
    failed |= (draft->added_count && !event->body.added) ||
              (draft->removed_count && !event->body.removed);
    if (!failed)
        return event;
    lg_coord_item_free(&event->item);
    return NULL;
}

/* ---- checks ---- */

static int by_start(const void *a, const void *b)
{
    const lg_coord_point *one = a, *other = b;
    return (one->start_us > other->start_us) - (one->start_us < other->start_us);
}

static lg_coord_result check_points(const lg_coord_point *points, uint32_t count,
                                    uint32_t resolution_s, const char *path, lg_coord_why *why)
{
    if (count == 0 || count > LG_COORD_POINTS_MAX)
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "a curve has 1 to %d points",
                               LG_COORD_POINTS_MAX);
    lg_sort((void *)points, count, sizeof *points, by_start); /* our copy */
    for (uint32_t i = 0; i < count; i++) {
        if (points[i].start_us % (resolution_s * LG_COORD_SECOND_US) != 0)
            return lg_coord_refuse(why, LG_COORD_INVALID, path,
                                   "points begin on whole multiples of the resolution");
        if (i && points[i].start_us == points[i - 1].start_us)
            return lg_coord_refuse(why, LG_COORD_INVALID, path, "two points begin at one time");
    }
    return LG_COORD_DONE;
}

static lg_coord_result check_prices(const lg_coord_event *event, lg_coord_why *why)
{
    const lg_coord_event_draft *body = &event->body;
    static const char path[] = "priceCurveDelta.points";
    for (uint32_t i = 0; i < body->point_count; i++)
        if (body->points[i].value.nano > LG_COORD_PRICE_MAX ||
            body->points[i].value.nano < -LG_COORD_PRICE_MAX)
            return lg_coord_refuse(why, LG_COORD_INVALID, path, "a price is up to 1000000");
    return check_points(body->points, body->point_count, body->resolution_s, path, why);
}

static bool takes_part(const lg_coord_user *user)
{
    return user->eligible && user->enrolled;
}

/* The location of a target is its user's; a resource that is bound to one is there. */
static lg_coord_result check_who(const lg_coord_tenant *tenant, const lg_coord_event *event,
                                 const lg_coord_target *target, const char *path, lg_coord_why *why)
{
    const lg_coord_location *location = lg_coord_table_find(&tenant->locations, target->location);
    const lg_coord_resource *resource =
        target->resource ? lg_coord_table_find(&tenant->resources, target->resource) : NULL;
    if (!location)
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "there is no location \"%.128s\"",
                               target->location);
    if (target->resource && !resource)
        return lg_coord_refuse(why, LG_COORD_INVALID, path, "there is no resource \"%.128s\"",
                               target->resource);
    if (resource && (resource->user != location->user ||
                     (resource->location && strcmp(resource->location, target->location) != 0)))
        return lg_coord_refuse(why, LG_COORD_INVALID, path,
                               "the resource \"%.64s\" is not at \"%.64s\"", target->resource,
                               target->location);
    if (target->meter && !lg_coord_location_has(location, target->meter))
        return lg_coord_refuse(why, LG_COORD_INVALID, path,
                               "the location has no meter point \"%.64s\"", target->meter);
    if (!event->body.simulated && !takes_part(location->user))
        return lg_coord_refuse(why, LG_COORD_INVALID, path,
                               "the user of \"%.64s\" is not eligible and enrolled",
                               target->location);
    return LG_COORD_DONE;
}

static lg_coord_result check_limit(const lg_coord_target *target, const char *path,
                                   lg_coord_why *why)
{
    lg_coord_result result =
        check_points(target->points, target->point_count, target->resolution_s, path, why);
    for (uint32_t i = 0; i < target->point_count && result == LG_COORD_DONE; i++)
        if (target->points[i].value.nano < 0)
            return lg_coord_refuse(why, LG_COORD_INVALID, path, "a limit is not below 0 kW");
    return result;
}

static int by_who(const void *a, const void *b)
{
    const lg_coord_target *one = *(const lg_coord_target *const *)a,
                          *other = *(const lg_coord_target *const *)b;
    const char *first = one->resource ? one->resource : one->location;
    return strcmp(first, other->resource ? other->resource : other->location);
}

static lg_coord_result check_twice(lg_coord_event *event, const char *field, lg_coord_why *why)
{
    uint32_t count = event->body.target_count;
    const lg_coord_target **sorted = lg_arena_alloc(&event->item.arena, count * sizeof *sorted);
    if (!sorted)
        return LG_COORD_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = &event->targets[i];
    lg_sort(sorted, count, sizeof *sorted, by_who);
    for (uint32_t i = 1; i < count; i++)
        if (by_who(&sorted[i - 1], &sorted[i]) == 0)
            return lg_coord_refuse(why, LG_COORD_INVALID, field, "\"%.128s\" is there twice",
                                   sorted[i]->resource ? sorted[i]->resource : sorted[i]->location);
    return LG_COORD_DONE;
}

static const char *targets_name(lg_coord_event_kind kind)
{
    return kind == LG_COORD_EVENT_LocationLPC   ? "locations"
           : kind == LG_COORD_EVENT_ResourceLPC ? "resources"
                                                : "targets";
}

static lg_coord_result check_targets(const lg_coord_tenant *tenant, lg_coord_event *event,
                                     lg_coord_why *why)
{
    char path[64];
    const char *field = targets_name(event->body.kind);
    bool limits = event->body.kind != LG_COORD_EVENT_PriceCurve;
    uint32_t count = event->body.target_count;
    if (count == 0 || count > LG_COORD_TARGETS_MAX)
        return lg_coord_refuse(why, LG_COORD_INVALID, field,
                               count ? "a signal has up to %d targets"
                                     : "nobody is there whom the signal could reach (up to %d)",
                               LG_COORD_TARGETS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        const lg_coord_target *target = &event->targets[i];
        snprintf(path, sizeof path, "%s[%u]", field, i);
        lg_coord_result result = check_who(tenant, event, target, path, why);
        if (result == LG_COORD_DONE && limits)
            result = check_limit(target, path, why);
        if (result != LG_COORD_DONE)
            return result;
    }
    return check_twice(event, field, why);
}

static lg_coord_result check_event(const lg_coord_tenant *tenant, lg_coord_event *event,
                                   lg_coord_why *why)
{
    lg_coord_result result = LG_COORD_DONE;
    if (event->body.kind == LG_COORD_EVENT_UserEligibility)
        return result;
    if (event->body.kind == LG_COORD_EVENT_PriceCurve)
        result = check_prices(event, why);
    return result == LG_COORD_DONE ? check_targets(tenant, event, why) : result;
}

lg_coord_result lg_coord_publish(lg_coord *coord, lg_coord_tenant *tenant,
                                 const lg_coord_event_draft *draft, lg_coord_event **out,
                                 lg_coord_why *why)
{
    *out = NULL;
    lg_coord_event *event = copy_draft(coord, draft);
    if (!event)
        return LG_COORD_MEMORY;
    lg_coord_result result = check_event(tenant, event, why);
    if (result == LG_COORD_DONE && !lg_coord_table_add(&tenant->events, &event->item))
        result = LG_COORD_MEMORY;
    if (result != LG_COORD_DONE) {
        lg_coord_item_free(&event->item);
        return result;
    }
    result = lg_coord_notify(coord, tenant, event);
    if (result == LG_COORD_DONE)
        *out = event;
    else
        lg_coord_table_drop(&tenant->events, &event->item);
    return result;
}

/* ---- what a signal says ---- */

lg_coord_target *lg_coord_target_of(const lg_coord_event *event, const char *resource,
                                    const char *location)
{
    for (uint32_t i = 0; i < event->body.target_count; i++) {
        lg_coord_target *target = &event->targets[i];
        bool is = resource ? target->resource && strcmp(target->resource, resource) == 0
                           : !target->resource && strcmp(target->location, location) == 0;
        if (is)
            return target;
    }
    return NULL;
}

int64_t lg_coord_first_us(const lg_coord_event *event, const lg_coord_target *target)
{
    if (target->point_count)
        return target->points[0].start_us;
    return event->body.point_count ? event->body.points[0].start_us : INT64_MAX;
}

lg_coord_answer lg_coord_answer_of(const lg_coord *coord, const lg_coord_event *event,
                                   const lg_coord_target *target, int64_t now_us)
{
    bool late = now_us - event->item.created_us >= coord->settings.acknowledge_us;
    return target->answer == LG_COORD_SILENT && late ? LG_COORD_EXPIRED : target->answer;
}

const lg_coord_point *lg_coord_point_at(const lg_coord_point *points, uint32_t count,
                                        uint32_t resolution_s, int64_t us)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (points[middle].start_us <= us)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || us - points[low - 1].start_us >= resolution_s * LG_COORD_SECOND_US)
        return NULL;
    return &points[low - 1];
}
