/*
 * The tree as the file says it: areas and assets with checked values, clones still folded. Every
 * node is looked at even when others are wrong, so that all problems come out at once.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "grid/unit.h"

enum { SHOWN_NAME_MAX = 40 }; /* of a name that is too long */

static lg__node *read_area(lg__reader *r, lg_conf *conf, lg__node *parent, uint32_t depth,
                           lg_conf **resolved);

/* How messages call an object: its name, else what it is. */
static const char *label_of(const lg_conf *conf, const char *otherwise)
{
    const lg_conf *name = lg_conf_get(conf, "name");
    return name && name->type == LG_CONF_TEXT && *name->text ? name->text : otherwise;
}

static bool name_is_fine(lg__reader *r, const lg_conf *item, const char *label, bool in_clone)
{
    const char *name = item->text;
    if (!*name || strlen(name) > LG__NAME_MAX - 24) {
        lg__problem(r, item, label, "name", "a name has 1 to %d bytes", LG__NAME_MAX - 24);
        return false;
    }
    if (strpbrk(name, "*?[]")) {
        lg__problem(r, item, label, "name", "a name has none of * ? [ ]");
        return false;
    }
    for (const char *p = name; *p; p++)
        if (lg_text_control((const unsigned char *)p)) {
            lg__problem(r, item, label, "name", "a name has no control characters");
            return false;
        }
    bool numbered = strstr(name, "{i}") || strstr(name, "{path}");
    if (in_clone && !numbered)
        lg__problem(r, item, label, "name", "is cloned, so its name needs {i} or {path}");
    else if (!in_clone && numbered)
        lg__problem(r, item, label, "name", "{i} and {path} need clones here or above");
    return in_clone == numbered;
}

/* What areas and assets have in common. */
static lg__node *new_node(lg__reader *r, lg_conf *conf, lg__node *parent, const char *label,
                          lg__field *fields, const lg__rows *rows)
{
    lg__node *node = lg_arena_alloc(&r->scratch, sizeof *node);
    if (!node) {
        lg__exhausted(r);
        return NULL;
    }
    const lg__field *name = lg__field_of(fields, rows, "name");
    const lg__field *clones = lg__field_of(fields, rows, "clones");
    const lg__field *uuid = lg__field_of(fields, rows, "uuid");
    node->conf = conf;
    node->parent = parent;
    node->name = name->item ? name->value.text : "";
    node->clones = clones->item ? (uint32_t)clones->value.number : 0;
    node->in_clone = node->clones || (parent && parent->in_clone);
    if (name->item)
        name_is_fine(r, name->item, label, node->in_clone);
    if (strlen(node->name) > LG__NAME_MAX - 24) /* told; what comes after relies on the limit */
        node->name = lg_arena_text(&r->scratch, node->name, SHOWN_NAME_MAX);
    if (!node->name) {
        lg__exhausted(r);
        return NULL;
    }
    if (uuid->item && node->in_clone)
        lg__problem(r, uuid->item, label, "uuid", "clones cannot share one UUID; leave it out");
    else if (uuid->item)
        node->uuid = uuid->item->text;
    if (node->clones && !parent)
        lg__problem(r, clones->item, label, "clones", "there is only one topmost area");
    return node;
}

static lg__node *read_asset(lg__reader *r, lg_conf *conf, lg__node *parent, lg_conf **resolved)
{
    const lg_conf *type = lg_conf_get(conf, "type");
    const char *label = label_of(conf, "asset");
    uint32_t drivers = r->input->driver_count, driver = drivers;
    if (type->type == LG_CONF_TEXT) {
        char near[96];
        driver = lg__driver_index(r, type->text);
        if (driver == LG_NONE) {
            driver = drivers;
            lg__near_miss(type->text, r->driver_names, drivers, near, sizeof near);
            lg__problem(r, type, label, "type", "no plugin drives \"%.60s\"%s", type->text, near);
        }
    } else {
        lg__problem(r, type, label, "type", "expected the name of a driver");
    }
    if (driver == drivers)
        return NULL; /* without its driver none of the other keys can be judged */
    const lg__rows *rows = &r->asset_rows[driver];
    lg__field *fields = lg_arena_alloc(&r->scratch, rows->count * sizeof *fields);
    if (!fields) {
        lg__exhausted(r);
        return NULL;
    }
    lg__check(r, label, conf, rows, fields);
    lg__node *node = new_node(r, conf, parent, label, fields, rows);
    if (!node)
        return NULL;
    node->is_asset = true;
    node->driver = driver;
    node->role = r->input->drivers[driver]->role;
    uint32_t own = rows->own, count = rows->count - own;
    node->params =
        lg__params_share(r, fields + own, count, r->input->drivers[driver]->options.count);
    const lg__field *strategy = lg__field_of(fields, rows, "strategy");
    if (strategy->item)
        lg__script_path(r, strategy->item, label, "strategy", strategy->value.text);
    lg__interval_note(r, node, label, lg__field_of(fields, rows, "update_interval"), strategy);
    *resolved = lg__resolved(r, rows, fields);
    return node->params && *resolved ? node : NULL;
}

static lg__node *read_child(lg__reader *r, lg_conf *conf, lg__node *parent, uint32_t depth,
                            lg_conf **resolved)
{
    if (conf->type != LG_CONF_TABLE) {
        char got[96];
        lg__got(conf, got, sizeof got);
        lg__problem(r, conf, parent->name, "children", "expected an area or an asset, got %s", got);
        return NULL;
    }
    if (lg_conf_get(conf, "type"))
        return read_asset(r, conf, parent, resolved);
    return read_area(r, conf, parent, depth, resolved);
}

