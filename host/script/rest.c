/* The ticks that a script does without. What moves on its own clock (a ramp that takes a step every
 * minute) says at the end of a callback when it has something to do again, and is left alone until
 * then: most calls of a day would only find out that it is too early. */
#include "script/state.h"

#include <math.h>
#include <string.h>

/* Longer than any slot. */
#define REST_S_MAX 1e6

/* What stands in the place of a number; NULL: a number. */
static const char *wrong_at(lua_State *co, int at)
{
    if (at >= 0)
        return "nothing";
    if (lua_type(co, at) != LUA_TNUMBER)
        return luaL_typename(co, at);
    return isnan(lua_tonumber(co, at)) ? "no number (nan)" : NULL;
}

bool lg__rest_take(lg_agent *agent, lua_State *co)
{
    int results = lua_gettop(co) - agent->base;
    bool is_word = lua_type(co, -results) == LUA_TSTRING &&
                   strcmp(lua_tostring(co, -results), LG_REST_WORD) == 0;
    if (!is_word)
        return true;
    const char *wrong = wrong_at(co, 1 - results);
    if (wrong) {
        lua_pushfstring(co,
                        "what is returned behind \"" LG_REST_WORD
                        "\" must be a number of seconds into the slot, not %s",
                        wrong);
        return false;
    }
    double seconds = lua_tonumber(co, 1 - results);
    if (seconds > 0)
        agent->rest_ms = (int64_t)ceil((seconds < REST_S_MAX ? seconds : REST_S_MAX) * 1000);
    return true;
}
