/* A storage is a row of pieces of energy, each of one origin, the oldest first; neighbours of one
 * origin are one piece. What a slot trades waits beside it until the slot is over, so during a slot
 * the pieces add up to what the device said it holds.
 *
 * Invariant: stored_uwh of the sums is the sum of the pieces, origin by origin. */
#include "market/origin.h"

#include "base/num.h"

#include <string.h>

typedef struct piece {
    int64_t energy_uwh;
    lg_origin origin;
} piece;

typedef struct store {
    piece *pieces; /* from first to count */
    uint32_t first, count, capacity;
    piece *waiting; /* bought in the running slot */
    uint32_t waiting_count, waiting_capacity;
    int64_t selling_uwh; /* sold in the running slot */
    lg_origin initial;
    bool seen;
    bool traded; /* in the running slot */
    lg_origin_sums sums;
} store;

struct lg_origins {
    lg_mem *mem;
    const lg_site *site;
    uint32_t *store_of; /* one an asset; LG_NONE */
    store *stores;
    uint32_t count;
};

static const char *const names[] = {"local", "external", "unknown"};

const char *lg_origin_name(lg_origin origin)
{
    return names[origin];
}

static lg_origin initial_origin(const lg_asset *asset)
{
    const lg_param *param = lg_site_param(asset, "initial_energy_origin");
    for (int i = 0; i < LG_ORIGIN_COUNT; i++)
        if (param && param->value.text && strcmp(param->value.text, names[i]) == 0)
            return (lg_origin)i;
    return LG_ORIGIN_UNKNOWN;
}

static bool number_stores(lg_origins *origins)
{
    const lg_site *site = origins->site;
    for (uint32_t i = 0; i < site->asset_count; i++)
        origins->store_of[i] = site->assets[i].role == LG_ROLE_STORAGE ? origins->count++ : LG_NONE;
    origins->stores = lg_mem_zalloc(origins->mem, origins->count, sizeof *origins->stores);
    for (uint32_t i = 0; origins->stores && i < site->asset_count; i++)
        if (origins->store_of[i] != LG_NONE)
            origins->stores[origins->store_of[i]].initial = initial_origin(&site->assets[i]);
    return origins->stores != NULL;
}

lg_origins *lg_origins_new(lg_mem *mem, const lg_site *site)
{
    lg_origins *origins = lg_mem_zalloc(mem, 1, sizeof *origins);
    if (!origins)
        return NULL;
    origins->mem = mem;
    origins->site = site;
    origins->store_of = lg_mem_zalloc(mem, site->asset_count, sizeof *origins->store_of);
    if (origins->store_of && number_stores(origins))
        return origins;
    lg_origins_free(origins);
    return NULL;
}

void lg_origins_free(lg_origins *origins)
{
    if (!origins)
        return;
    lg_mem *mem = origins->mem;
    for (uint32_t i = 0; origins->stores && i < origins->count; i++) {
        store *s = &origins->stores[i];
        lg_mem_free(mem, s->pieces, s->capacity * sizeof *s->pieces);
        lg_mem_free(mem, s->waiting, s->waiting_capacity * sizeof *s->waiting);
    }
    if (origins->stores)
        lg_mem_free(mem, origins->stores, origins->count * sizeof *origins->stores);
    lg_mem_free(mem, origins->store_of, origins->site->asset_count * sizeof *origins->store_of);
    lg_mem_free(mem, origins, sizeof *origins);
}

/* Puts a piece behind the others. */
static bool append(lg_mem *mem, piece **pieces, uint32_t *count, uint32_t *capacity, piece added)
{
    if (*count && (*pieces)[*count - 1].origin == added.origin) {
        (*pieces)[*count - 1].energy_uwh =
            lg_add((*pieces)[*count - 1].energy_uwh, added.energy_uwh);
        return true;
    }
    if (!LG_GROW(mem, *pieces, *capacity, *count + 1))
        return false;
    (*pieces)[(*count)++] = added;
    return true;
}

