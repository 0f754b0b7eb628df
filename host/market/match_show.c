/* What a rule of a plugin is shown of a market: copies of all orders that could trade there, own
 * and from outside, with what they require. */
#include "market/by_plugin.h"

/* The energy that is left under requirement @p i of @p terms. */
static int64_t energy_left(const struct lg__terms *terms, uint32_t i)
{
    int64_t most = terms->said.requirements[i].energy_uwh;
    return most == LG_MATCH_UNLIMITED ? most : most - terms->traded_uwh[i];
}

/* A rate of the buyer's own market as it is here, where the bid's own rate is @p here. */
static int64_t rate_here(const lg_market *m, int64_t rate_uct, int64_t original, int64_t here)
{
    if (rate_uct == LG_MATCH_UNLIMITED)
        return rate_uct;
    if (m->rules.fee_kind == LG_FEE_CONSTANT)
        return rate_uct - (original - here);
    return original > 0 ? lg_muldiv(rate_uct, here, original) : 0;
}

/* Shows the terms of order @p record in @p seen. */
static lg_status show_terms(lg_market *m, uint32_t record, lg_match_order *seen)
{
    struct lg__rule *rule = m->rule;
    const struct lg__terms *terms = lg__terms_of(m, record);
    const lg_matcher *matcher = rule->matcher;
    bool offer = m->orders[record].side == LG_OFFER;
    if (offer)
        seen->energy_type = terms && terms->said.energy_type ? terms->said.energy_type
                            : matcher->energy_type ? matcher->energy_type(matcher->ctx, seen->asset)
                                                   : NULL;
    if (!terms || terms->said.requirement_count == 0)
        return LG_OK;
    uint32_t count = terms->said.requirement_count;
    lg_requirement *list = lg_arena_alloc(&rule->scratch, count * sizeof *list);
    if (!list)
        return LG_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = terms->said.requirements[i];
        list[i].energy_uwh = energy_left(terms, i);
        list[i].rate_uct =
            rate_here(m, list[i].rate_uct, m->orders[record].rate_uct, seen->rate_uct);
    }
    seen->requirements = (lg_array){list, count, sizeof *list};
    rule->requirement_count += count;
    return LG_OK;
}

static lg_status show(lg_market *m, lg_side side, const struct lg__candidate *c)
{
    struct lg__rule *rule = m->rule;
    const struct lg__order *o = &m->orders[c->order];
    uint32_t i = rule->count[side];
    if (!LG_GROW(m->mem, rule->orders[side], rule->order_capacity[side], i + 1) ||
        !LG_GROW(m->mem, rule->records[side], rule->record_capacity[side], i + 1))
        return LG_MEMORY;
    bool bid = side == LG_BID;
    rule->records[side][i] = c->order;
    rule->orders[side][i] = (lg_match_order){
        .size = sizeof(lg_match_order),
        .party = c->party,
        .asset = o->asset,
        .area = m->area_of[o->asset],
        .sequence = o->sequence,
        .tick = o->tick,
        .id = o->id,
        .rate_uct =
            bid ? LG_RATE_MAX_UCT - lg__key_rate(false, c->key) : lg__key_rate(false, c->key),
        .energy_uwh = o->energy_uwh,
    };
    rule->count[side]++;
    return show_terms(m, c->order, &rule->orders[side][i]);
}

/* Sorts by rate and age: a bid's rate counts from the top, so that both sides ascend and the
 * earlier comes first among equals. */
static uint64_t key_of(const lg_market *m, lg_side side, int64_t rate_uct, uint32_t order)
{
    return lg__key(false, side == LG_BID ? LG_RATE_MAX_UCT - rate_uct : rate_uct,
                   m->orders[order].sequence);
}

/* Appends what comes from outside, as far as it is no worse than @p limit_uct for this market. */
static lg_status add_outside(lg_market *m, uint32_t area, lg_side side, int64_t limit_uct)
{
    struct lg__outside outside;
    struct lg__pick pick;
    lg_status status = lg__outside_open(m, &outside, area, side);
    while (status == LG_OK && lg__outside_peek(m, &outside, &pick)) {
        if (side == LG_OFFER ? pick.rate_uct > limit_uct : pick.rate_uct < limit_uct)
            break;
        if (!LG_GROW(m->mem, m->own[side], m->own_capacity[side], m->own_count[side] + 1))
            return LG_MEMORY;
        m->own[side][m->own_count[side]++] =
            (struct lg__candidate){.key = pick.key, .order = pick.order, .party = pick.party};
        lg__outside_pass(&outside, &pick);
    }
    return status;
}

/* Both sides go into m->own, by the engine's keys; then those that cross nothing are left out, the
 * rest is sorted by ours and shown. */
lg_status lg__rule_show(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    const struct lg__book *book = &m->books[area];
    int64_t tolerance = m->rules.rate_tolerance_uct;
    rule->count[LG_BID] = rule->count[LG_OFFER] = rule->requirement_count = 0;
    lg_status status = lg__gather(m, area, LG_BID, 0);
    if (status == LG_OK)
        status = lg__gather(m, area, LG_OFFER, LG_RATE_MAX_UCT);
    bool own_bids = m->own_count[LG_BID] > 0, own_offers = m->own_count[LG_OFFER] > 0;
    if (own_offers && status == LG_OK)
        status = add_outside(m, area, LG_BID, book->lane[LG_OFFER].best_uct - tolerance);
    if (own_bids && status == LG_OK)
        status = add_outside(m, area, LG_OFFER, book->lane[LG_BID].best_uct + tolerance);
    int64_t best[2] = {INT64_MIN / 2, INT64_MAX / 2};
    for (int side = 0; side < 2 && status == LG_OK; side++)
        for (uint32_t i = 0; i < m->own_count[side]; i++) {
            int64_t rate = lg__key_rate(side == LG_BID, m->own[side][i].key);
            best[side] = side == LG_BID ? lg_max64(best[side], rate) : lg_min64(best[side], rate);
        }
    for (int side = 0; side < 2 && status == LG_OK; side++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < m->own_count[side]; i++) {
            struct lg__candidate c = m->own[side][i];
            int64_t rate = lg__key_rate(side == LG_BID, c.key);
            if (side == LG_BID ? rate < best[LG_OFFER] - tolerance
                               : rate > best[LG_BID] + tolerance)
                continue;
            c.key = key_of(m, (lg_side)side, rate, c.order);
            m->own[side][kept++] = c;
        }
        status = lg__sort(m, m->own[side], kept);
        for (uint32_t i = 0; i < kept && status == LG_OK; i++)
            status = show(m, (lg_side)side, &m->own[side][i]);
    }
    return status;
}
