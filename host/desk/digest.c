/* What of commands and trades counts in the digest of a run: all that they say, so that equal runs
 * have equal digests. A kind of event begins with a number of its own in the upper byte; what is
 * only sometimes said is an event of its own, so that runs which never say it keep their digest. */
#include "desk/room.h"

#include <string.h>

/* What an order requires counts in the digest as what it asks. */
static void chain_terms(lg_chain *chain, const lg_terms *terms)
{
    const char *type = terms->energy_type ? terms->energy_type : "";
    lg_chain_add(chain, type, strlen(type) + 1);
    for (uint32_t i = 0; i < terms->requirement_count; i++) {
        const lg_requirement *r = &terms->requirements[i];
        int64_t event[] = {r->energy_uwh, r->rate_uct, r->partners.count, r->energy_types.count};
        const uint32_t *partners = r->partners.items; /* copies of lg_terms_copy(), without gaps */
        const char *const *types = r->energy_types.items;
        lg_chain_add(chain, event, sizeof event);
        if (partners)
            lg_chain_add(chain, partners, r->partners.count * sizeof *partners);
        for (uint32_t k = 0; k < r->energy_types.count; k++)
            lg_chain_add(chain, types[k], strlen(types[k]) + 1);
    }
}

static bool is_order(const lg_command *c)
{
    return c->kind <= LG_CMD_UPDATE_OFFER;
}

void lg__chain_command(lg_chain *chain, const lg_desk *desk, const lg_command *c,
                       const lg_answer *a)
{
    uint64_t event[] = {UINT64_C(1) << 56 | (uint64_t)c->kind << 48 | (uint64_t)c->flags << 40 |
                            (uint64_t)a->status << 32 | c->node,
                        (uint64_t)c->energy_uwh, (uint64_t)c->amount,
                        c->order_id ^ (uint64_t)desk->index << 40};
    lg_chain_add(chain, event, sizeof event);
    const lg_terms *terms = is_order(c) ? lg_desk_terms(desk, c->terms) : NULL;
    if (terms)
        chain_terms(chain, terms);
    if (c->time_slot) {
        uint64_t slot = UINT64_C(5) << 56 | c->time_slot;
        lg_chain_add(chain, &slot, sizeof slot);
    }
    if (c->kind == LG_CMD_SET_ENERGY_FORECAST || c->kind == LG_CMD_SET_ENERGY_MEASUREMENT) {
        uint32_t count;
        const lg_slot_value *values = lg_desk_values(desk, c, &count);
        for (uint32_t i = 0; i < count; i++) {
            uint64_t value[] = {UINT64_C(6) << 56 | values[i].slot, (uint64_t)values[i].energy_uwh};
            lg_chain_add(chain, value, sizeof value);
        }
    }
}

void lg__chain_post(lg_chain *chain, const lg_post *p)
{
    uint64_t event[] = {UINT64_C(8) << 56 | p->number_count, (uint64_t)p->author << 32 | p->to,
                        p->number};
    lg_chain_add(chain, event, sizeof event);
    lg_chain_add(chain, p->topic, strlen(p->topic) + 1);
    if (p->text)
        lg_chain_add(chain, p->text, strlen(p->text) + 1);
    else
        lg_chain_add(chain, p->numbers, p->number_count * sizeof *p->numbers);
}

void lg__chain_trade(lg_chain *chain, const lg_trade *t)
{
    struct {
        uint64_t kind_tick, parties, offer_id, bid_id;
        int64_t energy_uwh, paid_uct, earned_uct, fees_uct, market;
    } event = {
        .kind_tick = UINT64_C(2) << 56 | t->tick,
        .parties = (uint64_t)t->seller << 32 | t->buyer,
        .offer_id = t->offer_id,
        .bid_id = t->bid_id,
        .energy_uwh = t->energy_uwh,
        .paid_uct = t->paid_uct,
        .earned_uct = t->earned_uct,
        .fees_uct = t->fees_uct,
        .market = t->market,
    };
    if (t->type != LG_MARKET_SPOT)
        event.market |= ((int64_t)t->slot + 1) << 32;
    lg_chain_add(chain, &event, sizeof event);
}

/* ---- the intraday market: beside what is asked, what came of it ---- */

static void chain_order(void *chain, const lg_trading_order *o)
{
    uint64_t event[] = {UINT64_C(10) << 56 | (uint64_t)o->state << 32 | (uint64_t)o->reason << 16 |
                            o->actor,
                        o->id,
                        o->gridpool,
                        (uint64_t)o->terms.price,
                        (uint64_t)o->open,
                        (uint64_t)o->filled,
                        (uint64_t)o->modified_ms};
    lg_chain_add(chain, event, sizeof event);
}

static void chain_side(void *chain, const lg_trading_trade *t)
{
    uint64_t event[] = {UINT64_C(11) << 56 | (uint64_t)t->side << 32 | t->area,
                        t->id,
                        t->order_id,
                        t->gridpool,
                        (uint64_t)t->start_ms,
                        t->minutes,
                        (uint64_t)t->price,
                        (uint64_t)t->quantity,
                        (uint64_t)t->time_ms};
    lg_chain_add(chain, event, sizeof event);
}

void lg__chain_intraday(lg_chain *chain, lg_trading *trading)
{
    const lg_trading_sink sink = {.ctx = chain, .order = chain_order, .trade = chain_side};
    lg_trading_listen(trading, &sink);
}
