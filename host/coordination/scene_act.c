/* Who may do what, and the short acts; events, reports and answers have files of their own. */
#include "coordination/scene_room.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "coordination/enrol.h"

lg_scene_done lg__scene_refuse(lg_coord_result result, const char *path, const char *format, ...)
{
    lg_scene_done done = {.result = result};
    va_list args;
    snprintf(done.why.path, sizeof done.why.path, "%s", path);
    va_start(args, format);
    vsnprintf(done.why.text, sizeof done.why.text, format, args);
    va_end(args);
    return done;
}

static lg_scene_done put_program(lg_scene *s, const lg_scene_act *act)
{
    for (uint32_t i = 0; i < s->program_count; i++)
        if (strcmp(s->programs[i].name, act->name) == 0)
            return s->programs[i].limits == act->limits
                       ? (lg_scene_done){.number = i}
                       : lg__scene_refuse(LG_COORD_CONFLICT, "kind",
                                          "the program \"%.128s\" is there, of the other kind",
                                          act->name);
    if (s->program_count >= LG_SCENE_PROGRAMS_MAX)
        return lg__scene_refuse(LG_COORD_CONFLICT, "", "there may be %d programs",
                                LG_SCENE_PROGRAMS_MAX);
    const char *name = lg_arena_text(&s->arena, act->name, strlen(act->name));
    if (!name || !LG_GROW(s->mem, s->programs, s->program_capacity, s->program_count + 1))
        return (lg_scene_done){.result = lg__scene_broken(s)};
    s->programs[s->program_count] = (lg_scene_program){.name = name, .limits = act->limits};
    return (lg_scene_done){.number = s->program_count++};
}

static bool is_home(const lg_scene *s, const char *name)
{
    for (uint32_t i = 0; i < s->resource_count; i++)
        if (strcmp(s->resources[i].home, name) == 0)
            return true;
    return false;
}

/* The first one takes the place of the neighbourhood of everybody. */
static lg_scene_done put_neighbourhood(lg_scene *s, const lg_scene_act *act)
{
    lg_scene_done done = {.number = act->home_count};
    for (uint32_t i = 0; i < act->home_count; i++)
        if (!is_home(s, act->homes[i]))
            return lg__scene_refuse(LG_COORD_INVALID, "homes",
                                    "no resource is in a home \"%.128s\"", act->homes[i]);
    const lg_coord_neighbourhood_draft draft = {
        .name = act->name, .meters = act->homes, .meter_count = act->home_count};
    done.result = lg_coord_put_neighbourhood(s->coord, &draft, &done.why);
    if (done.result == LG_COORD_MEMORY)
        lg__scene_broken(s);
    if (done.result != LG_COORD_DONE)
        return done;
    if (strcmp(act->name, LG__SCENE_EVERYBODY) != 0)
        lg_coord_drop_neighbourhood(s->coord, LG__SCENE_EVERYBODY);
    s->narrowed = true;
    return done;
}

/* ---- users ---- */

static lg_scene_done enrol_one(lg_scene *s, uint32_t aggregator, const lg_coord_user *user,
                               bool enrols)
{
    lg_coord_tenant *tenant = s->tenants[aggregator];
    lg_scene_done done = {.number = user->enrolled != enrols};
    if (user->enrolled == enrols)
        return done;
    done.result = enrols ? lg_coord_enrol(s->coord, tenant, user->item.id, &done.why)
                         : lg_coord_leave(s->coord, tenant, user->item.id);
    if (done.result == LG_COORD_DONE)
        lg__scene_tell(s, &(lg_scene_news){.kind = LG_NEWS_ENROLMENT,
                                           .aggregator = aggregator,
                                           .user = user->item.id,
                                           .enrolled = enrols});
    return done;
}

/* One user, or all who may. */
static lg_scene_done enrol(lg_scene *s, const lg_scene_act *act)
{
    const lg_coord_table *users = &s->tenants[act->part]->users;
    bool enrols = act->kind == LG_ACT_ENROL;
    lg_scene_done all = {.number = 0};
    if (act->name) {
        const lg_coord_user *user = lg_coord_table_find(users, act->name);
        return user ? enrol_one(s, act->part, user, enrols)
                    : lg__scene_refuse(LG_COORD_UNKNOWN, "user", "there is no user \"%.128s\"",
                                       act->name);
    }
    for (uint32_t i = 0; i < users->count; i++) {
        const lg_coord_user *user = (const lg_coord_user *)users->items[i];
        if (user->eligible || !enrols)
            all.number += enrol_one(s, act->part, user, enrols).number;
    }
    return all;
}

