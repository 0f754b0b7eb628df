/* tests/unit/app/versions_stage.h — a world in an empty folder of its own, driven tick by tick,
 * whose scripts can be saved anew */
#ifndef LG_TESTS_VERSIONS_STAGE_H
#define LG_TESTS_VERSIONS_STAGE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "app/reload.h"
#include "support/failing_mem.h"

/** A script that bids for its loads; @p more is a line of its trade(). */
#define TRADE(more)                                                                                \
    "local function trade(market)\n"                                                               \
    "  state.calls = (state.calls or 0) + 1\n" more "  for _, a in ipairs(market.assets) do\n"     \
    "    if a.role == 'consumer' and a.energy_requirement_kWh > 0 then\n"                          \
    "      grid.batch:bid_energy_rate { asset = a, energy = a.energy_requirement_kWh,\n"           \
    "        rate = 30 + math.random(), replace_existing = true }\n"                               \
    "    end\n"                                                                                    \
    "  end\n"                                                                                      \
    "end\n"                                                                                        \
    "return { on_market_cycle = trade, on_tick = trade,\n"                                         \
    "  on_start = function() print('started') end,\n"                                              \
    "  on_finish = function() print('calls', state.calls) end }\n"

extern const char versions_scenario[], versions_trader[], versions_dearer[];
/** Of the worlds that are opened: NULL, or "worker". */
extern const char *versions_isolation;
/** Called when an act has been kept, before it happens; may be NULL. */
extern void (*versions_kept)(const lg_outside *act);

typedef struct act {
    uint32_t slot, tick, seat, back;
    lg_bundle *script;
} act;

/* A world in an empty folder of its own. */
typedef struct fixture {
    lg_failing_mem mem;
    lg_mem growth; /* of it, for worlds */
    lg_setup setup;
    lg_progress progress;
    lg_notes notes;
    lg_world *world;
    lg_err err;
    act acts[1100]; /* that were kept, in order */
    uint32_t act_count;
    char said[8192]; /* kind and message of every note, a line each */
} fixture;

void versions_write_file(const char *name, const char *text);
/** For cmocka: *state is a fixture in an empty folder, which is the working one. */
int versions_enter(void **state);
int versions_leave(void **state);
/** Opens and starts the world of the files that are there. */
void versions_open_world(fixture *f);
/** The same of the scenario here, with this script for its first seat. */
void versions_begin(fixture *f, const char *script);
/** Does ticks until this one is the next. */
void versions_run_to(fixture *f, uint32_t slot, uint32_t tick);
/** Ends the run and compares its digest with that of the same run in this process; the acts are for
 * versions_drop_acts() or another run. */
lg_digest versions_end(fixture *f);
/** Without the comparison. */
lg_digest versions_end_alone(fixture *f);
void versions_drop_acts(act *acts, uint32_t count);
/** Saves the first seat's script and reloads it. */
lg_status versions_save(fixture *f, const char *script, lg_reload_result *result);
lg_seat_view versions_seat(const fixture *f);
/** Fails unless @p part stands in @p text. */
void versions_expect(const char *text, const char *part);
/** The tests run once more, with scripts there: digests are compared from the first on. */
void versions_again(const char *isolation);

#endif
