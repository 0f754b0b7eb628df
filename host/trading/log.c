/* What has changed, as numbered entries in rings: those who read keep a cursor of their own, so
 * nothing is done for them here. */
#include "trading/room.h"

#include <string.h>

static bool log_init(lg_trading *t, lg__log *log, size_t size)
{
    uint32_t max = 64;
    while (max < t->rules->log_max && max < 1u << 30)
        max *= 2;
    *log = (lg__log){.size = (uint32_t)size, .capacity = 64, .max = max, .first = 1, .next = 1};
    log->entries = lg_mem_zalloc(t->mem, log->capacity, size);
    return log->entries != NULL;
}

bool lg__logs_init(lg_trading *t)
{
    return log_init(t, &t->orders, sizeof(lg__order_entry)) &&
           log_init(t, &t->trades, sizeof(lg__trade_entry)) &&
           log_init(t, &t->public_trades, sizeof(lg_trading_public_trade)) &&
           log_init(t, &t->public_orders, sizeof(lg_trading_public_order));
}

static void log_fini(lg_trading *t, lg__log *log)
{
    lg_mem_free(t->mem, log->entries, (size_t)log->capacity * log->size);
}

static void *entry(const lg__log *log, uint64_t number)
{
    return log->entries + (number & (log->capacity - 1)) * log->size;
}

void lg__logs_fini(lg_trading *t)
{
    for (uint64_t n = t->orders.first; n < t->orders.next; n++) {
        lg__order_entry *e = entry(&t->orders, n);
        lg__blob_unref(t, e->tag);
        lg__blob_unref(t, e->payload);
    }
    for (uint64_t n = t->trades.first; n < t->trades.next; n++)
        lg__blob_unref(t, ((lg__trade_entry *)entry(&t->trades, n))->tag);
    log_fini(t, &t->orders);
    log_fini(t, &t->trades);
    log_fini(t, &t->public_trades);
    log_fini(t, &t->public_orders);
}

/* Twice the room; without memory for it the oldest entries go sooner. */
static void grow(lg_trading *t, lg__log *log)
{
    lg__log more = *log;
    more.capacity *= 2;
    more.entries = lg_mem_alloc(t->mem, (size_t)more.capacity * log->size);
    if (!more.entries)
        return;
    for (uint64_t n = log->first; n < log->next; n++)
        memcpy(entry(&more, n), entry(log, n), log->size);
    log_fini(t, log);
    *log = more;
}

/* Whether the entry that comes next takes the place of one: *old is that. */
static bool makes_room(lg_trading *t, lg__log *log, void **old)
{
    if (log->next - log->first < log->capacity)
        return false;
    if (log->capacity < log->max)
        grow(t, log);
    if (log->next - log->first < log->capacity)
        return false;
    *old = entry(log, log->first++);
    return true;
}

/* ---- orders ---- */

void lg__terms_out(const lg__rec *r, lg_trading_terms *out)
{
    *out = (lg_trading_terms){
        .area = r->area,
        .start_ms = r->start_ms,
        .minutes = r->minutes,
        .type = r->type,
        .side = r->side,
        .execution = r->execution,
        .price = r->price,
        .quantity = r->quantity,
        .stop_price = r->stop_price,
        .peak_delta = r->peak_delta,
        .display = r->display,
        .valid_until_ms = r->valid_until_ms,
        .tag = r->tag ? r->tag->bytes : NULL,
        .payload = r->payload ? r->payload->bytes : NULL,
        .payload_size = r->payload ? r->payload->size : 0,
    };
}

void lg__order_out(const lg__rec *r, const lg_trading_gridpool *gridpool, lg_trading_order *out)
{
    out->size = sizeof *out;
    out->state = r->state;
    out->reason = r->reason;
    out->actor = r->actor;
    out->id = r->id;
    out->gridpool = gridpool->id;
    out->number = r->number;
    out->open = r->open;
    out->filled = r->quantity - r->open;
    out->created_ms = r->created_ms;
    out->modified_ms = r->modified_ms;
    lg__terms_out(r, &out->terms);
}

