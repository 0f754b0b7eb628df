/* Reading goes on after problems, so that all of them come out at once. */
#include "arena/collab.h"

#include <stdlib.h>
#include <string.h>
#include "base/input.h"
#include "base/text.h"
#include "scenario/scenario.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    ARENA_BLOCK = 8192,
    SEATS_MAX = 10000,
    BOARD_POSTS = 8,
    UPLOADS = 6,
    UPLOAD_KB = 256,
    UPLOAD_KB_MAX = 1024,
};
#define SEED_MAX 9007199254740991.0

static const lg_key collab_keys[] = {
    {.name = "$schema", .type = LG_KEY_TEXT, .help = "for editors"},
    {.name = "name", .type = LG_KEY_TEXT, .help = "of the community; default: of the file"},
    {.name = "description", .type = LG_KEY_TEXT, .help = "for people"},
    {.name = "scenario",
     .type = LG_KEY_TEXT,
     .required = true,
     .help = "a file or folder, seen from this file"},
    {.name = "settings",
     .type = LG_KEY_TABLE,
     .help = "of the scenario, as --set has them: parameters and dotted keys"},
    {.name = "seats",
     .type = LG_KEY_LIST,
     .required = true,
     .of = "seat",
     .help = "tables with owner, name, assets, markets, script, params"},
    {.name = "limits",
     .type = LG_KEY_TABLE,
     .of = "limits",
     .help = "uploads_per_minute, upload_kB, restarts, budget"},
    {.name = "board",
     .type = LG_KEY_TABLE,
     .of = "board",
     .help = "posts: how many of a seat stay; 0: none"},
    {.name = "pace", .type = LG_KEY_TEXT, .help = "as `run --pace`; default: 15m=10s"},
    {.name = "days",
     .type = LG_KEY_NUMBER,
     .min = 0.001,
     .max = 36600,
     .help = "how long it lasts; default: as the scenario says"},
    {.name = "slots",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 10000000,
     .help = "the same in slots, instead of days"},
    {.name = "seed", .type = LG_KEY_WHOLE, .max = SEED_MAX, .help = "instead of the scenario's"},
    {.name = "control",
     .type = LG_KEY_TEXT,
     .help = "the socket; default: control.sock in the folder of the results"},
    {.name = "group",
     .type = LG_KEY_TEXT,
     .help = "of the system: its members may connect to the socket, too"},
};

static const lg_key seat_keys[] = {
    {.name = "owner", .type = LG_KEY_TEXT, .required = true, .help = "whose it is"},
    {.name = "name",
     .type = LG_KEY_TEXT,
     .required = true,
     .help = "of an agent, area or asset of the scenario, or any"},
    {.name = "assets", .type = LG_KEY_TEXTS, .help = "names of assets, and of areas for all below"},
    {.name = "markets", .type = LG_KEY_TEXTS, .help = "names of areas whose fees it sets"},
    {.name = "script",
     .type = LG_KEY_TEXT,
     .help = "Lua file beside this one, or one that ships; default: the template strategies, until "
             "its owner uploads one"},
    {.name = "params", .type = LG_KEY_TABLE, .help = "of its scripts"},
};

static const lg_key limit_keys[] = {
    {.name = "uploads_per_minute",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 1000,
     .help = "default 6"},
    {.name = "upload_kB",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = UPLOAD_KB_MAX,
     .help = "of a script with its modules (1024 bytes); default 256"},
    {.name = "restarts", .type = LG_KEY_WHOLE, .max = 10, .help = "as of a scenario's agent"},
    {.name = "budget",
     .type = LG_KEY_TABLE,
     .of = "budget",
     .help = "of each script, as of a scenario's agent"},
};

static const lg_key board_keys[] = {
    {.name = "posts", .type = LG_KEY_WHOLE, .max = 64, .help = "of a seat that stay; default 8"},
};

typedef struct reading {
    lg_keys keys;
    lg_collab *collab;
    const char *file;
    bool exhausted;
} reading;

static const char *kept(reading *r, const char *text, size_t length)
{
    const char *copy = lg_arena_text(&r->collab->arena, text, length);
    r->exhausted = r->exhausted || !copy;
    return copy ? copy : "";
}

/* Seen from the folder of the file. */
static const char *beside(reading *r, const char *path)
{
    const char *slash = strrchr(r->file, '/');
    lg_text text;
    if (path[0] == '/' || !slash)
        return path;
    lg_text_init(&text, r->collab->mem);
    lg_text_format(&text, "%.*s/%s", (int)(slash - r->file), r->file, path);
    const char *copy = kept(r, lg_text_peek(&text), text.length);
    r->exhausted = r->exhausted || text.failed;
    lg_text_fini(&text);
    return copy;
}

