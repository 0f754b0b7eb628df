/*
 * What can be said about a script without running it: whether Lua accepts the text, then what the
 * words in it stand for (walk.c, words.c).
 */
#include "script/walk.h"

#include <stdlib.h>
#include <string.h>

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
    lua_State *L = lua_newstate(compiler_alloc, mem);
    if (!L)
        return LG_MEMORY;
    int result = luaL_loadbufferx(L, text, size, "@s", "t");
    if (result == LUA_ERRSYNTAX) {
        const char *message = lua_tostring(L, -1);
        int line = (int)strtol(message + 2, NULL, 10); /* "s:12: ..." */
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

lg_status lg_script_check(lg_mem *mem, const char *file, lg_diag *diag)
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
    status = check_syntax(mem, file, text, size, diag);
    if (status == LG_OK)
        status = check_words(mem, file, text, size, diag);
    lg_mem_free(mem, text, size + 1);
    return status;
}
