/* tests/plugin/bad/hangs.c — plan() never returns, as of a device that waits for its bus */
#include "bad.h"

#include <unistd.h>

static int32_t hanging_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    (void)slot;
    (void)plan;
    for (;;)
        pause();
    return LG_OK;
}

BAD_DRIVER("hangs", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = hanging_plan)
BAD_PLUGIN("hangs", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
