/* Making a scene and looking at it. */
#include "coordination/scene_room.h"

#include <string.h>
#include "coordination/enrol.h"
#include "coordination/people.h"

enum { ARENA_BLOCK = 16384 };

/* ---- making ---- */

static lg_coord_result add_tenants(lg_scene *s)
{
    for (uint32_t i = 0; i < s->rules.aggregator_count; i++) {
        lg_coord_result result =
            lg_coord_add_tenant(s->coord, s->rules.aggregators[i], &s->tenants[i]);
        if (result != LG_COORD_DONE)
            return result;
    }
    return LG_COORD_DONE;
}

lg_scene *lg_scene_new(lg_mem *mem, const lg_scene_rules *rules)
{
    lg_scene *s = lg_mem_zalloc(mem, 1, sizeof *s);
    if (!s)
        return NULL;
    s->mem = mem;
    s->rules = *rules;
    s->now_us = rules->start_us;
    lg_arena_init(&s->arena, mem, ARENA_BLOCK);
    s->coord = lg_coord_new(mem, &rules->settings);
    s->tenants = lg_arena_alloc(&s->arena, (rules->aggregator_count + 1) * sizeof(void *));
    s->told = lg_arena_alloc(&s->arena, (rules->aggregator_count + 1) * sizeof *s->told);
    if (s->coord)
        lg_coord_begin(s->coord, s->now_us);
    if (s->coord && s->tenants && s->told && add_tenants(s) == LG_COORD_DONE)
        return s;
    lg_scene_free(s);
    return NULL;
}

void lg_scene_free(lg_scene *s)
{
    if (!s)
        return;
    lg_mem_free(s->mem, s->resources, s->resource_capacity * sizeof *s->resources);
    lg_mem_free(s->mem, s->programs, s->program_capacity * sizeof *s->programs);
    lg_mem_free(s->mem, s->events, s->event_capacity * sizeof(void *));
    lg_mem_free(s->mem, s->reports, s->report_capacity * sizeof(void *));
    lg_mem_free(s->mem, s->news, s->news_capacity * sizeof *s->news);
    lg_mem_free(s->mem, s->energies, s->energy_capacity * sizeof *s->energies);
    lg_arena_drop(&s->arena);
    lg_coord_free(s->coord);
    lg_mem_free(s->mem, s, sizeof *s);
}

/* The home is a user with one location, whose meter point has its name. */
static lg_coord_result add_home(lg_scene *s, lg_coord_tenant *tenant, const char *home,
                                lg_coord_why *why)
{
    if (lg_coord_table_find(&tenant->users, home))
        return LG_COORD_DONE;
    const lg_coord_location_draft location = {
        .id = home,
        .user = home,
        .type = LG_COORD_LOCATION_Residential,
        .meters = &home,
        .meter_count = 1,
    };
    lg_coord_result result = lg_coord_add_users(s->coord, tenant, &home, 1, why);
    return result == LG_COORD_DONE ? lg_coord_add_locations(s->coord, tenant, &location, 1, why)
                                   : result;
}

/* Until the operator says otherwise all homes are eligible. */
static lg_coord_result let_everybody(lg_scene *s, lg_coord_why *why)
{
    const char **homes = lg_mem_zalloc(s->mem, s->resource_count, sizeof *homes);
    if (!homes)
        return LG_COORD_MEMORY;
    for (uint32_t i = 0; i < s->resource_count; i++)
        homes[i] = s->resources[i].home;
    const lg_coord_neighbourhood_draft all = {
        .name = LG__SCENE_EVERYBODY, .meters = homes, .meter_count = s->resource_count};
    lg_coord_result result = lg_coord_put_neighbourhood(s->coord, &all, why);
    lg_mem_free(s->mem, homes, s->resource_count * sizeof *homes);
    return result;
}

lg_coord_result lg_scene_add(lg_scene *s, const lg_scene_resource *resource, lg_coord_why *why)
{
    lg_coord_tenant *tenant = s->tenants[resource->aggregator];
    const lg_coord_resource_draft draft = {
        .id = resource->id,
        .user = resource->home,
        .location = resource->home,
        .meter = resource->home,
        .type = resource->type,
        .feeds_in = resource->feeds_in,
    };
    if (lg_scene_resource_named(s, resource->id) != LG_SCENE_NOBODY)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "two resources are called \"%.128s\"",
                               resource->id);
    if (!LG_GROW(s->mem, s->resources, s->resource_capacity, s->resource_count + 1))
        return LG_COORD_MEMORY;
    lg_coord_result result = add_home(s, tenant, resource->home, why);
    if (result == LG_COORD_DONE)
        result = lg_coord_add_resource(s->coord, tenant, &draft, why);
    if (result == LG_COORD_DONE)
        s->resources[s->resource_count++] = *resource;
    return result;
}

