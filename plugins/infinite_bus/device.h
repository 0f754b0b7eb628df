/* plugins/infinite_bus/device.h — the outside grid: what it keeps */
#ifndef INFINITE_BUS_DEVICE_H
#define INFINITE_BUS_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_SELL, OPTION_SELL_PROFILE, OPTION_BUY, OPTION_BUY_PROFILE };

/** A rate over time: a profile, or the same at all times; NaN and no profile: the scenario's. */
typedef struct bus_rate {
    const lg_profile *profile;
    double ct;
} bus_rate;

typedef struct infinite_bus {
    const lg_host *host;
    bus_rate sell, buy;
} infinite_bus;

int32_t infinite_bus_open(const lg_host *host, const lg_device_info *info, void **device);
void infinite_bus_close(void *device);
int32_t infinite_bus_change(void *device, const lg_device_info *info);
int32_t infinite_bus_plan(void *device, const lg_slot *slot, lg_plan *plan);

#endif
