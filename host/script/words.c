/*
 * What a name in a text stands for: a local, a global that the text makes, something of ours. Where
 * that is not plain nothing is said: a checker that cries wolf is switched off.
 */
#include "script/walk.h"

#include <stdio.h>
#include <string.h>

static const char *const environment[] = {
    "_ENV",    "_G",       "_VERSION",   "assert",       "collectgarbage", "coord",    "coroutine",
    "debug",   "dofile",   "error",      "getmetatable", "grid",           "io",       "ipairs",
    "load",    "loadfile", "loadstring", "math",         "microgrid",      "next",     "os",
    "package", "pairs",    "params",     "pcall",        "print",          "rawequal", "rawget",
    "rawlen",  "rawset",   "require",    "select",       "setmetatable",   "state",    "string",
    "table",   "tonumber", "tostring",   "trading",      "type",           "utf8",     "xpcall",
};
static const lg__names environment_names = {environment, NULL,
                                            sizeof environment / sizeof environment[0]};

/* The libraries as scripts have them: a test compares these with what is there. */
static const char *const string_names[] = {
    "byte",  "char", "find",     "format", "gmatch",  "gsub", "len",    "lower",
    "match", "pack", "packsize", "rep",    "reverse", "sub",  "unpack", "upper",
};
static const char *const table_names[] = {
    "concat", "insert", "move", "pack", "remove", "sort", "unpack",
};
static const char *const math_names[] = {
    "abs",        "acos",  "asin",       "atan",  "atan2",     "ceil",  "cos", "deg",
    "exp",        "floor", "fmod",       "frexp", "huge",      "ldexp", "log", "max",
    "maxinteger", "min",   "mininteger", "modf",  "pi",        "pow",   "rad", "random",
    "randomseed", "sin",   "sqrt",       "tan",   "tointeger", "type",  "ult",
};
static const char *const coroutine_names[] = {
    "create", "isyieldable", "resume", "running", "status", "wrap", "yield",
};

static const char *const coord_names[] = {
#define LG_COORD(name, params, returns, help) #name,
#include "script/api.def"
};

static const char *const trading_names[] = {
#define LG_TRADING(name, params, returns, help) #name,
#include "script/api.def"
};

static const char *const microgrid_names[] = {
#define LG_MICROGRID(name, args, params, returns, help) #name,
#include "script/api.def"
};

#define NAMES(list)                                                                                \
    {                                                                                              \
        list, NULL, sizeof list / sizeof list[0]                                                   \
    }
static const struct {
    const char *name;
    lg__names names;
} libraries[] = {
    {"string", NAMES(string_names)},       {"table", NAMES(table_names)},
    {"math", NAMES(math_names)},           {"coroutine", NAMES(coroutine_names)},
    {"trading", NAMES(trading_names)},     {"coord", NAMES(coord_names)},
    {"microgrid", NAMES(microgrid_names)},
};

lg__meaning lg__words_means(const lg__walk *c, uint32_t i)
{
    const lg__local *local = lg__words_resolve(c, &c->tokens[i]);
    if (local)
        return local->means;
    for (size_t l = 0; l < sizeof libraries / sizeof libraries[0]; l++)
        if (lg__words_is(c, i, libraries[l].name))
            return (lg__meaning)(MEANS_LIBRARY + (int)l);
    return lg__words_is(c, i, "grid") ? MEANS_GRID : MEANS_ANYTHING;
}

const char *lg__words_text(const lg__token *token, char out[NAME_MAX_SHOWN + 1])
{
    size_t n = token->length < NAME_MAX_SHOWN ? token->length : NAME_MAX_SHOWN;
    memcpy(out, token->text, n);
    out[n] = '\0';
    return out;
}

