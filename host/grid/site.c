/* Look-ups over the finished tree; the tree itself is built by the scenario room. */
#include "grid/site.h"

#include <string.h>

static bool is_named(const char *name, const lg_uuid *uuid, const char *wanted, const lg_uuid *id)
{
    return strcmp(name, wanted) == 0 || (id && memcmp(uuid->bytes, id->bytes, 16) == 0);
}

uint32_t lg_site_area(const lg_site *site, const char *name_or_uuid)
{
    lg_uuid uuid, *id = lg_uuid_parse(name_or_uuid, &uuid) ? &uuid : NULL;
    for (uint32_t i = 0; i < site->area_count; i++)
        if (is_named(site->areas[i].name, &site->areas[i].uuid, name_or_uuid, id))
            return i;
    return LG_NONE;
}

uint32_t lg_site_asset(const lg_site *site, const char *name_or_uuid)
{
    lg_uuid uuid, *id = lg_uuid_parse(name_or_uuid, &uuid) ? &uuid : NULL;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (is_named(site->assets[i].name, &site->assets[i].uuid, name_or_uuid, id))
            return i;
    return LG_NONE;
}

bool lg_site_below(const lg_site *site, uint32_t area, uint32_t ancestor)
{
    while (area != LG_NONE && site->areas[area].depth > site->areas[ancestor].depth)
        area = site->areas[area].parent;
    return area == ancestor;
}

const lg_param *lg_site_param(const lg_asset *asset, const char *name)
{
    for (uint32_t i = 0; asset->params && i < asset->params->count; i++)
        if (strcmp(asset->params->items[i].option->name, name) == 0)
            return &asset->params->items[i];
    return NULL;
}

const lg_value *lg_site_value(const lg_asset *asset, const char *name)
{
    static const lg_value nothing = {.text = ""};
    const lg_param *param = lg_site_param(asset, name);
    return param ? &param->value : &nothing;
}

uint32_t lg_site_path(const lg_site *site, uint32_t from, uint32_t to, uint32_t *path)
{
    uint32_t up = 0, down[LG_DEPTH_MAX + 1], down_count = 0;
    while (from != to) {
        if (site->areas[from].depth >= site->areas[to].depth) {
            path[up++] = from;
            from = site->areas[from].parent;
        } else {
            down[down_count++] = to;
            to = site->areas[to].parent;
        }
    }
    path[up++] = from;
    while (down_count)
        path[up++] = down[--down_count];
    return up;
}

uint32_t lg_site_utility_area(const lg_site *site)
{
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (site->assets[i].role == LG_ROLE_BUS)
            return site->assets[i].area;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (site->assets[i].role == LG_ROLE_MARKET_MAKER)
            return site->assets[i].area;
    return 0;
}
