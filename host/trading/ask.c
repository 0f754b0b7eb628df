/* Requests as data. */
#include "trading/ask.h"

#include <string.h>

lg_trading_done lg_trading_do(lg_trading *market, const lg_trading_ask *ask)
{
    lg_trading_done done = {.gridpool = ask->gridpool};
    switch (ask->kind) {
    case LG_ASK_CREATE:
        done.why = lg_trading_create(market, ask->gridpool, &ask->terms, &done.order);
        break;
    case LG_ASK_UPDATE:
        done.order = ask->order;
        done.why = lg_trading_update(market, ask->gridpool, ask->order, ask->set, &ask->terms);
        break;
    case LG_ASK_CANCEL:
        done.order = ask->order;
        done.why = lg_trading_cancel(market, ask->gridpool, ask->order);
        break;
    default:
        if (ask->gridpool >= lg_trading_rules_of(market)->gridpool_count)
            done.why = LG_TRADING_GRIDPOOL_WHY;
        else
            done.count = lg_trading_cancel_all(market, ask->gridpool);
    }
    return done;
}

bool lg_trading_ask_keep(lg_trading_ask *ask, lg_arena *arena)
{
    lg_trading_terms *terms = &ask->terms;
    if (terms->tag && !(terms->tag = lg_arena_text(arena, terms->tag, strlen(terms->tag))))
        return false;
    if (!terms->payload_size)
        terms->payload = NULL;
    else if (!(terms->payload = lg_arena_text(arena, terms->payload, terms->payload_size)))
        return false;
    return true;
}

void lg_trading_chain(lg_chain *chain, const lg_trading_ask *ask, const lg_trading_done *done)
{
    const lg_trading_terms *t = &ask->terms;
    uint64_t event[] = {
        UINT64_C(9) << 56 | (uint64_t)ask->kind << 48 | (uint64_t)done->why << 32 | ask->gridpool,
        (uint64_t)t->area << 32 | t->minutes,
        (uint64_t)t->type << 48 | (uint64_t)t->side << 40 | (uint64_t)t->execution << 32 | ask->set,
        (uint64_t)t->start_ms,
        (uint64_t)t->price,
        (uint64_t)t->quantity,
        (uint64_t)t->stop_price,
        (uint64_t)t->peak_delta,
        (uint64_t)t->display,
        (uint64_t)t->valid_until_ms,
        done->order,
        done->count};
    lg_chain_add(chain, event, sizeof event);
    if (t->tag)
        lg_chain_add(chain, t->tag, strlen(t->tag) + 1);
    if (t->payload_size)
        lg_chain_add(chain, t->payload, t->payload_size);
}
