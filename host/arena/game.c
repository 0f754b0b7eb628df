/* The JSON form is made by hand and in one way: keys in the order of their bytes, no blanks. What
 * is read is checked key by key, since jobs come over wires. */
#include "arena/game.h"

#include <stdio.h>
#include <string.h>
#include "base/hash.h"
#include "base/text.h"
#include "scenario/scenario.h"

enum { ARENA_BLOCK = 4096, SEATS_MAX = 10000, PAIRS_MAX = 100000 };

static const char *const roles[] = {"trader", "operator", "exchange"};

const char *lg_seat_role_name(lg_seat_role role)
{
    return roles[role];
}

void lg_game_init(lg_game *game, lg_mem *mem)
{
    *game = (lg_game){.mem = mem, .engine = "", .figures = LG_GAME_FIGURES, .scenario = ""};
    lg_arena_init(&game->arena, mem, ARENA_BLOCK);
}

static void pairs_fini(lg_game *game, lg_game_pairs *pairs)
{
    lg_mem_free(game->mem, pairs->items, pairs->capacity * sizeof *pairs->items);
    *pairs = (lg_game_pairs){0};
}

void lg_game_fini(lg_game *game)
{
    pairs_fini(game, &game->settings);
    pairs_fini(game, &game->files);
    pairs_fini(game, &game->plugins);
    lg_arena_drop(&game->arena);
}

static lg_game_pair *find(const lg_game_pairs *pairs, const char *key)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].key, key) == 0)
            return &pairs->items[i];
    return NULL;
}

bool lg_game_put(lg_game *game, lg_game_pairs *pairs, const char *key, const char *value)
{
    lg_game_pair *pair = find(pairs, key);
    const char *copy = lg_arena_text(&game->arena, value, strlen(value));
    if (!copy)
        return false;
    if (pair) {
        pair->value = copy;
        return true;
    }
    const char *name = lg_arena_text(&game->arena, key, strlen(key));
    if (!name || !LG_GROW(game->mem, pairs->items, pairs->capacity, pairs->count + 1))
        return false;
    pairs->items[pairs->count++] = (lg_game_pair){name, copy};
    return true;
}

const char *lg_game_get(const lg_game_pairs *pairs, const char *key)
{
    const lg_game_pair *pair = find(pairs, key);
    return pair ? pair->value : NULL;
}

/* ---- to JSON ---- */

static void put_text(lg_text *out, const char *key, const char *value)
{
    lg_text_format(out, "\"%s\":", key);
    lg_text_json(out, value);
}

/* Pairs in the order of their keys' bytes. */
static void put_pairs(lg_text *out, const char *key, const lg_game_pairs *pairs)
{
    const char *last = NULL;
    lg_text_format(out, "\"%s\":{", key);
    for (uint32_t n = 0; n < pairs->count; n++) {
        const lg_game_pair *least = NULL;
        for (uint32_t i = 0; i < pairs->count; i++) {
            const lg_game_pair *pair = &pairs->items[i];
            if ((!last || strcmp(pair->key, last) > 0) &&
                (!least || strcmp(pair->key, least->key) < 0))
                least = pair;
        }
        lg_text_str(out, last ? "," : "");
        last = least->key;
        lg_text_json(out, least->key);
        lg_text_char(out, ':');
        lg_text_json(out, least->value);
    }
    lg_text_char(out, '}');
}

static void put_names(lg_text *out, const char *key, const lg_names *names)
{
    lg_text_format(out, "\"%s\":[", key);
    for (uint32_t i = 0; i < names->count; i++) {
        lg_text_str(out, i ? "," : "");
        lg_text_json(out, names->items[i]);
    }
    lg_text_char(out, ']');
}

static void put_seat(lg_text *out, const lg_game_seat *seat)
{
    lg_text_char(out, '{');
    if (seat->assets.count) {
        put_names(out, "assets", &seat->assets);
        lg_text_char(out, ',');
    }
    if (seat->budget) {
        lg_text_str(out, "\"budget\":");
        lg_conf_canonical(seat->budget, out);
        lg_text_char(out, ',');
    }
    put_text(out, "entrant", seat->entrant);
    lg_text_char(out, ',');
    if (seat->markets.count) {
        put_names(out, "markets", &seat->markets);
        lg_text_char(out, ',');
    }
    put_text(out, "name", seat->name);
    lg_text_char(out, ',');
    if (seat->params) {
        lg_text_str(out, "\"params\":");
        lg_conf_canonical(seat->params, out);
        lg_text_char(out, ',');
    }
    put_text(out, "role", lg_seat_role_name(seat->role));
    if (seat->sees) {
        lg_text_char(out, ',');
        put_text(out, "sees", seat->sees);
    }
    lg_text_char(out, '}');
}

