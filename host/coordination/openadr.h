/* coordination/openadr.h — programs, events, reports, VENs, resources and subscriptions of OpenADR
 *
 * What an object says beside ids, names and labels is kept as it came: other people's programs
 * compare what they get back. Labels ("targets") are also grants: a VEN sees an event or program
 * with labels only when one of them was granted to its ven or to a resource of that.
 */
#ifndef LG_COORDINATION_OPENADR_H
#define LG_COORDINATION_OPENADR_H

#include "coordination/model.h"

typedef enum lg_oadr_kind {
    LG_OADR_PROGRAM,
    LG_OADR_EVENT,
    LG_OADR_REPORT,
    LG_OADR_SUBSCRIPTION,
    LG_OADR_VEN,
    LG_OADR_RESOURCE,
} lg_oadr_kind;

typedef enum lg_oadr_operation {
    LG_OADR_READ,
    LG_OADR_CREATE,
    LG_OADR_UPDATE,
    LG_OADR_DELETE,
} lg_oadr_operation;

/** Objects of one kind that there may be. */
#define LG_OADR_OBJECTS_MAX 100000
/** Notifications that may wait for a subscription; more: the oldest is given up. */
#define LG_OADR_WAITING_MAX 1000

/** "PROGRAM", "EVENT", ...; "READ", ... */
extern const char *const lg_oadr_kinds[], *const lg_oadr_operations[];

/** Who asks. */
typedef struct lg_oadr_who {
    const char *client;
    bool all;                      /* business logic: sees and writes everything */
    const lg_coord_tenant *tenant; /* that it speaks for; NULL: none */
} lg_oadr_who;

/** What a subscription wants to hear, and where. */
typedef struct lg_oadr_wish {
    uint32_t objects, operations; /* bits of the kinds and operations */
    const char *url, *token;      /* token NULL: none */
} lg_oadr_wish;

/** An object to be; copied. What its kind does not have is 0. */
typedef struct lg_oadr_draft {
    lg_oadr_kind kind;
    const char *name;    /* of programs, vens and resources; clientName of reports, subscriptions */
    const char *client;  /* whose it is; NULL for programs and events */
    bool all;            /* of subscriptions: of business logic */
    const char *program; /* of events, and of subscriptions to one; else NULL */
    const char *parent;  /* the event of a report, the ven of a resource */
    const char *const *targets;
    uint32_t target_count;
    int64_t priority; /* of events: 0 is first; INT64_MAX: none */
    int64_t ends_us;  /* of events: when they are over; INT64_MAX: never */
    const lg_oadr_wish *wishes;
    uint32_t wish_count;
    const char *body; /* its other members as JSON, without braces; may be "" */
} lg_oadr_draft;

typedef struct lg_oadr {
    lg_coord_item item;
    lg_oadr_draft is; /* its own copies */
} lg_oadr;

/** A notification that waits, or did. */
typedef struct lg_oadr_note {
    lg_coord_item item;
    const char *subscription, *url, *token, *body;
    uint32_t tries;
    int64_t due_us;
} lg_oadr_note;

/**
 * Adds an object, or with @p id replaces that one, whose client stays. LG_COORD_CONFLICT: a name or
 * client that is taken, an event of no program, a limit; LG_COORD_UNKNOWN: no such object, ven or
 * event.
 */
lg_coord_result lg_oadr_put(lg_coord *coord, const char *id, const lg_oadr_draft *draft,
                            lg_oadr **out, lg_coord_why *why);
/** Removes an object and what hangs on it: events of a program, reports of an event, resources of a
 * ven. */
void lg_oadr_drop(lg_coord *coord, lg_oadr *object);

/** The labels that were granted to @p client, into @p arena; *@p count of them. NULL: exhausted. */
const char *const *lg_oadr_grants(const lg_coord *coord, const char *client, lg_arena *arena,
                                  uint32_t *count);
/** What a label of a resource, or of a location, of an aggregator begins with. */
#define LG_OADR_RESOURCE_LABEL "res-"
#define LG_OADR_LOCATION_LABEL "loc-"

/** Whether @p who has @p label: it is among its @p grants, or names a resource or location of its
 * aggregator whose user is eligible and enrolled. */
bool lg_oadr_has_label(const lg_oadr_who *who, const char *const *grants, uint32_t count,
                       const char *label);
/** Whether @p grants, of @p who, let it see @p object. */
bool lg_oadr_sees(const lg_oadr_who *who, const char *const *grants, uint32_t count,
                  const lg_oadr *object);
/** Whether two lists of labels have one in common. */
bool lg_oadr_meet(const char *const *a, uint32_t a_count, const char *const *b, uint32_t b_count);

/** Queues @p body for @p wish of a subscription. */
lg_coord_result lg_oadr_note_to(lg_coord *coord, const lg_oadr *subscription,
                                const lg_oadr_wish *wish, const char *body);
/** What waits longest for a subscription; NULL: nothing. */
const lg_oadr_note *lg_oadr_next_note(const lg_coord *coord, const char *subscription);
/** A note was sent and answered with @p code (0: not at all): it is over, or waits again.
 * LG_COORD_UNKNOWN: there is none of that id. */
lg_coord_result lg_oadr_noted(lg_coord *coord, const char *id, int code);

/** A duration of ISO 8601. */
typedef struct lg_oadr_span {
    int sign;       /* 1 or -1 */
    int64_t months; /* years and months, which have no fixed length */
    int64_t us;
} lg_oadr_span;

/** Reads "PT1H", "P1DT12H", "-P1M", "P9999Y". @return whether it was one */
bool lg_oadr_span_read(const char *text, lg_oadr_span *span);
/** @p us and the span behind it; INT64_MAX: never, which "P9999Y" means. */
int64_t lg_oadr_span_after(int64_t us, const lg_oadr_span *span);

#endif
