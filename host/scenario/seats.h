/* host/scenario/seats.h — agents of a scenario while it is decided who commands what */
#ifndef LG_SCENARIO_SEATS_H
#define LG_SCENARIO_SEATS_H

#include "scenario/reader.h"

typedef struct lg__seats {
    lg__reader *r;
    lg_site *site;
    lg_agent_spec *specs; /* in the scratch arena until their number is known */
    const lg_conf **confs;
    uint32_t count, capacity;
    uint32_t *market_agents; /* by area */
    uint32_t clashes;        /* of the agent that is being read */
    uint32_t clash_asset;
} lg__seats;

/** A new, empty agent; NULL: exhausted. Moves those that were there. */
lg_agent_spec *lg__seats_add(lg__seats *seats, const lg_conf *conf);
/** Index of the agent of that name among the first @p end; LG_NONE. */
uint32_t lg__seats_find(const lg__seats *seats, const char *name, uint32_t end);

/** `--seats FILE` and `--agent SEAT=FILE` put into the list of agents. */
void lg__seats_command_line(lg__reader *reader, lg_conf *list);
/** The template strategy of an asset, as scenarios name scripts. */
const char *lg__seats_template(const lg__reader *reader, const lg_asset *asset);
/** The same, whatever strategy the asset names. */
const char *lg__seats_shipped(const lg__reader *reader, const lg_asset *asset);
/** Template agents for the assets that nobody commands. */
void lg__seats_templates(lg__seats *seats);
/** Finds the agents of gridpools, which keep their place for that; and gives them the numbers that
 * agents have in the end (intraday.c). */
void lg__intraday_agents(lg__seats *seats);
void lg__intraday_renumber(lg__seats *seats, const uint32_t *numbers);
/** The same for the parts of the coordination (coordination.c). */
void lg__coordination_agents(lg__seats *seats);
void lg__coordination_renumber(lg__seats *seats, const uint32_t *numbers);
/** Fills scenario->agents; agents that have nothing left to command are gone. */
void lg__seats_finish(lg__seats *seats);

#endif
