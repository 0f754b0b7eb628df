/*
 * Unfolds clones and lays the tree out: areas breadth first, so that children stand side by side
 * and every level is one piece, then the assets in the order of their areas. All work is linear in
 * what comes out.
 *
 * While building, each area knows its node and, when it is a clone, its number; names are made from
 * that.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_MAX = 64000000 };

typedef struct build {
    lg__reader *r;
    lg_site *site;
    lg__node **nodes;  /* by area */
    uint32_t *numbers; /* by area: which clone, 0 for none */
    uint64_t areas, assets;
} build;

static uint32_t times(const lg__node *node)
{
    return node->clones ? node->clones : 1;
}

/* Counts what @p node unfolds to; stops growing past PLACES_MAX. */
static void count(build *b, const lg__node *node, uint64_t copies)
{
    copies *= times(node);
    if (copies > PLACES_MAX)
        copies = PLACES_MAX + 1;
    *(node->is_asset ? &b->assets : &b->areas) += copies;
    for (const lg__node *child = node->first; child; child = child->next)
        if (b->areas + b->assets <= PLACES_MAX)
            count(b, child, copies);
}

/* The clone numbers from the outside, joined by points; @return the innermost (0: none). */
static uint32_t clone_path(const build *b, uint32_t area, uint32_t own, char *out, size_t size)
{
    uint32_t numbers[LG_DEPTH_MAX + 2], n = 0;
    if (own)
        numbers[n++] = own;
    for (; area != LG_NONE; area = b->site->areas[area].parent)
        if (b->numbers[area])
            numbers[n++] = b->numbers[area];
    size_t used = 0;
    out[0] = 0;
    for (uint32_t i = n; i > 0 && used < size; i--)
        used += (size_t)snprintf(out + used, size - used, "%s%u", i < n ? "." : "", numbers[i - 1]);
    return n ? numbers[0] : 0;
}

/* The name of a copy of @p node below @p area. NULL: exhausted */
static const char *make_name(build *b, const lg__node *node, uint32_t area, uint32_t own)
{
    if (!node->in_clone)
        return node->name;
    char path[LG_DEPTH_MAX * 12], name[2 * LG__NAME_MAX];
    uint32_t innermost = clone_path(b, area, own, path, sizeof path);
    size_t used = 0;
    for (const char *p = node->name; *p && used + sizeof path < sizeof name;) {
        if (strncmp(p, "{i}", 3) == 0) {
            used += (size_t)snprintf(name + used, sizeof name - used, "%u", innermost);
            p += 3;
        } else if (strncmp(p, "{path}", 6) == 0) {
            used += (size_t)snprintf(name + used, sizeof name - used, "%s", path);
            p += 6;
        } else {
            name[used++] = *p++;
        }
    }
    const char *copy = lg_arena_text(b->r->arena, name, used);
    if (!copy)
        lg__exhausted(b->r);
    return copy;
}

/* A name as one part of a path: a slash in it must not look like a border. */
static size_t path_part(char *out, const char *name)
{
    size_t used = 0;
    for (; *name; name++) {
        if (*name == '/' || *name == '\\')
            out[used++] = '\\';
        out[used++] = *name;
    }
    return used;
}

static lg_uuid make_uuid(const build *b, const lg__node *node, uint32_t area, const char *name)
{
    lg_uuid uuid;
    if (node->uuid && lg_uuid_parse(node->uuid, &uuid))
        return uuid;
    char path[(LG_DEPTH_MAX + 2) * (2 * 2 * LG__NAME_MAX + 1)];
    const char *names[LG_DEPTH_MAX + 2];
    size_t n = 0, used = 0;
    names[n++] = name;
    for (; area != LG_NONE; area = b->site->areas[area].parent)
        names[n++] = b->site->areas[area].name;
    while (n) {
        used += path_part(path + used, names[--n]);
        path[used++] = '/';
    }
    path[used - 1] = 0;
    return lg_uuid_derive(b->site->seed, path);
}

/* Areas whose children are assets only, one of them a user, maker or keeper of energy, are homes.
 */
