/* plugins/modbus/device.h — one device: what it keeps, and who does what
 *
 *   device.c  open, close, options, the alarm by which everything happens
 *   watch.c   finds out what the device is (SunSpec), reads it, posts samples
 *   steer.c   commands: ladder, writes, guard
 *
 *            up()                  scan and first reading are over
 *   AWAY -----------> LEARNING -------------------------------------> KNOWN
 *     ^  <--- down(), or the device cannot be what it should ---'        |
 *     '---------------------- down(), SILENT_ROUNDS_MAX -----------------'
 */
#ifndef MODBUS_DEVICE_H
#define MODBUS_DEVICE_H

#include "bus.h"
#include "ladder/guard.h"
#include "ladder/ladder.h"
#include "lunagrid/device.h"
#include "plan.h"

enum {
    OPTION_ADDRESS,
    OPTION_UNIT,
    OPTION_REGISTERS,
    OPTION_MODE,
    OPTION_ALLOW,
    OPTION_LOWER,
    OPTION_UPPER,
    OPTION_RAMP,
    OPTION_INTERVAL,
    OPTION_SAFE,
    OPTION_WATCHDOG,
    OPTION_VERIFY,
    OPTION_POLL,
    OPTION_TIMEOUT,
    OPTION_METER_SIGN,
    OPTION_BATTERY_SIGN,
};

enum { SILENT_ROUNDS_MAX = 3, JOB_REQUESTS_MAX = 16 };

typedef enum device_stage { DEVICE_AWAY, DEVICE_LEARNING, DEVICE_KNOWN } device_stage;

/** Set points of one component. */
typedef struct component_state {
    ladder active, reactive;
} component_state;

/** What is being written: registers one after the other, then read back. */
typedef struct write_job {
    bool is_running, is_checking;
    ladder *ladder;  /* whose value it is; NULL: a command of its own kind */
    uint64_t number; /* of such a command */
    uint32_t at, count;
    frame_request requests[JOB_REQUESTS_MAX];
} write_job;

typedef struct modbus_device {
    const lg_device_host *host;
    char *name;
    lg_device_site site; /* with components of our own, whose names are too */
    component_state *states;

    /* options */
    const char *table; /* NULL: SunSpec */
    ladder_rung rung;
    uint32_t allowed; /* bits of plan_when */
    uint8_t unit;
    uint32_t poll_ms, watchdog_s, interval_ms;
    double lower_W, upper_W, ramp_W_per_s, safe_W;
    bool verifies;
    plan_signs signs;

    bus *bus; /* NULL: simulated */
    bus_member member;
    device_stage stage;
    void *alarm;
    int64_t poll_at_ms, beat_at_ms;

    /* watch.c */
    sunspec_scan scan;
    plan plan;
    line_ask ask;
    uint32_t block;                 /* that is being read */
    bool is_reading, is_complete;   /* a round; nothing of it failed */
    bool has_read[PLAN_BLOCKS_MAX]; /* in this round, or once */
    uint32_t silent_rounds;
    bool is_told; /* what is wrong was said */

    /* steer.c */
    line_ask write_ask;
    write_job job;
    lg_device_command pending; /* of its own kind, behind the job; number 0: none */
    bool has_begun;
    guard *guard;
} modbus_device;

extern const lg_device_driver modbus_driver;

int32_t modbus_open(const lg_device_host *host, const lg_device_site *site, void **device);
void modbus_close(void *device);
int32_t modbus_command(void *device, const lg_device_command *command);

/** Sets the alarm for whatever is due next. */
void device_wake(modbus_device *d);
/** One line for the log, with the device's name. */
void device_say(const modbus_device *d, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void watch_init(modbus_device *d);
/** The bus is up: learns what is there. */
void watch_begin(modbus_device *d);
/** Begins a round of reading, if it is time. */
void watch_poll(modbus_device *d, int64_t now_ms);
/** Posts what a device that is only simulated would say. */
void watch_pretend(modbus_device *d);

void steer_init(modbus_device *d);
/** It is known what the device is and holds: limits, guard, safe values. */
void steer_begin(modbus_device *d);
/** Does what is due. */
void steer_tick(modbus_device *d, int64_t now_ms);
/** When there is something to do; -1: never. */
int64_t steer_due(const modbus_device *d, int64_t now_ms);
/** The device is out of reach. */
void steer_fault(modbus_device *d, int64_t now_ms);
/** The active power of a component was read. */
void steer_measured(modbus_device *d, uint32_t component, double watts);
/** What the component may be told to do; false: nothing is known of it. */
bool steer_range(const modbus_device *d, uint32_t component, lg_microgrid_range *out);
void steer_end(modbus_device *d);

#endif
