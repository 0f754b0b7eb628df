/* What a refusal says with its numbers: what was asked, and what the market takes. */
#include "trading/ask.h"

#include <string.h>

static void put_thousandths(lg_text *out, int64_t value)
{
    if (value == LG_TRADING_NO_PRICE)
        lg_text_str(out, "none");
    else if (value == INT64_MAX)
        lg_text_str(out, "more than three digits behind the point");
    else
        lg_text_fixed(out, value, 3);
}

/* ": 50.001, of -9999 to 9999 in steps of 0.01" */
static void put_bounds(lg_text *out, int64_t value, int64_t least, int64_t most, int64_t step)
{
    lg_text_str(out, ": ");
    put_thousandths(out, value);
    lg_text_str(out, ", of ");
    put_thousandths(out, least);
    lg_text_str(out, " to ");
    put_thousandths(out, most);
    lg_text_str(out, " in steps of ");
    put_thousandths(out, step);
}

static void put_durations(lg_text *out, const lg_trading_area *area, uint32_t asked)
{
    static const uint32_t minutes[] = {5, 15, 30, 60};
    lg_text_format(out, ": %u minutes; it has", asked);
    for (uint32_t i = 0; i < 4; i++)
        if (area->minutes >> i & 1)
            lg_text_format(out, " %u", minutes[i]);
}

static void put_of_area(const lg_trading_area *area, const lg_trading_terms *t, lg_trading_why why,
                        lg_text *out)
{
    const int64_t price = LG_TRADING_PRICE_MAX, step = area->price_step;
    switch (why) {
    case LG_TRADING_PRICE_WHY:
        put_bounds(out, t->price, -price, price, step);
        break;
    case LG_TRADING_STOP_PRICE_WHY:
        put_bounds(out, t->stop_price, -price, price, step);
        break;
    case LG_TRADING_PEAK_WHY:
        put_bounds(out, t->peak_delta, 0, price, step);
        break;
    case LG_TRADING_QUANTITY_WHY:
        put_bounds(out, t->quantity, area->quantity_step, LG_TRADING_QUANTITY_MAX,
                   area->quantity_step);
        lg_text_str(out, " MW");
        break;
    case LG_TRADING_DISPLAY_WHY:
        put_bounds(out, t->display, area->quantity_step, LG_TRADING_QUANTITY_MAX,
                   area->quantity_step);
        lg_text_str(out, " MW");
        break;
    case LG_TRADING_DURATION_WHY:
        put_durations(out, area, t->minutes);
        break;
    case LG_TRADING_CLOSED_WHY:
        lg_text_str(out, ", which it does ");
        lg_text_fixed(out, area->gate_ms / 60, 3);
        lg_text_str(out, " minutes before the period");
        break;
    case LG_TRADING_EARLY_WHY:
        lg_text_str(out, ", but from ");
        lg_text_fixed(out, area->horizon_ms / 3600, 3);
        lg_text_str(out, " hours before it on");
        break;
    default:
        break;
    }
}

void lg_trading_refusal(const lg_trading_rules *rules, const lg_trading_ask *ask, uint32_t area,
                        lg_trading_why why, lg_text *out)
{
    const lg_trading_terms *t = &ask->terms;
    lg_text_str(out, lg_trading_answer_of(why, 0).words);
    if (area < rules->area_count)
        put_of_area(&rules->areas[area], t, why, out);
    if (why == LG_TRADING_TYPE_WHY)
        lg_text_format(out, ": %s", t->type ? lg_trading_type_word(t->type) : "none");
    if (why == LG_TRADING_TAG_WHY)
        lg_text_format(out, ": %zu bytes, of %d at most", t->tag ? strlen(t->tag) : 0,
                       LG_TRADING_TAG_MAX);
    if (why == LG_TRADING_PAYLOAD_WHY)
        lg_text_format(out, ": %u bytes, of %d at most", t->payload_size, LG_TRADING_PAYLOAD_MAX);
    if (why == LG_TRADING_LIMIT_WHY)
        lg_text_format(out, ": %u", rules->orders_max);
}
