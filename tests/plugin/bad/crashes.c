/* tests/plugin/bad/crashes.c — runs into an instruction that is none when it is asked for its plan
 */
#include "bad.h"

static int32_t crashing_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    (void)slot;
    (void)plan;
    __builtin_trap();
    return LG_OK;
}

BAD_DRIVER("crashes", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = crashing_plan)
BAD_PLUGIN("crashes", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
