/* plugins/smart_meter/device.h — a meter that counts both ways: what it keeps */
#ifndef SMART_METER_DEVICE_H
#define SMART_METER_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_PROFILE, OPTION_SAMPLING };

enum { POINT_POWER };

typedef struct smart_meter {
    const lg_host *host;
    const lg_profile *profile;
    double power_W; /* of the slot planned last: what poll() reads; negative is fed in */
    uint8_t mean_of_slot;
} smart_meter;

int32_t smart_meter_open(const lg_host *host, const lg_device_info *info, void **device);
void smart_meter_close(void *device);
int32_t smart_meter_change(void *device, const lg_device_info *info);
int32_t smart_meter_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t smart_meter_poll(void *device, int64_t now_ms);

#endif
