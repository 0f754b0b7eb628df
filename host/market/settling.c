/* The life of settlement markets, and what they may settle. Their ring is in settling_ring.h. */
#include "market/settling_ring.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "grid/unit.h"

#define DRAW_MEASURE UINT64_C(0x6d65617375726500) /* "measure": the purpose of these draws */

/* What an asset can deviate from. */
enum { NOTHING, DRAWN, STREAMED };

#define NO_PLAN LG_NO_DEVIATION

const char *lg_market_type_name(lg_market_type type)
{
    return type == LG_MARKET_SETTLEMENT ? "Settlement Market" : "Spot Market";
}

/* Loads, panels, turbines and meters. A producer that asks a rate of its own runs when it is bought
 * from: a generator makes what it has planned. */
static bool can_deviate(const lg_asset *asset)
{
    return asset->role == LG_ROLE_CONSUMER || asset->role == LG_ROLE_PROSUMER ||
           (asset->role == LG_ROLE_PRODUCER && !lg_site_param(asset, "energy_rate"));
}

bool lg_asset_has_stream(const lg_asset *asset)
{
    const lg_param *param = lg_site_param(asset, LG_FORECAST_STREAM);
    /* what a prosumer uses and makes has no sign in a command */
    return asset->role != LG_ROLE_PROSUMER && can_deviate(asset) && param &&
           param->value.number == 1;
}

/* ---- life ---- */

static bool make_round(lg_settling *s, struct lg__round *round, const lg_market_sink *sink,
                       lg_market_ids *ids)
{
    size_t assets = s->site->asset_count;
    round->market = lg_market_new(s->mem, s->site, &s->rules, sink);
    round->caps = lg_mem_zalloc(s->mem, assets, sizeof *round->caps);
    round->planned_uwh = lg_mem_zalloc(s->mem, assets, sizeof *round->planned_uwh);
    round->deviation_uwh = lg_mem_zalloc(s->mem, assets, sizeof *round->deviation_uwh);
    if (round->market)
        lg_market_share_ids(round->market, ids);
    return round->market && round->caps && round->planned_uwh && round->deviation_uwh;
}

lg_settling *lg_settling_new(lg_mem *mem, const lg_site *site, const lg_rules *rules,
                             const lg_market_sink *sink, lg_market_ids *ids)
{
    LG_ASSERT(rules->settlement_slots > 0);
    lg_settling *s = lg_mem_zalloc(mem, 1, sizeof *s);
    if (!s)
        return NULL;
    s->mem = mem;
    s->site = site;
    s->rules = *rules;
    s->rules.type = LG_MARKET_SETTLEMENT;
    if (s->rules.match == LG_ONE_SIDED)
        s->rules.match = LG_PAY_AS_BID;
    s->run = ids;
    s->planned_slot = s->last_slot = LG_NONE;
    s->round_count = rules->settlement_slots;
    s->rounds = lg_mem_zalloc(mem, s->round_count, sizeof *s->rounds);
    s->kind = lg_mem_zalloc(mem, site->asset_count, sizeof *s->kind);
    s->planned_uwh = lg_mem_zalloc(mem, site->asset_count, sizeof *s->planned_uwh);
    bool fine = s->rounds && s->kind && s->planned_uwh;
    for (uint32_t i = 0; i < s->round_count && fine; i++)
        fine = make_round(s, &s->rounds[i], sink, ids);
    if (!fine) {
        lg_settling_free(s);
        return NULL;
    }
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (can_deviate(&site->assets[i]))
            s->kind[i] = lg_asset_has_stream(&site->assets[i]) ? STREAMED : DRAWN;
    return s;
}

void lg_settling_free(lg_settling *s)
{
    if (!s)
        return;
    size_t assets = s->site->asset_count;
    for (uint32_t i = 0; i < s->round_count && s->rounds; i++) {
        struct lg__round *round = &s->rounds[i];
        lg_market_free(round->market);
        lg_mem_free(s->mem, round->caps, assets * sizeof *round->caps);
        lg_mem_free(s->mem, round->planned_uwh, assets * sizeof *round->planned_uwh);
        lg_mem_free(s->mem, round->deviation_uwh, assets * sizeof *round->deviation_uwh);
    }
    lg_mem_free(s->mem, s->rounds, s->round_count * sizeof *s->rounds);
    lg_mem_free(s->mem, s->kind, assets * sizeof *s->kind);
    lg_mem_free(s->mem, s->planned_uwh, assets * sizeof *s->planned_uwh);
    lg_mem_free(s->mem, s, sizeof *s);
}

