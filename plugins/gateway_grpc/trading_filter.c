/* Filters of the API, of all kinds and generations, to those of the market. */
#include <stdlib.h>
#include <string.h>

#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "trading_parts.h"

typedef Fc__Grid__DeliveryPeriod period_type;
typedef Fc__Grid__DeliveryArea area_type;

static const char *read_states(const void *states, size_t count, uint32_t *bits)
{
    const int32_t *numbers = states; /* enums of protobuf-c are such */
    _Static_assert(sizeof(Et__OrderState) == sizeof(int32_t), "an enum is an int");
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < 1 || numbers[i] > 30)
            return "filter.states: there is no such state";
        *bits |= 1u << numbers[i];
    }
    return NULL;
}

static const char *read_side(bool is_set, uint32_t side, uint32_t *out)
{
    *out = is_set ? side : 0;
    return *out <= LG_TRADING_SELL ? NULL : "filter.side: it is neither buy nor sell";
}

/* An area that is not here fits nothing: that is no mistake of who asks. */
static void filter_area(const trading *t, const area_type *area, trading_filter *out,
                        uint32_t *index)
{
    if (area && area->code[0] && trading_read_area(t, &area->base, index))
        out->is_empty = true;
}

static const char *filter_period(const trading *t, const period_type *period, trading_filter *out)
{
    uint32_t minutes;
    if (!period)
        return NULL;
    const char *wrong = trading_read_period(t, &period->base, &out->is.from_ms, &minutes);
    if (wrong)
        return wrong;
    out->is.until_ms = out->is.from_ms + 1;
    out->is.minutes = 1u << (period->duration - 1);
    return NULL;
}

static const char *filter_times(const trading *t, const Et__DeliveryTimeFilter *times,
                                trading_filter *out)
{
    if (!times)
        return NULL;
    const Fc__Types__Interval *within = times->time_interval;
    if (within && (!trading_read_time(t, within->start_time ? &within->start_time->base : NULL,
                                      INT64_MIN, &out->is.from_ms) ||
                   !trading_read_time(t, within->end_time ? &within->end_time->base : NULL,
                                      INT64_MAX, &out->is.until_ms)))
        return "filter.delivery_time_filter: its interval is none";
    for (size_t i = 0; i < times->n_duration_filters; i++) {
        uint32_t duration = (uint32_t)times->duration_filters[i];
        if (!trading_minutes_of(duration))
            return "filter.delivery_time_filter: a duration is none of 5, 15, 30 and 60 minutes";
        out->is.minutes |= 1u << (duration - 1);
    }
    return NULL;
}

static const char *filter_ids(const uint64_t *ids, size_t count, trading_filter *out)
{
    if (count == 0)
        return NULL;
    if (count > TRADING_IDS_MAX)
        return "filter: it names more than 1000 numbers";
    out->ids = malloc(count * sizeof *ids);
    if (!out->ids)
        return "filter: out of memory";
    memcpy(out->ids, ids, count * sizeof *ids);
    out->is.ids = out->ids;
    out->is.id_count = (uint32_t)count;
    return NULL;
}

static void filter_tag(const char *tag, trading_filter *out)
{
    size_t length = tag ? strlen(tag) : 0;
    if (!tag)
        return;
    if (length > LG_TRADING_TAG_MAX) {
        out->is_empty = true; /* no order has so long a tag */
        return;
    }
    memcpy(out->tag, tag, length + 1);
    out->is.tag = out->tag;
}

/* What filters of orders and of trades have in common, in each generation of the API. */
typedef struct asked {
    const void *states;
    size_t state_count;
    bool has_side;
    uint32_t side;
    const uint64_t *ids;
    size_t id_count;
    const area_type *area;
    const char *tag;
    const Et__DeliveryTimeFilter *times;
    const period_type *period; /* in place of times, up to 0.8 */
} asked;