static bool is_member(const lg__node *node)
{
    bool home = false;
    if (node->member >= 0)
        return node->member;
    for (const lg__node *child = node->first; child; child = child->next) {
        if (!child->is_asset)
            return false;
        home |= child->role == LG_ROLE_CONSUMER || child->role == LG_ROLE_PRODUCER ||
                child->role == LG_ROLE_STORAGE || child->role == LG_ROLE_PROSUMER;
    }
    return home;
}

static bool add_area(build *b, lg__node *node, uint32_t parent, uint32_t number)
{
    lg_site *site = b->site;
    uint32_t index = site->area_count++;
    lg_area *area = &site->areas[index];
    b->nodes[index] = node;
    b->numbers[index] = number;
    *area = (lg_area){.parent = parent,
                      .depth = parent == LG_NONE ? 0 : site->areas[parent].depth + 1,
                      .member = is_member(node),
                      .fee_uct = node->fee_uct,
                      .fee_ppb = node->fee_ppb,
                      .offer_age = node->offer_age,
                      .bid_age = node->bid_age,
                      .connection = node->connection};
    area->name = make_name(b, node, parent, number);
    if (!area->name)
        return false;
    area->uuid = make_uuid(b, node, parent, area->name);
    if (area->depth == site->level_count)
        site->level_first[site->level_count++] = index;
    return true;
}

static bool add_child_areas(build *b, uint32_t index)
{
    lg_site *site = b->site;
    site->areas[index].child_first = site->area_count;
    for (lg__node *child = b->nodes[index]->first; child; child = child->next)
        for (uint32_t k = 1; !child->is_asset && k <= times(child); k++)
            if (!add_area(b, child, index, child->clones ? k : 0))
                return false;
    site->areas[index].child_count = site->area_count - site->areas[index].child_first;
    return true;
}

/* The indicators of the reference exchange leave some kinds out. */
static bool is_uncounted(const lg__reader *r, const lg__node *asset)
{
    return r->scenario->rules.compat_gsy &&
           lg__gsy_uncounted(r->input->drivers[asset->driver]->name);
}

static bool add_assets(build *b, uint32_t index)
{
    lg_site *site = b->site;
    site->areas[index].asset_first = site->asset_count;
    for (const lg__node *child = b->nodes[index]->first; child; child = child->next)
        for (uint32_t k = 1; child->is_asset && k <= times(child); k++) {
            lg_asset *asset = &site->assets[site->asset_count++];
            *asset = (lg_asset){.area = index,
                                .driver = child->driver,
                                .role = child->role,
                                .agent = LG_NONE,
                                .uncounted = is_uncounted(b->r, child),
                                .line = child->conf->line,
                                .params = child->params};
            const lg_param *power = lg_site_param(asset, "avg_power_W");
            asset->by_hours = power && !isnan(power->value.number);
            asset->name = make_name(b, child, index, child->clones ? k : 0);
            if (!asset->name)
                return false;
            asset->uuid = make_uuid(b, child, index, asset->name);
        }
    site->areas[index].asset_count = site->asset_count - site->areas[index].asset_first;
    return true;
}

static bool make_room(build *b)
{
    lg__reader *r = b->r;
    if (b->areas + b->assets > PLACES_MAX) {
        lg__problem(r, NULL, "grid", NULL, "clones unfold to more than %d areas and assets",
                    PLACES_MAX);
        return false;
    }
    b->site->areas = lg_arena_alloc(r->arena, b->areas * sizeof *b->site->areas);
    b->site->assets = lg_arena_alloc(r->arena, (b->assets + 1) * sizeof *b->site->assets);
    b->nodes = lg_arena_alloc(&r->scratch, b->areas * sizeof *b->nodes);
    b->numbers = lg_arena_alloc(&r->scratch, b->areas * sizeof *b->numbers);
    return (b->site->areas && b->site->assets && b->nodes && b->numbers) || lg__exhausted(r);
}

