/* plugins/infinite_bus/plugin.c — what the host may know of buses without running one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_option options[] = {
    [OPTION_SELL] = {.size = sizeof(lg_option),
                     .type = LG_OPTION_NUMBER,
                     .unit = LG_UNIT_CT_PER_KWH,
                     .name = "energy_sell_rate",
                     .def = (double)NAN,
                     .min = 0,
                     .max = 10000,
                     .help = "what it asks; when not given the scenario's market_maker_rate"},
    [OPTION_SELL_PROFILE] = {.size = sizeof(lg_option),
                             .type = LG_OPTION_PROFILE,
                             .unit = LG_UNIT_CT_PER_KWH,
                             .name = "energy_rate_profile",
                             .def = (double)NAN,
                             .min = 0,
                             .max = 10000,
                             .help = "what it asks, over time"},
    [OPTION_BUY] = {.size = sizeof(lg_option),
                    .type = LG_OPTION_NUMBER,
                    .unit = LG_UNIT_CT_PER_KWH,
                    .name = "energy_buy_rate",
                    .def = (double)NAN,
                    .min = 0,
                    .max = 10000,
                    .help = "what it pays; when not given the scenario's feed_in_tariff"},
    [OPTION_BUY_PROFILE] = {.size = sizeof(lg_option),
                            .type = LG_OPTION_PROFILE,
                            .unit = LG_UNIT_CT_PER_KWH,
                            .name = "buying_rate_profile",
                            .def = (double)NAN,
                            .min = 0,
                            .max = 10000,
                            .help = "what it pays, over time"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_BUS,
    .name = "infinite_bus",
    .help = "the outside grid: sells and buys any amount at given rates",
    .options = LG_ARRAY(options),
    .open = infinite_bus_open,
    .close = infinite_bus_close,
    .plan = infinite_bus_plan,
    .energy_type = "Grid",
    .change = infinite_bus_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "infinite_bus",
    .version = "0.1.0",
    .help = "the outside grid",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
