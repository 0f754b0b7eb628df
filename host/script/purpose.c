/*
 * Whether a script is one: an agent without a callback would sit in the market for the whole run
 * and do nothing, and whoever wrote it would look for the reason in the market.
 *
 * What is missing most often is the last line: callbacks stand in a table that is not returned, or
 * are local functions. The words of the text tell.
 */
#include "script/scan.h"
#include "script/state.h"

#include <stdio.h>
#include <string.h>
#include "script/api.h"

/* Whether there is a function in the table: then it may be a module. */
static bool has_function(lua_State *L, int table)
{
    bool found = false;
    for (lua_pushnil(L); !found && lua_next(L, table); lua_pop(L, 1))
        found = lua_isfunction(L, -1);
    if (found)
        lua_pop(L, 1);
    return found;
}

static bool is_callback(const lg__token *token)
{
    char name[32];
    if (token->kind != LG_TOKEN_NAME || token->length >= sizeof name)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)token->length, token->text);
    return lg__name_index(&lg__callback_names, name) >= 0;
}

/* The name before the "=" before the "{" that token @p at stands in; NULL. */
static const lg__token *table_around(const lg__token *tokens, uint32_t at)
{
    int depth = 0;
    while (at-- > 0) {
        if (lg__token_is(&tokens[at], "}"))
            depth++;
        else if (lg__token_is(&tokens[at], "{") && depth-- == 0)
            break;
    }
    bool named = at != UINT32_MAX && at >= 2 && lg__token_is(&tokens[at - 1], "=") &&
                 tokens[at - 2].kind == LG_TOKEN_NAME;
    return named ? &tokens[at - 2] : NULL;
}

/* The table that gets a callback at token @p at: t.on_tick = ..., function t.on_tick(...) or
 * t = { on_tick = ... }; NULL: none does. */
static const lg__token *table_of(const lg__token *tokens, uint32_t at)
{
    bool assigned = lg__token_is(&tokens[at + 1], "=");
    if (at < 2 || (!lg__token_is(&tokens[at - 1], ".") && !lg__token_is(&tokens[at - 1], ":")))
        return assigned ? table_around(tokens, at) : NULL;
    bool defined = at >= 3 && lg__token_is(&tokens[at - 3], "function");
    return (assigned || defined) && tokens[at - 2].kind == LG_TOKEN_NAME ? &tokens[at - 2] : NULL;
}

static bool is_local_function(const lg__token *tokens, uint32_t at)
{
    return at >= 2 && lg__token_is(&tokens[at - 1], "function") &&
           lg__token_is(&tokens[at - 2], "local");
}

/* Says which callback is made and not handed over; false: none is. */
static bool find_near_miss(const lg__token *tokens, uint32_t count, const char *returned, char *out,
                           size_t size)
{
    for (uint32_t i = 0; i + 1 < count; i++) {
        if (!is_callback(&tokens[i]))
            continue;
        int length = (int)tokens[i].length;
        const lg__token *table = table_of(tokens, i);
        if (table)
            snprintf(out, size,
                     "a table %.*s has %.*s (line %d), but %s: let the script end with "
                     "`return %.*s`",
                     (int)table->length, table->text, length, tokens[i].text, tokens[i].line,
                     returned, (int)table->length, table->text);
        else if (is_local_function(tokens, i))
            snprintf(out, size,
                     "%.*s (line %d) is a local function, and %s: let the script end with "
                     "`return { %.*s = %.*s }`",
                     length, tokens[i].text, tokens[i].line, returned, length, tokens[i].text,
                     length, tokens[i].text);
        else
            continue;
        return true;
    }
    return false;
}

/* The text of the script: it was loaded before all others. */
static const lg__source *script_of(const lg_agent *agent)
{
    const lg__source *source = agent->sources;
    while (source && source->next)
        source = source->next;
    return source;
}

static bool near_miss(const lg_agent *agent, const char *returned, char *out, size_t size)
{
    const lg__source *script = script_of(agent);
    uint32_t count, capacity;
    lg__token *tokens =
        script ? lg__scan(agent->mem, script->text, script->size, &count, &capacity) : NULL;
    if (!tokens)
        return false;
    bool found = find_near_miss(tokens, count, returned, out, size);
    lg_mem_free(agent->mem, tokens, capacity * sizeof *tokens);
    return found;
}

void lg__purpose_check(lua_State *L, int returned)
{
    const lg_agent *agent = lg__agent_of(L);
    char sentence[256];
    bool table = lua_istable(L, returned);
    for (int i = 0; i < LG_CB_COUNT; i++)
        if (agent->has[i])
            return;
    if (agent->checking && table && has_function(L, returned)) /* for other ones to require */
        return;
    if (near_miss(agent, table ? "that is not what is returned" : "nothing is returned", sentence,
                  sizeof sentence))
        luaL_error(L, "%s: no callback: %s", agent->input.script, sentence);
    if (!agent->checking)
        luaL_error(L,
                   "%s: no callback: the script returns no table with on_market_cycle, on_tick or "
                   "another one, so it would never be called",
                   agent->input.script);
    luaL_error(L,
               "%s: this is neither a scenario nor a strategy: it calls no scenario{...} and has "
               "no callback (on_market_cycle, on_tick, ...)",
               agent->input.script);
}
