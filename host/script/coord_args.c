/* What a call of the library `coord` says. */
#include "script/coord.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"
#include "grid/unit.h"

bool lg__coord_operates(const lg_agent *agent)
{
    return lg_desk_plays(agent->desk) == LG_SCENE_OPERATOR;
}

/* ---- resources ---- */

/* The resource that the value on top means; it is taken off. */
static uint32_t take_resource(const lg__tabled *c)
{
    lua_State *L = c->L;
    uint32_t found = LG_SCENE_NOBODY;
    if (lua_type(L, -1) == LUA_TTABLE) {
        lua_pushstring(L, "id");
        lua_rawget(L, -2);
        lua_remove(L, -2);
    }
    const lg__handle *handle = lua_type(L, -1) == LUA_TUSERDATA ? lg__to_handle(L, -1) : NULL;
    if (handle && handle->kind == LG_HANDLE_ASSET)
        found = lg_scene_resource_of(c->scene, handle->index);
    else if (lua_type(L, -1) == LUA_TSTRING)
        found = lg_scene_resource_named(c->scene, lua_tostring(L, -1));
    else
        luaL_error(L, "%s: a resource is an asset or the name of one, not a %s", c->name,
                   luaL_typename(L, -1));
    if (found == LG_SCENE_NOBODY && handle)
        luaL_error(L, "%s: that asset is no resource: no aggregator commands it", c->name);
    if (found == LG_SCENE_NOBODY)
        luaL_error(L,
                   "%s: there is no resource \"%s\": it has the name of an asset that an "
                   "aggregator commands",
                   c->name, lua_tostring(L, -1));
    lua_pop(L, 1);
    return found;
}

static uint32_t take_list(const lg__tabled *c, const uint32_t **list)
{
    lua_State *L = c->L;
    lua_Unsigned count = lua_rawlen(L, -1);
    int at = lua_gettop(L);
    if (!count)
        luaL_error(L,
                   "%s: \"resources\" is an empty list; without it all are meant that it may "
                   "concern",
                   c->name);
    if (count > LG_COORD_TARGETS_MAX)
        luaL_error(L, "%s: at most %d resources", c->name, LG_COORD_TARGETS_MAX);
    lg__charge(L, count);
    uint32_t *out = lua_newuserdatauv(L, count * sizeof *out, 0);
    for (lua_Unsigned i = 0; i < count; i++) {
        lua_rawgeti(L, at, (lua_Integer)i + 1);
        out[i] = take_resource(c);
    }
    *list = out;
    return (uint32_t)count;
}

uint32_t lg__coord_resources(const lg__tabled *c, const uint32_t **list)
{
    int one = lg__tabled_get(c, "resource");
    *list = NULL;
    if (one != LUA_TNIL) {
        uint32_t resource = take_resource(c);
        uint32_t *out = lua_newuserdatauv(c->L, sizeof *out, 0);
        *out = resource;
        *list = out;
        return 1;
    }
    lua_pop(c->L, 1);
    int type = lg__tabled_get(c, "resources");
    if (type == LUA_TNIL) {
        lua_pop(c->L, 1);
        return 0;
    }
    if (type != LUA_TTABLE)
        luaL_error(c->L, "%s: \"resources\" must be a list, not a %s", c->name,
                   luaL_typename(c->L, -1));
    return take_list(c, list);
}

uint32_t lg__coord_resource(const lg__tabled *c)
{
    if (lg__tabled_get(c, "resource") == LUA_TNIL)
        luaL_error(c->L, "%s: \"resource\" is missing", c->name);
    return take_resource(c);
}

uint32_t lg__coord_number(const lg__tabled *c, const char *key)
{
    int whole = 1;
    lua_Integer number = 0;
    if (lg__tabled_get(c, key) == LUA_TTABLE) {
        lua_pushstring(c->L, "id");
        lua_rawget(c->L, -2);
        lua_remove(c->L, -2);
    }
    if (lua_type(c->L, -1) != LUA_TNIL)
        number = lua_tointegerx(c->L, -1, &whole);
    if (!whole || number < 0 || number > UINT32_MAX)
        luaL_error(c->L, "%s: \"%s\" must be one, or its id", c->name, key);
    lua_pop(c->L, 1);
    return (uint32_t)number;
}

/* ---- points ---- */

uint32_t lg__coord_slot(const lg__tabled *c, const char *key, uint32_t otherwise)
{
    lua_Integer slot = lg__tabled_integer(c, key, otherwise);
    if (slot < 0 || slot > INT32_MAX)
        luaL_error(c->L, "%s: \"%s\" must be the number of a slot", c->name, key);
    return (uint32_t)slot;
}