/* ---- what happens by itself ---- */

void lg__scene_tell(lg_scene *s, const lg_scene_news *news)
{
    if (!LG_GROW(s->mem, s->news, s->news_capacity, s->news_count + 1)) {
        s->status = LG_MEMORY;
        return;
    }
    s->news[s->news_count] = *news;
    s->news[s->news_count++].at_us = s->now_us;
}

lg_coord_result lg__scene_broken(lg_scene *s)
{
    s->status = LG_MEMORY;
    return LG_COORD_MEMORY;
}

/* Who may take part, as far as it was told since the last time. */
static void tell_eligible(lg_scene *s)
{
    for (uint32_t i = 0; i < s->rules.aggregator_count; i++) {
        const lg_coord_table *events = &s->tenants[i]->events;
        for (; s->told[i] < events->count; s->told[i]++) {
            const lg_coord_event *event = (const lg_coord_event *)events->items[s->told[i]];
            if (event->body.kind == LG_COORD_EVENT_UserEligibility)
                lg__scene_tell(
                    s,
                    &(lg_scene_news){.kind = LG_NEWS_ELIGIBLE, .aggregator = i, .eligible = event});
        }
    }
}

static void see_silence(lg_scene *s, const lg_scene_event *event)
{
    for (uint32_t p = 0; p < event->part_count && event->limits; p++) {
        const lg_scene_part *part = &event->parts[p];
        for (uint32_t t = 0; t < part->event->body.target_count; t++) {
            if (part->told[t] || lg_coord_answer_of(s->coord, part->event, &part->event->targets[t],
                                                    s->now_us) != LG_COORD_EXPIRED)
                continue;
            part->told[t] = true;
            lg__scene_tell(s, &(lg_scene_news){.kind = LG_NEWS_ANSWER,
                                               .aggregator = part->aggregator,
                                               .event = event->number,
                                               .resource = part->resources[t],
                                               .answer = LG_COORD_EXPIRED});
        }
    }
}

lg_status lg_scene_advance(lg_scene *s, int64_t now_us)
{
    s->now_us = now_us;
    if (!s->narrowed && s->resource_count &&
        !lg_coord_table_find(&s->coord->neighbourhoods, LG__SCENE_EVERYBODY)) {
        lg_coord_begin(s->coord, now_us);
        if (let_everybody(s, NULL) == LG_COORD_MEMORY)
            return s->status = LG_MEMORY;
    }
    lg_coord_begin(s->coord, now_us);
    if (lg_coord_eligibility_due(s->coord) <= s->coord->now_us &&
        lg_coord_tell_eligible(s->coord) != LG_COORD_DONE)
        return s->status = LG_MEMORY;
    tell_eligible(s);
    for (uint32_t i = 0; i < s->event_count; i++)
        if (s->events[i]->end_us > now_us - s->rules.settings.acknowledge_us)
            see_silence(s, s->events[i]);
    return s->status;
}

lg_status lg_scene_measure(lg_scene *s, uint32_t slot, const int64_t *energies_uwh)
{
    uint32_t count = s->resource_count;
    LG_ASSERT(slot == s->measured);
    if (!LG_GROW(s->mem, s->energies, s->energy_capacity, (slot + 1) * count))
        return s->status = LG_MEMORY;
    memcpy(s->energies + (size_t)slot * count, energies_uwh, count * sizeof *energies_uwh);
    s->measured = slot + 1;
    return LG_OK;
}

/* ---- looking ---- */

lg_status lg_scene_status(const lg_scene *s)
{
    return s->status;
}

const lg_scene_rules *lg_scene_rules_of(const lg_scene *s)
{
    return &s->rules;
}

const lg_coord *lg_scene_store(const lg_scene *s)
{
    return s->coord;
}

int64_t lg_scene_now(const lg_scene *s)
{
    return s->now_us;
}

const lg_scene_resource *lg_scene_resources(const lg_scene *s, uint32_t *count)
{
    *count = s->resource_count;
    return s->resources;
}

uint32_t lg_scene_resource_named(const lg_scene *s, const char *id)
{
    for (uint32_t i = 0; i < s->resource_count; i++)
        if (strcmp(s->resources[i].id, id) == 0)
            return i;
    return LG_SCENE_NOBODY;
}

