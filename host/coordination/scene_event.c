/* Publishing: one event of the operator is one signal of the store for each aggregator that it
 * concerns. Who it is for is looked at first, so that no aggregator is told what another one's part
 * makes impossible. */
#include "coordination/scene_room.h"

#include <string.h>
#include "base/text.h"

/* What is being published. */
typedef struct making {
    lg_scene *scene;
    const lg_scene_act *act;
    bool limits;
    lg_arena scratch;
    lg_coord_point *points;
    uint32_t *resources; /* in the order of the scene */
    uint32_t count;
    lg_coord_target *targets;
} making;

/* Exact, as JSON has numbers: clients that read the store compare texts. */
static const char *number_text(making *m, int64_t nano)
{
    lg_text text;
    lg_text_init(&text, m->scene->mem);
    lg_text_fixed(&text, nano, 9);
    const char *copy =
        text.failed ? NULL : lg_arena_text(&m->scratch, lg_text_peek(&text), text.length);
    lg_text_fini(&text);
    return copy;
}

static bool make_points(making *m)
{
    const lg_scene_act *act = m->act;
    m->points = lg_arena_alloc(&m->scratch, (act->point_count + 1) * sizeof *m->points);
    for (uint32_t i = 0; i < act->point_count && m->points; i++) {
        int64_t nano = act->points[i].value * (m->limits ? 1000 : 10);
        m->points[i].start_us = lg_scene_slot_us(m->scene, act->points[i].slot);
        m->points[i].value = (lg_coord_number){.nano = nano, .text = number_text(m, nano)};
        if (!m->points[i].value.text)
            return false;
    }
    return m->points;
}

static bool takes_part(const lg_scene *s, uint32_t resource)
{
    const lg_coord_user *user = lg_scene_user_of(s, resource);
    return user->eligible && user->enrolled;
}

static bool is_wanted(const making *m, uint32_t resource)
{
    for (uint32_t i = 0; i < m->act->resource_count; i++)
        if (m->act->resources[i] == resource)
            return true;
    return m->act->resource_count == 0 && takes_part(m->scene, resource);
}

static lg_scene_done choose(making *m)
{
    const lg_scene *s = m->scene;
    for (uint32_t i = 0; i < m->act->resource_count; i++) {
        uint32_t resource = m->act->resources[i];
        if (resource >= s->resource_count)
            return lg__scene_refuse(LG_COORD_UNKNOWN, "resources", "there is no such resource");
        if (!takes_part(s, resource))
            return lg__scene_refuse(LG_COORD_INVALID, "resources",
                                    "\"%.128s\" does not take part: its home has to be eligible "
                                    "and enrolled",
                                    s->resources[resource].id);
    }
    m->resources = lg_arena_alloc(&m->scratch, (s->resource_count + 1) * sizeof *m->resources);
    m->targets = lg_arena_alloc(&m->scratch, (s->resource_count + 1) * sizeof *m->targets);
    if (!m->resources || !m->targets)
        return (lg_scene_done){.result = LG_COORD_MEMORY};
    for (uint32_t r = 0; r < s->resource_count; r++)
        if (is_wanted(m, r))
            m->resources[m->count++] = r;
    if (!m->count)
        return lg__scene_refuse(LG_COORD_INVALID, "resources",
                                "nobody takes part: no home is eligible and enrolled");
    return (lg_scene_done){.number = 0};
}

/* The targets of one aggregator into m->targets. @return how many */
static uint32_t targets_of(const making *m, uint32_t aggregator)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        const lg_scene_resource *r = &m->scene->resources[m->resources[i]];
        if (r->aggregator != aggregator)
            continue;
        m->targets[count] = (lg_coord_target){.resource = r->id, .location = r->home};
        if (m->limits) {
            m->targets[count].meter = r->home;
            m->targets[count].resolution_s = m->scene->rules.slot_s;
            m->targets[count].points = m->points;
            m->targets[count].point_count = m->act->point_count;
        }
        count++;
    }
    return count;
}

