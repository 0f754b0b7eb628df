/* tests/plugin/bad/open_silent.c — fails to open and says nothing, with a status that does not
 * exist */
#include "bad.h"

static int32_t silent_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)host;
    (void)info;
    (void)device;
    return 4711;
}

BAD_DRIVER("open_silent", .role = LG_ROLE_CONSUMER, .open = silent_open, .plan = fine_plan)
BAD_PLUGIN("open_silent", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
