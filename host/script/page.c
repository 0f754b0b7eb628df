/* What a script may use, for people: the rows of api.def as a page of plain text. Names stand on
 * the left, what they mean beside them, folded to the width of a terminal. */
#include "script/agent.h"

#include <string.h>

enum { NAME_WIDTH = 26, PAGE_WIDTH = 100 };

typedef struct entry {
    const char *cls, *name, *help;
} entry;

static const entry callbacks[] = {
#define LG_CALLBACK(id, name, argument, type, help) {"", name "(" argument ")", help},
#include "script/api.def"
};

static const entry fields[] = {
#define LG_FIELD(cls, id, name, type, help) {#cls, name, help},
#include "script/api.def"
};

static const entry records[] = {
#define LG_RECORD(cls, name, type, help) {#cls, #name, help},
#include "script/api.def"
};

/* Methods keep their arguments beside the help. */
static const struct method {
    const char *name, *args, *help;
} methods[] = {
#define LG_METHOD(name, kind, form, keys, args, help) {#name, args, help},
#include "script/api.def"
};

static const entry functions[] = {
#define LG_GRID(name, function, params, returns, help) {"", "grid." name, help},
#include "script/api.def"
#define LG_BOARD(name, params, returns, help) {"", "grid.board:" #name, help},
#include "script/api.def"
#define LG_TRADING(name, params, returns, help) {"", "trading." #name, help},
#include "script/api.def"
#define LG_COORD(name, params, returns, help) {"", "coord." #name, help},
#include "script/api.def"
#define LG_MICROGRID(name, args, params, returns, help) {"", "microgrid." #name, help},
#include "script/api.def"
#define LG_GLOBAL(name, signature, help) {"", name, help},
#include "script/api.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void spaces(lg_text *out, size_t count)
{
    while (count--)
        lg_text_char(out, ' ');
}

/* The words of @p help from the column where the line is, folded. */
static void write_help(lg_text *out, const char *help, size_t column)
{
    for (const char *p = help; *p;) {
        size_t n = strcspn(p, " ");
        if (column + n + 1 > PAGE_WIDTH) {
            lg_text_char(out, '\n');
            spaces(out, NAME_WIDTH);
            column = NAME_WIDTH;
        }
        lg_text_char(out, ' ');
        lg_text_bytes(out, p, n);
        column += n + 1;
        p += n + strspn(p + n, " ");
    }
    lg_text_char(out, '\n');
}

static void write_entry(lg_text *out, const char *name, const char *help)
{
    size_t length = strlen(name) + 2;
    lg_text_str(out, "  ");
    lg_text_str(out, name);
    if (length < NAME_WIDTH)
        spaces(out, NAME_WIDTH - length);
    write_help(out, help, length < NAME_WIDTH ? NAME_WIDTH : length);
}

static void write_list(lg_text *out, const char *title, const entry *list, size_t count,
                       const char *cls)
{
    lg_text_format(out, "\n%s\n", title);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].cls, cls) == 0)
            write_entry(out, list[i].name, list[i].help);
}

static void write_methods(lg_text *out)
{
    lg_text_str(out, "\nCommands: grid.batch:NAME { asset = a, energy = ..., rate = ... }, or "
                     "(a, energy, rate)\n");
    for (size_t i = 0; i < COUNT(methods); i++) {
        lg_text about;
        lg_text_init(&about, out->mem);
        if (*methods[i].args)
            lg_text_format(&about, "{%s} ", methods[i].args);
        lg_text_str(&about, methods[i].help);
        out->failed = out->failed || about.failed;
        write_entry(out, methods[i].name, lg_text_peek(&about));
        lg_text_fini(&about);
    }
    write_entry(out, "execute",
                "Sends what is batched and returns the list of answers; else it goes out when the "
                "callback returns.");
}

void lg_script_page(lg_text *out)
{
    write_list(out, "Callbacks: in the table the script returns, or as globals; each may be absent",
               callbacks, COUNT(callbacks), "");
    write_entry(out, "every_tick = true", "in that table: on_tick comes at every tick");
    write_list(out, "Fields of market_info and tick_info (read only)", fields, COUNT(fields),
               "INFO");
    write_list(out, "Fields of an asset (one of another role reads nil)", fields, COUNT(fields),
               "ASSET");
    write_list(out, "Fields of a market of the grid tree", fields, COUNT(fields), "MARKET");
    write_list(out, "Fields of market.last_market_stats (absent ones read nil)", records,
               COUNT(records), "Stats");
    write_list(out, "Fields of the trade that on_trade is given (absent ones read nil)", records,
               COUNT(records), "Trade");
    write_methods(out);
    write_list(out, "Functions", functions, COUNT(functions), "");
    write_list(out, "Fields of grid.budget, as things stand when it is read", records,
               COUNT(records), "Budget");
    write_entry(out, "params", "what the scenario's agent has as params");
    write_entry(out, "state", "a table that lasts from callback to callback, also over a reload");
}
