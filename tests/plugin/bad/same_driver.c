/* tests/plugin/bad/same_driver.c — offers a driver that another plugin of the folder has */
#include "bad.h"

BAD_DRIVER("leaks_memory", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = fine_plan)
BAD_PLUGIN("same_driver", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
