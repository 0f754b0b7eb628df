/* tests/fuzz/script_street.h — a street of one home, for targets that need a script at work
 *
 *   Grid: Home: Load (buys up to 1 kWh a slot), PV (sells up to 1 kWh)
 *
 * Pay-as-bid, 15 minutes of 10 ticks, two slots of settlement; from 2024-06-03T00:00.
 */
#ifndef LG_FUZZ_SCRIPT_STREET_H
#define LG_FUZZ_SCRIPT_STREET_H

#include "script/agent.h"

typedef struct street {
    lg_mem *mem;
    const lg_site *site;
    const lg_rules *rules;
    lg_turn *turn;
    lg_desk *desk;   /* commands all there is but the root */
    lg_caps caps[2]; /* of the slot that is open */
} street;

/** The street with its market; nobody takes part yet. Ends the process when it cannot be made. */
void street_open(street *s, lg_mem *mem);
void street_close(street *s);

/**
 * An agent of the script @p text at the desk. @p more has what is to be said besides: budget and
 * who is told. @return NULL: the text was refused, or memory was
 */
lg_agent *street_agent(street *s, const char *text, size_t size, const lg_agent_input *more);

/** When @p tick of @p slot is. */
lg_moment street_moment(const street *s, uint32_t slot, uint32_t tick);
/** Slots follow each other from 0; of each the first @p ticks ticks are made before it closes. */
void street_open_slot(street *s, uint32_t slot);
void street_run_slot(street *s, uint32_t slot, uint32_t ticks);

#endif
