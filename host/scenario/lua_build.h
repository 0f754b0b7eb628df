/* host/scenario/lua_build.h — the functions a scenario.lua is written with */
#ifndef LG_SCENARIO_LUA_BUILD_H
#define LG_SCENARIO_LUA_BUILD_H

#include <lua.h>
#include "scenario/reader.h"

/** Adds scenario, area, asset, agent, csv, day, param, events and the drivers to the environment on
 * top. May raise. */
void lg__build_open(lua_State *L, lg__reader *reader);

/** What a constructor made of a table. */
enum lg__made {
    LG__MADE_PLAIN,
    LG__MADE_OBJECT,
    LG__MADE_AREA,
    LG__MADE_EVENT,
    LG__MADE_CSV,
    LG__MADE_DAY,
};

/** Looks the table at @p index up. @return what made it; *line of the call, *word that was called
 */
enum lg__made lg__build_made(lua_State *L, int index, int *line, const char **word);

#endif
