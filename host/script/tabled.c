/* What a call with one table says: keys, words, numbers and times are checked here, once for all
 * libraries whose functions take one. */
#include "script/tabled.h"

#include <string.h>
#include "base/clock.h"
#include "script/records.h"

enum { DURATION_MAX = 1440 }; /* minutes */

/* Every key of the table at 1 is one of @p keys. */
void lg__tabled_keys(const lg__tabled *c, const char *const *keys, size_t count)
{
    const lg__names list = {keys, NULL, count};
    char hint[128];
    for (lua_pushnil(c->L); lua_next(c->L, 1); lua_pop(c->L, 1)) {
        const char *key = lua_type(c->L, -2) == LUA_TSTRING ? lua_tostring(c->L, -2) : NULL;
        if (!key)
            luaL_error(c->L, "%s: a key is a %s, not a name", c->name, luaL_typename(c->L, -2));
        else if (lg__name_index(&list, key) < 0)
            luaL_error(c->L, "%s: unknown key \"%s\"%s", c->name, key,
                       lg__name_hint(&list, key, hint, sizeof hint));
    }
}

lg__tabled lg__tabled_begin(lua_State *L, const char *name)
{
    lg__tabled c = {.L = L, .agent = lg__agent_of(L), .name = name};
    lg__charge(L, LG_COST_COMMAND);
    c.agent->unknowable = true;
    if (!c.agent->desk)
        luaL_error(L, "%s: the market is known in a run only", name);
    if (lua_gettop(L) == 0)
        lua_newtable(L);
    if (lua_type(L, 1) != LUA_TTABLE)
        luaL_error(L, "%s: call it with a point and a table, %s{...}", name, name);
    lua_settop(L, 1);
    c.rules = lg_desk_intraday(c.agent->desk);
    c.scene = lg_desk_scene(c.agent->desk);
    return c;
}

int lg__tabled_none(const lg__tabled *c, const char *what)
{
    lua_pushnil(c->L);
    lua_pushfstring(c->L, "%s refused: the scenario has no %s", c->name, what);
    lua_pushstring(c->L, "UNSUPPORTED");
    return 3;
}

/* ---- arguments ---- */

/* The value of @p key on top; its type. */
int lg__tabled_get(const lg__tabled *c, const char *key)
{
    lua_pushstring(c->L, key);
    return lua_rawget(c->L, 1);
}

const char *lg__tabled_text(const lg__tabled *c, const char *key)
{
    int type = lg__tabled_get(c, key);
    if (type != LUA_TNIL && type != LUA_TSTRING)
        luaL_error(c->L, "%s: \"%s\" must be a text, not a %s", c->name, key,
                   luaL_typename(c->L, -1));
    return type == LUA_TNIL ? NULL : lua_tostring(c->L, -1); /* stays on the stack */
}

lua_Integer lg__tabled_integer(const lg__tabled *c, const char *key, lua_Integer otherwise)
{
    int whole = 1;
    lua_Integer value = otherwise;
    if (lg__tabled_get(c, key) != LUA_TNIL)
        value = lua_tointegerx(c->L, -1, &whole);
    if (!whole || lua_type(c->L, -1) == LUA_TSTRING)
        luaL_error(c->L, "%s: \"%s\" must be a whole number", c->name, key);
    lua_pop(c->L, 1);
    return value;
}

int64_t lg__tabled_time(const lg__tabled *c, const char *key, int64_t absent)
{
    int64_t ms = absent;
    const char *text = lg__tabled_text(c, key);
    if (text && !lg_clock_parse(text, &ms))
        luaL_error(c->L, "%s: \"%s\" is no time, like \"2024-06-03T14:00\": \"%s\"", c->name, key,
                   text);
    return ms;
}

static bool has(const lg__tabled *c, const char *key)
{
    bool has = lg__tabled_get(c, key) != LUA_TNIL;
    lua_pop(c->L, 1);
    return has;
}

/* The start of the period that is meant; @p absent when none is. */
int64_t lg__tabled_start(const lg__tabled *c, int64_t absent)
{
    const lg_moment *now = &c->agent->moment;
    const lua_Integer last = UINT32_MAX;
    lua_Integer slot = lg__tabled_integer(c, "slot", -1);
    int64_t start_ms = lg__tabled_time(c, "start", absent);
    if (has(c, "slot") && has(c, "start"))
        luaL_error(c->L, "%s: \"slot\" and \"start\" both name the period; one of them will do",
                   c->name);
    if (!has(c, "slot"))
        return start_ms;
    if (slot < 0 || slot > last)
        luaL_error(c->L, "%s: \"slot\" must be 0 to %I", c->name, (LUAI_UACINT)last);
    if (!now->now_ms)
        luaL_error(c->L,
                   "%s: when slots begin is not known at the top level; name the period "
                   "by its \"start\"",
                   c->name);
    return now->slot_start_ms + (slot - (lua_Integer)now->slot) * c->agent->rules->slot_ms;
}

uint32_t lg__tabled_duration(const lg__tabled *c)
{
    lua_Integer minutes =
        lg__tabled_integer(c, "duration", c->agent->rules->slot_ms / LG_MINUTE_MS);
    if (minutes < 1 || minutes > DURATION_MAX)
        luaL_error(c->L, "%s: \"duration\" must be 1 to %d minutes", c->name, DURATION_MAX);
    return (uint32_t)minutes;
}

void lg__tabled_need_start(const lg__tabled *c, int64_t start_ms)
{
    if (start_ms == INT64_MIN)
        luaL_error(c->L, "%s: \"start\" or \"slot\" is missing", c->name);
}

void lg__tabled_set_time(lua_State *L, const char *key, int64_t ms)
{
    char text[32];
    lg_clock_format_slot(ms, text);
    lg__set_text(L, key, text);
}

/* ---- waiting ---- */

int lg__tabled_wait(const lg__tabled *c, lg_status status, uint32_t at, lua_KFunction then)
{
    lg_agent *agent = c->agent;
    lua_State *L = c->L;
    if (status == LG_MEMORY)
        return luaL_error(L, "not enough memory for a request");
    if (status != LG_OK) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s refused: %s", c->name, lg_status_text(status));
        lua_pushstring(L, lg_status_name(status));
        return 3;
    }
    if (!agent->may_wait || L != agent->co || !lua_isyieldable(L)) {
        lua_pushboolean(L, 1);
        return 1;
    }
    if (agent->asks >= LG_ASKS_MAX)
        return luaL_error(L, "%s: a callback may ask at most %d times", c->name, LG_ASKS_MAX);
    agent->asks++;
    agent->flushed = agent->flushed || lg_desk_pending(agent->desk) > 0;
    agent->waiting = true;
    return lua_yieldk(L, 0, (lua_KContext)at, then);
}
