/* The answers of a market in this process. Whoever asks from elsewhere is not trusted: an argument
 * is looked at before it is used, and a desk is told what it may know and no more. */
#include "script/sight.h"

#include <math.h>
#include <string.h>
#include "grid/profile.h"

const lg_plan *lg__sight_no_plan(void)
{
    static const lg_plan none = {.size = sizeof none,
                                 .buy_rate_ct = NAN,
                                 .sell_rate_ct = NAN,
                                 .need_kWh = NAN,
                                 .due_hours = NAN,
                                 .efficiency = NAN};
    return &none;
}

static const lg_market *market_of(const lg_sight *s, uint32_t time_slot)
{
    const lg_command meant = {.time_slot = time_slot};
    return lg_desk_market_of(s->desk, &meant);
}

const lg_position *lg__sight_position_in(const lg_sight *s, uint32_t asset, uint32_t time_slot)
{
    const lg_market *market = market_of(s, time_slot);
    if (lg__sight_is_held(s, asset))
        return lg__sight_no_position();
    return market ? lg_market_position(market, asset) : NULL;
}

const lg_position *lg__sight_no_position(void)
{
    static const lg_position none;
    return &none;
}

const lg_origin_sums *lg__sight_origins(const lg_sight *s, uint32_t asset)
{
    return s->devices.origins ? lg_origins_of(s->devices.origins, asset) : NULL;
}

const lg_market_stats *lg__sight_last_stats(const lg_sight *s, uint32_t area)
{
    return lg_desk_sees(s->desk, area) ? lg_market_last_stats(s->market, area) : NULL;
}

const lg_bill *lg__sight_external_bill(const lg_sight *s, uint32_t area)
{
    static const lg_bill nothing = {0};
    return lg_desk_sees(s->desk, area) ? lg_market_external_bill(s->market, area) : &nothing;
}

lg_bill lg__sight_accumulated_bill(const lg_sight *s, uint32_t area)
{
    if (lg_desk_sees(s->desk, area))
        return lg_market_accumulated_bill(s->market, area);
    return (lg_bill){0};
}

lg_sight_orders lg__sight_orders(const lg_sight *s, uint32_t asset, uint32_t time_slot,
                                 lg_side side)
{
    lg_sight_orders orders;
    const lg_market *market = market_of(s, time_slot);
    memset(&orders, 0, sizeof orders);
    if (market && !lg__sight_is_held(s, asset)) /* another's */
        orders.count = lg_market_orders(market, asset, side, orders.items, LG_ORDERS_MAX);
    return orders;
}

static const lg_param *param_of(const lg_sight *s, uint32_t asset, uint32_t param)
{
    const lg_params *params = s->site->assets[asset].params;
    return params && param < params->count ? &params->items[param] : NULL;
}

double lg__sight_profile(const lg_sight *s, uint32_t asset, uint32_t param)
{
    const lg_param *p = param_of(s, asset, param);
    if (!p || p->option->type != LG_OPTION_PROFILE)
        return NAN;
    return p->value.profile ? lg_profile_at(p->value.profile, s->slot_start_ms) : p->value.number;
}

bool lg__sight_rates_vary(const lg_sight *s, uint32_t asset)
{
    const lg_params *params = s->site->assets[asset].params;
    for (uint32_t i = params ? params->driver_count : 0; params && i < params->count; i++) {
        const lg_param *param = &params->items[i];
        if (param->option->type == LG_OPTION_PROFILE && param->value.profile &&
            param->value.profile->step_ms > 0)
            return true;
    }
    return false;
}

int32_t lg__sight_market_type(const lg_sight *s, uint32_t time_slot)
{
    const lg_market *market = market_of(s, time_slot);
    return market ? (int32_t)lg_market_rules(market)->type : -1;
}

lg_sight_settling lg__sight_settling(const lg_sight *s)
{
    const lg_settling *settling = lg_desk_settling(s->desk);
    lg_sight_settling seen;
    memset(&seen, 0, sizeof seen);
    seen.last = LG_NONE;
    if (!settling)
        return seen;
    seen.on = true;
    seen.count = lg_settling_count(settling);
    seen.span = lg_settling_span(settling);
    seen.last = lg_settling_last(settling);
    return seen;
}

uint32_t lg__sight_settling_slot(const lg_sight *s, uint32_t index)
{
    const lg_settling *settling = lg_desk_settling(s->desk);
    return settling && index < lg_settling_count(settling) ? lg_settling_slot(settling, index)
                                                           : LG_NONE;
}

/* The settlement markets, when that of @p slot is open. */
static const lg_settling *open_in(const lg_sight *s, uint32_t slot)
{
    const lg_settling *settling = lg_desk_settling(s->desk);
    return settling && slot != LG_NONE && lg_settling_market(settling, slot) ? settling : NULL;
}

