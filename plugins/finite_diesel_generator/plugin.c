/* plugins/finite_diesel_generator/plugin.c — what the host may know of generators without running
 * one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_point points[] = {
    [POINT_POWER] = {.size = sizeof(lg_point),
                     .unit = LG_UNIT_W,
                     .access = LG_READ,
                     .name = "power",
                     .min = 0,
                     .max = 1e12,
                     .help = "power it could give in the running slot"},
};

static const lg_option options[] = {
    [OPTION_POWER] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_PROFILE,
                      .unit = LG_UNIT_KW,
                      .flags = LG_OPTION_REQUIRED,
                      .name = "max_available_power_kW",
                      .def = (double)NAN,
                      .min = 0,
                      .max = 1e6,
                      .help = "power it can give, a number or over time"},
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
    .name = "finite_diesel_generator",
    .help = "sells what its power makes in a slot, at a given rate",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = generator_open,
    .close = generator_close,
    .plan = generator_plan,
    .energy_type = "Diesel",
    .poll = generator_poll,
    .change = generator_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "finite_diesel_generator",
    .version = "0.1.0",
    .help = "generators of limited power",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
