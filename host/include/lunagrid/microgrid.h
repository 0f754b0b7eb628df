/* include/lunagrid/microgrid.h — a site and its devices as gateways and scripts see it (since 1.4)
 *
 * A microgrid has components (meters, inverters, batteries, ...) that are connected, and sensors.
 * They are measured, and told what to do for a while: whoever wants them to go on says it again.
 *
 * Units. Power is W, VAr or VA; other metrics as their name says (V, A, Hz, Wh, %, degrees
 * Celsius). The convention is the passive one: positive is drawn from the grid, consumed, charged;
 * negative is fed in, produced, discharged. Reactive power is positive where it is inductive.
 * Numbers that are measured are finite. Times are milliseconds since 1970 UTC in the clock of the
 * run, lifetimes seconds of it; whoever's clients live in another clock says
 * lg_microgrid_client_ms() of each.
 *
 * Numbers of categories, types, modes, metrics, states and diagnostics are those of the Frequenz
 * common API, v1alpha8. Ids are from 1 on, and of components and sensors one has but its own.
 * Everything here is plain data; texts and arrays are borrowed, until the next call of the same
 * door at most, and copied where they come in.
 */
#ifndef LUNAGRID_MICROGRID_H
#define LUNAGRID_MICROGRID_H

#include "lunagrid/abi.h"

/** A time that is not said: no end, no beginning. */
#define LG_MICROGRID_NO_TIME INT64_MIN
/** Most ranges of one request for bounds, before they are merged; most bytes of its token, the end
 * not counted. */
#define LG_MICROGRID_RANGES_MAX 32
#define LG_MICROGRID_TOKEN_MAX  64

/* Which power a command is about. */
enum { LG_MICROGRID_ACTIVE = 1, LG_MICROGRID_REACTIVE = 2 };
/* What is to be done with a component; each is left alone that is so already. */
enum {
    LG_MICROGRID_START = 1,
    LG_MICROGRID_STANDBY = 2,     /* relays of an inverter to the grid open; its set points end */
    LG_MICROGRID_STOP = 3,        /* all relays open; its set points end */
    LG_MICROGRID_ACKNOWLEDGE = 4, /* clears an error: the component is stopped then */
};
/* What has become of a command of power. */
enum {
    LG_MICROGRID_ACCEPTED = 1,   /* its device is still to answer */
    LG_MICROGRID_FAILED = 3,     /* from here on final: the device did not do it */
    LG_MICROGRID_SUCCESS = 4,    /* it does it */
    LG_MICROGRID_OVERRIDDEN = 5, /* a newer command of the same power took over */
    LG_MICROGRID_FORGOTTEN = 6,  /* too old to be told */
};

/*
 * Why a request is refused; nothing has changed then. The kind says what the asker can do about it:
 *   ARGUMENT  the request itself is wrong: asking again does not help
 *   MISSING   there is nothing of that number, or name
 *   RANGE     a power that is not allowed now
 *   STATE     it is fine but the component cannot do it as it is now, or never
 *   OFFERED   components of its category have nothing of the kind
 *   REJECTED  it was allowed, and its device does not want to
 *   FULL      there is no room: later perhaps
 *   AWAY      the device, or the run, does not answer
 *   BROKEN    the host cannot go on
 *
 *     name           word             sentence                                                kind
 */
#define LG_MICROGRID_WHY_MAP(X)                                                                    \
    X(OK, "ok", "done", FINE)                                                                      \
    X(COMPONENT, "electrical_component_id", "there is no such component", MISSING)                 \
    X(POWER, "power", "a power is a finite number", ARGUMENT)                                      \
    X(TYPE, "power_type", "the type of power is neither active nor reactive", ARGUMENT)            \
    X(LIFETIME, "request_lifetime",                                                                \
      "a power lives 10 to 900 seconds, bounds live 5 to 900 seconds", ARGUMENT)                   \
    X(METRIC, "target_metric", "the component has no bounds for this metric", ARGUMENT)            \
    X(RANGES, "bounds", "there are none, or too many, or one is not a range", ARGUMENT)            \
    X(TOKEN, "bounds_token", "a token has 1 to 64 bytes", ARGUMENT)                                \
    X(NO_TOKEN, "bounds_token", "no bounds of this component and metric have this token", MISSING) \
    X(BOUNDS, "power", "the power lies outside of what the component may do now", RANGE)           \
    X(CATEGORY, "electrical_component_id", "components of this category take no power", STATE)     \
    X(STAGE, "state", "the component is not in a state for it: it is stopped, or runs", STATE)     \
    X(ERROR, "state", "the component has an error that is to be acknowledged", STATE)              \
    X(WATCHED, "operational_mode", "the component is watched, not commanded", STATE)               \
    X(ACTION, "electrical_component_id", "components of this category cannot do that", OFFERED)    \
    X(REJECTED, "device", "the device refuses it", REJECTED)                                       \
    X(FULL, "bounds", "the component has as many bounds as it may have", FULL)                     \
    X(SILENT, "device", "the device does not answer", AWAY)                                        \
    X(OVER, "over", "the run is over, or does not take requests now", AWAY)                        \
    X(MEMORY, "memory", "the host cannot keep the request", BROKEN)

