/* host/app/scenario_flags.h — the options every command has that reads a scenario */
#ifndef LG_APP_SCENARIO_FLAGS_H
#define LG_APP_SCENARIO_FLAGS_H

#include <stddef.h>
#include "app/args.h"

#define LG_SCENARIO_FLAGS                                                                          \
    {                                                                                              \
        .name = "seed",                                                                            \
        .kind = LG_FLAG_SEED,                                                                      \
        .offset = offsetof(lg_args, seed),                                                         \
        .value = "N",                                                                              \
        .help = "root of all randomness, 0 to 2^53 - 1; instead of the scenario's",                \
    },                                                                                             \
        {                                                                                          \
            .name = "slots",                                                                       \
            .kind = LG_FLAG_COUNT,                                                                 \
            .offset = offsetof(lg_args, slots),                                                    \
            .value = "N",                                                                          \
            .help = "market slots to run; instead of the scenario's length",                       \
        },                                                                                         \
        {                                                                                          \
            .name = "days",                                                                        \
            .kind = LG_FLAG_DAYS,                                                                  \
            .offset = offsetof(lg_args, days),                                                     \
            .value = "N",                                                                          \
            .help = "days to run, like 7 or 1.5; instead of the scenario's length",                \
        },                                                                                         \
        {                                                                                          \
            .name = "agent",                                                                       \
            .kind = LG_FLAG_PAIR,                                                                  \
            .offset = offsetof(lg_args, agents),                                                   \
            .value = "SEAT=FILE.lua",                                                              \
            .help = "the agent, asset or area of that name is run by FILE;\n"                      \
                    "may be repeated",                                                             \
        },                                                                                         \
        {                                                                                          \
            .name = "seats",                                                                       \
            .kind = LG_FLAG_TEXT,                                                                  \
            .offset = offsetof(lg_args, seats),                                                    \
            .value = "FILE.json",                                                                  \
            .help = "a list of agents, as a scenario writes them: each takes the\n"                \
                    "place of the one of that name, or stands beside them",                        \
        },                                                                                         \
    {                                                                                              \
        .name = "set", .kind = LG_FLAG_PAIR, .offset = offsetof(lg_args, settings),                \
        .value = "KEY=VALUE",                                                                      \
        .help = "a parameter the scenario asks for with param(), or a dotted\n"                    \
                "key of it (market.matching=pay_as_clear); may be repeated",                       \
    }

#endif
