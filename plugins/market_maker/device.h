/* plugins/market_maker/device.h — a market maker: what it keeps */
#ifndef MARKET_MAKER_DEVICE_H
#define MARKET_MAKER_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_RATE, OPTION_PROFILE, OPTION_CONNECTED };

typedef struct market_maker {
    const lg_host *host;
    const lg_profile *profile; /* NULL: rate_ct at all times */
    double rate_ct;            /* NaN: the scenario's */
    uint32_t connected;
} market_maker;

int32_t market_maker_open(const lg_host *host, const lg_device_info *info, void **device);
void market_maker_close(void *device);
int32_t market_maker_change(void *device, const lg_device_info *info);
int32_t market_maker_plan(void *device, const lg_slot *slot, lg_plan *plan);

#endif