typedef enum lg_microgrid_why {
#define X(name, word, sentence, kind) LG_MICROGRID_##name##_WHY,
    LG_MICROGRID_WHY_MAP(X)
#undef X
        LG_MICROGRID_WHY_COUNT
} lg_microgrid_why;

typedef enum lg_microgrid_kind {
    LG_MICROGRID_KIND_FINE,
    LG_MICROGRID_KIND_ARGUMENT,
    LG_MICROGRID_KIND_MISSING,
    LG_MICROGRID_KIND_RANGE,
    LG_MICROGRID_KIND_STATE,
    LG_MICROGRID_KIND_OFFERED,
    LG_MICROGRID_KIND_REJECTED,
    LG_MICROGRID_KIND_FULL,
    LG_MICROGRID_KIND_AWAY,
    LG_MICROGRID_KIND_BROKEN,
} lg_microgrid_kind;

/** What comes of a request: a lg_microgrid_why, with its word, sentence and kind, which live for
 * ever. */
typedef struct lg_microgrid_answer {
    uint32_t size; /* sizeof(lg_microgrid_answer) */
    uint32_t why;  /* LG_MICROGRID_OK_WHY: it was done */
    uint32_t kind; /* lg_microgrid_kind */
    uint32_t reserved;
    const char *word;  /* the field concerned, as the wire calls it, or "state" and so on */
    const char *words; /* one sentence */
    int64_t until_ms;  /* when what was asked ends; LG_MICROGRID_NO_TIME: it does not */
    uint64_t command;  /* of power: its number, rising from 1; else 0 */
} lg_microgrid_answer;

/** What the microgrid's clock says. */
typedef struct lg_microgrid_clock {
    uint32_t size;     /* sizeof(lg_microgrid_clock) */
    uint32_t permille; /* pace of the run: so much of its time goes by in a second of the clients,
                          1000 where both go alike; 0: as fast as it can */
    int64_t now_ms;    /* of the run: of the last step of the microgrid */
    int64_t client_ms; /* what the clock of clients says then */
} lg_microgrid_clock;

/** What the clock of clients says when that of the run says @p time_ms. */
static inline int64_t lg_microgrid_client_ms(const lg_microgrid_clock *clock, int64_t time_ms)
{
    int64_t apart = time_ms - clock->now_ms;
    return clock->client_ms + (clock->permille ? apart * 1000 / clock->permille : apart);
}

/** The site. Constant during a run. */
typedef struct lg_microgrid_site {
    uint32_t size;           /* sizeof(lg_microgrid_site) */
    uint32_t area_code_type; /* 1: EIC, 2: NERC; 0: it has no delivery area */
    uint64_t id, enterprise_id;
    const char *name;
    const char *area_code;      /* "10YDE-EON------1" */
    const char *country_code;   /* "DE"; "": not known */
    double latitude, longitude; /* degrees; NaN: not known */
    int64_t created_ms;         /* LG_MICROGRID_NO_TIME: not known */
} lg_microgrid_site;

/** From lower to upper, both belong to it; -INFINITY and INFINITY: without end. This struct does
 * not grow, nor do the others that come in arrays. */
typedef struct lg_microgrid_range {
    double lower, upper;
} lg_microgrid_range;

/** What a metric may be by design, or by contract. */
typedef struct lg_microgrid_design {
    uint32_t metric, reserved;
    lg_microgrid_range range;
} lg_microgrid_design;

/** A component, or a sensor. Constant during a run. */
typedef struct lg_microgrid_component {
    uint32_t size;  /* sizeof(lg_microgrid_component) */
    uint32_t index; /* among components, or among sensors */
    uint64_t id;
    uint32_t category;             /* of a component; 0: it is a sensor */
    uint32_t type;                 /* of a battery, charger, inverter; else 0 */
    uint32_t mode;                 /* 1: inactive, 2: telemetry only, 3: control only, 4: both */
    uint32_t fuse_A;               /* of a grid connection point */
    double primary_V, secondary_V; /* of a transformer; else 0 */
    const char *name, *manufacturer, *model; /* "": none */
    int64_t from_ms, until_ms;               /* of its life; LG_MICROGRID_NO_TIME: open */
    const lg_microgrid_design *designs;
    uint32_t design_count, reserved;
} lg_microgrid_component;

/** Power goes from the source to the destination, as seen from the grid. */
typedef struct lg_microgrid_connection {
    uint32_t size; /* sizeof(lg_microgrid_connection) */
    uint32_t reserved;
    uint64_t source, destination; /* ids of components */
    int64_t from_ms, until_ms;    /* LG_MICROGRID_NO_TIME: open */
} lg_microgrid_connection;

