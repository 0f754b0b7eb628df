/*
 * What can be said about a script without running it: after Lua has accepted the text, its words
 * are walked once to see which globals it makes and once to report. The walk knows blocks and
 * locals, and of a name what it stands for where that is plain: grid, grid.batch, the market_info
 * of a callback, an asset or market of a loop. Where it is not sure it says nothing: a checker that
 * cries wolf is switched off.
 */
#include "script/scan.h"
#include "script/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum meaning {
    MEANS_ANYTHING,
    MEANS_GRID,
    MEANS_BATCH,
    MEANS_INFO,
    MEANS_ASSET,
    MEANS_MARKET,
} meaning;

typedef struct local_name {
    const lg__token *name;
    meaning means;
} local_name;

typedef enum block_kind { BLOCK_PLAIN, BLOCK_FUNCTION, BLOCK_FOR_HEAD } block_kind;

typedef struct block {
    block_kind kind;
    uint32_t first_local;
} block;

typedef struct checker {
    lg_mem *mem;
    const char *file;
    lg_diag *diag;
    const lg__token *tokens;
    uint32_t count;
    local_name *locals;
    uint32_t local_count, local_capacity;
    block *blocks;
    uint32_t block_count, block_capacity;
    const lg__token **globals; /* made at top level */
    uint32_t global_count, global_capacity;
    char *brackets;
    uint32_t bracket_count, bracket_capacity;
    int functions; /* how many the walk is inside of */
    bool report;   /* second walk */
    bool failed;   /* no memory */
} checker;

static const char *const environment[] = {
    "_ENV",         "_G",      "_VERSION", "assert",       "collectgarbage", "coroutine",
    "debug",        "dofile",  "error",    "getmetatable", "grid",           "io",
    "ipairs",       "load",    "loadfile", "loadstring",   "math",           "next",
    "os",           "package", "pairs",    "params",       "pcall",          "print",
    "rawequal",     "rawget",  "rawlen",   "rawset",       "require",        "select",
    "setmetatable", "state",   "string",   "table",        "tonumber",       "tostring",
    "type",         "utf8",    "xpcall",
};
static const lg__names environment_names = {environment, NULL,
                                            sizeof environment / sizeof environment[0]};

enum { NAME_MAX_SHOWN = 64 };

static const char *name_of(const lg__token *token, char out[NAME_MAX_SHOWN + 1])
{
    size_t n = token->length < NAME_MAX_SHOWN ? token->length : NAME_MAX_SHOWN;
    memcpy(out, token->text, n);
    out[n] = '\0';
    return out;
}

static bool same(const lg__token *a, const lg__token *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool is(const checker *c, uint32_t i, const char *text)
{
    return i < c->count && lg__token_is(&c->tokens[i], text);
}

static bool is_name(const checker *c, uint32_t i)
{
    return i < c->count && c->tokens[i].kind == LG_TOKEN_NAME;
}

static void declare(checker *c, const lg__token *name, meaning means)
{
    if (!LG_GROW(c->mem, c->locals, c->local_capacity, c->local_count + 1)) {
        c->failed = true;
        return;
    }
    c->locals[c->local_count++] = (local_name){name, means};
}

static const local_name *resolve(const checker *c, const lg__token *name)
{
    for (uint32_t i = c->local_count; i-- > 0;)
        if (same(c->locals[i].name, name))
            return &c->locals[i];
    return NULL;
}

static void enter(checker *c, block_kind kind)
{
    if (!LG_GROW(c->mem, c->blocks, c->block_capacity, c->block_count + 1)) {
        c->failed = true;
        return;
    }
    c->blocks[c->block_count++] = (block){kind, c->local_count};
    c->functions += kind == BLOCK_FUNCTION;
}

/* keep: names of a repeat block stay for the condition behind until, and a little longer. */
static void leave(checker *c, bool keep)
{
    if (c->block_count == 0)
        return;
    const block *b = &c->blocks[--c->block_count];
    c->functions -= b->kind == BLOCK_FUNCTION;
    if (!keep)
        c->local_count = b->first_local;
}

static bool is_made(const checker *c, const lg__token *name)
{
    for (uint32_t i = 0; i < c->global_count; i++)
        if (same(c->globals[i], name))
            return true;
    return false;
}

static void problem(checker *c, const lg__token *at, const char *sentence)
{
    char name[NAME_MAX_SHOWN + 1];
    if (c->report)
        lg_diag_error(c->diag, c->file, at->line, name_of(at, name), "%s", sentence);
}

/* A name that begins like a callback must be one. */
static void check_callback(checker *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[256];
    name_of(token, name);
    if (strncmp(name, "on_", 3) != 0 || lg__name_index(&lg__callback_names, name) >= 0)
        return;
    if (strcmp(name, "on_market_slot") == 0)
        snprintf(sentence, sizeof sentence,
                 "unknown callback: it is called \"on_market_cycle\" here");
    else
        snprintf(sentence, sizeof sentence, "unknown callback%s",
                 lg__name_hint(&lg__callback_names, name, hint, sizeof hint));
    problem(c, token, sentence);
}

static void make_global(checker *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1];
    name_of(token, name);
    if (c->functions > 0) {
        if (!is_made(c, token) && lg__name_index(&environment_names, name) < 0)
            problem(c, token,
                    "a global is assigned inside a function: write `local`, or keep it "
                    "in the table `state`");
        return;
    }
    if (!c->report) {
        if (LG_GROW(c->mem, c->globals, c->global_capacity, c->global_count + 1))
            c->globals[c->global_count++] = token;
        else
            c->failed = true;
        return;
    }
    check_callback(c, token);
    if (strncmp(name, "on_", 3) != 0 && strcmp(name, "every_tick") != 0)
        lg_diag_warn(c->diag, c->file, token->line, name, "this is a global; write `local`");
}

