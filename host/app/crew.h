/* host/app/crew.h — the scripts at work in an area, by name */
#ifndef LG_APP_CREW_H
#define LG_APP_CREW_H

#include "base/text.h"
#include "scenario/scenario.h"

/** Distinct scripts of one area that are named; a home with more is cut there. */
#define LG_CREW_MAX 16

/** The agents at work, each script once, in the order of the area's assets. */
typedef struct lg_crew {
    const lg_agent_spec *agents[LG_CREW_MAX];
    uint32_t count;
} lg_crew;

/** The crew of @p area and of everything below it. */
lg_crew lg_crew_of(const lg_scenario *scenario, uint32_t area);

/** Appends all names, comma separated: "load_ramp,pv_ramp". */
void lg_crew_list(const lg_crew *crew, lg_text *out);

/**
 * Appends the names for a narrow column: what people chose first, then the host's own, whose common
 * ending is said once: "patient,storage_ramp", "load+pv+storage_ramp".
 */
void lg_crew_label(const lg_crew *crew, lg_text *out);

#endif
