/* The descriptor: one driver of devices. */
#include "device.h"

#include "lunagrid/plugin.h"

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "modbus",
    .version = "0.1.0",
    .help = "Reaches equipment over Modbus TCP and RTU.",
    .devices = {&modbus_driver, 1, sizeof modbus_driver},
};

LG_PLUGIN_EXPORT(plugin)