static void read_children(lg__reader *r, lg_conf *list, lg__node *node, uint32_t depth,
                          lg_conf *resolved)
{
    lg_conf *children = lg__conf_new(r->arena, LG_CONF_LIST, "children", 0);
    if (!children) {
        lg__exhausted(r);
        return;
    }
    lg_conf **tail = &children->first;
    lg__node **link = &node->first;
    for (lg_conf *item = list->first; item && !r->exhausted; item = item->next) {
        lg_conf *child = NULL;
        lg__node *read = read_child(r, item, node, depth, &child);
        if (read) {
            *link = read;
            link = &read->next;
        }
        if (child)
            tail = lg__conf_append(children, tail, child);
    }
    lg__conf_remove(resolved, "children");
    lg__conf_put(resolved, children);
}

static void read_fees(lg__reader *r, lg__node *node, const char *label, lg__field *fields,
                      const lg__rows *rows)
{
    const lg__field *constant = lg__field_of(fields, rows, "grid_fee_constant");
    const lg__field *percentage = lg__field_of(fields, rows, "grid_fee_percentage");
    bool percent = r->scenario->rules.fee_kind == LG_FEE_PERCENTAGE;
    if (constant->item && !lg_uct_from_ct(constant->value.number, &node->fee_uct))
        lg__problem(r, constant->item, label, "grid_fee_constant", "is too large");
    if (percentage->item)
        lg_unit_scale(percentage->value.number, 1e7, LG_FEE_MAX_PPB, &node->fee_ppb);
    const lg__field *idle = percent ? constant : percentage;
    if (idle->item && idle->value.number != 0)
        lg__warning(r, idle->item, label, idle->row->name,
                    "has no effect with market.fees = \"%s\"", percent ? "percentage" : "constant");
}

/* Capacities are taken at unity power factor. NULL when nothing is said, or exhausted. */
static const lg_connection *read_connection(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    static const char *const keys[] = {"baseline_peak_energy_import_kWh",
                                       "baseline_peak_energy_export_kWh", "import_capacity_kVA",
                                       "export_capacity_kVA"};
    const double hours = r->scenario->rules.slot_ms / (double)LG_HOUR_MS;
    int64_t value[4] = {0};
    bool said = false;
    for (int i = 0; i < 4; i++) {
        const lg__field *field = lg__field_of(fields, rows, keys[i]);
        if (!field->item)
            continue;
        said = true;
        bool fits = lg_uwh_from_kwh(field->value.number * (i < 2 ? 1 : hours), &value[i]);
        LG_ASSERT(fits); /* the rows' ranges see to it */
    }
    lg_connection *connection = said ? lg_arena_alloc(r->arena, sizeof *connection) : NULL;
    if (connection)
        *connection = (lg_connection){value[0], value[1], value[2], value[3]};
    else if (said)
        lg__exhausted(r);
    return connection;
}

/* An age of the area, else the one that @p otherwise says. */
static uint16_t read_age(lg__field *fields, const lg__rows *rows, const char *key,
                         uint16_t otherwise)
{
    const lg__field *age = lg__field_of(fields, rows, key);
    return age->item ? (uint16_t)age->value.number : otherwise;
}

static lg__node *read_area(lg__reader *r, lg_conf *conf, lg__node *parent, uint32_t depth,
                           lg_conf **resolved)
{
    const lg__rows *rows = &r->rows[LG__AREA];
    const char *label = label_of(conf, parent ? "area" : "grid");
    lg__field fields[24];
    LG_ASSERT(rows->count <= 24);
    if (depth > LG_DEPTH_MAX) {
        lg__problem(r, conf, label, NULL, "areas are nested deeper than %d levels", LG_DEPTH_MAX);
        return NULL;
    }
    lg__check(r, label, conf, rows, fields);
    lg__node *node = new_node(r, conf, parent, label, fields, rows);
    *resolved = lg__resolved(r, rows, fields);
    if (!node || !*resolved)
        return NULL;
    read_fees(r, node, label, fields, rows);
    node->connection = read_connection(r, fields, rows);
    const lg_area *defaults = &r->market_defaults;
    node->offer_age = read_age(fields, rows, "offer_age", defaults->offer_age);
    node->bid_age = read_age(fields, rows, "bid_age", defaults->bid_age);
    const lg__field *member = lg__field_of(fields, rows, "member");
    node->member = member->item ? (int8_t)(member->value.number != 0) : -1;
    const lg__field *children = lg__field_of(fields, rows, "children");
    if (children->item)
        read_children(r, children->item, node, depth + 1, *resolved);
    else
        lg__warning(r, conf, label, NULL, "the area has no children");
    return node;
}

lg__node *lg__nodes_read(lg__reader *r, lg_conf *grid, lg_conf **resolved)
{
    *resolved = NULL;
    if (lg_conf_get(grid, "type")) {
        lg__problem(r, grid, "grid", NULL, "is an asset; expected an area { ... }");
        return NULL;
    }
    r->restless = r->still = (lg__restless){0};
    lg__node *root = read_area(r, grid, NULL, 0, resolved);
    if (root && !r->exhausted)
        lg__intervals_tell(r, root);
    return root;
}
