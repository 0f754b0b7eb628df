/* plugins/electrolyzer/plugin.c — what the host may know of electrolyzers without running one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_point points[] = {
    [POINT_POWER] = {.size = sizeof(lg_point),
                     .unit = LG_UNIT_W,
                     .access = LG_READ,
                     .name = "power",
                     .min = 0,
                     .max = 1e9,
                     .help = "mean power in the last slot"},
    [POINT_HYDROGEN] = {.size = sizeof(lg_point),
                        .unit = LG_UNIT_NONE,
                        .access = LG_READ,
                        .name = "hydrogen",
                        .min = 0,
                        .max = 1e6,
                        .help = "in the store, in kg"},
    [POINT_MISSED] = {.size = sizeof(lg_point),
                      .unit = LG_UNIT_NONE,
                      .access = LG_READ,
                      .name = "missed",
                      .min = 0,
                      .max = 1e9,
                      .help = "taken out and never made, in kg, since the start"},
};

static const lg_option options[] = {
    [OPTION_POWER] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_NUMBER,
                      .unit = LG_UNIT_KW,
                      .name = "maximum_power_rating_kW",
                      .def = 100,
                      .min = 0.001,
                      .max = 1e6,
                      .help = "most current it draws"},
    [OPTION_CAPACITY] = {.size = sizeof(lg_option),
                         .type = LG_OPTION_NUMBER,
                         .name = "hydrogen_capacity_kg",
                         .def = 100,
                         .min = 0.001,
                         .max = 1e6,
                         .help = "hydrogen in a full store, in kg"},
    [OPTION_INITIAL] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_NUMBER,
                        .name = "initial_hydrogen_kg",
                        .def = 0,
                        .min = 0,
                        .max = 1e6,
                        .help = "hydrogen in the store at the start, in kg"},
    [OPTION_CONVERSION] = {.size = sizeof(lg_option),
                           .type = LG_OPTION_NUMBER,
                           .name = "conversion_kWh_per_kg",
                           .def = 50,
                           .min = 1,
                           .max = 1000,
                           .help = "current that makes a kg of hydrogen, in kWh"},
    [OPTION_DISCHARGE] = {.size = sizeof(lg_option),
                          .type = LG_OPTION_PROFILE,
                          .flags = LG_OPTION_REQUIRED,
                          .name = "discharge_profile",
                          .def = (double)NAN,
                          .min = 0,
                          .max = 1e6,
                          .help = "hydrogen that is taken out, in kg a slot"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_STORAGE,
    .name = "electrolyzer",
    .help = "makes hydrogen when it likes and stores it; a profile takes it out",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = electrolyzer_open,
    .close = electrolyzer_close,
    .plan = electrolyzer_plan,
    .settle = electrolyzer_settle,
    .poll = electrolyzer_poll,
    .strategy = "strategies/ev_ramp.lua",
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "electrolyzer",
    .version = "0.1.0",
    .help = "simulated electrolyzers with a store of hydrogen",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
