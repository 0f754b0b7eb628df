/* tests/plugin/bad/missing_need.c — needs a function that nobody has */
#include "bad.h"

int nobody_has_this_function(void);

static int32_t needing_open(const lg_host *host, const lg_device_info *info, void **device)
{
    return nobody_has_this_function() + fine_open(host, info, device);
}

BAD_DRIVER("missing_need", .role = LG_ROLE_CONSUMER, .open = needing_open, .plan = fine_plan)
BAD_PLUGIN("missing_need", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
