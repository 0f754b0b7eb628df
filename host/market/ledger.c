/* What a trade does to energy and money. The buyer's price is rounded once; each market on the path
 * takes its fee from what is left, so every leg is exact; the seller gets its own rate, and what
 * rounding leaves over goes to the rounding account of the seller's market. Only for what the
 * exchange does with offers at 0 ct has compat legs that do not join: see untaxed_legs(). Hence in
 * every market
 *
 *     spent by rows of the market = earned by rows of the market + rounding        (fees apart)
 *     energy bought = energy sold
 *
 * at all times: lg__prove_sums() holds the run to it.
 *
 * A sum over any part of a run has each trade in it at most once, so one total that is looked at
 * before a trade is posted keeps them all within int64; an lg_add() past it would be a bug. */
#include "market/engine.h"

/* Takes traded energy from an order; what the tolerance swallows is withdrawn with it. */
static lg_status take(lg_market *m, uint32_t order, int64_t energy_uwh)
{
    struct lg__order *o = &m->orders[order];
    lg_position *p = &m->positions[o->asset];
    if (o->energy_uwh - energy_uwh <= m->rules.energy_tolerance_uwh) {
        lg__order_kill(m, order);
        return LG_OK;
    }
    p->offered_uwh[o->side] -= energy_uwh;
    o->energy_uwh -= energy_uwh;
    /* the rest is the youngest order from the next tick on; filled again, it is entered again */
    if (!LG_GROW(m->mem, m->splits, m->split_capacity, m->split_count + 1))
        return LG_MEMORY;
    m->splits[m->split_count++] = order;
    /* a buyer comes before its market passes orders on: the rest waits from now on */
    return m->holds && m->rules.match == LG_ONE_SIDED ? lg__order_restart(m, order, m->tick)
                                                      : LG_OK;
}

/* Whether a percentage trade follows the exchange where an offer at 0 ct has no supply tax (6.4 of
 * the reference). The markets on the seller's way take their fees all the same, and nobody pays
 * them: only compat does so. */
static bool has_no_supply_tax(const lg_rules *rules, const lg_trade *t)
{
    return rules->compat_gsy && rules->fee_kind == LG_FEE_PERCENTAGE &&
           rules->match != LG_ONE_SIDED && t->offer_rate_uct == 0;
}

/* The rate that all fees of a percentage run are counted from: what the seller gets (6.4 of the
 * reference). The legs up to and with number @p untaxed do not count. */
static int64_t fee_base(const lg_rules *rules, const lg_trade *t, const lg_leg *legs,
                        int64_t buyer_rate_uct, uint32_t untaxed)
{
    if (rules->match == LG_ONE_SIDED)
        return t->offer_rate_uct;
    int64_t sum = 0;
    for (uint32_t i = untaxed; i < t->leg_count; i++)
        sum += legs[i].fee_rate_uct;
    return lg_muldiv(buyer_rate_uct, LG_ONE_PPB, LG_ONE_PPB + sum);
}

/* How many legs, from the seller's market to the one that matched, have no tax in their rate. */
static uint32_t untaxed_legs(const lg_rules *rules, const lg_trade *t, const lg_leg *legs)
{
    uint32_t count = 0;
    if (has_no_supply_tax(rules, t))
        while (count < t->leg_count && legs[count++].area != t->market)
            ;
    return count;
}

void lg_market_legs(const lg_rules *rules, int64_t buyer_rate_uct, lg_trade *t, lg_leg *legs)
{
    bool constant = rules->fee_kind == LG_FEE_CONSTANT;
    uint32_t untaxed = untaxed_legs(rules, t, legs);
    int64_t base = constant ? 0 : fee_base(rules, t, legs, buyer_rate_uct, untaxed);
    int64_t rate = buyer_rate_uct, price = t->paid_uct = lg_money_uct(t->energy_uwh, rate);
    t->legs = legs;
    t->fees_uct = 0;
    for (uint32_t i = t->leg_count; i-- > 0;) {
        int64_t fee = legs[i].fee_rate_uct;
        int64_t fee_rate = constant ? fee : lg_fraction_of(base, fee);
        if (i + 1 < untaxed) { /* the market above had its fee, and yet the same rate is here */
            rate = legs[i + 1].rate_uct;
            price = legs[i + 1].price_uct;
        }
        legs[i] = (lg_leg){
            .area = legs[i].area,
            .rate_uct = rate,
            .fee_rate_uct = fee_rate,
            .price_uct = price,
            .fee_uct = fee_rate ? lg_money_uct(t->energy_uwh, fee_rate) : 0,
        };
        rate -= fee_rate;
        price -= legs[i].fee_uct;
        t->fees_uct += legs[i].fee_uct;
    }
    t->earned_uct = rate == buyer_rate_uct ? t->paid_uct : lg_money_uct(t->energy_uwh, rate);
    t->rounding_uct = t->paid_uct - t->fees_uct - t->earned_uct;
}

