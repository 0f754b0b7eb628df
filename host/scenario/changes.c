/*
 * What a change changes. Each key of its params is looked for among the options of every kind of
 * asset it is about, and checked as if it stood with the asset; a grid fee is that of the areas
 * named. What a device cannot change while it is open is refused here, not in the middle of a run.
 */
#include "scenario/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grid/unit.h"

/* One change while it is read. */
typedef struct reading {
    lg__reader *r;
    const char *label;
    lg_event_spec *spec;
    uint32_t key_count; /* of params */
} reading;

/* --- whom it is about ------------------------------------------------------------------------ */

static bool concerns(const lg_site *site, const lg_event_spec *spec, uint32_t asset)
{
    for (uint32_t i = 0; i < spec->asset_count; i++)
        if (spec->assets[i] == asset)
            return true;
    for (uint32_t i = 0; i < spec->area_count; i++)
        if (lg_site_below(site, site->assets[asset].area, spec->areas[i]))
            return true;
    return false;
}

/* Lists the assets in spec->changed, and an empty change for each of their drivers. */
static bool find_assets(reading *c)
{
    lg_event_spec *spec = c->spec;
    const lg_site *site = &c->r->scenario->site;
    uint32_t drivers = c->r->input->driver_count, *assets;
    assets = lg_arena_alloc(&c->r->scratch, (site->asset_count + 1) * sizeof *assets);
    spec->changes = lg_arena_alloc(c->r->arena, (drivers + 1) * sizeof *spec->changes);
    if (!assets || !spec->changes)
        return lg__exhausted(c->r);
    for (uint32_t i = 0; i < site->asset_count; i++) {
        if (!concerns(site, spec, i))
            continue;
        assets[spec->changed_count++] = i;
        uint32_t driver = site->assets[i].driver, k = 0;
        while (k < spec->change_count && spec->changes[k].driver != driver)
            k++;
        if (k == spec->change_count)
            spec->changes[spec->change_count++] = (lg_change){.driver = driver};
    }
    spec->changed = lg_arena_alloc(c->r->arena, (spec->changed_count + 1) * sizeof *assets);
    if (!spec->changed)
        return lg__exhausted(c->r);
    memcpy(spec->changed, assets, spec->changed_count * sizeof *assets);
    for (uint32_t k = 0; k < spec->change_count; k++) {
        spec->changes[k].values =
            lg_arena_alloc(c->r->arena, c->key_count * sizeof *spec->changes[k].values);
        if (!spec->changes[k].values)
            return lg__exhausted(c->r);
    }
    return true;
}

/* Leaves out the assets of drivers in which nothing changes. */
static void drop_idle(lg_event_spec *spec, const lg_site *site)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < spec->changed_count; i++)
        for (uint32_t k = 0; k < spec->change_count; k++)
            if (spec->changes[k].driver == site->assets[spec->changed[i]].driver &&
                spec->changes[k].count)
                spec->changed[kept++] = spec->changed[i];
    spec->changed_count = kept;
}

/* --- one key --------------------------------------------------------------------------------- */

/* A fee of the areas themselves. @return whether the key is one */
static bool take_fee(reading *c, lg_conf *item)
{
    bool percent = c->r->scenario->rules.fee_kind == LG_FEE_PERCENTAGE;
    const char *ours = percent ? "grid_fee_percentage" : "grid_fee_constant";
    const char *theirs = percent ? "grid_fee_constant" : "grid_fee_percentage";
    const lg__rows *rows = &c->r->rows[LG__AREA];
    if (c->spec->area_count == 0)
        return false;
    if (strcmp(item->key, theirs) == 0) {
        lg__problem(c->r, item, c->label, item->key, "has no effect with market.fees = \"%s\"",
                    percent ? "percentage" : "constant");
        return true;
    }
    if (strcmp(item->key, ours) != 0)
        return false;
    for (uint32_t i = 0; i < rows->count; i++) {
        lg__field field = {.row = rows->items[i], .item = item};
        if (strcmp(rows->items[i]->name, ours) != 0 || !lg__check_value(c->r, c->label, &field))
            continue;
        c->spec->has_fee = true;
        if (percent)
            lg_unit_scale(field.value.number, 1e7, LG_FEE_MAX_PPB, &c->spec->fee);
        else if (!lg_uct_from_ct(field.value.number, &c->spec->fee))
            lg__problem(c->r, item, c->label, item->key, "is too large");
    }
    return true;
}

