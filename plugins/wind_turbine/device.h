/* plugins/wind_turbine/device.h — a wind turbine: what it keeps */
#ifndef WIND_TURBINE_DEVICE_H
#define WIND_TURBINE_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_CAPACITY, OPTION_COUNT, OPTION_PROFILE, OPTION_SPEED, OPTION_SAMPLING };

enum { POINT_POWER };

typedef struct wind_turbine {
    const lg_host *host;
    const lg_profile *profile; /* of power (W) or speed (m/s); NULL: the site's own wind */
    uint64_t site_seed;
    double capacity_kW, count;
    double power_W; /* of the slot planned last: what poll() reads */
    uint8_t is_speed, mean_of_slot, south;
} wind_turbine;

int32_t wind_turbine_open(const lg_host *host, const lg_device_info *info, void **device);
void wind_turbine_close(void *device);
int32_t wind_turbine_change(void *device, const lg_device_info *info);
int32_t wind_turbine_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t wind_turbine_poll(void *device, int64_t now_ms);

#endif