int64_t lg__sight_unsettled(const lg_sight *s, uint32_t asset, uint32_t slot)
{
    const lg_settling *settling = open_in(s, slot);
    return settling ? lg_settling_unsettled(settling, slot, asset) : LG_NO_DEVIATION;
}

int64_t lg__sight_deviation(const lg_sight *s, uint32_t asset, uint32_t slot)
{
    const lg_settling *settling = open_in(s, slot);
    return settling ? lg_settling_deviation(settling, slot, asset) : LG_NO_DEVIATION;
}

int64_t lg__sight_area_deviation(const lg_sight *s, uint32_t area, uint32_t slot)
{
    const lg_settling *settling = open_in(s, slot);
    return settling ? lg_settling_area_deviation(settling, slot, area) : 0;
}

lg_bill lg__sight_settlement_bill(const lg_sight *s, uint32_t asset)
{
    const lg_settling *settling = lg_desk_settling(s->desk);
    return settling ? lg_settling_bill(settling, asset) : (lg_bill){0};
}

typedef enum right {
    RIGHT_ANYBODY,
    RIGHT_ASSET,
    RIGHT_BESIDE,
    RIGHT_AREA,
    RIGHT_MARKET,
    RIGHT_WITHIN,
} right;

static const struct {
    const char *name;
    uint32_t size;
    right right;
} rows[] = {
#define LG_SIGHT_REF(name, type, right, expression)   {#name, sizeof(type), RIGHT_##right},
#define LG_SIGHT_VALUE(name, type, right, expression) {#name, sizeof(type), RIGHT_##right},
#include "script/sight.def"
};

uint32_t lg_sight_size(uint32_t row)
{
    return row < LG_SIGHT_COUNT ? rows[row].size : 0;
}

const char *lg_sight_name(uint32_t row)
{
    return row < LG_SIGHT_COUNT ? rows[row].name : NULL;
}

static lg_status check(const lg_sight *s, const lg_sight_key *key)
{
    const lg_site *site = s->site;
    uint32_t a = key->a;
    if (key->row >= LG_SIGHT_COUNT)
        return LG_UNKNOWN;
    switch (rows[key->row].right) {
    case RIGHT_ANYBODY:
        return LG_OK;
    case RIGHT_ASSET:
    case RIGHT_BESIDE:
        if (a >= site->asset_count)
            return LG_UNKNOWN;
        if (lg_desk_owns_asset(s->desk, a))
            return LG_OK;
        return rows[key->row].right == RIGHT_BESIDE &&
                       lg_desk_owns_market(s->desk, site->assets[a].area)
                   ? LG_OK
                   : LG_FOREIGN;
    case RIGHT_AREA:
        return a < site->area_count ? LG_OK : LG_UNKNOWN;
    case RIGHT_MARKET:
    case RIGHT_WITHIN:
        if (a >= site->area_count)
            return LG_UNKNOWN;
        if (lg_desk_owns_market(s->desk, a))
            return LG_OK;
        return rows[key->row].right == RIGHT_WITHIN && site->areas[a].parent != LG_NONE &&
                       lg_desk_owns_market(s->desk, site->areas[a].parent)
                   ? LG_OK
                   : LG_FOREIGN;
    }
    return LG_UNKNOWN;
}

/* What only the operator of a market is told of its last slot. */
static void hide(lg_market_stats *stats)
{
    stats->volume_uct = stats->fee_revenue_uct = 0;
    stats->import_uwh = stats->export_uwh = 0;
}

lg_status lg_sight_answer(const lg_sight *s, const lg_sight_key *key, void *out, uint32_t *size)
{
    lg_status status = check(s, key);
    if (status != LG_OK)
        return status;
    uint32_t a = key->a, b = key->b, c = key->c;
    if (key->row == LG_SIGHT_orders && c > LG_OFFER)
        return LG_UNKNOWN;
    *size = rows[key->row].size;
    switch ((lg_sight_row)key->row) {
#define LG_SIGHT_REF(name, type, right, expression)                                                \
    case LG_SIGHT_##name: {                                                                        \
        const type *found = expression;                                                            \
        if (found)                                                                                 \
            memcpy(out, found, sizeof *found);                                                     \
        else                                                                                       \
            *size = 0;                                                                             \
        break;                                                                                     \
    }
#define LG_SIGHT_VALUE(name, type, right, expression)                                              \
    case LG_SIGHT_##name: {                                                                        \
        const type value = expression;                                                             \
        memcpy(out, &value, sizeof value);                                                         \
        break;                                                                                     \
    }
#include "script/sight.def"
    case LG_SIGHT_COUNT:
        break;
    }
    if (key->row == LG_SIGHT_last_stats && *size && !lg_desk_owns_market(s->desk, a))
        hide(out);
    return LG_OK;
}
