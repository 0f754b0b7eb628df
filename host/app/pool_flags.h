/* host/app/pool_flags.h — the options of every command that plays games by a pool (app/jobs.h) */
#ifndef LG_APP_POOL_FLAGS_H
#define LG_APP_POOL_FLAGS_H

#include <stddef.h>
#include "app/args.h"

#define LG_POOL_FLAGS                                                                              \
    {                                                                                              \
        .name = "jobs",                                                                            \
        .letter = 'j',                                                                             \
        .kind = LG_FLAG_COUNT,                                                                     \
        .offset = offsetof(lg_args, lines),                                                        \
        .value = "N",                                                                              \
        .help = "games at the same time; one a processor when absent",                             \
    },                                                                                             \
        {                                                                                          \
            .name = "nats",                                                                        \
            .kind = LG_FLAG_TEXT,                                                                  \
            .offset = offsetof(lg_args, nats),                                                     \
            .value = "URL",                                                                        \
            .help = "games are played by the workers at this NATS server, and\n"                   \
                    "fetched from it: lunagrid help worker",                                       \
        },                                                                                         \
    {                                                                                              \
        .name = "print-jobs", .kind = LG_FLAG_SWITCH, .offset = offsetof(lg_args, print_jobs),     \
        .help = "play nothing: print one shell line for each game that is not\n"                   \
                "there; the same call without this option collects them",                          \
    }

#endif
