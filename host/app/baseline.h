/* host/app/baseline.h — who trades for a seat whose script was given up: the template strategies of
 * its assets, one agent a strategy, as one participant at the same desk */
#ifndef LG_APP_BASELINE_H
#define LG_APP_BASELINE_H

#include "scenario/scenario.h"
#include "script/agent.h"

typedef struct lg_baseline lg_baseline;

/** Takes the place of nobody yet. @p input is what the seat's own agent was made of; script, params
 * and assets of it are replaced. What cannot be loaded is left out, its assets do not trade, and
 * input->fault is told.
 * @return NULL: exhausted */
lg_baseline *lg_baseline_new(lg_mem *mem, const lg_agent_spec *spec, const lg_agent_input *input);
/** NULL is fine. */
void lg_baseline_free(lg_baseline *baseline);
void lg_baseline_participant(lg_baseline *baseline, lg_participant *participant);
/** Whether there is a strategy in it. */
bool lg_baseline_trades(const lg_baseline *baseline);
/** "strategies/load_ramp.lua, strategies/pv_ramp.lua", or "nothing"; valid as long as it lives. */
const char *lg_baseline_names(const lg_baseline *baseline);

#endif
