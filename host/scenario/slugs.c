/*
 * Results call a market by the slugs of its area and those above it, joined by slashes. Areas side
 * by side whose names differ in case or punctuation only would be the same there, and bills of the
 * two could not be told apart; so such names are refused. Slugs are compared byte by byte as they
 * come, because a million clones need no million texts.
 */
#include "scenario/reader.h"

#include <string.h>

static uint32_t hash_slug(uint32_t parent, const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ parent;
    int c;
    for (bool started = false; (c = lg_text_slug_next(&name, started)); started = true)
        hash = (hash ^ (unsigned)c) * UINT64_C(0x100000001b3);
    return (uint32_t)(hash ^ (hash >> 32));
}

static bool same_slug(const char *a, const char *b)
{
    for (bool started = false;; started = true) {
        int c = lg_text_slug_next(&a, started);
        if (c != lg_text_slug_next(&b, started))
            return false;
        if (!c)
            return true;
    }
}

/* The area that has the slug of @p area already among its siblings; enters it when there is none.
 */
static uint32_t enter_slug(const lg_site *site, uint32_t *slots, uint32_t mask, uint32_t area)
{
    const lg_area *a = &site->areas[area];
    uint32_t at = hash_slug(a->parent, a->name) & mask;
    for (; slots[at]; at = (at + 1) & mask) {
        const lg_area *other = &site->areas[slots[at] - 1];
        if (other->parent == a->parent && same_slug(other->name, a->name))
            return slots[at] - 1;
    }
    slots[at] = area + 1;
    return LG_NONE;
}

/* Results call a market by a path of slugs, so those must be there and differ. */
void lg__slugs_check(lg__reader *r, lg__node *const *nodes)
{
    const lg_site *site = &r->scenario->site;
    uint64_t size = 16;
    while (size < 2 * (uint64_t)site->area_count)
        size *= 2;
    uint32_t *slots = lg_arena_alloc(&r->scratch, size * sizeof *slots);
    if (!slots) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < site->area_count; i++) {
        lg__node *node = nodes[i];
        const char *name = site->areas[i].name, *rest = name;
        if (!*name || node->told_slug)
            continue;
        if (!lg_text_slug_next(&rest, false)) {
            node->told_slug = true;
            lg__problem(r, node->conf, name, "name",
                        "has neither a letter nor a digit; results call a market by these");
            continue;
        }
        uint32_t other = enter_slug(site, slots, (uint32_t)(size - 1), i);
        if (other == LG_NONE || strcmp(site->areas[other].name, name) == 0)
            continue; /* that one is reported as a name twice */
        node->told_slug = true;
        lg__problem(r, node->conf, name, "name",
                    "differs from \"%.60s\" (line %d) in case or punctuation only; results call "
                    "markets by letters and digits, and both would be the same there",
                    site->areas[other].name, nodes[other]->conf->line);
    }
}
