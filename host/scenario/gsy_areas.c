/*
 * The tree: areas keep their names, identities and fees; what has no children or says a strategy is
 * an asset. Keys that change no figure are counted, all others that are not ours are told with
 * their line.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/uuid.h"
#include "scenario/csv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What an area may say, and what it is called here. NULL: not carried over by its name. */
static const struct {
    const char *name, *ours;
} area_keys[] = {
    {"name", NULL},
    {"uuid", NULL},
    {"number_of_clones", NULL},
    {"children", NULL},
    {"type", NULL},
    {"strategy", NULL},
    {"grid_fee_constant", "grid_fee_constant"},
    {"grid_fee_percentage", "grid_fee_percentage"},
    {"min_offer_age", "offer_age"},
    {"min_bid_age", "bid_age"},
    {"baseline_peak_energy_import_kWh", "baseline_peak_energy_import_kWh"},
    {"baseline_peak_energy_export_kWh", "baseline_peak_energy_export_kWh"},
    {"import_capacity_kVA", "import_capacity_kVA"},
    {"export_capacity_kVA", "export_capacity_kVA"},
};

void lg__gsy_ignore(lg__gsy *g, const char *key)
{
    for (uint32_t i = 0; i < g->ignored_count; i++)
        if (strcmp(g->ignored[i].key, key) == 0) {
            g->ignored[i].times++;
            return;
        }
    if (g->ignored_count < LG__GSY_IGNORED_MAX)
        g->ignored[g->ignored_count++] = (lg__gsy_ignored){.key = key, .times = 1};
}

void lg__gsy_unknown(lg__gsy *g, const lg_conf *at, const char *label, const char *const *names,
                     size_t count)
{
    char near[96];
    lg__near_miss(at->key, names, count, near, sizeof near);
    lg__warning(g->r, at, label, at->key, "not known: left out%s", near);
}

void lg__gsy_put_number(lg__gsy *g, lg_conf *table, const char *key, double value, int line)
{
    lg_conf *item = lg__conf_new(g->r->arena, LG_CONF_NUMBER, key, line);
    if (!item) {
        lg__exhausted(g->r);
        return;
    }
    item->number = value;
    lg__conf_put(table, item);
}

void lg__gsy_put_text(lg__gsy *g, lg_conf *table, const char *key, const char *text, int line)
{
    lg_conf *item = lg__conf_new(g->r->arena, LG_CONF_TEXT, key, line);
    if (item)
        item->text = lg_arena_text(g->r->arena, text, strlen(text));
    if (!item || !item->text) {
        lg__exhausted(g->r);
        return;
    }
    lg__conf_put(table, item);
}

void lg__gsy_put_copy(lg__gsy *g, lg_conf *table, const char *key, const lg_conf *from)
{
    lg_conf *item = lg__conf_new(g->r->arena, from->type, key, from->line);
    if (!item) {
        lg__exhausted(g->r);
        return;
    }
    *item = *from; /* items below are shared; nobody changes them */
    item->key = key;
    item->next = NULL;
    lg__conf_put(table, item);
}

bool lg__gsy_number(const lg_conf *item, double *value)
{
    *value = item->number;
    return item->type == LG_CONF_NUMBER ||
           (item->type == LG_CONF_TEXT && lg__number_parse(item->text, value) && isfinite(*value));
}

void lg__gsy_put_value(lg__gsy *g, lg_conf *table, const char *key, const lg_conf *item)
{
    double value;
    if (lg__gsy_number(item, &value))
        lg__gsy_put_number(g, table, key, value, item->line);
    else
        lg__gsy_put_copy(g, table, key, item);
}

lg_conf *lg__gsy_table(lg__gsy *g, const char *key, int line)
{
    lg_conf *table = lg__conf_new(g->r->arena, LG_CONF_TABLE, key, line);
    if (!table)
        lg__exhausted(g->r);
    return table;
}

/* As many as a scenario of ours takes; told here under the name that the file has for it. */
enum { CLONES_MAX = 10000000 };

static double clones_of(lg__gsy *g, const lg_conf *from, const char *label)
{
    const lg_conf *clones = lg_conf_get(from, "number_of_clones");
    double number;
    char got[96];
    if (!clones || clones->type == LG_CONF_NULL)
        return 1;
    if (lg__gsy_number(clones, &number) && number >= 0 && number <= CLONES_MAX &&
        number == floor(number))
        return number > 1 ? number : 1;
    lg__got(clones, got, sizeof got);
    lg__problem(g->r, clones, label, clones->key, "expected a whole number of 0 to %d, got %s",
                CLONES_MAX, got);
    return 1;
}

bool lg__gsy_identity(lg__gsy *g, lg_conf *from, bool in_clone, lg_conf *to)
{
    const lg_conf *name = lg_conf_get(from, "name"), *uuid = lg_conf_get(from, "uuid");
    double clones = clones_of(g, from, name && name->type == LG_CONF_TEXT ? name->text : NULL);
    bool cloned = in_clone || clones > 1;
    lg_uuid id;
    if (name && cloned && name->type == LG_CONF_TEXT) {
        char numbered[LG__NAME_MAX + 16];
        snprintf(numbered, sizeof numbered, "%.*s {path}", LG__NAME_MAX, name->text);
        lg__gsy_put_text(g, to, "name", numbered, name->line);
    } else if (name) {
        lg__gsy_put_copy(g, to, "name", name);
    }
    if (uuid && uuid->type == LG_CONF_TEXT && !cloned) {
        if (lg_uuid_parse(uuid->text, &id))
            lg__gsy_put_copy(g, to, "uuid", uuid);
        else
            lg__warning(g->r, uuid, name && name->text ? name->text : NULL, "uuid",
                        "is no UUID: one is made up");
    }
    if (clones > 1)
        lg__gsy_put_number(g, to, "clones", clones, from->line);
    return cloned;
}

