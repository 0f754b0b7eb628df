/* plugins/template/plugin.c — what the host may know of kettles without running one
 *
 * This file is data. The host reads it when it loads the plugin: `lunagrid plugins` prints it, a
 * scenario is checked against it, and only then is the code in device.c called. */
#include "device.h"
#include "lunagrid/plugin.h"

/* What can be measured or set. A point that can be written has a safe value: the host writes it
 * when the device fails, when the run ends and when somebody who set it goes away. */
static const lg_point points[] = {
    [POINT_POWER] =
        {
            .size = sizeof(lg_point),
            .unit = LG_UNIT_W,
            .access = LG_READ,
            .name = "power",
            .min = 0,
            .max = 10000,
            .help = "mean power of the running slot",
        },
    [POINT_LIMIT] =
        {
            .size = sizeof(lg_point),
            .unit = LG_UNIT_W,
            .access = LG_READ | LG_WRITE,
            .name = "limit",
            .min = 0,
            .max = 10000,
            .safe = 0,
            .help = "most it may draw; 0 switches it off",
        },
};

/* The keys an asset of this driver may have in a scenario. The host checks type and range; what one
 * value means together with another is checked in open(). */
static const lg_option options[] = {
    [OPTION_DAILY] =
        {
            .size = sizeof(lg_option),
            .type = LG_OPTION_NUMBER,
            .unit = LG_UNIT_KWH,
            .name = "daily_kWh",
            .def = 0.6,
            .min = 0,
            .max = 24,
            .help = "energy for the tea of a day",
        },
    [OPTION_POWER] =
        {
            .size = sizeof(lg_option),
            .type = LG_OPTION_NUMBER,
            .unit = LG_UNIT_KW,
            .name = "power_kW",
            .def = 2,
            .min = 0.1,
            .max = 10,
            .help = "most it can draw",
        },
};

static const lg_driver drivers[] = {{
    .size = sizeof(lg_driver),
    .role = LG_ROLE_CONSUMER,
    .name = "kettle",
    .help = "boils water three times a day",
    .points = LG_ARRAY(points),
    .options = LG_ARRAY(options),
    .open = kettle_open,
    .close = kettle_close,
    .plan = kettle_plan,
    .poll = kettle_poll,
    .write = kettle_write,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "kettle", /* as the file: kettle.so */
    .version = "0.1.0",
    .help = "a plugin to copy",
    .drivers = LG_ARRAY(drivers),
};

LG_PLUGIN_EXPORT(plugin)
