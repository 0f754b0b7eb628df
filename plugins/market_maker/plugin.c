/* plugins/market_maker/plugin.c — what the host may know of market makers without running one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_option options[] = {
    [OPTION_RATE] = {.size = sizeof(lg_option),
                     .type = LG_OPTION_NUMBER,
                     .unit = LG_UNIT_CT_PER_KWH,
                     .name = "energy_rate",
                     .def = (double)NAN,
                     .min = 0,
                     .max = 10000,
                     .help = "what it asks; when not given the scenario's market_maker_rate"},
    [OPTION_PROFILE] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_PROFILE,
                        .unit = LG_UNIT_CT_PER_KWH,
                        .name = "energy_rate_profile",
                        .def = (double)NAN,
                        .min = 0,
                        .max = 10000,
                        .help = "what it asks, over time"},
    [OPTION_CONNECTED] = {.size = sizeof(lg_option),
                          .type = LG_OPTION_BOOL,
                          .unit = LG_UNIT_NONE,
                          .name = "grid_connected",
                          .def = 0,
                          .min = 0,
                          .max = 1,
                          .help = "false: a reference price only, it trades nothing"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_MARKET_MAKER,
    .name = "market_maker",
    .help = "sells any amount at a rate, or is only a reference price",
    .options = LG_ARRAY(options),
    .open = market_maker_open,
    .close = market_maker_close,
    .plan = market_maker_plan,
    .energy_type = "Grid",
    .change = market_maker_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "market_maker",
    .version = "0.1.0",
    .help = "market makers",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
