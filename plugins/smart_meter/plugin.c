/* plugins/smart_meter/plugin.c — what the host may know of smart meters without running one */
#include "device.h"
#include "lunagrid/plugin.h"

#include <math.h>

static const lg_point points[] = {
    [POINT_POWER] = {.size = sizeof(lg_point),
                     .unit = LG_UNIT_W,
                     .access = LG_READ,
                     .name = "power",
                     .min = -1e9,
                     .max = 1e9,
                     .help = "mean power of the running slot; negative is fed in"},
};

static const lg_option options[] = {
    [OPTION_PROFILE] = {.size = sizeof(lg_option),
                        .type = LG_OPTION_PROFILE,
                        .unit = LG_UNIT_W,
                        .flags = LG_OPTION_REQUIRED,
                        .name = "smart_meter_profile",
                        .def = (double)NAN,
                        .min = -1e9,
                        .max = 1e9,
                        .help = "power over time: above 0 it is used, below 0 it is fed in"},
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
    .role = LG_ROLE_PROSUMER,
    .name = "smart_meter",
    .help = "uses energy in some slots and feeds in in others, by a profile",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = smart_meter_open,
    .close = smart_meter_close,
    .plan = smart_meter_plan,
    .poll = smart_meter_poll,
    .change = smart_meter_change,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "smart_meter",
    .version = "0.1.0",
    .help = "meters that count both ways",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
