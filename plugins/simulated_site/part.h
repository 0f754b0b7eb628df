/* plugins/simulated_site/part.h — what all simulated devices share: a component with its stage, its
 * set points, its counters, the sample it posts and the faults it shows */
#ifndef SIMULATED_SITE_PART_H
#define SIMULATED_SITE_PART_H

#include "lunagrid/device.h"

enum { PART_VALUES = 28, PART_RANGES = 8, PART_STATES = 4, PART_LATE = 8 };

typedef enum part_stage {
    PART_RUNNING,
    PART_STANDBY,
    PART_STOPPED,
    PART_TRIPPED, /* until it is acknowledged; stopped then */
} part_stage;

/** A sample that holds all it needs; ranges of a value are found by their index. */
typedef struct part_sample {
    int64_t time_ms;
    lg_microgrid_value values[PART_VALUES];
    uint8_t first_range[PART_VALUES];
    lg_microgrid_range ranges[PART_RANGES];
    uint32_t states[PART_STATES];
    uint32_t value_count, range_count, state_count;
    uint32_t error; /* LG_DIAGNOSTIC_...; 0: none */
} part_sample;

/** A component of a device. */
typedef struct site_part {
    const lg_device_host *host;
    uint64_t seed, site_seed;
    double voltage_V, frequency_Hz;
    uint32_t component;
    part_stage stage;
    double set_W, set_VAr;            /* NaN: its default */
    int64_t until_W_ms, until_VAr_ms; /* of its own clock: then they end, told or not */
    /* what really is */
    double power_W, power_VAr;
    double consumed_Wh, delivered_Wh; /* since the start of the run */
    /* the fault it shows */
    uint32_t fault;
    int64_t fault_from_ms, fault_until_ms;
    part_sample frozen;          /* STUCK: what it had when that began */
    part_sample late[PART_LATE]; /* LATE: not posted yet, oldest first */
    uint32_t late_count;
} site_part;

/** A late sample comes after so many others. */
enum { PART_LATE_BY = 5 };

/** Makes component @p component of a device; it runs. */
void part_init(site_part *p, const lg_device_host *host, const lg_device_site *site,
               uint32_t component);

/** Obeys a command: changes stage and set points. @return as lg_device_driver.command */
int32_t part_command(site_part *p, const lg_device_command *command);
/** Begins a step: set points whose time is over end. */
void part_live(site_part *p, int64_t now_ms);
/** Shows a fault from @p now_ms on. */
void part_fault(site_part *p, const lg_device_fault *fault, int64_t now_ms);

/** The power is @p watts for @p seconds: counts the energy, and tells what flows. */
void part_flows(site_part *p, double watts, double vars, double seconds);

/** Begins the sample of a component. */
void part_begin(const site_part *p, part_sample *sample, int64_t now_ms);
/** Adds a value; one more range of the value added last; a state. */
void part_value(part_sample *sample, uint32_t metric, double value);
void part_range(part_sample *sample, double lower, double upper);
void part_state(part_sample *sample, uint32_t state);
/** Adds what meters of alternating current say of its power: power, voltage and current by phase,
 * frequency, reactive power, counters. Active power is the value added first. */
void part_ac(const site_part *p, part_sample *sample);
/** OFF, STANDBY, ERROR, or @p running. */
void part_stage_state(const site_part *p, part_sample *sample, uint32_t running);
/** Posts it, as far as a fault lets it. */
void part_post(site_part *p, const part_sample *sample);

/** @p from towards @p to by at most @p most. */
double part_ramp(double from, double to, double most);
/** How far a forecast of what happens at @p middle_ms is off: 1 is right. */
double part_forecast_factor(uint64_t seed, double error, int64_t middle_ms);

#endif
