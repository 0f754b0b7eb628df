/* plugins/electrolyzer/device.h — makes hydrogen and stores it: what it keeps */
#ifndef ELECTROLYZER_DEVICE_H
#define ELECTROLYZER_DEVICE_H

#include "lunagrid/driver.h"

#include <stdbool.h>

/** Options in the order of the driver's table. */
enum { OPTION_POWER, OPTION_CAPACITY, OPTION_INITIAL, OPTION_CONVERSION, OPTION_DISCHARGE };

enum { POINT_POWER, POINT_HYDROGEN, POINT_MISSED };

/** The state of one electrolyzer; energies in kWh of the current that made the hydrogen. */
typedef struct electrolyzer_device {
    const lg_host *host;
    const lg_profile *discharge; /* kg a slot */
    double max_power_kW;
    double kWh_per_kg;
    double capacity_kWh;
    double stored_kWh;  /* 0 .. capacity, a whole number of micro-watt-hours */
    double lacking_kWh; /* of the hydrogen taken in the running slot, what was not in the store */
    double missed_kWh;  /* taken and never made, since the start */
    double power_W;     /* of the last slot */
    bool warned;        /* of hydrogen that never could be made */
} electrolyzer_device;

int32_t electrolyzer_open(const lg_host *host, const lg_device_info *info, void **device);
void electrolyzer_close(void *device);
int32_t electrolyzer_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t electrolyzer_settle(void *device, const lg_slot *slot, const lg_settlement *done);
int32_t electrolyzer_poll(void *device, int64_t now_ms);

#endif
