/* What a call of the library `trading` says: one table, whose keys and words are checked. */
#include "script/intraday.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

/* Thousandths of a number; @p wrong when it has more digits than that, which the market refuses. */
int64_t lg__intraday_thousandths(const lg__tabled *c, const char *key, int64_t absent,
                                 int64_t wrong)
{
    int64_t value = absent;
    if (lg__tabled_get(c, key) != LUA_TNIL) {
        if (lua_type(c->L, -1) != LUA_TNUMBER)
            luaL_error(c->L, "%s: \"%s\" must be a number, not a %s", c->name, key,
                       luaL_typename(c->L, -1));
        double scaled = lua_tonumber(c->L, -1) * 1000, whole = nearbyint(scaled);
        bool fits = fabs(scaled - whole) < 1e-6 && fabs(whole) < 1e15;
        value = fits ? (int64_t)whole : wrong;
    }
    lua_pop(c->L, 1);
    return value;
}

/* The number of a word of a list; 0 when the key is absent. */
uint32_t lg__intraday_word(const lg__tabled *c, const char *key, const char *(*word_of)(uint32_t))
{
    const char *word = lg__tabled_text(c, key);
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
        luaL_error(c->L, "%s: \"%s\" is \"%s\"; it is one of %s", c->name, key, word,
                   lua_tostring(c->L, -1));
    }
    return number;
}

uint32_t lg__intraday_area(const lg__tabled *c, bool needed)
{
    const char *code = lg__tabled_text(c, "area");
    if (!code && (c->rules->area_count == 1 || !needed))
        return needed ? 0 : UINT32_MAX;
    uint32_t area = code ? lg_trading_area_in(c->rules, code) : UINT32_MAX;
    if (area == UINT32_MAX)
        luaL_error(c->L,
                   code ? "%s: there is no delivery area \"%s\""
                        : "%s: \"area\" is missing: there are several",
                   c->name, code);
    return area;
}

/* One of its own. */
uint32_t lg__intraday_gridpool(const lg__tabled *c)
{
    uint32_t count;
    const uint32_t *own = lg_desk_gridpools(c->agent->desk, &count);
    lua_Integer id = lg__tabled_integer(c, "gridpool", 0);
    if (!count)
        luaL_error(c->L,
                   "%s: this agent trades for no gridpool; the scenario says so "
                   "under intraday.gridpools",
                   c->name);
    if (!id && count > 1)
        luaL_error(c->L, "%s: \"gridpool\" is missing: this agent has %d", c->name, (int)count);
    for (uint32_t i = 0; i < count; i++)
        if (!id || c->rules->gridpools[own[i]].id == (uint64_t)id)
            return own[i];
    return (uint32_t)luaL_error(c->L, "%s: this agent has no gridpool %I", c->name,
                                (LUAI_UACINT)id);
}
