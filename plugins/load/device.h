/* plugins/load/device.h — a load: what it keeps, and the shapes it can follow */
#ifndef LOAD_DEVICE_H
#define LOAD_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum {
    OPTION_AVG_POWER,
    OPTION_HOURS,
    OPTION_PROFILE,
    OPTION_SAMPLING,
    OPTION_SHAPE,
    OPTION_ANNUAL,
    OPTION_CHARGING_POWER,
};

enum { POINT_POWER };

typedef enum load_kind {
    LOAD_HOURS,
    LOAD_PROFILE,
    LOAD_HOUSEHOLD,
    LOAD_HEAT_PUMP,
    LOAD_EV
} load_kind;

/** One charging session of a car: seconds after midnight of its day, and how long. */
typedef struct load_session {
    int32_t start_s, length_s; /* length 0: none on that day */
} load_session;

/** The state of one load; at most 96 bytes, a million of them are meant to be cheap. */
typedef struct load_device {
    const lg_host *host;
    const lg_profile *profile; /* LOAD_PROFILE */
    uint64_t seed, site_seed;
    double mean_W;  /* LOAD_HOURS: in its hours; shapes: over a year */
    double power_W; /* of the slot planned last: what poll() reads */
    double charging_W;
    int64_t day; /* LOAD_EV: the day that session[0] belongs to; session[1] to the one before */
    load_session session[2]; /* LOAD_EV */
    uint32_t hours;          /* LOAD_HOURS: bit h for hour h */
    uint8_t kind;            /* load_kind */
    uint8_t mean_of_slot;    /* LOAD_PROFILE: mean over the slot, not the value at its start */
    uint8_t south;           /* of the equator: seasons are turned round */
    uint8_t sessions_a_week; /* LOAD_EV */
} load_device;

int32_t load_open(const lg_host *host, const lg_device_info *info, void **device);
void load_close(void *device);
int32_t load_change(void *device, const lg_device_info *info);
int32_t load_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t load_poll(void *device, int64_t now_ms);

/** Mean power of the slot around @p middle_ms, in W: each shape's file says what it looks like. */
double load_household_W(const load_device *load, int64_t middle_ms);
double load_heat_pump_W(const load_device *load, int64_t middle_ms);
double load_ev_W(load_device *load, const lg_slot *slot);
/** Sessions a week for @p load, 0 when the energy cannot be charged at that power. */
uint8_t load_ev_sessions(const load_device *load);

#endif
