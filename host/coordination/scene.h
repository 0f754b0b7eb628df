/* coordination/scene.h — coordination within a run: agents play its parts, assets are its resources
 *
 *     operator (one agent) --- programs, events ---> aggregators (agents)
 *          ^------- enrolments, acknowledgements, reports -----'
 *
 * The store of model.h and its siblings holds what was said; the scene adds what a run knows beside
 * it: which agent may say what, slots in the place of times, and what every resource really used.
 * It knows no clock: time comes with lg_scene_advance(). The same acts in the same order make the
 * same scene.
 */
#ifndef LG_COORDINATION_SCENE_H
#define LG_COORDINATION_SCENE_H

#include "base/hash.h"
#include "coordination/money.h"

/** Parts that an agent may play; smaller numbers are aggregators. */
#define LG_SCENE_NOBODY   UINT32_MAX
#define LG_SCENE_OPERATOR (UINT32_MAX - 1)

/** What there may be at most in a run. */
#define LG_SCENE_PROGRAMS_MAX 1000
#define LG_SCENE_EVENTS_MAX   100000

typedef struct lg_scene lg_scene;

/** What a scene is made of; texts are borrowed and outlive it. */
typedef struct lg_scene_rules {
    lg_coord_settings settings;
    lg_coord_currency currency;
    lg_coord_price_area area;
    int64_t start_us; /* of slot 0: a whole multiple of the slot */
    uint32_t slot_s;  /* 900 or 3600 */
    const char *const *aggregators;
    uint32_t aggregator_count;
} lg_scene_rules;

/** An asset that can help. Its home is its user, its location and its meter point. */
typedef struct lg_scene_resource {
    const char *id, *home;
    lg_coord_resource_type type;
    bool feeds_in;
    uint32_t aggregator, asset;
} lg_scene_resource;

/** A program: price curves, or limits. */
typedef struct lg_scene_program {
    const char *name;
    bool limits;
} lg_scene_program;

/** A signal as one aggregator has it. */
typedef struct lg_scene_part {
    uint32_t aggregator;
    lg_coord_event *event;
    const uint32_t *resources; /* by target */
    bool *told;                /* by target: that nobody has answered in time */
} lg_scene_part;

/** What the operator has published, to all whom it concerns. */
typedef struct lg_scene_event {
    uint32_t number, program;
    bool limits;
    int64_t created_us, first_us, end_us; /* when it was said; what it speaks about */
    lg_scene_part *parts;
    uint32_t part_count;
} lg_scene_event;

/** Energy of a resource in a slot; taken from the grid is positive. */
typedef struct lg_scene_energy {
    uint32_t slot;
    int64_t reported_uwh, measured_uwh;
    bool measured; /* the slot is over: measured_uwh is known */
} lg_scene_energy;

typedef struct lg_scene_report {
    uint32_t number, event, resource; /* event 0: to none */
    int64_t at_us;
    const lg_scene_energy *points;
    uint32_t count;
    int64_t paid_uct; /* by the operator's own rule */
} lg_scene_report;

typedef enum lg_scene_news_kind {
    LG_NEWS_EVENT = 1, /* for its aggregators, as are the changes of who may take part */
    LG_NEWS_ELIGIBLE,
    LG_NEWS_REPORT, /* for the operator, from here on */
    LG_NEWS_ENROLMENT,
    LG_NEWS_ANSWER,
} lg_scene_news_kind;

/** Something happened. What its kind does not have is 0. */
typedef struct lg_scene_news {
    lg_scene_news_kind kind;
    uint32_t aggregator;
    uint32_t event, report;         /* numbers */
    uint32_t resource;              /* of an answer */
    lg_coord_answer answer;         /* to a limit */
    const lg_coord_event *eligible; /* who may take part now, and who not any more */
    const char *user;               /* who has enrolled, or left */
    bool enrolled;
    int64_t at_us;
} lg_scene_news;

typedef enum lg_scene_act_kind {
    LG_ACT_PROGRAM = 1, /* of the operator, as are the next two and PAY */
    LG_ACT_NEIGHBOURHOOD,
    LG_ACT_EVENT,
    LG_ACT_PAY,
    LG_ACT_REPORT, /* of an aggregator, as are those that follow */
    LG_ACT_ANSWER,
    LG_ACT_ENROL,
    LG_ACT_LEAVE,
} lg_scene_act_kind;

/** A value of a slot: a price that is added (micro-cents per kWh), a limit (mW), energy (uWh). */
typedef struct lg_scene_point {
    uint32_t slot;
    int64_t value;
} lg_scene_point;

/** Something an agent does; borrowed. What its kind does not have is 0. */
typedef struct lg_scene_act {
    uint32_t kind, part;       /* lg_scene_act_kind; who does it */
    const char *name;          /* of the program, the neighbourhood, the user (NULL: all) */
    bool limits;               /* PROGRAM: of limits, not of price curves */
    bool accept;               /* ANSWER */
    uint32_t event, report;    /* numbers: REPORT (0: to none) and ANSWER; PAY */
    const uint32_t *resources; /* EVENT, REPORT, ANSWER; none: all that it may concern */
    uint32_t resource_count;
    const lg_scene_point *points; /* EVENT; REPORT: none: what was measured */
    uint32_t point_count;
    const char *const *homes; /* NEIGHBOURHOOD */
    uint32_t home_count;
    int64_t amount_uct; /* PAY */
} lg_scene_act;

