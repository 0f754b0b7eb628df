/*
 * Plain data as bytes. A value is a letter and what it needs: f and t (booleans), i and 8 bytes (a
 * whole number), d and 8 bytes (a number), s with its length and bytes, { with the number of
 * entries and then key and value of each. Keys come as pairs() walks them, numbers lowest byte
 * first, and there is one NaN: equal tables make equal bytes.
 */
#include "script/plain.h"

#include <ctype.h>
#include <string.h>
#include "base/num.h"
#include "script/order.h"
#include "script/state.h"

/* The way from the top to a value, for messages and to find a table inside of itself. */
typedef struct place {
    const struct place *above;
    const void *table; /* the value, when it is a table */
    int key;           /* of the value in the table above; index on the stack */
    const char *name;  /* of the top */
} place;

typedef struct writer {
    lua_State *L;
    lg_text *out;
    lg_text *left; /* what is left out, in words; NULL: that is an error */
    uint32_t left_count;
    int depth;
} writer;

static bool is_word(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_')
            return false;
    return length > 0 && !isdigit((unsigned char)text[0]);
}

/* Pushes "state.seen[3]". */
static void push_path(lua_State *L, const place *at)
{
    size_t length;
    luaL_checkstack(L, 6, NULL);
    if (!at->above) {
        lua_pushstring(L, at->name);
        return;
    }
    push_path(L, at->above);
    if (lua_type(L, at->key) != LUA_TSTRING) {
        lua_pushfstring(L, "[%s]", lg__tostring(L, at->key, NULL));
        lua_remove(L, -2);
        lua_concat(L, 2);
        return;
    }
    const char *key = lua_tolstring(L, at->key, &length);
    if (is_word(key, length))
        lua_pushfstring(L, ".%s", key);
    else
        lua_pushfstring(L, "[\"%s\"]", key);
    lua_concat(L, 2);
}

static _Noreturn void refuse(lua_State *L, const place *at, const char *why)
{
    push_path(L, at);
    luaL_error(L, "%s: %s %s", lg__agent_of(L)->input.script, lua_tostring(L, -1), why);
    __builtin_unreachable();
}

/* Of what is left out the first is named, by the words of @p why up to what is said of others.
 * @return false: there is no value */
static bool leave(writer *w, const place *at, const char *why)
{
    if (!w->left)
        refuse(w->L, at, why);
    if (w->left_count++ > 0)
        return false;
    push_path(w->L, at);
    lg_text_format(w->left, "%s %.*s", lua_tostring(w->L, -1), (int)strcspn(why, ",;:"), why);
    return false;
}

static void put_number(lg_text *out, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        lg_text_char(out, (char)(number >> 8 * i & 0xff));
}

static void put_empty(lg_text *out)
{
    lg_text_char(out, '{');
    put_number(out, 0, 4);
}

static void put_text(lua_State *L, int index, lg_text *out)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    lg_text_char(out, 's');
    put_number(out, length, 4);
    lg_text_bytes(out, text, length);
}

static void put_double(double number, lg_text *out)
{
    uint64_t bits;
    if (number != number)
        number = (double)__builtin_nan("");
    memcpy(&bits, &number, sizeof bits);
    lg_text_char(out, 'd');
    put_number(out, bits, 8);
}

static bool put_value(writer *w, const place *at, int index);

/* The names of types in the order in which keys of them are told. */
static const char *key_type(lua_State *L, int key)
{
    return lua_isuserdata(L, key) ? "part of the grid" : luaL_typename(L, key);
}

/* Whether all keys of the table are fine. Stock Lua meets them in the order of addresses: of
 * several that are not the lowest fraction is told, else the first type by its name. */
static bool look_at_keys(writer *w, const place *at, int table)
{
    lua_State *L = w->L;
    const char *type = NULL;
    bool fraction = false;
    double lowest = 0;
    luaL_checkstack(L, 8, NULL);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING || lua_isinteger(L, -2))
            continue;
        if (lua_type(L, -2) == LUA_TNUMBER) {
            double key = lua_tonumber(L, -2);
            lowest = fraction && lowest < key ? lowest : key;
            fraction = true;
        } else if (!type || strcmp(key_type(L, -2), type) < 0) {
            type = key_type(L, -2);
        }
    }
    if (fraction) {
        lua_pushnumber(L, lowest);
        const place entry = {.above = at, .key = lua_gettop(L)};
        return leave(w, &entry,
                     "has a key that is no whole number; keys are whole numbers and texts");
    }
    if (!type)
        return true;
    lua_pushfstring(L, "has a %s as a key; keys are whole numbers and texts", type);
    return leave(w, at, lua_tostring(L, -1));
}

