/* tests/plugin/bad/plan_fails.c — plans a slot, then no more; and does not take its safe value
 * either */
#include "bad.h"

static const lg_point points[] = {{.size = sizeof(lg_point),
                                   .unit = LG_UNIT_W,
                                   .access = LG_WRITE,
                                   .name = "level",
                                   .min = 0,
                                   .max = 5,
                                   .help = "of something"}};

static int32_t failing_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const lg_host *host = device;
    plan->demand_kWh = 1;
    if (slot->index == 0)
        return LG_OK;
    host->refuse(host->ctx, "the meter is dark");
    return LG_GONE;
}

static int32_t failing_write(void *device, uint32_t point, double value)
{
    (void)device;
    (void)point;
    (void)value;
    return LG_GONE;
}

BAD_DRIVER("plan_fails", .role = LG_ROLE_CONSUMER, .points = LG_ARRAY(points), .open = fine_open,
           .plan = failing_plan, .write = failing_write)
BAD_PLUGIN("plan_fails", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
