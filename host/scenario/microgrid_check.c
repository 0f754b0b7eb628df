/*
 * What points into a microgrid: faults of its devices, and market assets that its components stand
 * behind. No energy may be traded twice, so a component stands behind one asset, and so does what
 * lies above or below it.
 */
#include "scenario/microgrid_read.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { FIELDS_MAX = 8 };

static uint32_t fault_kind(const char *word)
{
    static const char *const words[] = {
#define FAULT_NAME(name, number, word, help) [number] = word,
        LG_DEVICE_FAULTS(FAULT_NAME)
#undef FAULT_NAME
    };
    for (uint32_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return LG_DEVICE_FAULT_NONE;
}

lg_conf *lg__microgrid_fault(lg__reader *r, const char *label, lg_conf *item, uint32_t index,
                             void *ctx)
{
    lg__microgrid *m = ctx;
    const lg__rows *rows = &r->rows[LG__FAULT];
    lg__field fields[FIELDS_MAX];
    LG_ASSERT(rows->count <= FIELDS_MAX);
    lg__check(r, label, item, rows, fields);
    const lg__field *at = lg__field_of(fields, rows, "component");
    uint32_t component = lg__microgrid_find(m->spec, (uint64_t)at->value.number);
    const lg__field *kind = lg__field_of(fields, rows, "kind");
    lg_fault_spec *fault = &m->faults[index];
    *fault = (lg_fault_spec){
        .kind = fault_kind(kind->item ? kind->value.text : NULL),
        .at_ms = (int64_t)lg__field_of(fields, rows, "at")->value.number,
        .length_ms = (int64_t)(lg__field_of(fields, rows, "seconds")->value.number * 1000),
    };
    if (at->item && component == LG_NONE)
        lg__problem(r, at->item, label, "component", "there is no component %.15g",
                    at->value.number);
    else if (at->item && m->devices[component] == LG_NONE)
        lg__problem(r, at->item, label, "component",
                    "component %.15g has no device that could show a fault", at->value.number);
    else if (at->item && !m->machines[m->devices[component]].driver->fault)
        lg__problem(r, at->item, label, "component", "a %s shows no faults",
                    m->machines[m->devices[component]].driver->name);
    if (component != LG_NONE) {
        fault->device = m->devices[component];
        fault->component = m->parts[component];
    }
    return lg__resolved(r, rows, fields);
}

/* ---- what stands behind assets ---- */

/* The conf of an asset, for messages: only its line is known. */
static lg_conf place_of(const lg_asset *asset)
{
    return (lg_conf){.line = asset->line};
}

static lg_microgrid_spec *microgrid_of(lg__reader *r, const lg_asset *asset)
{
    lg_scenario *s = r->scenario;
    const lg_value *id = lg_site_value(asset, "microgrid");
    lg_conf at = place_of(asset);
    if (!s->microgrid_count) {
        lg__problem(
            r, &at, asset->name, "type",
            "components of a microgrid stand behind it, and the scenario has no microgrids");
        return NULL;
    }
    if (!id->given)
        return &s->microgrids[0];
    for (uint32_t i = 0; i < s->microgrid_count; i++)
        if (s->microgrids[i].site.id == (uint64_t)id->number)
            return &s->microgrids[i];
    lg__problem(r, &at, asset->name, "microgrid", "there is no microgrid %.15g", id->number);
    return NULL;
}

/* Whether @p lower hangs from @p upper, at whatever distance. */
static bool hangs_from(const lg_microgrid_spec *spec, uint64_t lower, uint64_t upper,
                       uint32_t depth)
{
    for (uint32_t i = 0; depth && i < spec->link_count; i++)
        if (spec->links[i].destination == lower &&
            (spec->links[i].source == upper ||
             hangs_from(spec, spec->links[i].source, upper, depth - 1)))
            return true;
    return false;
}

/* Whether what the two measure is in part the same energy. */
static bool overlap(const lg_microgrid_spec *spec, uint32_t a, uint32_t b)
{
    enum { DEPTH = 32 };
    uint64_t x = spec->components[a].id, y = spec->components[b].id;
    return a == b || hangs_from(spec, x, y, DEPTH) || hangs_from(spec, y, x, DEPTH);
}

static bool suits(uint32_t role, lg_category category)
{
    bool meter = category == LG_CATEGORY_METER || category == LG_CATEGORY_GRID_CONNECTION_POINT;
    switch (role) {
    case LG_ROLE_STORAGE:
        return category == LG_CATEGORY_INVERTER || category == LG_CATEGORY_EV_CHARGER;
    case LG_ROLE_PRODUCER:
        return meter || category == LG_CATEGORY_INVERTER || category == LG_CATEGORY_CHP ||
               category == LG_CATEGORY_WIND_TURBINE;
    case LG_ROLE_PROSUMER:
        return meter || category == LG_CATEGORY_INVERTER;
    default:
        return category != LG_CATEGORY_BATTERY && category != LG_CATEGORY_GRID_CONNECTION_POINT;
    }
}

/* Component number @p place of those behind the asset that is number @p earlier of the backed ones.
 */
static void check_component(lg__reader *r, const lg_microgrid_spec *spec, const lg_asset *asset,
                            const lg_backed_spec *made, uint32_t earlier, uint32_t place)
{
    uint32_t index = made[earlier].components[place];
    lg_conf at = place_of(asset);
    const lg_component *c = &spec->components[index];
    if (!suits(asset->role, c->category))
        lg__problem(r, &at, asset->name, "components",
                    "component %llu (%s) cannot stand behind it; a battery is reached "
                    "through its inverter",
                    (unsigned long long)c->id, lg_category_word(c->category));
    for (uint32_t i = 0; i <= earlier; i++)
        for (uint32_t k = 0; k < made[i].count; k++)
            if ((i < earlier || k < place) && overlap(spec, made[i].components[k], index)) {
                lg__problem(r, &at, asset->name, "components",
                            "component %llu measures energy that component %llu of \"%.80s\" "
                            "measures too: it would be traded twice",
                            (unsigned long long)c->id,
                            (unsigned long long)spec->components[made[i].components[k]].id,
                            r->scenario->site.assets[made[i].asset].name);
                return;
            }
}

static void back(lg__reader *r, lg_microgrid_spec *spec, uint32_t asset)
{
    const lg_asset *a = &r->scenario->site.assets[asset];
    const lg_value *ids = lg_site_value(a, "components");
    lg_backed_spec *made = (lg_backed_spec *)(uintptr_t)spec->backed; /* ours, made below */
    uint32_t *indices = lg_arena_alloc(r->arena, (ids->list_count + 1) * sizeof *indices);
    uint32_t place = spec->backed_count, count = 0;
    lg_conf at = place_of(a);
    if (!indices) {
        lg__exhausted(r);
        return;
    }
    for (uint64_t i = 0; i < ids->list_count; i++) {
        uint32_t index = lg__microgrid_find(spec, (uint64_t)ids->list[i]);
        if (index == LG_NONE)
            lg__problem(r, &at, a->name, "components", "microgrid %llu has no component %.15g",
                        (unsigned long long)spec->site.id, ids->list[i]);
        else
            indices[count++] = index;
    }
    if (!ids->list_count)
        lg__problem(r, &at, a->name, "components", "there is none: nothing stands behind it");
    if (ids->list_count > LG_BACKED_MAX)
        lg__problem(r, &at, a->name, "components",
                    "%llu components stand behind it, at most %d can: make several assets of it",
                    (unsigned long long)ids->list_count, LG_BACKED_MAX);
    made[place] = (lg_backed_spec){
        .asset = asset,
        .components = indices,
        .count = count,
        .follow = lg_site_value(a, "follow_trades")->number != 0,
    };
    for (uint32_t i = 0; i < count; i++)
        check_component(r, spec, a, made, place, i);
    spec->backed_count++;
}

void lg__microgrids_backed(lg__reader *r)
{
    lg_scenario *s = r->scenario;
    uint32_t backed = 0;
    for (uint32_t i = 0; i < s->site.asset_count; i++)
        backed += r->input->drivers[s->site.assets[i].driver]->backed != 0;
    for (uint32_t i = 0; i < s->microgrid_count; i++) {
        s->microgrids[i].backed = lg_arena_alloc(r->arena, (backed + 1) * sizeof(lg_backed_spec));
        if (!s->microgrids[i].backed) {
            lg__exhausted(r);
            return;
        }
    }
    for (uint32_t i = 0; i < s->site.asset_count && backed && !r->exhausted; i++) {
        if (!r->input->drivers[s->site.assets[i].driver]->backed)
            continue;
        lg_microgrid_spec *spec = microgrid_of(r, &s->site.assets[i]);
        if (spec)
            back(r, spec, i);
    }
}
