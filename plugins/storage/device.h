/* plugins/storage/device.h — a battery: what it keeps */
#ifndef STORAGE_DEVICE_H
#define STORAGE_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum {
    OPTION_CAPACITY,
    OPTION_POWER,
    OPTION_INITIAL_SOC,
    OPTION_MIN_SOC,
    OPTION_CHARGING_LOSS,
    OPTION_DISCHARGING_LOSS,
    OPTION_SELF_DISCHARGE,
    OPTION_ENERGY_ORIGIN,
    OPTION_KEEPS_LOSS,
};

enum { POINT_POWER, POINT_STORED };

/** The state of one battery; energies in kWh, each the double nearest to a whole micro-watt-hour.
 */
typedef struct storage_device {
    const lg_host *host;
    double capacity_kWh, reserve_kWh, stored_kWh;
    double max_power_kW;
    double charging_loss, discharging_loss; /* part of the energy that is lost on the way */
    double self_discharge_per_day;          /* part of the capacity */
    double kept_loss;                       /* part of a sale for which plan() keeps energy back */
    double power_W;                         /* of the last slot, discharging is positive */
} storage_device;

int32_t storage_open(const lg_host *host, const lg_device_info *info, void **device);
void storage_close(void *device);
int32_t storage_change(void *device, const lg_device_info *info);
int32_t storage_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t storage_settle(void *device, const lg_slot *slot, const lg_settlement *done);
int32_t storage_poll(void *device, int64_t now_ms);

#endif