/* The node an area or (behind the areas) an asset was made from. */
static const lg__node *node_of(const build *b, uint32_t index)
{
    const lg_site *site = b->site;
    if (index < site->area_count)
        return b->nodes[index];
    index -= site->area_count;
    uint32_t area = site->assets[index].area, left = index - site->areas[area].asset_first;
    const lg__node *child = b->nodes[area]->first;
    for (; !child->is_asset || left >= times(child); child = child->next)
        left -= child->is_asset ? times(child) : 0;
    return child;
}

static void check_names(build *b)
{
    lg_site *site = b->site;
    lg__names *names = &b->r->names;
    if (!lg__names_init(b->r, names, site))
        return;
    for (uint32_t i = 0; i < site->area_count + site->asset_count; i++) {
        uint32_t other = lg__names_add(names, i);
        if (other == LG_NONE)
            continue;
        const lg__node *node = node_of(b, i), *first = node_of(b, other);
        lg__node *told = (lg__node *)node;
        if (node == first && (told->told_twice || !strchr(node->name, '{')))
            continue; /* what is wrong with this name has been said already */
        if (node == first) {
            told->told_twice = true;
            lg__problem(b->r, node->conf, node->name, "name",
                        "clones inside of clones get the same name; use {path} instead of {i}");
            continue;
        }
        const char *name =
            i < site->area_count ? site->areas[i].name : site->assets[i - site->area_count].name;
        if (!*name)
            continue; /* its absence is reported already */
        lg__problem(b->r, node->conf, name, "name",
                    "two have this name (the other: %s, line %d); names are unique over all areas "
                    "and assets",
                    first->is_asset ? "an asset" : "an area", first->conf->line);
    }
}

typedef struct given_uuid {
    lg_uuid uuid;
    const lg__node *node;
} given_uuid;

static int by_uuid(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(lg_uuid));
}

static uint32_t collect_uuids(const lg__node *node, given_uuid *list, uint32_t count)
{
    if (node->uuid) {
        if (list && lg_uuid_parse(node->uuid, &list[count].uuid))
            list[count].node = node;
        count++;
    }
    for (const lg__node *child = node->first; child; child = child->next)
        count = collect_uuids(child, list, count);
    return count;
}

/* Derived UUIDs differ because paths do; given ones are only as different as the author made them.
 */
static void check_uuids(lg__reader *r, const lg__node *root)
{
    uint32_t count = collect_uuids(root, NULL, 0);
    given_uuid *list = lg_arena_alloc(&r->scratch, (count + 1) * sizeof *list);
    if (!list) {
        lg__exhausted(r);
        return;
    }
    collect_uuids(root, list, 0);
    qsort(list, count, sizeof *list, by_uuid);
    for (uint32_t i = 1; i < count; i++)
        if (by_uuid(&list[i - 1], &list[i]) == 0)
            lg__problem(r, list[i].node->conf, list[i].node->name, "uuid",
                        "\"%.60s\" has the same one", list[i - 1].node->name);
}

void lg__site_build(lg__reader *r, lg__node *root)
{
    lg_site *site = &r->scenario->site;
    build b = {.r = r, .site = site};
    site->mem = r->mem;
    site->name = r->scenario->name;
    site->file = r->scenario->file;
    site->seed = r->scenario->seed;
    count(&b, root, 1);
    if (!make_room(&b) || !add_area(&b, root, LG_NONE, 0))
        return;
    for (uint32_t i = 0; i < site->area_count; i++)
        if (!add_child_areas(&b, i))
            return;
    site->level_first[site->level_count] = site->area_count;
    for (uint32_t i = 0; i < site->area_count; i++)
        if (!add_assets(&b, i))
            return;
    check_names(&b);
    lg__slugs_check(r, b.nodes);
    check_uuids(r, root);
    lg__views_check(r, b.nodes);
    if (!r->base_case) /* nothing is to go there */
        lg__reach_check(r, b.nodes);
    if (site->asset_count == 0)
        lg__problem(r, root->conf, "grid", NULL, "there is no asset in the whole grid");
}