/** What came of it: the number of the program (from 0), of the event or of the last report, or how
 * many users. */
typedef struct lg_scene_done {
    lg_coord_result result;
    uint32_t number;
    lg_coord_why why; /* unless LG_COORD_DONE */
} lg_scene_done;

/** What the signals say to a resource about a slot. */
typedef struct lg_scene_ruling {
    uint32_t curve, limit; /* numbers of the events that rule; 0: none does */
    int64_t delta_uct;     /* is added to the price of a kWh */
    int64_t limit_mw;      /* most power */
} lg_scene_ruling;

/** A scene without resources; NULL when exhausted. */
lg_scene *lg_scene_new(lg_mem *mem, const lg_scene_rules *rules);
/** NULL is fine. */
void lg_scene_free(lg_scene *scene);
/** Adds a resource, before the first lg_scene_advance(). All homes are eligible until the operator
 * names a neighbourhood. @return LG_COORD_DONE; LG_COORD_CONFLICT its id is taken;
 * LG_COORD_INVALID; LG_COORD_MEMORY */
lg_coord_result lg_scene_add(lg_scene *scene, const lg_scene_resource *resource, lg_coord_why *why);

/** It is @p now_us: tells who may take part, and counts limits as declined that nobody has answered
 * for too long. @return LG_OK; LG_MEMORY */
lg_status lg_scene_advance(lg_scene *scene, int64_t now_us) LG_CHECKED;
/** Does what an agent asks for, all of it or nothing. */
lg_scene_done lg_scene_do(lg_scene *scene, const lg_scene_act *act);
/** Copies what @p act borrows to @p arena. @return false: exhausted */
bool lg_scene_act_keep(lg_scene_act *act, lg_arena *arena);
/** Adds the act and what came of it to the digest of a run. */
void lg_scene_chain(lg_chain *chain, const lg_scene_act *act, const lg_scene_done *done);
/** What all resources have taken from the grid in slot @p slot, which follows the one before; one a
 * resource. LG_OK; LG_MEMORY */
lg_status lg_scene_measure(lg_scene *scene, uint32_t slot, const int64_t *energies_uwh) LG_CHECKED;
/** LG_OK, or why it cannot go on: LG_MEMORY. */
lg_status lg_scene_status(const lg_scene *scene);

/* ---- looking ---- */

/** What it was made of. */
const lg_scene_rules *lg_scene_rules_of(const lg_scene *scene);
/** What was said so far. */
const lg_coord *lg_scene_store(const lg_scene *scene);
/** The time of the last lg_scene_advance(). */
int64_t lg_scene_now(const lg_scene *scene);
/** All resources, in the order in which they were added. */
const lg_scene_resource *lg_scene_resources(const lg_scene *scene, uint32_t *count);
/** LG_SCENE_NOBODY: none of that id, or of that asset. */
uint32_t lg_scene_resource_named(const lg_scene *scene, const char *id);
uint32_t lg_scene_resource_of(const lg_scene *scene, uint32_t asset);
/** All programs, in the order in which they were made. */
const lg_scene_program *lg_scene_programs(const lg_scene *scene, uint32_t *count);
/** NULL: there is no such number. */
const lg_scene_event *lg_scene_event_of(const lg_scene *scene, uint32_t number);
/** Likewise. */
const lg_scene_report *lg_scene_report_of(const lg_scene *scene, uint32_t number);
/** How many there are; they are numbered from 1. */
uint32_t lg_scene_event_count(const lg_scene *scene);
uint32_t lg_scene_report_count(const lg_scene *scene);
/** The part of @p aggregator in @p event; NULL: none. */
const lg_scene_part *lg_scene_part_of(const lg_scene_event *event, uint32_t aggregator);
/** The user of a resource: who lives in its home. */
const lg_coord_user *lg_scene_user_of(const lg_scene *scene, uint32_t resource);
/** What has happened so far; news are numbered from 0. */
uint64_t lg_scene_news_count(const lg_scene *scene);
/** Valid until the next change. */
const lg_scene_news *lg_scene_news_at(const lg_scene *scene, uint64_t number);
/** Of @p resource, or for LG_SCENE_NOBODY of all into one row each. The event that was published
 * last rules. Limits that were declined, or not answered in time, do not. */
void lg_scene_rule(const lg_scene *scene, uint32_t resource, uint32_t slot, lg_scene_ruling *out);
/** Slots that are measured. */
uint32_t lg_scene_measured(const lg_scene *scene);
/** What a resource has taken from the grid in one of them, uWh. */
int64_t lg_scene_energy_of(const lg_scene *scene, uint32_t resource, uint32_t slot);
/** Whether the operator pays by a rule of its own, and not as the curves say. */
bool lg_scene_own_rule(const lg_scene *scene);
/** The start of a slot. */
int64_t lg_scene_slot_us(const lg_scene *scene, uint32_t slot);

#endif
