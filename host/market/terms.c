/* What orders require beyond energy and rate. Few orders do, so the record of an order says nothing
 * of it: terms lie in a list of their own, found by the number of the record and valid only while
 * the order's id is the one they were given to. An order that is changed gets a new id and so drops
 * them; a part fill keeps both. */
#include "market/engine.h"

#include <string.h>

/* Item @p i, wherever the caller's stride puts it. */
static const void *item_of(const lg_array *list, uint32_t i)
{
    return (const char *)list->items + (size_t)i * list->stride;
}

static lg_status copy_places(lg_arena *arena, const lg_array *from, lg_array *to)
{
    uint32_t *places = lg_arena_alloc(arena, from->count * sizeof *places);
    *to = (lg_array){places, from->count, sizeof *places};
    for (uint32_t i = 0; places && i < from->count; i++)
        memcpy(&places[i], item_of(from, i), sizeof *places);
    return places ? LG_OK : LG_MEMORY;
}

static lg_status copy_texts(lg_arena *arena, const lg_array *from, lg_array *to)
{
    const char **texts = lg_arena_alloc(arena, from->count * sizeof *texts);
    *to = (lg_array){texts, from->count, sizeof *texts};
    for (uint32_t i = 0; texts && i < from->count; i++) {
        const char *text;
        memcpy(&text, item_of(from, i), sizeof text);
        texts[i] = lg_arena_text(arena, text, strlen(text));
        if (!texts[i])
            return LG_MEMORY;
    }
    return texts ? LG_OK : LG_MEMORY;
}

lg_status lg_terms_copy(lg_arena *arena, const lg_terms *terms, lg_terms *copy)
{
    lg_requirement *list = lg_arena_alloc(arena, terms->requirement_count * sizeof *list);
    lg_status status = list ? LG_OK : LG_MEMORY;
    *copy = (lg_terms){.requirement_count = terms->requirement_count, .requirements = list};
    if (terms->energy_type) {
        copy->energy_type = lg_arena_text(arena, terms->energy_type, strlen(terms->energy_type));
        if (!copy->energy_type)
            status = LG_MEMORY;
    }
    for (uint32_t i = 0; i < terms->requirement_count && status == LG_OK; i++) {
        const lg_requirement *r = &terms->requirements[i];
        list[i] = (lg_requirement){
            .size = sizeof *list, .energy_uwh = r->energy_uwh, .rate_uct = r->rate_uct};
        if (r->partners.count)
            status = copy_places(arena, &r->partners, &list[i].partners);
        if (r->energy_types.count && status == LG_OK)
            status = copy_texts(arena, &r->energy_types, &list[i].energy_types);
    }
    return status;
}

static bool is_place(const lg_market *m, uint32_t place)
{
    return place < LG_MATCH_AREA ? place < m->site->asset_count
                                 : place - LG_MATCH_AREA < m->site->area_count;
}

static bool is_type(const char *text)
{
    size_t length = text ? strnlen(text, LG_ENERGY_TYPE_MAX + 1) : 0;
    return length > 0 && length <= LG_ENERGY_TYPE_MAX;
}

/* Makes room for the number of record @p order; new numbers are 0. */
static bool number_room(lg_market *m, struct lg__terms_book *book, uint32_t order)
{
    uint32_t before = book->number_capacity;
    if (!LG_GROW(m->mem, book->number, book->number_capacity, order + 1))
        return false;
    if (book->number_capacity > before)
        memset(book->number + before, 0, (book->number_capacity - before) * sizeof *book->number);
    return true;
}

bool lg_market_takes_terms(const lg_market *m)
{
    return m->rules.dof && m->rule && (m->rules.matcher->rule->flags & LG_MATCHING_ATTRIBUTES);
}

bool lg_market_terms_valid(const lg_market *m, const lg_terms *terms)
{
    bool fine = terms->requirement_count <= LG_REQUIREMENTS_MAX &&
                (!terms->energy_type || is_type(terms->energy_type));
    for (uint32_t i = 0; i < terms->requirement_count && fine; i++) {
        const lg_requirement *r = &terms->requirements[i];
        const lg_array *places = &r->partners, *types = &r->energy_types;
        fine = places->count <= LG_PARTNERS_MAX && types->count <= LG_ENERGY_TYPES_MAX &&
               r->energy_uwh >= 0 && r->rate_uct >= 0;
        for (uint32_t k = 0; k < places->count && fine; k++)
            fine = is_place(m, *(const uint32_t *)item_of(places, k));
        for (uint32_t k = 0; k < types->count && fine; k++)
            fine = is_type(*(const char *const *)item_of(types, k));
    }
    return fine;
}

lg_status lg_market_set_terms(lg_market *m, uint32_t asset, lg_side side, uint64_t id,
                              const lg_terms *terms)
{
    LG_ASSERT(lg_market_takes_terms(m));
    struct lg__terms_book *book = lg__rule_terms(m->rule);
    uint32_t order = m->first[side][asset];
    while (order != LG_NONE && m->orders[order].id != id)
        order = m->orders[order].next;
    if (order == LG_NONE)
        return LG_GONE;
    if (!lg_market_terms_valid(m, terms))
        return LG_INVALID;
    if (!number_room(m, book, order) ||
        !LG_GROW(m->mem, book->list, book->capacity, book->count + 1))
        return LG_MEMORY;
    struct lg__terms *t = &book->list[book->count];
    t->id = id;
    t->traded_uwh = lg_arena_alloc(&book->arena, terms->requirement_count * sizeof *t->traded_uwh);
    lg_status status = lg_terms_copy(&book->arena, terms, &t->said);
    if (status != LG_OK || !t->traded_uwh)
        return LG_MEMORY;
    book->number[order] = ++book->count;
    return LG_OK;
}

struct lg__terms *lg__terms_of(const lg_market *m, uint32_t order)
{
    struct lg__terms_book *book = lg__rule_terms(m->rule);
    uint32_t number = order < book->number_capacity ? book->number[order] : 0;
    if (number == 0 || number > book->count || book->list[number - 1].id != m->orders[order].id)
        return NULL;
    return &book->list[number - 1];
}

void lg__terms_clear(struct lg__terms_book *terms)
{
    if (!terms->count)
        return;
    lg_arena_drop(&terms->arena);
    terms->count = 0;
}

void lg__terms_fini(struct lg__terms_book *terms)
{
    lg_mem *mem = terms->arena.mem;
    lg_arena_drop(&terms->arena);
    lg_mem_free(mem, terms->list, terms->capacity * sizeof *terms->list);
    lg_mem_free(mem, terms->number, terms->number_capacity * sizeof *terms->number);
}