/** One value of a sample. */
typedef struct lg_microgrid_value {
    uint32_t metric;
    uint32_t connection; /* tells several of one metric apart: 1 other, 2 battery, 3 PV, 10 ambient,
                            11 cabinet, 12 heat sink, 13 transformer; 0: there is one */
    double value;
    const lg_microgrid_range *ranges; /* where the value may be commanded to now, ascending; of */
    uint32_t range_count;             /* BATTERY_SOC_PCT where it stays. 0: nothing is known of it
                                       */
    uint32_t reserved;
} lg_microgrid_value;

/** Something that is wrong with a component. */
typedef struct lg_microgrid_diagnostic {
    uint32_t code, reserved;
    const char *vendor_code; /* NULL: none */
    const char *message;
} lg_microgrid_diagnostic;

/** What a component, or a sensor, said at one moment. */
typedef struct lg_microgrid_sample {
    uint32_t size; /* sizeof(lg_microgrid_sample) */
    uint32_t value_count;
    uint64_t id;
    uint64_t number; /* among those of the component, rising from 1 */
    int64_t time_ms; /* as the device says, so it may stand still or go back */
    const lg_microgrid_value *values;
    const uint32_t *states;
    const lg_microgrid_diagnostic *warnings, *errors;
    uint32_t state_count, warning_count, error_count, reserved;
} lg_microgrid_sample;

/** A command of power. */
typedef struct lg_microgrid_power {
    uint32_t size;       /* sizeof(lg_microgrid_power) */
    uint32_t type;       /* LG_MICROGRID_ACTIVE, _REACTIVE */
    uint64_t id;         /* of a component */
    double power;        /* W or VAr; 0 is always within the bounds */
    uint64_t lifetime_s; /* 10 to 900; 0: 60 */
} lg_microgrid_power;

/** A request for bounds: a range that holds the value is enough. They only ever narrow. */
typedef struct lg_microgrid_bounding {
    uint32_t size;   /* sizeof(lg_microgrid_bounding) */
    uint32_t metric; /* AC_POWER_ACTIVE, AC_POWER_REACTIVE; DC_POWER of a battery */
    uint64_t id;     /* of a component */
    const lg_microgrid_range *ranges; /* may overlap and be in any order */
    uint32_t range_count, reserved;
    uint64_t lifetime_s; /* 5 to 900; 0: 5 */
    const char *token;   /* it takes the place of bounds with the same token; NULL: of none */
} lg_microgrid_bounding;

/**
 * The door to one microgrid. What changes something is journalled before it acts, with @p who,
 * a text that names the asker ("" where nobody is known by name); it acts at once, between two
 * steps, and is answered when the call returns. Functions that look change nothing and may be
 * called at any time. `ctx` is the host's and goes first; a struct that is filled has its `size`
 * set by the caller.
 */
typedef struct lg_microgrid_door {
    uint32_t size; /* sizeof(lg_microgrid_door) */
    uint32_t reserved;
    void *ctx;

    void (*clock)(void *ctx, lg_microgrid_clock *out);
    void (*site)(void *ctx, lg_microgrid_site *out);
    /** Component, or sensor, or connection @p index from 0 on, in the order of the scenario.
     * @return false: there are not so many */
    int32_t (*component)(void *ctx, uint32_t index, lg_microgrid_component *out);
    int32_t (*sensor)(void *ctx, uint32_t index, lg_microgrid_component *out);
    int32_t (*connection)(void *ctx, uint32_t index, lg_microgrid_connection *out);
    /** The component, or sensor, of that id. @return false: there is none */
    int32_t (*find)(void *ctx, uint64_t id, lg_microgrid_component *out);

    /** What a component, or sensor, said last. Who follows it compares numbers: one that is silent
     * has none that is new, and one that has never said anything has none. @return false: there is
     * none such, or it has said nothing yet */
    int32_t (*latest)(void *ctx, uint64_t id, lg_microgrid_sample *out);
    /** Where a metric of a component may be commanded to now, at most @p max ranges.
     * @return how many there are; 0: none, or no such component or metric */
    uint32_t (*bounds)(void *ctx, uint64_t id, uint32_t metric, lg_microgrid_range *out,
                       uint32_t max);

    /** @return lg_microgrid_why, also in answer->why */
    uint32_t (*set_power)(void *ctx, const char *who, const lg_microgrid_power *power,
                          lg_microgrid_answer *answer);
    /** What has become of a command of power: LG_MICROGRID_ACCEPTED and so on. */
    uint32_t (*outcome)(void *ctx, uint64_t command);
    uint32_t (*augment)(void *ctx, const char *who, const lg_microgrid_bounding *bounds,
                        lg_microgrid_answer *answer);
    /** Takes bounds back before they end. */
    uint32_t (*clear)(void *ctx, const char *who, uint64_t id, uint32_t metric, const char *token,
                      lg_microgrid_answer *answer);
    /** LG_MICROGRID_START and so on. */
    uint32_t (*act)(void *ctx, const char *who, uint64_t id, uint32_t action,
                    lg_microgrid_answer *answer);
} lg_microgrid_door;

#endif
