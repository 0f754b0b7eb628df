/* tests/plugin/bad/other_name.c — says it is called otherwise than its file */
#include "bad.h"

BAD_DRIVER("other_name", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = fine_plan)
BAD_PLUGIN("some_name", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
