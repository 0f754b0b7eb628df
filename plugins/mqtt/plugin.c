/* The descriptor: one driver of devices, and a gateway. */
#include "device.h"
#include "house.h"

#include "lunagrid/plugin.h"

static const lg_gateway gateways[] = {{
    .size = sizeof(lg_gateway),
    .name = "mqtt",
    .help = "Shows what microgrids measure on an MQTT broker, where Home Assistant finds it.",
    .open = house_open,
    .close = house_close,
    .busy = house_busy,
    .moment = house_moment,
    .measured = house_measured,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "mqtt",
    .version = "0.1.0",
    .help = "Reaches equipment over an MQTT broker, and shows microgrids there.",
    .gateways = LG_ARRAY(gateways),
    .devices = {&mqtt_driver, 1, sizeof mqtt_driver},
};

LG_PLUGIN_EXPORT(plugin)
