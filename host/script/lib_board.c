/*
 * grid.board: what scripts pin up for one another. Both functions take one table
 *
 *     grid.board:post{topic = "surplus", numbers = {0.5, 0.75}, to = "Home 2"}
 *     for _, post in ipairs(grid.board:read{topic = "surplus"}) do ... post.from, post.numbers end
 *
 * A post can be read from the next tick on. post() returns true; nil, sentence and code when it is
 * refused: UNSUPPORTED (there is no board in the run), LIMIT (too many since the last tick).
 * Errors: wrong types, unknown keys, topics, texts and lists that are too long, numbers that are
 * not finite, names of nobody.
 */
#include "script/state.h"

#include <string.h>
#include "script/frozen.h"
#include "script/records.h"

enum { COST_AUTHOR = 2, COST_POST = 20 };

static void check_self(lua_State *L, const char *name)
{
    const lg_agent *agent = lg__agent_of(L);
    lg__charge(L, LG_COST_COMMAND);
    if (lua_topointer(L, 1) != agent->board || lua_type(L, 2) != LUA_TTABLE)
        luaL_error(L, "grid.board.%s: call it with a colon and a table, grid.board:%s{...}", name,
                   name);
    lua_settop(L, 2);
}

/* Every key of the table at index 2 is one of @p keys. */
static void check_keys(lua_State *L, const char *name, const char *const *keys, size_t count)
{
    const lg__names list = {keys, NULL, count};
    char hint[128];
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        if (!key)
            luaL_error(L, "grid.board:%s: a key is a %s, not a name", name, luaL_typename(L, -2));
        else if (lg__name_index(&list, key) < 0)
            luaL_error(L, "grid.board:%s: unknown key \"%s\"%s", name, key,
                       lg__name_hint(&list, key, hint, sizeof hint));
    }
}

/* The text of @p key; NULL when it is absent. It stays on the stack. */
static const char *text_of(lua_State *L, const char *name, const char *key, size_t max)
{
    size_t length;
    lua_pushstring(L, key);
    if (lua_rawget(L, 2) == LUA_TNIL)
        return NULL;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (!text || length > max || strlen(text) != length)
        luaL_error(L,
                   "grid.board:%s: \"%s\" must be a text of at most %d bytes, without zero bytes",
                   name, key, (int)max);
    return text;
}

static const char *topic_of(lua_State *L, const char *name)
{
    const char *topic = text_of(L, name, "topic", LG_BOARD_TOPIC_MAX);
    if (topic && !*topic)
        luaL_error(L, "grid.board:%s: \"topic\" must not be empty", name);
    return topic;
}

/* The agent called so under @p key; LG_NONE when the key is absent. */
static uint32_t agent_of(lua_State *L, const char *name, const char *key)
{
    const lg_site *site = lg__agent_of(L)->site;
    char hint[128];
    const char *word = text_of(L, name, key, 1000);
    if (!word)
        return LG_NONE;
    for (uint32_t i = 0; i < site->agent_count; i++)
        if (strcmp(site->agents[i], word) == 0)
            return i;
    const lg__names list = {site->agents, NULL, site->agent_count};
    luaL_error(L, "grid.board:%s: \"%s\" names no participant: \"%s\"%s", name, key, word,
               lg__name_hint(&list, word, hint, sizeof hint));
    return LG_NONE;
}

static uint32_t numbers_of(lua_State *L, double out[LG_BOARD_NUMBERS_MAX])
{
    lua_pushstring(L, "numbers");
    if (lua_rawget(L, 2) == LUA_TNIL)
        return 0;
    if (!lg__thaw(L, -1) && lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "grid.board:post: \"numbers\" must be a list, not a %s",
                   luaL_typename(L, -1));
    size_t count = lua_rawlen(L, -1);
    if (count == 0 || count > LG_BOARD_NUMBERS_MAX)
        luaL_error(L, "grid.board:post: \"numbers\" must be a list of 1 to %d numbers, not of %d",
                   LG_BOARD_NUMBERS_MAX, (int)count);
    for (size_t i = 0; i < count; i++) {
        bool number = lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TNUMBER;
        out[i] = lua_tonumber(L, -1);
        if (!number || out[i] - out[i] != 0)
            luaL_error(L, "grid.board:post: \"numbers\" must be finite numbers; number %d is %s",
                       (int)i + 1, number ? "not finite" : luaL_typename(L, -1));
        lua_pop(L, 1);
    }
    return (uint32_t)count;
}