static void read_global(checker *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[256];
    name_of(token, name);
    if (!c->report || lg__name_index(&environment_names, name) >= 0 || is_made(c, token))
        return;
    snprintf(sentence, sizeof sentence, "this global is not defined%s",
             lg__name_hint(&environment_names, name, hint, sizeof hint));
    problem(c, token, sentence);
}

static const lg__names *fields_of(meaning means, const char **what)
{
    switch (means) {
    case MEANS_GRID:
        *what = "grid";
        return &lg__grid_names;
    case MEANS_BATCH:
        *what = "grid.batch";
        return &lg__batch_names;
    case MEANS_INFO:
        *what = "market_info";
        return &lg__info_names;
    case MEANS_ASSET:
        *what = "an asset";
        return &lg__asset_names;
    case MEANS_MARKET:
        *what = "a market";
        return &lg__market_names;
    default:
        return NULL;
    }
}

static meaning meaning_of_field(meaning of, const checker *c, uint32_t field)
{
    if (of == MEANS_GRID)
        return is(c, field, "batch")  ? MEANS_BATCH
               : is(c, field, "tree") ? MEANS_MARKET
                                      : MEANS_ANYTHING;
    if ((of == MEANS_INFO && is(c, field, "grid_tree")) ||
        (of == MEANS_ASSET && is(c, field, "area")) ||
        (of == MEANS_MARKET && is(c, field, "parent")))
        return MEANS_MARKET;
    return MEANS_ANYTHING;
}

/* Checks .a.b:c behind the name at i, as far as it is known what they are. */
static void check_fields(checker *c, uint32_t i, meaning means)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[320];
    const char *what = "";
    for (; (is(c, i + 1, ".") || is(c, i + 1, ":")) && is_name(c, i + 2); i += 2) {
        const lg__names *fields = fields_of(means, &what);
        if (!fields)
            return;
        name_of(&c->tokens[i + 2], name);
        if (lg__name_index(fields, name) < 0) {
            snprintf(sentence, sizeof sentence, "%s has no field of this name%s", what,
                     lg__name_hint(fields, name, hint, sizeof hint));
            problem(c, &c->tokens[i + 2], sentence);
            return;
        }
        if (means == MEANS_BATCH && is(c, i + 1, ".") && (is(c, i + 3, "(") || is(c, i + 3, "{")))
            problem(c, &c->tokens[i + 2], "call it with a colon: grid.batch:name(...)");
        means = meaning_of_field(means, c, i + 2);
    }
}