/* A number of the table on top; @p otherwise when it is absent. */
static double number_in(const lg__tabled *c, const char *key, double otherwise)
{
    lua_pushstring(c->L, key);
    int type = lua_rawget(c->L, -2);
    if (type != LUA_TNIL && type != LUA_TNUMBER)
        luaL_error(c->L, "%s: \"%s\" of a point must be a number, not a %s", c->name, key,
                   luaL_typename(c->L, -1));
    double value = type == LUA_TNIL ? otherwise : lua_tonumber(c->L, -1);
    lua_pop(c->L, 1);
    return value;
}

static void check_point(const lg__tabled *c, const char *field)
{
    const char *const keys[] = {"slot", "start", "slots", field};
    const lg__names list = {keys, NULL, 4};
    char hint[128];
    if (lua_type(c->L, -1) != LUA_TTABLE)
        luaL_error(c->L, "%s: a point is a table, {slot = 40, %s = 1}", c->name, field);
    for (lua_pushnil(c->L); lua_next(c->L, -2); lua_pop(c->L, 1)) {
        const char *key = lua_type(c->L, -2) == LUA_TSTRING ? lua_tostring(c->L, -2) : "?";
        if (lg__name_index(&list, key) < 0)
            luaL_error(c->L, "%s: a point has no field \"%s\"%s", c->name, key,
                       lg__name_hint(&list, key, hint, sizeof hint));
    }
}

/* The slot of the point on top. */
static uint32_t slot_in(const lg__tabled *c)
{
    const lg_scene_rules *rules = lg_scene_rules_of(c->scene);
    int64_t slot_ms = rules->slot_s * INT64_C(1000), ms;
    lua_pushstring(c->L, "start");
    const char *text = lua_rawget(c->L, -2) == LUA_TSTRING ? lua_tostring(c->L, -1) : NULL;
    if (text && !lg_clock_parse(text, &ms))
        luaL_error(c->L, "%s: \"start\" is no time, like \"2024-06-03T14:00\": \"%s\"", c->name,
                   text);
    lua_pop(c->L, 1);
    double slot =
        text ? (double)(ms - rules->start_us / 1000) / (double)slot_ms : number_in(c, "slot", NAN);
    if (isnan(slot))
        luaL_error(c->L, "%s: a point has no \"slot\" and no \"start\"", c->name);
    if (slot < 0 || slot > INT32_MAX || floor(slot) != slot)
        luaL_error(c->L, "%s: a point begins with a slot of the run", c->name);
    return (uint32_t)slot;
}

static uint32_t add_points(const lg__tabled *c, const char *field, double scale,
                           lg_scene_point *out, uint32_t count)
{
    check_point(c, field);
    double value = number_in(c, field, NAN), slots = number_in(c, "slots", 1);
    uint32_t slot = slot_in(c);
    int64_t whole;
    if (isnan(value))
        luaL_error(c->L, "%s: a point has no \"%s\"", c->name, field);
    if (!lg_unit_scale(value, scale, INT64_C(1000000000000000), &whole))
        luaL_error(c->L, "%s: \"%s\" is out of range", c->name, field);
    if (slots < 1 || slots > LG_COORD_POINTS_MAX - count || floor(slots) != slots)
        luaL_error(c->L, "%s: in all there are 1 to %d slots in \"points\"", c->name,
                   LG_COORD_POINTS_MAX);
    for (uint32_t i = 0; i < (uint32_t)slots; i++)
        out[count + i] = (lg_scene_point){.slot = slot + i, .value = whole};
    return count + (uint32_t)slots;
}

uint32_t lg__coord_points(const lg__tabled *c, const char *field, double scale,
                          const lg_scene_point **list)
{
    lua_State *L = c->L;
    uint32_t count = 0;
    int type = lg__tabled_get(c, "points");
    *list = NULL;
    if (type == LUA_TNIL) {
        lua_pop(L, 1);
        return 0;
    }
    if (type != LUA_TTABLE || lua_rawlen(L, -1) == 0)
        luaL_error(L, "%s: \"points\" must be a list of {slot = 40, %s = 1}", c->name, field);
    int at = lua_gettop(L);
    lg_scene_point *out = lua_newuserdatauv(L, LG_COORD_POINTS_MAX * sizeof *out, 0);
    for (lua_Unsigned i = 1; i <= lua_rawlen(L, at); i++) {
        lua_rawgeti(L, at, (lua_Integer)i);
        count = add_points(c, field, scale, out, count);
        lua_pop(L, 1);
    }
    lg__charge(L, count);
    *list = out;
    return count;
}