void lg_game_print(const lg_game *game, lg_text *out)
{
    lg_text_char(out, '{');
    put_text(out, "engine", game->engine);
    lg_text_format(out, ",\"figures\":%u,", game->figures);
    put_pairs(out, "files", &game->files);
    lg_text_char(out, ',');
    put_pairs(out, "plugins", &game->plugins);
    lg_text_char(out, ',');
    put_text(out, "scenario", game->scenario);
    lg_text_str(out, ",\"seats\":[");
    for (uint32_t i = 0; i < game->seat_count; i++) {
        lg_text_str(out, i ? "," : "");
        put_seat(out, &game->seats[i]);
    }
    lg_text_str(out, "],\"seed\":");
    lg_text_int(out, (int64_t)game->seed);
    lg_text_char(out, ',');
    put_pairs(out, "settings", &game->settings);
    lg_text_format(out, ",\"slots\":%u}\n", game->slots);
}

bool lg_game_name(const lg_game *game, char name[LG_GAME_NAME_SIZE])
{
    char sum[65];
    lg_text text;
    lg_text_init(&text, game->mem);
    lg_game_print(game, &text);
    bool fine = !text.failed;
    if (fine)
        lg_sha256(text.data, text.length, sum);
    lg_text_fini(&text);
    snprintf(name, LG_GAME_NAME_SIZE, "%.32s", fine ? sum : "");
    return fine;
}

/* ---- from JSON ---- */

static const lg_key game_keys[] = {
    {.name = "engine", .type = LG_KEY_TEXT, .required = true, .help = "version of the program"},
    {.name = "figures",
     .type = LG_KEY_WHOLE,
     .required = true,
     .max = 1000000,
     .help = "which ones game.json has: a number that grows with lunagrid"},
    {.name = "files", .type = LG_KEY_TABLE, .required = true, .help = "path to SHA-256"},
    {.name = "plugins", .type = LG_KEY_TABLE, .required = true, .help = "name to version"},
    {.name = "scenario", .type = LG_KEY_TEXT, .required = true, .help = "one of the files"},
    {.name = "seats", .type = LG_KEY_LIST, .required = true, .help = "who sits where"},
    {.name = "seed",
     .type = LG_KEY_WHOLE,
     .required = true,
     .max = 9007199254740991.0,
     .help = "root of all randomness"},
    {.name = "settings", .type = LG_KEY_TABLE, .required = true, .help = "as --set has them"},
    {.name = "slots",
     .type = LG_KEY_WHOLE,
     .required = true,
     .max = 10000000,
     .help = "0: as the scenario says"},
};

