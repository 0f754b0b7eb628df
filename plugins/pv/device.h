/* plugins/pv/device.h — a photovoltaic system: what it keeps */
#ifndef PV_DEVICE_H
#define PV_DEVICE_H

#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum {
    OPTION_CAPACITY,
    OPTION_PANELS,
    OPTION_MODEL,
    OPTION_PROFILE,
    OPTION_SAMPLING,
    OPTION_TILT,
    OPTION_AZIMUTH,
    OPTION_RATIO,
    OPTION_CLOUDS,
};

enum { POINT_POWER };

typedef enum pv_kind { PV_GAUSSIAN, PV_CLEAR_SKY, PV_PROFILE, PV_PREDEFINED } pv_kind;

/** In the order of the choices of cloud_coverage. */
typedef enum pv_clouds { PV_SUNNY, PV_PARTIAL, PV_CLOUDY } pv_clouds;

/** A direction: east, north, up. */
typedef struct pv_vector {
    double east, north, up;
} pv_vector;

/** The state of one system; at most 96 bytes. */
typedef struct pv_device {
    const lg_host *host;
    const lg_profile *profile; /* PV_PROFILE */
    uint64_t site_seed;        /* of the weather */
    double capacity_kW;        /* of one panel, as all below */
    double panel_count;
    double latitude_deg;
    double ratio;     /* what is left of the rating after heat, wiring, inverter */
    pv_vector normal; /* of the panel: PV_CLEAR_SKY */
    double power_W;   /* of the slot planned last: what poll() reads */
    uint8_t kind;     /* pv_kind */
    uint8_t mean_of_slot;
    uint8_t clouds; /* pv_clouds: PV_PREDEFINED */
} pv_device;

int32_t pv_open(const lg_host *host, const lg_device_info *info, void **device);
void pv_close(void *device);
int32_t pv_change(void *device, const lg_device_info *info);
int32_t pv_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t pv_poll(void *device, int64_t now_ms);

#endif
