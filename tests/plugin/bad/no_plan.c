/* tests/plugin/bad/no_plan.c — a driver without the function that every driver needs */
#include "bad.h"

BAD_DRIVER("no_plan", .role = LG_ROLE_CONSUMER, .open = fine_open)
BAD_PLUGIN("no_plan", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