static bool has_children(const lg_conf *node)
{
    const lg_conf *children = lg_conf_get(node, "children");
    return children && children->type == LG_CONF_LIST && children->count > 0;
}

static bool is_asset(const lg_conf *node)
{
    const lg_conf *strategy = lg_conf_get(node, "strategy"), *type = lg_conf_get(node, "type");
    const lg_conf *children = lg_conf_get(node, "children");
    bool external;
    if (has_children(node))
        return false;
    if (strategy && strategy->type != LG_CONF_NULL)
        return true;
    if (!type || type->type != LG_CONF_TEXT)
        return false;
    return !children || lg__gsy_strategy_of(type->text, &external);
}

/* What decides whether a node is an asset has to be of its type. */
static bool is_framed(lg__gsy *g, const lg_conf *node)
{
    static const struct {
        const char *key, *expected;
        lg_conf_type type;
    } frame[] = {{"type", "a text", LG_CONF_TEXT}, {"children", "a list", LG_CONF_LIST}};
    const lg_conf *name = lg_conf_get(node, "name");
    for (size_t i = 0; i < COUNT(frame); i++) {
        const lg_conf *item = lg_conf_get(node, frame[i].key);
        char got[96];
        if (!item || item->type == LG_CONF_NULL || item->type == frame[i].type)
            continue;
        lg__got(item, got, sizeof got);
        lg__problem(g->r, item, name && name->type == LG_CONF_TEXT ? name->text : NULL, item->key,
                    "expected %s, got %s", frame[i].expected, got);
        return false;
    }
    return true;
}

static lg_conf *read_children(lg__gsy *g, const char *label, const lg_conf *from, bool in_clone)
{
    lg_conf *list = lg__conf_new(g->r->arena, LG_CONF_LIST, "children", from->line);
    if (!list) {
        lg__exhausted(g->r);
        return NULL;
    }
    lg_conf **tail = &list->first;
    for (lg_conf *child = from->first; child && !g->r->exhausted; child = child->next) {
        if (child->type != LG_CONF_TABLE) {
            lg__problem(g->r, child, label, "children", "expected areas and assets");
            continue;
        }
        if (!is_framed(g, child))
            continue;
        lg_conf *made =
            is_asset(child) ? lg__gsy_asset(g, child, in_clone) : lg__gsy_area(g, child, in_clone);
        if (made)
            tail = lg__conf_append(list, tail, made);
    }
    return list;
}

/* A parameter of assets in what is an area: either the children or the type are a slip. */
static void tell_parameter(lg__gsy *g, const char *label, const lg_conf *area, const lg_conf *item)
{
    if (has_children(area))
        lg__warning(g->r, item, label, item->key,
                    "left out: only an asset has it, and what has children is an area");
    else
        lg__problem(g->r, item, label, item->key,
                    "only an asset has it, and neither \"type\" nor \"strategy\" here names one");
}

/* A strategy beside children is none that could run. */
static void tell_strategy(lg__gsy *g, const char *label, const lg_conf *area)
{
    const lg_conf *strategy = lg_conf_get(area, "strategy"), *type = lg_conf_get(area, "type");
    bool external;
    if (strategy && strategy->type == LG_CONF_NULL)
        strategy = NULL;
    if (!strategy && type && type->type == LG_CONF_TEXT &&
        lg__gsy_strategy_of(type->text, &external))
        strategy = type;
    if (strategy)
        lg__warning(g->r, strategy, label, strategy->key,
                    "left out: what has children is an area, and no asset");
}

/* One key that is neither name nor children nor the like. */
static void read_key(lg__gsy *g, const char *label, const lg_conf *area, const lg_conf *item,
                     lg_conf *to)
{
    const char *names[COUNT(area_keys)];
    if (area == g->root && strcmp(item->key, LG__GSY_EVENTS) == 0)
        return;
    for (size_t i = 0; i < COUNT(area_keys); i++) {
        names[i] = area_keys[i].name;
        if (strcmp(area_keys[i].name, item->key) != 0)
            continue;
        if (area_keys[i].ours && item->type != LG_CONF_NULL)
            lg__gsy_put_value(g, to, area_keys[i].ours, item);
        return;
    }
    if (item->type == LG_CONF_NULL ? lg__gsy_key_of(item->key, ~0u) != NULL
                                   : lg__gsy_is_ignored(item->key))
        lg__gsy_ignore(g, item->key);
    else if (lg__gsy_key_of(item->key, ~0u))
        tell_parameter(g, label, area, item);
    else
        lg__gsy_unknown(g, item, label, names, COUNT(area_keys));
}

lg_conf *lg__gsy_area(lg__gsy *g, lg_conf *area, bool in_clone)
{
    lg_conf *to = lg__gsy_table(g, NULL, area->line);
    const lg_conf *name = lg_conf_get(area, "name"), *children = lg_conf_get(area, "children");
    const char *label = name && name->type == LG_CONF_TEXT ? name->text : NULL;
    if (!to)
        return NULL;
    bool cloned = lg__gsy_identity(g, area, in_clone, to);
    for (const lg_conf *item = area->first; item; item = item->next)
        read_key(g, label, area, item, to);
    tell_strategy(g, label, area);
    if (children && children->type == LG_CONF_LIST) {
        lg_conf *list = read_children(g, label, children, cloned);
        if (list)
            lg__conf_put(to, list);
    }
    return to;
}
