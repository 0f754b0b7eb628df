/* host/grid/site.h — what is out there: the tree of areas and the assets at its leaves
 *
 * Built once from a scenario, constant during a run. Areas are in breadth-first order: parents
 * before children, the children of an area side by side, each level in one piece. Assets are in the
 * order of their areas. So an index is an identity, and a walk over a level or over the assets of
 * an area is a walk over consecutive memory.
 */
#ifndef LG_GRID_SITE_H
#define LG_GRID_SITE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/uuid.h"
#include "lunagrid/driver.h"

/** No area, asset or order. */
#define LG_NONE UINT32_MAX
/** Deepest tree; the root is at depth 0. */
#define LG_DEPTH_MAX 16

/** The value of one named parameter of an asset, as the scenario or the default says. */
typedef struct lg_param {
    const lg_option *option; /* name, type, unit, range */
    lg_value value;
} lg_param;

/** Parameters shared by all assets that were written with the same ones. */
typedef struct lg_params {
    uint32_t count;
    uint32_t driver_count; /* the first of them are the driver's own, in the driver's order */
    lg_param items[];
} lg_params;

/** What went through a market's connection to the one above in an earlier run, and what may: only
 * results compare with it. Energy of one slot; 0: not said. */
typedef struct lg_connection {
    int64_t import_baseline_uwh, export_baseline_uwh;
    int64_t import_capacity_uwh, export_capacity_uwh;
} lg_connection;

/** A market area: a node with a market. */
typedef struct lg_area {
    const char *name;
    lg_uuid uuid;
    uint32_t parent; /* LG_NONE for the root */
    uint32_t depth;
    uint32_t child_first, child_count; /* areas directly below */
    uint32_t asset_first, asset_count; /* assets directly in this market */
    uint32_t member;                   /* 1: a community member ("home"), gets a row in reports */
    int64_t fee_uct;                   /* configured constant grid fee, micro-cents per kWh */
    int64_t fee_ppb; /* configured percentage grid fee as a fraction in parts per billion */
    uint16_t offer_age, bid_age;     /* ticks an order waits before it is seen in the next market */
    const lg_connection *connection; /* NULL: nothing is said */
} lg_area;

/** A leaf of the tree. */
typedef struct lg_asset {
    const char *name;
    lg_uuid uuid;
    uint32_t area;   /* the market it trades in */
    uint32_t driver; /* index into the list of drivers handed to the scenario */
    uint32_t role;   /* LG_ROLE_... */
    uint32_t agent;  /* index of the agent that commands it */
    bool by_hours;   /* its demand is a power at certain hours (17 #20 of the reference) */
    bool uncounted;  /* in no group of the indicators, neither producer nor consumer there */
    int32_t line;    /* where the scenario says it, for messages; 0: not known */
    const lg_params *params;
} lg_asset;

typedef struct lg_site {
    lg_mem *mem;
    const char *name;
    const char *file; /* of the scenario, for messages; NULL: there is none */
    uint64_t seed;
    lg_area *areas;
    uint32_t area_count;
    lg_asset *assets;
    uint32_t asset_count;
    /* Areas of depth d are level_first[d] .. level_first[d + 1]. */
    uint32_t level_first[LG_DEPTH_MAX + 2];
    uint32_t level_count;
    /* Who commands what: names of the agents, and who stands behind them; NULL, 0: not known. */
    const char **agents, **owners;
    uint32_t agent_count;
} lg_site;

/** Area of that name or UUID text; LG_NONE when there is none. Linear: for rare questions. */
uint32_t lg_site_area(const lg_site *site, const char *name_or_uuid);
/** Asset of that name or UUID text; LG_NONE when there is none. */
uint32_t lg_site_asset(const lg_site *site, const char *name_or_uuid);
/** Whether @p area lies in the subtree of @p ancestor (an area lies in its own). */
bool lg_site_below(const lg_site *site, uint32_t area, uint32_t ancestor);
/** The parameter @p name of @p asset; NULL when its driver has none of that name. */
const lg_param *lg_site_param(const lg_asset *asset, const char *name);
/** Its value; one that is 0 and "" when its driver has none of that name. */
const lg_value *lg_site_value(const lg_asset *asset, const char *name);
/**
 * The markets on the way from area @p from to area @p to, both included.
 * @param path room for 2 * LG_DEPTH_MAX + 2 of them
 * @return how many there are
 */
uint32_t lg_site_path(const lg_site *site, uint32_t from, uint32_t to, uint32_t *path);
/** The utility's market: the area of the bus nearest the root, else of the market maker, else 0. */
uint32_t lg_site_utility_area(const lg_site *site);

#endif
