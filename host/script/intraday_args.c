/* What a call of the library `trading` says: one table, whose keys and words are checked. */
#include "script/intraday.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

/* Every key of the table at 1 is one of @p keys. */
void lg__intraday_keys(const lg__intraday *c, const char *const *keys, size_t count)
{
    const lg__names list = {keys, NULL, count};
    char hint[128];
    for (lua_pushnil(c->L); lua_next(c->L, 1); lua_pop(c->L, 1)) {
        const char *key = lua_type(c->L, -2) == LUA_TSTRING ? lua_tostring(c->L, -2) : NULL;
        if (!key)
            luaL_error(c->L, "trading.%s: a key is a %s, not a name", c->name,
                       luaL_typename(c->L, -2));
        else if (lg__name_index(&list, key) < 0)
            luaL_error(c->L, "trading.%s: unknown key \"%s\"%s", c->name, key,
                       lg__name_hint(&list, key, hint, sizeof hint));
    }
}

lg__intraday lg__intraday_begin(lua_State *L, const char *name)
{
    lg__intraday c = {.L = L, .agent = lg__agent_of(L), .name = name};
    lg__charge(L, LG_COST_COMMAND);
    c.agent->unknowable = true;
    if (!c.agent->desk)
        luaL_error(L, "trading.%s: the market is known in a run only", name);
    if (lua_gettop(L) == 0)
        lua_newtable(L);
    if (lua_type(L, 1) != LUA_TTABLE)
        luaL_error(L, "trading.%s: call it with a point and a table, trading.%s{...}", name, name);
    lua_settop(L, 1);
    c.rules = lg_desk_intraday(c.agent->desk);
    return c;
}

int lg__intraday_no_market(lua_State *L, const char *name)
{
    lua_pushnil(L);
    lua_pushfstring(L, "trading.%s refused: the scenario has no intraday market", name);
    lua_pushstring(L, "UNSUPPORTED");
    return 3;
}

/* ---- arguments ---- */

/* The value of @p key on top; its type. */
int lg__intraday_get(const lg__intraday *c, const char *key)
{
    lua_pushstring(c->L, key);
    return lua_rawget(c->L, 1);
}

const char *lg__intraday_text(const lg__intraday *c, const char *key)
{
    int type = lg__intraday_get(c, key);
    if (type != LUA_TNIL && type != LUA_TSTRING)
        luaL_error(c->L, "trading.%s: \"%s\" must be a text, not a %s", c->name, key,
                   luaL_typename(c->L, -1));
    return type == LUA_TNIL ? NULL : lua_tostring(c->L, -1); /* stays on the stack */
}

lua_Integer lg__intraday_integer(const lg__intraday *c, const char *key, lua_Integer otherwise)
{
    int whole = 1;
    lua_Integer value = otherwise;
    if (lg__intraday_get(c, key) != LUA_TNIL)
        value = lua_tointegerx(c->L, -1, &whole);
    if (!whole || lua_type(c->L, -1) == LUA_TSTRING)
        luaL_error(c->L, "trading.%s: \"%s\" must be a whole number", c->name, key);
    lua_pop(c->L, 1);
    return value;
}

/* Thousandths of a number; @p wrong when it has more digits than that, which the market refuses. */
int64_t lg__intraday_thousandths(const lg__intraday *c, const char *key, int64_t absent,
                                 int64_t wrong)
{
    int64_t value = absent;
    if (lg__intraday_get(c, key) != LUA_TNIL) {
        if (lua_type(c->L, -1) != LUA_TNUMBER)
            luaL_error(c->L, "trading.%s: \"%s\" must be a number, not a %s", c->name, key,
                       luaL_typename(c->L, -1));
        double scaled = lua_tonumber(c->L, -1) * 1000, whole = nearbyint(scaled);
        bool fits = fabs(scaled - whole) < 1e-6 && fabs(whole) < 1e15;
        value = fits ? (int64_t)whole : wrong;
    }
    lua_pop(c->L, 1);
    return value;
}

