/* What the host may know of Modbus devices without reaching one. */
#include "device.h"
#include "options.h"

static const lg_device_part parts[] = {{
    .size = sizeof(lg_device_part),
    .min = 1,
    .max = LG_DEVICE_MANY,
    .help = "what the device measures or moves: meters, inverters, batteries",
}};

static const lg_option options[] = {
    STEER_OPTIONS,
    [OPTION_ADDRESS] = {STEER_OPTION(TEXT, "address",
                                     "\"HOST\", \"HOST:PORT\" (502) or "
                                     "\"serial:/dev/ttyUSB0?baud=9600&parity=E&stop=1\""),
                        .flags = LG_OPTION_REQUIRED},
    [OPTION_UNIT] = {STEER_OPTION(INTEGER, "unit", "number of the unit behind the address"),
                     .def = 1, .min = 0, .max = 255},
    [OPTION_REGISTERS] = {STEER_OPTION(
        TEXT, "registers",
        "\"sunspec\" (the default), or a table, a row a line: component, "
        "metric, holding or input, register, type, factor")},
    [OPTION_WATCHDOG] = {STEER_OPTION(
                             INTEGER, "watchdog_s",
                             "seconds without a write after which the device itself ends a set "
                             "point, if it can"),
                         .def = 30, .min = 3, .max = 3600},
    [OPTION_VERIFY] = {STEER_OPTION(BOOL, "verify", "set points are read back"), .def = 1, .min = 0,
                       .max = 1},
    [OPTION_POLL] = {STEER_OPTION(INTEGER, "poll_ms", "from one reading to the next"), .def = 1000,
                     .min = 100, .max = 3600000},
    [OPTION_TIMEOUT] = {STEER_OPTION(INTEGER, "timeout_ms", "how long an answer is waited for"),
                        .def = 1000, .min = 50, .max = 60000},
    [OPTION_METER_SIGN] = {STEER_OPTION(
                               TEXT, "meter_sign",
                               "what a SunSpec meter counts as positive: what comes in or what "
                               "goes out"),
                           .choices = "import|export"},
    [OPTION_BATTERY_SIGN] = {STEER_OPTION(
                                 TEXT, "battery_sign",
                                 "what a SunSpec battery counts as positive: what leaves it or "
                                 "what it takes"),
                             .choices = "discharge|charge"},
};

const lg_device_driver modbus_driver = {
    .size = sizeof(lg_device_driver),
    .flags = LG_DEVICE_LIVE,
    .name = "modbus",
    .help = "meters, inverters and batteries over Modbus, by SunSpec or a table of registers",
    .parts = LG_ARRAY(parts),
    .options = LG_ARRAY(options),
    .open = modbus_device_open,
    .close = modbus_device_close,
    .command = modbus_device_command,
};
