/* Money and energy stay integers until a ratio is made of them; a ratio is one division of two
 * integers that were turned into doubles, so it has the same bits on every machine. */
#include "arena/score.h"

#include <math.h>
#include <stdlib.h>
#include "base/num.h"
#include "grid/unit.h"

static int64_t mean(const int64_t *values, uint32_t count)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    if (count == 0)
        return 0;
    __int128 half = sum >= 0 ? count / 2 : -(__int128)(count / 2);
    return (int64_t)((sum + half) / count);
}

lg_stored_rates lg_stored_rates_of(const int64_t *buy_uct, const int64_t *sell_uct, uint32_t count)
{
    lg_stored_rates rates = {.missing_uct = mean(buy_uct, count),
                             .extra_uct = mean(sell_uct, count)};
    rates.extra_uct = lg_min64(rates.extra_uct, rates.missing_uct);
    return rates;
}

int64_t lg_stored_value_uct(lg_stored_rates rates, int64_t start_uwh, int64_t end_uwh)
{
    int64_t more_uwh = lg_add(end_uwh, -start_uwh);
    return lg_money_uct(more_uwh, more_uwh > 0 ? rates.extra_uct : rates.missing_uct);
}

int64_t lg_seat_cost_uct(int64_t bill_uct, lg_stored_rates rates, int64_t start_uwh,
                         int64_t end_uwh)
{
    return lg_add(bill_uct, -lg_stored_value_uct(rates, start_uwh, end_uwh));
}

const char *lg_scored_name(lg_scored scored)
{
    switch (scored) {
    case LG_SCORED_YES:
        return "yes";
    case LG_SCORED_NO_BOUND:
        return "no_bound";
    case LG_SCORED_NO_ROOM:
        return "no_room";
    }
    return "?";
}

lg_seat_score lg_score_seat(int64_t baseline_uct, int64_t cost_uct, const int64_t *bound_uct)
{
    lg_seat_score s = {.scored = LG_SCORED_NO_BOUND,
                       .saving_uct = lg_add(baseline_uct, -cost_uct),
                       .score = NAN,
                       .counted = NAN};
    if (!bound_uct)
        return s;
    s.room_uct = lg_add(baseline_uct, -*bound_uct);
    s.scored = s.room_uct < LG_SCORE_ROOM_MIN_UCT ? LG_SCORED_NO_ROOM : LG_SCORED_YES;
    if (s.scored != LG_SCORED_YES)
        return s;
    s.score = 100.0 * (double)s.saving_uct / (double)s.room_uct;
    s.counted = fmin(fmax(s.score, LG_SCORE_COUNTED_MIN), LG_SCORE_COUNTED_MAX);
    return s;
}

void lg_welfare_add(lg_welfare *w, const lg_surplus_trade *t)
{
    int64_t consumer = 0, producer = 0;
    if (t->buyer_inside)
        consumer = lg_add(lg_money_uct(t->energy_uwh, t->utility_buy_uct), -t->paid_uct);
    if (t->seller_inside)
        producer = lg_add(t->earned_uct, -lg_money_uct(t->energy_uwh, t->feed_in_uct));
    w->consumer_uct = lg_add(w->consumer_uct, consumer);
    w->producer_uct = lg_add(w->producer_uct, producer);
    w->fees_uct = lg_add(w->fees_uct, t->fees_uct);
    w->total_uct = lg_add(w->total_uct, lg_add(lg_add(consumer, producer), t->fees_uct));
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The double sum over pairs, of sorted amounts: each is the larger one of i pairs (both ways round)
 * and the smaller one of n - 1 - i. */
static __int128 sum_of_differences(const int64_t *sorted, uint32_t count)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += (__int128)sorted[i] * (2 * ((int64_t)i - (count - 1 - (int64_t)i)));
    return sum;
}

lg_status lg_gini(lg_mem *mem, const int64_t *amounts_uct, uint32_t count, double *gini)
{
    *gini = NAN;
    if (count == 0)
        return LG_OK;
    int64_t *sorted = lg_mem_zalloc(mem, count, sizeof *sorted);
    if (!sorted)
        return LG_MEMORY;
    __int128 size = 0;
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = amounts_uct[i];
        size += amounts_uct[i] < 0 ? -(__int128)amounts_uct[i] : amounts_uct[i];
    }
    qsort(sorted, count, sizeof *sorted, ascending);
    __int128 most = 2 * (__int128)(count - 1) * size;
    *gini = most == 0 ? 0.0 : (double)sum_of_differences(sorted, count) / (double)most;
    lg_mem_free(mem, sorted, count * sizeof *sorted);
    return LG_OK;
}

static double ratio(int64_t part, int64_t whole)
{
    return whole == 0 ? NAN : (double)part / (double)whole;
}

static void find_peak(const lg_community_input *in, lg_community_score *s)
{
    for (uint32_t i = 0; i < in->slot_count; i++) {
        int64_t net_uwh = lg_add(in->import_uwh[i], -in->export_uwh[i]);
        if (net_uwh <= s->peak_import_uwh)
            continue;
        s->peak_import_uwh = net_uwh;
        s->peak_slot = i;
    }
    s->peak_import_kW = lg_kwh_from_uwh(s->peak_import_uwh) * 3600.0 / in->slot_s;
}

lg_status lg_score_community(lg_mem *mem, const lg_community_input *in, lg_community_score *score)
{
    LG_ASSERT(in->slot_s > 0);
    lg_community_score s = {
        .welfare = in->welfare,
        .self_sufficiency = ratio(in->consumed_own_uwh, in->demanded_uwh),
        .self_consumption = ratio(in->consumed_own_uwh, in->produced_uwh),
        .unserved_uwh = in->unserved_uwh,
        .unserved_share = ratio(in->unserved_uwh, in->demanded_uwh),
    };
    find_peak(in, &s);
    lg_status status = lg_gini(mem, in->savings_uct, in->saving_count, &s.savings_gini);
    if (status == LG_OK)
        *score = s;
    return status;
}

/* As a part of @p scale; nothing is no part of anything, and something of nothing cannot be told.
 */
static double part_of(int64_t amount, int64_t scale)
{
    if (amount == 0)
        return 0.0;
    return scale > 0 ? (double)amount / (double)scale : NAN;
}

lg_operator_score lg_score_operator(const lg_operator_input *in)
{
    lg_operator_score s = {
        .peak_reduction_uwh = lg_add(in->reference_peak_uwh, -in->peak_uwh),
        .revenue_adequacy =
            in->required_uct > 0 ? (double)in->revenue_uct / (double)in->required_uct : 1.0,
        .revenue_shortfall_uct = lg_max64(0, lg_add(in->required_uct, -in->revenue_uct)),
        .community_cost_uct = lg_add(in->cost_uct, -in->reference_cost_uct),
    };
    s.peak_reduction = part_of(s.peak_reduction_uwh, in->reference_peak_uwh);
    s.community_cost = part_of(s.community_cost_uct, in->reference_spent_uct);
    double missing = s.revenue_adequacy < 1 ? 1 - s.revenue_adequacy : 0;
    s.score = 100 * (s.peak_reduction - missing - s.community_cost);
    return s;
}
