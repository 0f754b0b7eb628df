/* tests/plugin/bad/negative_plan.c — has less than nothing to sell */
#include "bad.h"

static int32_t negative_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    (void)slot;
    plan->supply_kWh = -0.25;
    return LG_OK;
}

BAD_DRIVER("negative_plan", .role = LG_ROLE_PRODUCER, .open = fine_open, .plan = negative_plan)
BAD_PLUGIN("negative_plan", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
