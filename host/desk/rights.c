/* Who may command what. Rights are granted before a run; within it they may be held for a while,
 * as long as somebody else has the asset or the market, and are there again afterwards. What is
 * held stays in the lists: who has once looked at them need not know. */
#include "desk/room.h"

#include <string.h>

void lg__grants_fini(struct lg__grants *grants, lg_mem *mem)
{
    lg_mem_free(mem, grants->rights.words, grants->rights.count * sizeof(uint64_t));
    lg_mem_free(mem, grants->withheld.words, grants->withheld.count * sizeof(uint64_t));
    lg_mem_free(mem, grants->all, grants->capacity * sizeof *grants->all);
}

static bool has_right(const struct lg__rights *rights, uint32_t node)
{
    uint32_t word =
        node / 64 - rights->first; /* wraps below the first: then it is not below count */
    return word < rights->count && (rights->words[word] >> (node % 64) & 1);
}

/* Makes the bits reach to @p node. Growing upwards doubles, so granting nodes in order stays
 * linear. */
static bool widen(lg_mem *mem, struct lg__rights *rights, uint32_t node)
{
    uint32_t word = node / 64;
    if (rights->count && word >= rights->first && word - rights->first < rights->count)
        return true;
    uint32_t first = rights->count && rights->first < word ? rights->first : word;
    uint32_t end = rights->count ? rights->first + rights->count : word + 1;
    if (end <= word)
        end = rights->count ? word + 1 + rights->count : word + 1;
    uint64_t *words = lg_mem_zalloc(mem, end - first, sizeof *words);
    if (!words)
        return false;
    if (rights->count)
        memcpy(words + (rights->first - first), rights->words, rights->count * sizeof *words);
    lg_mem_free(mem, rights->words, rights->count * sizeof *words);
    *rights = (struct lg__rights){.words = words, .first = first, .count = end - first};
    return true;
}

static uint64_t *word_of(const struct lg__rights *rights, uint32_t node)
{
    return &rights->words[node / 64 - rights->first];
}

static bool commands(const struct lg__grants *grants, uint32_t node)
{
    return has_right(&grants->rights, node) &&
           !(grants->held && has_right(&grants->withheld, node));
}

static lg_status hold(lg_desk *desk, struct lg__grants *grants, uint32_t node, bool held)
{
    if (!has_right(&grants->rights, node) || has_right(&grants->withheld, node) == held)
        return LG_OK;
    if (!widen(desk->mem, &grants->withheld, node))
        return LG_MEMORY;
    *word_of(&grants->withheld, node) ^= UINT64_C(1) << (node % 64);
    grants->held += held ? 1 : UINT32_MAX;
    desk->holds++;
    return LG_OK;
}

static lg_status grant(lg_desk *desk, struct lg__grants *grants, uint32_t node)
{
    if (has_right(&grants->rights, node))
        return hold(desk, grants, node, false);
    if (!LG_GROW(desk->mem, grants->all, grants->capacity, grants->count + 1) ||
        !widen(desk->mem, &grants->rights, node))
        return LG_MEMORY;
    grants->all[grants->count++] = node;
    *word_of(&grants->rights, node) |= UINT64_C(1) << (node % 64);
    return LG_OK;
}

lg_status lg_desk_grant_asset(lg_desk *desk, uint32_t asset)
{
    return grant(desk, &desk->assets, asset);
}

lg_status lg_desk_grant_market(lg_desk *desk, uint32_t area)
{
    return grant(desk, &desk->markets, area);
}

lg_status lg_desk_hold_asset(lg_desk *desk, uint32_t asset, bool held)
{
    return hold(desk, &desk->assets, asset, held);
}

lg_status lg_desk_hold_market(lg_desk *desk, uint32_t area, bool held)
{
    return hold(desk, &desk->markets, area, held);
}

const uint32_t *lg_desk_assets(const lg_desk *desk, uint32_t *count)
{
    *count = desk->assets.count;
    return desk->assets.all;
}

const uint32_t *lg_desk_markets(const lg_desk *desk, uint32_t *count)
{
    *count = desk->markets.count;
    return desk->markets.all;
}

const uint32_t *lg_desk_held_assets(const lg_desk *desk)
{
    return &desk->assets.held;
}

uint32_t lg_desk_holds(const lg_desk *desk)
{
    return desk->holds;
}

bool lg_desk_owns_asset(const lg_desk *desk, uint32_t asset)
{
    return has_right(&desk->assets.rights, asset);
}

bool lg_desk_owns_market(const lg_desk *desk, uint32_t area)
{
    return has_right(&desk->markets.rights, area);
}

bool lg_desk_commands_asset(const lg_desk *desk, uint32_t asset)
{
    return commands(&desk->assets, asset);
}

bool lg_desk_commands_market(const lg_desk *desk, uint32_t area)
{
    return commands(&desk->markets, area);
}
