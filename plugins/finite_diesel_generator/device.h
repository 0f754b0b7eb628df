/* plugins/finite_diesel_generator/device.h — a generator of limited power: what it keeps */
#ifndef FINITE_DIESEL_GENERATOR_DEVICE_H
#define FINITE_DIESEL_GENERATOR_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_POWER, OPTION_RATE };

enum { POINT_POWER };

/** A number, or a profile that takes its place. */
typedef struct generator_figure {
    const lg_profile *profile;
    double number;
} generator_figure;

typedef struct generator {
    const lg_host *host;
    generator_figure power_kW, rate_ct;
    double planned_W; /* of the slot planned last: what poll() reads */
} generator;

int32_t generator_open(const lg_host *host, const lg_device_info *info, void **device);
void generator_close(void *device);
int32_t generator_change(void *device, const lg_device_info *info);
int32_t generator_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t generator_poll(void *device, int64_t now_ms);

#endif