/* The part of one aggregator, whose store has the signal then. */
static lg_scene_done publish_to(making *m, lg_scene_event *event, uint32_t aggregator)
{
    lg_scene *s = m->scene;
    lg_scene_done done = {.number = event->number};
    lg_coord_event_draft draft = {
        .kind = m->limits ? LG_COORD_EVENT_ResourceLPC : LG_COORD_EVENT_PriceCurve,
        .targets = m->targets,
        .target_count = targets_of(m, aggregator),
        .area = s->rules.area,
        .currency = s->rules.currency,
        .unit = LG_COORD_ENERGY_kWh,
        .resolution_s = s->rules.slot_s,
        .points = m->limits ? NULL : m->points,
        .point_count = m->limits ? 0 : m->act->point_count,
    };
    if (!draft.target_count)
        return done;
    lg_scene_part *part = &event->parts[event->part_count];
    uint32_t *resources = lg_arena_alloc(&s->arena, draft.target_count * sizeof *resources);
    part->told = lg_arena_alloc(&s->arena, draft.target_count * sizeof *part->told);
    part->aggregator = aggregator;
    part->resources = resources;
    done.result = resources && part->told ? lg_coord_publish(s->coord, s->tenants[aggregator],
                                                             &draft, &part->event, &done.why)
                                          : LG_COORD_MEMORY;
    if (done.result != LG_COORD_DONE)
        return done;
    for (uint32_t i = 0, t = 0; i < m->count; i++)
        if (s->resources[m->resources[i]].aggregator == aggregator)
            resources[t++] = m->resources[i];
    event->part_count++;
    return done;
}

static void see_span(const making *m, lg_scene_event *event)
{
    event->first_us = INT64_MAX;
    for (uint32_t i = 0; i < m->act->point_count; i++) {
        int64_t start = m->points[i].start_us;
        int64_t end = start + m->scene->rules.slot_s * LG_COORD_SECOND_US;
        event->first_us = start < event->first_us ? start : event->first_us;
        event->end_us = end > event->end_us ? end : event->end_us;
    }
}

static lg_scene_done publish(making *m, uint32_t program)
{
    lg_scene *s = m->scene;
    lg_scene_done done = choose(m);
    if (done.result != LG_COORD_DONE)
        return done;
    lg_scene_event *event = lg_arena_alloc(&s->arena, sizeof *event);
    if (!event || !LG_GROW(s->mem, s->events, s->event_capacity, s->event_count + 1) ||
        !make_points(m) ||
        !(event->parts =
              lg_arena_alloc(&s->arena, s->rules.aggregator_count * sizeof *event->parts)))
        return (lg_scene_done){.result = LG_COORD_MEMORY};
    event->number = s->event_count + 1;
    event->program = program;
    event->limits = m->limits;
    event->created_us = s->now_us;
    see_span(m, event);
    for (uint32_t a = 0; a < s->rules.aggregator_count && done.result == LG_COORD_DONE; a++)
        done = publish_to(m, event, a);
    if (done.result != LG_COORD_DONE)
        return done; /* the points are the same for all: the first one has refused them */
    s->events[s->event_count++] = event;
    for (uint32_t i = 0; i < event->part_count; i++)
        lg__scene_tell(s, &(lg_scene_news){.kind = LG_NEWS_EVENT,
                                           .aggregator = event->parts[i].aggregator,
                                           .event = event->number});
    return done;
}

lg_scene_done lg__scene_publish(lg_scene *s, const lg_scene_act *act)
{
    making m = {.scene = s, .act = act};
    uint32_t program = 0;
    while (program < s->program_count && strcmp(s->programs[program].name, act->name) != 0)
        program++;
    if (program == s->program_count)
        return lg__scene_refuse(LG_COORD_UNKNOWN, "program", "there is no program \"%.128s\"",
                                act->name);
    if (s->event_count >= LG_SCENE_EVENTS_MAX)
        return lg__scene_refuse(LG_COORD_CONFLICT, "", "there may be %d events in a run",
                                LG_SCENE_EVENTS_MAX);
    m.limits = s->programs[program].limits;
    lg_arena_init(&m.scratch, s->mem, 4096);
    lg_scene_done done = publish(&m, program);
    lg_arena_drop(&m.scratch);
    if (done.result == LG_COORD_MEMORY)
        lg__scene_broken(s);
    return done;
}
