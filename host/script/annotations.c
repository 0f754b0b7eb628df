/* The editor annotations: the rows of api.def written as LuaCATS. The file is
 * scripts/meta/lunagrid.lua. */
#include "script/agent.h"

#include <string.h>

static const char head[] =
    "---@meta\n"
    "-- What a lunagrid script can use. Generated from host/script/api.def; do not edit.\n\n";

static const char *const help_of_class[][2] = {
    {"INFO", "---@class lunagrid.Info What a callback is told; read only. The same object at every "
             "call.\n"},
    {"ASSET", "---@class lunagrid.Asset An asset; a field of another role reads nil. Read only.\n"},
    {"MARKET", "---@class lunagrid.Market A market of the grid tree. Read only.\n"},
};

typedef struct row {
    const char *cls, *name, *type, *help;
} row;

static const row fields[] = {
#define LG_FIELD(cls, id, name, type, help) {#cls, name, type, help},
#include "script/api.def"
};

static const row records[] = {
#define LG_RECORD(cls, name, type, help) {#cls, #name, type, help},
#include "script/api.def"
};

typedef struct method_row {
    const char *name, *kind, *keys, *args, *help;
} method_row;

static const method_row methods[] = {
#define LG_METHOD(name, kind, form, keys, args, help) {#name, #kind, #keys, args, help},
#include "script/api.def"
};

typedef struct function_row {
    const char *name, *params, *returns, *help;
} function_row;

static const function_row functions[] = {
#define LG_GRID(name, function, params, returns, help) {name, params, returns, help},
#include "script/api.def"
};

static const function_row board[] = {
#define LG_BOARD(name, params, returns, help) {#name, params, returns, help},
#include "script/api.def"
};

static const function_row trading[] = {
#define LG_TRADING(name, params, returns, help) {#name, params, returns, help},
#include "script/api.def"
};

static const function_row coord[] = {
#define LG_COORD(name, params, returns, help) {#name, params, returns, help},
#include "script/api.def"
};

static const function_row globals[] = {
#define LG_GLOBAL(name, signature, help) {name, signature, "", help},
#include "script/api.def"
};

static const row callbacks[] = {
#define LG_CALLBACK(id, name, argument, type, help) {type, name, argument, help},
#include "script/api.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void write_fields(lg_text *out)
{
    for (size_t c = 0; c < COUNT(help_of_class); c++) {
        lg_text_str(out, help_of_class[c][1]);
        for (size_t i = 0; i < COUNT(fields); i++)
            if (strcmp(fields[i].cls, help_of_class[c][0]) == 0)
                lg_text_format(out, "---@field %s %s # %s\n", fields[i].name, fields[i].type,
                               fields[i].help);
        lg_text_char(out, '\n');
    }
}

static void write_records(lg_text *out)
{
    static const char *const plain[] = {"", ""}, *const bracketed[] = {"[\"", "\"]"};
    for (size_t i = 0; i < COUNT(records); i++) {
        if (i == 0 || strcmp(records[i].cls, records[i - 1].cls) != 0)
            lg_text_format(out, "%s---@class lunagrid.%s\n", i ? "\n" : "", records[i].cls);
        const char *const *form = strchr(records[i].name, ' ') ? bracketed : plain;
        lg_text_format(out, "---@field %s%s%s %s # %s\n", form[0], records[i].name, form[1],
                       records[i].type, records[i].help);
    }
    lg_text_char(out, '\n');
}

static const row args[] = {
    {"", "energy", "number|\"all\"", "kWh; \"all\": what is left"},
    {"", "rate", "number", "ct/kWh"},
    {"", "price", "number", "ct for all of the energy"},
    {"", "replace_existing", "boolean?",
     "withdraw the asset's other orders of that side (default true)"},
    {"", "bid_id", "integer?", "id of the order; absent: all"},
    {"", "offer_id", "integer?", "id of the order; absent: all"},
    {"", "fee_cents_kwh", "number", "ct/kWh"},
    {"", "fee_percent", "number", "%"},
    {"", "time_slot", "string?",
     "start of the slot that is meant, \"2024-06-03T00:15\"; absent: the spot market"},
    {"", "energy_forecast", "table<string, number>", "kWh by start of the slot"},
    {"", "energy_measurement", "table<string, number>", "kWh by start of the slot"},
};

static const row *arg_of(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(args); i++)
        if (strlen(args[i].name) == length && memcmp(args[i].name, name, length) == 0)
            return &args[i];
    return NULL;
}

