/* tests/plugin/bad/newer_minor.c — built for a later version of the interface */
#include "bad.h"

BAD_DRIVER("newer_minor", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = fine_plan)
BAD_PLUGIN("newer_minor", LG_PLUGIN_MAGIC, LG_ABI_MINOR + 1)
