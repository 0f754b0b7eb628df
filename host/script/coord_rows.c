/* Events, reports and resources as scripts see them. */
#include "script/coord.h"

#include "grid/unit.h"
#include "script/records.h"

static uint32_t slot_of(const lg_scene *scene, int64_t us)
{
    const lg_scene_rules *rules = lg_scene_rules_of(scene);
    return (uint32_t)((us - rules->start_us) / (rules->slot_s * LG_COORD_SECOND_US));
}

/* Slot and start of the row on top. */
static void set_slot(lua_State *L, const lg_scene *scene, uint32_t slot)
{
    lg__charge(L, LG__COORD_COST);
    lg__set_integer(L, "slot", slot);
    lg__tabled_set_time(L, "start", lg_scene_slot_us(scene, slot) / 1000);
}

static void push_points(lua_State *L, const lg_scene *scene, const lg_scene_event *event,
                        const lg_coord_event *signal)
{
    const lg_coord_target *first = &signal->targets[0];
    const lg_coord_point *points = event->limits ? first->points : signal->body.points;
    uint32_t count = event->limits ? first->point_count : signal->body.point_count;
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        set_slot(L, scene, slot_of(scene, points[i].start_us));
        if (event->limits)
            lg__set_number(L, "limit_kW", (double)points[i].value.nano / 1e9);
        else
            lg__set_number(L, "delta", (double)points[i].value.nano / 1e7);
        lg__record_seal(L, LG__RECORD_SIGNAL_POINT);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_target(lua_State *L, const lg_scene *scene, const lg_scene_event *event,
                        const lg_scene_part *part, uint32_t t)
{
    static const char *const words[] = {"silent", "accepted", "declined", "expired"};
    uint32_t count;
    const lg_scene_resource *r = &lg_scene_resources(scene, &count)[part->resources[t]];
    lg__charge(L, LG__COORD_COST);
    lua_createtable(L, 0, 5);
    lg__set_text(L, "id", r->id);
    lg__set_text(L, "home", r->home);
    lg__set_text(L, "aggregator", lg_scene_rules_of(scene)->aggregators[r->aggregator]);
    lg__push_asset(L, r->asset);
    lua_setfield(L, -2, "asset");
    if (event->limits)
        lg__set_text(L, "answer",
                     words[lg_coord_answer_of(lg_scene_store(scene), part->event,
                                              &part->event->targets[t], lg_scene_now(scene))]);
    lg__record_seal(L, LG__RECORD_SIGNAL_TARGET);
}

void lg__coord_push_event(lua_State *L, const lg_agent *agent, const lg_scene_event *event)
{
    const lg_scene *scene = lg_desk_scene(agent->desk);
    uint32_t count, own = lg_desk_plays(agent->desk);
    lua_Integer targets = 0;
    lua_createtable(L, 0, 8);
    lg__set_integer(L, "id", event->number);
    lg__set_text(L, "kind", event->limits ? "limit" : "price");
    lg__set_text(L, "program", lg_scene_programs(scene, &count)[event->program].name);
    lg__tabled_set_time(L, "created", event->created_us / 1000);
    push_points(L, scene, event, event->parts[0].event);
    lua_setfield(L, -2, "points");
    lua_newtable(L);
    for (uint32_t p = 0; p < event->part_count; p++) {
        const lg_scene_part *part = &event->parts[p];
        if (own != LG_SCENE_OPERATOR && part->aggregator != own)
            continue;
        for (uint32_t t = 0; t < part->event->body.target_count; t++) {
            push_target(L, scene, event, part, t);
            lua_rawseti(L, -2, ++targets);
        }
    }
    lua_setfield(L, -2, "resources");
    lg__record_seal(L, LG__RECORD_SIGNAL);
}

static void set_texts(lua_State *L, const char *key, const char *const *texts, uint32_t count)
{
    lg__charge(L, count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushstring(L, texts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, key);
}

void lg__coord_push_eligible(lua_State *L, const lg_coord_event *event)
{
    lua_createtable(L, 0, 4);
    lg__set_text(L, "kind", "eligibility");
    lg__tabled_set_time(L, "created", event->item.created_us / 1000);
    set_texts(L, "added", event->body.added, event->body.added_count);
    set_texts(L, "removed", event->body.removed, event->body.removed_count);
    lg__record_seal(L, LG__RECORD_SIGNAL);
}

void lg__coord_push_report(lua_State *L, const lg_scene *scene, const lg_scene_report *report)
{
    uint32_t count;
    const lg_scene_resource *r = &lg_scene_resources(scene, &count)[report->resource];
    lua_createtable(L, 0, 6);
    lg__set_integer(L, "id", report->number);
    if (report->event)
        lg__set_integer(L, "event", report->event);
    lg__set_text(L, "resource", r->id);
    lg__set_text(L, "home", r->home);
    lg__set_text(L, "aggregator", lg_scene_rules_of(scene)->aggregators[r->aggregator]);
    lua_createtable(L, (int)report->count, 0);
    for (uint32_t i = 0; i < report->count; i++) {
        const lg_scene_energy *e = &report->points[i];
        lua_createtable(L, 0, 4);
        set_slot(L, scene, e->slot);
        lg__set_number(L, "energy_kWh", lg_kwh_from_uwh(e->reported_uwh));
        if (e->measured)
            lg__set_number(L, "measured_kWh", lg_kwh_from_uwh(e->measured_uwh));
        lg__record_seal(L, LG__RECORD_USED_POINT);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "points");
    lg__record_seal(L, LG__RECORD_COORD_REPORT);
}

void lg__coord_push_resource(lua_State *L, const lg_scene *scene, uint32_t resource)
{
    uint32_t count;
    const lg_scene_resource *r = &lg_scene_resources(scene, &count)[resource];
    const lg_coord_user *user = lg_scene_user_of(scene, resource);
    lg__charge(L, LG__COORD_COST);
    lua_createtable(L, 0, 7);
    lg__set_text(L, "id", r->id);
    lg__set_text(L, "home", r->home);
    lg__set_text(L, "type", lg_coord_resource_types[r->type]);
    lg__set_text(L, "aggregator", lg_scene_rules_of(scene)->aggregators[r->aggregator]);
    lg__push_asset(L, r->asset);
    lua_setfield(L, -2, "asset");
    lua_pushboolean(L, user->eligible);
    lua_setfield(L, -2, "eligible");
    lua_pushboolean(L, user->enrolled);
    lua_setfield(L, -2, "enrolled");
    lg__record_seal(L, LG__RECORD_COORD_RESOURCE);
}

void lg__coord_push_hour(lua_State *L, const lg_scene *scene, uint32_t resource, uint32_t slot)
{
    lg_scene_ruling ruling;
    lg__charge(L, lg_scene_event_count(scene));
    lg_scene_rule(scene, resource, slot, &ruling);
    lua_createtable(L, 0, 4);
    set_slot(L, scene, slot);
    lg__set_number(L, "delta", (double)ruling.delta_uct / 1e6);
    if (ruling.limit)
        lg__set_number(L, "limit_kW", (double)ruling.limit_mw / 1e6);
    lg__record_seal(L, LG__RECORD_SIGNAL_POINT);
}
