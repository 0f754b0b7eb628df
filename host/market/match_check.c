/* What is looked at before a recommended pair is traded (5.4 of the reference), and the trade.
 * Recommendations are executed in the order in which they were made; each is held against what is
 * left of the two orders then. */
#include "market/by_plugin.h"

static const char *const refusal_texts[] = {
#define X(name, text) text,
    LG_MATCH_REFUSAL_MAP(X)
#undef X
};

/* The requirement of the bid under which the pair may trade: the one the rule names, else the first
 * that holds. @return false when none does. Without requirements it is LG_MATCH_NONE. */
static bool find_requirement(const struct lg__rule *rule, const lg_match *match, uint32_t *index)
{
    const lg_match_order *bid = &rule->orders[LG_BID][match->bid];
    const lg_match_order *offer = &rule->orders[LG_OFFER][match->offer];
    *index = match->requirement;
    if (!lg_match_accepts(&rule->book, offer, bid))
        return false;
    if (bid->requirements.count == 0)
        return *index == LG_MATCH_NONE;
    for (uint32_t i = 0; i < bid->requirements.count; i++) {
        if (*index != LG_MATCH_NONE && *index != i)
            continue;
        const lg_requirement *r = lg_requirement_at(bid, i);
        if (match->energy_uwh <= r->energy_uwh &&
            match->rate_uct - lg_match_limit(bid, i) <= rule->book.rate_tolerance_uct &&
            lg_match_meets(&rule->book, bid, i, offer)) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* Why the pair may not trade; LG_MATCH_REFUSAL_COUNT when it may. */
static lg_match_refusal check(const struct lg__rule *rule, const lg_match *match, uint32_t *index)
{
    const lg_match_order *bid = &rule->orders[LG_BID][match->bid];
    const lg_match_order *offer = &rule->orders[LG_OFFER][match->offer];
    int64_t tolerance = rule->book.rate_tolerance_uct;
    if (bid->energy_uwh == 0 || offer->energy_uwh == 0)
        return LG_MATCH_GONE_REFUSED;
    if (match->energy_uwh <= 0 || match->energy_uwh > bid->energy_uwh ||
        match->energy_uwh > offer->energy_uwh)
        return LG_MATCH_ENERGY_REFUSED;
    if (match->rate_uct < 0 || match->rate_uct > LG_RATE_MAX_UCT ||
        match->rate_uct > bid->rate_uct + tolerance ||
        match->rate_uct < offer->rate_uct - tolerance)
        return LG_MATCH_RATE_REFUSED;
    if (bid->party == offer->party || bid->asset == offer->asset)
        return LG_MATCH_PARTY_REFUSED;
    return find_requirement(rule, match, index) ? LG_MATCH_REFUSAL_COUNT
                                                : LG_MATCH_REQUIREMENTS_REFUSED;
}

static void refuse(lg_market *m, const lg_match *match, lg_match_refusal why)
{
    struct lg__rule *rule = m->rule;
    if (rule->counts->refused[why]++)
        return;
    const lg_match_order *bid = &rule->orders[LG_BID][match->bid];
    const lg_match_order *offer = &rule->orders[LG_OFFER][match->offer];
    lg__rule_say(rule,
                 "recommends %s in \"%s\": %.10g kWh at %.10g ct/kWh, of the bid of \"%s\" (%.10g "
                 "kWh, %.10g ct/kWh) and the offer of \"%s\" (%.10g kWh, %.10g ct/kWh); this and "
                 "others like it are refused",
                 refusal_texts[why], rule->book.name, lg_kwh_from_uwh(match->energy_uwh),
                 lg_ct_from_uct(match->rate_uct), m->site->assets[bid->asset].name,
                 lg_kwh_from_uwh(bid->energy_uwh), lg_ct_from_uct(bid->rate_uct),
                 m->site->assets[offer->asset].name, lg_kwh_from_uwh(offer->energy_uwh),
                 lg_ct_from_uct(offer->rate_uct));
}

/* What the buyer pays in its own market when the pair trades at @p rate_uct here: the fees of its
 * way are added again (6.4 of the reference), but never more than it bid or its requirement says.
 */
static int64_t buyer_rate(const lg_market *m, const lg_match_order *bid, uint32_t record,
                          const struct lg__terms *terms, uint32_t index, int64_t rate_uct)
{
    int64_t original = m->orders[record].rate_uct, limit = original;
    if (index != LG_MATCH_NONE)
        limit = lg_min64(limit, terms->said.requirements[index].rate_uct);
    int64_t rate;
    if (m->rules.fee_kind == LG_FEE_CONSTANT)
        rate = rate_uct + (original - bid->rate_uct);
    else
        rate = bid->rate_uct > 0 ? lg_muldiv(rate_uct, original, bid->rate_uct) : 0;
    return lg_min64(rate, limit);
}

/* Trades a pair that has been checked and takes it from what the rule saw. */
static lg_status execute(lg_market *m, uint32_t area, const lg_match *match, uint32_t index)
{
    struct lg__rule *rule = m->rule;
    lg_match_order *bid = &rule->orders[LG_BID][match->bid];
    lg_match_order *offer = &rule->orders[LG_OFFER][match->offer];
    uint32_t b = rule->records[LG_BID][match->bid], o = rule->records[LG_OFFER][match->offer];
    struct lg__terms *terms = index == LG_MATCH_NONE ? NULL : lg__terms_of(m, b);
    if (terms) {
        terms->traded_uwh[index] += match->energy_uwh;
        /* the copy that the rule saw, which is ours */
        lg_requirement *seen = (lg_requirement *)(uintptr_t)lg_requirement_at(bid, index);
        if (seen->energy_uwh != LG_MATCH_UNLIMITED)
            seen->energy_uwh -= match->energy_uwh;
    }
    lg_status status = lg__trade(m, area, b, o, match->energy_uwh,
                                 buyer_rate(m, bid, b, terms, index, match->rate_uct));
    bid->energy_uwh = m->orders[b].energy_uwh;
    offer->energy_uwh = m->orders[o].energy_uwh;
    return status;
}

lg_status lg__rule_execute(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < rule->match_count && status == LG_OK; i++) {
        uint32_t requirement;
        lg_match_refusal why = check(rule, &rule->matches[i], &requirement);
        if (why == LG_MATCH_REFUSAL_COUNT)
            status = execute(m, area, &rule->matches[i], requirement);
        else
            refuse(m, &rule->matches[i], why);
    }
    return status;
}