/* What asset @p i has planned for the slot that is running in @p spot; NO_PLAN. */
static int64_t plan_of(const lg_settling *s, const lg_market *spot, uint32_t i, const lg_caps *caps)
{
    bool unlimited = caps->sell_uwh >= LG_UNLIMITED_UWH || caps->buy_uwh >= LG_UNLIMITED_UWH;
    bool flexible = caps->buy_uwh != caps->demand_uwh;
    if (s->kind[i] == NOTHING || unlimited || flexible || !lg_market_asset_enabled(spot, i))
        return NO_PLAN;
    return caps->demand_uwh - caps->supply_uwh;
}

void lg_settling_plan(lg_settling *s, const lg_market *spot, uint32_t slot, int64_t start_ms,
                      const lg_caps *caps)
{
    s->planned_slot = slot;
    s->planned_start_ms = start_ms;
    for (uint32_t i = 0; i < s->site->asset_count; i++)
        s->planned_uwh[i] = plan_of(s, spot, i, &caps[i]);
}

static struct lg__round *round_of(const lg_settling *s, uint32_t slot)
{
    struct lg__round *round = &s->rounds[slot % s->round_count];
    return round->open && round->slot == slot ? round : NULL;
}

bool lg_settling_oldest(const lg_settling *s, bool all, uint32_t *slot)
{
    if (s->open_count == 0 || (!all && s->open_count < s->round_count))
        return false;
    *slot = lg_settling_slot(s, 0);
    return true;
}

void lg_settling_describe(const lg_settling *s, uint32_t slot, lg_settled *settled)
{
    const struct lg__round *round = round_of(s, slot);
    LG_ASSERT(round);
    *settled = (lg_settled){
        .slot = slot,
        .slot_start_ms = round->start_ms,
        .market = round->market,
        .planned_uwh = round->planned_uwh,
        .deviation_uwh = round->deviation_uwh,
    };
}

/* Whether the deviations of a slot, with those of closed ones, are within what a run may add up to:
 * *@p run_uwh is what they are then. */
static bool count_deviations(const lg_settling *s, const struct lg__round *round, int64_t *run_uwh)
{
    bool fine = true;
    *run_uwh = s->run->deviation_uwh;
    for (uint32_t i = 0; i < s->site->asset_count && fine; i++)
        fine = lg_sum_within(run_uwh, round->caps[i].buy_uwh + round->caps[i].sell_uwh,
                             LG_RUN_ENERGY_MAX_UWH);
    return fine;
}

lg_status lg_settling_close(lg_settling *s, uint32_t slot)
{
    struct lg__round *round = round_of(s, slot);
    int64_t run_uwh;
    LG_ASSERT(round);
    if (!count_deviations(s, round, &run_uwh))
        return LG_OVERFLOW;
    lg_status status = lg_market_close_slot(round->market);
    if (status == LG_OK) {
        s->run->deviation_uwh = run_uwh;
        round->open = false;
        s->open_count--;
    }
    return status;
}

/* ---- measuring ---- */

/* What an asset whose net plan is @p planned deviates by: planned * N(0, std), so that a load never
 * uses and a producer never makes less than nothing. An asset's draws depend on its identity alone.
 */
static int64_t drawn_deviation(const lg_settling *s, uint32_t asset, uint32_t slot, int64_t planned)
{
    uint64_t half[2] = {0, 0};
    const lg_uuid *uuid = &s->site->assets[asset].uuid;
    for (int i = 0; i < 16; i++)
        half[i / 8] = half[i / 8] << 8 | uuid->bytes[i];
    uint64_t place = lg_rng(s->site->seed ^ DRAW_MEASURE, half[0], half[1], slot);
    double error = s->rules.settlement_std * lg_rng_normal(lg_mix(place), lg_mix(~place));
    int64_t amount = planned < 0 ? -planned : planned;
    double more = error < -1.0 ? -(double)amount : (double)amount * error;
    int64_t deviation = 0;
    if (!lg_unit_scale(more, 1.0, LG_UNLIMITED_UWH - amount, &deviation))
        deviation = LG_UNLIMITED_UWH - amount;
    return planned < 0 ? -deviation : deviation;
}

