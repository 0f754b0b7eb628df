/* Commands that change the market from outside: set-fee. */
#include <math.h>
#include <string.h>
#include "app/control_parts.h"
#include "app/market_named.h"
#include "app/moments.h"
#include "base/clock.h"
#include "grid/unit.h"

/* In ct/kWh or percent, whatever the fees of the run are. */
static double shown(bool constant, int64_t fee)
{
    return constant ? lg_ct_from_uct(fee) : (double)fee / 1e7;
}

/* Whether @p unit fits the fees of the run; else that is the answer. */
static bool fits(lg_control_call *call, bool constant)
{
    const lg_control_value *unit = LG_CONTROL_ARG_OF(call, SET_FEE_UNIT);
    const char *ours = constant ? "ct/kWh" : "%";
    if (!unit->given || strcmp(unit->text, ours) == 0)
        return true;
    bool known = strcmp(unit->text, "ct/kWh") == 0 || strcmp(unit->text, "%") == 0;
    if (known)
        lg_control_refuse(call, LG_CONTROL_REFUSED, "the fees of this run are in %s, not in %s",
                          ours, unit->text);
    else
        lg_control_refuse(call, LG_CONTROL_BAD_REQUEST,
                          "\"unit\" of set-fee is \"ct/kWh\" or \"%%\", not \"%.60s\"", unit->text);
    return false;
}

static void answer_fee(lg_control_call *call, uint32_t area, int64_t before, bool constant)
{
    const lg_control *c = call->control;
    lg_place next = lg_world_next(c->input.world);
    uint32_t slot = next.slot + (next.tick > 0); /* the fees of a slot are fixed as it opens */
    lg_moment moment = lg_moments_at(c->input.scenario, slot, 0);
    const lg_area *market = &c->input.scenario->site.areas[area];
    char text[40];
    lg_reply_begin(call->out, call->request->id);
    lg_reply_str(call->out, "market", market->name);
    lg_uuid_format(&market->uuid, text);
    lg_reply_str(call->out, "uuid", text);
    lg_reply_double(call->out, "fee", LG_CONTROL_ARG_OF(call, SET_FEE_FEE)->number);
    lg_reply_double(call->out, "before", shown(constant, before));
    lg_reply_str(call->out, "unit", constant ? "ct/kWh" : "%");
    lg_reply_int(call->out, "from_slot", slot);
    lg_clock_format(moment.slot_start_ms, text);
    lg_reply_str(call->out, "from_time", text);
    lg_reply_end(call->out);
}

void lg_control_do_set_fee(lg_control_call *call)
{
    const lg_control *c = call->control;
    const lg_scenario *scenario = c->input.scenario;
    bool constant = scenario->rules.fee_kind == LG_FEE_CONSTANT;
    double fee = LG_CONTROL_ARG_OF(call, SET_FEE_FEE)->number;
    lg_err err;
    lg_outside act = {.kind = LG_OUTSIDE_FEE};
    if (!fits(call, constant))
        return;
    if (!(fee >= 0) || !lg_uct_from_ct(constant ? fee : fee * 10, &act.number)) {
        lg_control_refuse(call, LG_CONTROL_REFUSED,
                          "%g is no fee: a fee is not negative, and below 10^12", fee);
        return;
    }
    if (lg_market_named(&scenario->site, LG_CONTROL_ARG_OF(call, SET_FEE_MARKET)->text, &act.node,
                        &err) != LG_OK) {
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "%s", err.text);
        return;
    }
    int64_t before = lg_market_fee_next(lg_world_market(c->input.world), act.node);
    lg_status status = lg_world_act(c->input.world, &act, &err);
    if (status == LG_OK)
        answer_fee(call, act.node, before, constant);
    else
        lg_control_failed(call, status, &err);
}
