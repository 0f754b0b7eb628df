/* coordination/notify.h — webhooks: who is to be told, what was tried, what is due next
 *
 *     lg_coord_notify --> waiting --lg_coord_tried, 2xx--> delivered
 *                          |   ^ '--the fourth try failed--> given up
 *                          '---' failed: due again after 1, 4, 16 s, a fifth more or less
 *
 * Of a webhook only the oldest waiting delivery is tried, so one that fails holds up the others of
 * the same webhook and nobody else's.
 */
#ifndef LG_COORDINATION_NOTIFY_H
#define LG_COORDINATION_NOTIFY_H

#include "coordination/event.h"

#define LG_COORD_TRIES_MAX   4
#define LG_COORD_WAITING_MAX 1000  /* deliveries of a webhook; more: the oldest is given up */
#define LG_COORD_LOG_MAX     10000 /* tries that are kept, and for no more than */
#define LG_COORD_LOG_US      (30 * 24 * LG_COORD_HOUR_US)

typedef struct lg_coord_webhook {
    lg_coord_item item;
    const char *url;
    const char *name, *secret; /* NULL: none */
    uint32_t types;            /* bits of lg_coord_notification; 0: all */
    bool enabled;
    lg_coord_health health;
    int64_t tried_us; /* the latest try; INT64_MIN: none */
} lg_coord_webhook;

/** What is to be changed of a webhook; copied. NULL fields stay. */
typedef struct lg_coord_webhook_draft {
    const char *url;
    bool has_name, has_secret, has_types, has_enabled; /* those below are said */
    const char *name, *secret;                         /* NULL: cleared */
    uint32_t types;
    bool enabled;
} lg_coord_webhook_draft;

typedef enum lg_coord_delivery_state {
    LG_COORD_WAITING,
    LG_COORD_DELIVERED,
    LG_COORD_GIVEN_UP,
} lg_coord_delivery_state;

/** A notification to one webhook; its id is the same on every try. */
typedef struct lg_coord_delivery {
    lg_coord_item item;
    const char *webhook, *event;
    lg_coord_notification type;
    lg_coord_delivery_state state;
    uint32_t tries;
    uint32_t kept; /* tries of it in the log */
    int64_t due_us;
} lg_coord_delivery;

/** A line of the log. item.created_us is when it was sent. */
typedef struct lg_coord_try {
    lg_coord_item item;
    const char *delivery, *webhook, *url;
    const char *signature; /* NULL: it was sent without one */
    bool timed_out;
    int code; /* of the answer; 0: none came */
    int64_t duration_ms;
} lg_coord_try;

/** LG_COORD_CONFLICT: there are LG_COORD_WEBHOOKS_MAX. */
lg_coord_result lg_coord_add_webhook(lg_coord *coord, lg_coord_tenant *tenant,
                                     const lg_coord_webhook_draft *draft, lg_coord_webhook **out,
                                     lg_coord_why *why);
/** Changes what @p draft says. What waits for a webhook that is disabled is given up. */
lg_coord_result lg_coord_change_webhook(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                                        const lg_coord_webhook_draft *draft);
/** Removes it with what waits for it; its log stays. */
lg_coord_result lg_coord_drop_webhook(lg_coord *coord, lg_coord_tenant *tenant, const char *id);

/** How long to wait behind the failed try @p number (from 1) of the delivery @p id. */
int64_t lg_coord_pause_us(const char *id, uint32_t number);
/** Queues a notification of @p event for every enabled webhook that wants its type. */
lg_coord_result lg_coord_notify(lg_coord *coord, lg_coord_tenant *tenant,
                                const lg_coord_event *event);
/** What waits longest for @p webhook, due or not; NULL: nothing does. */
const lg_coord_delivery *lg_coord_next_delivery(const lg_coord_tenant *tenant, const char *webhook);

/** What came of a try; borrowed. */
typedef struct lg_coord_outcome {
    const char *url, *signature;
    int64_t sent_us;
    bool timed_out;
    int code;
    int64_t duration_ms;
} lg_coord_outcome;

/** Notes a try of the delivery @p id. LG_COORD_UNKNOWN: nothing of that id waits. */
lg_coord_result lg_coord_tried(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                               const lg_coord_outcome *outcome);

#endif