/* The deviation of a measured amount: of what a load used, of what a producer made. */
static int64_t measured_deviation(const lg_settling *s, uint32_t asset, int64_t planned,
                                  int64_t measured)
{
    return (s->site->assets[asset].role == LG_ROLE_PRODUCER ? -measured : measured) - planned;
}

static void set_deviation(struct lg__round *round, uint32_t asset, int64_t deviation)
{
    bool known = deviation != LG_NO_DEVIATION;
    round->deviation_uwh[asset] = deviation;
    round->caps[asset] = (lg_caps){
        .buy_uwh = known ? lg_max64(0, deviation) : 0,
        .sell_uwh = known ? lg_max64(0, -deviation) : 0,
    };
}

static int64_t first_deviation(lg_settling *s, const struct lg__round *round, uint32_t asset,
                               lg_slot_values *measured)
{
    int64_t planned = round->planned_uwh[asset], value;
    if (planned == NO_PLAN)
        return LG_NO_DEVIATION;
    if (s->kind[asset] == DRAWN)
        return drawn_deviation(s, asset, round->slot, planned);
    return lg_slot_values_take(measured, asset, round->slot, &value)
               ? measured_deviation(s, asset, planned, value)
               : LG_NO_DEVIATION;
}

static lg_status copy_fees(const lg_settling *s, const lg_market *spot, lg_market *market)
{
    lg_status status = LG_OK;
    for (uint32_t area = 0; area < s->site->area_count && status == LG_OK; area++) {
        int64_t fee = lg_market_fee_running(spot, area);
        status = s->rules.fee_kind == LG_FEE_CONSTANT
                     ? lg_market_set_fee_constant(market, area, fee)
                     : lg_market_set_fee_percentage(market, area, fee);
    }
    return status;
}

/* Islands are islands here too, and who is switched off settles nothing. Switches cost memory from
 * the first one that is set, so what is on and stays on is left alone. */
static lg_status copy_switches(const lg_settling *s, const lg_market *spot, lg_market *market)
{
    lg_status status = LG_OK;
    for (uint32_t area = 0; area < s->site->area_count && status == LG_OK; area++) {
        bool enabled = lg_market_enabled(spot, area), connected = lg_market_connected(spot, area);
        if (!enabled || !lg_market_enabled(market, area))
            status = lg_market_set_enabled(market, area, enabled);
        if (status == LG_OK && area && (!connected || !lg_market_connected(market, area)))
            status = lg_market_set_connected(market, area, connected);
    }
    for (uint32_t i = 0; i < s->site->asset_count && status == LG_OK; i++) {
        bool enabled = lg_market_asset_enabled(spot, i);
        if (!enabled || !lg_market_asset_enabled(market, i))
            status = lg_market_set_asset_enabled(market, i, enabled);
    }
    return status;
}

lg_status lg_settling_open(lg_settling *s, const lg_market *spot, lg_slot_values *measured)
{
    struct lg__round *round = &s->rounds[s->planned_slot % s->round_count];
    LG_ASSERT(s->planned_slot != LG_NONE && !round->open);
    lg_status status = copy_fees(s, spot, round->market);
    if (status == LG_OK)
        status = copy_switches(s, spot, round->market);
    if (status != LG_OK)
        return status;
    round->slot = s->planned_slot;
    round->start_ms = s->planned_start_ms;
    memcpy(round->planned_uwh, s->planned_uwh, s->site->asset_count * sizeof *s->planned_uwh);
    for (uint32_t i = 0; i < s->site->asset_count; i++)
        set_deviation(round, i, first_deviation(s, round, i, measured));
    int64_t run_uwh;
    if (!count_deviations(s, round, &run_uwh))
        return LG_OVERFLOW;
    status = lg_market_open_past(round->market, round->slot, round->start_ms,
                                 s->rules.ticks_per_slot, round->caps);
    if (status != LG_OK)
        return status;
    round->open = true;
    s->open_count++;
    s->last_slot = round->slot;
    return LG_OK;
}

