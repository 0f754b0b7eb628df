/* Messages of the API to terms of the market. What only the market can judge, it judges. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "lunagrid/compat/trading_08.pb-c.h"
#include "trading_parts.h"

typedef Google__Protobuf__Timestamp timestamp;
typedef Fc__Grid__DeliveryPeriod period_type;
typedef Fc__Grid__DeliveryArea area_type;

enum { PLACES = 3 }; /* prices in thousandths, quantities in kW of MW */

static const uint32_t minutes_of[] = {0, 5, 15, 30, 60};

bool trading_read_time(const trading *t, const ProtobufCMessage *message, int64_t absent,
                       int64_t *out)
{
    const timestamp *at = (const timestamp *)message;
    int64_t shift_ms;
    *out = absent;
    if (!at)
        return true;
    (void)trading_now_ms(t, &shift_ms);
    if (at->seconds < INT64_C(-62135596800) || at->seconds > INT64_C(253402300799) ||
        at->nanos < 0 || at->nanos > 999999999)
        return false; /* years 1 to 9999 */
    *out = at->seconds * 1000 + at->nanos / 1000000 - shift_ms;
    return true;
}

static const char *read_area(const trading *t, const area_type *area, uint32_t *out)
{
    if (!area || !area->code[0])
        return "delivery_area: it is missing";
    for (uint32_t i = 0; i < t->area_count; i++)
        if (strcmp(t->areas[i].code, area->code) == 0 &&
            t->areas[i].code_type == (uint32_t)area->code_type) {
            *out = t->areas[i].index;
            return NULL;
        }
    return "delivery_area: there is no such area here";
}

static const char *read_period(const trading *t, const period_type *period, int64_t *start_ms,
                               uint32_t *minutes)
{
    uint32_t duration = period ? (uint32_t)period->duration : 0;
    if (!period || !period->start)
        return "delivery_period: it is missing, or its start is";
    if (duration == 0 || duration >= sizeof minutes_of / sizeof *minutes_of)
        return "delivery_period: its duration is none of 5, 15, 30 and 60 minutes";
    if (!trading_read_time(t, &period->start->base, 0, start_ms) ||
        period->start->nanos % 1000000 != 0)
        return "delivery_period: its start is no time";
    *minutes = minutes_of[duration];
    return NULL;
}

/* A currency that all prices of an order share. */
static const char *read_price(const Fc__Market__Price *price, const char *missing,
                              const char *malformed, uint32_t *currency, int64_t *out)
{
    if (!price || !price->amount)
        return missing;
    if (decimal_read(price->amount->value, PLACES, out) != DECIMAL_OK)
        return malformed;
    if (price->currency == 0)
        return "currency: it is missing";
    if (*currency != 0 && *currency != (uint32_t)price->currency)
        return "currency: the prices of an order are in one currency";
    *currency = (uint32_t)price->currency;
    return NULL;
}

static const char *read_power(const Fc__Market__Power *power, const char *missing,
                              const char *malformed, int64_t *out)
{
    if (!power || !power->mw)
        return missing;
    return decimal_read(power->mw->value, PLACES, out) == DECIMAL_OK ? NULL : malformed;
}

#define PRICE   "price: it is a decimal number with at most three places"
#define POWER   "quantity: it is a decimal number of MW with at most three places"
#define STOP    "stop_price: it is a decimal number with at most three places"
#define PEAK    "peak_price_delta: it is a decimal number with at most three places"
#define DISPLAY "display_quantity: it is a decimal number of MW with at most three places"

/* Fields that orders and updates have; absent ones have been set to what says so. */
static const char *read_extras(const trading *t, const Fc__Market__Price *stop,
                               const Fc__Market__Price *peak, const Fc__Market__Power *display,
                               const timestamp *until, const ProtobufCBinaryData *payload,
                               lg_trading_terms *out)
{
    const char *wrong = NULL;
    if (stop)
        wrong = read_price(stop, STOP, STOP, &out->currency, &out->stop_price);
    if (!wrong && peak)
        wrong = read_price(peak, PEAK, PEAK, &out->currency, &out->peak_delta);
    if (!wrong && display)
        wrong = read_power(display, DISPLAY, DISPLAY, &out->display);
    if (!wrong && until &&
        (!trading_read_time(t, &until->base, 0, &out->valid_until_ms) || out->valid_until_ms <= 0))
        wrong = "valid_until: it is to come";
    if (!wrong && payload->len > 0 && !check_struct(payload->data, payload->len))
        wrong = "payload: it is no Struct, or nested too deeply";
    out->payload = payload->len > 0 ? payload->data : NULL;
    out->payload_size = (uint32_t)payload->len;
    return wrong;
}

