/* What the market says, as messages of the API. Decimals are never empty: clients cannot read that.
 */
#include <string.h>

#include "decimal.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "make.h"
#include "trading_parts.h"

enum { PLACES = 3 };

typedef struct out {
    maker make;
    const trading *t;
    int64_t shift_ms;
} out;

#define NEW(m, type, name) MAKE(&(m)->make, type, name)

static Fc__Types__Decimal *decimal(out *m, int64_t value)
{
    Fc__Types__Decimal *made = NEW(m, Fc__Types__Decimal, fc__types__decimal);
    char *text = make_bytes(&m->make, DECIMAL_TEXT_MAX);
    if (text)
        decimal_put(made->value = text, value, PLACES);
    return made;
}

static Fc__Market__Price *price(out *m, uint32_t currency, int64_t value)
{
    if (value == LG_TRADING_NO_PRICE)
        return NULL;
    Fc__Market__Price *made = NEW(m, Fc__Market__Price, fc__market__price);
    made->amount = decimal(m, value);
    made->currency = (Fc__Market__Price__Currency)currency;
    return made;
}

static Fc__Market__Power *power(out *m, int64_t kw)
{
    Fc__Market__Power *made = NEW(m, Fc__Market__Power, fc__market__power);
    made->mw = decimal(m, kw);
    return made;
}

static Google__Protobuf__Timestamp *moment(out *m, int64_t ms)
{
    return make_moment(&m->make, ms + m->shift_ms);
}

static const lg_trading_area *area_of(const out *m, uint32_t index)
{
    static const lg_trading_area unknown = {.code = ""};
    for (uint32_t i = 0; i < m->t->area_count; i++)
        if (m->t->areas[i].index == index)
            return &m->t->areas[i];
    return &unknown;
}

static Fc__Grid__DeliveryArea *area(out *m, uint32_t index)
{
    const lg_trading_area *is = area_of(m, index);
    Fc__Grid__DeliveryArea *made = NEW(m, Fc__Grid__DeliveryArea, fc__grid__delivery_area);
    made->code = (char *)(uintptr_t)is->code;
    made->code_type = (Fc__Grid__EnergyMarketCodeType)is->code_type;
    return made;
}

static Fc__Grid__DeliveryPeriod *period(out *m, int64_t start_ms, uint32_t minutes)
{
    Fc__Grid__DeliveryPeriod *made = NEW(m, Fc__Grid__DeliveryPeriod, fc__grid__delivery_period);
    uint32_t duration = minutes == 5 ? 1 : minutes == 15 ? 2 : minutes == 30 ? 3 : 4;
    made->start = moment(m, start_ms);
    made->duration = (Fc__Grid__DeliveryDuration)duration;
    return made;
}

static out begin(const trading *t, arena *a)
{
    out m = {.make = {.arena = a}, .t = t};
    (void)trading_now_ms(t, &m.shift_ms);
    return m;
}

static Et__Order *terms(out *m, const lg_trading_terms *is)
{
    Et__Order *made = NEW(m, Et__Order, et__order);
    uint32_t currency = is->currency ? is->currency : area_of(m, is->area)->currency;
    made->delivery_area = area(m, is->area);
    made->delivery_period = period(m, is->start_ms, is->minutes);
    made->type = (Et__OrderType)is->type;
    made->side = (Et__MarketSide)is->side;
    made->price = price(m, currency, is->price);
    made->quantity = power(m, is->quantity);
    made->stop_price = price(m, currency, is->stop_price);
    made->peak_price_delta = price(m, currency, is->peak_delta);
    made->display_quantity = is->display ? power(m, is->display) : NULL;
    made->valid_until = is->valid_until_ms ? moment(m, is->valid_until_ms) : NULL;
    if (is->execution) {
        made->has_execution_option_case = ET__ORDER__HAS_EXECUTION_OPTION_EXECUTION_OPTION;
        made->execution_option = (Et__OrderExecutionOption)is->execution;
    }
    if (is->tag) {
        made->has_tag_case = ET__ORDER__HAS_TAG_TAG;
        made->tag = (char *)(uintptr_t)is->tag;
    }
    made->payload = (ProtobufCBinaryData){is->payload_size, (uint8_t *)(uintptr_t)is->payload};
    return made;
}