uint32_t lg_scene_resource_of(const lg_scene *s, uint32_t asset)
{
    for (uint32_t i = 0; i < s->resource_count; i++)
        if (s->resources[i].asset == asset)
            return i;
    return LG_SCENE_NOBODY;
}

const lg_scene_program *lg_scene_programs(const lg_scene *s, uint32_t *count)
{
    *count = s->program_count;
    return s->programs;
}

const lg_scene_event *lg_scene_event_of(const lg_scene *s, uint32_t number)
{
    return number && number <= s->event_count ? s->events[number - 1] : NULL;
}

const lg_scene_report *lg_scene_report_of(const lg_scene *s, uint32_t number)
{
    return number && number <= s->report_count ? s->reports[number - 1] : NULL;
}

uint32_t lg_scene_event_count(const lg_scene *s)
{
    return s->event_count;
}

uint32_t lg_scene_report_count(const lg_scene *s)
{
    return s->report_count;
}

const lg_scene_part *lg_scene_part_of(const lg_scene_event *event, uint32_t aggregator)
{
    for (uint32_t i = 0; i < event->part_count; i++)
        if (event->parts[i].aggregator == aggregator)
            return &event->parts[i];
    return NULL;
}

const lg_coord_user *lg_scene_user_of(const lg_scene *s, uint32_t resource)
{
    const lg_scene_resource *r = &s->resources[resource];
    return lg_coord_table_find(&s->tenants[r->aggregator]->users, r->home);
}

uint64_t lg_scene_news_count(const lg_scene *s)
{
    return s->news_count;
}

const lg_scene_news *lg_scene_news_at(const lg_scene *s, uint64_t number)
{
    return &s->news[number];
}

uint32_t lg_scene_measured(const lg_scene *s)
{
    return s->measured;
}

int64_t lg_scene_energy_of(const lg_scene *s, uint32_t resource, uint32_t slot)
{
    return s->energies[(size_t)slot * s->resource_count + resource];
}

bool lg_scene_own_rule(const lg_scene *s)
{
    return s->own_rule;
}

int64_t lg_scene_slot_us(const lg_scene *s, uint32_t slot)
{
    return s->rules.start_us + slot * (int64_t)s->rules.slot_s * LG_COORD_SECOND_US;
}

bool lg__scene_owns(const lg_scene *s, uint32_t part, uint32_t resource)
{
    return resource < s->resource_count && s->resources[resource].aggregator == part;
}

/* What one event says to its targets about the moment @p us. */
static void rule_by(const lg_scene *s, const lg_scene_event *event, const lg_scene_part *part,
                    uint32_t resource, int64_t us, lg_scene_ruling *out)
{
    const lg_coord_event_draft *body = &part->event->body;
    for (uint32_t t = 0; t < body->target_count; t++) {
        const lg_coord_target *target = &part->event->targets[t];
        if (resource != LG_SCENE_NOBODY && part->resources[t] != resource)
            continue;
        lg_scene_ruling *r = resource == LG_SCENE_NOBODY ? &out[part->resources[t]] : out;
        const lg_coord_point *point =
            event->limits
                ? lg_coord_point_at(target->points, target->point_count, target->resolution_s, us)
                : lg_coord_point_at(body->points, body->point_count, body->resolution_s, us);
        lg_coord_answer answer = lg_coord_answer_of(s->coord, part->event, target, s->now_us);
        if (!point)
            continue;
        if (!event->limits) {
            r->curve = event->number;
            r->delta_uct = point->value.nano / 10;
        } else if (answer == LG_COORD_SILENT || answer == LG_COORD_ACCEPTED) {
            r->limit = event->number;
            r->limit_mw = point->value.nano / 1000;
        }
    }
}

void lg_scene_rule(const lg_scene *s, uint32_t resource, uint32_t slot, lg_scene_ruling *out)
{
    int64_t us = lg_scene_slot_us(s, slot);
    uint32_t rows = resource == LG_SCENE_NOBODY ? s->resource_count : 1;
    memset(out, 0, rows * sizeof *out);
    for (uint32_t i = 0; i < s->event_count; i++) {
        const lg_scene_event *event = s->events[i];
        for (uint32_t p = 0; p < event->part_count; p++)
            if (event->first_us <= us && us < event->end_us &&
                (resource == LG_SCENE_NOBODY ||
                 s->resources[resource].aggregator == event->parts[p].aggregator))
                rule_by(s, event, &event->parts[p], resource, us, out);
    }
}
