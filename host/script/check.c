/*
 * What can be said about a script without a scenario: whether Lua accepts the text, then what the
 * words in it stand for (walk.c, words.c), then whether its top level runs. That is done in the
 * sandbox and under its limits, at a desk in a market that nobody trades in.
 */
#include "script/walk.h"

#include <stdlib.h>
#include <string.h>
#include "lua/load.h"
#include "lua/state.h"

static void *compiler_alloc(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    lg_mem *mem = ud;
    return mem->resize(mem->ctx, ptr, ptr ? old_size : 0, new_size);
}

/* Compiles the text in a bare state. LG_OK, LG_SCRIPT or LG_MEMORY. */
static lg_status check_syntax(lg_mem *mem, const char *file, const char *text, size_t size,
                              lg_diag *diag)
{
    lg_status status = LG_OK;
    lua_State *L = lg_lua_newstate(compiler_alloc, mem, 0);
    if (!L)
        return LG_MEMORY;
    int line, result = lg_lua_load(L, text, size, "@s", &line);
    if (result == LUA_ERRRUN) {
        lg_diag_error(diag, file, line, "", LG_LUA_TOO_DEEP);
        status = LG_SCRIPT;
    } else if (result == LUA_ERRSYNTAX) {
        const char *message = lua_tostring(L, -1);
        line = (int)strtol(message + 2, NULL, 10); /* "s:12: ..." */
        const char *sentence = strchr(message + 2, ' ');
        lg_diag_error(diag, file, line, "", "%s", sentence ? sentence + 1 : message);
        status = LG_SCRIPT;
    } else if (result != LUA_OK)
        status = LG_MEMORY;
    lua_close(L);
    return status;
}

static lg_status check_words(lg_mem *mem, const char *file, const char *text, size_t size,
                             lg_diag *diag)
{
    uint32_t count, capacity, errors = diag->errors;
    lg__token *tokens = lg__scan(mem, text, size, &count, &capacity);
    if (!tokens)
        return LG_MEMORY;
    lg__walk c = {.mem = mem, .file = file, .diag = diag, .tokens = tokens, .count = count};
    lg__walk_run(&c, false);
    lg__walk_run(&c, true);
    lg_mem_free(mem, c.locals, c.local_capacity * sizeof *c.locals);
    lg_mem_free(mem, c.blocks, c.block_capacity * sizeof *c.blocks);
    lg_mem_free(mem, c.globals, c.global_capacity * sizeof *c.globals);
    lg_mem_free(mem, c.brackets, c.bracket_capacity * sizeof *c.brackets);
    lg_mem_free(mem, tokens, capacity * sizeof *tokens);
    return c.failed ? LG_MEMORY : diag->errors > errors ? LG_SCRIPT : LG_OK;
}

lg_status lg__check_text(lg_mem *mem, const char *file, const char *text, size_t size,
                         lg_diag *diag)
{
    lg_status status = check_syntax(mem, file, text, size, diag);
    return status == LG_OK ? check_words(mem, file, text, size, diag) : status;
}

/* Tells Lua's message, "file:12: sentence", in the form of the others. */
static void report(lg_diag *diag, const char *file, const char *message)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *found = strstr(message, name);
    const char *behind = found ? found + strlen(name) : NULL;
    char *end;
    if (behind && behind[0] == ':' && (size_t)(found - message) <= strlen(file)) {
        long line = strtol(behind + 1, &end, 10);
        if (line > 0 && end[0] == ':' && end[1] == ' ') {
            lg_diag_error(diag, file, (int)line, "", "%s", end + 2);
            return;
        }
        if (behind[1] == ' ') {
            lg_diag_error(diag, file, 0, "", "%s", behind + 2);
            return;
        }
    }
    lg_diag_error(diag, file, 0, "", "%s", message);
}

/* Runs the top level for nobody. */
static lg_status check_run(lg_mem *mem, const char *file, const char *scripts_folder, lg_diag *diag)
{
    static const lg_rules rules = {
        .match = LG_PAY_AS_BID, .slot_ms = 900000, .tick_ms = 90000, .ticks_per_slot = 10};
    lg_area areas[] = {{.name = "Grid", .parent = LG_NONE, .asset_count = 1}};
    lg_asset assets[] = {{.name = "Load", .role = LG_ROLE_CONSUMER}};
    const lg_site site = {.areas = areas,
                          .area_count = 1,
                          .assets = assets,
                          .asset_count = 1,
                          .level_first = {0, 1},
                          .level_count = 1};
    lg_status status = LG_MEMORY;
    lg_err err = {.text = ""};
    lg_desk *desk = NULL;
    lg_turn *turn = lg_turn_new(mem, &site, &rules);
    if (turn)
        desk = lg_desk_new(mem, lg_turn_market(turn), 0, "check");
    if (desk) {
        const lg_agent_input input = {
            .desk = desk, .script = file, .scripts_folder = scripts_folder};
        status = lg__agent_try(mem, &input, &err);
    }
    if (status == LG_SCRIPT || status == LG_IO)
        report(diag, file, err.text);
    lg_desk_free(desk);
    lg_turn_free(turn);
    return status;
}

lg_status lg_script_check(lg_mem *mem, const char *file, const char *scripts_folder, lg_diag *diag)
{
    char *text = NULL;
    size_t size = 0;
    lg_err err = {.text = ""};
    lg_status status = lg__source_read(mem, file, &text, &size, &err);
    if (status != LG_OK) {
        size_t prefix = strlen(file);
        bool named =
            strncmp(err.text, file, prefix) == 0 && strncmp(err.text + prefix, ": ", 2) == 0;
        lg_diag_error(diag, file, 0, "", "%s", named ? err.text + prefix + 2 : err.text);
        return status;
    }
    status = lg__check_text(mem, file, text, size, diag);
    lg_mem_free(mem, text, size + 1);
    return status == LG_OK ? check_run(mem, file, scripts_folder, diag) : status;
}
