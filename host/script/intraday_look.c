/* Looks at the intraday market, row by row. */
#include "script/intraday_look.h"

lg_look_walk lg_look_begin(const lg_desk *desk, const lg_look_elsewhere *elsewhere,
                           const lg_look *look)
{
    if (elsewhere)
        elsewhere->ask(elsewhere->ctx, look);
    return (lg_look_walk){
        .look = look,
        .market = elsewhere ? NULL : lg_desk_trading(desk),
        .elsewhere = elsewhere,
        .more = true,
    };
}

static lg_trading_filter filter_of(const lg_look *look)
{
    return (lg_trading_filter){
        .size = sizeof(lg_trading_filter),
        .states = look->states,
        .side = look->side,
        .area = look->area,
        .tag = look->tag,
        .from_ms = look->start_ms,
        .until_ms = look->until_ms,
    };
}

static bool next_order(lg_look_walk *walk, lg_trading_order *order)
{
    const lg_look *look = walk->look;
    const lg_trading_filter filter = filter_of(look);
    if (!lg_trading_orders(walk->market, look->gridpool, &filter, walk->before, order, 1,
                           &walk->more))
        return false;
    walk->before = order->id;
    return true;
}

static bool next_trade(lg_look_walk *walk, lg_trading_trade *trade)
{
    const lg_look *look = walk->look;
    const lg_trading_filter filter = filter_of(look);
    if (!lg_trading_trades(walk->market, look->gridpool, &filter, walk->before, trade, 1,
                           &walk->more))
        return false;
    walk->before = trade->number;
    return true;
}

static bool position(const lg_look_walk *walk, lg_look_position *out)
{
    const lg_look *look = walk->look;
    int64_t until_ms = look->start_ms + look->minutes * INT64_C(60000);
    out->position = lg_trading_position_of(walk->market, look->gridpool, look->area, look->start_ms,
                                           look->minutes);
    out->net_uwh =
        lg_trading_net_uwh(walk->market, look->gridpool, look->area, look->start_ms, until_ms);
    return true;
}

static bool next_here(lg_look_walk *walk, lg_look_row *row)
{
    const lg_look *look = walk->look;
    switch ((lg_look_kind)look->kind) {
    case LG_LOOK_ORDERS:
        return next_order(walk, &row->order);
    case LG_LOOK_TRADES:
        return next_trade(walk, &row->trade);
    case LG_LOOK_ORDER:
        walk->more = false;
        return lg_trading_order_of(walk->market, look->gridpool, look->order, &row->order);
    case LG_LOOK_POSITION:
        walk->more = false;
        return position(walk, &row->position);
    case LG_LOOK_BOOK:
    case LG_LOOK_KINDS:
        break;
    }
    return false;
}

bool lg_look_next(lg_look_walk *walk, lg_look_row *row)
{
    if (!walk->more || walk->given >= walk->look->max)
        return false;
    walk->given++;
    return walk->elsewhere ? walk->elsewhere->next(walk->elsewhere->ctx, row)
                           : next_here(walk, row);
}

uint32_t lg_look_book(const lg_desk *desk, const lg_look_elsewhere *elsewhere, const lg_look *look,
                      lg_trading_public_order *rows)
{
    lg_look_row row;
    uint32_t count = 0;
    if (!elsewhere)
        return lg_trading_book(lg_desk_trading(desk), look->area, look->start_ms, look->minutes,
                               look->side, rows, look->max);
    elsewhere->ask(elsewhere->ctx, look);
    while (count < look->max && elsewhere->next(elsewhere->ctx, &row))
        rows[count++] = row.resting;
    return count;
}

bool lg_look_is_fit(const lg_desk *desk, const lg_look *look)
{
    const lg_trading *market = lg_desk_trading(desk);
    uint32_t count;
    const uint32_t *own = lg_desk_gridpools(desk, &count);
    bool all = look->kind == LG_LOOK_ORDERS || look->kind == LG_LOOK_TRADES;
    if (!market || look->kind >= LG_LOOK_KINDS || look->max > LG_LOOK_ROWS_MAX ||
        (!all && !lg_look_is_time(look->start_ms)))
        return false;
    bool fit = look->kind == LG_LOOK_BOOK;
    for (uint32_t i = 0; i < count && !fit; i++)
        fit = own[i] == look->gridpool;
    uint32_t areas = lg_trading_rules_of(market)->area_count;
    return fit && (look->area < areas || (all && look->area == UINT32_MAX));
}
