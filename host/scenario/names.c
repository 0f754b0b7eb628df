/*
 * Names are unique over the whole tree, areas and assets together, so a name alone says what is
 * meant. Open addressing over indices: the texts stay where they are.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>

static const char *name_at(const lg_site *site, uint32_t index)
{
    return index < site->area_count ? site->areas[index].name
                                    : site->assets[index - site->area_count].name;
}

static uint32_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (uint32_t)(hash ^ (hash >> 32));
}

bool lg__names_init(lg__reader *r, lg__names *names, const lg_site *site)
{
    uint64_t count = 16;
    while (count < 2 * ((uint64_t)site->area_count + site->asset_count))
        count *= 2;
    *names = (lg__names){.site = site, .mask = (uint32_t)(count - 1)};
    names->slots = lg_arena_alloc(&r->scratch, count * sizeof *names->slots);
    return names->slots || lg__exhausted(r);
}

uint32_t lg__names_add(lg__names *names, uint32_t index)
{
    const char *name = name_at(names->site, index);
    uint32_t at = hash_of(name) & names->mask;
    for (; names->slots[at]; at = (at + 1) & names->mask)
        if (strcmp(name_at(names->site, names->slots[at] - 1), name) == 0)
            return names->slots[at] - 1;
    names->slots[at] = index + 1;
    return LG_NONE;
}

uint32_t lg__names_find(const lg__names *names, const char *text)
{
    const lg_site *site = names->site;
    uint32_t at = hash_of(text) & names->mask;
    for (; names->slots[at]; at = (at + 1) & names->mask)
        if (strcmp(name_at(site, names->slots[at] - 1), text) == 0)
            return names->slots[at] - 1;
    lg_uuid uuid;
    if (!lg_uuid_parse(text, &uuid))
        return LG_NONE;
    uint32_t found = lg_site_area(site, text);
    if (found != LG_NONE)
        return found;
    found = lg_site_asset(site, text);
    return found == LG_NONE ? LG_NONE : found + site->area_count;
}

void lg__names_near(lg__reader *r, const lg_site *site, bool assets_too, const char *word,
                    char *out, size_t size)
{
    enum { CANDIDATES_MAX = 20000 }; /* a near miss is a courtesy, not worth a minute */
    uint32_t count = site->area_count + (assets_too ? site->asset_count : 0);
    if (count > CANDIDATES_MAX)
        count = CANDIDATES_MAX;
    out[0] = 0;
    const char **names = lg_arena_alloc(&r->scratch, (count + 1) * sizeof *names);
    if (!names) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        names[i] = name_at(site, i);
    lg__near_miss(word, names, count, out, size);
}
