/* The one place where what devices measure becomes what the market trades: doubles in kWh to
 * micro-watt- hours, through grid/unit.h. A plan that cannot be is refused whole; nothing of it is
 * repaired, because a device that says one impossible thing is not to be believed in the others. */
#include "driver/credible.h"

#include "grid/unit.h"

#include <math.h>

/* Two ways of adding up the same state of charge may differ by this, in kWh: a micro-watt-hour. */
#define SLACK_KWH 1e-9
/* Later than this nothing can be due. */
#define HOURS_MAX 1e6

void lg__plan_clear(lg_plan *plan)
{
    *plan = (lg_plan){
        .size = sizeof *plan,
        .buy_rate_ct = (double)NAN,
        .sell_rate_ct = (double)NAN,
        .need_kWh = (double)NAN,
        .due_hours = (double)NAN,
        .efficiency = (double)NAN,
    };
}

static bool energy_ok(double kwh)
{
    return kwh >= 0 && kwh <= LG_UNLIMITED_KWH; /* false for NaN */
}

static bool rate_ok(double ct)
{
    return isnan(ct) || (ct >= 0 && ct <= lg_ct_from_uct(LG_RATE_MAX_UCT));
}

static lg_status bad_energy(const char *what, double kwh, lg_err *err)
{
    return lg_fail(err, LG_PLUGIN, "%s = %.9g, expected 0 to %.0f", what, kwh, LG_UNLIMITED_KWH);
}

static lg_status check_numbers(const lg_plan *plan, lg_err *err)
{
    if (!energy_ok(plan->demand_kWh))
        return bad_energy("demand_kWh", plan->demand_kWh, err);
    if (!energy_ok(plan->supply_kWh))
        return bad_energy("supply_kWh", plan->supply_kWh, err);
    if (!energy_ok(plan->stored_kWh))
        return bad_energy("stored_kWh", plan->stored_kWh, err);
    if (!energy_ok(plan->capacity_kWh))
        return bad_energy("capacity_kWh", plan->capacity_kWh, err);
    if (!energy_ok(plan->reserve_kWh))
        return bad_energy("reserve_kWh", plan->reserve_kWh, err);
    if (!energy_ok(plan->used_kWh))
        return bad_energy("used_kWh", plan->used_kWh, err);
    if (!energy_ok(plan->due_kWh))
        return bad_energy("due_kWh", plan->due_kWh, err);
    if (plan->due_hours <= 0 || plan->due_hours > HOURS_MAX)
        return lg_fail(err, LG_PLUGIN, "due_hours = %.9g, expected above 0 or NaN",
                       plan->due_hours);
    if (plan->efficiency <= 0 || plan->efficiency > 1)
        return lg_fail(err, LG_PLUGIN, "efficiency = %.9g, expected above 0 and up to 1, or NaN",
                       plan->efficiency);
    if (!isnan(plan->need_kWh) &&
        !(plan->need_kWh >= 0 && plan->need_kWh <= plan->demand_kWh + SLACK_KWH))
        return lg_fail(err, LG_PLUGIN, "need_kWh = %.9g, expected 0 to demand_kWh = %.9g",
                       plan->need_kWh, plan->demand_kWh);
    if (!rate_ok(plan->buy_rate_ct))
        return lg_fail(err, LG_PLUGIN, "buy_rate_ct = %.9g, expected 0 to 10000 or NaN",
                       plan->buy_rate_ct);
    if (!rate_ok(plan->sell_rate_ct))
        return lg_fail(err, LG_PLUGIN, "sell_rate_ct = %.9g, expected 0 to 10000 or NaN",
                       plan->sell_rate_ct);
    return LG_OK;
}

static lg_status check_storage(const lg_plan *plan, lg_err *err)
{
    if (plan->stored_kWh > plan->capacity_kWh + SLACK_KWH)
        return lg_fail(err, LG_PLUGIN, "stored_kWh = %.9g, more than capacity_kWh = %.9g",
                       plan->stored_kWh, plan->capacity_kWh);
    if (plan->reserve_kWh > plan->capacity_kWh + SLACK_KWH)
        return lg_fail(err, LG_PLUGIN, "reserve_kWh = %.9g, more than capacity_kWh = %.9g",
                       plan->reserve_kWh, plan->capacity_kWh);
    if (plan->supply_kWh > plan->stored_kWh + SLACK_KWH)
        return lg_fail(err, LG_PLUGIN, "supply_kWh = %.9g, more than stored_kWh = %.9g",
                       plan->supply_kWh, plan->stored_kWh);
    double arrives_kWh = plan->demand_kWh * (isnan(plan->efficiency) ? 1 : plan->efficiency);
    double passes_kWh = isnan(plan->need_kWh) ? 0 : plan->need_kWh; /* may be used up at once */
    if (plan->stored_kWh + arrives_kWh > plan->capacity_kWh + passes_kWh + SLACK_KWH)
        return lg_fail(
            err, LG_PLUGIN,
            "demand_kWh = %.9g on top of stored_kWh = %.9g is more than capacity_kWh = %.9g",
            plan->demand_kWh, plan->stored_kWh, plan->capacity_kWh);
    return LG_OK;
}

static int64_t to_uwh(double kwh)
{
    int64_t uwh = 0;
    LG_ASSERT(lg_uwh_from_kwh(kwh, &uwh)); /* the range was checked before */
    return uwh;
}

lg_status lg__plan_caps(uint32_t role, const lg_plan *plan, lg_caps *caps, lg_err *err)
{
    *caps = (lg_caps){0};
    lg_status status = check_numbers(plan, err);
    if (status == LG_OK && role == LG_ROLE_STORAGE)
        status = check_storage(plan, err);
    if (status != LG_OK)
        return status;
    if (role == LG_ROLE_CONSUMER && plan->supply_kWh > 0)
        return lg_fail(err, LG_PLUGIN, "supply_kWh = %.9g, but a consumer has nothing to sell",
                       plan->supply_kWh);
    if ((role == LG_ROLE_PRODUCER || role == LG_ROLE_MARKET_MAKER) && plan->demand_kWh > 0)
        return lg_fail(err, LG_PLUGIN, "demand_kWh = %.9g, but a %s buys nothing", plan->demand_kWh,
                       role == LG_ROLE_PRODUCER ? "producer" : "market maker");
    if (role == LG_ROLE_PROSUMER && plan->demand_kWh > 0 && plan->supply_kWh > 0)
        return lg_fail(
            err, LG_PLUGIN,
            "demand_kWh = %.9g and supply_kWh = %.9g, but a prosumer needs or has energy "
            "in a slot, not both",
            plan->demand_kWh, plan->supply_kWh);
    caps->buy_uwh = to_uwh(plan->demand_kWh);
    caps->sell_uwh = to_uwh(plan->supply_kWh);
    if (!isnan(plan->need_kWh))
        caps->demand_uwh = lg_min64(to_uwh(plan->need_kWh), caps->buy_uwh);
    else if (role == LG_ROLE_CONSUMER || role == LG_ROLE_PROSUMER)
        caps->demand_uwh = caps->buy_uwh;
    if (role == LG_ROLE_STORAGE)
        caps->used_uwh = to_uwh(plan->used_kWh);
    /* "Without limit" is an offer, not a production that somebody could have used. */
    if ((role == LG_ROLE_PRODUCER || role == LG_ROLE_PROSUMER) && caps->sell_uwh < LG_UNLIMITED_UWH)
        caps->supply_uwh = caps->sell_uwh;
    return LG_OK;
}
