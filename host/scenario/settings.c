/*
 * `--set KEY=VALUE` is a param() of the script or a dotted path into the tree: market.matching,
 * grid.grid_fee_constant, grid.Community.Home 1.Home 1 PV.capacity_kW, agents.Operator.params.peak.
 * A value stays a text here; its row makes of it what it has to be (value.c).
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scenario/csv.h"
#include "base/text.h"

enum { WORDS_MAX = 32, NAMES_MAX = 4096 };

/* Where a path has come to: a table, and the rows its keys must be among (NULL: any key will do).
 */
typedef struct spot {
    lg_conf *table;
    const lg__rows *rows;
} spot;

typedef struct name_list {
    const char **items;
    uint32_t count;
} name_list;

static void add_name(name_list *names, const char *name)
{
    if (names->count < NAMES_MAX)
        names->items[names->count++] = name;
}

static void refuse(lg__reader *r, const lg_setting *setting, const char *word,
                   const name_list *names, const char *sentence)
{
    char near[96];
    lg_conf at = {.line = LG__FROM_SET};
    lg__near_miss(word, names->items, names->count, near, sizeof near);
    lg__problem(r, &at, NULL, setting->key, "%s%s", sentence, near);
}

static const lg__rows *rows_of_object(const lg__reader *r, const lg_conf *object)
{
    const lg_conf *type = lg_conf_get(object, "type");
    if (!type)
        return &r->rows[LG__AREA];
    uint32_t driver = type->type == LG_CONF_TEXT ? lg__driver_index(r, type->text) : LG_NONE;
    return &r->asset_rows[driver == LG_NONE ? r->input->driver_count : driver];
}

static lg_conf *named_item(lg_conf *list, const char *word)
{
    for (lg_conf *item = list ? list->first : NULL; item; item = item->next) {
        const lg_conf *name = lg_conf_get(item, "name");
        if (name && name->type == LG_CONF_TEXT && strcmp(name->text, word) == 0)
            return item;
    }
    return NULL;
}

static bool is_row(const lg__rows *rows, const char *word)
{
    for (uint32_t i = 0; rows && i < rows->count; i++)
        if (strcmp(rows->items[i]->name, word) == 0)
            return true;
    return !rows;
}

/* The tables of the scenario that a path may make. */
static const struct {
    const char *key;
    enum lg__kind kind;
} objects[] = {{"market", LG__MARKET},
               {"settlement", LG__SETTLEMENT},
               {"intraday", LG__INTRADAY},
               {"coordination", LG__COORDINATION},
               {"results", LG__RESULTS}};

static int object_at(const char *word)
{
    for (int i = 0; i < (int)(sizeof objects / sizeof objects[0]); i++)
        if (strcmp(objects[i].key, word) == 0)
            return i;
    return -1;
}

static lg_conf *add_table(lg__reader *r, lg_conf *parent, const char *key)
{
    lg_conf *table = lg__conf_new(r->arena, LG_CONF_TABLE, key, 0);
    if (!table) {
        lg__exhausted(r);
        return NULL;
    }
    lg__conf_put(parent, table);
    return table;
}

/* One word further; false when there is nothing of that name. */
static bool step(lg__reader *r, spot *at, const char *word)
{
    bool scenario = at->rows == &r->rows[LG__SCENARIO], area = at->rows == &r->rows[LG__AREA];
    bool agent = at->rows == &r->rows[LG__AGENT];
    lg_conf *item = at->table->type == LG_CONF_TABLE ? lg__conf_item(at->table, word) : NULL;
    if (at->table->type == LG_CONF_LIST) { /* agents */
        item = named_item(at->table, word);
        *at = (spot){item, &r->rows[LG__AGENT]};
    } else if (scenario && object_at(word) >= 0) {
        item = item ? item : add_table(r, at->table, word);
        *at = (spot){item, &r->rows[objects[object_at(word)].kind]};
    } else if (scenario && strcmp(word, "grid") == 0) {
        *at = (spot){item, &r->rows[LG__AREA]};
    } else if (scenario && strcmp(word, "agents") == 0) {
        *at = (spot){item, NULL};
        return item && item->type == LG_CONF_LIST;
    } else if (area) {
        item = named_item(lg__conf_item(at->table, "children"), word);
        if (item)
            *at = (spot){item, rows_of_object(r, item)};
    } else if (agent && strcmp(word, "params") == 0) {
        item = item ? item : add_table(r, at->table, word);
        *at = (spot){item, NULL};
    } else if (agent && strcmp(word, "budget") == 0) {
        item = item ? item : add_table(r, at->table, word);
        *at = (spot){item, &r->rows[LG__BUDGET]};
    } else if (at->rows) {
        return false;
    } else {
        *at = (spot){item, NULL};
    }
    return item && item->type == LG_CONF_TABLE;
}

