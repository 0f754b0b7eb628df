/* plugins/heat_pump/device.h — a heat pump with a tank of warm water: what it keeps */
#ifndef HEAT_PUMP_DEVICE_H
#define HEAT_PUMP_DEVICE_H

#include <stdbool.h>
#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum {
    OPTION_POWER,
    OPTION_MIN_TEMP,
    OPTION_MAX_TEMP,
    OPTION_INITIAL_TEMP,
    OPTION_VOLUME,
    OPTION_CONSUMPTION,
    OPTION_HEAT_DEMAND,
    OPTION_SOURCE_TEMP,
    OPTION_SOURCE_TYPE,
    OPTION_PREFERRED_RATE,
};

enum { POINT_POWER, POINT_TANK_TEMP, POINT_COP, POINT_UNSERVED_HEAT };

/** The state of one heat pump. */
typedef struct heat_pump_device {
    const lg_host *host;
    const lg_profile *consumption; /* kWh of current a slot; or */
    const lg_profile *heat_demand; /* kW of heat */
    const lg_profile *source_temp; /* degC */
    double max_power_kW;
    double min_temp_C;
    double kWh_per_K; /* heat that warms the tank by a degree */
    bool ground;
    double full_kWh;     /* heat in the tank at max_temp_C, above that at min_temp_C */
    double heat_kWh;     /* likewise, now: 0 .. full_kWh, a whole number of micro-watt-hours */
    double cop;          /* of the running slot */
    double taken_kWh;    /* heat that the home takes in it */
    double power_W;      /* of the last slot */
    double unserved_kWh; /* heat that was not there when it was needed, since the start */
} heat_pump_device;

/** kWh of heat a kWh of current makes, from a source at @p source_C into water at @p sink_C. */
double heat_pump_cop(bool ground, double sink_C, double source_C);

int32_t heat_pump_open(const lg_host *host, const lg_device_info *info, void **device);
void heat_pump_close(void *device);
int32_t heat_pump_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t heat_pump_settle(void *device, const lg_slot *slot, const lg_settlement *done);
int32_t heat_pump_poll(void *device, int64_t now_ms);

#endif
