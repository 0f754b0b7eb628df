/* rest/ec.h — the operations of the Energy Coordination API, for aggregators
 *
 * Published by Volue as an OpenAPI file; what that leaves open is decided as the comments of each
 * operation say. An operation's name is the one under which the journal keeps it: it never changes.
 */
#ifndef LG_REST_EC_H
#define LG_REST_EC_H

#include "rest/read.h"
#include "rest/show.h"

/** What stands before the paths. */
#define LG_EC_BASE "/energy-coordination/v1"

/** All operations, literal paths before those with words; the last has no name. */
extern const lg_rest_operation lg_ec_operations[];

/** The kinds of operation, a function each; see ec.c. */
#define LG_EC_OPERATIONS(X)                                                                        \
    X(get_users)                                                                                   \
    X(post_users_batch)                                                                            \
    X(get_users_eligible)                                                                          \
    X(post_locations_batch)                                                                        \
    X(post_user)                                                                                   \
    X(get_user)                                                                                    \
    X(delete_user)                                                                                 \
    X(get_locations)                                                                               \
    X(post_location)                                                                               \
    X(get_location)                                                                                \
    X(put_location)                                                                                \
    X(patch_location)                                                                              \
    X(delete_location)                                                                             \
    X(post_vehicle)                                                                                \
    X(get_user_resources)                                                                          \
    X(get_location_resources)                                                                      \
    X(post_location_resource)                                                                      \
    X(get_resource)                                                                                \
    X(delete_resource)                                                                             \
    X(get_eligibility)                                                                             \
    X(get_meter_eligible)                                                                          \
    X(get_enrolment)                                                                               \
    X(post_enrolment)                                                                              \
    X(delete_enrolment)                                                                            \
    X(get_compensation)                                                                            \
    X(get_events)                                                                                  \
    X(get_event)                                                                                   \
    X(post_report)                                                                                 \
    X(get_webhooks)                                                                                \
    X(post_webhook)                                                                                \
    X(get_webhook_logs)                                                                            \
    X(get_webhook_log)                                                                             \
    X(get_webhook)                                                                                 \
    X(put_webhook)                                                                                 \
    X(patch_webhook)                                                                               \
    X(delete_webhook)                                                                              \
    X(put_webhook_enabled)                                                                         \
    X(post_sim_partner)                                                                            \
    X(delete_sim_partner)                                                                          \
    X(post_sim_price_curve)                                                                        \
    X(post_sim_eligibility)                                                                        \
    X(post_sim_locations)                                                                          \
    X(post_sim_resources)

#define X(name) void lg__ec_##name(lg_rest_ask *ask, lg_rest_reply *reply);
LG_EC_OPERATIONS(X)
#undef X

/** The user of the first word; else the reply is 404. */
lg_coord_user *lg__ec_user(const lg_rest_ask *ask, lg_rest_reply *reply);
/** The location of the first two words; likewise. */
lg_coord_location *lg__ec_location(const lg_rest_ask *ask, lg_rest_reply *reply);

#endif
