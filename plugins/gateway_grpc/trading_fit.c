/* Streams read everything that happens: what fits is chosen here, as the market does for lists. */
#include <string.h>

#include "trading_parts.h"

/* What all kinds have: a state, areas, a period. */
static bool fits(const trading_filter *f, uint32_t state, uint32_t area, int64_t start_ms,
                 uint32_t minutes)
{
    uint32_t duration = minutes == 5 ? 1u : minutes == 15 ? 2u : minutes == 30 ? 4u : 8u;
    if (f->is_empty || start_ms < f->is.from_ms || start_ms >= f->is.until_ms)
        return false;
    return (f->is.states == 0 || (f->is.states >> state & 1)) &&
           (f->is.area == UINT32_MAX || f->is.area == area) &&
           (f->is.minutes == 0 || (f->is.minutes & duration));
}

static bool names(const trading_filter *f, uint64_t id)
{
    for (uint32_t i = 0; i < f->is.id_count; i++)
        if (f->is.ids[i] == id)
            return true;
    return f->is.id_count == 0;
}

static bool is_tagged(const trading_filter *f, const char *tag)
{
    return !f->is.tag || (tag && strcmp(tag, f->is.tag) == 0);
}

bool trading_order_fits(const trading_filter *f, const lg_trading_order *order)
{
    const lg_trading_terms *terms = &order->terms;
    return fits(f, order->state, terms->area, terms->start_ms, terms->minutes) &&
           (f->is.side == 0 || f->is.side == terms->side) && names(f, order->id) &&
           is_tagged(f, terms->tag);
}

bool trading_trade_fits(const trading_filter *f, const lg_trading_trade *trade)
{
    return fits(f, trade->state, trade->area, trade->start_ms, trade->minutes) &&
           (f->is.side == 0 || f->is.side == trade->side) && names(f, trade->id) &&
           is_tagged(f, trade->tag);
}

bool trading_public_trade_fits(const trading_filter *f, const lg_trading_public_trade *trade)
{
    return fits(f, trade->state, trade->buy_area, trade->start_ms, trade->minutes) &&
           (f->sell_area == UINT32_MAX || f->sell_area == trade->sell_area);
}

bool trading_public_order_fits(const trading_filter *f, const lg_trading_public_order *order)
{
    return fits(f, 0, order->area, order->start_ms, order->minutes) &&
           (f->is.side == 0 || f->is.side == order->side);
}

bool trading_is_past(const trading_filter *f, int64_t now_ms)
{
    static const int64_t minutes[] = {5, 15, 30, 60};
    for (int i = 0; i < 4; i++)
        if (f->is.minutes == 1u << i && f->is.until_ms == f->is.from_ms + 1)
            return f->is.from_ms + minutes[i] * 60000 <= now_ms;
    return false;
}
