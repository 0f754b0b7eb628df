/* The descriptor: one driver of devices. */
#include "device.h"

#include "lunagrid/plugin.h"

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "mqtt",
    .version = "0.1.0",
    .help = "Reaches equipment over an MQTT broker.",
    .devices = {&mqtt_driver, 1, sizeof mqtt_driver},
};

LG_PLUGIN_EXPORT(plugin)
