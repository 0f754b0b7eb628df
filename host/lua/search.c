/* string.find, match, gmatch and gsub over the bounded matcher of pattern.c; otherwise as in stock
 * Lua. */
#include <string.h>
#include "lua/library.h"
#include "lua/pattern.h"

/* A place in a text of that length counted from 1, or from the end when negative; 0-based. */
static size_t place_of(lua_Integer place, size_t length)
{
    if (place > 0)
        return (size_t)place - 1;
    if (place == 0 || place < -(lua_Integer)length)
        return 0;
    return length - (size_t)(-place);
}

/* Pushes capture i, or the whole match for the first of none. */
static void push_capture(lg__match *m, int i, const char *start, const char *end)
{
    lua_State *L = m->L;
    if (i >= m->captures) {
        if (i != 0)
            luaL_error(L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(L, start, (size_t)(end - start));
        return;
    }
    const lg__capture *capture = &m->capture[i];
    if (capture->length == LG_CAPTURE_OPEN)
        luaL_error(L, "unfinished capture");
    if (capture->length == LG_CAPTURE_PLACE)
        lua_pushinteger(L, capture->start - m->text + 1);
    else
        lua_pushlstring(L, capture->start, (size_t)capture->length);
}

/* Pushes all captures; start NULL: nothing but captures. @return how many */
static int push_captures(lg__match *m, const char *start, const char *end)
{
    int count = m->captures == 0 && start ? 1 : m->captures;
    luaL_checkstack(m->L, count + 1, "too many captures");
    for (int i = 0; i < count; i++)
        push_capture(m, i, start, end);
    return count;
}

static int find_plain(lua_State *L, const char *text, size_t size, const char *part, size_t length,
                      size_t from)
{
    lg__lua_rules(L)->charge(L, (size - from) / LG__BYTES_A_STEP);
    const char *found = memmem(text + from, size - from, part, length);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)length);
    return 2;
}

/* Whether nothing in the pattern means more than itself. */
static bool is_plain(const char *pattern, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (pattern[i] && strchr("^$*+?.([%-", pattern[i]))
            return false;
    return true;
}

static int search(lua_State *L, bool find)
{
    size_t size, length;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *pattern = luaL_checklstring(L, 2, &length);
    size_t from = place_of(luaL_optinteger(L, 3, 1), size);
    if (from > size) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(pattern, length)))
        return find_plain(L, text, size, pattern, length, from);
    lg__match m;
    bool anchored = *pattern == '^';
    lg__match_init(&m, L, text, size, pattern + length);
    for (const char *s = text + from; s <= m.text_end; s++) {
        const char *end = lg__match_at(&m, s, pattern + anchored);
        if (end)
            lg__match_settle(&m);
        if (end && find) {
            lua_pushinteger(L, s - text + 1);
            lua_pushinteger(L, end - text);
            return push_captures(&m, NULL, NULL) + 2;
        }
        if (end)
            return push_captures(&m, s, end);
        if (anchored)
            break;
    }
    lg__match_settle(&m);
    lua_pushnil(L);
    return 1;
}

/* string.find(s, pattern, init, plain) */
static int l_find(lua_State *L)
{
    lg__lua_plain_nans(L);
    return search(L, true);
}

/* string.match(s, pattern, init) */
static int l_match(lua_State *L)
{
    lg__lua_plain_nans(L);
    return search(L, false);
}

/* Upvalues: rules, text, pattern, where to go on, where the last match ended (-1: nowhere). */
static int l_gmatch_step(lua_State *L)
{
    size_t size, length;
    lg__match m;
    const char *text = lua_tolstring(L, lua_upvalueindex(2), &size);
    const char *pattern = lua_tolstring(L, lua_upvalueindex(3), &length);
    lua_Integer last = lua_tointeger(L, lua_upvalueindex(5));
    const char *s = text + lua_tointeger(L, lua_upvalueindex(4));
    lg__match_init(&m, L, text, size, pattern + length);
    for (; s <= m.text_end; s++) {
        const char *end = lg__match_at(&m, s, pattern);
        if (!end || end - text == last)
            continue;
        lg__match_settle(&m);
        lua_pushinteger(L, end - text);
        lua_copy(L, -1, lua_upvalueindex(4));
        lua_replace(L, lua_upvalueindex(5));
        return push_captures(&m, s, end);
    }
    lg__match_settle(&m);
    lua_pushinteger(L, (lua_Integer)size + 1);
    lua_replace(L, lua_upvalueindex(4));
    return 0;
}

