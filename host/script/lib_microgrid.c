/*
 * microgrid: the site whose components stand behind the agent's assets. What looks sees what was
 * measured last; what changes something goes out with the batch, so that a callback that fails has
 * asked for nothing, and true is returned:
 *
 *     local sample = microgrid.latest(4)
 *     if sample then microgrid.set_power(4, sample.values.AC_POWER_ACTIVE + 500, 60) end
 *
 * nil, sentence and code where the agent has no such site: none of its assets is backed by one, or
 * its script runs in a worker process, from where devices cannot be reached. Errors: wrong types,
 * words that do not exist.
 */
#include <math.h>
#include <string.h>

#include "lunagrid/component.h"
#include "microgrid/kind.h"
#include "script/frozen.h"
#include "script/records.h"
#include "script/state.h"

enum { COST_LOOK = 40, RANGES = 16 };

typedef struct view {
    lua_State *L;
    lg_agent *agent;
    const lg_desk_microgrids *site; /* NULL: there is none */
    uint32_t index;
} view;

static view begin(lua_State *L)
{
    view v = {.L = L, .agent = lg__agent_of(L)};
    lg__charge(L, COST_LOOK);
    v.agent->unknowable = true;
    if (v.agent->desk)
        v.site = lg_desk_microgrids_of(v.agent->desk, &v.index);
    return v;
}

static int none(lua_State *L)
{
    lua_pushnil(L);
    lua_pushliteral(L, "no microgrid stands behind the agent's assets, or its script runs in a "
                       "worker process, from where it cannot be reached");
    lua_pushliteral(L, "UNSUPPORTED");
    return 3;
}

static uint64_t id_at(lua_State *L, int index)
{
    lua_Integer id = luaL_checkinteger(L, index);
    if (id <= 0)
        luaL_error(L, "microgrid: ids of components are from 1 on, not %I", (LUAI_UACINT)id);
    return (uint64_t)id;
}