static lg_scene_done pay(lg_scene *s, const lg_scene_act *act)
{
    if (!act->report || act->report > s->report_count)
        return lg__scene_refuse(LG_COORD_UNKNOWN, "report", "there is no report %u", act->report);
    s->own_rule = true;
    s->reports[act->report - 1]->paid_uct = act->amount_uct;
    return (lg_scene_done){.number = act->report};
}

/* ---- all of them ---- */

static lg_scene_done do_it(lg_scene *s, const lg_scene_act *act)
{
    bool operates = act->kind <= LG_ACT_PAY;
    if (operates && act->part != LG_SCENE_OPERATOR)
        return lg__scene_refuse(LG_COORD_CONFLICT, "", "only the operator may do this");
    if (!operates && act->part >= s->rules.aggregator_count)
        return lg__scene_refuse(LG_COORD_CONFLICT, "", "only an aggregator may do this");
    switch (act->kind) {
    case LG_ACT_PROGRAM:
        return put_program(s, act);
    case LG_ACT_NEIGHBOURHOOD:
        return put_neighbourhood(s, act);
    case LG_ACT_EVENT:
        return lg__scene_publish(s, act);
    case LG_ACT_PAY:
        return pay(s, act);
    case LG_ACT_REPORT:
        return lg__scene_report(s, act);
    case LG_ACT_ANSWER:
        return lg__scene_answer(s, act);
    default:
        return enrol(s, act);
    }
}

lg_scene_done lg_scene_do(lg_scene *s, const lg_scene_act *act)
{
    if (s->status != LG_OK)
        return (lg_scene_done){.result = LG_COORD_MEMORY};
    lg_coord_begin(s->coord, s->now_us);
    return do_it(s, act);
}

static const void *keep(lg_arena *arena, const void *bytes, size_t size, bool *failed)
{
    void *copy = lg_arena_alloc(arena, size);
    *failed |= !copy;
    if (copy && size)
        memcpy(copy, bytes, size);
    return copy;
}

bool lg_scene_act_keep(lg_scene_act *act, lg_arena *arena)
{
    bool failed = false;
    act->resources =
        keep(arena, act->resources, act->resource_count * sizeof *act->resources, &failed);
    act->points = keep(arena, act->points, act->point_count * sizeof *act->points, &failed);
    if (act->name)
        act->name = keep(arena, act->name, strlen(act->name) + 1, &failed);
    const char **homes = lg_arena_alloc(arena, (act->home_count + 1) * sizeof *homes);
    failed |= !homes;
    for (uint32_t i = 0; i < act->home_count && !failed; i++)
        homes[i] = keep(arena, act->homes[i], strlen(act->homes[i]) + 1, &failed);
    act->homes = homes;
    return !failed;
}

void lg_scene_chain(lg_chain *chain, const lg_scene_act *act, const lg_scene_done *done)
{
    const uint64_t row[] = {UINT64_C(12) << 56 | (uint64_t)act->kind << 8 | done->result,
                            (uint64_t)act->part << 32 | done->number,
                            (uint64_t)act->event << 32 | act->report,
                            (uint64_t)act->resource_count << 32 | act->point_count,
                            (uint64_t)act->amount_uct,
                            (uint64_t)act->limits << 1 | act->accept};
    lg_chain_add(chain, row, sizeof row);
    if (act->name)
        lg_chain_add(chain, act->name, strlen(act->name) + 1);
    for (uint32_t i = 0; i < act->resource_count; i++)
        lg_chain_add(chain, &act->resources[i], sizeof act->resources[i]);
    for (uint32_t i = 0; i < act->home_count; i++)
        lg_chain_add(chain, act->homes[i], strlen(act->homes[i]) + 1);
    for (uint32_t i = 0; i < act->point_count; i++) {
        const int64_t point[] = {act->points[i].slot, act->points[i].value};
        lg_chain_add(chain, point, sizeof point);
    }
}
