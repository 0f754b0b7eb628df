/*
 * string and table as scripts have them: the libraries of the room lua under the rules of a
 * callback. Lists and frozen tables of ours are refused before work on them begins, tostring()
 * knows handles, and work in C is charged to the callback (budget.c).
 */
#include "script/state.h"

#include "lua/sandbox.h"
#include "script/frozen.h"

static void push_text(lua_State *L, int index)
{
    lg__tostring(L, index, NULL);
}

static void check_changeable(lua_State *L, int index, const char *name)
{
    static const char *const lists[] = {"assets", "markets", "assets of a market",
                                        "markets of a market"};
    if (lua_type(L, index) == LUA_TUSERDATA) {
        const lg__handle *handle = lg__to_handle(L, index);
        luaL_error(L, "table.%s: the list %s is read only; copy it into a table of your own first",
                   name, handle->kind == LG_HANDLE_LIST ? lists[handle->own] : "of an object");
    }
    luaL_checktype(L, index, LUA_TTABLE);
    if (lg__thaw(L, index))
        luaL_error(L, "table.%s: this table is read only; copy it into one of your own first",
                   name);
}

static const lg_lua_rules rules = {
    .text_max = LG_SCRIPT_TEXT_MAX,
    .charge = lg__charge,
    .push_text = push_text,
    .check_changeable = check_changeable,
};

void lg__lib_string(lua_State *L)
{
    lg_lua_string_open(L, &rules);
}

void lg__lib_table(lua_State *L)
{
    lg_lua_table_open(L, &rules);
}