static bool is_market(const method_row *method)
{
    return strstr(method->kind, "MARKET") != NULL || strcmp(method->kind, "GRID_FEES") == 0;
}

/* Keys that only the table form has. */
static void write_table_keys(lg_text *out, const method_row *method)
{
    bool bid = strstr(method->kind, "BID") != NULL;
    if (strstr(method->keys, "TERMS"))
        lg_text_format(out, ", requirements?: lunagrid.%sRequirement[]", bid ? "Bid" : "Offer");
    if (strstr(method->keys, "ATTRIBUTES"))
        lg_text_str(out, ", attributes?: lunagrid.Attributes");
}

/* The table form is an overload with the same names as keys. */
static void write_method(lg_text *out, const method_row *method)
{
    const char *node = is_market(method) ? "market" : "asset";
    const char *cls = is_market(method) ? "lunagrid.Market" : "lunagrid.Asset";
    lg_text_format(out, "---%s\n---@param %s %s|string # object, name or UUID\n", method->help,
                   node, cls);
    for (const char *p = method->args; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        const row *arg = arg_of(p, n);
        bool optional = strchr(arg->type, '?') != NULL;
        size_t type = strcspn(arg->type, "?");
        lg_text_format(out, "---@param %s%s %.*s # %s\n", arg->name, optional ? "?" : "", (int)type,
                       arg->type, arg->help);
        p += n;
    }
    lg_text_format(out, "---@overload fun(self: lunagrid.Batch, command: {%s: %s|string", node,
                   cls);
    for (const char *p = method->args; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        const row *arg = arg_of(p, n);
        bool optional = strchr(arg->type, '?') != NULL;
        size_t type = strcspn(arg->type, "?");
        lg_text_format(out, ", %s%s: %.*s", arg->name, optional ? "?" : "", (int)type, arg->type);
        p += n;
    }
    write_table_keys(out, method);
    lg_text_format(
        out,
        "}): boolean?, string?, string?\n"
        "---@return boolean? sent # nil when it is clear at once that it will be refused\n"
        "---@return string? sentence # why\n"
        "---@return string? code # \"FOREIGN\" or \"LIMIT\"\n"
        "function Batch:%s(%s",
        method->name, node);
    for (const char *p = method->args; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        lg_text_format(out, ", %.*s", (int)n, p);
        p += n;
    }
    lg_text_str(out, ") end\n\n");
}

static void write_batch(lg_text *out)
{
    lg_text_str(
        out, "---@class lunagrid.Batch Commands that go out together when the callback returns.\n"
             "local Batch = {}\n\n");
    for (size_t i = 0; i < COUNT(methods); i++)
        write_method(out, &methods[i]);
    lg_text_str(out, "---Sends the batch and waits until those of all agents have been applied.\n"
                     "---@return lunagrid.Answer[] answers # one a command, in order\n"
                     "function Batch:execute() end\n\n");
}

static void write_board(lg_text *out)
{
    lg_text_str(out, "---@class lunagrid.Board Messages and forecasts of scripts to one another.\n"
                     "local Board = {}\n\n");
    for (size_t i = 0; i < COUNT(board); i++)
        lg_text_format(out,
                       "---%s\n---@param what %s\n---@return %s\nfunction Board:%s(what) end\n\n",
                       board[i].help, board[i].params, board[i].returns, board[i].name);
}

