/* host/microgrid/plant.h — what the components of a site may do now, and what they were told to
 *
 * A plant keeps for each component the limits that its device has reported, the bounds that others
 * have laid on it for a while, and its set points with their lifetimes. It has no clock: each call
 * says when it is, and lg_plant_advance() ends what is over. It moves nothing by itself: whatever a
 * device is to do from now on is told through lg_plant_actions.
 *
 * Rules (Frequenz Microgrid API, v1alpha18): bounds only ever narrow; 0 W is always allowed; a
 * narrowing clamps a set point at once, and when it ends the commanded value comes back if its own
 * lifetime still runs; a set point that ends leaves the device to its default, which is 0 W, and
 * for PV and wind all that the weather gives.
 */
#ifndef LG_MICROGRID_PLANT_H
#define LG_MICROGRID_PLANT_H

#include "base/status.h"
#include "microgrid/graph.h"
#include "microgrid/range.h"

/** Lifetimes in seconds. */
#define LG_POWER_LIFETIME_MIN      10
#define LG_POWER_LIFETIME_MAX      900
#define LG_POWER_LIFETIME_DEFAULT  60
#define LG_BOUNDS_LIFETIME_MIN     5
#define LG_BOUNDS_LIFETIME_MAX     900
#define LG_BOUNDS_LIFETIME_DEFAULT 5
/** The longest token of bounds, in bytes. */
#define LG_BOUNDS_TOKEN_MAX 64
/** The most bounds of one component that live at a time. */
#define LG_BOUNDS_MAX  64
#define LG_PLANT_NEVER INT64_MAX

typedef enum lg_power_type { LG_POWER_ACTIVE, LG_POWER_REACTIVE, LG_POWER_TYPES } lg_power_type;

/** Why a command was not taken. */
typedef enum lg_plant_refusal {
    LG_PLANT_OK,
    LG_PLANT_UNKNOWN,     /* there is no such component, metric or token */
    LG_PLANT_ARGUMENT,    /* a lifetime, number or range that cannot be */
    LG_PLANT_RANGE,       /* the power lies outside of what is allowed now */
    LG_PLANT_STATE,       /* not while the component is as it is, or never for its category */
    LG_PLANT_UNSUPPORTED, /* components of its category have nothing of the kind */
    LG_PLANT_FULL,        /* LG_BOUNDS_MAX bounds live already, or no memory */
    LG_PLANT_REFUSED,     /* its device does not do it; all is as it was */
} lg_plant_refusal;

/** Whether a device works and how its relays stand. */
typedef enum lg_plant_stage {
    LG_STAGE_STOPPED, /* all relays open */
    LG_STAGE_STANDBY, /* DC relays closed, AC relays open */
    LG_STAGE_RUNNING,
    LG_STAGE_ERROR, /* until it is acknowledged; stopped then */
} lg_plant_stage;

/** What devices are told. Called within the call that causes it. */
typedef struct lg_plant_actions {
    void *ctx;
    /** From now on @p power, W or VAr, until then; NaN: whatever the device does by default. The
     * same power with a later end renews what it does.
     * @return whether the device does it; of one that does not it is asked again with each
     * lg_plant_advance() */
    bool (*power)(void *ctx, uint32_t index, lg_power_type type, double power, int64_t until_ms);
    bool (*stage)(void *ctx, uint32_t index, lg_plant_stage stage);
} lg_plant_actions;

typedef struct lg_plant lg_plant;

/** The plant of @p graph, which is borrowed. All run, without limits or set points.
 * @return NULL: no memory */
lg_plant *lg_plant_open(lg_mem *mem, const lg_graph *graph, const lg_plant_actions *actions);
void lg_plant_close(lg_plant *plant);

/** A device's own limits for its power, W or VAr; all numbers before it has said any. Set points
 * are clamped to them at once. */
void lg_plant_limit(lg_plant *plant, uint32_t index, lg_power_type type, const lg_ranges *limits);
/** What is allowed now: the limits and all bounds. */
lg_ranges lg_plant_bounds(const lg_plant *plant, uint32_t index, lg_power_type type);

/**
 * A set point. One that is there for the type already is replaced, with its lifetime.
 * @param power      W or VAr, passive convention; finite
 * @param lifetime_s 0: LG_POWER_LIFETIME_DEFAULT
 * @param until_ms   receives when it will end
 */
lg_plant_refusal lg_plant_set_power(lg_plant *plant, uint64_t id, lg_power_type type, double power,
                                    uint64_t lifetime_s, int64_t now_ms, int64_t *until_ms);
/** The power that the device was told last; NaN: its default. */
double lg_plant_power(const lg_plant *plant, uint32_t index, lg_power_type type);

/** One request for bounds. */
typedef struct lg_plant_bounding {
    uint64_t id;
    lg_metric metric; /* AC_POWER_ACTIVE, AC_POWER_REACTIVE; DC_POWER is that of a battery */
    const lg_range *ranges;
    uint32_t range_count;
    uint64_t lifetime_s; /* 0: LG_BOUNDS_LIFETIME_DEFAULT */
    const char *token;   /* NULL: none; else it takes the place of the one with the same token */
} lg_plant_bounding;

/** Narrows what is allowed until *until_ms. */
lg_plant_refusal lg_plant_augment(lg_plant *plant, const lg_plant_bounding *request, int64_t now_ms,
                                  int64_t *until_ms);
/** Takes bounds back before they end. */
lg_plant_refusal lg_plant_clear(lg_plant *plant, uint64_t id, lg_metric metric, const char *token);

/** Each leaves alone what is so already. Stop and standby of what runs end its set points. */
lg_plant_refusal lg_plant_start(lg_plant *plant, uint64_t id);
lg_plant_refusal lg_plant_standby(lg_plant *plant, uint64_t id);
lg_plant_refusal lg_plant_stop(lg_plant *plant, uint64_t id);
/** Clears an error: the component is stopped then. */
lg_plant_refusal lg_plant_acknowledge(lg_plant *plant, uint64_t id);
/** The device has failed: its set points end. */
void lg_plant_fail(lg_plant *plant, uint32_t index);
lg_plant_stage lg_plant_stage_of(const lg_plant *plant, uint32_t index);

/** Ends what is over at @p now_ms, component by component. */
void lg_plant_advance(lg_plant *plant, int64_t now_ms);
/** When something ends next; LG_PLANT_NEVER. */
int64_t lg_plant_next_end(const lg_plant *plant);

#endif