static bool is_option(uint32_t option)
{
    return option == 0 || (option >= LG_TRADING_AON && option <= LG_TRADING_IOC);
}

static lg_trading_terms nothing(void)
{
    return (lg_trading_terms){
        .price = LG_TRADING_NO_PRICE,
        .stop_price = LG_TRADING_NO_PRICE,
        .peak_delta = LG_TRADING_NO_PRICE,
    };
}

const char *trading_read_order(const trading *t, const ProtobufCMessage *message,
                               lg_trading_terms *out)
{
    const Et__Order *order = (const Et__Order *)message;
    *out = nothing();
    if (!order)
        return "order: it is missing";
    const char *wrong = read_area(t, order->delivery_area, &out->area);
    if (!wrong)
        wrong = read_period(t, order->delivery_period, &out->start_ms, &out->minutes);
    if (!wrong && ((uint32_t)order->type == 0 || (uint32_t)order->type > LG_TRADING_PRIVATE))
        wrong = "type: there is no such type";
    if (!wrong && (uint32_t)order->side != LG_TRADING_BUY &&
        (uint32_t)order->side != LG_TRADING_SELL)
        wrong = "side: it is neither buy nor sell";
    if (!wrong)
        wrong =
            read_price(order->price, "price: it is missing", PRICE, &out->currency, &out->price);
    if (!wrong)
        wrong = read_power(order->quantity, "quantity: it is missing", POWER, &out->quantity);
    if (!wrong)
        wrong = read_extras(t, order->stop_price, order->peak_price_delta, order->display_quantity,
                            order->valid_until, &order->payload, out);
    if (wrong)
        return wrong;
    out->type = (uint32_t)order->type;
    out->side = (uint32_t)order->side;
    if (order->has_execution_option_case)
        out->execution = (uint32_t)order->execution_option;
    out->tag = order->has_tag_case ? order->tag : NULL;
    return is_option(out->execution) ? NULL : "execution_option: there is no such option";
}

static const struct {
    const char *path;
    uint32_t bit;
} paths[] = {
    {"price", LG_TRADING_SET_PRICE},
    {"quantity", LG_TRADING_SET_QUANTITY},
    {"stop_price", LG_TRADING_SET_STOP_PRICE},
    {"peak_price_delta", LG_TRADING_SET_PEAK_DELTA},
    {"display_quantity", LG_TRADING_SET_DISPLAY},
    {"execution_option", LG_TRADING_SET_EXECUTION},
    {"valid_until", LG_TRADING_SET_VALID_UNTIL},
    {"payload", LG_TRADING_SET_PAYLOAD},
    {"tag", LG_TRADING_SET_TAG},
};

static const char *read_mask(const Google__Protobuf__FieldMask *mask, uint32_t *set)
{
    *set = 0;
    if (!mask || mask->n_paths == 0)
        return "update_mask: it names no field";
    for (size_t i = 0; i < mask->n_paths; i++) {
        uint32_t bit = 0;
        for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
            if (strcmp(mask->paths[i], paths[k].path) == 0)
                bit = paths[k].bit;
        if (!bit)
            return "update_mask: it names a field that is none, or that cannot be changed";
        *set |= bit;
    }
    return NULL;
}