/* Whether there is room for one more trade; see the top. */
static bool count_trade(const lg_market *m, const lg_trade *t)
{
    lg_market_ids *run = m->ids;
    uint32_t times = m->rules.compat_gsy ? t->leg_count : 1; /* stats.c: buffer_fill() */
    return lg_sum_within(&run->traded_uwh, t->energy_uwh * times, LG_RUN_ENERGY_MAX_UWH) &&
           lg_sum_within(&run->traded_uct, t->paid_uct, LG_RUN_MONEY_MAX_UCT) &&
           lg_sum_within(&run->traded_uct, t->fees_uct, LG_RUN_MONEY_MAX_UCT);
}

static void post_buyer(lg_bill *row, const lg_trade *t, const lg_leg *leg)
{
    row->bought_uwh = lg_add(row->bought_uwh, t->energy_uwh);
    row->spent_uct = lg_add(row->spent_uct, leg->price_uct - leg->fee_uct);
    row->market_fee_uct = lg_add(row->market_fee_uct, leg->fee_uct);
}

static void post_seller(lg_bill *row, const lg_trade *t, const lg_leg *leg)
{
    row->sold_uwh = lg_add(row->sold_uwh, t->energy_uwh);
    row->earned_uct = lg_add(row->earned_uct, leg->price_uct - leg->fee_uct);
}

/* One market's part: the rows of its two local parties, its fee, its statistics. */
static lg_status post_leg(lg_market *m, const lg_trade *t, uint32_t i)
{
    const lg_leg *leg = &t->legs[i];
    const lg_area *areas = m->site->areas;
    lg_market_stats *s = &m->stats_now[leg->area];
    if (!LG_GROW(m->mem, m->samples, m->sample_capacity, m->sample_count + 1))
        return LG_MEMORY;
    m->samples[m->sample_count++] =
        (struct lg__rate_sample){.area = leg->area, .rate_uct = leg->rate_uct};
    /* the neighbour on the path is a child area, or the parent: then the area itself stands for
     * outside */
    if (i == 0) {
        /* the seller's own row: lg__accounts_close() */
        m->rounding_uct[leg->area] += leg->price_uct - leg->fee_uct - t->earned_uct;
    } else if (areas[t->legs[i - 1].area].parent == leg->area) {
        post_seller(&m->area_bills[t->legs[i - 1].area], t, leg);
    } else {
        post_seller(&m->external_bills[leg->area], t, leg);
        s->import_uwh += t->energy_uwh;
    }
    if (i + 1 == t->leg_count) {
        if (t->fees_uct) { /* most trades in a home have none, and this is a line of memory */
            m->fees[t->buyer].local_uct += leg->fee_uct;
            m->fees[t->buyer].path_uct += t->fees_uct;
        }
    } else if (areas[t->legs[i + 1].area].parent == leg->area) {
        post_buyer(&m->area_bills[t->legs[i + 1].area], t, leg);
    } else {
        post_buyer(&m->external_bills[leg->area], t, leg);
        s->export_uwh += t->energy_uwh;
    }
    m->fees_uct[leg->area] = lg_add(m->fees_uct[leg->area], leg->fee_uct);
    s->trade_count++;
    s->energy_uwh += t->energy_uwh;
    s->volume_uct = lg_add(s->volume_uct, leg->price_uct);
    s->fee_revenue_uct += leg->fee_uct;
    return LG_OK;
}

