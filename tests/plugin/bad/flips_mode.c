/* tests/plugin/bad/flips_mode.c — switches to flush-to-zero in the middle of the run */
#include "bad.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static int32_t flipping_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
#if defined(__x86_64__)
    if (slot->index == 1)
        _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    return fine_plan(device, slot, plan);
}

BAD_DRIVER("flips_mode", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = flipping_plan)
BAD_PLUGIN("flips_mode", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
