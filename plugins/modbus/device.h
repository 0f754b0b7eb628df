/* plugins/modbus/device.h — one device: what it keeps, and who does what
 *
 *   device.c  open, close, options, the alarm by which everything happens
 *   watch.c   finds out what the device is (SunSpec), reads it, posts samples
 *   write.c   what a command means in registers; when and whether: ladder/steer.h
 *
 *            up()                  scan and first reading are over
 *   AWAY -----------> LEARNING -------------------------------------> KNOWN
 *     ^  <--- down(), or the device cannot be what it should ---'        |
 *     '---------------------- down(), SILENT_ROUNDS_MAX -----------------'
 */
#ifndef MODBUS_DEVICE_H
#define MODBUS_DEVICE_H

#include "bus.h"
#include "ladder/site.h"
#include "ladder/steer.h"
#include "lunagrid/device.h"
#include "plan.h"

enum { SILENT_ROUNDS_MAX = 3, JOB_REQUESTS_MAX = 16 };

typedef enum device_stage { DEVICE_AWAY, DEVICE_LEARNING, DEVICE_KNOWN } device_stage;

/** What is being written: registers one after the other, then read back. */
typedef struct write_job {
    bool is_checking, is_checked;
    uint32_t at, count;
    frame_request requests[JOB_REQUESTS_MAX];
} write_job;

typedef struct modbus_device {
    const lg_device_host *host;
    site_copy copy;
    steer steer;

    /* options */
    const char *table; /* NULL: SunSpec */
    uint8_t unit;
    uint32_t poll_ms, watchdog_s;
    bool verifies;
    plan_signs signs;

    bus *bus; /* NULL: simulated */
    bus_member member;
    device_stage stage;
    void *alarm;
    int64_t poll_at_ms;

    /* watch.c */
    sunspec_scan scan;
    plan plan;
    line_ask ask;
    uint32_t block;                 /* that is being read */
    bool is_complete;               /* nothing of the round failed */
    bool has_read[PLAN_BLOCKS_MAX]; /* in this round, or once */
    uint32_t silent_rounds;
    bool is_told; /* what is wrong was said */

    /* write.c */
    line_ask write_ask;
    write_job job;
} modbus_device;

extern const lg_device_driver modbus_driver;

int32_t modbus_device_open(const lg_device_host *host, const lg_device_site *site, void **device);
void modbus_device_close(void *device);
int32_t modbus_device_command(void *device, const lg_device_command *command);

/** Sets the alarm for whatever is due next. */
void device_wake(modbus_device *d);

void watch_init(modbus_device *d);
/** The bus is up: learns what is there. */
void watch_begin(modbus_device *d);
/** Begins a round of reading, if it is time. */
void watch_poll(modbus_device *d, int64_t now_ms);

/** False: out of memory. */
bool write_init(modbus_device *d, const steer_settings *settings);

#endif
