/* tests/plugin/bad/overfull.c — a storage that is fuller than full */
#include "bad.h"

static int32_t overfull_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    (void)slot;
    plan->capacity_kWh = 2;
    plan->stored_kWh = 2.5;
    return LG_OK;
}

BAD_DRIVER("overfull", .role = LG_ROLE_STORAGE, .open = fine_open, .plan = overfull_plan)
BAD_PLUGIN("overfull", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
