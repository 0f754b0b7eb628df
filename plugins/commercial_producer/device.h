/* plugins/commercial_producer/device.h — a producer without limit: what it keeps */
#ifndef COMMERCIAL_PRODUCER_DEVICE_H
#define COMMERCIAL_PRODUCER_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_RATE };

typedef struct commercial_producer {
    const lg_host *host;
    const lg_profile *rates; /* NULL: rate_ct at all times */
    double rate_ct;
} commercial_producer;

int32_t commercial_producer_open(const lg_host *host, const lg_device_info *info, void **device);
void commercial_producer_close(void *device);
int32_t commercial_producer_change(void *device, const lg_device_info *info);
int32_t commercial_producer_plan(void *device, const lg_slot *slot, lg_plan *plan);

#endif
