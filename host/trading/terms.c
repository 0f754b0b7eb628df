/* What may be asked: each rule by itself, the first one that is broken is told. */
#include "trading/room.h"

#include <string.h>

static bool is_price(const lg_trading_area *area, int64_t price)
{
    return price >= -LG_TRADING_PRICE_MAX && price <= LG_TRADING_PRICE_MAX &&
           price % area->price_step == 0;
}

static bool is_quantity(const lg_trading_area *area, int64_t quantity)
{
    return quantity >= area->quantity_step && quantity <= LG_TRADING_QUANTITY_MAX &&
           quantity % area->quantity_step == 0;
}

static lg_trading_why check_period(const lg_trading *t, const lg_trading_terms *terms)
{
    const lg_trading_area *area = &t->rules->areas[terms->area];
    int64_t length_ms = terms->minutes * INT64_C(60000);
    if (!(area->minutes & lg__minutes_bit(terms->minutes)))
        return LG_TRADING_DURATION_WHY;
    if (terms->start_ms < 0 || terms->start_ms % length_ms)
        return LG_TRADING_PERIOD_WHY;
    if (terms->start_ms <= t->now_ms || terms->start_ms - t->now_ms <= area->gate_ms)
        return LG_TRADING_CLOSED_WHY;
    if (terms->start_ms - t->now_ms > area->horizon_ms)
        return LG_TRADING_EARLY_WHY;
    return LG_TRADING_OK_WHY;
}

static lg_trading_why check_type(const lg_trading *t, const lg_trading_terms *terms)
{
    const lg_trading_area *area = &t->rules->areas[terms->area];
    bool iceberg = terms->type == LG_TRADING_ICEBERG;
    bool stop = terms->type == LG_TRADING_STOP_LIMIT;
    if (stop ? !is_price(area, terms->stop_price) : terms->stop_price != LG_TRADING_NO_PRICE)
        return LG_TRADING_STOP_PRICE_WHY;
    if (terms->peak_delta != LG_TRADING_NO_PRICE &&
        (!iceberg || terms->peak_delta < 0 || !is_price(area, terms->peak_delta)))
        return LG_TRADING_PEAK_WHY;
    if (iceberg ? !is_quantity(area, terms->display) || terms->display > terms->quantity
                : terms->display != 0)
        return LG_TRADING_DISPLAY_WHY;
    return LG_TRADING_OK_WHY;
}

/* What goes with a type, beside nothing: bits. */
static uint32_t executions_of(uint32_t type)
{
    const uint32_t aon = 1u << LG_TRADING_AON, fok = 1u << LG_TRADING_FOK;
    const uint32_t ioc = 1u << LG_TRADING_IOC;
    switch (type) {
    case LG_TRADING_LIMIT:
    case LG_TRADING_STOP_LIMIT:
        return aon | fok | ioc;
    case LG_TRADING_BLOCK:
        return aon | fok;
    case LG_TRADING_BALANCE:
        return fok | ioc;
    default:
        return 0;
    }
}

uint32_t lg__execution_of(uint32_t type, uint32_t execution)
{
    if (execution)
        return execution;
    return type == LG_TRADING_BLOCK     ? LG_TRADING_AON
           : type == LG_TRADING_BALANCE ? LG_TRADING_IOC
                                        : 0;
}

static lg_trading_why check_execution(const lg_trading *t, const lg_trading_terms *terms)
{
    int64_t until_ms = terms->valid_until_ms;
    uint32_t execution = terms->execution;
    if (execution && (execution > LG_TRADING_IOC || !(executions_of(terms->type) >> execution & 1)))
        return LG_TRADING_EXECUTION_WHY;
    execution = lg__execution_of(terms->type, execution);
    bool waits = !execution || (terms->type == LG_TRADING_BLOCK && execution == LG_TRADING_AON);
    if (until_ms && (!waits || until_ms <= t->now_ms ||
                     until_ms > terms->start_ms - t->rules->areas[terms->area].gate_ms))
        return LG_TRADING_VALID_UNTIL_WHY;
    return LG_TRADING_OK_WHY;
}

static lg_trading_why check_texts(const lg_trading_terms *terms)
{
    size_t length = terms->tag ? strlen(terms->tag) : 0;
    if (length > LG_TRADING_TAG_MAX || (terms->type == LG_TRADING_PREARRANGED && !length))
        return LG_TRADING_TAG_WHY;
    return terms->payload_size > LG_TRADING_PAYLOAD_MAX ? LG_TRADING_PAYLOAD_WHY
                                                        : LG_TRADING_OK_WHY;
}

