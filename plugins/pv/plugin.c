/* plugins/pv/plugin.c — what the host may know of photovoltaic systems without running one */
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
                         .help = "peak power of one panel"},
    [OPTION_PANELS] = {.size = sizeof(lg_option),
                       .type = LG_OPTION_INTEGER,
                       .unit = LG_UNIT_NONE,
                       .name = "panel_count",
                       .def = 1,
                       .min = 1,
                       .max = 10000,
                       .help = "how many of them"},
    [OPTION_MODEL] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_TEXT,
                      .name = "model",
                      .choices = "gaussian|clear_sky|profile|predefined",
                      .help = "a bell curve over the day, sun and clouds from the run's seed, "
                              "power_profile (which alone says it too), or the fixed day of "
                              "cloud_coverage (likewise)"},
    [OPTION_PROFILE] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_PROFILE,
                        .unit = LG_UNIT_W,
                        .name = "power_profile",
                        .def = (double)NAN,
                        .min = 0,
                        .max = 1e9,
                        .help = "power of one panel over time, of model \"profile\""},
    [OPTION_SAMPLING] = {.size = sizeof(lg_option),
                         .type = LG_OPTION_TEXT,
                         .name = "sampling",
                         .choices = "start|mean",
                         .help =
                             "which value of the profile rules a slot: that at its start, or the "
                             "mean over it"},
    [OPTION_TILT] = {.size = sizeof(lg_option),
                     .type = LG_OPTION_NUMBER,
                     .unit = LG_UNIT_DEGREE,
                     .name = "tilt",
                     .def = 35,
                     .min = 0,
                     .max = 90,
                     .help = "of the panel, 0 is flat: of model \"clear_sky\""},
    [OPTION_AZIMUTH] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_NUMBER,
                        .unit = LG_UNIT_DEGREE,
                        .name = "azimuth",
                        .def = (double)NAN,
                        .min = 0,
                        .max = 360,
                        .help = "where the panel looks: 90 east, 180 south; when not given towards "
                                "the equator: of model \"clear_sky\""},
    [OPTION_RATIO] = {.size = sizeof(lg_option),
                      .type = LG_OPTION_NUMBER,
                      .unit = LG_UNIT_FRACTION,
                      .name = "performance_ratio",
                      .def = 0.85,
                      .min = 0,
                      .max = 1,
                      .help = "what heat, wiring and inverter leave: of model \"clear_sky\""},
    [OPTION_CLOUDS] = {.size = sizeof(lg_option),
                       .type = LG_OPTION_TEXT,
                       .name = "cloud_coverage",
                       .choices = "sunny|partial|cloudy",
                       .help = "which fixed day, as a part of capacity_kW: of model "
                               "\"predefined\""},
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_PRODUCER,
    .name = "pv",
    .help = "makes energy from the sun: a bell curve, sun and clouds, a fixed day, or by a profile",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = pv_open,
    .close = pv_close,
    .plan = pv_plan,
    .energy_type = "PV",
    .poll = pv_poll,
    .change = pv_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "pv",
    .version = "0.1.0",
    .help = "simulated photovoltaic systems",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