/* The number of a word of a list; 0 when the key is absent. */
uint32_t lg__intraday_word(const lg__intraday *c, const char *key, const char *(*word_of)(uint32_t))
{
    const char *word = lg__intraday_text(c, key);
    uint32_t number = word ? lg_trading_number(word_of, word) : 0;
    if (number == UINT32_MAX) {
        luaL_Buffer words;
        luaL_buffinit(c->L, &words);
        for (uint32_t i = 1; i < 16 && strcmp(word_of(i), "?") + (i == 1); i++)
            if (strcmp(word_of(i), "?") != 0) {
                luaL_addstring(&words, luaL_bufflen(&words) ? ", \"" : "\"");
                luaL_addstring(&words, word_of(i));
                luaL_addchar(&words, '"');
            }
        luaL_pushresult(&words);
        luaL_error(c->L, "trading.%s: \"%s\" is \"%s\"; it is one of %s", c->name, key, word,
                   lua_tostring(c->L, -1));
    }
    return number;
}

uint32_t lg__intraday_area(const lg__intraday *c, bool needed)
{
    const char *code = lg__intraday_text(c, "area");
    if (!code && (c->rules->area_count == 1 || !needed))
        return needed ? 0 : UINT32_MAX;
    uint32_t area = code ? lg_trading_area_in(c->rules, code) : UINT32_MAX;
    if (area == UINT32_MAX)
        luaL_error(c->L,
                   code ? "trading.%s: there is no delivery area \"%s\""
                        : "trading.%s: \"area\" is missing: there are several",
                   c->name, code);
    return area;
}

/* One of its own. */
uint32_t lg__intraday_gridpool(const lg__intraday *c)
{
    uint32_t count;
    const uint32_t *own = lg_desk_gridpools(c->agent->desk, &count);
    lua_Integer id = lg__intraday_integer(c, "gridpool", 0);
    if (!count)
        luaL_error(c->L,
                   "trading.%s: this agent trades for no gridpool; the scenario says so "
                   "under intraday.gridpools",
                   c->name);
    if (!id && count > 1)
        luaL_error(c->L, "trading.%s: \"gridpool\" is missing: this agent has %d", c->name,
                   (int)count);
    for (uint32_t i = 0; i < count; i++)
        if (!id || c->rules->gridpools[own[i]].id == (uint64_t)id)
            return own[i];
    return (uint32_t)luaL_error(c->L, "trading.%s: this agent has no gridpool %I", c->name,
                                (LUAI_UACINT)id);
}

int64_t lg__intraday_time(const lg__intraday *c, const char *key, int64_t absent)
{
    int64_t ms = absent;
    const char *text = lg__intraday_text(c, key);
    if (text && !lg_clock_parse(text, &ms))
        luaL_error(c->L, "trading.%s: \"%s\" is no time, like \"2024-06-03T14:00\": \"%s\"",
                   c->name, key, text);
    return ms;
}

static bool has(const lg__intraday *c, const char *key)
{
    bool has = lg__intraday_get(c, key) != LUA_TNIL;
    lua_pop(c->L, 1);
    return has;
}

/* The start of the period that is meant; @p absent when none is. */
int64_t lg__intraday_start(const lg__intraday *c, int64_t absent)
{
    const lg_moment *now = &c->agent->moment;
    const lua_Integer last = UINT32_MAX;
    lua_Integer slot = lg__intraday_integer(c, "slot", -1);
    int64_t start_ms = lg__intraday_time(c, "start", absent);
    if (has(c, "slot") && has(c, "start"))
        luaL_error(c->L,
                   "trading.%s: \"slot\" and \"start\" both name the period; one of them will do",
                   c->name);
    if (!has(c, "slot"))
        return start_ms;
    if (slot < 0 || slot > last)
        luaL_error(c->L, "trading.%s: \"slot\" must be 0 to %I", c->name, (LUAI_UACINT)last);
    if (!now->now_ms)
        luaL_error(c->L,
                   "trading.%s: when slots begin is not known at the top level; name the period "
                   "by its \"start\"",
                   c->name);
    return now->slot_start_ms + (slot - (lua_Integer)now->slot) * c->agent->rules->slot_ms;
}

uint32_t lg__intraday_duration(const lg__intraday *c)
{
    return (uint32_t)lg__intraday_integer(c, "duration", c->agent->rules->slot_ms / LG_MINUTE_MS);
}

void lg__intraday_need_start(const lg__intraday *c, int64_t start_ms)
{
    if (start_ms == INT64_MIN)
        luaL_error(c->L, "trading.%s: \"start\" or \"slot\" is missing", c->name);
}
