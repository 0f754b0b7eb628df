/* plugins/commercial_producer/plugin.c — what the host may know of commercial producers without
 * running one */
#include "device.h"
#include "lunagrid/plugin.h"

static const lg_option options[] = {
    [OPTION_RATE] = {.size = sizeof(lg_option),
                     .type = LG_OPTION_PROFILE,
                     .unit = LG_UNIT_CT_PER_KWH,
                     .name = "energy_rate",
                     .def = 30,
                     .min = 0,
                     .max = 10000,
                     .help = "what it asks, a number or over time"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_PRODUCER,
    .name = "commercial_producer",
    .help = "sells any amount at a given rate",
    .options = LG_ARRAY(options),
    .open = commercial_producer_open,
    .close = commercial_producer_close,
    .plan = commercial_producer_plan,
    .energy_type = "Commercial",
    .change = commercial_producer_change,
    .strategy = "strategies/fixed_rate.lua",
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "commercial_producer",
    .version = "0.1.0",
    .help = "commercial producers",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