const char *trading_read_update(const trading *t, const ProtobufCMessage *message, uint32_t *set,
                                lg_trading_terms *out)
{
    static const Et__UpdateGridpoolOrderRequest__UpdateOrder absent =
        ET__UPDATE_GRIDPOOL_ORDER_REQUEST__UPDATE_ORDER__INIT;
    static const ProtobufCBinaryData no_bytes = {0};
    const Et__UpdateGridpoolOrderRequest *request = (const void *)message;
    const Et__UpdateGridpoolOrderRequest__UpdateOrder *to =
        request->update_order_fields ? request->update_order_fields : &absent;
    *out = nothing();
    const char *wrong = read_mask(request->update_mask, set);
    if (!wrong && *set & LG_TRADING_SET_PRICE)
        wrong = read_price(to->price, "price: an order has one, it cannot be cleared", PRICE,
                           &out->currency, &out->price);
    if (!wrong && *set & LG_TRADING_SET_QUANTITY)
        wrong = read_power(to->quantity, "quantity: an order has one, it cannot be cleared", POWER,
                           &out->quantity);
    if (!wrong) /* what the mask does not name is not looked at */
        wrong = read_extras(t, *set & LG_TRADING_SET_STOP_PRICE ? to->stop_price : NULL,
                            *set & LG_TRADING_SET_PEAK_DELTA ? to->peak_price_delta : NULL,
                            *set & LG_TRADING_SET_DISPLAY ? to->display_quantity : NULL,
                            *set & LG_TRADING_SET_VALID_UNTIL ? to->valid_until : NULL,
                            *set & LG_TRADING_SET_PAYLOAD ? &to->payload : &no_bytes, out);
    if (wrong)
        return wrong;
    if (*set & LG_TRADING_SET_EXECUTION && to->has_execution_option_case)
        out->execution = (uint32_t)to->execution_option;
    if (*set & LG_TRADING_SET_TAG && to->has_tag_case)
        out->tag = to->tag;
    return is_option(out->execution) ? NULL : "execution_option: there is no such option";
}

/* ---- filters ---- */

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
    if (area && area->code[0] && read_area(t, area, index))
        out->is_empty = true;
}

static const char *filter_period(const trading *t, const period_type *period, trading_filter *out)
{
    uint32_t minutes;
    if (!period)
        return NULL;
    const char *wrong = read_period(t, period, &out->is.from_ms, &minutes);
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
        if (duration == 0 || duration >= sizeof minutes_of / sizeof *minutes_of)
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

static const char *of_orders(const trading *t, const Et__GridpoolOrderFilter *f,
                             trading_filter *out)
{
    const char *wrong = read_states(f->states, f->n_states, &out->is.states);
    if (!wrong)
        wrong = read_side(f->has_side_case, (uint32_t)f->side, &out->is.side);
    if (!wrong)
        wrong = filter_times(t, f->delivery_time_filter, out);
    if (!wrong)
        wrong = filter_ids(f->order_ids, f->n_order_ids, out);
    filter_area(t, f->delivery_area, out, &out->is.area);
    filter_tag(f->has_tag_case ? f->tag : NULL, out);
    return wrong;
}

static const char *of_trades(const trading *t, const Et__GridpoolTradeFilter *f,
                             trading_filter *out)
{
    const char *wrong = read_states(f->states, f->n_states, &out->is.states);
    if (!wrong)
        wrong = read_side(f->has_side_case, (uint32_t)f->side, &out->is.side);
    if (!wrong)
        wrong = filter_times(t, f->delivery_time_filter, out);
    if (!wrong)
        wrong = filter_ids(f->trade_ids, f->n_trade_ids, out);
    filter_area(t, f->delivery_area, out, &out->is.area);
    filter_tag(f->has_tag_case ? f->tag : NULL, out);
    return wrong;
}

/* Of clients up to 0.8: proto/lunagrid/compat/trading_08.proto. */
static const char *of_orders_08(const trading *t, const Et08__OrderFilter *f, trading_filter *out)
{
    const char *wrong = read_states(f->states, f->n_states, &out->is.states);
    if (!wrong)
        wrong = read_side(f->has_side_case, (uint32_t)f->side, &out->is.side);
    if (!wrong)
        wrong = filter_period(t, f->delivery_period, out);
    if (!wrong)
        wrong = filter_ids(f->order_ids, f->n_order_ids, out);
    filter_area(t, f->delivery_area, out, &out->is.area);
    filter_tag(f->has_tag_case ? f->tag : NULL, out);
    return wrong;
}

static const char *of_trades_08(const trading *t, const Et08__TradeFilter *f, trading_filter *out)
{
    const char *wrong = read_states(f->states, f->n_states, &out->is.states);
    if (!wrong)
        wrong = read_side(f->has_side_case, (uint32_t)f->side, &out->is.side);
    if (!wrong)
        wrong = filter_period(t, f->delivery_period, out);
    if (!wrong)
        wrong = filter_ids(f->trade_ids, f->n_trade_ids, out);
    filter_area(t, f->delivery_area, out, &out->is.area);
    return wrong;
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
