/*
 * coord: signals of a grid operator, and answers of aggregators for their assets. Every function
 * takes one table
 *
 *     coord.program{name = "Sunday", kind = "price"}
 *     local event, why, code = coord.event{program = "Sunday", points = {{slot = 44, slots = 12,
 *                                                                         delta = -10}}}
 *
 * Prices are ct/kWh (hundredths of the currency), power is kW, energy kWh. Points name the slot
 * they begin with, or its start. What changes something suspends the callback, as
 * grid.batch:execute() does, and returns what came of it; nil, sentence and code when it is
 * refused. Where nothing can wait (on_event and the other callbacks of the coordination, the top
 * level) it goes out with the batch and true is returned. Errors: wrong types, unknown keys,
 * resources that do not exist.
 */
#include "script/coord.h"

#include <string.h>
#include "script/frozen.h"
#include "script/records.h"

enum { COST_ACT = 50, HOURS_MAX = 2000, EVENTS_MAX = 1000 };

/* ---- what changes something ---- */

static const char *code_of(lg_coord_result result)
{
    return result == LG_COORD_UNKNOWN    ? "UNKNOWN"
           : result == LG_COORD_CONFLICT ? "CONFLICT"
           : result == LG_COORD_MEMORY   ? "MEMORY"
                                         : "INVALID";
}

/* What came of the act that stood at @p context of the batch. */
static int acted(lua_State *L, int status, lua_KContext context)
{
    lg_agent *agent = lg__agent_of(L);
    const lg_scene *scene = lg_desk_scene(agent->desk);
    uint32_t count;
    (void)status;
    agent->waiting = false;
    const lg_scene_done *dones = lg_desk_acted(agent->desk, &count);
    if ((uint32_t)context >= count)
        return luaL_error(L, "the act in the coordination was lost");
    const lg_scene_done *done = &dones[context];
    if (done->result != LG_COORD_DONE) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s%s%s", done->why.path, *done->why.path ? ": " : "", done->why.text);
        lua_pushstring(L, code_of(done->result));
        return 3;
    }
    int kind = (int)lua_tointeger(L, -1); /* left there by act() */
    if (kind == LG_ACT_EVENT)
        lg__coord_push_event(L, agent, lg_scene_event_of(scene, done->number));
    else if (kind == LG_ACT_REPORT)
        lg__coord_push_report(L, scene, lg_scene_report_of(scene, done->number));
    else if (kind == LG_ACT_PROGRAM || kind == LG_ACT_NEIGHBOURHOOD)
        lua_pushboolean(L, 1);
    else
        lua_pushinteger(L, done->number);
    return 1;
}

static int act(const lg__tabled *c, const lg_scene_act *what)
{
    lg_agent *agent = c->agent;
    if (!agent->batch)
        return luaL_error(c->L, "%s: an expression can only read", c->name);
    lg__charge(c->L, COST_ACT);
    uint32_t at = lg_desk_mark_of(agent->desk).acts;
    lg_status status = lg_desk_act(agent->desk, what);
    if (status == LG_FOREIGN)
        return luaL_error(c->L,
                          "%s: this agent plays no part; the scenario says who does under "
                          "coordination",
                          c->name);
    lua_pushinteger(c->L, what->kind); /* for acted() */
    return lg__tabled_wait(c, status, at, acted);
}

static const char *needed_text(const lg__tabled *c, const char *key)
{
    const char *text = lg__tabled_text(c, key);
    if (!text || !*text || strlen(text) > 128)
        luaL_error(c->L, "%s: \"%s\" must be a name of 1 to 128 bytes", c->name, key);
    return text;
}

static void need_part(const lg__tabled *c, bool operates)
{
    if (lg__coord_operates(c->agent) != operates)
        luaL_error(c->L, "%s: only %s may do this", c->name,
                   operates ? "the operator" : "an aggregator");
}

static int l_coord_program(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.program");
    LG__TABLED_KEYS(&c, "name", "kind");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, true);
    const lg_scene_act what = {.kind = LG_ACT_PROGRAM, .name = needed_text(&c, "name")};
    const char *kind = lg__tabled_text(&c, "kind");
    if (!kind || (strcmp(kind, "price") != 0 && strcmp(kind, "limit") != 0))
        return luaL_error(L, "coord.program: \"kind\" must be \"price\" or \"limit\"");
    lg_scene_act of_kind = what;
    of_kind.limits = strcmp(kind, "limit") == 0;
    return act(&c, &of_kind);
}

static int l_coord_neighbourhood(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.neighbourhood");
    LG__TABLED_KEYS(&c, "name", "homes");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, true);
    lg_scene_act what = {.kind = LG_ACT_NEIGHBOURHOOD, .name = needed_text(&c, "name")};
    if (lg__tabled_get(&c, "homes") != LUA_TTABLE)
        return luaL_error(L, "coord.neighbourhood: \"homes\" must be a list of names");
    int at = lua_gettop(L);
    uint32_t count = (uint32_t)lua_rawlen(L, at);
    lg__charge(L, count);
    luaL_checkstack(L, 8, NULL);
    const char **homes = lua_newuserdatauv(L, (count + 1) * sizeof *homes, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, at, (lua_Integer)i + 1) != LUA_TSTRING)
            return luaL_error(L, "coord.neighbourhood: \"homes\" must be a list of names");
        homes[i] = lua_tostring(L, -1); /* stays in the list */
        lua_pop(L, 1);
    }
    what.homes = homes;
    what.home_count = count;
    return act(&c, &what);
}

