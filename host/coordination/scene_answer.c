/* What aggregators say to signals: limits accepted or declined, and energy used. Of a report that
 * names no energy the points are what was measured. */
#include "coordination/scene_room.h"

#include <string.h>

static const lg_scene_part *part_of(const lg_scene *s, const lg_scene_act *act)
{
    const lg_scene_event *event = lg_scene_event_of(s, act->event);
    return event ? lg_scene_part_of(event, act->part) : NULL;
}

static uint32_t target_of(const lg_scene_part *part, uint32_t resource)
{
    for (uint32_t t = 0; t < part->event->body.target_count; t++)
        if (part->resources[t] == resource)
            return t;
    return LG_SCENE_NOBODY;
}

/* ---- answers ---- */

static bool is_meant(const lg_scene_act *act, uint32_t resource)
{
    for (uint32_t i = 0; i < act->resource_count; i++)
        if (act->resources[i] == resource)
            return true;
    return act->resource_count == 0;
}

static lg_scene_done tell_answers(lg_scene *s, const lg_scene_act *act, const lg_scene_part *part)
{
    const lg_coord_answer wanted = act->accept ? LG_COORD_ACCEPTED : LG_COORD_DECLINED;
    lg_scene_done done = {.number = 0};
    for (uint32_t t = 0; t < part->event->body.target_count; t++) {
        if (!is_meant(act, part->resources[t]) || part->event->targets[t].answer != wanted)
            continue;
        done.number++;
        part->told[t] = true;
        lg__scene_tell(s, &(lg_scene_news){.kind = LG_NEWS_ANSWER,
                                           .aggregator = act->part,
                                           .event = act->event,
                                           .resource = part->resources[t],
                                           .answer = wanted});
    }
    return done;
}

lg_scene_done lg__scene_answer(lg_scene *s, const lg_scene_act *act)
{
    const lg_scene_part *part = part_of(s, act);
    lg_scene_done done = {.number = 0};
    if (!part)
        return lg__scene_refuse(LG_COORD_UNKNOWN, "event", "there is no event %u for it",
                                act->event);
    if (!lg_scene_event_of(s, act->event)->limits)
        return lg__scene_refuse(LG_COORD_INVALID, "event", "event %u is no limit", act->event);
    uint32_t count = part->event->body.target_count;
    for (uint32_t i = 0; i < act->resource_count; i++)
        if (target_of(part, act->resources[i]) == LG_SCENE_NOBODY)
            return lg__scene_refuse(LG_COORD_INVALID, "resources",
                                    "the event does not name one of them");
    lg_coord_named *named = lg_mem_zalloc(s->mem, count, sizeof *named);
    if (!named)
        return (lg_scene_done){.result = lg__scene_broken(s)};
    lg_coord_payload payload = {.kind = LG_COORD_PAYLOAD_RESOURCE_ANSWER};
    uint32_t *meant = act->accept ? &payload.accepted_count : &payload.declined_count;
    *(act->accept ? &payload.accepted : &payload.declined) = named;
    for (uint32_t t = 0; t < count; t++) {
        const lg_coord_target *target = &part->event->targets[t];
        if (is_meant(act, part->resources[t]))
            named[(*meant)++] = (lg_coord_named){
                .resource = target->resource,
                .location = target->location,
                .meter = target->meter ? target->meter : "",
            };
    }
    const lg_coord_report *kept;
    done.result = lg_coord_take_report(s->coord, s->tenants[act->part], part->event->item.id,
                                       &payload, 1, "{}", &kept, &done.why);
    lg_mem_free(s->mem, named, count * sizeof *named);
    if (done.result == LG_COORD_MEMORY)
        lg__scene_broken(s);
    return done.result == LG_COORD_DONE ? tell_answers(s, act, part) : done;
}

/* ---- energy ---- */

/* Whether the event says something about a slot; without an event: always. */
static bool is_about(const lg_scene *s, const lg_scene_part *part, uint32_t target, uint32_t slot)
{
    if (!part)
        return true;
    const lg_coord_event_draft *body = &part->event->body;
    const lg_coord_target *to = &part->event->targets[target];
    bool own = to->point_count > 0;
    return lg_coord_point_at(
               own ? to->points : body->points, own ? to->point_count : body->point_count,
               own ? to->resolution_s : body->resolution_s, lg_scene_slot_us(s, slot)) != NULL;
}

/* Points that count, into @p out, which has room for them. */
static uint32_t gather(const lg_scene *s, const lg_scene_act *act, const lg_scene_part *part,
                       uint32_t resource, lg_scene_energy *out)
{
    uint32_t target = part ? target_of(part, resource) : 0, count = 0;
    uint32_t end = act->point_count ? act->point_count : s->measured;
    for (uint32_t i = 0; i < end; i++) {
        uint32_t slot = act->point_count ? act->points[i].slot : i;
        if (!is_about(s, part, target, slot))
            continue;
        lg_scene_energy *e = &out[count++];
        *e = (lg_scene_energy){.slot = slot, .measured = slot < s->measured};
        e->measured_uwh = e->measured ? lg_scene_energy_of(s, resource, slot) : 0;
        e->reported_uwh = act->point_count ? act->points[i].value : e->measured_uwh;
    }
    return count;
}

