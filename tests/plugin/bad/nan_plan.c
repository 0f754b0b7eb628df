/* tests/plugin/bad/nan_plan.c — needs a number that is none from the third slot on */
#include "bad.h"

static int32_t nan_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    plan->demand_kWh = slot->index < 2 ? 0.5 : __builtin_nan("");
    return LG_OK;
}

BAD_DRIVER("nan_plan", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = nan_plan)
BAD_PLUGIN("nan_plan", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