/* What was traded before a correction counts on both sides: who bought 0.05 kWh for a deviation
 * that turns out to be none may sell 0.05 kWh. */
static void allow_unsettled(const lg_settling *s, struct lg__round *round, uint32_t asset)
{
    int64_t unsettled = lg_settling_unsettled(s, round->slot, asset);
    const lg_position *p = lg_market_position(round->market, asset);
    lg_market_set_caps(round->market, asset, p->bought_uwh + lg_max64(0, unsettled),
                       p->sold_uwh + lg_max64(0, -unsettled));
}

lg_status lg_settling_measure(lg_settling *s, lg_slot_values *measured)
{
    int64_t run_uwh;
    for (uint32_t k = 0; k < s->open_count && lg_slot_values_count(measured); k++) {
        struct lg__round *round = round_of(s, lg_settling_slot(s, k));
        for (uint32_t i = 0; i < s->site->asset_count; i++) {
            int64_t planned = round->planned_uwh[i], value;
            if (s->kind[i] != STREAMED || planned == NO_PLAN ||
                !lg_slot_values_take(measured, i, round->slot, &value))
                continue;
            set_deviation(round, i, measured_deviation(s, i, planned, value));
            allow_unsettled(s, round, i);
        }
        if (!count_deviations(s, round, &run_uwh))
            return LG_OVERFLOW;
    }
    return LG_OK;
}

lg_status lg_settling_tick(lg_settling *s, uint32_t slot, uint32_t tick)
{
    lg_status status = LG_OK;
    for (uint32_t k = 0; k < s->open_count && status == LG_OK; k++) {
        struct lg__round *round = round_of(s, lg_settling_slot(s, k));
        status =
            lg_market_tick(round->market, (slot - round->slot) * s->rules.ticks_per_slot + tick);
    }
    return status;
}

/* ---- questions ---- */

uint32_t lg_settling_span(const lg_settling *s)
{
    return s->round_count;
}

uint32_t lg_settling_count(const lg_settling *s)
{
    return s->open_count;
}

uint32_t lg_settling_slot(const lg_settling *s, uint32_t index)
{
    /* open slots follow each other, up to the one that was measured last */
    return s->last_slot - (s->open_count - 1) + index;
}

lg_market *lg_settling_market(const lg_settling *s, uint32_t slot)
{
    const struct lg__round *round = round_of(s, slot);
    return round ? round->market : NULL;
}

int64_t lg_settling_deviation(const lg_settling *s, uint32_t slot, uint32_t asset)
{
    const struct lg__round *round = round_of(s, slot);
    return round ? round->deviation_uwh[asset] : LG_NO_DEVIATION;
}

int64_t lg_settling_unsettled(const lg_settling *s, uint32_t slot, uint32_t asset)
{
    const struct lg__round *round = round_of(s, slot);
    if (!round || round->deviation_uwh[asset] == LG_NO_DEVIATION)
        return LG_NO_DEVIATION;
    const lg_position *p = lg_market_position(round->market, asset);
    return round->deviation_uwh[asset] - p->bought_uwh + p->sold_uwh;
}

int64_t lg_settling_area_deviation(const lg_settling *s, uint32_t slot, uint32_t area)
{
    const lg_area *a = &s->site->areas[area];
    int64_t sum = 0;
    for (uint32_t i = 0; i < a->asset_count; i++) {
        int64_t deviation = lg_settling_deviation(s, slot, a->asset_first + i);
        sum = lg_add(sum, deviation == LG_NO_DEVIATION ? 0 : deviation);
    }
    for (uint32_t i = 0; i < a->child_count; i++)
        sum = lg_add(sum, lg_settling_area_deviation(s, slot, a->child_first + i));
    return sum;
}

uint32_t lg_settling_last(const lg_settling *s)
{
    return s->last_slot;
}