/* Whether the table can be written. What is pushed meanwhile stays. */
static bool look_at_table(writer *w, place *at, int table)
{
    lua_State *L = w->L;
    luaL_checkstack(L, 8, NULL);
    at->table = lua_topointer(L, table);
    for (const place *above = at->above; above; above = above->above)
        if (above->table == at->table) {
            push_path(L, above);
            lua_pushfstring(L, "is %s again: a table cannot be inside of itself",
                            lua_tostring(L, -1));
            return leave(w, at, lua_tostring(L, -1));
        }
    if (lua_getmetatable(L, table))
        return leave(w, at, "has a metatable; only plain tables are carried over");
    if (w->depth >= LG_PLAIN_DEPTH_MAX)
        return leave(w, at, "is nested too deeply: tables in tables go 16 deep");
    return look_at_keys(w, at, table);
}

static void cut_back(lg_text *out, size_t length)
{
    if (out->failed)
        return;
    out->length = length;
    out->data[length] = '\0';
}

static bool put_table(writer *w, place *at, int table)
{
    lua_State *L = w->L;
    int top = lua_gettop(L);
    if (!look_at_table(w, at, table)) {
        lua_settop(L, top);
        return false;
    }
    lua_settop(L, top);
    w->depth++;
    lg_text_char(w->out, '{');
    size_t counted_at = w->out->length;
    uint32_t count = 0;
    put_number(w->out, 0, 4);
    lua_pushcfunction(L, lg__order_pairs);
    lua_pushvalue(L, table);
    lua_call(L, 1, 3);
    int walk = lua_gettop(L) - 2; /* function, its state, key */
    for (;;) {
        lua_settop(L, walk + 2);
        lua_pushvalue(L, walk);
        lua_pushvalue(L, walk + 1);
        lua_pushvalue(L, walk + 2);
        lua_call(L, 2, 2);
        if (lua_isnil(L, -2))
            break;
        lua_pushvalue(L, -2);
        lua_replace(L, walk + 2);
        const place entry = {.above = at, .key = walk + 2};
        size_t begun = w->out->length;
        if (lua_isinteger(L, walk + 2)) {
            lg_text_char(w->out, 'i');
            put_number(w->out, (uint64_t)lua_tointeger(L, walk + 2), 8);
        } else
            put_text(L, walk + 2, w->out);
        if (put_value(w, &entry, lua_gettop(L)))
            count++;
        else
            cut_back(w->out, begun);
    }
    lua_settop(L, walk - 1);
    w->depth--;
    for (int i = 0; i < 4 && !w->out->failed; i++)
        w->out->data[counted_at + (size_t)i] = (char)(count >> 8 * i & 0xff);
    return true;
}

static bool put_value(writer *w, const place *at, int index)
{
    lua_State *L = w->L;
    place here = *at;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        lg_text_char(w->out, lua_toboolean(L, index) ? 't' : 'f');
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            lg_text_char(w->out, 'i');
            put_number(w->out, (uint64_t)lua_tointeger(L, index), 8);
        } else
            put_double(lg_shown(lua_tonumber(L, index)), w->out);
        break;
    case LUA_TSTRING:
        put_text(L, index, w->out);
        break;
    case LUA_TTABLE:
        if (!put_table(w, &here, index))
            return false;
        break;
    case LUA_TUSERDATA:
        return leave(w, at, "is a part of the grid, not plain data; keep its name instead");
    default:
        lua_pushfstring(L, "is a %s; only numbers, texts, booleans and tables are carried over",
                        luaL_typename(L, index));
        return leave(w, at, lua_tostring(L, -1));
    }
    if (w->out->length > LG_PLAIN_SIZE_MAX)
        refuse(L, at, "does not fit: all of it together may have 64 KiB");
    if (w->out->failed)
        refuse(L, at, "does not fit: out of memory");
    return true;
}