/* A library whose functions take one table. */
static void write_tabled(const char *name, const char *class, const function_row *rows,
                         size_t count, lg_text *out)
{
    lg_text_format(out, "---@class lunagrid.%s\n%s = {}\n\n", class, name);
    for (size_t i = 0; i < count; i++)
        lg_text_format(out, "---%s\n---@param what %s\n---@return %s\nfunction %s.%s(what) end\n\n",
                       rows[i].help, rows[i].params, rows[i].returns, name, rows[i].name);
}

static void write_microgrid(lg_text *out)
{
    lg_text_str(out, "---@class lunagrid.Microgrid The site behind the agent's assets.\n"
                     "microgrid = {}\n\n");
#define LG_MICROGRID(name, args, params, returns, help)                                            \
    lg_text_format(out, "---%s\n%s%s---@return %s\nfunction microgrid.%s(%s) end\n\n", help,       \
                   params, *(params) ? "\n" : "", returns, #name, args);
#include "script/api.def"
}

static void write_grid(lg_text *out)
{
    lg_text_str(out,
                "---@class lunagrid.Grid\n"
                "---@field batch lunagrid.Batch # commands\n"
                "---@field board lunagrid.Board # messages and forecasts\n"
                "---@field tree lunagrid.Market # the root market\n"
                "---@field budget lunagrid.Budget # what this callback may still use up, at the "
                "moment of reading\n"
                "grid = {}\n\n");
    for (size_t i = 0; i < COUNT(functions); i++) {
        const function_row *f = &functions[i];
        lg_text_format(out, "---%s\n", f->help);
        for (const char *p = f->params; *p; p += strspn(p, " ")) {
            size_t n = strcspn(p, " ");
            bool node = *p == 's' || *p == 't';
            lg_text_format(out, "---@param %.*s %s\n", (int)n, p,
                           node ? "lunagrid.Asset|lunagrid.Market|string" : "string");
            p += n;
        }
        lg_text_format(out, "---@return %s\nfunction grid.%s(", f->returns, f->name);
        for (const char *p = f->params; *p; p += strspn(p, " ")) {
            size_t n = strcspn(p, " ?");
            lg_text_format(out, "%s%.*s", p == f->params ? "" : ", ", (int)n, p);
            p += strcspn(p, " ");
        }
        lg_text_str(out, ") end\n\n");
    }
}

static void write_rest(lg_text *out)
{
    lg_text_str(out,
                "---The parameters of this agent in the scenario.\n---@type table<string, any>\n"
                "params = {}\n\n"
                "---What lasts from callback to callback, also over a reload: numbers, texts, "
                "booleans and tables of them, 16 deep and 64 KiB at most. A field `state` of the "
                "table that the script returns takes its place.\n"
                "---@type table\nstate = {}\n\n");
    for (size_t i = 0; i < COUNT(globals); i++)
        lg_text_format(out, "-- %s: %s -- %s\n", globals[i].name, globals[i].params,
                       globals[i].help);
    lg_text_str(
        out,
        "\n---@class lunagrid.Agent The table a script returns; each callback may be absent.\n");
    for (size_t i = 0; i < COUNT(callbacks); i++)
        lg_text_format(out, "---@field %s? fun(%s: %s) # %s\n", callbacks[i].name,
                       callbacks[i].type, callbacks[i].cls, callbacks[i].help);
    lg_text_str(
        out,
        "---@field every_tick? boolean # on_tick at every tick, not only at tenths of a slot\n");
}

void lg_script_annotations(lg_text *out)
{
    lg_text_str(out, head);
    write_fields(out);
    write_records(out);
    write_batch(out);
    write_board(out);
    write_grid(out);
    write_tabled("trading", "Trading The intraday market.", trading, COUNT(trading), out);
    write_tabled("coord", "Coord Signals of a grid operator, and answers to them.", coord,
                 COUNT(coord), out);
    write_microgrid(out);
    write_rest(out);
}
