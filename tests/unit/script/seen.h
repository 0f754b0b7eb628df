/* tests/unit/script/seen.h — every command that scripts on the stage have sent, with its answer */
#ifndef LG_TEST_SCRIPT_SEEN_H
#define LG_TEST_SCRIPT_SEEN_H

#include "stage.h"

enum { SEEN_MAX = 2048 };

typedef struct sent {
    uint32_t node, slot, tick;
    uint32_t of; /* slot whose settlement market it is for, plus 1; 0: spot */
    uint8_t kind;
    lg_status status;
    double energy_kWh, rate_ct;
} sent;

extern sent seen[SEEN_MAX];
extern uint32_t seen_count;

/** stage_init(), and from then on every command is seen. */
void seen_begin(stage *s);
void seen_begin_rules(stage *s, const lg_rules *rules);
/** A shipped script, by its path below scripts/. */
void seen_load(stage *s, const char *name);
/** Fails the test unless the commands of @p kind to @p node in @p slot are one a tick from tick 0,
 * at these rates, each for @p energy_kWh. */
void seen_expect(uint8_t kind, uint32_t node, uint32_t slot, const double *rates, uint32_t count,
                 double energy_kWh);
/** Fails the test when a script has failed or a command was refused; ends the stage. */
void seen_finish(stage *s);

/** Trading options of one asset (0 and 1 are switches); what is not set is absent. Valid until the
 * next call. */
const lg_params *seen_options(const char *const *names, const double *values, uint32_t count);

#endif