/* string.gmatch(s, pattern, init) */
static int l_gmatch(lua_State *L)
{
    size_t size;
    lg__lua_plain_nans(L);
    luaL_checklstring(L, 1, &size);
    luaL_checkstring(L, 2);
    size_t from = place_of(luaL_optinteger(L, 3, 1), size);
    lua_settop(L, 2);
    lg__lua_push_rules(L, lg__lua_rules(L));
    lua_insert(L, 1);
    lua_pushinteger(L, from > size ? (lua_Integer)size + 1 : (lua_Integer)from);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, l_gmatch_step, 5);
    return 1;
}

/* Adds the replacement text (argument 3), its %0 .. %9 filled in. */
static void add_text(lg__match *m, luaL_Buffer *out, const char *start, const char *end)
{
    size_t length;
    const char *p = lua_tolstring(m->L, 3, &length), *last = p + length;
    while (p < last) {
        const char *percent = memchr(p, '%', (size_t)(last - p));
        luaL_addlstring(out, p, (size_t)((percent ? percent : last) - p));
        if (!percent)
            return;
        p = percent + 1;
        if (p < last && *p == '%')
            luaL_addchar(out, '%');
        else if (p < last && *p == '0')
            luaL_addlstring(out, start, (size_t)(end - start));
        else if (p < last && *p >= '1' && *p <= '9') {
            push_capture(m, *p - '1', start, end);
            luaL_tolstring(m->L, -1, NULL); /* a place is a number */
            lua_remove(m->L, -2);
            luaL_addvalue(out);
        } else
            luaL_error(m->L, "invalid use of '%%' in replacement string");
        p++;
    }
}

/* Adds what the match start .. end is replaced by. @return whether anything changed */
static bool add_value(lg__match *m, luaL_Buffer *out, const char *start, const char *end)
{
    lua_State *L = m->L;
    switch (lua_type(L, 3)) {
    case LUA_TFUNCTION:
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(m, start, end), 1);
        break;
    case LUA_TTABLE:
        push_capture(m, 0, start, end);
        lua_gettable(L, 3);
        break;
    default:
        add_text(m, out, start, end);
        return true;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, start, (size_t)(end - start));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
    return true;
}

/* string.gsub(s, pattern, replacement, n). Errors: also a result past the longest text. */
static int l_gsub(lua_State *L)
{
    size_t size, length;
    lg__lua_plain_nans(L);
    const char *text = luaL_checklstring(L, 1, &size), *last = NULL;
    const char *pattern = luaL_checklstring(L, 2, &length);
    int kind = lua_type(L, 3);
    luaL_argexpected(L,
                     kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION ||
                         kind == LUA_TTABLE,
                     3, "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)size + 1), count = 0;
    bool anchored = *pattern == '^', changed = false;
    lg__match m;
    luaL_Buffer out;
    lg__match_init(&m, L, text, size, pattern + length);
    luaL_buffinit(L, &out);
    const char *s = text;
    while (count < most) {
        const char *end = lg__match_at(&m, s, pattern + anchored);
        if (end && end != last) {
            count++;
            changed |= add_value(&m, &out, s, end);
            s = last = end;
        } else if (s < m.text_end)
            luaL_addchar(&out, *s++);
        else
            break;
        if (luaL_bufflen(&out) > lg__lua_rules(L)->text_max)
            return lg__lua_too_long(L, "string.gsub");
        if (anchored)
            break;
    }
    lg__match_settle(&m);
    if (changed) {
        luaL_addlstring(&out, s, (size_t)(m.text_end - s));
        luaL_pushresult(&out);
    } else
        lua_pushvalue(L, 1);
    lua_pushinteger(L, count);
    return 2;
}

const luaL_Reg lg__search_functions[] = {
    {"find", l_find}, {"gmatch", l_gmatch}, {"gsub", l_gsub}, {"match", l_match}, {NULL, NULL},
};
