/* coordination/event.h — signals of the operator: price curves, limits, who is eligible */
#ifndef LG_COORDINATION_EVENT_H
#define LG_COORDINATION_EVENT_H

#include "coordination/model.h"

#define LG_COORD_POINTS_MAX  2000
#define LG_COORD_TARGETS_MAX 10000
/** Prices of a curve, either way, per kWh or MWh as it says. */
#define LG_COORD_PRICE_MAX (1000000 * LG_COORD_NANO)

/** One value from start_us on, for as long as the resolution of its curve. */
typedef struct lg_coord_point {
    int64_t start_us;
    lg_coord_number value;
} lg_coord_point;

/** What an aggregator has said to a limit. */
typedef enum lg_coord_answer {
    LG_COORD_SILENT,
    LG_COORD_ACCEPTED,
    LG_COORD_DECLINED,
    LG_COORD_EXPIRED, /* silent for too long, which counts as declined */
} lg_coord_answer;

/** Whom a signal is for. */
typedef struct lg_coord_target {
    const char *resource; /* NULL: the whole location */
    const char *location;
    const char *meter;            /* NULL in price curves */
    uint32_t resolution_s;        /* of its own points; 0 in price curves */
    const lg_coord_point *points; /* limits in kW */
    uint32_t point_count;
    lg_coord_answer answer; /* of the model */
    int64_t answered_us;
} lg_coord_target;

/** A signal to be; copied. */
typedef struct lg_coord_event_draft {
    lg_coord_event_kind kind;
    const lg_coord_target *targets;
    uint32_t target_count;
    /* price curves: what is added to the price of each hour, in currency per unit */
    lg_coord_price_area area;
    lg_coord_currency currency;
    lg_coord_energy_unit unit;
    uint32_t resolution_s;
    const lg_coord_point *points;
    uint32_t point_count;
    /* eligibility */
    const char *const *added, *const *removed;
    uint32_t added_count, removed_count;
    bool simulated; /* for the sandbox: also for who is not eligible and enrolled */
} lg_coord_event_draft;

typedef struct lg_coord_event {
    lg_coord_item item;
    lg_coord_event_draft body; /* its own copies; points in their order of time */
    lg_coord_target *targets;  /* body.targets, for answers */
} lg_coord_event;

/**
 * Publishes a signal to one aggregator and queues its notifications. Points begin on whole
 * multiples of their resolution, no two at the same time; targets exist, no two are the same, and
 * belong to users who are eligible and enrolled, unless it is simulated. A limit is not negative.
 * @return LG_COORD_DONE; LG_COORD_INVALID; LG_COORD_MEMORY. Unless done *out is NULL.
 */
lg_coord_result lg_coord_publish(lg_coord *coord, lg_coord_tenant *tenant,
                                 const lg_coord_event_draft *draft, lg_coord_event **out,
                                 lg_coord_why *why);

/** The target of that resource (NULL: of the whole location @p location); NULL: none. */
lg_coord_target *lg_coord_target_of(const lg_coord_event *event, const char *resource,
                                    const char *location);
/** What was said to a limit, seen at @p now_us. */
lg_coord_answer lg_coord_answer_of(const lg_coord *coord, const lg_coord_event *event,
                                   const lg_coord_target *target, int64_t now_us);
/** When the first point of a signal to @p target begins; INT64_MAX: it has none. */
int64_t lg_coord_first_us(const lg_coord_event *event, const lg_coord_target *target);
/** The point that holds the moment @p us of a curve in its order of time; NULL: none. */
const lg_coord_point *lg_coord_point_at(const lg_coord_point *points, uint32_t count,
                                        uint32_t resolution_s, int64_t us);

#endif
