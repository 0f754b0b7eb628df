/* tests/plugin/bad/leaks_memory.c — never gives back what it takes, on purpose: the host does */
#include "bad.h"

static int32_t leaking_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const lg_host *host = device;
    unsigned char *block = host->alloc(host->ctx, 1000);
    if (block)
        block[999] = 1;
    return fine_plan(device, slot, plan);
}

BAD_DRIVER("leaks_memory", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = leaking_plan)
BAD_PLUGIN("leaks_memory", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
