/* tests/plugin/bad/exits.c — ends the whole program when a device is opened */
#include <stdlib.h>

#include "bad.h"

static int32_t exiting_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)host;
    (void)info;
    (void)device;
    exit(0);
}

BAD_DRIVER("exits", .role = LG_ROLE_CONSUMER, .open = exiting_open, .plan = fine_plan)
BAD_PLUGIN("exits", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