static const lg_key seat_keys[] = {
    {.name = "assets", .type = LG_KEY_TEXTS, .help = "names of assets and areas"},
    {.name = "budget", .type = LG_KEY_TABLE, .help = "as of an agent"},
    {.name = "entrant",
     .type = LG_KEY_TEXT,
     .required = true,
     .help = "a script, \"baseline\", or a rule"},
    {.name = "markets", .type = LG_KEY_TEXTS, .help = "names of areas"},
    {.name = "name", .type = LG_KEY_TEXT, .required = true, .help = "of the seat"},
    {.name = "params", .type = LG_KEY_TABLE, .help = "of the script"},
    {.name = "role",
     .type = LG_KEY_TEXT,
     .required = true,
     .choices = "trader|operator|exchange",
     .help = "what it does"},
    {.name = "sees", .type = LG_KEY_TEXT, .choices = "own", .help = "absent: all"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct reading {
    lg_keys keys;
    lg_game *game;
    bool exhausted, fine;
} reading;

static void read_pairs(reading *r, const lg_conf *root, const char *key, lg_game_pairs *pairs)
{
    const lg_conf *table = lg_conf_get(root, key);
    if (table && table->count > PAIRS_MAX) {
        lg_keys_problem(&r->keys, table, NULL, key, "has more than %d keys", PAIRS_MAX);
        r->fine = false;
        return;
    }
    for (const lg_conf *item = table ? table->first : NULL; item; item = item->next)
        if (item->type != LG_CONF_TEXT) {
            lg_keys_problem(&r->keys, item, key, item->key, "expected a text");
            r->fine = false;
        } else if (!lg_game_put(r->game, pairs, item->key, item->text)) {
            r->exhausted = true;
        }
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void check_files(reading *r, const lg_conf *root)
{
    const lg_game_pairs *files = &r->game->files;
    for (uint32_t i = 0; i < files->count; i++) {
        const char *path = files->items[i].key;
        const lg_conf *at = lg_conf_get(lg_conf_get(root, "files"), path);
        if (!lg_game_path_is_fine(path)) {
            lg_keys_problem(&r->keys, at, "files", path,
                            "a path is relative and has no \"..\" in it");
            r->fine = false;
        }
        if (!is_sha256(files->items[i].value)) {
            lg_keys_problem(&r->keys, at, "files", path, "expected a SHA-256 of 64 digits");
            r->fine = false;
        }
    }
    if (r->fine && !lg_game_get(files, r->game->scenario)) {
        lg_keys_problem(&r->keys, lg_conf_get(root, "scenario"), NULL, "scenario",
                        "\"%.100s\" is not among the files", r->game->scenario);
        r->fine = false;
    }
}

static lg_seat_role role_of(const char *word)
{
    lg_seat_role role = LG_SEAT_TRADER;
    while (role < LG_SEAT_EXCHANGE && strcmp(roles[role], word) != 0)
        role++;
    return role;
}

static void read_seat(reading *r, const lg_conf *conf, lg_game_seat *seat)
{
    lg_game *game = r->game;
    if (!lg_keys_check(&r->keys, "seat", conf, seat_keys, COUNT(seat_keys))) {
        r->fine = false;
        return;
    }
    seat->name = lg_keys_text(conf, "name", "");
    seat->role = role_of(lg_keys_text(conf, "role", ""));
    seat->entrant = lg_keys_text(conf, "entrant", "");
    seat->params = lg_conf_get(conf, "params");
    seat->sees = lg_keys_text(conf, "sees", NULL);
    seat->budget = lg_conf_get(conf, "budget");
    if (!lg_keys_names(&game->arena, conf, "assets", &seat->assets) ||
        !lg_keys_names(&game->arena, conf, "markets", &seat->markets))
        r->exhausted = true;
    bool script = seat->role != LG_SEAT_EXCHANGE && strcmp(seat->entrant, LG_SCRIPT_BASELINE) != 0;
    if (script && !lg_game_get(&game->files, seat->entrant)) {
        lg_keys_problem(&r->keys, lg_conf_get(conf, "entrant"), seat->name, "entrant",
                        "\"%.100s\" is not among the files", seat->entrant);
        r->fine = false;
    }
}

static void read_seats(reading *r, const lg_conf *list)
{
    lg_game *game = r->game;
    if (list->count > SEATS_MAX) {
        lg_keys_problem(&r->keys, list, NULL, "seats", "there are more than %d", SEATS_MAX);
        r->fine = false;
        return;
    }
    game->seats = lg_arena_alloc(&game->arena, (list->count + 1) * sizeof *game->seats);
    if (!game->seats) {
        r->exhausted = true;
        return;
    }
    for (const lg_conf *item = list->first; item; item = item->next)
        read_seat(r, item, &game->seats[game->seat_count++]);
}

lg_status lg_game_read(lg_mem *mem, const char *file, lg_diag *diag, lg_game *game)
{
    const lg_conf *root;
    lg_game_init(game, mem);
    lg_status status = lg_conf_read(mem, &game->arena, file, "job", diag, &root);
    if (status != LG_OK)
        return status;
    reading r = {.keys = {.diag = diag, .file = file}, .game = game, .fine = true};
    if (!lg_keys_check(&r.keys, NULL, root, game_keys, COUNT(game_keys)))
        return LG_SCENARIO;
    game->engine = lg_keys_text(root, "engine", "");
    game->figures = (uint32_t)lg_keys_number(root, "figures", 0);
    game->scenario = lg_keys_text(root, "scenario", "");
    game->seed = (uint64_t)lg_keys_number(root, "seed", 0);
    game->slots = (uint32_t)lg_keys_number(root, "slots", 0);
    read_pairs(&r, root, "files", &game->files);
    read_pairs(&r, root, "plugins", &game->plugins);
    read_pairs(&r, root, "settings", &game->settings);
    check_files(&r, root);
    read_seats(&r, lg_conf_get(root, "seats"));
    return r.exhausted ? LG_MEMORY : r.fine ? LG_OK : LG_SCENARIO;
}

lg_status lg_game_is_ours(const lg_game *game, const char *engine, lg_err *err)
{
    if (strcmp(game->engine, engine) != 0)
        return lg_fail(err, LG_INVALID, "it is a job for lunagrid %.40s, this is %s", game->engine,
                       engine);
    if (game->figures != LG_GAME_FIGURES)
        return lg_fail(err, LG_INVALID,
                       "it is a job for a lunagrid with figures %u, this one has %d: `lunagrid "
                       "match` or whatever made it makes it anew",
                       game->figures, LG_GAME_FIGURES);
    return LG_OK;
}

bool lg_game_path_is_fine(const char *path)
{
    const char *shipped = LG_GAME_SHIPPED;
    if (strncmp(path, shipped, strlen(shipped)) == 0)
        path += strlen(shipped);
    for (const char *word = path;; word++) {
        size_t length = strcspn(word, "/");
        bool dots =
            (length == 1 && word[0] == '.') || (length == 2 && word[0] == '.' && word[1] == '.');
        if (length == 0 || dots)
            return false;
        word += length;
        if (!*word)
            return true;
    }
}

/* ---- for the run ---- */

/* What of @p path lies below @p folder; NULL: it does not. */
static const char *below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

bool lg_game_path_of(const lg_game *game, const char *root, const char *scripts, const char *opened,
                     lg_text *out)
{
    const char *slash = strrchr(game->scenario, '/'), *tail = below(opened, scripts);
    size_t length = slash ? (size_t)(slash - game->scenario) : 0, before = out->length;
    if (tail) {
        lg_text_format(out, LG_GAME_SHIPPED "%s", tail);
    } else if (opened[0] == '/') {
        tail = below(opened, root);
        lg_text_str(out, tail ? tail : opened);
    } else {
        while (strncmp(opened, "./", 2) == 0 || (strncmp(opened, "../", 3) == 0 && length)) {
            if (opened[1] == '.') /* one folder up */
                while (length && game->scenario[--length] != '/')
                    ;
            opened = strchr(opened, '/') + 1;
        }
        lg_text_bytes(out, game->scenario, length);
        lg_text_format(out, "%s%s", length ? "/" : "", opened);
    }
    return !out->failed && lg_game_path_is_fine(lg_text_peek(out) + before);
}

static void put_below(lg_text *out, const char *folder, const char *path, size_t length)
{
    size_t end = strlen(folder);
    while (end && folder[end - 1] == '/') /* it may be the root of the file system */
        end--;
    lg_text_bytes(out, folder, end);
    lg_text_char(out, '/');
    lg_text_bytes(out, path, length);
}

void lg_game_place_of(const char *root, const char *scripts, const char *path, lg_text *out)
{
    size_t shipped = strlen(LG_GAME_SHIPPED);
    if (strncmp(path, LG_GAME_SHIPPED, shipped) == 0)
        put_below(out, scripts, path + shipped, strlen(path + shipped));
    else
        put_below(out, root, path, strlen(path));
}

void lg_game_folder(const lg_game *game, const char *root, lg_text *out)
{
    const char *slash = strrchr(game->scenario, '/');
    put_below(out, root, game->scenario, slash ? (size_t)(slash - game->scenario) : 0);
}

void lg_game_seen_from(const lg_game *game, const char *path, lg_text *out)
{
    const char *slash = strrchr(game->scenario, '/');
    size_t folder = slash ? (size_t)(slash - game->scenario) + 1 : 0;
    size_t shipped = strlen(LG_GAME_SHIPPED);
    if (strncmp(path, LG_GAME_SHIPPED, shipped) == 0) {
        lg_text_str(out, path + shipped);
        return;
    }
    if (folder && strncmp(path, game->scenario, folder) == 0) {
        lg_text_str(out, path + folder);
        return;
    }
    for (size_t i = 0; i < folder; i++)
        if (game->scenario[i] == '/')
            lg_text_str(out, "../");
    lg_text_str(out, path);
}

static void put_agent(const lg_game *game, const lg_game_seat *seat, lg_text *out)
{
    bool script = strcmp(seat->entrant, LG_SCRIPT_BASELINE) != 0;
    lg_text path;
    lg_text_init(&path, game->mem);
    if (script)
        lg_game_seen_from(game, seat->entrant, &path);
    lg_text_str(out, "{");
    put_text(out, "name", seat->name);
    lg_text_char(out, ',');
    put_text(out, "script", script ? lg_text_peek(&path) : LG_SCRIPT_BASELINE);
    lg_text_str(out, ",\"optional\":true");
    if (seat->sees) {
        lg_text_char(out, ',');
        put_text(out, "sees", seat->sees);
    }
    if (seat->assets.count) {
        lg_text_char(out, ',');
        put_names(out, "assets", &seat->assets);
    }
    if (seat->markets.count) {
        lg_text_char(out, ',');
        put_names(out, "markets", &seat->markets);
    }
    const struct {
        const char *key;
        const lg_conf *conf;
    } tables[] = {{"params", seat->params}, {"budget", seat->budget}};
    for (size_t i = 0; i < COUNT(tables); i++)
        if (tables[i].conf) {
            lg_text_format(out, ",\"%s\":", tables[i].key);
            lg_conf_canonical(tables[i].conf, out);
        }
    lg_text_char(out, '}');
    out->failed = out->failed || path.failed;
    lg_text_fini(&path);
}

void lg_game_agents(const lg_game *game, lg_text *out)
{
    const char *between = "";
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < game->seat_count; i++) {
        if (game->seats[i].role == LG_SEAT_EXCHANGE)
            continue;
        lg_text_str(out, between);
        put_agent(game, &game->seats[i], out);
        between = ",\n";
    }
    lg_text_str(out, "]\n");
}