/* Takes a key that assets of the driver may have. @return whether they may */
static bool take_value(reading *c, lg_change *change, lg_conf *item)
{
    const lg_driver *driver = c->r->input->drivers[change->driver];
    const lg__rows *rows = &c->r->asset_rows[change->driver];
    uint32_t i = rows->own;
    while (i < rows->count && strcmp(rows->items[i]->name, item->key) != 0)
        i++;
    if (i == rows->count)
        return false;
    lg__field field = {.row = rows->items[i], .item = item};
    uint32_t index = i - rows->own;
    bool device = index < driver->options.count;
    if (index == driver->options.count) /* trading row 0: strategy */
        lg__problem(
            c->r, item, c->label, item->key,
            "another strategy is a change of the agent: change { \"name of the agent\", at = "
            "..., script = ... }");
    else if (device && !driver->change)
        lg__problem(c->r, item, c->label, item->key,
                    "a %s keeps what it was opened with; its driver cannot change options during "
                    "a run",
                    driver->name);
    else if (lg__check_value(c->r, c->label, &field)) {
        change->values[change->count++] = (lg_change_value){.index = index, .value = field.value};
        change->device = change->device || device;
    }
    return true;
}

/* The names that a key could have been. */
static void tell_unknown(reading *c, const lg_conf *item)
{
    enum { NAMES_MAX = 512 };
    static const char *const fees[] = {"grid_fee_constant", "grid_fee_percentage"};
    const char *names[NAMES_MAX];
    size_t count = 0;
    char near[96];
    for (size_t i = 0; i < 2 && c->spec->area_count; i++)
        names[count++] = fees[i];
    for (uint32_t k = 0; k < c->spec->change_count; k++) {
        const lg__rows *rows = &c->r->asset_rows[c->spec->changes[k].driver];
        for (uint32_t i = rows->own; i < rows->count && count < NAMES_MAX; i++)
            names[count++] = rows->items[i]->name;
    }
    lg__near_miss(item->key, names, count, near, sizeof near);
    lg__problem(c->r, item, c->label, item->key, "no target has such an option%s", near);
}

static void take_key(reading *c, lg_conf *item)
{
    bool known = take_fee(c, item);
    for (uint32_t k = 0; k < c->spec->change_count && !c->r->exhausted; k++) {
        bool takes = take_value(c, &c->spec->changes[k], item);
        known = known || takes;
    }
    if (!known && !c->r->exhausted)
        tell_unknown(c, item);
}

/* "capacity_kW = 8, final_selling_rate = 5"; what is no plain value is called by its shape. */
static const char *describe(reading *c, const lg_conf *params)
{
    lg_text text;
    lg_text_init(&text, c->r->mem);
    for (const lg_conf *item = params->first; item; item = item->next) {
        lg_text_format(&text, "%s%s = ", text.length ? ", " : "", item->key);
        if (item->type == LG_CONF_NUMBER)
            lg_text_double(&text, item->number);
        else if (item->type == LG_CONF_BOOL)
            lg_text_str(&text, item->number != 0 ? "true" : "false");
        else
            lg_text_str(&text, item->type == LG_CONF_TEXT ? item->text : "...");
    }
    const char *copy =
        text.failed ? NULL : lg_arena_text(c->r->arena, lg_text_peek(&text), text.length);
    lg_text_fini(&text);
    if (!copy)
        lg__exhausted(c->r);
    return copy;
}

void lg__changes_read(lg__reader *r, const char *label, const lg_conf *params, lg_event_spec *spec)
{
    reading c = {.r = r, .label = label, .spec = spec, .key_count = params->count};
    if (!find_assets(&c))
        return;
    for (lg_conf *item = params->first; item && !r->exhausted; item = item->next)
        take_key(&c, item);
    drop_idle(spec, &r->scenario->site);
    spec->detail = describe(&c, params);
}