lg_status lg__trade(lg_market *m, uint32_t area, uint32_t bid, uint32_t offer, int64_t energy_uwh,
                    int64_t buyer_rate_uct)
{
    struct lg__order *b = &m->orders[bid], *o = &m->orders[offer];
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    lg_leg legs[2 * LG_DEPTH_MAX + 2];
    lg_trade t; /* every field is set below; clearing it first would cost as much as the rest */
    t.id = ++m->ids->trade;
    t.type = m->rules.type;
    m->trades_total++;
    t.slot = m->slot;
    t.tick = m->tick;
    t.slot_start_ms = m->slot_start_ms;
    t.time_ms = m->slot_start_ms + (int64_t)m->tick * m->rules.tick_ms;
    t.market = area;
    t.seller = o->asset;
    t.buyer = b->asset;
    t.offer_id = o->id;
    t.bid_id = b->id;
    t.offer_rate_uct = o->rate_uct;
    t.bid_rate_uct = b->rate_uct;
    t.energy_uwh = energy_uwh;
    path[0] = m->area_of[t.seller];
    t.leg_count = path[0] == m->area_of[t.buyer]
                      ? 1 /* neighbours, as most who trade are */
                      : lg_site_path(m->site, path[0], m->area_of[t.buyer], path);
    for (uint32_t i = 0; i < t.leg_count; i++) {
        legs[i].area = path[i];
        legs[i].fee_rate_uct = m->books[path[i]].fee;
    }
    lg_market_legs(&m->rules, buyer_rate_uct, &t, legs);
    if (!count_trade(m, &t))
        return LG_OVERFLOW;
    for (uint32_t i = 0; i < t.leg_count; i++) {
        lg_status status = post_leg(m, &t, i);
        if (status != LG_OK)
            return status;
    }
    lg_position *seller = &m->positions[t.seller], *buyer = &m->positions[t.buyer];
    seller->sold_uwh += energy_uwh;
    seller->earned_uct = lg_add(seller->earned_uct, t.earned_uct);
    buyer->bought_uwh += energy_uwh;
    buyer->paid_uct = lg_add(buyer->paid_uct, t.paid_uct);
    lg__kpi_trade(m, &t);
    lg_status status = take(m, bid, energy_uwh);
    if (status == LG_OK)
        status = take(m, offer, energy_uwh);
    t.bid_left_uwh = b->energy_uwh;
    t.offer_left_uwh = o->energy_uwh;
    if (m->sink.trade)
        m->sink.trade(m->sink.ctx, &t);
    return status;
}

void lg_bill_add(lg_bill *sum, const lg_bill *row)
{
    sum->bought_uwh = lg_add(sum->bought_uwh, row->bought_uwh);
    sum->sold_uwh = lg_add(sum->sold_uwh, row->sold_uwh);
    sum->spent_uct = lg_add(sum->spent_uct, row->spent_uct);
    sum->earned_uct = lg_add(sum->earned_uct, row->earned_uct);
    sum->market_fee_uct = lg_add(sum->market_fee_uct, row->market_fee_uct);
}

lg_bill lg_market_accumulated_bill(const lg_market *m, uint32_t area)
{
    const lg_area *a = &m->site->areas[area];
    lg_bill sum = {0};
    for (uint32_t i = 0; i < a->child_count; i++)
        lg_bill_add(&sum, &m->area_bills[a->child_first + i]);
    for (uint32_t i = 0; i < a->asset_count; i++)
        lg_bill_add(&sum, &m->accounts[a->asset_first + i].bill);
    return sum;
}

void lg__prove_sums(const lg_market *m)
{
    int64_t bought = 0, sold = 0;
    for (uint32_t area = 0; area < m->site->area_count; area++) {
        lg_bill sum = lg_market_accumulated_bill(m, area);
        lg_bill_add(&sum, &m->external_bills[area]);
        LG_ASSERT(sum.bought_uwh == sum.sold_uwh);
        LG_ASSERT(sum.spent_uct == lg_add(sum.earned_uct, m->rounding_uct[area]));
        LG_ASSERT(sum.market_fee_uct == m->fees_uct[area]);
    }
    for (uint32_t i = 0; i < m->site->asset_count; i++) {
        bought = lg_add(bought, m->positions[i].bought_uwh);
        sold = lg_add(sold, m->positions[i].sold_uwh);
    }
    LG_ASSERT(bought == sold);
}
