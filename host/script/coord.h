/* host/script/coord.h — what the files of the library `coord` share: who and what a call means, and
 * rows that scripts are given */
#ifndef LG_SCRIPT_COORD_H
#define LG_SCRIPT_COORD_H

#include "script/tabled.h"

enum { LG__COORD_COST = 20 }; /* of a row */

/** Whether the agent is the operator; else it is an aggregator, or it is nobody. */
bool lg__coord_operates(const lg_agent *agent);

/* coord_args.c */
/** The resources that "resources" and "resource" name into *list, which stays on the stack; none:
 * NULL and 0. A resource is given by its name, as an asset, or as a table with an id. */
uint32_t lg__coord_resources(const lg__tabled *c, const uint32_t **list);
/** One resource, of "resource"; raises when it is absent. */
uint32_t lg__coord_resource(const lg__tabled *c);
/** The number of "event" or "report", as itself or as a table with an id; 0: absent. */
uint32_t lg__coord_number(const lg__tabled *c, const char *key);
/** The points of "points" into *list, which stays on the stack: each has a slot or start, and as
 * many `slots` as share its value, which stands in @p field and counts @p scale in 1. */
uint32_t lg__coord_points(const lg__tabled *c, const char *field, double scale,
                          const lg_scene_point **list);
/** A slot, of @p key; @p otherwise when it is absent. */
uint32_t lg__coord_slot(const lg__tabled *c, const char *key, uint32_t otherwise);

/* coord_rows.c */
/** An event as @p agent may see it: the operator all of it, an aggregator its part. */
void lg__coord_push_event(lua_State *L, const lg_agent *agent, const lg_scene_event *event);
/** Who may take part now, and who not any more. */
void lg__coord_push_eligible(lua_State *L, const lg_coord_event *event);
void lg__coord_push_report(lua_State *L, const lg_scene *scene, const lg_scene_report *report);
void lg__coord_push_resource(lua_State *L, const lg_scene *scene, uint32_t resource);
/** What the signals say to a resource about a slot. */
void lg__coord_push_hour(lua_State *L, const lg_scene *scene, uint32_t resource, uint32_t slot);

#endif