static bool has_limits(const lg__tabled *c, const char *program)
{
    uint32_t count;
    const lg_scene_program *programs = lg_scene_programs(c->scene, &count);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(programs[i].name, program) == 0)
            return programs[i].limits;
    luaL_error(c->L,
               "%s: there is no program \"%s\"; coord.program makes one, from the next tick "
               "on where it could not wait",
               c->name, program);
    return false;
}

static int l_coord_event(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.event");
    LG__TABLED_KEYS(&c, "program", "points", "resources", "resource");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, true);
    lg_scene_act what = {.kind = LG_ACT_EVENT, .name = needed_text(&c, "program")};
    bool limits = has_limits(&c, what.name);
    what.resource_count = lg__coord_resources(&c, &what.resources);
    what.point_count = lg__coord_points(&c, limits ? "limit_kW" : "delta", 1e6, &what.points);
    if (!what.point_count)
        return luaL_error(L, "coord.event: \"points\" is missing");
    return act(&c, &what);
}

static int l_coord_report(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.report");
    LG__TABLED_KEYS(&c, "event", "points", "resources", "resource");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, false);
    lg_scene_act what = {.kind = LG_ACT_REPORT, .event = lg__coord_number(&c, "event")};
    what.resource_count = lg__coord_resources(&c, &what.resources);
    what.point_count = lg__coord_points(&c, "energy_kWh", 1e9, &what.points);
    return act(&c, &what);
}

static int l_coord_acknowledge(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.acknowledge");
    LG__TABLED_KEYS(&c, "event", "accept", "resources", "resource");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, false);
    lg_scene_act what = {.kind = LG_ACT_ANSWER, .event = lg__coord_number(&c, "event")};
    int type = lg__tabled_get(&c, "accept");
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        return luaL_error(L, "coord.acknowledge: \"accept\" must be true or false");
    what.accept = type == LUA_TNIL || lua_toboolean(L, -1);
    what.resource_count = lg__coord_resources(&c, &what.resources);
    return act(&c, &what);
}

static int enrol(lua_State *L, const char *name, lg_scene_act_kind kind)
{
    lg__tabled c = lg__tabled_begin(L, name);
    LG__TABLED_KEYS(&c, "home");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    need_part(&c, false);
    const lg_scene_act what = {.kind = kind, .name = lg__tabled_text(&c, "home")};
    return act(&c, &what);
}

static int l_coord_enrol(lua_State *L)
{
    return enrol(L, "coord.enrol", LG_ACT_ENROL);
}

static int l_coord_leave(lua_State *L)
{
    return enrol(L, "coord.leave", LG_ACT_LEAVE);
}

/* ---- what looks ---- */

/* Whether the agent may see a resource: the operator all, an aggregator its own. */
static bool sees(const lg__tabled *c, uint32_t resource)
{
    uint32_t count;
    return lg__coord_operates(c->agent) ||
           lg_scene_resources(c->scene, &count)[resource].aggregator ==
               lg_desk_plays(c->agent->desk);
}

static uint32_t seen_resource(const lg__tabled *c)
{
    uint32_t resource = lg__coord_resource(c);
    if (!sees(c, resource))
        luaL_error(c->L, "%s: that resource is another aggregator's", c->name);
    return resource;
}

static int l_coord_resources(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.resources");
    LG__TABLED_KEYS(&c, "");
    uint32_t count;
    lua_Integer found = 0;
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    lg_scene_resources(c.scene, &count);
    lua_newtable(L);
    for (uint32_t i = 0; i < count; i++)
        if (sees(&c, i)) {
            lg__coord_push_resource(L, c.scene, i);
            lua_rawseti(L, -2, ++found);
        }
    return 1;
}

static int l_coord_events(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.events");
    LG__TABLED_KEYS(&c, "kind", "limit");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    lua_Integer limit = lg__tabled_integer(&c, "limit", 100), found = 0;
    const char *kind = lg__tabled_text(&c, "kind");
    uint32_t part = lg_desk_plays(c.agent->desk);
    if (limit < 1 || limit > EVENTS_MAX)
        return luaL_error(L, "coord.events: \"limit\" must be 1 to %d", EVENTS_MAX);
    if (kind && strcmp(kind, "price") != 0 && strcmp(kind, "limit") != 0)
        return luaL_error(L, "coord.events: \"kind\" must be \"price\" or \"limit\"");
    lua_newtable(L);
    for (uint32_t i = lg_scene_event_count(c.scene); i > 0 && found < limit; i--) {
        const lg_scene_event *event = lg_scene_event_of(c.scene, i);
        bool fits = !kind || event->limits == (strcmp(kind, "limit") == 0);
        if (!fits || (part != LG_SCENE_OPERATOR && !lg_scene_part_of(event, part)))
            continue;
        lg__coord_push_event(L, c.agent, event);
        lua_rawseti(L, -2, ++found);
    }
    return 1;
}

