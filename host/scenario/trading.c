/*
 * What any asset may say about how it trades, beside the options of its driver. A rate may change
 * over time: scripts read what it is in the running slot. A value that is not given stays NaN: the
 * strategy scripts know the usual figures by role, and a figure here would hide that.
 */
#include "scenario/reader.h"

#include <math.h>

#define RATE(key, words)                                                                           \
    {                                                                                              \
        .size = sizeof(lg_option), .type = LG_OPTION_PROFILE, .unit = LG_UNIT_CT_PER_KWH,          \
        .name = key, .def = NAN, .min = 0, .max = 10000, .help = words                             \
    }
#define SWITCH(key, words)                                                                         \
    {                                                                                              \
        .size = sizeof(lg_option), .type = LG_OPTION_BOOL, .name = key, .def = NAN, .max = 1,      \
        .help = words                                                                              \
    }

static const lg_option rows[] = {
    {.size = sizeof(lg_option),
     .type = LG_OPTION_TEXT,
     .name = "strategy",
     .def = NAN,
     .help = "Lua file that trades this asset when no agent commands it"},
    RATE("initial_buying_rate", "what the asset bids at the start of a slot"),
    RATE("final_buying_rate", "what the asset bids at the end of a slot"),
    RATE("initial_selling_rate", "what the asset asks at the start of a slot"),
    RATE("final_selling_rate", "what the asset asks at the end of a slot"),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_NUMBER,
     .unit = LG_UNIT_MINUTE,
     .name = "update_interval",
     .def = NAN,
     .min = 0.01,
     .max = 60,
     .help = "time between two steps of the ramp from the initial to the final rate"},
    SWITCH("fit_to_limit",
           "steps are chosen so that the final rate is reached at the end of the slot"),
    RATE("energy_rate_increase_per_update", "step of a bid when fit_to_limit is false"),
    RATE("energy_rate_decrease_per_update", "step of an offer when fit_to_limit is false"),
    SWITCH("use_market_maker_rate",
           "the market maker's rate, grid fees counted, takes the place of the dear end"),
    SWITCH("cap_price_strategy", "storage: asks less the fuller it is"),
    SWITCH("forecast_stream_enabled",
           "load, producer: its agent sends forecasts and, for settlement, measurements"),
};

const lg_option *lg__trading_rows(uint32_t *count)
{
    *count = (uint32_t)(sizeof rows / sizeof rows[0]);
    return rows;
}
