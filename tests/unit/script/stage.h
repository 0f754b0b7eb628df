/* tests/unit/script/stage.h — a small street on which a script is put to work by the real turn
 *
 *   Grid (fee 4): Utility (bus, sells at 30, buys at 8)
 *     Community (fee 1)
 *       Home 1: Load 1 (needs 1 kWh a slot; forecast_stream_enabled),
 *         PV 1 (2 kWh), Battery 1 (0.6 of 1.2 kWh, 0.12 reserve, 0.25 a slot)
 *       Home 2: Load 2 (needs 0.5 kWh), Meter 2 (a prosumer; needs 0.8 kWh; nobody commands it
 *         before a test says so)
 *
 * The script commands Home 1 and the market Community; pay-as-bid, 15 minutes of 10 ticks, from
 * 2024-06-03.
 */
#ifndef LG_TEST_SCRIPT_STAGE_H
#define LG_TEST_SCRIPT_STAGE_H

#include "script/agent.h"

enum {
    STAGE_UTILITY,
    STAGE_LOAD1,
    STAGE_PV1,
    STAGE_BATTERY1,
    STAGE_LOAD2,
    STAGE_METER2,
    STAGE_ASSETS
};
enum { STAGE_GRID, STAGE_COMMUNITY, STAGE_HOME1, STAGE_HOME2, STAGE_AREAS };

/** Who runs the scripts, when it is not this process; set before main() begins
 * (tests/unit/worker/stage_worker.c). */
extern const struct lg_remote *(*stage_remote)(void);

typedef struct stage {
    lg_mem *mem;
    lg_site site;
    lg_area areas[STAGE_AREAS];
    lg_asset assets[STAGE_ASSETS];
    lg_plan plans[STAGE_ASSETS];
    lg_rules rules;
    lg_turn *turn;
    lg_origins *origins;  /* the battery's energy is of unknown origin */
    lg_desk *desk;        /* of the script */
    lg_desk *other;       /* commands the Utility and Load 2 */
    lg_agent *agent;      /* NULL until stage_load() */
    lg_agent *utility;    /* a second script, if any */
    lg_agent_input input; /* what stage_load() hands in; a test may change it first */
    lg_err err;
    char faults[8192];  /* what was told, one after the other */
    char printed[8192]; /* lines of print(), each with its end */
    char path[256];     /* of the script written last */
    uint32_t trades;
    uint32_t slot;
} stage;

/** The street; the turn and the desks are made. Ends the test when it cannot be. */
void stage_init(stage *s);
/** The same by other rules; with percentage fees Grid takes 4 % and the Community 10 %. */
void stage_init_rules(stage *s, const lg_rules *rules);
/** The same with a fee for each area: ct/kWh, or percent where the rules say percentages. */
void stage_init_fees(stage *s, const lg_rules *rules, const double fees[STAGE_AREAS]);
void stage_fini(stage *s);

/** Writes @p source to a file of its own and makes an agent of it. @return as lg_agent_new */
lg_status stage_load(stage *s, const char *source);
/** The same from a file that exists. */
lg_status stage_load_file(stage *s, const char *path);
/** Makes an agent of @p source that commands the Utility and Load 2; it must load. */
void stage_load_other(stage *s, const char *source);
/** The same from a file that exists. */
void stage_load_other_file(stage *s, const char *path);
/** Writes @p source beside the script, as @p name. */
void stage_write(stage *s, const char *name, const char *source, size_t size);

/** Everybody is called with START; then @p slots whole slots are run. */
void stage_start(stage *s);
void stage_run(stage *s, uint32_t slots);
void stage_finish(stage *s);

/** Fails the test unless @p text contains @p part, and shows both. */
void stage_expect(const char *text, const char *part);

#endif