static bool is_offered(uint32_t type)
{
    return type >= LG_TRADING_LIMIT && type < LG_TRADING_PRIVATE;
}

lg_trading_why lg__check_terms(const lg_trading *t, const lg_trading_terms *terms)
{
    if (terms->area >= t->rules->area_count)
        return LG_TRADING_AREA_WHY;
    const lg_trading_area *area = &t->rules->areas[terms->area];
    if (terms->currency && terms->currency != area->currency)
        return LG_TRADING_CURRENCY_WHY;
    if (!is_offered(terms->type))
        return LG_TRADING_TYPE_WHY;
    if (terms->side != LG_TRADING_BUY && terms->side != LG_TRADING_SELL)
        return LG_TRADING_SIDE_WHY;
    if (!is_price(area, terms->price))
        return LG_TRADING_PRICE_WHY;
    if (!is_quantity(area, terms->quantity))
        return LG_TRADING_QUANTITY_WHY;
    lg_trading_why why = check_period(t, terms);
    if (why == LG_TRADING_OK_WHY)
        why = check_type(t, terms);
    if (why == LG_TRADING_OK_WHY)
        why = check_execution(t, terms);
    return why == LG_TRADING_OK_WHY ? check_texts(terms) : why;
}

/* A field that cannot be without a value is set to none. */
static bool clears_needed(const lg__rec *r, uint32_t set, const lg_trading_terms *terms)
{
    return (set & LG_TRADING_SET_PRICE && terms->price == LG_TRADING_NO_PRICE) ||
           (set & LG_TRADING_SET_QUANTITY && terms->quantity == 0) ||
           (set & LG_TRADING_SET_STOP_PRICE && terms->stop_price == LG_TRADING_NO_PRICE &&
            r->type == LG_TRADING_STOP_LIMIT) ||
           (set & LG_TRADING_SET_DISPLAY && terms->display == 0 && r->type == LG_TRADING_ICEBERG);
}

lg_trading_why lg__check_update(const lg_trading *t, const lg__rec *r, uint32_t set,
                                const lg_trading_terms *terms)
{
    if (!set || set & ~(uint32_t)LG_TRADING_SET_ALL || clears_needed(r, set, terms))
        return LG_TRADING_MASK_WHY;
    if (terms->currency && terms->currency != t->rules->areas[r->area].currency)
        return LG_TRADING_CURRENCY_WHY;
    lg_trading_terms changed, *next = &changed;
    lg__terms_out(r, next);
    lg__terms_set(next, set, terms);
    const lg_trading_area *area = &t->rules->areas[r->area];
    if (set & LG_TRADING_SET_PRICE && !is_price(area, next->price))
        return LG_TRADING_PRICE_WHY;
    if (set & LG_TRADING_SET_QUANTITY && !is_quantity(area, next->quantity))
        return LG_TRADING_QUANTITY_WHY;
    if (next->quantity < r->quantity - r->open)
        return LG_TRADING_FILLED_WHY;
    if (set & LG_TRADING_SET_STOP_PRICE && r->state != LG_TRADING_HIBERNATE)
        return LG_TRADING_STOP_PRICE_WHY; /* it has woken up, or was none */
    lg_trading_why why = check_type(t, next);
    if (why == LG_TRADING_OK_WHY)
        why = check_execution(t, next);
    return why == LG_TRADING_OK_WHY ? check_texts(next) : why;
}

void lg__terms_set(lg_trading_terms *to, uint32_t set, const lg_trading_terms *from)
{
    if (set & LG_TRADING_SET_PRICE)
        to->price = from->price;
    if (set & LG_TRADING_SET_QUANTITY)
        to->quantity = from->quantity;
    if (set & LG_TRADING_SET_STOP_PRICE)
        to->stop_price = from->stop_price;
    if (set & LG_TRADING_SET_PEAK_DELTA)
        to->peak_delta = from->peak_delta;
    if (set & LG_TRADING_SET_DISPLAY)
        to->display = from->display;
    if (set & LG_TRADING_SET_EXECUTION)
        to->execution = from->execution;
    if (set & LG_TRADING_SET_VALID_UNTIL)
        to->valid_until_ms = from->valid_until_ms;
    if (set & LG_TRADING_SET_TAG)
        to->tag = from->tag;
    if (set & LG_TRADING_SET_PAYLOAD) {
        to->payload = from->payload;
        to->payload_size = from->payload_size;
    }
}