ProtobufCMessage *trading_make_order(const trading *t, arena *a, const lg_trading_order *is)
{
    out m = begin(t, a);
    Et__OrderDetail *made = NEW(&m, Et__OrderDetail, et__order_detail);
    made->state_detail = NEW(&m, Et__OrderDetail__StateDetail, et__order_detail__state_detail);
    made->order_id = is->id;
    made->order = terms(&m, &is->terms);
    made->state_detail->state = (Et__OrderState)is->state;
    made->state_detail->state_reason = (Et__OrderDetail__StateDetail__StateReason)is->reason;
    made->state_detail->market_actor = (Et__OrderDetail__StateDetail__MarketActor)is->actor;
    made->open_quantity = power(&m, is->open);
    made->filled_quantity = power(&m, is->filled);
    made->create_time = moment(&m, is->created_ms);
    made->modification_time = moment(&m, is->modified_ms);
    return m.make.full ? NULL : &made->base;
}

ProtobufCMessage *trading_make_trade(const trading *t, arena *a, const lg_trading_trade *is)
{
    out m = begin(t, a);
    Et__Trade *made = NEW(&m, Et__Trade, et__trade);
    made->id = is->id;
    made->order_id = is->order_id;
    made->side = (Et__MarketSide)is->side;
    made->delivery_area = area(&m, is->area);
    made->delivery_period = period(&m, is->start_ms, is->minutes);
    made->execution_time = moment(&m, is->time_ms);
    made->price = price(&m, area_of(&m, is->area)->currency, is->price);
    made->quantity = power(&m, is->quantity);
    made->state = (Et__TradeState)is->state;
    return m.make.full ? NULL : &made->base;
}

ProtobufCMessage *trading_make_public_trade(const trading *t, arena *a,
                                            const lg_trading_public_trade *is)
{
    out m = begin(t, a);
    Et__PublicTrade *made = NEW(&m, Et__PublicTrade, et__public_trade);
    made->id = is->id;
    made->buy_delivery_area = area(&m, is->buy_area);
    made->sell_delivery_area = area(&m, is->sell_area);
    made->delivery_period = period(&m, is->start_ms, is->minutes);
    made->execution_time = moment(&m, is->time_ms);
    made->price = price(&m, area_of(&m, is->buy_area)->currency, is->price);
    made->quantity = power(&m, is->quantity);
    made->state = (Et__TradeState)is->state;
    return m.make.full ? NULL : &made->base;
}

ProtobufCMessage *trading_make_public_order(const trading *t, arena *a,
                                            const lg_trading_public_order *is)
{
    out m = begin(t, a);
    Et__PublicOrderBookRecord *made =
        NEW(&m, Et__PublicOrderBookRecord, et__public_order_book_record);
    made->id = is->id;
    made->delivery_area = area(&m, is->area);
    made->delivery_period = period(&m, is->start_ms, is->minutes);
    if (is->type) {
        made->has_type_case = ET__PUBLIC_ORDER_BOOK_RECORD__HAS_TYPE_TYPE;
        made->type = (Et__OrderType)is->type;
    }
    made->side = (Et__MarketSide)is->side;
    made->price = price(&m, area_of(&m, is->area)->currency, is->price);
    made->quantity = power(&m, is->quantity);
    if (is->execution) {
        made->has_execution_option_case =
            ET__PUBLIC_ORDER_BOOK_RECORD__HAS_EXECUTION_OPTION_EXECUTION_OPTION;
        made->execution_option = (Et__OrderExecutionOption)is->execution;
    }
    made->create_time = moment(&m, is->created_ms);
    made->update_time = moment(&m, is->updated_ms);
    return m.make.full ? NULL : &made->base;
}
