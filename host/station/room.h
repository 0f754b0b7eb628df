/* host/station/room.h — what the files of this room share */
#ifndef LG_STATION_ROOM_H
#define LG_STATION_ROOM_H

#include "microgrid/plant.h"
#include "station/station.h"

enum { LG__STATES_MAX = 16, LG__DIAGNOSTICS_MAX = 8, LG__COMMANDS_KEPT = 1024 };
/** Older than this, what was measured is no longer what is. */
#define LG__FRESH_MS 10000

/** A warning or an error with its texts. */
typedef struct lg__trouble {
    uint32_t code;
    char vendor[32], message[128];
    bool has_vendor;
} lg__trouble;

/** One component: what it said last, what is known of it, what flows. */
typedef struct lg__unit {
    uint64_t number; /* of the sample; 0: none yet */
    int64_t time_ms;
    lg_microgrid_value *values; /* their ranges stand in `ranges`, one after the other */
    lg_microgrid_range *ranges;
    uint32_t value_count, value_capacity, range_count, range_capacity;
    uint32_t states[LG__STATES_MAX], state_count;
    lg__trouble warnings[LG__DIAGNOSTICS_MAX], errors[LG__DIAGNOSTICS_MAX];
    uint32_t warning_count, error_count;
    /* of good samples */
    int64_t good_ms; /* INT64_MIN: none yet */
    double power_W, vars, soc;
    bool counts; /* it has counters of its own */
    bool failed; /* LG_STATE_ERROR was among its states */
    /* said within a call of the device, so that it is acted upon behind it */
    lg_ranges limits[LG_POWER_TYPES];
    bool limits_due[LG_POWER_TYPES], failure_due;
    double consumed_Wh, delivered_Wh;
    /* what flows, as the device says to the host alone */
    double flow_W, flow_VAr;
    bool flows;
    bool of_market; /* its set point is the market's */
    /* the slot */
    double slot_consumed_Wh, slot_delivered_Wh; /* counters when it began */
    double sum_W, min_W, max_W;
    uint64_t samples, bad;
    double before_W; /* mean of the slot before */
} lg__unit;

typedef struct lg__command {
    uint64_t number;
    uint32_t index, type, outcome;
    int64_t until_ms;
} lg__command;

struct lg_station {
    lg_mem *mem;
    lg_station_input input;
    const lg_microgrid_spec *spec;
    lg_graph graph;
    lg_plant *plant;
    lg_equipment *equipment;
    lg__unit *units;
    uint32_t *order; /* devices, and behind their number components without one: farthest first */
    uint32_t order_count;
    int64_t now_ms;
    lg__command commands[LG__COMMANDS_KEPT];
    uint64_t command_count;
    bool later;     /* a device that was told has not answered yet */
    int32_t status; /* of the device that was told last */
    bool exhausted;
    /* what lg_station_latest() lends */
    lg_microgrid_value *lent_values;
    lg_microgrid_range *lent_ranges;
    uint32_t lent_values_capacity, lent_ranges_capacity;
    lg_microgrid_diagnostic lent_warnings[LG__DIAGNOSTICS_MAX], lent_errors[LG__DIAGNOSTICS_MAX];
};

/** A sample of a device, or of the station itself (sample.c). */
void lg__station_take(lg_station *station, uint32_t index, const lg_device_sample *sample);
/** Limits and failures that samples have told of count. */
void lg__station_settle(lg_station *station);
/** Component number @p part of device @p device. */
uint32_t lg__station_component(const lg_station *station, uint32_t device, uint32_t part);
/** What stands beside a component's power now. */
static inline lg_metric lg__power_metric(lg_category category)
{
    return category == LG_CATEGORY_BATTERY ? LG_METRIC_DC_POWER : LG_METRIC_AC_POWER_ACTIVE;
}
/** What the plant tells devices (asks.c). */
bool lg__station_tell_power(void *ctx, uint32_t index, lg_power_type type, double power,
                            int64_t until_ms);
bool lg__station_tell_stage(void *ctx, uint32_t index, lg_plant_stage stage);
/** A device has answered later. */
void lg__station_answered(lg_station *station, uint64_t number, int32_t status);
/** Commands whose time is over without an answer have failed. */
void lg__station_expire(lg_station *station);

#endif
