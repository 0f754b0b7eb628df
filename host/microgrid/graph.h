/* host/microgrid/graph.h — the components of a site and how they are wired
 *
 * A connection leads from source to destination, away from the grid: the way that consumed power
 * flows. The graph is checked once, by the rules that the clients of the Frequenz Microgrid API
 * apply before they start (their component graph libraries): one that breaks a rule makes them
 * refuse to work, so it is refused here, with what is wrong and what would be right.
 */
#ifndef LG_MICROGRID_GRAPH_H
#define LG_MICROGRID_GRAPH_H

#include "base/diag.h"
#include "base/status.h"
#include "microgrid/kind.h"

#define LG_GRAPH_NONE UINT32_MAX

/** One component. Texts are borrowed as long as the graph lives. */
typedef struct lg_component {
    uint64_t id; /* from 1 */
    lg_category category;
    uint32_t type; /* of a battery, charger, inverter: LG_BATTERY_... and so on; else 0 */
    const char *name;
    int line; /* of the scenario, for problems */
} lg_component;

typedef struct lg_component_link {
    uint64_t source, destination; /* ids */
    int line;
} lg_component_link;

typedef struct lg_graph {
    lg_mem *mem;
    const lg_component *components; /* borrowed */
    uint32_t count, edges, root;    /* root: an index */
    uint32_t room;                  /* for edges: as many as were given */
    uint32_t *by_id;                /* indices in ascending order of ids */
    /* neighbours of component i: next[next_at[i]] to next[next_at[i + 1] - 1], ascending by id */
    uint32_t *next, *next_at, *before, *before_at;
} lg_graph;

/** What is to be checked. */
typedef struct lg_graph_input {
    const char *file; /* that problems name */
    const lg_component *components;
    uint32_t component_count;
    const lg_component_link *connections;
    uint32_t connection_count;
    bool islanded; /* there is no grid: the root is the one component that none leads to */
} lg_graph_input;

/**
 * Builds and checks a graph; every problem goes to @p diag, with the line of the component or
 * connection. @p input->components are borrowed until lg_graph_fini(), which is due in every case.
 * @return LG_OK; LG_SCENARIO there were errors; LG_MEMORY
 */
lg_status lg_graph_build(lg_mem *mem, const lg_graph_input *input, lg_diag *diag,
                         lg_graph *graph) LG_CHECKED;
void lg_graph_fini(lg_graph *graph);

/** The index of component @p id; LG_GRAPH_NONE: there is none. */
uint32_t lg_graph_find(const lg_graph *graph, uint64_t id);

/** Where the components that @p index leads to (or that lead to it) are listed; *count of them. */
const uint32_t *lg_graph_next(const lg_graph *graph, uint32_t index, uint32_t *count);
const uint32_t *lg_graph_before(const lg_graph *graph, uint32_t index, uint32_t *count);

/** What formulas ask of a component. */
typedef enum lg_group {
    LG_GROUP_NONE,
    LG_GROUP_BATTERY, /* battery and hybrid inverters */
    LG_GROUP_PV,      /* PV inverters */
    LG_GROUP_EV,      /* chargers */
    LG_GROUP_CHP,
    LG_GROUP_WIND,
    LG_GROUP_BOILER,
} lg_group;

/** The group that the component itself belongs to. */
lg_group lg_graph_group(const lg_graph *graph, uint32_t index);
/** Of a meter whose successors all are of one group: that group; else LG_GROUP_NONE. */
lg_group lg_graph_metered(const lg_graph *graph, uint32_t index);

#endif
