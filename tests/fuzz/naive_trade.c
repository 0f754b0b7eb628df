/* What a trade of the naive market costs, market by market, and who is billed for it.
 *
 * The path is walked from the buyer's market to the seller's; each market takes its fee off the
 * rate and off the money, and what rounding leaves is kept in the seller's market. */
#include "fuzz/naive_market.h"

#include "grid/unit.h"

/** Takes @p energy_uwh off an order; a rest becomes the youngest order, a negligible one vanishes.
 */
static void reduce(naive_market *naive, naive_order *order, int64_t energy_uwh)
{
    order->left_uwh -= energy_uwh;
    if (order->left_uwh <= naive->rules->energy_tolerance_uwh)
        order->open = false;
    else
        order->sequence = ++naive->last_sequence;
}

/** Enters a leg into the bills of the two local parties. */
static void bill_leg(naive_market *naive, const naive_trade *done, uint32_t index)
{
    const lg_area *areas = naive->site->areas;
    const lg_trade *trade = &done->trade;
    const lg_leg *leg = &done->legs[index];
    lg_bill *seller, *buyer;
    if (index == 0)
        seller = &naive->asset_bills[trade->seller];
    else if (areas[leg[-1].area].parent == leg->area)
        seller = &naive->area_bills[leg[-1].area];
    else
        seller = &naive->external_bills[leg->area];
    if (index == trade->leg_count - 1)
        buyer = &naive->asset_bills[trade->buyer];
    else if (areas[leg[1].area].parent == leg->area)
        buyer = &naive->area_bills[leg[1].area];
    else
        buyer = &naive->external_bills[leg->area];
    seller->sold_uwh += trade->energy_uwh;
    seller->earned_uct += index == 0 ? trade->earned_uct : leg->price_uct - leg->fee_uct;
    buyer->bought_uwh += trade->energy_uwh;
    buyer->spent_uct += leg->price_uct - leg->fee_uct;
    buyer->market_fee_uct += leg->fee_uct;
    naive->fees_uct[leg->area] += leg->fee_uct;
}

/** What the fee of @p fee comes to when a percentage is taken of @p base_uct. */
static int64_t fee_rate(const naive_market *naive, int64_t fee, int64_t base_uct)
{
    return naive->rules->fee_kind == LG_FEE_CONSTANT ? fee : lg_fraction_of(base_uct, fee);
}

void naive_execute(naive_market *naive, uint32_t area, naive_order *offer, naive_order *bid,
                   int64_t energy_uwh, int64_t buyer_rate_uct)
{
    const lg_site *site = naive->site;
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count =
        lg_site_path(site, site->assets[offer->asset].area, site->assets[bid->asset].area, path);
    int64_t fees = 0;
    uint32_t met = 0; /* on the seller's way, where the two met */
    while (path[met] != area)
        met++;
    /* The exchange: the markets of a free offer's way, that of the match included, have no part in
     * what the buyer's rate is divided by, have the same rate, and take their fee none the less. */
    bool is_free = naive->rules->compat_gsy && naive->rules->match != LG_ONE_SIDED &&
                   naive->rules->fee_kind == LG_FEE_PERCENTAGE && offer->rate_uct == 0;
    for (uint32_t i = is_free ? met + 1 : 0; i < count; i++)
        fees += naive->fee[path[i]];
    /* A percentage is taken of what the seller gets; of the asked price when that is what is paid.
     */
    int64_t base = offer->rate_uct;
    if (naive->rules->match != LG_ONE_SIDED && naive->rules->fee_kind == LG_FEE_PERCENTAGE)
        base = lg_muldiv(buyer_rate_uct, LG_ONE_PPB, LG_ONE_PPB + fees);

    LG_ASSERT(LG_GROW(naive->mem, naive->trades, naive->trade_room, naive->trade_count + 1));
    naive_trade *done = &naive->trades[naive->trade_count++];
    int64_t rate = buyer_rate_uct, price = lg_money_uct(energy_uwh, buyer_rate_uct), fees_uct = 0;
    for (uint32_t i = count; i-- > 0;) { /* the buyer's market first */
        int64_t fee = fee_rate(naive, naive->fee[path[i]], base);
        int64_t fee_uct = lg_money_uct(energy_uwh, fee);
        if (is_free && i < met) {
            rate = done->legs[met].rate_uct;
            price = done->legs[met].price_uct;
        }
        done->legs[i] = (lg_leg){.area = path[i],
                                 .rate_uct = rate,
                                 .fee_rate_uct = fee,
                                 .price_uct = price,
                                 .fee_uct = fee_uct};
        rate -= fee;
        price -= fee_uct;
        fees_uct += fee_uct;
    }
    int64_t paid = lg_money_uct(energy_uwh, buyer_rate_uct);
    int64_t earned = lg_money_uct(energy_uwh, rate);
    done->trade = (lg_trade){
        .id = ++naive->last_trade,
        .slot = naive->slot,
        .tick = naive->tick,
        .slot_start_ms = naive->start_ms,
        .time_ms = naive->start_ms + (int64_t)naive->tick * naive->rules->tick_ms,
        .market = area,
        .seller = offer->asset,
        .buyer = bid->asset,
        .offer_id = offer->id,
        .bid_id = bid->id,
        .offer_rate_uct = offer->rate_uct,
        .bid_rate_uct = bid->rate_uct,
        .energy_uwh = energy_uwh,
        .paid_uct = paid,
        .earned_uct = earned,
        .fees_uct = fees_uct,
        .rounding_uct = paid - earned - fees_uct,
        .leg_count = count,
    };
    reduce(naive, offer, energy_uwh);
    reduce(naive, bid, energy_uwh);
    done->trade.offer_left_uwh = offer->open ? offer->left_uwh : 0;
    done->trade.bid_left_uwh = bid->open ? bid->left_uwh : 0;
    naive->positions[bid->asset].bought_uwh += energy_uwh;
    naive->positions[bid->asset].paid_uct += paid;
    naive->positions[offer->asset].sold_uwh += energy_uwh;
    naive->positions[offer->asset].earned_uct += earned;
    naive->rounding_uct[path[0]] += price - earned; /* the seller's market keeps it */
    for (uint32_t i = 0; i < count; i++)
        bill_leg(naive, done, i);
}
