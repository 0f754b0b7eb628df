/*
 * Assets that say the same share one block: a million clones need one, and so do a thousand homes
 * built in a loop from one table. Profiles are shared already, so equal ones have equal addresses.
 */
#include "scenario/reader.h"

#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t bits)
{
    hash = (hash ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 32);
}

static uint64_t hash_of(const lg_params *params)
{
    uint64_t hash = mix((uintptr_t)params->items[0].option, params->count);
    for (uint32_t i = 0; i < params->count; i++) {
        const lg_value *value = &params->items[i].value;
        uint64_t bits;
        memcpy(&bits, &value->number, sizeof bits);
        hash = mix(mix(hash, bits), value->given);
        hash = mix(hash, (uintptr_t)value->profile);
        for (const char *p = value->text; p && *p; p++)
            hash = mix(hash, (unsigned char)*p);
        hash = mix(hash, value->list_count);
    }
    return hash;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool equal(const lg_params *a, const lg_params *b)
{
    if (a->count != b->count || a->items[0].option != b->items[0].option)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const lg_value *x = &a->items[i].value, *y = &b->items[i].value;
        bool number = x->number == y->number || (isnan(x->number) && isnan(y->number));
        if (!number || x->given != y->given || x->profile != y->profile ||
            x->list_count != y->list_count || !same_text(x->text, y->text) ||
            (x->list_count && memcmp(x->list, y->list, x->list_count * sizeof *x->list) != 0))
            return false;
    }
    return true;
}

static bool grow(lg__reader *r)
{
    uint32_t count = r->params_slot_count ? 2 * r->params_slot_count : 64;
    const lg_params **slots = lg_arena_alloc(&r->scratch, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < r->params_slot_count; i++) {
        const lg_params *params = r->params_slots[i];
        if (!params)
            continue;
        uint64_t at = hash_of(params);
        while (slots[at & (count - 1)])
            at++;
        slots[at & (count - 1)] = params;
    }
    r->params_slots = slots;
    r->params_slot_count = count;
    return true;
}

const lg_params *lg__params_share(lg__reader *r, const lg__field *fields, uint32_t count,
                                  uint32_t driver_count)
{
    size_t size = sizeof(lg_params) + count * sizeof(lg_param);
    lg_params *params = lg_arena_alloc(&r->scratch, size);
    if (!params || (2 * (r->params_used + 1) > r->params_slot_count && !grow(r)))
        goto exhausted;
    params->count = count;
    params->driver_count = driver_count;
    for (uint32_t i = 0; i < count; i++)
        params->items[i] = (lg_param){.option = fields[i].row, .value = fields[i].value};
    uint64_t at = hash_of(params);
    uint32_t mask = r->params_slot_count - 1;
    for (; r->params_slots[at & mask]; at++)
        if (equal(r->params_slots[at & mask], params))
            return r->params_slots[at & mask];
    lg_params *kept = lg_arena_alloc(r->arena, size);
    if (!kept)
        goto exhausted;
    memcpy(kept, params, size);
    r->params_slots[at & mask] = kept;
    r->params_used++;
    return kept;
exhausted:
    lg__exhausted(r);
    return NULL;
}
