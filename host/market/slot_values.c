/* Values lie in one array of records, linked asset by asset in the order of their slots; a record
 * that is taken goes to the free list, so a run that forecasts a day ahead holds a day of records.
 */
#include "market/slot_values.h"

#include <string.h>

#define NONE UINT32_MAX

struct record {
    lg_slot_value value;
    uint32_t next; /* of the asset, or of the free list */
};

struct lg_slot_values {
    lg_mem *mem;
    struct record *records;
    uint32_t record_count, record_capacity, free;
    uint32_t *first; /* one an asset; NULL before the first value */
    uint32_t asset_count, waiting;
};

lg_slot_values *lg_slot_values_new(lg_mem *mem, uint32_t asset_count)
{
    lg_slot_values *v = lg_mem_zalloc(mem, 1, sizeof *v);
    if (!v)
        return NULL;
    v->mem = mem;
    v->asset_count = asset_count;
    v->free = NONE;
    return v;
}

void lg_slot_values_free(lg_slot_values *v)
{
    if (!v)
        return;
    lg_mem_free(v->mem, v->records, v->record_capacity * sizeof *v->records);
    if (v->first)
        lg_mem_free(v->mem, v->first, v->asset_count * sizeof *v->first);
    lg_mem_free(v->mem, v, sizeof *v);
}

static bool prepare(lg_slot_values *v)
{
    if (v->first)
        return true;
    v->first = lg_mem_alloc(v->mem, v->asset_count * sizeof *v->first);
    if (v->first)
        memset(v->first, 0xff, v->asset_count * sizeof *v->first);
    return v->first != NULL;
}

/* The link to the record of @p slot of @p asset, or to where it belongs. */
static uint32_t *place_of(lg_slot_values *v, uint32_t asset, uint32_t slot)
{
    uint32_t *link = &v->first[asset];
    while (*link != NONE && v->records[*link].value.slot < slot)
        link = &v->records[*link].next;
    return link;
}

static bool is_there(const lg_slot_values *v, uint32_t at, uint32_t slot)
{
    return at != NONE && v->records[at].value.slot == slot;
}

/* How many of the list are for slots that have no value yet; *held: how many there are now. */
static uint32_t count_new(lg_slot_values *v, uint32_t asset, const lg_slot_value *list,
                          uint32_t count, uint32_t *held)
{
    uint32_t fresh = 0;
    *held = 0;
    for (uint32_t i = v->first[asset]; i != NONE; i = v->records[i].next)
        ++*held;
    for (uint32_t i = 0; i < count; i++)
        fresh += !is_there(v, *place_of(v, asset, list[i].slot), list[i].slot);
    return fresh;
}

lg_status lg_slot_values_put(lg_slot_values *v, uint32_t asset, const lg_slot_value *list,
                             uint32_t count)
{
    uint32_t held;
    if (!prepare(v))
        return LG_MEMORY;
    uint32_t fresh = count_new(v, asset, list, count, &held);
    if (held + fresh > LG_SLOT_VALUES_MAX)
        return LG_LIMIT;
    /* room for all of them, whatever the free list has */
    if (!LG_GROW(v->mem, v->records, v->record_capacity, v->record_count + fresh))
        return LG_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *link = place_of(v, asset, list[i].slot), at = *link;
        if (!is_there(v, at, list[i].slot)) {
            uint32_t next = at;
            at = v->free;
            if (at == NONE)
                at = v->record_count++;
            else
                v->free = v->records[at].next;
            v->records[at].next = next;
            *link = at;
            v->waiting++;
        }
        v->records[at].value = list[i];
    }
    return LG_OK;
}

bool lg_slot_values_take(lg_slot_values *v, uint32_t asset, uint32_t slot, int64_t *energy_uwh)
{
    bool found = false;
    if (v->waiting == 0)
        return false;
    while (v->first[asset] != NONE && v->records[v->first[asset]].value.slot <= slot) {
        uint32_t at = v->first[asset];
        struct record *record = &v->records[at];
        found = record->value.slot == slot;
        *energy_uwh = record->value.energy_uwh;
        v->first[asset] = record->next;
        record->next = v->free;
        v->free = at;
        v->waiting--;
    }
    return found;
}

uint32_t lg_slot_values_count(const lg_slot_values *v)
{
    return v->waiting;
}