/* What the expression that begins at i means, as far as one can see. */
static meaning meaning_at(const checker *c, uint32_t i)
{
    if (!is_name(c, i))
        return MEANS_ANYTHING;
    const local_name *local = resolve(c, &c->tokens[i]);
    meaning means = local ? local->means : is(c, i, "grid") ? MEANS_GRID : MEANS_ANYTHING;
    for (; is(c, i + 1, ".") && is_name(c, i + 2); i += 2) {
        if (means == MEANS_GRID && is(c, i + 3, "("))
            return is(c, i + 2, "asset")    ? MEANS_ASSET
                   : is(c, i + 2, "market") ? MEANS_MARKET
                                            : MEANS_ANYTHING;
        means = meaning_of_field(means, c, i + 2);
    }
    bool ends = !is(c, i + 1, "(") && !is(c, i + 1, "[") && !is(c, i + 1, ":") &&
                !is(c, i + 1, "{") && !is(c, i + 1, "and") && !is(c, i + 1, "or");
    return ends ? means : MEANS_ANYTHING;
}

/* local a <const>, b = ...: returns the index of the last token that was used. */
static uint32_t walk_local(checker *c, uint32_t i)
{
    const lg__token *first = &c->tokens[i + 1];
    uint32_t names = 0;
    while (is_name(c, i + 1)) {
        i++;
        names++;
        if (names > 1)
            declare(c, &c->tokens[i], MEANS_ANYTHING);
        if (is(c, i + 1, "<"))
            i += 3;
        if (!is(c, i + 1, ","))
            break;
        i++;
    }
    declare(c, first, names == 1 && is(c, i + 1, "=") ? meaning_at(c, i + 2) : MEANS_ANYTHING);
    return i;
}

/* for names in ...: the second name of a loop over .assets or .markets is one of those. */
static uint32_t walk_for(checker *c, uint32_t i)
{
    uint32_t head = i, last = i;
    enter(c, BLOCK_FOR_HEAD);
    while (last < c->count && !is(c, last, "do") && !is(c, last, "function"))
        last++;
    meaning means = MEANS_ANYTHING;
    if (last >= 3 && is(c, last, "do") && is(c, last - 1, ")") && is(c, last - 3, "."))
        means = is(c, last - 2, "assets")    ? MEANS_ASSET
                : is(c, last - 2, "markets") ? MEANS_MARKET
                                             : MEANS_ANYTHING;
    for (uint32_t n = 0; is_name(c, i + 1); n++) {
        i++;
        declare(c, &c->tokens[i], n == 1 ? means : MEANS_ANYTHING);
        if (!is(c, i + 1, ","))
            break;
        i++;
    }
    return i > head ? i : head;
}

/* Whether the function of that name is given as a callback somewhere: on_tick = quote. */
static bool serves_as_callback(const checker *c, const lg__token *name)
{
    for (uint32_t i = 0; i + 2 < c->count; i++) {
        char word[NAME_MAX_SHOWN + 1];
        if (!is_name(c, i) || !is(c, i + 1, "=") || !is_name(c, i + 2) ||
            !same(&c->tokens[i + 2], name))
            continue;
        int callback = lg__name_index(&lg__callback_names, name_of(&c->tokens[i], word));
        if (callback >= 0 && callback != LG_CB_TRADE && callback != LG_CB_EVENT &&
            callback != LG_CB_RELOAD)
            return true;
    }
    return false;
}

static bool takes_info(const checker *c, const lg__token *name)
{
    char word[NAME_MAX_SHOWN + 1];
    if (!name)
        return false;
    int callback = lg__name_index(&lg__callback_names, name_of(name, word));
    if (callback >= 0)
        return callback != LG_CB_TRADE && callback != LG_CB_EVENT && callback != LG_CB_RELOAD;
    return serves_as_callback(c, name);
}

/* The name of the function whose keyword is at i, declared or assigned; *last is moved past it. */
static const lg__token *function_name(checker *c, uint32_t i, uint32_t *last, bool *method)
{
    *last = i;
    *method = false;
    if (!is_name(c, i + 1)) /* x = function, { x = function */
        return i >= 2 && is(c, i - 1, "=") && is_name(c, i - 2) ? &c->tokens[i - 2] : NULL;
    const lg__token *name = &c->tokens[++*last];
    if (i > 0 && is(c, i - 1, "local"))
        declare(c, name, MEANS_ANYTHING);
    else if (!resolve(c, name)) {
        if (is(c, *last + 1, "("))
            make_global(c, name);
        else
            read_global(c, name);
    }
    while ((is(c, *last + 1, ".") || is(c, *last + 1, ":")) && is_name(c, *last + 2)) {
        *method = is(c, *last + 1, ":");
        *last += 2;
        name = &c->tokens[*last];
        check_callback(c, name);
    }
    return name;
}