void lg__plain_write(lua_State *L, int index, const char *name, lg_text *out, lg_text *left)
{
    writer w = {.L = L, .out = out, .left = left};
    const place top = {.name = name};
    if (!put_value(&w, &top, lua_absindex(L, index)))
        put_empty(out);
    if (w.left_count > 1)
        lg_text_format(left, ", and %u more like it", w.left_count - 1);
    if (w.left_count > 0)
        lg_text_str(left, ": not carried over");
}

/* ---- back ---- */

typedef struct reader {
    const unsigned char *at, *end;
} reader;

static bool take_number(reader *r, int bytes, uint64_t *number)
{
    *number = 0;
    if (r->end - r->at < bytes)
        return false;
    for (int i = 0; i < bytes; i++)
        *number |= (uint64_t)r->at[i] << 8 * i;
    r->at += bytes;
    return true;
}

static bool take_text(reader *r, const char **text, size_t *length)
{
    uint64_t size;
    if (!take_number(r, 4, &size) || (uint64_t)(r->end - r->at) < size)
        return false;
    *text = (const char *)r->at;
    *length = (size_t)size;
    r->at += size;
    return true;
}

static void push_value(lua_State *L, reader *r, int depth)
{
    uint64_t number;
    const char *text;
    size_t length;
    double real;
    char kind = r->at < r->end ? (char)*r->at++ : 0;
    luaL_checkstack(L, 4, NULL);
    if (kind == 't' || kind == 'f')
        lua_pushboolean(L, kind == 't');
    else if (kind == 'i' && take_number(r, 8, &number))
        lua_pushinteger(L, (lua_Integer)number);
    else if (kind == 'd' && take_number(r, 8, &number)) {
        memcpy(&real, &number, sizeof real);
        lua_pushnumber(L, real);
    } else if (kind == 's' && take_text(r, &text, &length))
        lua_pushlstring(L, text, length);
    else if (kind == '{' && depth < LG_PLAIN_DEPTH_MAX && take_number(r, 4, &number)) {
        lua_newtable(L);
        for (uint64_t i = 0; i < number; i++) {
            push_value(L, r, depth + 1);
            if (lua_type(L, -1) != LUA_TSTRING && !lua_isinteger(L, -1))
                luaL_error(L, "these bytes are no plain data");
            push_value(L, r, depth + 1);
            lua_rawset(L, -3);
        }
    } else
        luaL_error(L, "these bytes are no plain data");
}

void lg__plain_push(lua_State *L, const char *bytes, size_t size)
{
    reader r = {(const unsigned char *)bytes, (const unsigned char *)bytes + size};
    push_value(L, &r, 0);
    if (!lua_istable(L, -1) || r.at != r.end)
        luaL_error(L, "these bytes are no plain data");
}

/* Skips a value; false when there is none. */
static bool skip(reader *r, int depth)
{
    uint64_t number;
    const char *text;
    size_t length;
    char kind = r->at < r->end ? (char)*r->at++ : 0;
    switch (kind) {
    case 't':
    case 'f':
        return true;
    case 'i':
    case 'd':
        return take_number(r, 8, &number);
    case 's':
        return take_text(r, &text, &length);
    case '{':
        if (depth >= LG_PLAIN_DEPTH_MAX || !take_number(r, 4, &number))
            return false;
        for (uint64_t i = 0; i < number; i++)
            if (!skip(r, depth + 1) || !skip(r, depth + 1))
                return false;
        return true;
    }
    return false;
}

void lg__plain_keys(const char *bytes, size_t size, uint32_t most, lg_text *out)
{
    reader r = {(const unsigned char *)bytes, (const unsigned char *)bytes + size};
    uint64_t count, number;
    const char *text;
    size_t length;
    if (r.at == r.end || *r.at++ != '{' || !take_number(&r, 4, &count))
        return;
    for (uint64_t i = 0; i < count; i++) {
        char kind = r.at < r.end ? (char)*r.at++ : 0;
        lg_text_str(out, i ? ", " : "");
        if (i == most) {
            lg_text_str(out, "...");
            return;
        }
        if (kind == 'i' && take_number(&r, 8, &number))
            lg_text_format(out, "[%lld]", (long long)number);
        else if (kind == 's' && take_text(&r, &text, &length))
            lg_text_bytes(out, text, length);
        if (!skip(&r, 1))
            return;
    }
}
