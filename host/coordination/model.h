/* coordination/model.h — who is there and what was said: aggregators, their customers, signals,
 * answers
 *
 * A pure room: no clock, no file, no wire. Every change is one function here or in its siblings
 * (people.h, event.h, report.h, notify.h), applied between lg_coord_begin() and the next; the same
 * changes in the same order make the same state. What fails has changed nothing.
 *
 *     aggregator (tenant) -- users -- locations (meter points, coordinates)
 *                              `----- resources (vehicles with the user, others at a location)
 *     operator -- neighbourhoods --> eligible   user's wish --> enrolled   both --> gets signals
 */
#ifndef LG_COORDINATION_MODEL_H
#define LG_COORDINATION_MODEL_H

#include "base/status.h"
#include "base/uuid.h"
#include "coordination/area.h"
#include "coordination/table.h"
#include "coordination/time.h"
#include "coordination/words.h"

/** What an aggregator may have at most; reaching it is a conflict, not growth. */
#define LG_COORD_USERS_MAX     100000
#define LG_COORD_LOCATIONS_MAX 100000
#define LG_COORD_RESOURCES_MAX 200000
#define LG_COORD_METERS_MAX    64 /* meter points of a location */
#define LG_COORD_WEBHOOKS_MAX  10

/** What came of a change. */
typedef enum lg_coord_result {
    LG_COORD_DONE,
    LG_COORD_INVALID,  /* what was asked for makes no sense: why says where */
    LG_COORD_UNKNOWN,  /* there is no such thing, or it is somebody else's */
    LG_COORD_CONFLICT, /* it is there already, or a limit is reached */
    LG_COORD_MEMORY,
} lg_coord_result;

/** Why a change was refused. */
typedef struct lg_coord_why {
    char path[96]; /* of the body: "payloads[0].points"; "" for the whole */
    char text[200];
} lg_coord_why;

/** Fills @p why and returns @p result. */
lg_coord_result lg_coord_refuse(lg_coord_why *why, lg_coord_result result, const char *path,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

typedef struct lg_coord_settings {
    const lg_coord_zone *zone; /* of the operator: months of compensation */
    uint64_t seed;             /* of ids */
    int64_t eligibility_us;    /* between two tellings of who is eligible */
    int64_t acknowledge_us;    /* until a limit without an answer counts as declined */
    bool must_be_eligible;     /* to enrol */
} lg_coord_settings;

/** Europe/Oslo, ten minutes, a quarter of an hour, and enrolment is free. */
lg_coord_settings lg_coord_defaults(void);

/** A polygon and meter points whose customers are eligible. */
typedef struct lg_coord_neighbourhood {
    lg_coord_item item; /* id: its name */
    const lg_coord_place *corners;
    uint32_t corner_count;
    const char *const *meters; /* sorted */
    uint32_t meter_count;
} lg_coord_neighbourhood;

/** An aggregator. */
typedef struct lg_coord_tenant {
    lg_coord_item item;
    lg_coord_table users, locations, resources;
    lg_coord_table events, reports, usages;
    lg_coord_table webhooks, deliveries, tries;
    int64_t changed_us; /* somebody's eligibility changed and was not told yet; INT64_MAX: nobody's
                         */
    int64_t told_us;    /* when it was last told; INT64_MIN: never */
} lg_coord_tenant;

/** A client of the wire that speaks for an aggregator. Its id is the client's. */
typedef struct lg_coord_client {
    lg_coord_item item;
    const char *tenant;
} lg_coord_client;

typedef struct lg_coord_user {
    lg_coord_item item;
    bool eligible, told; /* is; was last told to be */
    bool enrolled;
    char enrolment[37];
    int64_t enrolled_us;
    bool simulated;
} lg_coord_user;

typedef struct lg_coord_location {
    lg_coord_item item;
    lg_coord_user *user;
    lg_coord_location_type type;
    bool placed; /* it has coordinates */
    lg_coord_place place;
    const char *const *meters;
    uint32_t meter_count;
} lg_coord_location;

typedef struct lg_coord_resource {
    lg_coord_item item;
    lg_coord_user *user;
    lg_coord_resource_type type;
    const char *location; /* NULL for what moves */
    const char *meter;    /* NULL: none */
    const char *metadata; /* a JSON object as it came; NULL: none */
    bool feeds_in;        /* it may give energy back, so what it used may be negative */
} lg_coord_resource;

typedef struct lg_coord {
    lg_mem *mem;
    lg_coord_settings settings;
    int64_t now_us;   /* of the change that is being made; grows with every one */
    uint64_t changes; /* so far */
    uint64_t ids;     /* made so far */
    lg_coord_table tenants, neighbourhoods;
    lg_coord_table clients;    /* that speak for tenants */
    lg_coord_table openadr[6]; /* objects by their kind; openadr.h */
    lg_coord_table notes;      /* that wait for their subscriptions */
} lg_coord;

/** An empty one; NULL when exhausted. */
lg_coord *lg_coord_new(lg_mem *mem, const lg_coord_settings *settings);
/** NULL is fine. */
void lg_coord_free(lg_coord *coord);

/** Begins a change at @p at_us, or a microsecond after the one before when that is later. @return
 * the time that counts */
int64_t lg_coord_begin(lg_coord *coord, int64_t at_us);
/** A new id: 36 characters that no other thing here has. */
void lg_coord_new_id(lg_coord *coord, char out[37]);

/** LG_COORD_CONFLICT: it is there. */
lg_coord_result lg_coord_add_tenant(lg_coord *coord, const char *id, lg_coord_tenant **out);
/** NULL: none. */
lg_coord_tenant *lg_coord_tenant_of(const lg_coord *coord, const char *id);

/** From now on the client @p id speaks for the aggregator @p tenant. LG_COORD_UNKNOWN: there is no
 * such aggregator. */
lg_coord_result lg_coord_put_client(lg_coord *coord, const char *id, const char *tenant);
/** The aggregator that a client speaks for; NULL: none. */
lg_coord_tenant *lg_coord_tenant_by(const lg_coord *coord, const char *client);

/** What a neighbourhood is made of; copied. */
typedef struct lg_coord_neighbourhood_draft {
    const char *name;
    const lg_coord_place *corners; /* none, or 3 to LG_COORD_CORNERS_MAX */
    uint32_t corner_count;
    const char *const *meters;
    uint32_t meter_count;
} lg_coord_neighbourhood_draft;

/** Makes a neighbourhood, or replaces the one of that name; who is eligible follows. */
lg_coord_result lg_coord_put_neighbourhood(lg_coord *coord,
                                           const lg_coord_neighbourhood_draft *draft,
                                           lg_coord_why *why);
/** LG_COORD_UNKNOWN: there is none of that name. */
lg_coord_result lg_coord_drop_neighbourhood(lg_coord *coord, const char *name);

/** Whether the operator's lists hold the meter point @p id. */
bool lg_coord_meter_is_eligible(const lg_coord *coord, const char *id);
/** Whether a location makes its user eligible. */
bool lg_coord_location_is_eligible(const lg_coord *coord, const lg_coord_location *location);
/** Works out who of @p tenant is eligible, after locations or neighbourhoods have changed. */
void lg_coord_see_eligible(lg_coord *coord, lg_coord_tenant *tenant);

/** Copies @p count texts into the thing's arena; NULL when exhausted, also for none. */
const char *const *lg_coord_copy_texts(lg_coord_item *item, const char *const *texts,
                                       uint32_t count);

#endif
