/* coordination/report.h — what aggregators answer: energy used, plans, limits accepted or declined
 */
#ifndef LG_COORDINATION_REPORT_H
#define LG_COORDINATION_REPORT_H

#include "coordination/event.h"

/** Reports that are kept in memory; all of them are in the journal. */
#define LG_COORD_REPORTS_KEPT 10000
/** Quarters of an hour of a resource that are kept: a year. */
#define LG_COORD_QUARTERS_MAX 35136
/** Energy of one point, either way. */
#define LG_COORD_ENERGY_MAX (100000 * LG_COORD_NANO)

typedef enum lg_coord_payload_kind {
    LG_COORD_PAYLOAD_USAGE,          /* of a resource */
    LG_COORD_PAYLOAD_LOCATION_USAGE, /* of all behind a meter point */
    LG_COORD_PAYLOAD_RESOURCE_ANSWER,
    LG_COORD_PAYLOAD_LOCATION_ANSWER,
    LG_COORD_PAYLOAD_PLAN,
} lg_coord_payload_kind;

/** Whom an answer to a limit is about. */
typedef struct lg_coord_named {
    const char *resource; /* NULL: the location */
    const char *location, *meter;
} lg_coord_named;

/** A part of a report; borrowed. What its kind does not have is 0. */
typedef struct lg_coord_payload {
    lg_coord_payload_kind kind;
    const char *resource, *location, *meter;
    uint32_t resolution_s;
    lg_coord_point *points; /* kWh used, of a plan without a limit; sorted by this call */
    uint32_t point_count;
    lg_coord_point *flexibility; /* of a plan: how much lower it could be */
    uint32_t flexibility_count;
    const lg_coord_named *accepted, *declined;
    uint32_t accepted_count, declined_count;
} lg_coord_payload;

typedef struct lg_coord_report {
    lg_coord_item item;
    const char *event; /* NULL: to none */
    const char *body;  /* as it came */
} lg_coord_report;

/** Energy in a quarter of an hour. */
typedef struct lg_coord_quarter {
    int64_t energy;   /* in units of 0.25 * 10^-9 kWh */
    uint32_t quarter; /* since 1970 */
    uint16_t place;   /* of the usage */
} lg_coord_quarter;

/** What a resource has used, as reported last. Its id is that of the resource. */
typedef struct lg_coord_usage {
    lg_coord_item item;
    const char *user;
    lg_coord_quarter *quarters; /* in their order of time */
    uint32_t count, capacity;
    struct {
        const char *location, *meter; /* as reported; NULL: not said */
    } places[64];
    uint32_t place_count;
} lg_coord_usage;

/**
 * Takes a report, all of it or nothing. Energy in hours that the event @p event (NULL: to none)
 * says nothing about is left out; for the same hour the latest counts. An answer to a limit may be
 * changed until its first hour begins.
 * @return LG_COORD_DONE; LG_COORD_INVALID an unknown event or target, points that are none;
 * LG_COORD_MEMORY. Unless done *out is NULL.
 */
lg_coord_result lg_coord_take_report(lg_coord *coord, lg_coord_tenant *tenant, const char *event,
                                     lg_coord_payload *payloads, uint32_t count, const char *body,
                                     const lg_coord_report **out, lg_coord_why *why);

#endif