static lg_scene_done take(lg_scene *s, const lg_scene_act *act, const lg_scene_part *part,
                          uint32_t resource, const lg_scene_energy *points, uint32_t count)
{
    lg_scene_done done = {.number = s->report_count + 1};
    lg_coord_point *wire = lg_mem_zalloc(s->mem, count + 1, sizeof *wire);
    lg_scene_energy *kept = lg_arena_alloc(&s->arena, (count + 1) * sizeof *kept);
    lg_scene_report *report = lg_arena_alloc(&s->arena, sizeof *report);
    const lg_coord_report *stored;
    if (!wire || !kept || !report ||
        !LG_GROW(s->mem, s->reports, s->report_capacity, s->report_count + 1)) {
        lg_mem_free(s->mem, wire, (count + 1) * sizeof *wire);
        return (lg_scene_done){.result = lg__scene_broken(s)};
    }
    for (uint32_t i = 0; i < count; i++) {
        wire[i].start_us = lg_scene_slot_us(s, points[i].slot);
        wire[i].value.nano = points[i].reported_uwh;
    }
    lg_coord_payload payload = {
        .kind = LG_COORD_PAYLOAD_USAGE,
        .resource = s->resources[resource].id,
        .location = s->resources[resource].home,
        .meter = s->resources[resource].home,
        .resolution_s = s->rules.slot_s,
        .points = wire,
        .point_count = count,
    };
    done.result =
        lg_coord_take_report(s->coord, s->tenants[act->part], part ? part->event->item.id : NULL,
                             &payload, 1, "{}", &stored, &done.why);
    lg_mem_free(s->mem, wire, (count + 1) * sizeof *wire);
    if (done.result == LG_COORD_MEMORY)
        lg__scene_broken(s);
    if (done.result != LG_COORD_DONE)
        return done;
    memcpy(kept, points, count * sizeof *kept);
    *report = (lg_scene_report){.number = done.number,
                                .event = act->event,
                                .resource = resource,
                                .at_us = s->now_us,
                                .points = kept,
                                .count = count};
    s->reports[s->report_count++] = report;
    lg__scene_tell(s, &(lg_scene_news){.kind = LG_NEWS_REPORT,
                                       .aggregator = act->part,
                                       .event = act->event,
                                       .report = report->number});
    return done;
}

static lg_scene_done report_all(lg_scene *s, const lg_scene_act *act, const lg_scene_part *part,
                                lg_scene_energy *room)
{
    uint32_t count = act->resource_count ? act->resource_count
                     : part              ? part->event->body.target_count
                                         : 0;
    const uint32_t *list = act->resource_count ? act->resources : part ? part->resources : NULL;
    lg_scene_done done = {.number = 0};
    for (uint32_t i = 0; i < count && done.result == LG_COORD_DONE; i++) {
        uint32_t points = gather(s, act, part, list[i], room);
        if (points)
            done = take(s, act, part, list[i], room, points);
    }
    return done;
}

static lg_scene_done check_report(const lg_scene *s, const lg_scene_act *act,
                                  const lg_scene_part *part)
{
    if (act->event && !part)
        return lg__scene_refuse(LG_COORD_UNKNOWN, "event", "there is no event %u for it",
                                act->event);
    if (!act->event && !act->resource_count)
        return lg__scene_refuse(LG_COORD_INVALID, "resource",
                                "a report names an event or a "
                                "resource");
    if (act->point_count && act->resource_count != 1)
        return lg__scene_refuse(LG_COORD_INVALID, "points", "energy is that of one resource");
    for (uint32_t i = 0; i < act->resource_count; i++)
        if (!lg__scene_owns(s, act->part, act->resources[i]) ||
            (part && target_of(part, act->resources[i]) == LG_SCENE_NOBODY))
            return lg__scene_refuse(LG_COORD_INVALID, "resource",
                                    "it is another aggregator's, or the event is not for it");
    return (lg_scene_done){.number = 0};
}

lg_scene_done lg__scene_report(lg_scene *s, const lg_scene_act *act)
{
    const lg_scene_part *part = part_of(s, act);
    uint32_t room = act->point_count + s->measured + 1;
    lg_scene_done done = check_report(s, act, part);
    if (done.result != LG_COORD_DONE)
        return done;
    lg_scene_energy *points = lg_mem_zalloc(s->mem, room, sizeof *points);
    if (!points)
        return (lg_scene_done){.result = lg__scene_broken(s)};
    done = report_all(s, act, part, points);
    lg_mem_free(s->mem, points, room * sizeof *points);
    if (done.result == LG_COORD_DONE && !done.number)
        return lg__scene_refuse(LG_COORD_INVALID, "points",
                                "there is nothing to report yet: no slot of the event is over");
    return done;
}
