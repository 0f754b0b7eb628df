/* tests/plugin/bad/open_fails.c — takes memory, then fails to open and says why */
#include "bad.h"

static int32_t failing_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)info;
    *device = host->alloc(host->ctx, 100);
    host->refuse(host->ctx, "the cable is missing");
    return LG_INVALID;
}

BAD_DRIVER("open_fails", .role = LG_ROLE_CONSUMER, .open = failing_open, .plan = fine_plan)
BAD_PLUGIN("open_fails", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
