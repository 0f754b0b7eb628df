/* host/scenario/microgrid_spec.h — a microgrid as the user wrote it, checked and resolved */
#ifndef LG_SCENARIO_MICROGRID_SPEC_H
#define LG_SCENARIO_MICROGRID_SPEC_H

#include "grid/machine.h"
#include "lunagrid/microgrid.h"
#include "microgrid/graph.h"

/** A fault that a device shows by schedule. */
typedef struct lg_fault_spec {
    uint32_t device, component; /* index within the device; LG_DEVICE_ALL */
    uint32_t kind;              /* LG_DEVICE_FAULT_... */
    int64_t at_ms;              /* less than LG_OPTION_TIME_DATE: every day */
    int64_t length_ms;          /* 0: until another takes its place */
} lg_fault_spec;

/** Most components behind one asset. */
#define LG_BACKED_MAX 64

/** A market asset that components stand behind. */
typedef struct lg_backed_spec {
    uint32_t asset;
    const uint32_t *components; /* indices */
    uint32_t count;
    bool follow; /* what is traded becomes set points */
} lg_backed_spec;

typedef struct lg_microgrid_spec {
    lg_microgrid_site site;
    int64_t step_ms;
    double voltage_V, frequency_Hz;
    bool islanded;
    const lg_component *components;
    const lg_microgrid_component *facts; /* beside each component: what clients are told of it */
    const uint32_t *devices; /* beside each: the device that speaks for it, or LG_NONE */
    const uint32_t *parts;   /* and which of its components it is there */
    uint32_t component_count;
    const lg_component_link *links;
    uint32_t link_count;
    const lg_machine_spec *machines;
    uint32_t machine_count;
    const lg_fault_spec *faults;
    uint32_t fault_count;
    const lg_backed_spec *backed;
    uint32_t backed_count;
    int line;
} lg_microgrid_spec;

#endif
