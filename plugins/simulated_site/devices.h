/* plugins/simulated_site/devices.h — the devices, and their options in the order of their tables */
#ifndef SIMULATED_SITE_DEVICES_H
#define SIMULATED_SITE_DEVICES_H

#include <stdbool.h>
#include "part.h"

enum {
    BATTERY_CAPACITY,
    BATTERY_INITIAL_SOC,
    BATTERY_MIN_SOC,
    BATTERY_MAX_SOC,
    BATTERY_POWER,
    BATTERY_LEAST,
    BATTERY_RAMP,
    BATTERY_LOSS_FIXED,
    BATTERY_LOSS_LINEAR,
    BATTERY_LOSS_SQUARE,
    BATTERY_SELF_DISCHARGE,
    BATTERY_AMBIENT,
};
enum {
    PANELS_PEAK,
    PANELS_INVERTER,
    PANELS_TILT,
    PANELS_AZIMUTH,
    PANELS_RATIO,
    PANELS_PROFILE,
    PANELS_RAMP,
    PANELS_ERROR,
};
enum { TURBINE_POWER, TURBINE_PROFILE, TURBINE_RAMP, TURBINE_ERROR };
enum { CHARGER_POWER, CHARGER_LEAST, CHARGER_LOSS, CHARGER_SESSIONS };
enum { SESSION_ARRIVES, SESSION_LEAVES, SESSION_CAPACITY, SESSION_SOC, SESSION_WANTED };
enum { CHP_POWER, CHP_LEAST, CHP_START, CHP_RAMP };
enum { HOUSE_ANNUAL, HOUSE_PROFILE, HOUSE_COS_PHI, HOUSE_ERROR };
enum { GRID_METER_ERROR };

/** Says why open() fails. @return LG_INVALID */
static inline int32_t site_refuse(const lg_device_host *host, const char *sentence)
{
    host->host->refuse(host->host->ctx, sentence);
    return LG_INVALID;
}

int32_t battery_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t battery_step(void *device, int64_t now_ms);
int32_t battery_command(void *device, const lg_device_command *command);
int32_t battery_forecast(void *device, const lg_device_span *span, lg_device_forecast *out);
int32_t battery_fault(void *device, const lg_device_fault *fault);

/** Panels behind an inverter, and a wind turbine: the rest is the same. */
int32_t panels_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t turbine_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t source_step(void *device, int64_t now_ms);
int32_t source_command(void *device, const lg_device_command *command);
int32_t source_forecast(void *device, const lg_device_span *span, lg_device_forecast *out);
int32_t source_fault(void *device, const lg_device_fault *fault);

int32_t charger_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t charger_step(void *device, int64_t now_ms);
int32_t charger_command(void *device, const lg_device_command *command);
int32_t charger_forecast(void *device, const lg_device_span *span, lg_device_forecast *out);
int32_t charger_fault(void *device, const lg_device_fault *fault);

int32_t chp_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t chp_step(void *device, int64_t now_ms);
int32_t chp_command(void *device, const lg_device_command *command);
int32_t chp_forecast(void *device, const lg_device_span *span, lg_device_forecast *out);
int32_t chp_fault(void *device, const lg_device_fault *fault);

/** The meter of a household, and one that sums what hangs from it. */
int32_t house_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t grid_meter_open(const lg_device_host *host, const lg_device_site *site, void **device);
int32_t meter_step(void *device, int64_t now_ms);
int32_t meter_forecast(void *device, const lg_device_span *span, lg_device_forecast *out);
int32_t meter_fault(void *device, const lg_device_fault *fault);

/** Market assets that components of a microgrid stand behind: there is nothing to simulate. */
int32_t backed_open(const lg_host *host, const lg_device_info *info, void **device);

#endif