static int l_microgrid_components(lua_State *L)
{
    int category = -1;
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TTABLE);
        if (lua_getfield(L, 1, "category") != LUA_TNIL) {
            category = lg_category_of(luaL_checkstring(L, -1));
            if (category < 0)
                return luaL_error(L, "microgrid.components: there is no category \"%s\"",
                                  lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
    view v = begin(L);
    lg_microgrid_component c = {.size = sizeof c};
    if (!v.site)
        return none(L);
    lua_newtable(L);
    lua_Integer n = 0;
    for (uint32_t i = 0; v.site->component(v.site->ctx, v.index, i, &c); i++) {
        if (category >= 0 && c.category != (uint32_t)category)
            continue;
        lg__charge(L, COST_LOOK);
        lua_createtable(L, 0, 4);
        lg__set_integer(L, "id", c.id);
        lg__set_text(L, "name", c.name);
        lg__set_text(L, "category", lg_category_word((lg_category)c.category));
        lg__set_text(L, "type", lg_component_type_word((lg_category)c.category, c.type));
        lua_rawseti(L, -2, ++n);
    }
    return 1;
}

static int l_microgrid_connections(lua_State *L)
{
    view v = begin(L);
    lg_microgrid_connection link = {.size = sizeof link};
    if (!v.site)
        return none(L);
    lua_newtable(L);
    for (uint32_t i = 0; v.site->connection(v.site->ctx, v.index, i, &link); i++) {
        lg__charge(L, COST_LOOK);
        lua_createtable(L, 0, 2);
        lg__set_integer(L, "from", link.source);
        lg__set_integer(L, "to", link.destination);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static void push_sample(lua_State *L, const lg_microgrid_sample *sample)
{
    lua_createtable(L, 0, 6);
    lg__set_integer(L, "id", sample->id);
    lg__set_integer(L, "number", sample->number);
    lg__set_number(L, "time_ms", (double)sample->time_ms);
    lua_createtable(L, 0, (int)sample->value_count);
    for (uint32_t i = 0; i < sample->value_count; i++)
        lg__set_number(L, lg_metric_name((lg_metric)sample->values[i].metric),
                       sample->values[i].value);
    lua_setfield(L, -2, "values");
    lua_newtable(L);
    for (uint32_t i = 0; i < sample->state_count; i++) {
        lua_pushstring(L, lg_state_name((lg_state)sample->states[i]));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "states");
    lua_newtable(L);
    for (uint32_t i = 0; i < sample->error_count; i++) {
        lua_pushstring(L, sample->errors[i].message);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "errors");
}

static int l_microgrid_latest(lua_State *L)
{
    uint64_t id = id_at(L, 1);
    view v = begin(L);
    lg_microgrid_sample sample;
    if (!v.site)
        return none(L);
    if (v.site->latest(v.site->ctx, v.index, id, &sample)) {
        lg__charge(L, COST_LOOK);
        push_sample(L, &sample);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

static int l_microgrid_bounds(lua_State *L)
{
    uint64_t id = id_at(L, 1);
    const char *name = luaL_optstring(L, 2, "AC_POWER_ACTIVE");
    int metric = lg_metric_of(name);
    lg_microgrid_range ranges[RANGES];
    if (metric < 0)
        return luaL_error(L, "microgrid.bounds: there is no metric \"%s\"", name);
    view v = begin(L);
    if (!v.site)
        return none(L);
    uint32_t count = v.site->bounds(v.site->ctx, v.index, id, (uint32_t)metric, ranges, RANGES);
    lua_newtable(L);
    for (uint32_t i = 0; i < count && i < RANGES; i++) {
        lua_createtable(L, 0, 2);
        lg__set_number(L, "lower", ranges[i].lower);
        lg__set_number(L, "upper", ranges[i].upper);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- what changes something ---- */

static int ask(lua_State *L, const lg_micro_ask *what)
{
    view v = begin(L);
    if (!v.site)
        return none(L);
    if (!v.agent->batch)
        return luaL_error(L, "microgrid: an expression can only read");
    lg_status status = lg_desk_ask_microgrid(v.agent->desk, what);
    if (status == LG_MEMORY)
        return luaL_error(L, "not enough memory for a request");
    if (status == LG_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, lg_status_text(status));
    lua_pushstring(L, lg_status_name(status));
    return 3;
}

static double watts_at(lua_State *L, int index)
{
    double watts = luaL_checknumber(L, index);
    if (!isfinite(watts))
        luaL_error(L, "microgrid: a power is a finite number of watts");
    return watts;
}

/* Seconds within the bounds of the Microgrid API; 0: as it likes. */
static uint64_t seconds_at(lua_State *L, int index, lua_Integer least)
{
    lua_Integer seconds = luaL_optinteger(L, index, 0);
    if (seconds && (seconds < least || seconds > 900))
        luaL_error(L, "microgrid: it lasts %I to 900 seconds, not %I", (LUAI_UACINT)least,
                   (LUAI_UACINT)seconds);
    return (uint64_t)seconds;
}

static int l_microgrid_set_power(lua_State *L)
{
    const lg_micro_ask what = {
        .kind = LG_MICRO_ASK_POWER,
        .id = id_at(L, 1),
        .what = LG_MICROGRID_ACTIVE,
        .power = watts_at(L, 2),
        .lifetime_s = seconds_at(L, 3, 10),
    };
    return ask(L, &what);
}

static int l_microgrid_limit(lua_State *L)
{
    const lg_microgrid_range range = {watts_at(L, 2), watts_at(L, 3)};
    const lg_micro_ask what = {
        .kind = LG_MICRO_ASK_AUGMENT,
        .id = id_at(L, 1),
        .what = LG_METRIC_AC_POWER_ACTIVE,
        .lifetime_s = seconds_at(L, 4, 5),
        .ranges = &range,
        .range_count = 1,
    };
    if (range.lower > range.upper)
        return luaL_error(L, "microgrid.limit: the upper end lies below the lower one");
    return ask(L, &what);
}

static int act(lua_State *L, uint32_t action)
{
    const lg_micro_ask what = {.kind = LG_MICRO_ASK_ACT, .id = id_at(L, 1), .what = action};
    return ask(L, &what);
}

static int l_microgrid_start(lua_State *L)
{
    return act(L, LG_MICROGRID_START);
}

static int l_microgrid_standby(lua_State *L)
{
    return act(L, LG_MICROGRID_STANDBY);
}

static int l_microgrid_stop(lua_State *L)
{
    return act(L, LG_MICROGRID_STOP);
}

static int l_microgrid_acknowledge(lua_State *L)
{
    return act(L, LG_MICROGRID_ACKNOWLEDGE);
}

static int l_microgrid_unknown(lua_State *L)
{
    return lg__no_field(L, "microgrid", &lg__microgrid_functions, 2);
}

static const luaL_Reg functions[] = {
#define LG_MICROGRID(name, args, params, returns, help) {#name, l_microgrid_##name},
#include "script/api.def"
    {NULL, NULL},
};

void lg__lib_microgrid(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_microgrid_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "microgrid");
}