static const char *of_asked(const trading *t, const asked *a, trading_filter *out)
{
    const char *wrong = read_states(a->states, a->state_count, &out->is.states);
    if (!wrong)
        wrong = read_side(a->has_side, a->side, &out->is.side);
    if (!wrong)
        wrong = filter_times(t, a->times, out);
    if (!wrong)
        wrong = filter_period(t, a->period, out);
    if (!wrong)
        wrong = filter_ids(a->ids, a->id_count, out);
    filter_area(t, a->area, out, &out->is.area);
    filter_tag(a->tag, out);
    return wrong;
}

/* The fields that have the same names in all of them. */
#define ASKED(f)                                                                                   \
    .states = (f)->states, .state_count = (f)->n_states, .has_side = (f)->has_side_case,           \
    .side = (uint32_t)(f)->side, .area = (f)->delivery_area

static const char *of_orders(const trading *t, const Et__GridpoolOrderFilter *f,
                             trading_filter *out)
{
    const asked a = {ASKED(f), .ids = f->order_ids, .id_count = f->n_order_ids,
                     .tag = f->has_tag_case ? f->tag : NULL, .times = f->delivery_time_filter};
    return of_asked(t, &a, out);
}

static const char *of_trades(const trading *t, const Et__GridpoolTradeFilter *f,
                             trading_filter *out)
{
    const asked a = {ASKED(f), .ids = f->trade_ids, .id_count = f->n_trade_ids,
                     .tag = f->has_tag_case ? f->tag : NULL, .times = f->delivery_time_filter};
    return of_asked(t, &a, out);
}

/* Of clients up to 0.8: proto/lunagrid/compat/trading_08.proto. */
static const char *of_orders_08(const trading *t, const Et08__OrderFilter *f, trading_filter *out)
{
    const asked a = {ASKED(f), .ids = f->order_ids, .id_count = f->n_order_ids,
                     .tag = f->has_tag_case ? f->tag : NULL, .period = f->delivery_period};
    return of_asked(t, &a, out);
}

static const char *of_trades_08(const trading *t, const Et08__TradeFilter *f, trading_filter *out)
{
    const asked a = {ASKED(f), .ids = f->trade_ids, .id_count = f->n_trade_ids,
                     .period = f->delivery_period};
    return of_asked(t, &a, out);
}

static const char *of_public_trades(const trading *t, const Et__PublicTradeFilter *f,
                                    trading_filter *out)
{
    const char *wrong = read_states(f->states, f->n_states, &out->is.states);
    filter_area(t, f->buy_delivery_area, out, &out->is.area);
    filter_area(t, f->sell_delivery_area, out, &out->sell_area);
    return wrong ? wrong : filter_period(t, f->delivery_period, out);
}

static const char *of_book(const trading *t, const Et__PublicOrderBookFilter *f,
                           trading_filter *out)
{
    const char *wrong = read_side(f->has_side_case, (uint32_t)f->side, &out->is.side);
    filter_area(t, f->delivery_area, out, &out->is.area);
    return wrong ? wrong : filter_period(t, f->delivery_period, out);
}

const char *trading_read_filter(const trading *t, const ProtobufCMessage *filter,
                                trading_filter *out)
{
    *out = (trading_filter){.is = {.size = sizeof out->is,
                                   .area = UINT32_MAX,
                                   .from_ms = INT64_MIN,
                                   .until_ms = INT64_MAX},
                            .sell_area = UINT32_MAX};
    if (!filter)
        return NULL;
    if (filter->descriptor == &et__gridpool_order_filter__descriptor)
        return of_orders(t, (const void *)filter, out);
    if (filter->descriptor == &et__gridpool_trade_filter__descriptor)
        return of_trades(t, (const void *)filter, out);
    if (filter->descriptor == &et__public_trade_filter__descriptor)
        return of_public_trades(t, (const void *)filter, out);
    if (filter->descriptor == &et__public_order_book_filter__descriptor)
        return of_book(t, (const void *)filter, out);
    if (filter->descriptor == &et08__order_filter__descriptor)
        return of_orders_08(t, (const void *)filter, out);
    return of_trades_08(t, (const void *)filter, out);
}

void trading_filter_free(trading_filter *filter)
{
    free(filter->ids);
    filter->ids = NULL;
}
