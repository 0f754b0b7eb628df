/* plugins/ladder/steer_options.h — the options that all drivers of real devices have */
#ifndef LADDER_STEER_OPTIONS_H
#define LADDER_STEER_OPTIONS_H

#include <math.h>

#include "ladder/steer.h"

/** They stand first in a driver's options, in this order. */
enum {
    STEER_OPTION_MODE,
    STEER_OPTION_ALLOW,
    STEER_OPTION_LOWER,
    STEER_OPTION_UPPER,
    STEER_OPTION_RAMP,
    STEER_OPTION_INTERVAL,
    STEER_OPTION_SAFE,
    STEER_OPTION_COUNT,
};

/** What each option has; the rest of it stands behind. */
#define STEER_OPTION(kind, word, what)                                                             \
    .size = sizeof(lg_option), .type = LG_OPTION_##kind, .name = word, .help = what

#define STEER_WATTS .unit = LG_UNIT_W, .def = NAN, .min = -1e9, .max = 1e9

/** For the initializer of lg_option[]. */
#define STEER_OPTIONS                                                                              \
    [STEER_OPTION_MODE] = {STEER_OPTION(TEXT, "mode",                                              \
                                        "shadow: reads, and tells what it would write; live: "     \
                                        "writes; simulate: reaches nothing"),                      \
                           .choices = "shadow|live|simulate"},                                     \
    [STEER_OPTION_ALLOW] = {STEER_OPTION(TEXT, "allow",                                            \
                                         "what may be written when live: active, reactive, "       \
                                         "start, standby, stop, acknowledge")},                    \
    [STEER_OPTION_LOWER] = {STEER_OPTION(NUMBER, "lower_W",                                        \
                                         "no less is ever written; by default what the device "    \
                                         "says of itself"),                                        \
                            STEER_WATTS},                                                          \
    [STEER_OPTION_UPPER] = {STEER_OPTION(NUMBER, "upper_W", "no more is ever written; likewise"),  \
                            STEER_WATTS},                                                          \
    [STEER_OPTION_RAMP] = {STEER_OPTION(NUMBER, "ramp_W_per_s",                                    \
                                        "how fast set points may change; by default at once"),     \
                           .def = NAN, .min = 0.001, .max = 1e9},                                  \
    [STEER_OPTION_INTERVAL] = {STEER_OPTION(INTEGER, "write_interval_ms",                          \
                                            "between two different set points, at least"),         \
                               .def = 1000, .min = 100, .max = 3600000},                           \
    [STEER_OPTION_SAFE] = {STEER_OPTION(NUMBER, "safe_W",                                          \
                                        "written on a fault and at the end; by default the "       \
                                        "device decides by itself then"),                          \
                           STEER_WATTS}

/** What a command of that kind (LG_DEVICE_...) is; STEER_WHATS: none of ours. */
steer_what steer_what_of(uint32_t kind);
/** Reads them. @return false: @p why names the option and says what is wrong with it */
bool steer_read_options(const lg_device_info *info, steer_settings *out, char *why, size_t size);

#endif
