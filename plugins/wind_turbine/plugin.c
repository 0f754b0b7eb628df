/* plugins/wind_turbine/plugin.c — what the host may know of wind turbines without running one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_point points[] = {
    [POINT_POWER] = {.size = sizeof(lg_point),
                     .unit = LG_UNIT_W,
                     .access = LG_READ,
                     .name = "power",
                     .min = 0,
                     .max = 1e13,
                     .help = "mean power of the running slot"},
};

static const lg_option options[] = {
    [OPTION_CAPACITY] = {.size = sizeof(lg_option),
                         .type = LG_OPTION_NUMBER,
                         .unit = LG_UNIT_KW,
                         .name = "capacity_kW",
                         .def = 5,
                         .min = 0,
                         .max = 1e6,
                         .help = "rated power of one turbine"},
    [OPTION_COUNT] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_INTEGER,
                      .unit = LG_UNIT_NONE,
                      .name = "turbine_count",
                      .def = 1,
                      .min = 1,
                      .max = 10000,
                      .help = "how many of them"},
    [OPTION_PROFILE] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_PROFILE,
                        .unit = LG_UNIT_W,
                        .name = "power_profile",
                        .def = (double)NAN,
                        .min = 0,
                        .max = 1e9,
                        .help = "power of one turbine over time; without any profile the site's "
                                "own wind blows"},
    [OPTION_SPEED] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_PROFILE,
                      .unit = LG_UNIT_METRE_PER_SECOND,
                      .name = "wind_speed_profile",
                      .def = (double)NAN,
                      .min = 0,
                      .max = 100,
                      .help = "wind over time, put through the power curve: 3 m/s to 12 m/s, "
                              "standing still from 25 m/s on"},
    [OPTION_SAMPLING] = {.size = sizeof(lg_option),
                         .type = LG_OPTION_TEXT,
                         .name = "sampling",
                         .choices = "start|mean",
                         .help =
                             "which value of the profile rules a slot: that at its start, or the "
                             "mean over it"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_PRODUCER,
    .name = "wind_turbine",
    .help = "makes energy from wind: by a profile of power or wind, or from the site's own wind",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = wind_turbine_open,
    .close = wind_turbine_close,
    .plan = wind_turbine_plan,
    .energy_type = "Wind",
    .poll = wind_turbine_poll,
    .change = wind_turbine_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "wind_turbine",
    .version = "0.1.0",
    .help = "simulated wind turbines",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
