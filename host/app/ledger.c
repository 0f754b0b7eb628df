/* The comparison is against a home that has nothing but its meter: in every slot what it makes
 * covers what it needs, the rest is bought at the utility's rate or sold at the feed-in tariff,
 * each with the fees of the markets between its door and the utility. Demand that nobody bought in
 * the run is not free: it is charged at the utility's rate plus a surcharge, so a script cannot
 * save by leaving its home in the dark.
 */
#include "app/ledger.h"

#include <math.h>
#include <stdlib.h>
#include "grid/unit.h"

lg_door_rates lg_ledger_door(int64_t market_maker_uct, int64_t feed_in_uct, int64_t surcharge_uct,
                             lg_fee_kind kind, int64_t fee_sum)
{
    lg_door_rates door;
    if (kind ==
        LG_FEE_PERCENTAGE) { /* what the utility pays is the seller's revenue and fees on it */
        door.buy_uct = lg_add(market_maker_uct, lg_fraction_of(market_maker_uct, fee_sum));
        door.sell_uct = lg_muldiv(feed_in_uct, LG_ONE_PPB, LG_ONE_PPB + fee_sum);
    } else {
        door.buy_uct = lg_add(market_maker_uct, fee_sum);
        door.sell_uct = lg_max64(0, feed_in_uct - fee_sum);
    }
    door.unserved_uct = lg_add(door.buy_uct, surcharge_uct);
    return door;
}

/* What the utility takes for @p net at a door, negative: it pays, is put in *@p uct and counted in
 * *@p run_uct; false when it cannot be. */
static bool price_at(const lg_door_rates *door, int64_t net, int64_t *uct, int64_t *run_uct)
{
    int64_t price;
    if (!lg_money_fits(llabs(net), net >= 0 ? door->buy_uct : door->sell_uct, &price) ||
        !lg_sum_within(run_uct, price, LG_RUN_MONEY_MAX_UCT))
        return false;
    *uct = net >= 0 ? price : -price;
    return true;
}

bool lg_ledger_add(lg_member_line *line, const lg_member_slot *slot, const lg_door_rates *door,
                   int64_t *run_uct)
{
    int64_t unserved, base;
    if (!lg_money_fits(slot->unserved_uwh, door->unserved_uct, &unserved) ||
        !lg_sum_within(run_uct, unserved, LG_RUN_MONEY_MAX_UCT) ||
        !price_at(door, slot->demand_uwh - slot->supply_uwh, &base, run_uct))
        return false;
    line->demand_uwh = lg_add(line->demand_uwh, slot->demand_uwh);
    line->supply_uwh = lg_add(line->supply_uwh, slot->supply_uwh);
    line->unserved_uwh = lg_add(line->unserved_uwh, slot->unserved_uwh);
    line->unserved_uct = lg_add(line->unserved_uct, unserved);
    line->base_bill_uct = lg_add(line->base_bill_uct, base);
    return true;
}

bool lg_ledger_settle(lg_member_line *line, const lg_member_deviation *deviation,
                      const lg_door_rates *door, int64_t *run_uct)
{
    int64_t planned = deviation->planned_uwh, measured = planned + deviation->deviation_uwh;
    int64_t before, after, left;
    if (!price_at(door, planned, &before, run_uct) || !price_at(door, measured, &after, run_uct) ||
        !price_at(door, deviation->left_uwh, &left, run_uct))
        return false;
    line->base_bill_uct = lg_add(line->base_bill_uct, after - before);
    line->imbalance_uct = lg_add(line->imbalance_uct, left);
    return true;
}

int64_t lg_ledger_bill(const lg_bill *row, int64_t own_fees, const lg_member_line *line)
{
    int64_t bill = lg_add(row->spent_uct, row->market_fee_uct);
    bill = lg_add(bill, -row->earned_uct);
    bill = lg_add(bill, own_fees);
    return lg_add(bill, line->unserved_uct);
}

double lg_ledger_saved_percent(int64_t bill_uct, int64_t base_bill_uct)
{
    if (base_bill_uct < LG_CT_UCT / 2) /* 0.00 EUR on the screen */
        return NAN;
    return 100.0 * (double)(base_bill_uct - bill_uct) / (double)base_bill_uct;
}