void lg__tell(lg_trading *t, lg__rec *r, uint8_t state, uint8_t reason, uint8_t actor)
{
    void *old;
    r->state = state;
    r->reason = reason;
    r->actor = actor;
    r->modified_ms = t->now_ms;
    r->number = t->orders.next;
    if (makes_room(t, &t->orders, &old)) {
        lg__blob_unref(t, ((lg__order_entry *)old)->tag);
        lg__blob_unref(t, ((lg__order_entry *)old)->payload);
    }
    lg__order_entry *e = entry(&t->orders, t->orders.next++);
    lg__order_out(r, &t->rules->gridpools[r->gridpool], &e->order);
    e->order.terms.currency = t->rules->areas[r->area].currency;
    e->gridpool = r->gridpool;
    e->tag = lg__blob_ref(r->tag);
    e->payload = lg__blob_ref(r->payload);
    for (uint32_t i = 0; i < t->sink_count; i++)
        if (t->sinks[i].order)
            t->sinks[i].order(t->sinks[i].ctx, &e->order);
}

/* ---- the public book ---- */

void lg__public_out(const lg__rec *r, int64_t shown, lg_trading_public_order *out)
{
    *out = (lg_trading_public_order){
        .size = sizeof *out,
        .area = r->area,
        .id = r->public_id,
        .minutes = r->minutes,
        .type = LG_TRADING_LIMIT, /* whether there is more behind it is nobody's business */
        .side = r->side,
        .execution = r->execution,
        .start_ms = r->start_ms,
        .price = r->price,
        .quantity = shown,
        .created_ms = r->public_ms,
    };
}

void lg__show(lg_trading *t, lg__rec *r, int64_t shown)
{
    void *old;
    if (!r->public_id) {
        r->public_id = t->next_public++;
        r->public_ms = t->now_ms;
    }
    makes_room(t, &t->public_orders, &old);
    lg_trading_public_order *e = entry(&t->public_orders, t->public_orders.next);
    lg__public_out(r, shown, e);
    e->updated_ms = t->now_ms;
    e->number = t->public_orders.next++;
    if (!shown)
        r->public_id = 0;
}

/* ---- trades ---- */

static void tell_side(lg_trading *t, const lg__rec *r, uint64_t id, int64_t price, int64_t quantity)
{
    void *old;
    if (makes_room(t, &t->trades, &old))
        lg__blob_unref(t, ((lg__trade_entry *)old)->tag);
    lg__trade_entry *e = entry(&t->trades, t->trades.next);
    e->trade = (lg_trading_trade){
        .size = sizeof e->trade,
        .side = r->side,
        .id = id,
        .order_id = r->id,
        .gridpool = t->rules->gridpools[r->gridpool].id,
        .number = t->trades.next++,
        .area = r->area,
        .minutes = r->minutes,
        .start_ms = r->start_ms,
        .time_ms = t->now_ms,
        .price = price,
        .quantity = quantity,
        .state = LG_TRADING_TRADE_ACTIVE,
        .tag = r->tag ? r->tag->bytes : NULL,
    };
    e->gridpool = r->gridpool;
    e->tag = lg__blob_ref(r->tag);
    for (uint32_t i = 0; i < t->sink_count; i++)
        if (t->sinks[i].trade)
            t->sinks[i].trade(t->sinks[i].ctx, &e->trade);
}

void lg__tell_trade(lg_trading *t, const lg__rec *buy, const lg__rec *sell, int64_t price,
                    int64_t quantity, bool open)
{
    void *old;
    uint64_t id = t->next_trade++;
    tell_side(t, buy, id, price, quantity);
    tell_side(t, sell, id, price, quantity);
    if (!open)
        return;
    makes_room(t, &t->public_trades, &old);
    lg_trading_public_trade *e = entry(&t->public_trades, t->public_trades.next);
    *e = (lg_trading_public_trade){
        .size = sizeof *e,
        .state = LG_TRADING_TRADE_ACTIVE,
        .id = id,
        .number = t->public_trades.next++,
        .buy_area = buy->area,
        .sell_area = sell->area,
        .minutes = buy->minutes,
        .start_ms = buy->start_ms,
        .time_ms = t->now_ms,
        .price = price,
        .quantity = quantity,
    };
    for (uint32_t i = 0; i < t->sink_count; i++)
        if (t->sinks[i].public_trade)
            t->sinks[i].public_trade(t->sinks[i].ctx, e);
}

/* ---- reading ---- */

static const lg__log *log_of(const lg_trading *t, uint32_t log)
{
    switch (log) {
    case LG_TRADING_LOG_ORDERS:
        return &t->orders;
    case LG_TRADING_LOG_TRADES:
        return &t->trades;
    case LG_TRADING_LOG_PUBLIC_TRADES:
        return &t->public_trades;
    default:
        return &t->public_orders;
    }
}