/* The slots from `from` to `until`, which is not among them. */
static uint32_t span(const lg__tabled *c, uint32_t from, uint32_t until, uint32_t *count)
{
    from = lg__coord_slot(c, "from", from);
    until = lg__coord_slot(c, "until", until);
    *count = until > from ? until - from : 0;
    if (*count > HOURS_MAX)
        luaL_error(c->L, "%s: at most %d slots", c->name, HOURS_MAX);
    return from;
}

static int l_coord_hours(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.hours");
    LG__TABLED_KEYS(&c, "resource", "from", "until");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    uint32_t resource = seen_resource(&c), count, now = c.agent->moment.slot;
    uint32_t day = 86400 / lg_scene_rules_of(c.scene)->slot_s;
    uint32_t from = lg__coord_slot(&c, "from", now);
    from = span(&c, from, from + day, &count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lg__coord_push_hour(L, c.scene, resource, from + i);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int l_coord_usage(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.usage");
    LG__TABLED_KEYS(&c, "resource", "from", "until");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    uint32_t resource = seen_resource(&c), count, measured = lg_scene_measured(c.scene);
    uint32_t from = span(&c, 0, measured, &count);
    lg__charge(L, count);
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count && from + i < measured; i++) {
        lua_pushnumber(L, (double)lg_scene_energy_of(c.scene, resource, from + i) / 1e9);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int64_t paid_to(const lg_scene *scene, const lg_coord_user *user)
{
    int64_t sum = 0;
    for (uint32_t i = 1; i <= lg_scene_report_count(scene); i++) {
        const lg_scene_report *r = lg_scene_report_of(scene, i);
        sum += lg_scene_user_of(scene, r->resource) == user ? r->paid_uct : 0;
    }
    return sum;
}

/* What a home has earned: by the operator's own rule in all, by the curves in this month. */
static int64_t earned_by(const lg__tabled *c, const lg_coord_tenant *tenant,
                         const lg_coord_user *user)
{
    lg_coord_earnings earned = {.count = 0};
    int64_t sum = 0;
    lg_arena arena;
    if (lg_scene_own_rule(c->scene))
        return paid_to(c->scene, user);
    lg_arena_init(&arena, c->agent->mem, 4096);
    lg_coord_result result = lg_coord_earned(lg_scene_store(c->scene), tenant, user,
                                             lg_scene_now(c->scene), &arena, &earned);
    for (uint32_t i = 0; result == LG_COORD_DONE && i < earned.count; i++)
        sum += earned.list[i].active_uct;
    lg_arena_drop(&arena);
    if (result != LG_COORD_DONE)
        luaL_error(c->L, "%s: not enough memory", c->name);
    return sum;
}

static int l_coord_compensation(lua_State *L)
{
    lg__tabled c = lg__tabled_begin(L, "coord.compensation");
    LG__TABLED_KEYS(&c, "home");
    if (!c.scene)
        return lg__tabled_none(&c, "coordination");
    const lg_scene_rules *rules = lg_scene_rules_of(c.scene);
    const char *home = lg__tabled_text(&c, "home");
    uint32_t part = lg_desk_plays(c.agent->desk);
    lua_Integer found = 0;
    lua_newtable(L);
    for (uint32_t a = 0; a < rules->aggregator_count; a++) {
        const lg_coord_tenant *tenant =
            lg_coord_tenant_of(lg_scene_store(c.scene), rules->aggregators[a]);
        for (uint32_t u = 0; u < tenant->users.count && (part == LG_SCENE_OPERATOR || part == a);
             u++) {
            const lg_coord_user *user = (const lg_coord_user *)tenant->users.items[u];
            if (home && strcmp(home, user->item.id) != 0)
                continue;
            lg__charge(L, LG__COORD_COST + lg_scene_report_count(c.scene));
            lua_createtable(L, 0, 4);
            lg__set_text(L, "home", user->item.id);
            lg__set_text(L, "aggregator", tenant->item.id);
            lg__set_text(L, "currency", lg_coord_currencies[rules->currency]);
            lg__set_number(L, "amount", (double)earned_by(&c, tenant, user) / 1e8);
            lg__record_seal(L, LG__RECORD_EARNING);
            lua_rawseti(L, -2, ++found);
        }
    }
    return 1;
}

static int l_coord_unknown(lua_State *L)
{
    return lg__no_field(L, "coord", &lg__coord_functions, 2);
}

static const luaL_Reg functions[] = {
#define LG_COORD(name, params, returns, help) {#name, l_coord_##name},
#include "script/api.def"
    {NULL, NULL},
};

void lg__lib_coord(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_coord_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "coord");
}
