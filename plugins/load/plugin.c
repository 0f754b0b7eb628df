/* plugins/load/plugin.c — what the host may know of loads without running one */
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
                     .help = "mean power of the running slot"},
};

static const lg_option options[] = {
    [OPTION_AVG_POWER] = {.size = sizeof(lg_option),
                          .type = LG_OPTION_NUMBER,
                          .unit = LG_UNIT_W,
                          .name = "avg_power_W",
                          .def = (double)NAN,
                          .min = 0,
                          .max = 1e9,
                          .help = "power in the hours of hrs_of_day; or give a profile or a shape"},
    [OPTION_HOURS] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_LIST,
                      .unit = LG_UNIT_HOUR,
                      .name = "hrs_of_day",
                      .def = (double)NAN,
                      .min = 0,
                      .max = 23,
                      .help = "hours (UTC) in which avg_power_W is used; all when not given"},
    [OPTION_PROFILE] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_PROFILE,
                        .unit = LG_UNIT_W,
                        .name = "daily_load_profile",
                        .def = (double)NAN,
                        .min = 0,
                        .max = 1e9,
                        .help = "power over time"},
    [OPTION_SAMPLING] = {.size = sizeof(lg_option),
                         .type = LG_OPTION_TEXT,
                         .name = "sampling",
                         .choices = "start|mean",
                         .help =
                             "which value of the profile rules a slot: that at its start, or the "
                             "mean over it"},
    [OPTION_SHAPE] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_TEXT,
                      .name = "shape",
                      .choices = "none|household|heat_pump|ev",
                      .help = "a built-in synthetic shape, drawn from the run's seed"},
    [OPTION_ANNUAL] = {.size = sizeof(lg_option),
                       .type = LG_OPTION_NUMBER,
                       .unit = LG_UNIT_KWH,
                       .name = "annual_kWh",
                       .def = (double)NAN,
                       .min = 0,
                       .max = 1e9,
                       .help = "use of a shape in a year; when not given 3500 for household, 4000 "
                               "for heat_pump, 2500 for ev"},
    [OPTION_CHARGING_POWER] = {.size = sizeof(lg_option),
                               .type = LG_OPTION_NUMBER,
                               .unit = LG_UNIT_KW,
                               .name = "charging_power_kW",
                               .def = 3.7,
                               .min = 0.1,
                               .max = 1000,
                               .help = "of shape \"ev\", while a session lasts"},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_CONSUMER,
    .name = "load",
    .help = "uses energy: constant in some hours, by a profile, or by a built-in shape",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = load_open,
    .close = load_close,
    .plan = load_plan,
    .poll = load_poll,
    .change = load_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "load",
    .version = "0.1.0",
    .help = "simulated loads",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
