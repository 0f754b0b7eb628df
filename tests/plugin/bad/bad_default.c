/* tests/plugin/bad/bad_default.c — an option whose default is outside of its range */
#include "bad.h"

static const lg_option options[] = {{.size = sizeof(lg_option),
                                     .type = LG_OPTION_NUMBER,
                                     .name = "level",
                                     .def = 7,
                                     .min = 0,
                                     .max = 5,
                                     .help = "of something"}};
BAD_DRIVER("bad_default", .role = LG_ROLE_CONSUMER, .options = LG_ARRAY(options), .open = fine_open,
           .plan = fine_plan)
BAD_PLUGIN("bad_default", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