static uint32_t walk_function(checker *c, uint32_t i)
{
    static const lg__token self = {.kind = LG_TOKEN_NAME, .text = "self", .length = 4};
    bool method, first = true;
    const lg__token *name = function_name(c, i, &i, &method);
    bool info = takes_info(c, name);
    if (method && info)
        problem(c, name, "define a callback with a dot, not a colon: it gets no self");
    enter(c, BLOCK_FUNCTION);
    if (method)
        declare(c, &self, MEANS_ANYTHING);
    if (is(c, i + 1, "("))
        i++;
    while (!is(c, i + 1, ")") && i + 1 < c->count) {
        i++;
        if (is_name(c, i))
            declare(c, &c->tokens[i], first && info ? MEANS_INFO : MEANS_ANYTHING);
        first = false;
    }
    return i + 1; /* the closing bracket */
}

static bool is_table_key(const checker *c, uint32_t i)
{
    return is(c, i + 1, "=") && c->bracket_count > 0 && c->brackets[c->bracket_count - 1] == '{' &&
           (is(c, i - 1, "{") || is(c, i - 1, ",") || is(c, i - 1, ";"));
}

static void walk_name(checker *c, uint32_t i)
{
    if (i > 0 && (is(c, i - 1, ".") || is(c, i - 1, ":"))) {
        if (is(c, i + 1, "="))
            check_callback(c, &c->tokens[i]); /* agent.on_tick = quote */
        return;
    }
    if (i > 0 && (is(c, i - 1, "goto") || is(c, i - 1, "::")))
        return;
    if (i > 0 && is_table_key(c, i)) {
        check_callback(c, &c->tokens[i]);
        return;
    }
    const local_name *local = resolve(c, &c->tokens[i]);
    if (!local && is(c, i + 1, "="))
        make_global(c, &c->tokens[i]);
    else if (!local)
        read_global(c, &c->tokens[i]);
    check_fields(c, i, local ? local->means : is(c, i, "grid") ? MEANS_GRID : MEANS_ANYTHING);
}

static void walk_bracket(checker *c, char sign)
{
    if (sign == ')' || sign == '}' || sign == ']') {
        if (c->bracket_count)
            c->bracket_count--;
        return;
    }
    if (LG_GROW(c->mem, c->brackets, c->bracket_capacity, c->bracket_count + 1))
        c->brackets[c->bracket_count++] = sign;
    else
        c->failed = true;
}

/* @return the index of the last token used */
static uint32_t walk_keyword(checker *c, uint32_t i)
{
    if (is(c, i, "function"))
        return walk_function(c, i);
    if (is(c, i, "local") && !is(c, i + 1, "function"))
        return walk_local(c, i);
    if (is(c, i, "for"))
        return walk_for(c, i);
    if (is(c, i, "do")) {
        if (c->block_count && c->blocks[c->block_count - 1].kind == BLOCK_FOR_HEAD)
            c->blocks[c->block_count - 1].kind = BLOCK_PLAIN;
        else
            enter(c, BLOCK_PLAIN);
    } else if (is(c, i, "then") || is(c, i, "repeat"))
        enter(c, BLOCK_PLAIN);
    else if (is(c, i, "else")) {
        leave(c, false);
        enter(c, BLOCK_PLAIN);
    } else if (is(c, i, "elseif") || is(c, i, "end"))
        leave(c, false);
    else if (is(c, i, "until"))
        leave(c, true);
    return i;
}

static void walk(checker *c, bool report)
{
    c->report = report;
    c->local_count = c->block_count = c->bracket_count = 0;
    c->functions = 0;
    for (uint32_t i = 0; i < c->count && !c->failed; i++) {
        const lg__token *token = &c->tokens[i];
        if (token->kind == LG_TOKEN_KEYWORD)
            i = walk_keyword(c, i);
        else if (token->kind == LG_TOKEN_NAME)
            walk_name(c, i);
        else if (token->kind == LG_TOKEN_SIGN && token->length == 1 &&
                 strchr("()[]{}", *token->text))
            walk_bracket(c, *token->text);
    }
}

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
    checker c = {.mem = mem, .file = file, .diag = diag, .tokens = tokens, .count = count};
    walk(&c, false);
    walk(&c, true);
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