/* Appends ".area.area.word" down to what is called @p word; false when nothing below is. */
static bool find_below(const lg_conf *area, const char *word, lg_text *path)
{
    const lg_conf *list = lg_conf_get(area, "children");
    for (const lg_conf *item = list ? list->first : NULL; item; item = item->next) {
        const lg_conf *name = lg_conf_get(item, "name");
        size_t before = path->length;
        if (!name || name->type != LG_CONF_TEXT)
            continue;
        lg_text_format(path, ".%s", name->text);
        if (strcmp(name->text, word) == 0 || find_below(item, word, path))
            return true;
        path->length = before;
    }
    return false;
}

/* A word that stands deeper in the grid than the path says: the path that was meant. */
static bool refuse_deep(lg__reader *r, lg_conf *root, const lg_setting *setting, const char *word,
                        const char *rest)
{
    const lg_conf *grid = lg_conf_get(root, "grid");
    lg_conf at = {.line = LG__FROM_SET};
    lg_text path;
    if (!grid || strncmp(setting->key, "grid.", 5) != 0)
        return false;
    lg_text_init(&path, r->mem);
    lg_text_str(&path, "grid");
    bool found = find_below(grid, word, &path);
    if (path.failed)
        lg__exhausted(r);
    else if (found)
        lg__problem(r, &at, NULL, setting->key,
                    "\"%.60s\" stands deeper; a path names every area on the way: \"%.200s.%.60s\"",
                    word, lg_text_peek(&path), rest);
    lg_text_fini(&path);
    return found;
}

/* All words that could stand at a place. */
static void names_at(lg__reader *r, const spot *at, name_list *names)
{
    (void)r;
    for (uint32_t i = 0; at->rows && i < at->rows->count; i++)
        add_name(names, at->rows->items[i]->name);
    const lg_conf *list =
        at->table->type == LG_CONF_LIST ? at->table : lg_conf_get(at->table, "children");
    for (const lg_conf *item = list ? list->first : NULL; item; item = item->next) {
        const lg_conf *name = lg_conf_get(item, "name");
        if (name && name->type == LG_CONF_TEXT)
            add_name(names, name->text);
    }
    for (const lg_conf *item = at->table->first; !at->rows && item; item = item->next)
        if (item->key)
            add_name(names, item->key);
}

/* "market.kind" for every row of an object of the scenario. */
static void add_paths(lg__reader *r, const char *object, const lg__rows *rows, name_list *names)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        char path[80];
        int length = snprintf(path, sizeof path, "%s.%.60s", object, rows->items[i]->name);
        const char *copy = lg_arena_text(&r->scratch, path, (size_t)length);
        if (!copy)
            lg__exhausted(r);
        else
            add_name(names, copy);
    }
}

/* The object that has a key of this name; NULL: none. */
static const char *object_with(const lg__reader *r, const char *key)
{
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        if (is_row(&r->rows[objects[i].kind], key))
            return objects[i].key;
    return NULL;
}

/* The key as a whole has a near miss among params and the usual paths. */
static void refuse_whole(lg__reader *r, const lg_setting *setting, name_list *names)
{
    const char *object = object_with(r, setting->key);
    names->count = 0;
    if (object) {
        char sentence[120];
        snprintf(sentence, sizeof sentence, "is a key of %s: write %s.%.60s", object, object,
                 setting->key);
        refuse(r, setting, setting->key, names, sentence);
        return;
    }
    for (uint32_t i = 0; i < r->param_count; i++)
        add_name(names, r->params[i]);
    for (uint32_t i = 0; i < r->rows[LG__SCENARIO].count; i++)
        add_name(names, r->rows[LG__SCENARIO].items[i]->name);
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        add_paths(r, objects[i].key, &r->rows[objects[i].kind], names);
    add_paths(r, "grid", &r->rows[LG__AREA], names);
    refuse(r, setting, setting->key, names,
           "the scenario has neither a param nor a key of this name");
}