static int refuse(lua_State *L, lg_status status)
{
    lua_pushnil(L);
    if (status == LG_LIMIT)
        lua_pushfstring(L, "post refused: at most %d from one tick to the next",
                        LG_BOARD_POSTS_PER_TICK);
    else
        lua_pushstring(L, "post refused: there is no board in this run; the scenario sets "
                          "board_posts");
    lua_pushstring(L, lg_status_name(status));
    return 3;
}

static int l_board_post(lua_State *L)
{
    static const char *const keys[] = {"topic", "text", "numbers", "to"};
    double numbers[LG_BOARD_NUMBERS_MAX];
    lg_agent *agent = lg__agent_of(L);
    check_self(L, "post");
    if (!agent->batch)
        return luaL_error(L, "grid.board:post: an expression can only read");
    agent->unknowable = true;
    check_keys(L, "post", keys, 4);
    lg_post post = {.topic = topic_of(L, "post"),
                    .text = text_of(L, "post", "text", LG_BOARD_TEXT_MAX),
                    .numbers = numbers};
    post.number_count = numbers_of(L, numbers);
    if (!post.topic || (post.text != NULL) == (post.number_count > 0))
        return luaL_error(L, "grid.board:post: a post has \"topic\" and either \"text\" or "
                             "\"numbers\"");
    lg__charge(L, COST_POST + post.number_count);
    post.to = lg_desk_board(agent->desk) ? agent_of(L, "post", "to") : LG_NONE;
    lg_status status = lg_desk_post(agent->desk, &post);
    if (status == LG_MEMORY)
        return luaL_error(L, "not enough memory for a post");
    if (status != LG_OK)
        return refuse(L, status);
    lua_pushboolean(L, 1);
    return 1;
}

static void push_post(lua_State *L, const lg_post *post)
{
    const lg_site *site = lg__agent_of(L)->site;
    lg__charge(L, COST_POST + post->number_count);
    lua_createtable(L, 0, 6);
    lg__set_text(L, "from", site->agents[post->author]);
    lg__set_text(L, "topic", post->topic);
    lg__set_integer(L, "slot", post->slot);
    lg__set_integer(L, "tick", post->tick);
    if (post->to != LG_NONE)
        lg__set_text(L, "to", site->agents[post->to]);
    if (post->text)
        lg__set_text(L, "text", post->text);
    else {
        lua_createtable(L, (int)post->number_count, 0);
        for (uint32_t i = 0; i < post->number_count; i++) {
            lua_pushnumber(L, post->numbers[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, "numbers");
    }
    lg__record_seal(L, LG__RECORD_POST);
}

static int l_board_read(lua_State *L)
{
    static const char *const keys[] = {"topic", "from"};
    lg_agent *agent = lg__agent_of(L);
    check_self(L, "read");
    agent->unknowable = true;
    check_keys(L, "read", keys, 2);
    const lg_board *board = lg_desk_board(agent->desk);
    const char *topic = topic_of(L, "read");
    uint32_t from = board ? agent_of(L, "read", "from") : LG_NONE;
    uint32_t authors = board ? lg_board_authors(board) : 0;
    lua_Integer found = 0;
    lg__charge(L, COST_AUTHOR * (uint64_t)authors);
    lua_newtable(L);
    for (uint32_t i = 0; i < authors; i++) {
        for (uint32_t k = 0; (from == LG_NONE || from == i) && k < lg_board_count(board, i); k++) {
            const lg_post *post = lg_board_at(board, i, k);
            if (!lg_post_is_for(post, lg_desk_index(agent->desk)) ||
                (topic && strcmp(post->topic, topic) != 0))
                continue;
            push_post(L, post);
            lua_rawseti(L, -2, ++found);
        }
    }
    return 1;
}

static int l_board_unknown(lua_State *L)
{
    return lg__no_field(L, "grid.board", &lg__board_names, 2);
}

static const luaL_Reg functions[] = {
#define LG_BOARD(name, params, returns, help) {#name, l_board_##name},
#include "script/api.def"
    {NULL, NULL},
};

void lg__lib_board(lua_State *L)
{
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_board_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lg__freeze(L, "grid.board");
    lg__agent_of(L)->board = lua_topointer(L, -1);
}