static bool put(lg_mem *mem, store *s, piece added)
{
    if (added.energy_uwh <= 0)
        return true;
    if (s->first && s->first == s->count)
        s->first = s->count = 0;
    if (s->first && s->count == s->capacity) { /* room in front comes before growing */
        memmove(s->pieces, s->pieces + s->first, (s->count - s->first) * sizeof *s->pieces);
        s->count -= s->first;
        s->first = 0;
    }
    if (!append(mem, &s->pieces, &s->count, &s->capacity, added))
        return false;
    s->sums.stored_uwh[added.origin] = lg_add(s->sums.stored_uwh[added.origin], added.energy_uwh);
    return true;
}

/* Takes the oldest out, at most all there is; adds to @p taken_uwh by origin unless NULL. */
static void take(store *s, int64_t energy_uwh, int64_t *taken_uwh)
{
    while (energy_uwh > 0 && s->first < s->count) {
        piece *oldest = &s->pieces[s->first];
        int64_t part = lg_min64(energy_uwh, oldest->energy_uwh);
        oldest->energy_uwh -= part;
        energy_uwh -= part;
        s->sums.stored_uwh[oldest->origin] -= part;
        if (taken_uwh)
            taken_uwh[oldest->origin] = lg_add(taken_uwh[oldest->origin], part);
        if (oldest->energy_uwh == 0)
            s->first++;
    }
}

lg_status lg_origins_fit(lg_origins *origins, uint32_t asset, int64_t stored_uwh)
{
    if (origins->store_of[asset] == LG_NONE)
        return LG_OK;
    store *s = &origins->stores[origins->store_of[asset]];
    lg_origin origin = s->seen ? LG_ORIGIN_UNKNOWN : s->initial;
    int64_t known_uwh = 0;
    for (int i = 0; i < LG_ORIGIN_COUNT; i++)
        known_uwh += s->sums.stored_uwh[i];
    s->seen = true;
    take(s, known_uwh - stored_uwh, NULL);
    return put(origins->mem, s, (piece){stored_uwh - known_uwh, origin}) ? LG_OK : LG_MEMORY;
}

static lg_origin origin_of(const lg_origins *origins, const lg_trade *trade)
{
    const lg_asset *seller = &origins->site->assets[trade->seller];
    bool outside = seller->role == LG_ROLE_BUS || seller->role == LG_ROLE_MARKET_MAKER;
    uint32_t home = origins->site->assets[trade->buyer].area;
    return !outside && lg_site_below(origins->site, seller->area, home) ? LG_ORIGIN_LOCAL
                                                                        : LG_ORIGIN_EXTERNAL;
}

lg_status lg_origins_trade(lg_origins *origins, const lg_trade *trade)
{
    uint32_t seller = origins->store_of[trade->seller], buyer = origins->store_of[trade->buyer];
    if (seller != LG_NONE) {
        store *s = &origins->stores[seller];
        s->selling_uwh = lg_add(s->selling_uwh, trade->energy_uwh);
        s->traded = true;
    }
    if (buyer == LG_NONE)
        return LG_OK;
    store *s = &origins->stores[buyer];
    s->traded = true;
    piece bought = {trade->energy_uwh, origin_of(origins, trade)};
    s->sums.bought_uwh[bought.origin] =
        lg_add(s->sums.bought_uwh[bought.origin], bought.energy_uwh);
    return append(origins->mem, &s->waiting, &s->waiting_count, &s->waiting_capacity, bought)
               ? LG_OK
               : LG_MEMORY;
}

lg_status lg_origins_close_slot(lg_origins *origins)
{
    for (uint32_t i = 0; i < origins->count; i++) {
        store *s = &origins->stores[i];
        if (!s->traded)
            continue;
        take(s, s->selling_uwh, s->sums.sold_uwh);
        for (uint32_t k = 0; k < s->waiting_count; k++)
            if (!put(origins->mem, s, s->waiting[k]))
                return LG_MEMORY;
        s->selling_uwh = 0;
        s->waiting_count = 0;
        s->traded = false;
    }
    return LG_OK;
}

const lg_origin_sums *lg_origins_of(const lg_origins *origins, uint32_t asset)
{
    uint32_t index = origins->store_of[asset];
    return index == LG_NONE ? NULL : &origins->stores[index].sums;
}
