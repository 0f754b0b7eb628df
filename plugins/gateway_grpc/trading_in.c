/* Messages of the API to terms of the market. What only the market can judge, it judges. */
#include <string.h>

#include "check.h"
#include "decimal.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "trading_parts.h"

typedef Google__Protobuf__Timestamp timestamp;
typedef Fc__Grid__DeliveryPeriod period_type;
typedef Fc__Grid__DeliveryArea area_type;

enum { PLACES = 3 }; /* prices in thousandths, quantities in kW of MW */

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

const char *trading_read_area(const trading *t, const ProtobufCMessage *message, uint32_t *out)
{
    const area_type *area = (const area_type *)message;
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

const char *trading_read_period(const trading *t, const ProtobufCMessage *message,
                                int64_t *start_ms, uint32_t *minutes)
{
    const period_type *period = (const period_type *)message;
    uint32_t duration = period ? (uint32_t)period->duration : 0;
    if (!period || !period->start)
        return "delivery_period: it is missing, or its start is";
    *minutes = trading_minutes_of(duration);
    if (!*minutes)
        return "delivery_period: its duration is none of 5, 15, 30 and 60 minutes";
    if (!trading_read_time(t, &period->start->base, 0, start_ms) ||
        period->start->nanos % 1000000 != 0)
        return "delivery_period: its start is no time";
    return NULL;
}

/* Thousandths. More digits than that, or than an integer holds, the market refuses, which knows its
 * bounds and steps. @return false: it is no number */
static bool read_decimal(const char *text, int64_t *out)
{
    decimal_result result = decimal_read(text, PLACES, out);
    if (result == DECIMAL_FINE || result == DECIMAL_LARGE)
        *out = INT64_MAX;
    return result != DECIMAL_MALFORMED;
}

/* A currency that all prices of an order share. */
static const char *read_price(const Fc__Market__Price *price, const char *missing,
                              const char *malformed, uint32_t *currency, int64_t *out)
{
    if (!price || !price->amount)
        return missing;
    if (!read_decimal(price->amount->value, out))
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
    return read_decimal(power->mw->value, out) ? NULL : malformed;
}

#define PRICE   "price: it is a decimal number"
#define POWER   "quantity: it is a decimal number of MW"
#define STOP    "stop_price: it is a decimal number"
#define PEAK    "peak_price_delta: it is a decimal number"
#define DISPLAY "display_quantity: it is a decimal number of MW"

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
    const char *wrong =
        trading_read_area(t, (const ProtobufCMessage *)order->delivery_area, &out->area);
    if (!wrong)
        wrong = trading_read_period(t, (const ProtobufCMessage *)order->delivery_period,
                                    &out->start_ms, &out->minutes);
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
