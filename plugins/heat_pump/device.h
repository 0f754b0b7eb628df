/* plugins/heat_pump/device.h — a heat pump with tanks of warm water: what it keeps */
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
    OPTION_FLOW,
    OPTION_SUPPLY_TEMP,
    OPTION_RETURN_TEMP,
    OPTION_TANKS,
    OPTION_LATENT,
    OPTION_MELTING_TEMP,
    OPTION_COP_POINTS,
    OPTION_COP_FACTOR,
};

/** Columns of the option tanks. */
enum {
    COLUMN_VOLUME,
    COLUMN_MIN_TEMP,
    COLUMN_MAX_TEMP,
    COLUMN_INITIAL_TEMP,
    COLUMN_LATENT,
    COLUMN_MELTING_TEMP,
    COLUMN_COUNT
};

/** Columns of the option cop_points. */
enum { COP_COLUMN_DIFFERENCE, COP_COLUMN_COP, COP_COLUMN_COUNT };

enum { HEAT_PUMP_POINTS_MAX = 32 };

enum { POINT_POWER, POINT_TANK_TEMP, POINT_COP, POINT_UNSERVED_HEAT };

/** What a scenario says of a tank. */
typedef struct heat_pump_tank_info {
    double volume_l, min_C, max_C, initial_C;
    double latent_kWh; /* that its phase change material takes at melting_C; 0: it has none */
    double melting_C;  /* min_C to max_C where latent_kWh is above 0 */
} heat_pump_tank_info;

/** A tank. Heat is kWh above that at min_temp_C, a whole number of micro-watt-hours. */
typedef struct heat_pump_tank {
    double min_temp_C;
    double kWh_per_K;  /* heat that warms it by a degree */
    double full_kWh;   /* heat in it at max_temp_C */
    double solid_kWh;  /* heat in it when what melts begins to */
    double latent_kWh; /* heat that melts all of it */
    double heat_kWh;   /* now: 0 .. full_kWh */
    double share;      /* part of the heat that the home takes from it; all shares are 1 */
    /* of the running slot */
    double cop, taken_kWh;       /* heat that the home takes */
    double need_kWh, demand_kWh; /* current that keeps it at its minimum; that fills it */
} heat_pump_tank;

typedef struct heat_pump_cop_point {
    double difference_K, cop;
} heat_pump_cop_point;

/** How much heat a kWh of current makes (cop.c). */
typedef struct heat_pump_cop_model {
    bool ground;
    double factor;
    uint32_t count;                                   /* 0: by the regression of the source */
    heat_pump_cop_point points[HEAT_PUMP_POINTS_MAX]; /* by rising difference */
} heat_pump_cop_model;

/** The state of one heat pump. */
typedef struct heat_pump_device {
    const lg_host *host;
    const lg_profile *consumption; /* kWh of current a slot; or */
    const lg_profile *heat_demand; /* kW of heat; or */
    const lg_profile *flow;        /* m3 of water a slot, with its two temperatures (degC) */
    const lg_profile *supply_temp, *return_temp;
    const lg_profile *source_temp; /* degC */
    double max_power_kW;
    heat_pump_cop_model cop;
    double power_W;      /* of the last slot */
    double unserved_kWh; /* heat that was not there when it was needed, since the start */
    uint32_t tank_count;
    heat_pump_tank tanks[];
} heat_pump_device;

/** @p kwh in whole micro-watt-hours. */
double heat_pump_whole_uwh(double kwh);
/** Fills @p tank; its share is left. */
void heat_pump_tank_init(heat_pump_tank *tank, const heat_pump_tank_info *info);
double heat_pump_tank_C(const heat_pump_tank *tank);
/** Sets what the slot needs of the tank whose cop and taken_kWh are known. */
void heat_pump_tank_plan(heat_pump_tank *tank);
/** The tank after a slot that put @p current_kWh into it. @return heat that was missing */
double heat_pump_tank_settle(heat_pump_tank *tank, double current_kWh);
/** kWh of heat in @p volume_l of water for each degree. */
double heat_pump_kWh_per_K(double volume_l);

/** kWh of heat a kWh of current makes, from a source at @p source_C into a tank at @p sink_C; 0.1
 * to 12. */
double heat_pump_cop(const heat_pump_cop_model *model, double sink_C, double source_C);
/** @p x, or the bound that it is beyond. */
double heat_pump_within(double x, double low, double high);

int32_t heat_pump_open(const lg_host *host, const lg_device_info *info, void **device);
void heat_pump_close(void *device);
int32_t heat_pump_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t heat_pump_settle(void *device, const lg_slot *slot, const lg_settlement *done);
int32_t heat_pump_poll(void *device, int64_t now_ms);

#endif
