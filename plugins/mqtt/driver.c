/* What the host may know of devices behind a broker without reaching one. */
#include "device.h"
#include "options.h"

static const lg_device_part parts[] = {{
    .size = sizeof(lg_device_part),
    .min = 1,
    .max = LG_DEVICE_MANY,
    .help = "what the device measures or moves: meters, inverters, batteries, chargers",
}};

static const lg_option options[] = {
    STEER_OPTIONS,
    [OPTION_ADDRESS] = {STEER_OPTION(TEXT, "address",
                                     "\"HOST[:PORT]\" of the broker, and behind it "
                                     "\"?user=NAME&password=FILE&tls_ca=FILE&keepalive=10\""),
                        .flags = LG_OPTION_REQUIRED},
    [OPTION_TOPICS] = {STEER_OPTION(TEXT, "topics",
                                    "a table, a row a line: component, metric, topic, path into "
                                    "JSON or -, unit"),
                       .flags = LG_OPTION_REQUIRED},
    [OPTION_CLIENT] = {STEER_OPTION(TEXT, "client_id",
                                    "as whom the broker knows us; by default lunagrid- and the "
                                    "name of the device")},
    [OPTION_STALE] = {STEER_OPTION(INTEGER, "stale_s", "values that are older are left out"),
                      .def = 60, .min = 1, .max = 86400},
};

const lg_device_driver mqtt_driver = {
    .size = sizeof(lg_device_driver),
    .flags = LG_DEVICE_LIVE,
    .name = "mqtt",
    .help = "equipment that speaks over an MQTT broker, by a table of topics",
    .parts = LG_ARRAY(parts),
    .options = LG_ARRAY(options),
    .open = mqtt_open,
    .close = mqtt_close,
    .command = mqtt_command,
};
