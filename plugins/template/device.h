/* plugins/template/device.h — a kettle: what it keeps */
#ifndef KETTLE_DEVICE_H
#define KETTLE_DEVICE_H

#include "lunagrid/driver.h"

/** Options and points in the order of the driver's tables: the index is how the host names them. */
enum { OPTION_DAILY, OPTION_POWER };
enum { POINT_POWER, POINT_LIMIT };

/** The state of one kettle. Everything a device knows is in here: ten kettles are ten of these. */
typedef struct kettle_device {
    const lg_host *host;
    uint64_t seed;
    double daily_kWh;
    double rated_W;
    double limit_W; /* set from outside through POINT_LIMIT */
    double power_W; /* mean of the slot planned last */
} kettle_device;

int32_t kettle_open(const lg_host *host, const lg_device_info *info, void **device);
void kettle_close(void *device);
int32_t kettle_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t kettle_poll(void *device, int64_t now_ms);
int32_t kettle_write(void *device, uint32_t point, double value);

#endif