/* The whole path of a script beside the file; one that ships as it is. */
static const char *script_of(reading *r, const char *script)
{
    const char *path = beside(r, script);
    char *whole = lg_input_is_file(path) ? realpath(path, NULL) : NULL;
    const char *found = whole ? kept(r, whole, strlen(whole)) : script;
    free(whole);
    return found;
}

static const char *file_name(reading *r)
{
    const char *slash = strrchr(r->file, '/'), *name = slash ? slash + 1 : r->file;
    const char *dot = strrchr(name, '.');
    return kept(r, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void read_seat(reading *r, const lg_conf *table)
{
    lg_collab *c = r->collab;
    lg_collab_seat *seat = &c->seats[c->seat_count];
    const char *label = lg_keys_text(table, "name", "seat");
    if (!lg_keys_check(&r->keys, label, table, seat_keys, COUNT(seat_keys)))
        return;
    *seat = (lg_collab_seat){.name = lg_keys_text(table, "name", NULL),
                             .line = table->line,
                             .owner = lg_keys_text(table, "owner", NULL),
                             .params = lg_conf_get(table, "params")};
    const char *script = lg_keys_text(table, "script", NULL);
    seat->script = script ? script_of(r, script) : NULL;
    if (!lg_keys_names(&c->arena, table, "assets", &seat->assets) ||
        !lg_keys_names(&c->arena, table, "markets", &seat->markets))
        r->exhausted = true;
    if (strcmp(seat->owner, "organiser") == 0)
        lg_keys_problem(&r->keys, lg_conf_get(table, "owner"), label, "owner",
                        "\"organiser\" is who may do everything; an owner needs another name");
    for (uint32_t i = 0; i < c->seat_count; i++)
        if (strcmp(c->seats[i].name, seat->name) == 0)
            lg_keys_problem(&r->keys, lg_conf_get(table, "name"), label, "name",
                            "two seats have this name");
    c->seat_count++;
}

static void read_seats(reading *r, const lg_conf *list)
{
    lg_collab *c = r->collab;
    if (list->count > SEATS_MAX || list->count == 0) {
        lg_keys_problem(&r->keys, list, NULL, "seats", "expected 1 to %d seats, got %u", SEATS_MAX,
                        list->count);
        return;
    }
    c->seats = lg_arena_alloc(&c->arena, list->count * sizeof *c->seats);
    if (!c->seats) {
        r->exhausted = true;
        return;
    }
    for (const lg_conf *item = list->first; item; item = item->next)
        if (item->type == LG_CONF_TABLE)
            read_seat(r, item);
        else
            lg_keys_problem(&r->keys, item, NULL, "seats",
                            "expected seat { owner = ..., name = ... }");
}

/* The table of @p key; NULL when there is none, or something else, which has been told. */
static const lg_conf *table_of(const lg_conf *root, const char *key)
{
    const lg_conf *item = lg_conf_get(root, key);
    return item && (item->type == LG_CONF_TABLE || item->type == LG_CONF_LIST) ? item : NULL;
}

static void read_limits(reading *r, const lg_conf *table)
{
    lg_collab *c = r->collab;
    c->uploads_per_minute = UPLOADS;
    c->upload_bytes = UPLOAD_KB << 10;
    c->budget = lg_conf_get(table, "budget");
    if (c->budget && c->budget->type == LG_CONF_TABLE)
        lg_keys_check(&r->keys, "budget", c->budget, lg_budget_keys, lg_budget_key_count);
    if (!table || !lg_keys_check(&r->keys, "limits", table, limit_keys, COUNT(limit_keys)))
        return;
    c->uploads_per_minute = (uint32_t)lg_keys_number(table, "uploads_per_minute", UPLOADS);
    c->upload_bytes = (uint32_t)lg_keys_number(table, "upload_kB", UPLOAD_KB) << 10;
    c->restarts = (uint32_t)lg_keys_number(table, "restarts", 0);
}

static void read_board(reading *r, const lg_conf *table)
{
    r->collab->board_posts = BOARD_POSTS;
    if (table && lg_keys_check(&r->keys, "board", table, board_keys, COUNT(board_keys)))
        r->collab->board_posts = (uint32_t)lg_keys_number(table, "posts", BOARD_POSTS);
}

static void read_settings(reading *r, const lg_conf *table)
{
    r->collab->settings = table;
    for (const lg_conf *item = table ? table->first : NULL; item; item = item->next)
        if (item->type != LG_CONF_TEXT && item->type != LG_CONF_NUMBER &&
            item->type != LG_CONF_BOOL)
            lg_keys_problem(&r->keys, item, "settings", item->key,
                            "expected a number, a text, true or false");
        else if (strcmp(item->key, "board_posts") == 0)
            lg_keys_problem(&r->keys, item, "settings", item->key,
                            "is said by board = { posts = ... }");
}

static void read_plain(reading *r, const lg_conf *root)
{
    lg_collab *c = r->collab;
    c->name = lg_keys_text(root, "name", NULL);
    c->name = c->name ? c->name : file_name(r);
    const lg_conf *scenario = lg_conf_get(root, "scenario"), *pace = lg_conf_get(root, "pace");
    c->scenario = scenario && scenario->type == LG_CONF_TEXT && *scenario->text
                      ? beside(r, scenario->text)
                      : "";
    c->scenario_line = scenario ? scenario->line : 0;
    c->pace_line = pace ? pace->line : 0;
    c->pace = lg_keys_text(root, "pace", "15m=10s");
    c->control = lg_keys_text(root, "control", NULL);
    c->group = lg_keys_text(root, "group", NULL);
    c->slots = (int64_t)lg_keys_number(root, "slots", -1);
    c->days = lg_keys_number(root, "days", -1);
    c->has_seed = lg_conf_get(root, "seed");
    c->seed = (uint64_t)lg_keys_number(root, "seed", 0);
    if (c->slots > 0 && c->days > 0)
        lg_keys_problem(&r->keys, lg_conf_get(root, "days"), NULL, "days",
                        "says the same as slots; give one of them");
}

lg_status lg_collab_read(lg_mem *mem, const char *file, lg_diag *diag, lg_collab *collab)
{
    const lg_conf *root;
    *collab = (lg_collab){.mem = mem, .slots = -1, .days = -1};
    lg_arena_init(&collab->arena, mem, ARENA_BLOCK);
    lg_status status = lg_conf_read(mem, &collab->arena, file, "collab", diag, &root);
    if (status != LG_OK)
        return status;
    uint32_t errors = diag->errors;
    reading r = {.keys = {.diag = diag, .file = file}, .collab = collab, .file = file};
    lg_keys_check(&r.keys, NULL, root, collab_keys, COUNT(collab_keys));
    const lg_conf *seats = lg_conf_get(root, "seats");
    if (seats && (seats->type == LG_CONF_LIST || seats->type == LG_CONF_TABLE))
        read_seats(&r, seats);
    read_plain(&r, root);
    read_limits(&r, table_of(root, "limits"));
    read_board(&r, table_of(root, "board"));
    read_settings(&r, table_of(root, "settings"));
    if (r.exhausted)
        return LG_MEMORY;
    return diag->errors > errors ? LG_SCENARIO : LG_OK;
}

void lg_collab_fini(lg_collab *collab)
{
    lg_arena_drop(&collab->arena);
    *collab = (lg_collab){.mem = collab->mem};
}

void lg_collab_schema(lg_text *out)
{
    const lg_keys_part parts[] = {
        {"seat", seat_keys, COUNT(seat_keys)},
        {"limits", limit_keys, COUNT(limit_keys)},
        {"budget", lg_budget_keys, lg_budget_key_count},
        {"board", board_keys, COUNT(board_keys)},
    };
    lg_keys_schema("lunagrid collab", collab_keys, COUNT(collab_keys), parts, COUNT(parts), out);
}

/* ---- as agents ---- */

static void put_names(lg_text *out, const char *key, const lg_names *names)
{
    if (names->count == 0)
        return;
    lg_text_format(out, ",\"%s\":[", key);
    for (uint32_t i = 0; i < names->count; i++) {
        if (i)
            lg_text_char(out, ',');
        lg_text_json(out, names->items[i]);
    }
    lg_text_char(out, ']');
}

static void put_conf(lg_text *out, const char *key, const lg_conf *conf)
{
    if (!conf || conf->count == 0)
        return;
    lg_text_format(out, ",\"%s\":", key);
    lg_conf_canonical(conf, out);
}

static void put_seat(const lg_collab *collab, const lg_collab_seat *seat, lg_text *out)
{
    lg_text_str(out, "{\"name\":");
    lg_text_json(out, seat->name);
    lg_text_str(out, ",\"owner\":");
    lg_text_json(out, seat->owner);
    lg_text_str(out, ",\"script\":");
    lg_text_json(out, seat->script ? seat->script : LG_SCRIPT_BASELINE);
    put_names(out, "assets", &seat->assets);
    put_names(out, "markets", &seat->markets);
    put_conf(out, "params", seat->params);
    put_conf(out, "budget", collab->budget);
    if (collab->restarts)
        lg_text_format(out, ",\"restarts\":%u", collab->restarts);
    lg_text_str(out, ",\"sees\":\"own\"}");
}

void lg_collab_agents(const lg_collab *collab, lg_text *out)
{
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < collab->seat_count; i++) {
        lg_text_str(out, i ? ",\n " : "");
        put_seat(collab, &collab->seats[i], out);
    }
    lg_text_str(out, "]\n");
}