bool lg__words_same(const lg__token *a, const lg__token *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

bool lg__words_is(const lg__walk *c, uint32_t i, const char *text)
{
    return i < c->count && lg__token_is(&c->tokens[i], text);
}

bool lg__words_is_name(const lg__walk *c, uint32_t i)
{
    return i < c->count && c->tokens[i].kind == LG_TOKEN_NAME;
}

void lg__words_declare(lg__walk *c, const lg__token *name, lg__meaning means)
{
    if (!LG_GROW(c->mem, c->locals, c->local_capacity, c->local_count + 1)) {
        c->failed = true;
        return;
    }
    c->locals[c->local_count++] = (lg__local){name, means};
}

const lg__local *lg__words_resolve(const lg__walk *c, const lg__token *name)
{
    for (uint32_t i = c->local_count; i-- > 0;)
        if (lg__words_same(c->locals[i].name, name))
            return &c->locals[i];
    return NULL;
}

static bool is_made(const lg__walk *c, const lg__token *name)
{
    for (uint32_t i = 0; i < c->global_count; i++)
        if (lg__words_same(c->globals[i], name))
            return true;
    return false;
}

void lg__words_problem(lg__walk *c, const lg__token *at, const char *sentence)
{
    char name[NAME_MAX_SHOWN + 1];
    if (c->report)
        lg_diag_error(c->diag, c->file, at->line, lg__words_text(at, name), "%s", sentence);
}

/* A number written with a few digits alone; -1 when token i is none. */
static int whole_number(const lg__walk *c, uint32_t i)
{
    int value = 0;
    if (i >= c->count || c->tokens[i].kind != LG_TOKEN_NUMBER || c->tokens[i].length > 4)
        return -1;
    for (size_t n = 0; n < c->tokens[i].length; n++) {
        char digit = c->tokens[i].text[n];
        if (digit < '0' || digit > '9')
            return -1;
        value = 10 * value + (digit - '0');
    }
    return value;
}

/* Whether base^exponent is a whole number that a double holds. */
static bool is_exact_power(int base, int exponent)
{
    double value = 1;
    for (int i = 0; i < exponent && base > 1 && value <= 0x1p53; i++)
        value *= base;
    return base >= 0 && exponent >= 0 && value <= 0x1p53;
}

/* Lua squares by multiplying, and a C library's pow() is exact where the result is a whole number
 * that a double holds; of all other powers the last bit depends on the machine. */
void lg__words_power(lg__walk *c, uint32_t i)
{
    int exponent = whole_number(c, i + 1);
    bool exact = exponent == 2 || is_exact_power(whole_number(c, i - 1), exponent);
    if (c->report && !exact)
        lg_diag_warn(c->diag, c->file, c->tokens[i].line, "^",
                     "the last bit of this power depends on the machine; write x * x * x, or "
                     "math.pow(x, y)");
}

/* A name that begins like a callback must be one. */
void lg__words_callback(lg__walk *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[256];
    lg__words_text(token, name);
    if (strncmp(name, "on_", 3) != 0 || lg__name_index(&lg__callback_names, name) >= 0)
        return;
    if (strcmp(name, "on_market_slot") == 0)
        snprintf(sentence, sizeof sentence,
                 "unknown callback: it is called \"on_market_cycle\" here");
    else
        snprintf(sentence, sizeof sentence, "unknown callback%s",
                 lg__name_hint(&lg__callback_names, name, hint, sizeof hint));
    lg__words_problem(c, token, sentence);
}

void lg__words_make_global(lg__walk *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1];
    lg__words_text(token, name);
    if (c->functions > 0) {
        if (!is_made(c, token) && lg__name_index(&environment_names, name) < 0)
            lg__words_problem(c, token,
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
    lg__words_callback(c, token);
    if (strncmp(name, "on_", 3) != 0 && strcmp(name, "every_tick") != 0)
        lg_diag_warn(c->diag, c->file, token->line, name, "this is a global; write `local`");
}

/* A name of stock Lua that scripts do not have: reading it is fine (if os then), using it is not.
 * @return whether it is one */
static bool read_missing(lg__walk *c, const lg__token *token, const char *name)
{
    static const char *const uses[] = {".", ":", "(", "[", "{"};
    char sentence[256];
    const lg__token *next = token + 1; /* there is always the end */
    const char *why = lg__strict_why(name);
    if (!why)
        return false;
    bool used = next->kind == LG_TOKEN_TEXT;
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        used = used || lg__token_is(next, uses[i]);
    snprintf(sentence, sizeof sentence, "\"%s\" is not available to scripts: %s", name, why);
    if (used)
        lg__words_problem(c, token, sentence);
    return true;
}

void lg__words_read_global(lg__walk *c, const lg__token *token)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[256];
    lg__words_text(token, name);
    if (!c->report || is_made(c, token) || read_missing(c, token, name) ||
        lg__name_index(&environment_names, name) >= 0)
        return;
    snprintf(sentence, sizeof sentence, "this global is not defined%s",
             lg__name_hint(&environment_names, name, hint, sizeof hint));
    lg__words_problem(c, token, sentence);
}

void lg__words_key(lg__walk *c, const lg__token *token)
{
    static const char *const refused[] = {"__gc", "__mode", "__close"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (lg__token_is(token, refused[i]))
            lg__words_problem(c, token, "this metamethod is not available to scripts");
    lg__words_callback(c, token);
}

static const lg__names *fields_of(lg__meaning means, const char **what, lg__names *record)
{
    if (means >= MEANS_LIBRARY && means < MEANS_RECORD) {
        *what = libraries[means - MEANS_LIBRARY].name;
        return &libraries[means - MEANS_LIBRARY].names;
    }
    if (means >= MEANS_RECORD) {
        lg__record_kind kind = (lg__record_kind)(means - MEANS_RECORD);
        *what = lg__record_what(kind);
        *record = lg__record_names(kind);
        return record;
    }
    switch (means) {
    case MEANS_GRID:
        *what = "grid";
        return &lg__grid_names;
    case MEANS_BATCH:
        *what = "grid.batch";
        return &lg__batch_names;
    case MEANS_BOARD:
        *what = "grid.board";
        return &lg__board_names;
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

static lg__meaning meaning_of_field(lg__meaning of, const lg__walk *c, uint32_t field)
{
    if (of == MEANS_GRID)
        return lg__words_is(c, field, "batch")    ? MEANS_BATCH
               : lg__words_is(c, field, "board")  ? MEANS_BOARD
               : lg__words_is(c, field, "tree")   ? MEANS_MARKET
               : lg__words_is(c, field, "budget") ? (lg__meaning)(MEANS_RECORD + LG__RECORD_BUDGET)
                                                  : MEANS_ANYTHING;
    if ((of == MEANS_INFO && lg__words_is(c, field, "grid_tree")) ||
        (of == MEANS_ASSET && lg__words_is(c, field, "area")) ||
        (of == MEANS_MARKET && lg__words_is(c, field, "parent")))
        return MEANS_MARKET;
    static const struct {
        int of;
        const char *field;
        lg__record_kind kind;
    } records[] = {
        {MEANS_MARKET, "last_market_stats", LG__RECORD_STATS},
        {MEANS_MARKET, "last_market_bill", LG__RECORD_MARKET_BILL},
        {MEANS_ASSET, "bill", LG__RECORD_BILL},
        {MEANS_ASSET, "settlement_bill", LG__RECORD_BILL},
        {MEANS_ASSET, "used_storage_by_origin", LG__RECORD_ORIGINS},
        {MEANS_RECORD + LG__RECORD_MARKET_BILL, "accumulated_trades", LG__RECORD_BILL},
        {MEANS_RECORD + LG__RECORD_MARKET_BILL, "external_trades", LG__RECORD_BILL},
        {MEANS_RECORD + LG__RECORD_DSO_BILL, "accumulated_trades", LG__RECORD_BILL},
        {MEANS_RECORD + LG__RECORD_DSO_BILL, "external_trades", LG__RECORD_BILL},
        {MEANS_RECORD + LG__RECORD_DSO_STATS, "market_bill", LG__RECORD_DSO_BILL},
        {MEANS_RECORD + LG__RECORD_ANSWER, "market_stats", LG__RECORD_DSO_STATS},
        {MEANS_RECORD + LG__RECORD_ANSWER, "bid", LG__RECORD_ORDER},
        {MEANS_RECORD + LG__RECORD_ANSWER, "offer", LG__RECORD_ORDER},
    };
    if (of == MEANS_RECORD + LG__RECORD_TRADE && lg__words_is(c, field, "asset"))
        return MEANS_ASSET;
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        if ((int)of == records[i].of && lg__words_is(c, field, records[i].field))
            return (lg__meaning)(MEANS_RECORD + (int)records[i].kind);
    return MEANS_ANYTHING;
}

/* Checks .a.b:c behind the name at i, as far as it is known what they are. */
void lg__words_fields(lg__walk *c, uint32_t i, lg__meaning means)
{
    char name[NAME_MAX_SHOWN + 1], hint[128], sentence[320];
    const char *what = "";
    lg__names record;
    for (; (lg__words_is(c, i + 1, ".") || lg__words_is(c, i + 1, ":")) &&
           lg__words_is_name(c, i + 2);
         i += 2) {
        const lg__names *fields = fields_of(means, &what, &record);
        if (!fields)
            return;
        lg__words_text(&c->tokens[i + 2], name);
        if (lg__name_index(fields, name) < 0) {
            snprintf(sentence, sizeof sentence, "%s has no field of this name%s", what,
                     lg__name_hint(fields, name, hint, sizeof hint));
            lg__words_problem(c, &c->tokens[i + 2], sentence);
            return;
        }
        if (means == MEANS_BATCH && lg__words_is(c, i + 1, ".") &&
            (lg__words_is(c, i + 3, "(") || lg__words_is(c, i + 3, "{")))
            lg__words_problem(c, &c->tokens[i + 2], "call it with a colon: grid.batch:name(...)");
        if (means == MEANS_BOARD && lg__words_is(c, i + 1, ".") &&
            (lg__words_is(c, i + 3, "(") || lg__words_is(c, i + 3, "{")))
            lg__words_problem(c, &c->tokens[i + 2], "call it with a colon: grid.board:name{...}");
        if (means == MEANS_TRADING)
            lg__words_call_keys(c, i + 2);
        means = meaning_of_field(means, c, i + 2);
    }
}

/* The bracket that closes the one at i; the end of the text when none does. */
static uint32_t closing_bracket(const lg__walk *c, uint32_t i)
{
    uint32_t depth = 0;
    for (; i < c->count; i++) {
        if (lg__words_is(c, i, "("))
            depth++;
        else if (lg__words_is(c, i, ")") && --depth == 0)
            break;
    }
    return i;
}

/* What the expression that begins at i means, as far as one can see. */
lg__meaning lg__words_meaning(const lg__walk *c, uint32_t i)
{
    if (!lg__words_is_name(c, i))
        return MEANS_ANYTHING;
    lg__meaning means = lg__words_means(c, i);
    for (; lg__words_is(c, i + 1, ".") && lg__words_is_name(c, i + 2); i += 2) {
        if (means == MEANS_GRID && lg__words_is(c, i + 3, "(")) {
            means = lg__words_is(c, i + 2, "asset")    ? MEANS_ASSET
                    : lg__words_is(c, i + 2, "market") ? MEANS_MARKET
                                                       : MEANS_ANYTHING;
            i = closing_bracket(c, i + 3) - 2;
            continue;
        }
        means = meaning_of_field(means, c, i + 2);
    }
    bool ends = !lg__words_is(c, i + 1, "(") && !lg__words_is(c, i + 1, "[") &&
                !lg__words_is(c, i + 1, ":") && !lg__words_is(c, i + 1, "{") &&
                !lg__words_is(c, i + 1, "and") && !lg__words_is(c, i + 1, "or");
    return ends ? means : MEANS_ANYTHING;
}