uint64_t lg_trading_cursor(const lg_trading *t, uint32_t log)
{
    return log_of(t, log)->next;
}

static int64_t time_of(const lg__log *log, uint32_t kind, uint64_t number)
{
    return kind == LG_TRADING_LOG_PUBLIC_TRADES
               ? ((lg_trading_public_trade *)entry(log, number))->time_ms
               : ((lg_trading_public_order *)entry(log, number))->updated_ms;
}

uint64_t lg_trading_seek(const lg_trading *t, uint32_t kind, int64_t time_ms)
{
    const lg__log *log = log_of(t, kind);
    if (kind != LG_TRADING_LOG_PUBLIC_TRADES && kind != LG_TRADING_LOG_PUBLIC_ORDERS)
        return log->next;
    uint64_t low = log->first, high = log->next; /* times do not fall */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (time_of(log, kind, middle) < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t read_at(const lg__log *log, uint64_t *cursor)
{
    if (*cursor < log->first) {
        *cursor = log->first;
        return LG_TRADING_GONE;
    }
    return *cursor < log->next ? LG_TRADING_READ : LG_TRADING_NOTHING_NEW;
}

uint32_t lg_trading_read_order(const lg_trading *t, uint32_t gridpool, uint64_t *cursor,
                               lg_trading_order *out)
{
    uint32_t what;
    while ((what = read_at(&t->orders, cursor)) == LG_TRADING_READ) {
        const lg__order_entry *e = entry(&t->orders, (*cursor)++);
        if (e->gridpool == gridpool) {
            *out = e->order;
            break;
        }
    }
    return what;
}

uint32_t lg_trading_read_trade(const lg_trading *t, uint32_t gridpool, uint64_t *cursor,
                               lg_trading_trade *out)
{
    uint32_t what;
    while ((what = read_at(&t->trades, cursor)) == LG_TRADING_READ) {
        const lg__trade_entry *e = entry(&t->trades, (*cursor)++);
        if (e->gridpool == gridpool) {
            *out = e->trade;
            break;
        }
    }
    return what;
}

uint32_t lg_trading_read_public_trade(const lg_trading *t, uint64_t *cursor,
                                      lg_trading_public_trade *out)
{
    uint32_t what = read_at(&t->public_trades, cursor);
    if (what == LG_TRADING_READ)
        *out = *(lg_trading_public_trade *)entry(&t->public_trades, (*cursor)++);
    return what;
}

uint32_t lg_trading_read_public_order(const lg_trading *t, uint64_t *cursor,
                                      lg_trading_public_order *out)
{
    uint32_t what = read_at(&t->public_orders, cursor);
    if (what == LG_TRADING_READ)
        *out = *(lg_trading_public_order *)entry(&t->public_orders, (*cursor)++);
    return what;
}

/* ---- trades that are kept, the newest first ---- */

static bool trade_fits(const lg_trading_trade *trade, const lg_trading_filter *f)
{
    if (!f)
        return true;
    bool listed = f->id_count == 0;
    for (uint32_t i = 0; i < f->id_count && !listed; i++)
        listed = f->ids[i] == trade->id;
    return listed && (!f->states || f->states >> trade->state & 1) &&
           (!f->side || f->side == trade->side) &&
           (f->area == UINT32_MAX || f->area == trade->area) &&
           (!f->minutes || f->minutes & lg__minutes_bit(trade->minutes)) &&
           trade->start_ms >= f->from_ms && trade->start_ms < f->until_ms &&
           (!f->tag || (trade->tag && strcmp(f->tag, trade->tag) == 0));
}

uint32_t lg_trading_trades(const lg_trading *t, uint32_t gridpool, const lg_trading_filter *filter,
                           uint64_t before, lg_trading_trade *out, uint32_t max, bool *more)
{
    uint32_t count = 0;
    *more = false;
    for (uint64_t n = t->trades.next; n-- > t->trades.first;) {
        const lg__trade_entry *e = entry(&t->trades, n);
        if (e->gridpool != gridpool || (before && n >= before) || !trade_fits(&e->trade, filter))
            continue;
        if (count == max) {
            *more = true;
            break;
        }
        out[count++] = e->trade;
    }
    return count;
}
