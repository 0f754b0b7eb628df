/* What a rule is shown, it could write into: it is the same memory that its recommendations are
 * checked against. So the host seals it before the call and looks at the seals afterwards. */
#include "market/by_plugin.h"

#include "base/rng.h"

#include <string.h>

static uint64_t add_bytes(uint64_t seal, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t word = 0;
    for (; size >= sizeof word; at += sizeof word, size -= sizeof word) {
        memcpy(&word, at, sizeof word);
        seal = lg_mix(seal ^ word);
    }
    if (size == 0)
        return seal;
    word = 0;
    memcpy(&word, at, size);
    return lg_mix(seal ^ word);
}

static uint64_t add_list(uint64_t seal, const lg_array *list)
{
    return list->count ? add_bytes(seal, list->items, (size_t)list->count * list->stride) : seal;
}

static uint64_t seal_of_orders(const struct lg__rule *rule)
{
    uint64_t seal = add_bytes(0, &rule->book, sizeof rule->book);
    return add_list(add_list(seal, &rule->book.bids), &rule->book.offers);
}

static uint64_t seal_of_requirements(const struct lg__rule *rule)
{
    uint64_t seal = 0;
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < rule->count[side]; i++)
            seal = add_list(seal, &rule->orders[side][i].requirements);
    return seal;
}

static uint64_t seal_of_lists(const struct lg__rule *rule)
{
    uint64_t seal = 0;
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < rule->count[side]; i++) {
            const lg_match_order *order = &rule->orders[side][i];
            for (uint32_t k = 0; k < order->requirements.count; k++) {
                const lg_requirement *r = lg_requirement_at(order, k);
                seal = add_list(add_list(seal, &r->partners), &r->energy_types);
            }
        }
    return seal;
}

static uint64_t (*const seal_of[LG__SEALS])(const struct lg__rule *) = {
    [LG__SEAL_ORDERS] = seal_of_orders,
    [LG__SEAL_REQUIREMENTS] = seal_of_requirements,
    [LG__SEAL_LISTS] = seal_of_lists,
};

void lg__rule_seal(struct lg__rule *rule)
{
    for (int i = 0; i < LG__SEALS; i++)
        rule->seal[i] = seal_of[i](rule);
}

bool lg__rule_intact(const struct lg__rule *rule)
{
    for (int i = 0; i < LG__SEALS; i++)
        if (rule->seal[i] != seal_of[i](rule))
            return false;
    return true;
}
