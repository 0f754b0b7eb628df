/* What the host may know of Modbus devices without reaching one. */
#include "device.h"

#include <math.h>

static const lg_device_part parts[] = {{
    .size = sizeof(lg_device_part),
    .min = 1,
    .max = LG_DEVICE_MANY,
    .help = "what the device measures or moves: meters, inverters, batteries",
}};

/* What all options have; the rest of one stands behind. */
#define OPTION(kind, word, what)                                                                   \
    .size = sizeof(lg_option), .type = LG_OPTION_##kind, .name = word, .help = what

static const lg_option options[] = {
    [OPTION_ADDRESS] = {OPTION(TEXT, "address",
                               "\"HOST\", \"HOST:PORT\" (502) or "
                               "\"serial:/dev/ttyUSB0?baud=9600&parity=E&stop=1\""),
                        .flags = LG_OPTION_REQUIRED},
    [OPTION_UNIT] = {OPTION(INTEGER, "unit", "number of the unit behind the address"), .def = 1,
                     .min = 0, .max = 255},
    [OPTION_REGISTERS] = {OPTION(TEXT, "registers",
                                 "\"sunspec\" (the default), or a table, a row a line: component, "
                                 "metric, holding or input, register, type, factor")},
    [OPTION_MODE] = {OPTION(TEXT, "mode",
                            "shadow: reads, and tells what it would write; live: writes; "
                            "simulate: reaches nothing"),
                     .choices = "shadow|live|simulate"},
    [OPTION_ALLOW] = {OPTION(TEXT, "allow",
                             "what may be written when live: active, reactive, start, stop, "
                             "standby, acknowledge")},
    [OPTION_LOWER] = {OPTION(NUMBER, "lower_W",
                             "no less is ever written; by default the device's rating"),
                      .unit = LG_UNIT_W, .def = NAN, .min = -1e9, .max = 1e9},
    [OPTION_UPPER] = {OPTION(NUMBER, "upper_W",
                             "no more is ever written; by default the device's rating"),
                      .unit = LG_UNIT_W, .def = NAN, .min = -1e9, .max = 1e9},
    [OPTION_RAMP] = {OPTION(NUMBER, "ramp_W_per_s",
                            "how fast set points may change; by default at once"),
                     .def = NAN, .min = 0.001, .max = 1e9},
    [OPTION_INTERVAL] = {OPTION(INTEGER, "write_interval_ms",
                                "between two different set points, at least"),
                         .def = 1000, .min = 100, .max = 3600000},
    [OPTION_SAFE] = {OPTION(NUMBER, "safe_W",
                            "written on a fault and at the end; by default the device decides by "
                            "itself then"),
                     .unit = LG_UNIT_W, .def = NAN, .min = -1e9, .max = 1e9},
    [OPTION_WATCHDOG] = {OPTION(INTEGER, "watchdog_s",
                                "seconds without a write after which the device itself ends a set "
                                "point, if it can"),
                         .def = 30, .min = 3, .max = 3600},
    [OPTION_VERIFY] = {OPTION(BOOL, "verify", "set points are read back"), .def = 1, .min = 0,
                       .max = 1},
    [OPTION_POLL] = {OPTION(INTEGER, "poll_ms", "from one reading to the next"), .def = 1000,
                     .min = 100, .max = 3600000},
    [OPTION_TIMEOUT] = {OPTION(INTEGER, "timeout_ms", "how long an answer is waited for"),
                        .def = 1000, .min = 50, .max = 60000},
    [OPTION_METER_SIGN] = {OPTION(TEXT, "meter_sign",
                                  "what a SunSpec meter counts as positive: what comes in or what "
                                  "goes out"),
                           .choices = "import|export"},
    [OPTION_BATTERY_SIGN] = {OPTION(TEXT, "battery_sign",
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
    .open = modbus_open,
    .close = modbus_close,
    .command = modbus_command,
};
