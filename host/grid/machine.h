/* host/grid/machine.h — a device of a microgrid, as a scenario says */
#ifndef LG_GRID_MACHINE_H
#define LG_GRID_MACHINE_H

#include "grid/site.h"
#include "lunagrid/device.h"

/** Borrowed as long as the device is open. */
typedef struct lg_machine_spec {
    const char *name;
    const lg_device_driver *driver;
    const lg_params *params; /* NULL: the driver has no options */
    const lg_device_component *components;
    uint32_t component_count;
    int32_t line; /* of the scenario; 0: not known */
} lg_machine_spec;

#endif
