/* coordination/people.h — users, locations and resources of an aggregator */
#ifndef LG_COORDINATION_PEOPLE_H
#define LG_COORDINATION_PEOPLE_H

#include "coordination/model.h"

/** Adds @p count users, all or none. LG_COORD_CONFLICT: one of them is there. */
lg_coord_result lg_coord_add_users(lg_coord *coord, lg_coord_tenant *tenant, const char *const *ids,
                                   uint32_t count, lg_coord_why *why);
/** Removes a user with locations, resources and enrolment; events, reports and usage stay. */
lg_coord_result lg_coord_drop_user(lg_coord *coord, lg_coord_tenant *tenant, const char *id);

/** A location to be; copied. */
typedef struct lg_coord_location_draft {
    const char *id, *user;
    lg_coord_location_type type;
    bool placed;
    lg_coord_place place; /* texts as written */
    const char *const *meters;
    uint32_t meter_count;
} lg_coord_location_draft;

/**
 * Adds @p count locations, all or none; why->path is that of @p list[i], "locations[2].userId".
 * LG_COORD_INVALID neither meter point nor place, or a place that is none; LG_COORD_UNKNOWN no such
 * user; LG_COORD_CONFLICT the id is there, or a meter point is another location's.
 */
lg_coord_result lg_coord_add_locations(lg_coord *coord, lg_coord_tenant *tenant,
                                       const lg_coord_location_draft *list, uint32_t count,
                                       lg_coord_why *why);
/** Makes the location of draft->user and draft->id what @p draft says. */
lg_coord_result lg_coord_put_location(lg_coord *coord, lg_coord_tenant *tenant,
                                      const lg_coord_location_draft *draft, lg_coord_why *why);
/** Removes a location with the resources that are bound to it. */
lg_coord_result lg_coord_drop_location(lg_coord *coord, lg_coord_tenant *tenant, const char *user,
                                       const char *id);
/** The location @p id of the user @p user; NULL: none. */
lg_coord_location *lg_coord_location_of(const lg_coord_tenant *tenant, const char *user,
                                        const char *id);
/** Whether @p location has the meter point @p meter. */
bool lg_coord_location_has(const lg_coord_location *location, const char *meter);

/** A resource to be; copied. */
typedef struct lg_coord_resource_draft {
    const char *id, *user;
    const char *location; /* NULL: it moves with its user */
    lg_coord_resource_type type;
    const char *meter, *metadata; /* NULL: none */
    bool feeds_in;                /* it may give energy back */
} lg_coord_resource_draft;

/** Adds a resource. LG_COORD_UNKNOWN no such user or location; LG_COORD_CONFLICT the id is there;
 * LG_COORD_INVALID a meter point that the location does not have. */
lg_coord_result lg_coord_add_resource(lg_coord *coord, lg_coord_tenant *tenant,
                                      const lg_coord_resource_draft *draft, lg_coord_why *why);
/** Removes it; what it used and the events it was in stay. */
lg_coord_result lg_coord_drop_resource(lg_coord *coord, lg_coord_tenant *tenant, const char *id);

#endif