/* The value of a place without a row: what it looks like. */
static void guess_type(lg_conf *item)
{
    double number;
    bool is_true = strcmp(item->text, "true") == 0;
    if (lg__number_parse(item->text, &number)) {
        item->type = LG_CONF_NUMBER;
        item->number = number;
    } else if (is_true || strcmp(item->text, "false") == 0) {
        item->type = LG_CONF_BOOL;
        item->number = is_true;
    }
}

static void set_value(lg__reader *r, const spot *at, const char *key, const char *value)
{
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_TEXT, key, LG__FROM_SET);
    if (item)
        item->text = lg_arena_text(r->arena, value, strlen(value));
    if (!item || !item->text) {
        lg__exhausted(r);
        return;
    }
    if (!at->rows)
        guess_type(item);
    lg__conf_remove(at->table, key);
    lg__conf_put(at->table, item);
    /* Two keys say the same in two ways; the one that is set wins over the one that is written. */
    static const char *const rivals[][2] = {{"days", "slots"}, {"ticks_per_slot", "tick_seconds"}};
    for (int i = 0; i < 2 && at->rows == &r->rows[LG__SCENARIO]; i++)
        for (int k = 0; k < 2; k++)
            if (strcmp(key, rivals[i][k]) == 0)
                lg__conf_remove(at->table, rivals[i][1 - k]);
}

/* The last word of a path is no key of its place: it is unknown, or has keys of its own. */
static void refuse_last(lg__reader *r, const lg_setting *setting, const spot *at, const char *key,
                        name_list *names)
{
    char sentence[200];
    spot inside = *at;
    names->count = 0;
    if (step(r, &inside, key)) {
        snprintf(sentence, sizeof sentence,
                 "\"%.60s\" is no value but has keys, as in %.60s.%.30s=VALUE", key, setting->key,
                 inside.rows && inside.rows->count ? inside.rows->items[0]->name : "KEY");
    } else {
        snprintf(sentence, sizeof sentence, "there is no key \"%.60s\" here", key);
        names_at(r, at, names);
    }
    refuse(r, setting, key, names, sentence);
}

static void apply(lg__reader *r, lg_conf *root, const lg_setting *setting, name_list *names)
{
    char *key = lg_arena_text(r->arena, setting->key, strlen(setting->key));
    if (!key) {
        lg__exhausted(r);
        return;
    }
    spot at = {root, &r->rows[LG__SCENARIO]};
    for (int depth = 0; depth < WORDS_MAX; depth++) {
        char *dot = strchr(key, '.');
        if (!dot)
            break;
        *dot = 0;
        spot next = at;
        if (!step(r, &next, key)) {
            if (depth == 0 || r->exhausted) {
                refuse_whole(r, setting, names);
                return;
            }
            char sentence[120];
            if (refuse_deep(r, root, setting, key, dot + 1))
                return;
            names->count = 0;
            if (at.rows && is_row(at.rows, key)) {
                snprintf(sentence, sizeof sentence,
                         "\"%.60s\" has no keys that can be set one by one", key);
            } else {
                snprintf(sentence, sizeof sentence, "there is no \"%.60s\" here", key);
                names_at(r, &at, names);
            }
            refuse(r, setting, key, names, sentence);
            return;
        }
        at = next;
        key = dot + 1;
    }
    if (at.table->type == LG_CONF_TABLE && is_row(at.rows, key)) {
        set_value(r, &at, key, setting->value);
    } else if (at.table == root) {
        refuse_whole(r, setting, names);
    } else {
        refuse_last(r, setting, &at, key, names);
    }
}

bool lg__settings_check(lg__reader *r)
{
    const lg_scenario_input *input = r->input;
    lg_conf at = {.line = LG__FROM_SET};
    bool fine = true;
    for (uint32_t i = 0; i < input->setting_count; i++) {
        bool key = lg_text_is_utf8(input->settings[i].key);
        if (key && lg_text_is_utf8(input->settings[i].value))
            continue;
        lg__problem(r, &at, NULL, key ? input->settings[i].key : "--set",
                    "%s of setting number %u is not valid UTF-8", key ? "the value" : "the key",
                    i + 1);
        fine = false;
    }
    return fine;
}

void lg__settings_apply(lg__reader *r, lg_conf *root)
{
    const lg_scenario_input *input = r->input;
    name_list names = {.items = lg_arena_alloc(&r->scratch, NAMES_MAX * sizeof *names.items)};
    if (!names.items) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < input->setting_count; i++)
        if (!r->setting_used[i])
            apply(r, root, &input->settings[i], &names);
    lg__options_apply(r, root);
}
