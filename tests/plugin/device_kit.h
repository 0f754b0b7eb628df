/* tests/plugin/device_kit.h — a bench for one device of a microgrid: the real loader and the real
 * caller (driver/equipment.h), and a listener that keeps what was posted last
 */
#ifndef LG_PLUGIN_DEVICE_KIT_H
#define LG_PLUGIN_DEVICE_KIT_H

#include <stdbool.h>
#include "driver/equipment.h"
#include "driver/fleet.h"
#include "grid/profile.h"

enum { LG_BENCH_COMPONENTS = 2, LG_BENCH_VALUES = 32 };

/** What was posted last of a component, and how often. */
typedef struct lg_bench_heard {
    uint32_t count, states[4], state_count, errors;
    int64_t time_ms;
    lg_microgrid_value values[LG_BENCH_VALUES];
    lg_microgrid_range ranges[LG_BENCH_VALUES][2];
    uint32_t value_count;
    double flow_W;
} lg_bench_heard;

/** A device on the bench. */
typedef struct lg_bench {
    lg_diag diag;
    lg_plugins *plugins;
    lg_equipment *equipment;
    lg_params *params;
    lg_profile *profile;
    lg_device_component components[LG_BENCH_COMPONENTS];
    lg_machine_spec spec;
    lg_bench_heard heard[LG_BENCH_COMPONENTS];
    double below_W;
    int64_t now_ms;
} lg_bench;

/** Finds the driver in the plugin @p file; its options are at their defaults but for @p names (up
 * to a NULL), which have @p values. Components: one of each of its parts. */
void lg_bench_prepare(lg_bench *bench, const char *file, const char *driver,
                      const char *const *names, const double *values);
/** The value of an option, to be changed before the start. */
lg_value *lg_bench_value(lg_bench *bench, const char *name);
/** Opens the device; steps are a second. @return as lg_equipment_open() */
lg_status lg_bench_start(lg_bench *bench, int64_t start_ms);
void lg_bench_finish(lg_bench *bench);

void lg_bench_steps(lg_bench *bench, uint32_t seconds);
/** A command. @return as lg_equipment_command() */
int32_t lg_bench_tell(lg_bench *bench, uint32_t component, uint32_t kind, double power);
/** Shows a fault of all components for so long. */
void lg_bench_show(lg_bench *bench, uint32_t kind, int64_t seconds);

/** What was posted last: the value of a metric, range @p index of it (NaN: none), a state. */
double lg_bench_said(const lg_bench *bench, uint32_t component, uint32_t metric);
lg_microgrid_range lg_bench_range(const lg_bench *bench, uint32_t component, uint32_t metric,
                                  uint32_t index);
bool lg_bench_is_in(const lg_bench *bench, uint32_t component, uint32_t state);

#endif
